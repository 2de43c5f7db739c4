"""What was answered: the document `spinout.answers/1`, and nothing computed from it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from spinout_cli.cleaning import clean
from spinout_cli.vocabulary import Basis, Ref, State, Text

NOTE_LIMIT = 4000
"""The most characters that a note may have: a line typed in a terminal ends soon after."""

NUMBER_LIMIT = 1e12
"""The most that a number may be, and below nought likewise."""

Note = Annotated[str, StringConstraints(max_length=NOTE_LIMIT), AfterValidator(clean)]
Depth = Literal["quick", "full"]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-NUMBER_LIMIT, le=NUMBER_LIMIT)]
Value = Note | Number | tuple[Note, ...] | None
"""What a circumstance is: a choice, a text, a date as text, a number, several choices, or not known."""


class Part(BaseModel):
    """A part of a document: it cannot be changed, and a key it does not know is an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


class SetRef(Part):
    """Which question set was answered."""

    id: Ref = Field(description="The set's id.")
    version: Text = Field(description="The set's version.")
    digest: Text = Field(description="The SHA-256 of the set's content.")


class Service(Part):
    """The service that the answers are about."""

    id: Note = Field(description="A random id, the same in every assessment of this service.")
    name: Note = Field("", description="Its name, if one was given.")


class Answer(Part):
    """The answer to one question."""

    rung: Ref | None = Field(None, description="The rung chosen; it implies the state `answered`.")
    state: State | None = Field(None, description="The state, where no rung was chosen.")
    note: Note = Field("", description="A note, if one was made.")
    reason: Note = Field("", description="Why it does not apply.")
    basis: Basis | None = Field(None, description="What an answer that clears a stop rests on.")

    @model_validator(mode="before")
    @classmethod
    def _rung_or_state(cls, value: object) -> object:
        if isinstance(value, dict) and (
            (value.get("rung") is None) == (value.get("state") in (None, "answered"))
        ):
            msg = "give either a rung, or a state other than 'answered'"
            raise ValueError(msg)
        return value

    @property
    def status(self) -> State:
        """The state, whether it was given or follows from the rung."""
        return self.state or "answered"


_PLAIN = {"rung", "state", "basis"}
"""What an answer says without anybody's own words: there are few such, and they can be shared."""

_SHARED_LIMIT = 4096
_shared: dict[tuple[tuple[str, object], ...], Answer] = {}


def _known(given: object) -> object:
    """Return an answer that came before; whatever is not one is left as it is, to be checked."""
    try:
        said = tuple(given.items())  # type: ignore[attr-defined]
        return _shared.get(said) or _checked(said)
    except (AttributeError, TypeError, ValidationError):  # it cannot be looked up, or is refused
        return given


def _checked(said: tuple[tuple[str, object], ...]) -> object:
    """Check an answer, and keep it where nobody's own words stand in it."""
    given = dict(said)
    if not given.keys() <= _PLAIN or len(_shared) >= _SHARED_LIMIT:
        return given
    _shared[said] = answer = Answer.model_validate(given)
    return answer


class AnswerSheet(Part):
    """Everything one organisation answered at one time. Scores are never part of it."""

    format: Literal["spinout.answers/1"] = Field(description="The form of this document.")
    question_set: SetRef | None = Field(None, description="The question set that was answered.")
    session: Note | None = Field(None, description="A random id of this session.")
    service: Service | None = Field(None, description="The service.")
    role: Note | None = Field(None, description="The role of the person who answered.")
    depth: Depth = Field("full", description="Whether the quick or the full set was asked.")
    circumstances: dict[Ref, Value] = Field(
        default_factory=dict, description="Facts about the service; null where not known."
    )
    answers: dict[Ref, Answer] = Field(description="The answers by the question's id.")
    started: datetime | None = Field(None, description="When the session was begun.")
    updated: datetime | None = Field(None, description="When the last answer was given.")

    @field_validator("answers", mode="before")
    @classmethod
    def _share(cls, value: object) -> object:
        """Check the same answer once, however often it comes: most of them are alike."""
        if not isinstance(value, dict):
            return value
        return {name: _known(answer) for name, answer in value.items()}
