"""From answers to an assessment: pure, and always computed anew."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import NamedTuple

from spinout_cli.answers import AnswerSheet, SetRef
from spinout_cli.assessment import (
    Assessment,
    Enabler,
    Finding,
    InHouse,
    LensState,
    LensVerdict,
    NotCounted,
    Roadblock,
    ShownNotice,
    ThemeScore,
    Unknown,
)
from spinout_cli.conditions import Facts, Holds, prepare
from spinout_cli.questions import Mark, Notice, Question, QuestionSet, Rule, Theme
from spinout_cli.standing import Applicability, Doubt, Standing, clears
from spinout_cli.steps import Planner, offered
from spinout_cli.vocabulary import LENSES, Lens

ROADBLOCK_BELOW = 0.5
ENABLER_FROM = 0.75
_CLOSED = ("answered", "not-applicable")


def mark(question: Question, rung: int) -> Mark:
    """Tell what a rung counts as: what the set says, or what follows from its position."""
    given = question.rungs[rung].marks
    if given is not None:
        return given
    position = question.positions[rung]
    if position < ROADBLOCK_BELOW:
        return "roadblock"
    return "enabler" if position >= ENABLER_FROM else "neither"


def severity(question: Question, rung: int) -> float:
    """Weight times the distance from the top."""
    return round(question.weight * (1 - question.positions[rung]), 4)


def weighted_range(
    earned: float, answered: int, total: int
) -> tuple[float | None, float | None, float | None]:
    """Return the mean of what is known, and the range that what is not known leaves open.

    Args:
        earned: the sum of weight times position (0 to 1) of every answer.
        answered: the weight answered.
        total: the weight that applies, answered or not.

    Returns:
        Mean, low and high, each 0 to 100, or None where there is nothing to take a mean of.

    >>> weighted_range(3 * 1.0 + 1 * 0.0, 4, 4)
    (75.0, 75.0, 75.0)
    >>> weighted_range(1.0, 1, 2)
    (100.0, 50.0, 100.0)
    """
    if not total:
        return None, None, None
    mean = round(100 * earned / answered, 1) if answered else None
    unknown = total - answered  # a whole number: added last, it never moves what is known
    return mean, round(100 * earned / total, 1), round(100 * (earned + unknown) / total, 1)


@dataclass(slots=True)
class _Sums:
    """What the questions of a theme add up to; what was set aside is asked, and no more."""

    questions: int = 0
    asked: int = 0
    known: int = 0
    total: int = 0
    answered: int = 0
    earned: float = 0.0

    def add(self, weight: int, state: str | None, position: float | None) -> None:
        """Add a question: its weight, its state if it has an entry, its position if it is known."""
        self.asked += state is not None
        if state == "not-applicable":
            return
        self.questions += 1
        self.total += weight
        if position is not None:
            self.known += 1
            self.answered += weight
            self.earned += weight * position


class Scorer:
    """Scores answer sheets against one question set. Make it once, use it for thousands."""

    def __init__(self, question_set: QuestionSet, digest: str) -> None:
        """Make everything ready that is the same for every answer sheet."""
        ladders = question_set.ladders
        self._set = question_set
        self._ref = SetRef(id=question_set.id, version=question_set.version, digest=digest)
        self._applicability = Applicability(question_set)
        self._planner = Planner(question_set)
        self._marks = {
            q.id: [mark(q, rung) for rung in range(len(q.rungs))] for q in question_set.questions
        }
        self._can_stop = {q.id for q in question_set.questions if q.hard_stop is not None}
        self._bearing = {lens: _bearing(question_set.questions, lens) for lens in LENSES}
        self._left = prepare(question_set.left, ladders) if question_set.left else None
        self._rules = [(_finding(rule), prepare(rule.when, ladders)) for rule in question_set.rules]
        self._notices = _by_nation(question_set)
        # The same answer always says the same: that is made once, and shared by every assessment.
        named = question_set.question
        self._found = cache(lambda name, rung, past: _found(named[name], rung, past=past))
        self._unknown = cache(lambda name, why: _unknown(named[name], why))
        self._refused = lru_cache(4096)(lambda name, why: NotCounted(id=name, reason=why))
        told = {notice.id: notice for notice in question_set.notices}
        self._shown = cache(lambda name, overdue: _shown(told[name], overdue=overdue))

    def stand(self, sheet: AnswerSheet) -> Standing:
        """Tell what counts of this sheet."""
        return self._applicability.stand(sheet.circumstances, sheet.answers)

    def score(self, sheet: AnswerSheet, at: datetime) -> Assessment:
        """Tell everything that follows from the answers at this moment."""
        standing = self.stand(sheet)
        past = self._left is not None and self._left(standing.facts) is True
        roadblocks, enablers = self._sorted_findings(standing, past=past)
        find_out = self._find_out(standing)
        return Assessment(
            format="spinout.assessment/1",
            question_set=self._ref,
            service=sheet.service,
            circumstances=sheet.circumstances,
            depth=sheet.depth,
            scored_at=at,
            lenses={lens: self._verdict(lens, sheet, standing, past=past) for lens in LENSES},
            themes=self._themes(standing, roadblocks, enablers),
            roadblocks=roadblocks,
            enablers=enablers,
            findings=self._findings(standing, roadblocks, enablers),
            find_out=find_out,
            in_house=self._in_house(standing),
            notices=self._told(standing.facts, at.date()),
            next_steps=self._planner.plan(roadblocks, self._settled(standing)),
            not_counted=tuple([self._refused(name, why) for name, why in standing.refused]),
            caution=self._set.caution,
        )

    def _sorted_findings(
        self, standing: Standing, *, past: bool
    ) -> tuple[tuple[Roadblock, ...], tuple[Enabler, ...]]:
        rungs = standing.rungs
        counted = [q.id for q in standing.applicable if q.id in rungs]
        found = [self._found(name, rungs[name], past) for name in counted]
        roadblocks = [each for each in found if isinstance(each, Roadblock)]
        enablers = [each for each in found if isinstance(each, Enabler)]
        roadblocks.sort(key=lambda block: (not block.hard_stop, -block.severity))
        enablers.sort(key=lambda enabler: (enabler.id not in self._can_stop, -enabler.strength))
        return tuple(roadblocks), tuple(enablers)

    def _verdict(
        self, lens: Lens, sheet: AnswerSheet, standing: Standing, *, past: bool
    ) -> LensVerdict:
        rungs, states = standing.rungs, standing.states
        clear_from, decides = self._bearing[lens]
        bearing = [q.id for q in standing.applicable if q.id in clear_from]
        known = [(name, rungs[name]) for name in bearing if name in rungs]
        met = [name for name, rung in known if rung < clear_from[name]]
        open_ = [name for name in bearing if states.get(name) not in _CLOSED]
        decisive = [name for name in open_ if name in decides]
        blocked = any(self._marks[name][rung] == "roadblock" for name, rung in known)
        state: LensState
        if past and lens == "launch":
            state, met, decisive = "past", [], []
        elif met:
            state = "stopped"
        elif decisive:
            state = "unknown"
        elif blocked:
            state = "roadblocks"
        elif sheet.depth == "quick":  # the quick version finds what stops; it never says `clear`
            state, decisive = "unknown", open_
        else:
            state = "clear"
        return LensVerdict(state=state, hard_stops=tuple(met), unknown=tuple(decisive))

    def _themes(
        self,
        standing: Standing,
        roadblocks: tuple[Roadblock, ...],
        enablers: tuple[Enabler, ...],
    ) -> tuple[ThemeScore, ...]:
        sums = {theme.id: _Sums() for theme in self._set.themes}
        rungs, states = standing.rungs, standing.states
        for question in standing.applicable:
            rung = rungs.get(question.id)
            position = None if rung is None else question.positions[rung]
            sums[question.theme].add(question.weight, states.get(question.id), position)
        blocking, enabling = _ids_by_theme(roadblocks), _ids_by_theme(enablers)
        return tuple(
            self._theme(
                theme, sums[theme.id], blocking.get(theme.id, ()), enabling.get(theme.id, ())
            )
            for theme in self._set.themes
        )

    def _theme(
        self, theme: Theme, sums: "_Sums", roadblocks: Iterable[str], enablers: Iterable[str]
    ) -> ThemeScore:
        mean, low, high = weighted_range(sums.earned, sums.answered, sums.total)
        coverage = sums.answered / sums.total if sums.total else None
        enough = coverage is not None and coverage >= self._set.minimum_coverage
        return ThemeScore(
            id=theme.id,
            title=theme.title,
            score=mean if enough else None,
            low=low,
            high=high,
            coverage=None if coverage is None else round(coverage, 4),
            applicable=sums.questions,
            asked=sums.asked,
            answered=sums.known,
            roadblocks=tuple(roadblocks),
            enablers=tuple(enablers),
        )

    def _findings(
        self,
        standing: Standing,
        roadblocks: tuple[Roadblock, ...],
        enablers: tuple[Enabler, ...],
    ) -> tuple[Finding, ...]:
        tallies = {
            "tally.answered": len(standing.rungs),
            "tally.unknown": len(standing.doubts),
            "tally.roadblocks": len(roadblocks),
            "tally.enablers": len(enablers),
            "tally.hard-stops": sum(found.hard_stop for found in roadblocks),
        }
        facts = Facts({**standing.facts.values, **tallies}, standing.states)
        return tuple(finding for finding, holds in self._rules if holds(facts))

    def _find_out(self, standing: Standing) -> tuple[Unknown, ...]:
        doubtful = [q for q in standing.applicable if q.id in standing.doubts]
        doubtful.sort(key=lambda q: (q.hard_stop is None, -q.weight))
        return tuple(self._unknown(q.id, standing.doubts[q.id]) for q in doubtful)

    def _in_house(self, standing: Standing) -> InHouse | None:
        rung = standing.rungs.get(self._set.in_house or "")
        if self._set.in_house is None or rung is None:
            return None
        question = self._set.question[self._set.in_house]
        title = {"roadblock": question.roadblock, "enabler": question.enabler, "neither": ""}
        return InHouse(
            id=question.id, title=title[mark(question, rung)], because=_said(question, rung)
        )

    def _told(self, facts: Facts, today: date) -> tuple[ShownNotice, ...]:
        """The notices whose nation and condition are both known to fit."""
        here = self._notices.get(facts.values.get("nation"), self._notices[None])
        return tuple(
            self._shown(notice.id, notice.review_by < today)
            for notice, holds in here
            if holds(facts) is True
        )

    def _settled(self, standing: Standing) -> Callable[[str], bool]:
        asked = {question.id for question in standing.applicable}

        def settled(name: str) -> bool:
            if name not in asked or standing.states.get(name) == "not-applicable":
                return True
            rung = standing.rungs.get(name)
            return rung is not None and self._marks[name][rung] != "roadblock"

        return settled


class _Bearing(NamedTuple):
    """What bears on a lens: from which rung up a question does not stop it, and what decides it."""

    clear_from: dict[str, int]
    decides: set[str]


def _bearing(questions: Iterable[Question], lens: Lens) -> _Bearing:
    bearing = [question for question in questions if question.bears_on(lens)]
    return _Bearing(
        {q.id: q.lowest_clear if _can_stop(q, lens) else 0 for q in bearing},
        {q.id for q in bearing if q.decides(lens)},
    )


def _can_stop(question: Question, lens: Lens) -> bool:
    return question.hard_stop is not None and question.hard_stop.stops(lens)


def _ids_by_theme(findings: Iterable[Roadblock | Enabler]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for found in findings:
        ids.setdefault(found.theme, []).append(found.id)
    return ids


def stops(question: Question, rung: int, *, past: bool) -> bool:
    """Tell whether this answer stops a lens that is not past."""
    lenses: tuple[Lens, ...] = ("endure",) if past else LENSES
    return not clears(question, rung) and any(_can_stop(question, lens) for lens in lenses)


def _said(question: Question, rung: int) -> str:
    return f"You said: “{question.rungs[rung].label}”."


def _found(question: Question, rung: int, *, past: bool) -> Roadblock | Enabler | None:
    """What an answer amounts to."""
    counts_as = mark(question, rung)
    if counts_as == "roadblock" or stops(question, rung, past=past):
        return _roadblock(question, rung, past=past)
    return _enabler(question, rung) if counts_as == "enabler" else None


def _roadblock(question: Question, rung: int, *, past: bool) -> Roadblock:
    stopped = stops(question, rung, past=past)
    reason = f" {question.hard_stop.reason}" if stopped and question.hard_stop else ""
    return Roadblock(
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


def _enabler(question: Question, rung: int) -> Enabler:
    return Enabler(
        id=question.id,
        theme=question.theme,
        title=question.enabler,
        rung=question.rungs[rung].id,
        strength=round(question.weight * question.positions[rung], 4),
        because=_said(question, rung),
        sources=question.sources,
        stories=question.stories,
    )


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


def _finding(rule: Rule) -> Finding:
    return Finding(
        id=rule.id, kind=rule.kind, title=rule.title, because=rule.because, sources=rule.sources
    )


def _by_nation(question_set: QuestionSet) -> dict[str | None, list[tuple[Notice, Holds]]]:
    """The notices of each nation; under None those of all, which need no nation to be known."""
    asked = question_set.circumstance.get("nation")
    choices = None if asked is None else {choice.id for choice in asked.choices}
    told: dict[str | None, list[tuple[Notice, Holds]]] = {
        None: [],
        **{c: [] for c in choices or ()},
    }
    for notice in question_set.notices:
        everywhere = choices is not None and choices.issubset(notice.nations)
        holds = prepare(notice.when, question_set.ladders)
        for nation, notices in told.items():
            if everywhere or nation in notice.nations:
                notices.append((notice, holds))
    return told


def _shown(notice: Notice, *, overdue: bool) -> ShownNotice:
    told = notice.model_dump(exclude={"when"})
    return ShownNotice(**told, overdue=overdue)
