"""Scores answers against a question set; a pure function of both and the time."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from operator import itemgetter
from typing import NamedTuple

from spinout_cli.documents.answers import AnswerSheet, Depth, SetRef
from spinout_cli.documents.assessment import (
    Assessment,
    Finding,
    InHouse,
    LensState,
    NotCounted,
    ShownNotice,
    Step,
)
from spinout_cli.fields import LENSES, Lens
from spinout_cli.question_set.condition_index import ConditionIndex, effective_condition
from spinout_cli.question_set.conditions import Facts, compile_condition
from spinout_cli.question_set.model import Notice, QuestionSet, Rule
from spinout_cli.scoring.applicability import Applicability, CountedAnswers
from spinout_cli.scoring.outcomes import (
    QUESTIONS,
    WEIGHTS,
    Counts,
    EnablerOutcome,
    Outcomes,
    RoadblockOutcome,
)
from spinout_cli.scoring.planner import Planner, Priority
from spinout_cli.scoring.renames import Ladders, carried, on_other_ladders
from spinout_cli.scoring.result import Extent, Figures, Heading, ScoreResult, ThemeResult, Verdict

_rank = itemgetter(0)
"""Takes the rank of what was found."""

_Told = defaultdict[str, list[str]]
"""The questions on every list that `Outcome.told` names, in the set's order."""


class _Totals(NamedTuple):
    """What all that applies amounts to: sums by theme, lists of questions, and what was found."""

    past: bool
    sums: list[int]
    earned: list[float]
    told: _Told
    stakes: list[Priority]
    missing: list[RoadblockOutcome]
    there: list[EnablerOutcome]


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


class Scorer:
    """Scores answer sheets against one question set. Make it once, use it for thousands."""

    def __init__(self, question_set: QuestionSet, digest: str) -> None:
        """Make everything ready that is the same for every answer sheet."""
        ladders = question_set.ladders
        self._set = question_set
        self._ref = SetRef(id=question_set.id, version=question_set.version, digest=digest)
        self._applicability = Applicability(question_set)
        self._outcomes = Outcomes(question_set)
        self._planner = Planner(question_set)
        self._headings = [Heading(theme.id, theme.title) for theme in question_set.themes]
        self._left = compile_condition(question_set.left, ladders) if question_set.left else None
        self._ids = [question.id for question in question_set.questions]
        self._findings = [_finding(rule) for rule in question_set.rules]
        self._found, self._told = (
            ConditionIndex(
                [effective_condition(part, question_set) for part in parts], question_set
            )
            for parts in (question_set.rules, question_set.notices)
        )
        self._review = [notice.review_by for notice in question_set.notices]
        # What comes again and again is made once, and shared by every assessment.
        self._figures = lru_cache(1 << 14)(self._figured)
        self._extent = cache(_extent)  # the set bounds it
        self._refused = lru_cache(4096)(lambda name, why: NotCounted(id=name, reason=why))
        notices = question_set.notices
        self._shown = cache(lambda number, overdue: _shown(notices[number], overdue=overdue))

    def stand(self, sheet: AnswerSheet, ladders: Ladders | None = None) -> CountedAnswers:
        """Tell what counts of this sheet; `ladders` are those it was answered on, where known."""
        answers = carried(sheet.answers, self._set)
        if ladders is None:
            return self._applicability.stand(sheet.circumstances, answers)
        changed = on_other_ladders(sheet.answers, ladders, self._set)
        return self._applicability.stand(sheet.circumstances, answers, changed)

    def score(self, sheet: AnswerSheet, at: datetime) -> Assessment:
        """Tell everything that follows from the answers at this moment."""
        (draft,) = self.drafts([(sheet, self.stand(sheet))], at)
        return draft.assessment()

    def drafts(
        self, given: Sequence[tuple[AnswerSheet, CountedAnswers]], at: datetime
    ) -> list[ScoreResult]:
        """Tell the same of many, but not yet as documents: much sooner.

        Args:
            given: what was answered, and what counts of it.
            at: the moment of scoring.
        """
        # One step for all of them and then the next: each finds at hand what it just used.
        weighed = [self._weighed(standing) for _, standing in given]
        planned = [self._planner.plan(amounts.stakes) for amounts in weighed]
        parts = zip(given, weighed, planned, strict=True)
        return [self._draft(*each, amounts, steps, at) for each, amounts, steps in parts]

    def _draft(
        self,
        sheet: AnswerSheet,
        standing: CountedAnswers,
        weighed: _Totals,
        steps: list[Step],
        at: datetime,
    ) -> ScoreResult:
        missing, there = sorted(weighed.missing, key=_rank), sorted(weighed.there, key=_rank)
        doubts = [self._outcomes.doubt(*doubt) for doubt in standing.doubts.items()]
        counted = rule_facts(standing, [found.stops for found in missing], len(there))
        return ScoreResult(
            question_set=self._ref,
            service=sheet.service,
            circumstances=sheet.circumstances,
            depth=sheet.depth,
            scored_at=at,
            lenses={lens: _verdict(lens, sheet.depth, weighed) for lens in LENSES},
            themes=self._themes(weighed.sums, weighed.earned),
            in_house=self._in_house(standing),
            not_counted=[self._refused(name, why) for name, why in standing.refused],
            caution=self._set.caution,
            roadblocks=[found.part for found in missing],
            enablers=[found.part for found in there],
            findings=[self._findings[number] for number in self._found.holding(counted)],
            find_out=[found.part for found in sorted(doubts, key=_rank)],
            notices=self._notices(standing.facts, at.date()),
            next_steps=steps,
        )

    def _weighed(self, standing: CountedAnswers) -> _Totals:
        """Add up what every question that applies amounts to."""
        past = self._left is not None and self._left(standing.facts) is True
        names, outcomes = self._ids, self._outcomes.past if past else self._outcomes.before
        themes, stands = len(self._headings), standing.stands
        found = _Totals(
            past, [0] * themes, [0.0] * themes, defaultdict(list), [None] * len(names), [], []
        )
        _, sums, earned, told, stakes, missing, there = found
        for place in standing.places:
            theme, counts, more, lists, stake, lack, help_ = outcomes[place][stands[place]]
            sums[theme] += counts
            earned[theme] += more
            for which in lists:
                told[which].append(names[place])
            stakes[place] = stake
            if lack is not None:
                missing.append(lack)
            elif help_ is not None:
                there.append(help_)
        return found

    def _themes(self, sums: list[int], earned: list[float]) -> list[ThemeResult]:
        figures = map(self._figures, [counts & WEIGHTS for counts in sums], earned)
        extents = map(self._extent, [counts & QUESTIONS for counts in sums])
        return list(zip(self._headings, figures, extents, strict=True))

    def _figured(self, weights: int, earned: float) -> Figures:
        """Return the figures of a theme whose questions add up to these; `weights` are packed counts."""
        *_, weight, answered = Counts.unpacked(weights)
        mean, low, high = weighted_range(earned, answered, weight)
        coverage = answered / weight if weight else None
        enough = coverage is not None and coverage >= self._set.minimum_coverage
        return Figures(
            score=mean if enough else None,
            low=low,
            high=high,
            coverage=None if coverage is None else round(coverage, 4),
        )

    def _in_house(self, standing: CountedAnswers) -> InHouse | None:
        name = self._set.in_house or ""
        rung = standing.rungs.get(name)
        return None if rung is None else self._outcomes.in_house(name, rung)

    def _notices(self, facts: Facts, today: date) -> list[ShownNotice]:
        """The notices whose nation and condition are both known to fit."""
        review = self._review
        return [self._shown(n, review[n] < today) for n in self._told.holding(facts)]


