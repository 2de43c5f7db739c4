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

Rank = float
"""The place of a finding among others: stops first, then what is most, then the set's order.

One number, since a list is sorted soonest by such. It is a whole one, and a float holds it exactly.
"""


_FULL = (1 << 32) - 1
"""The most that one count can be where several are packed."""


class Counts(NamedTuple):
    """What a question adds to its theme. One that was set aside adds nothing.

    To add them up for a theme, each question's are packed into one number, and the sum unpacked.
    """

    questions: int = 0
    asked: int = 0
    known: int = 0
    weight: int = 0
    answered: int = 0

    def packed(self) -> int:
        """Return all five in one number, of 32 bits each."""
        return sum(count << 32 * n for n, count in enumerate(self))

    @classmethod
    def unpacked(cls, number: int) -> "Counts":
        """Return what was packed, or a sum of such.

        >>> Counts.unpacked(Counts(1, 1, 0, 3, 0).packed() + Counts(1, 1, 1, 2, 2).packed())
        Counts(questions=2, asked=2, known=1, weight=5, answered=2)
        """
        return cls(*(number >> 32 * n & _FULL for n in range(len(cls._fields))))


QUESTIONS = Counts(questions=_FULL, asked=_FULL, known=_FULL).packed()
"""The bits of packed counts that tell how many questions there are."""

WEIGHTS = Counts(weight=_FULL, answered=_FULL).packed()
"""Those that tell what they weigh."""


class RoadblockOutcome(NamedTuple):
    """A roadblock, whether it stops a lens, and the lenses that its rung by itself is one for."""

    rank: Rank
    part: Roadblock
    stops: bool
    lenses: tuple[Lens, ...]


class EnablerOutcome(NamedTuple):
    """An enabler."""

    rank: Rank
    part: Enabler


class UnknownOutcome(NamedTuple):
    """Something that nobody knows."""

    rank: Rank
    part: Unknown


class Outcome(NamedTuple):
    """What one answer to one question amounts to, and the place of the theme to which it adds.

    `told` names the lists that the question belongs on, of each lens: `stops` (it stops it), `open`
    (it is not answered) and `decides` (it is not answered, and the lens is not known without it),
    written `launch.stops` and so on.
    """

    theme: int
    counts: int
    earned: float
    told: tuple[str, ...]
    stake: Priority
    missing: RoadblockOutcome | None
    there: EnablerOutcome | None


class _OutcomesByAnswer(dict[Key, Outcome]):
    """What it amounts to how one question stands; `past`: the service has left."""

    def __init__(self, question: Question, place: int, theme: int, *, past: bool) -> None:
        super().__init__()
        self._question, self._place, self._theme, self._past = question, place, theme, past

    def __missing__(self, key: Key) -> Outcome:
        missing, there = _finding(self._question, self._place, key, past=self._past)
        outcome = self[key] = Outcome(
            theme=self._theme,
            counts=_counts(self._question, key).packed(),
            earned=_earned(self._question, key),
            told=tuple(_told(self._question, key)),
            stake=_stake(key, missing),
            missing=missing,
            there=there,
        )
        return outcome


class Outcomes:
    """What every answer to the questions of one set amounts to.

    `before` and `past` tell it question by question in the set's order, until the service has left
    and from then on.
    """

    def __init__(self, question_set: QuestionSet) -> None:
        """Make nothing yet: each is made when it is first asked for, and kept."""
        self._question = question_set.question
        self._place = {question.id: n for n, question in enumerate(question_set.questions)}
        themes = {theme.id: n for n, theme in enumerate(question_set.themes)}
        placed = [(q, n, themes[q.theme]) for n, q in enumerate(question_set.questions)]
        self.before = [_OutcomesByAnswer(*each, past=False) for each in placed]
        self.past = [_OutcomesByAnswer(*each, past=True) for each in placed]
        self.doubt = cache(self._doubtful)
        self.in_house = cache(self._in_house)

    def _doubtful(self, name: str, why: Doubt) -> UnknownOutcome:
        question = self._question[name]
        place = self._place[name]
        rank = _rank(stops=question.hard_stop is not None, size=question.weight, place=place)
        return UnknownOutcome(rank, _unknown(question, why))

    def _in_house(self, name: str, rung: int) -> InHouse:
        question = self._question[name]
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
        return _missing(question, key, place, stopped=stopped), None
    return None, _there(question, key, place) if rung_effect(question, key) == "enabler" else None


def _earned(question: Question, key: Key) -> float:
    return question.weight * question.positions[key] if isinstance(key, int) else 0.0


def _stake(key: Key, missing: RoadblockOutcome | None) -> Priority:
    if missing is not None:
        return priority(stops=missing.part.hard_stop, severity=missing.part.severity)
    return None if isinstance(key, int) or key == "not-applicable" else UNSETTLED


def _counts(question: Question, key: Key) -> Counts:
    weight = question.weight
    if isinstance(key, int):
        return Counts(1, 1, 1, weight, weight)
    if key == "not-applicable":
        return Counts()
    return Counts(questions=1, asked=int(key is not None), weight=weight)


def _told(question: Question, key: Key) -> Iterator[str]:
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
    return float((-(stops << 20) - round(size * 10_000) << 32) + place)


def _said(question: Question, rung: int) -> str:
    return f"You said: “{question.rungs[rung].label}”."


def _missing(question: Question, rung: int, place: int, *, stopped: bool) -> RoadblockOutcome:
    reason = f" {question.hard_stop.reason}" if stopped and question.hard_stop else ""
    part = Roadblock(
        id=question.id,
        theme=question.theme,
        title=question.roadblock,
        rung=question.rungs[rung].id,
        hard_stop=stopped,
        lenses=tuple(lens for lens in LENSES if question.bears_on(lens)),
        severity=severity(question, rung),
        because=_said(question, rung) + reason,
        next=offered(question.next),
        sources=question.sources,
        stories=question.stories,
    )
    rank = _rank(stops=stopped, size=part.severity, place=place)
    low = part.lenses if rung_effect(question, rung) == "roadblock" else ()
    return RoadblockOutcome(rank, part, stopped, low)


def _there(question: Question, rung: int, place: int) -> EnablerOutcome:
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


def _unknown(question: Question, why: Doubt) -> Unknown:
    return Unknown.model_validate(
        {
            "id": question.id,
            "theme": question.theme,
            "title": question.ask,
            "what": question.find_out.what,
            "from": question.find_out.from_,
            "hard_stop": question.hard_stop is not None,
            "reason": why,
        }
    )
