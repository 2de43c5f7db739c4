"""Enumeration of the combinations of facts that the conditions of a question set can tell apart."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from itertools import combinations
from math import prod
from typing import Any, NamedTuple

from spinout_cli.question_set.conditions import (
    Comparison,
    Condition,
    Facts,
    Holds,
    Test,
    compile_condition,
    days_round,
    dependencies,
    tests,
)
from spinout_cli.question_set.model import Circumstance, QuestionSet

LIMIT = 100_000
"""The most combinations that are tried out for one condition."""

SEVERAL = 8
"""The most choices of one circumstance of which every selection is tried out."""

_NEITHER = "\x00something else"
_STATES = ("unknown", "skipped", "not-asked")


class _Given(NamedTuple):
    """One thing that a fact can be; a value of None is not known."""

    value: Any
    state: str | None = None


class Possibilities:
    """Everything that the conditions of one set can find to be so."""

    def __init__(self, question_set: QuestionSet) -> None:
        """Put circumstances and questions in the order in which they open one another."""
        self._set = question_set
        self._ladders = question_set.ladders
        circumstances, questions = question_set.circumstances, question_set.questions
        order = [
            *TopologicalSorter(dependencies(circumstances)).static_order(),
            *TopologicalSorter(dependencies(questions)).static_order(),
        ]
        self._place = {name: place for place, name in enumerate(order)}
        self._when: dict[str, Condition | None] = {part.id: part.when for part in circumstances}
        self._when |= {part.id: part.when for part in questions}
        self._holds = {
            name: compile_condition(when, self._ladders) for name, when in self._when.items()
        }

    def facts(
        self, conditions: Iterable[Condition | None], *, whole: str | None = None
    ) -> list[Facts] | None:
        """Return every combination that these conditions can tell apart, or None if too many.

        An answer to a question that is closed in a combination is left out of it, as it is when
        answers are scored.

        Args:
            conditions: the conditions, each of which may be None.
            whole: a question whose every rung is tried out, whether told apart or not.
        """
        looked_at = self._looked_at(conditions)
        names = sorted(looked_at, key=lambda name: self._place.get(name, len(self._place)))
        given = {name: self._given(name, looked_at[name], whole=name == whole) for name in names}
        if prod(len(options) for options in given.values()) > LIMIT:
            return None
        return list(self._grown(names, given, {}, {}))

    def cut(self, conditions: Iterable[Condition | None]) -> bool:
        """Tell whether several choices can be made in more ways here than `facts` tries out."""
        return any(
            len({c.has for c in looks} & self._set.circumstance[name].choice_ids) > SEVERAL
            for name, looks in self._looked_at(conditions).items()
            if name in self._set.circumstance
        )

    def _looked_at(self, conditions: Iterable[Condition | None]) -> dict[str, list[Comparison]]:
        """Collect the comparisons by name, with those that open what is looked at."""
        found: dict[str, list[Comparison]] = {}
        waiting = [condition for condition in conditions if condition is not None]
        while waiting:
            for name, comparison, _ in tests(waiting.pop()):
                if name not in found and (when := self._when.get(name)) is not None:
                    waiting.append(when)
                found.setdefault(name, []).append(comparison)
        return found

    def _given(self, name: str, comparisons: list[Comparison], *, whole: bool) -> list[_Given]:
        """Return what a fact can be: of those that all comparisons see alike, only the first."""
        options = self._options(name, comparisons)
        if whole:
            return options
        looks = [
            compile_condition(Test({name: comparison}), self._ladders) for comparison in comparisons
        ]
        told_apart: dict[tuple[bool | None, ...], _Given] = {}
        for option in options:
            told_apart.setdefault(_seen(name, option, looks), option)
        return list(told_apart.values())

    def _options(self, name: str, comparisons: list[Comparison]) -> list[_Given]:
        if name in self._ladders:
            rungs = [_Given(rung, "answered") for rung in self._ladders[name]]
            return [*rungs, *(_Given(None, state) for state in self._unanswered(name))]
        wanted = [only[1] for only in (c.only() for c in comparisons) if only is not None]
        if name in self._set.circumstance:
            return [_Given(None), *map(_Given, _values(self._set.circumstance[name], wanted))]
        return [_Given(count) for count in _counts(wanted, self._most(name))]

    def _unanswered(self, name: str) -> tuple[str, ...]:
        # "Doesn't apply" counts as unknown where it would leave a hard stop open.
        stops = self._set.question[name].hard_stop is not None
        return _STATES if stops else (*_STATES, "not-applicable")

    def _most(self, tally: str) -> int:
        questions = self._set.questions
        return sum(tally != "tally.hard-stops" or q.hard_stop is not None for q in questions)

    def _grown(
        self,
        names: list[str],
        given: Mapping[str, list[_Given]],
        values: dict[str, Any],
        states: dict[str, str],
    ) -> Iterator[Facts]:
        """Yield the facts with one more name each time, leaving out what is closed."""
        if not names:
            yield Facts(dict(values), dict(states))
            return
        name, *rest = names
        holds = self._holds.get(name)
        closed = holds is not None and holds(Facts(values, states)) is False
        for option in [_Given(None)] if closed else given[name]:
            if option.value is not None:
                values[name] = option.value
            if option.state is not None:
                states[name] = option.state
            yield from self._grown(rest, given, values, states)
            values.pop(name, None)
            states.pop(name, None)


def _seen(name: str, option: _Given, looks: list[Holds]) -> tuple[bool | None, ...]:
    states = {} if option.state is None else {name: option.state}
    facts = Facts({name: option.value}, states)
    return tuple(look(facts) for look in looks)


def _values(circumstance: Circumstance, wanted: list[Any]) -> list[Any]:
    match circumstance.type:
        case "choice" if circumstance.multiple:
            return _selections([choice.id for choice in circumstance.choices], wanted)
        case "choice":
            return [choice.id for choice in circumstance.choices]
        case "number":
            return [near for cut in map(float, wanted) for near in (cut - 1, cut, cut + 1)]
        case "date":
            return [near for cut in wanted for near in days_round(cut)]
        case "text":
            named = [given if isinstance(given, tuple) else (given,) for given in wanted]
            return [*(text for texts in named for text in texts), _NEITHER]


def _selections(choices: list[str], wanted: list[str]) -> list[tuple[str, ...]]:
    """Return what can be chosen of those that matter, and one that does not.

    Nothing chosen is a selection too: none of them. Of very many that matter: none, one, two or all.
    """
    matter = [name for name in choices if name in wanted]
    rest = [name for name in choices if name not in wanted][:1]
    sizes = {0, 1, 2, len(matter)} if len(matter) > SEVERAL else range(len(matter) + 1)
    chosen = [some for size in sorted(sizes) for some in combinations(matter, size)]
    return [*chosen, tuple(rest)] if rest else chosen


def _counts(wanted: list[str], most: int) -> list[int]:
    near = {round(float(cut)) + step for cut in wanted for step in (-1, 0, 1)}
    return sorted(count for count in {0, most, *near} if 0 <= count <= most)