def _verdict(lens: Lens, depth: Depth, weighed: _Totals) -> Verdict:
    told = weighed.told
    stops, open_ = told[f"{lens}.stops"], told[f"{lens}.open"]
    decides = told[f"{lens}.decides"]
    state: LensState
    if weighed.past and lens == "launch":
        return Verdict("past", [], [])
    if stops:
        state = "stopped"
    elif depth == "quick":  # it finds what stops, and has not asked the rest
        return Verdict("unknown", [], decides or open_)
    elif decides:
        state = "unknown"
    else:
        low = any(lens in found.lenses for found in weighed.missing)
        state = "roadblocks" if low else "clear"
    return Verdict(state, stops, decides)


def _extent(counts: int) -> Extent:
    """Return how many questions a theme has, of packed counts."""
    questions, asked, known, *_ = Counts.unpacked(counts)
    return Extent(applicable=questions, asked=asked, answered=known)


def _finding(rule: Rule) -> Finding:
    return Finding(
        id=rule.id, kind=rule.kind, title=rule.title, because=rule.because, sources=rule.sources
    )


def rule_facts(standing: CountedAnswers, stopping: list[bool], enablers: int) -> Facts:
    """Return what is known, and how much of each there is: rules may look at both.

    Args:
        standing: what counts.
        stopping: of every roadblock, whether it stops a lens.
        enablers: how many there are.
    """
    tallies = {
        "tally.answered": [*map(type, standing.stands)].count(int),
        "tally.unknown": len(standing.doubts),
        "tally.roadblocks": len(stopping),
        "tally.enablers": enablers,
        "tally.hard-stops": sum(stopping),
    }
    return Facts({**standing.facts.values, **tallies}, standing.states)


def _shown(notice: Notice, *, overdue: bool) -> ShownNotice:
    told = notice.model_dump(exclude={"when"})
    return ShownNotice(**told, overdue=overdue)
