"""Every single change of an answer sheet, and the sheet with that change."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import NamedTuple, get_args

from spinout_cli.documents.answers import Answer, AnswerSheet, Value
from spinout_cli.documents.explanation import Kind
from spinout_cli.fields import State
from spinout_cli.question_set.conditions import Comparison, Condition, days_round, looks_at, tests
from spinout_cli.question_set.model import Circumstance, Question, QuestionSet
from spinout_cli.question_set.rungs import clears

NOT_ASKED = "not-asked"
_STATES: tuple[State, ...] = tuple(state for state in get_args(State) if state != "answered")


class Change(NamedTuple):
    """One thing that is otherwise, and the sheet in which it is."""

    id: str
    kind: Kind
    to: Value
    sheet: AnswerSheet


def depends_on(question_set: QuestionSet, names: Iterable[str]) -> set[str]:
    """Return these circumstances and questions, and all on which it depends whether they count."""
    when: dict[str, Condition | None] = {c.id: c.when for c in question_set.circumstances}
    when |= {question.id: question.when for question in question_set.questions}
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found and name in when:
            found.add(name)
            waiting.extend(looks_at(when[name]))
    return found


def changes(
    sheet: AnswerSheet, question_set: QuestionSet, among: set[str] | None = None
) -> Iterator[Change]:
    """Yield every single change of the sheet, in the set's order.

    Args:
        sheet: the answers as they are.
        question_set: the set that was asked.
        among: the circumstances and questions that may be changed; all, if left out.

    A number, a date or a text is tried on both sides of whatever the set compares it with. Of a
    circumstance of which several may be true, one is added or taken away, or only one is left.
    """
    for circumstance in question_set.circumstances:
        if among is None or circumstance.id in among:
            yield from _of_circumstance(sheet, circumstance, question_set)
    for question in question_set.questions:
        if among is None or question.id in among:
            yield from _of_question(sheet, question)


def _of_question(sheet: AnswerSheet, question: Question) -> Iterator[Change]:
    name, given = question.id, sheet.answers.get(question.id)
    for index, rung in enumerate(question.ladder):
        believed = given is not None and given.basis == "think" and clears(question, index)
        if given is None or given.rung != rung or believed:
            yield Change(name, "rung", rung, with_answer(sheet, name, Answer(rung=rung)))
    for state in _STATES:
        if given is None or given.status != state:
            yield Change(name, "state", state, with_answer(sheet, name, Answer(state=state)))
    if given is not None:
        yield Change(name, "state", NOT_ASKED, with_answer(sheet, name, None))


def with_answer(sheet: AnswerSheet, name: str, answer: Answer | None) -> AnswerSheet:
    """Return the sheet with this answer instead, or without one."""
    given = {key: value for key, value in sheet.answers.items() if key != name}
    if answer is not None:
        given[name] = answer
    return sheet.model_copy(update={"answers": given})


def _of_circumstance(
    sheet: AnswerSheet, circumstance: Circumstance, question_set: QuestionSet
) -> Iterator[Change]:
    name, now = circumstance.id, sheet.circumstances.get(circumstance.id)
    tried: list[Value] = [now]
    for value in chain(_values(circumstance, now, question_set), [None]):
        if value not in tried:
            tried.append(value)
            known = {**sheet.circumstances, name: value}
            yield Change(
                name, "circumstance", value, sheet.model_copy(update={"circumstances": known})
            )


def _values(circumstance: Circumstance, now: Value, question_set: QuestionSet) -> list[Value]:
    choices = [choice.id for choice in circumstance.choices]
    if circumstance.type == "choice" and circumstance.multiple:
        return _selections(choices, now)
    if circumstance.type == "choice":
        return list(choices)
    wanted = _compared_with(circumstance.id, question_set)
    match circumstance.type:
        case "number":
            return [float(cut) + step for cut in wanted for step in (-1, 0, 1)]
        case "date":
            return [day for cut in wanted for day in days_round(date.fromisoformat(cut))]
        case _:
            return [*wanted, "something else"]


def _selections(choices: list[str], now: Value) -> list[Value]:
    """One choice more or less than now, or one alone."""
    chosen = [name for name in choices if isinstance(now, tuple) and name in now]
    toggled = [[n for n in choices if (n in chosen) is not (n == name)] for name in choices]
    return [*(tuple(names) for names in toggled if names), *((name,) for name in choices)]


def _compared_with(name: str, question_set: QuestionSet) -> list[str]:
    """Return what conditions of the set compare this circumstance with."""
    found: dict[str, None] = {}
    for condition in _conditions(question_set):
        for looked, comparison, _ in tests(condition):
            if looked == name:
                found.update(dict.fromkeys(_wanted(comparison)))
    return list(found)


def _wanted(comparison: Comparison) -> list[str]:
    only = comparison.only()
    if only is None:
        return []
    return [str(each) for each in (only[1] if isinstance(only[1], tuple) else (only[1],))]


def _conditions(question_set: QuestionSet) -> Iterator[Condition]:
    given = [
        question_set.left,
        *(circumstance.when for circumstance in question_set.circumstances),
        *(question.when for question in question_set.questions),
        *(rule.when for rule in question_set.rules),
        *(notice.when for notice in question_set.notices),
    ]
    return (condition for condition in given if condition is not None)
