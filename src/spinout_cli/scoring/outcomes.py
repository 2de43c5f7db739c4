"""The outcome of each possible answer to a question, computed once for a question set."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from spinout_cli.documents.assessment import Enabler, InHouse, Roadblock, Unknown
from spinout_cli.fields import LENSES, Lens
from spinout_cli.question_set.model import Question, QuestionSet
from spinout_cli.question_set.rungs import rung_effect, severity, stops, stops_lens, strength
from spinout_cli.scoring.applicability import Doubt, Key
from spinout_cli.scoring.planner import UNSETTLED, Priority, offered, priority

Rank = tuple[bool, float, int]
"""The sort key of a finding: stops first, then the largest, then the set's order."""


class RoadblockOutcome(NamedTuple):
    """A roadblock, and whether it stops a lens."""

    rank: Rank
    part: Roadblock
    stops: bool


class EnablerOutcome(NamedTuple):
    """An enabler."""

    rank: Rank
    part: Enabler


class UnknownOutcome(NamedTuple):
    """Something that nobody knows."""

    rank: Rank
    part: Unknown


class Outcome(NamedTuple):
    """What one answer to one question adds to an assessment.

    `theme` is the index of the question's theme. Of its figures, `applicable`, `asked` and
    `answered` are 0 or 1, and `weight` and `known` are the weight that applies and that is answered.

    `lists` names the lists of question ids that the question belongs on, for each lens: `stops` (it
    stops it), `open` (it is not answered) and `decides` (it is not answered, and the lens is not
    known without it), written `launch.stops` and so on.
    """

    theme: int
    applicable: int
    asked: int
    answered: int
    weight: int
    known: int
    earned: float
    lists: tuple[str, ...]
    priority: Priority
    roadblock: RoadblockOutcome | None
    enabler: EnablerOutcome | None


class Outcomes:
    """The outcome of every answer to the questions of one set, each computed when first needed.

    `of(place, key, past)` is the outcome of the question at this place in the set's order; `past`
    tells whether the service has left. `doubt(id, why, past)` is an entry of what to find out, and
    `in_house(id, rung)` what was answered about staying in-house.
    """

    def __init__(self, question_set: QuestionSet) -> None:
        """Compute nothing yet."""
        self._questions = question_set.questions
        self._place = {question.id: n for n, question in enumerate(question_set.questions)}
        self._theme = {theme.id: n for n, theme in enumerate(question_set.themes)}
        self.of = cache(self._outcome)
        self.doubt = cache(self._doubtful)
        self.in_house = cache(self._in_house)

    def _outcome(self, place: int, key: Key, past: bool) -> Outcome:  # noqa: FBT001  (a cache compares keywords slowly)
        question = self._questions[place]
        roadblock, enabler = _finding(question, place, key, past=past)
        applies, known = key != "not-applicable", isinstance(key, int)
        return Outcome(
            theme=self._theme[question.theme],
            applicable=int(applies),
            asked=int(applies and key is not None),
            answered=int(known),
            weight=question.weight if applies else 0,
            known=question.weight if known else 0,
            earned=_earned(question, key),
            lists=tuple(_lists(question, key)),
            priority=_priority(key, roadblock),
            roadblock=roadblock,
            enabler=enabler,
        )

    def _doubtful(self, name: str, why: Doubt, past: bool) -> UnknownOutcome:  # noqa: FBT001  (as above)
        place = self._place[name]
        question = self._questions[place]
        stoppable = stops(question, -1, past=past)
        rank = _rank(stops=stoppable, size=question.weight, place=place)
        return UnknownOutcome(rank, _unknown(question, why, stoppable=stoppable))

    def _in_house(self, name: str, rung: int) -> InHouse:
        question = self._questions[self._place[name]]
        title = {"roadblock": question.roadblock, "enabler": question.enabler, "neither": ""}
        return InHouse(
            id=name, title=title[rung_effect(question, rung)], because=_said(question, rung)
        )


def _finding(
    question: Question, place: int, key: Key, *, past: bool
) -> tuple[RoadblockOutcome | None, EnablerOutcome | None]:
    if not isinstance(key, int):
        return None, None
    stopped = stops(question, key, past=past)
    if stopped or rung_effect(question, key) == "roadblock":
        return _roadblock(question, key, place, past=past), None
    return None, _enabler(question, key, place) if rung_effect(question, key) == "enabler" else None


def _earned(question: Question, key: Key) -> float:
    return question.weight * question.positions[key] if isinstance(key, int) else 0.0


def _priority(key: Key, roadblock: RoadblockOutcome | None) -> Priority:
    if roadblock is not None:
        return priority(stops=roadblock.part.hard_stop, severity=roadblock.part.severity)
    return None if isinstance(key, int) or key == "not-applicable" else UNSETTLED


def _lists(question: Question, key: Key) -> Iterator[str]:
    rung = key if isinstance(key, int) else None
    open_ = rung is None and key != "not-applicable"
    for lens in LENSES:
        if not question.bears_on(lens):
            continue
        if rung is not None and stops_lens(question, rung, lens):
            yield f"{lens}.stops"
        if open_:
            yield f"{lens}.open"
        if open_ and question.decides(lens):
            yield f"{lens}.decides"


def _rank(*, stops: bool, size: float, place: int) -> Rank:
    return not stops, -size, place


def _said(question: Question, rung: int) -> str:
    return f"You said: “{question.rungs[rung].label}”."


def _roadblock(question: Question, rung: int, place: int, *, past: bool) -> RoadblockOutcome:
    stopped = stops(question, rung, past=past)
    reason = f" {question.hard_stop.reason}" if stopped and question.hard_stop else ""
    part = Roadblock(
        id=question.id,
        theme=question.theme,
        title=question.roadblock,
        rung=question.rungs[rung].id,
        hard_stop=stopped,
        lenses=tuple(_hindered(question, rung, past=past)),
        severity=severity(question, rung),
        because=_said(question, rung) + reason,
        next=offered(question.next),
        sources=question.sources,
        stories=question.stories,
    )
    rank = _rank(stops=stopped, size=part.severity, place=place)
    return RoadblockOutcome(rank, part, stopped)


def _hindered(question: Question, rung: int, *, past: bool) -> Iterator[Lens]:
    """Yield the lenses for which this answer is a roadblock: none that is past."""
    low = rung_effect(question, rung) == "roadblock"
    for lens in LENSES:
        if past and lens == "launch":
            continue
        if stops_lens(question, rung, lens) or (low and question.bears_on(lens)):
            yield lens


def _enabler(question: Question, rung: int, place: int) -> EnablerOutcome:
    part = Enabler(
        id=question.id,
        theme=question.theme,
        title=question.enabler,
        rung=question.rungs[rung].id,
        strength=strength(question, rung),
        because=_said(question, rung),
        sources=question.sources,
        stories=question.stories,
    )
    rank = _rank(stops=question.hard_stop is not None, size=part.strength, place=place)
    return EnablerOutcome(rank, part)


def _unknown(question: Question, why: Doubt, *, stoppable: bool) -> Unknown:
    return Unknown.model_validate(
        {
            "id": question.id,
            "theme": question.theme,
            "title": question.ask,
            "what": question.find_out.what,
            "from": question.find_out.from_,
            "hard_stop": stoppable,
            "reason": why,
        }
    )
