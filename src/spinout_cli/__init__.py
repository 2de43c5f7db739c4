"""An assessment of what stands in the way of spinning a public service out, and what helps.

The names in `__all__` are the interface for other programs, and the only one; `docs/python.md` says how they are
used. They are imported when they are first asked for, so that the command line does not pay for them.
"""

TYPE_CHECKING = False  # as typing has it, which takes longer to import than all that is here
if TYPE_CHECKING:
    from spinout_cli.api import (
        Assessment,
        Questions,
        SpinoutError,
        load_questions,
        score,
        score_batches,
        score_many,
        score_schema,
        to_arrow,
    )

__version__ = "0.2.0.dev0"

__all__ = [
    "Assessment",
    "Questions",
    "SpinoutError",
    "__version__",
    "load_questions",
    "score",
    "score_batches",
    "score_many",
    "score_schema",
    "to_arrow",
]


if not TYPE_CHECKING:  # or every misspelt name would pass a type checker

    def __getattr__(name: str) -> object:
        """Import a public name when it is first asked for."""
        if name not in __all__:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        from spinout_cli import api  # noqa: PLC0415  (late: see above)

        return getattr(api, name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
