"""Field types that every document shares: ids, sanitized text, states, lenses."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from spinout_cli.sanitize import sanitize

_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)
"""Names that Windows keeps for devices, so that an id can always be part of a file's name."""


def _no_device(value: str) -> str:
    if _DEVICES.intersection(value.split(".")):
        msg = f"'{value}' is a device name on Windows; choose another id"
        raise ValueError(msg)
    return value


Ref = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)?$", max_length=64),
]
"""What names something: lower-case letters, digits and hyphens, with one dot at most; 64 at most."""

Id = Annotated[Ref, AfterValidator(_no_device)]
"""A name that a question set gives, which can be part of a file's name everywhere."""

Text = Annotated[str, AfterValidator(sanitize)]
"""Words to be shown, with whatever a terminal would act on taken out."""

Lens = Literal["launch", "endure"]
"""Before it leaves, and after it leaves."""

LENSES: tuple[Lens, ...] = ("launch", "endure")

State = Literal["answered", "unknown", "not-applicable", "skipped"]
"""What an answer can be."""

Refusal = Literal[
    "closed",
    "unknown-question",
    "unknown-rung",
    "ladder-changed",
    "unknown-circumstance",
    "unknown-choice",
]
"""Why something that was given does not count."""

AnyState = Literal["answered", "unknown", "not-applicable", "skipped", "not-asked"]
"""What an answer can be, or that there is none."""

Basis = Literal["seen", "told", "think"]
"""What an answer rests on: a document seen, somebody's word, or a belief."""


class Model(BaseModel):
    """The base of every model: immutable, and a key that it does not know is an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )
