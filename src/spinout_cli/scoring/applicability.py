"""Applicability: which questions apply in these circumstances, and which answers count."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from graphlib import TopologicalSorter
from operator import attrgetter
from typing import Any, Literal, NamedTuple, TypeVar

from spinout_cli.documents.answers import Answer, Value
from spinout_cli.fields import Basis, Refusal, State
from spinout_cli.question_set.conditions import (
    Conditional,
    Facts,
    Holds,
    compile_condition,
    dependencies,
    looks_at,
)
from spinout_cli.question_set.model import Circumstance, Question, QuestionSet
from spinout_cli.question_set.rungs import clears

Doubt = Literal["unknown", "think", "not-applicable"]
"""Why an answered question counts as not known."""


Key = int | str | None
"""How a question stands: the rung that counts, else its state, else None where it has no entry."""


_Told = TypeVar("_Told")
_Part = TypeVar("_Part", bound=Conditional)


class _ByQuestion(Mapping[str, _Told]):
    """What the keys of questions tell, by their ids; a question of which it is None is not in it."""

    def __init__(
        self, places: Mapping[str, int], stands: list[Key], tells: Callable[[Key], _Told | None]
    ) -> None:
        self._places, self._stands, self._tells = places, stands, tells

    def __getitem__(self, name: str) -> _Told:
        told = self._tells(self._stands[self._places[name]])
        if told is None:
            raise KeyError(name)
        return told

    def __iter__(self) -> Iterator[str]:
        return (
            n for n, place in self._places.items() if self._tells(self._stands[place]) is not None
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _state(key: Key) -> str | None:
    return "answered" if isinstance(key, int) else key


def _rung(key: Key) -> int | None:
    return key if isinstance(key, int) else None


@dataclass(slots=True)
class CountedAnswers:
    """What counts of one answer sheet.

    `stands` tells how every question of the set stands, in its order; `rungs` and `states` the same
    by their ids: the index of the rung from the bottom for every answer that counts and is one, and
    the state of every answer that counts. `doubts` holds what nobody knows and why, `refused` what
    does not count and why, `applicable` what applies, and `places` where that is in the set.
    """

    facts: Facts
    stands: list[Key]
    rungs: Mapping[str, int]
    doubts: dict[str, Doubt] = field(default_factory=dict)
    refused: list[tuple[str, Refusal]] = field(default_factory=list)
    applicable: tuple[Question, ...] = ()
    places: tuple[int, ...] = ()

    @classmethod
    def blank(cls, values: dict[str, Any], places: Mapping[str, int]) -> "CountedAnswers":
        """Return that of nothing answered.

        Args:
            values: what conditions look at, to be filled in.
            places: where every question is in the set, by its id.
        """
        stands: list[Key] = [None] * len(places)
        facts = Facts(values, _ByQuestion(places, stands, _state))
        return cls(facts, stands, _ByQuestion(places, stands, _rung))

    @property
    def states(self) -> Mapping[str, str]:
        """The state of every question that has an answer which counts."""
        return self.facts.states


class _AnswerEffect(NamedTuple):
    """What an answer to a question that applies comes to; no state where it does not count."""

    state: State | None
    rung: int | None = None
    doubt: Doubt | None = None


class Applicability:
    """Which circumstances and questions apply, and which answers therefore count."""

    def __init__(self, question_set: QuestionSet) -> None:
        """Make every condition of the set ready once."""
        self._set = question_set
        self._circumstances = self._prepared(question_set.circumstances)
        # Most conditions look at circumstances alone, and many are the same: each is asked once.
        facts = question_set.circumstance.keys()
        early = [q for q in question_set.questions if q.when and looks_at(q.when) <= facts]
        self._closing = [
            (
                compile_condition(alike[0].when, question_set.ladders),
                {question.id for question in alike},
            )
            for alike in _alike(early)
        ]
        always = {question.id for question in question_set.questions if question.when is None}
        decided = always.union(question.id for question in early)
        self._places = {question.id: n for n, question in enumerate(question_set.questions)}
        self._questions = [
            (
                self._places[question.id],
                question.id,
                None if question.id in decided else holds,
                _AnswerEffects(question),
            )
            for question, holds in self._prepared(question_set.questions)
        ]
        self._open = lru_cache(256)(self._left_open)
        ids = [*(c.id for c in question_set.circumstances), *(q.id for q in question_set.questions)]
        self._order = {name: place for place, name in enumerate(ids)}

    def _prepared(self, parts: tuple[_Part, ...]) -> list[tuple[_Part, Holds]]:
        """Put the parts in an order in which each comes after those that its condition needs."""
        ladders = self._set.ladders
        by_id = {part.id: part for part in parts}
        order = TopologicalSorter(dependencies(parts)).static_order()
        return [(by_id[name], compile_condition(by_id[name].when, ladders)) for name in order]

    def _left_open(self, closed: frozenset[str]) -> tuple[tuple[Question, ...], tuple[int, ...]]:
        open_ = [(q, n) for n, q in enumerate(self._set.questions) if q.id not in closed]
        return tuple(question for question, _ in open_), tuple(place for _, place in open_)

    def stand(
        self,
        circumstances: Mapping[str, Value],
        answers: Mapping[str, Answer],
        changed: Collection[str] = (),
    ) -> CountedAnswers:
        """Tell what counts of these answers. What is not known leaves a question open.

        Args:
            circumstances: the facts, by id.
            answers: the answers, by the ids that their questions have in this set.
            changed: those of them that were given on another ladder, and so do not count.
        """
        if changed:
            answers = {name: answer for name, answer in answers.items() if name not in changed}
        values: dict[str, Any] = {}
        standing = CountedAnswers.blank(values, self._places)
        self._take_circumstances(circumstances, standing, values)
        closed = self._closed_early(standing.facts)
        self._take_answers(answers, standing, values, closed)
        standing.applicable, standing.places = self._open(frozenset(closed))
        known = self._set.question.keys()
        if not answers.keys() <= known:
            strangers = answers.keys() - known
            standing.refused.extend([(name, "unknown-question") for name in strangers])
        standing.refused.extend([(name, "ladder-changed") for name in changed])
        standing.refused.sort(key=self._named)
        return standing

    def _take_answers(
        self,
        answers: Mapping[str, Answer],
        standing: CountedAnswers,
        values: dict[str, Any],
        closed: set[str],
    ) -> None:
        """Take the answers that count; whatever else is closed by one of them is added to `closed`."""
        facts, stands = standing.facts, standing.stands
        for place, name, holds, takings in self._questions:
            answer = answers.get(name)
            if holds is not None and holds(facts) is False:
                closed.add(name)
            if answer is None:
                continue
            if name in closed:
                standing.refused.append((name, "closed"))
                continue
            state, rung, doubt = takings[_said(answer)]
            if rung is not None:
                stands[place], values[name] = rung, answer.rung
            elif state is None:
                standing.refused.append((name, "unknown-rung"))
            else:
                stands[place] = state
                if doubt is not None:
                    standing.doubts[name] = doubt

    def _closed_early(self, facts: Facts) -> set[str]:
        """Return the questions that the circumstances alone close."""
        closed = set[str]()
        for holds, names in self._closing:
            if holds(facts) is False:
                closed |= names
        return closed

    def _named(self, refused: tuple[str, Refusal]) -> tuple[int, str, Refusal]:
        """The set's order, then what the set does not know by name."""
        name, why = refused
        return self._order.get(name, len(self._order)), name, why

    def open_circumstances(self, circumstances: Mapping[str, Value]) -> list[Circumstance]:
        """Return the circumstances that apply, in the set's order."""
        values: dict[str, Any] = {}
        standing = CountedAnswers.blank(values, {})
        self._take_circumstances(circumstances, standing, values)
        asked = {
            part.id for part, holds in self._circumstances if holds(standing.facts) is not False
        }
        return [part for part in self._set.circumstances if part.id in asked]

    def _take_circumstances(
        self, given: Mapping[str, Value], standing: CountedAnswers, values: dict[str, Any]
    ) -> None:
        for circumstance, holds in self._circumstances:
            value = given.get(circumstance.id)
            if value is None:
                continue
            if circumstance.when is not None and holds(standing.facts) is False:
                standing.refused.append((circumstance.id, "closed"))
            elif not fits(circumstance, value):
                standing.refused.append((circumstance.id, "unknown-choice"))
            else:
                values[circumstance.id] = value
        known = self._set.circumstance
        strangers = given.keys() - known.keys()
        standing.refused.extend([(name, "unknown-circumstance") for name in strangers])


