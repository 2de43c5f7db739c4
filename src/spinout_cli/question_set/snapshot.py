"""The snapshot of a question set that a session file keeps, and its restoration."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from spinout_cli.errors import SpinoutError
from spinout_cli.question_set.loader import LoadedSet
from spinout_cli.question_set.model import Question, QuestionSet, Rule, Theme

_FROM_INSTALLED = ("notices", "stories", "sources")


_WORDS = ("lenses", "words")

_NOT_IN_HEADER = frozenset({*_FROM_INSTALLED, "tests", "library", "allow"})


def snapshot(loaded: LoadedSet) -> dict[str, Any]:
    """Return the part of a set that a session keeps: what is asked and how it is judged."""
    return loaded.set.model_dump(
        mode="json", by_alias=True, exclude=set(_NOT_IN_HEADER), exclude_defaults=True
    )


def from_snapshot(header_set: Mapping[str, Any]) -> QuestionSet:
    """Return the set that a session keeps, as its models say and without its library.

    Raises:
        SpinoutError: it is none.
    """
    try:
        return QuestionSet.model_validate(
            {key: value for key, value in header_set.items() if key not in _NOT_IN_HEADER}
        )
    except ValidationError as error:
        raise _damaged(error.error_count()) from None


def restore(header_set: Mapping[str, Any], installed: QuestionSet) -> QuestionSet:
    """Join what a session keeps of its set with the notices, stories and sources of another.

    What the session's questions name and the other set lacks is left out, and so are notices and
    stories that do not fit the session's questions.

    Raises:
        SpinoutError: what the session keeps is not a sound question set.
    """
    from spinout_cli.question_set.consistency import problems as found_in  # noqa: PLC0415  (a first run needs none)

    own = from_snapshot(header_set)
    library = {section: getattr(installed, section) for section in _FROM_INSTALLED}
    if own.id == installed.id:  # sessions of before keep none of the words of their field
        own = own.model_copy(
            update={part: getattr(installed, part) for part in _WORDS if part not in header_set}
        )
    # Always copied from `own`, which nobody has looked into: a copy takes over what is cached.
    unfit = {problem.where[:2] for problem in found_in(own.model_copy(update=library))}
    for section in ("notices", "stories"):
        parts = enumerate(library[section])
        library[section] = tuple(part for i, part in parts if (section, i) not in unfit)
    joined = own.model_copy(update={**library, **_without_missing(own, library)})
    if left := found_in(joined):
        raise _damaged(len(left))
    return joined


def _damaged(count: int) -> SpinoutError:
    return SpinoutError(
        f"the questions kept in this session are not a sound question set (faults: {count}). "
        "Begin a new session and take the answers over with `--from`."
    )


def _without_missing(own: QuestionSet, library: Mapping[str, Any]) -> dict[str, Any]:
    """Return the session's own parts without references to what the library lacks."""
    known = {section: {part.id for part in parts} for section, parts in library.items()}

    def pruned(part: Theme | Question | Rule) -> Theme | Question | Rule:
        kept = {
            section: tuple(name for name in getattr(part, section) if name in known[section])
            for section in ("sources", "stories")
            if hasattr(part, section)
        }
        return part.model_copy(update=kept)

    return {
        section: tuple(pruned(part) for part in getattr(own, section))
        for section in ("themes", "questions", "rules")
    }
