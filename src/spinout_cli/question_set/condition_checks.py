"""Checks of conditions: unknown ids, values that do not fit, loops."""

import math
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple, get_args

from spinout_cli.fields import State
from spinout_cli.question_set.conditions import (
    DEPTH_LIMIT,
    TALLIES,
    All,
    Any_,
    Comparison,
    Condition,
    Not,
    Test,
    dependencies,
)
from spinout_cli.question_set.model import Circumstance, Question, QuestionSet

Path = tuple[str | int, ...]


Found = Iterator["Problem"]


class Problem(NamedTuple):
    """Something that does not fit: the path to it in the tree, what is wrong, and what to do."""

    where: Path
    message: str


def missing(where: Path, kind: str, name: str) -> Problem:
    """Return the problem that nothing of this kind has this name."""
    return Problem(where, f"there is no {kind} '{name}'. Check the spelling, or add it.")


STATES: tuple[str, ...] = get_args(State)
_TALLY_IDS = frozenset(f"tally.{name}" for name in TALLIES)
_OPERATORS: Mapping[str, tuple[str, ...]] = {
    "choice": ("is", "in"),
    "number": ("at_least", "below"),
    "date": ("before", "after"),
    "text": ("is", "in"),
}


def conditions(question_set: QuestionSet) -> Found:
    """Find the conditions that name what is not there, or ask of it what it cannot be."""
    if question_set.left is not None:
        yield from _condition(question_set.left, ("left",), question_set)
    for section in ("circumstances", "questions", "rules", "notices"):
        for index, part in enumerate(getattr(question_set, section)):
            if part.when is not None:
                yield from _condition(part.when, (section, index, "when"), question_set)


def _condition(condition: Condition, where: Path, question_set: QuestionSet) -> Found:
    too_deep = False
    for path, test, depth in _tests(condition, where, 1):
        if depth > DEPTH_LIMIT and not too_deep:
            too_deep = True
            yield Problem(
                where,
                f"the condition is nested more than {DEPTH_LIMIT} deep. Make it flatter.",
            )
        name, comparison = test.parts()
        yield from _test(name, comparison, (*path, name), question_set)


def _tests(condition: Condition, path: Path, depth: int) -> Iterator[tuple[Path, Test, int]]:
    """Yield every test in a condition with its path and how deep it stands."""
    match condition:
        case All(all=parts):
            for index, part in enumerate(parts):
                yield from _tests(part, (*path, "all", index), depth + 1)
        case Any_(any=parts):
            for index, part in enumerate(parts):
                yield from _tests(part, (*path, "any", index), depth + 1)
        case Not(not_=part):
            yield from _tests(part, (*path, "not"), depth + 1)
        case Test():
            yield path, condition, depth


def _test(name: str, comparison: Comparison, where: Path, question_set: QuestionSet) -> Found:
    only = comparison.only()
    if only is None:
        yield Problem(
            where,
            f"give exactly one comparison with '{name}', such as `is`. "
            "Join several with `all` or `any`.",
        )
        return
    operator = only[0].rstrip("_")
    values = only[1] if isinstance(only[1], tuple) else (only[1],)
    place: Path = (*where, operator)
    if operator == "in" and not values:
        yield Problem(place, "the list is empty, so this never holds. Name something in it.")
    elif where[0] == "circumstances" and name not in question_set.circumstance:
        yield Problem(
            where,
            f"a circumstance can look only at circumstances, and '{name}' is none. "
            "Check the spelling, or take it out.",
        )
    elif name.startswith("tally."):
        yield from _on_tally(name, operator, values, place)
    elif name in question_set.question:
        yield from _on_question(question_set.question[name], operator, values, place)
    elif name in question_set.circumstance:
        yield from _on_circumstance(question_set.circumstance[name], operator, values, place)
    else:
        yield missing(where, "circumstance or question", name)


def _wrong(place: Path, name: str, operators: str) -> Problem:
    return Problem(place, f"'{name}' cannot be compared like this. Use {operators}.")


def _on_tally(name: str, operator: str, values: tuple[str, ...], place: Path) -> Found:
    if place[0] != "rules":
        yield Problem(place[:-1], f"only a rule can look at '{name}'. Take it out here.")
    elif name not in _TALLY_IDS:
        yield Problem(
            place[:-1], f"there is no tally '{name}'. Use one of {', '.join(sorted(_TALLY_IDS))}."
        )
    elif operator not in ("at_least", "below"):
        yield _wrong(place, name, "at_least or below")
    else:
        yield from _numbers(values, place)


def _on_question(question: Question, operator: str, values: tuple[str, ...], place: Path) -> Found:
    if operator == "state":
        return
    if operator not in ("is", "in", "at_least", "below"):
        yield _wrong(place, question.id, "is, in, at_least, below or state")
        return
    for index, value in enumerate(values):
        if value not in question.ladder:
            found = (*place, index) if operator == "in" else place
            yield missing(found, f"rung of '{question.id}' called", value)


def _on_circumstance(
    circumstance: Circumstance, operator: str, values: tuple[str, ...], place: Path
) -> Found:
    accepted = ("has",) if circumstance.multiple else _OPERATORS[circumstance.type]
    if operator not in accepted:
        yield _wrong(place, circumstance.id, " or ".join(accepted))
    elif circumstance.type != "date":
        yield from fitting(circumstance, values, place, listed=operator == "in")


def fitting(
    circumstance: Circumstance, values: tuple[str, ...], place: Path, *, listed: bool = True
) -> Found:
    """Find the values that the circumstance cannot have."""
    if circumstance.type == "number":
        yield from _numbers(values, place)
    if circumstance.type != "choice":
        return
    known = {choice.id for choice in circumstance.choices}
    for index, value in enumerate(values):
        if value not in known:
            found = (*place, index) if listed else place
            yield missing(found, f"choice of '{circumstance.id}' called", value)


def _numbers(values: tuple[str, ...], place: Path) -> Found:
    for value in values:
        if not _is_number(value):
            yield Problem(place, "this must be a number, written in digits. Change it.")


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def loops(question_set: QuestionSet) -> Found:
    """Find conditions and actions that wait for themselves."""
    for section, kind in (("circumstances", "circumstance"), ("questions", "question")):
        parts = getattr(question_set, section)
        places: dict[str, Path] = {part.id: (section, i, "when") for i, part in enumerate(parts)}
        yield from _loop(dependencies(parts), places, f"the condition of this {kind}")
    actions = {
        action.id: (("questions", i, "next", j, "after"), set(action.after))
        for i, question in enumerate(question_set.questions)
        for j, action in enumerate(question.next)
    }
    waits = {name: after & actions.keys() for name, (_, after) in actions.items()}
    yield from _loop(
        waits,
        {name: where for name, (where, _) in actions.items()},
        "what comes before this action",
    )


def _loop(waits: dict[str, set[str]], places: Mapping[str, Path], what: str) -> Found:
    """Find one loop; others show once it is gone."""
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        circle = error.args[1]
        yield Problem(
            places[circle[0]],
            f"{what} leads back to itself: {' - '.join(circle[:8])}. Take one of them out.",
        )