def _alike(questions: Iterable[Question]) -> Iterable[list[Question]]:
    """Put together the questions that have the same condition."""
    found: defaultdict[str, list[Question]] = defaultdict(list)
    for question in questions:
        found[repr(question.when)].append(question)
    return found.values()


_said = attrgetter("rung", "state", "basis")
"""Takes what an answer says without anybody's own words."""


class _AnswerEffects(dict[tuple[str | None, State | None, Basis | None], _AnswerEffect]):
    """What every answer to one question comes to; a rung not on its ladder can be any word."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def __missing__(self, answer: tuple[str | None, State | None, Basis | None]) -> _AnswerEffect:
        found = _effect_of(self._question, *answer)
        if found.state is not None:  # the others are without number
            self[answer] = found
        return found


def _effect_of(
    question: Question, rung: str | None, state: State | None, basis: Basis | None
) -> _AnswerEffect:
    """Tell what an answer to a question that applies comes to."""
    if rung is None:
        if state == "not-applicable" and question.hard_stop is not None:
            return _AnswerEffect("unknown", doubt="not-applicable")
        return _AnswerEffect(state, doubt="unknown" if state == "unknown" else None)
    if rung not in question.ladder:
        return _AnswerEffect(None)
    index = question.ladder.index(rung)
    if basis == "think" and clears(question, index):
        return _AnswerEffect("unknown", doubt="think")
    return _AnswerEffect("answered", index)


def fits(circumstance: Circumstance, value: Value) -> bool:
    """Tell whether this value is one that the circumstance can have."""
    match circumstance.type:
        case "choice" if circumstance.multiple:
            return isinstance(value, tuple | list) and circumstance.choice_ids.issuperset(value)
        case "choice":
            return isinstance(value, str) and value in circumstance.choice_ids
        case "number":
            return isinstance(value, int | float)
        case "date":
            return isinstance(value, str) and _is_day(value)
        case _:
            return isinstance(value, str)


def _is_day(value: str) -> bool:
    """Tell whether it is a date as conditions compare them: 2027-04-01 and no other form."""
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
