"""Scores answers against a question set; a pure function of both and the time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from operator import attrgetter

from spinout_cli.documents.answers import AnswerSheet, Depth, SetRef
from spinout_cli.documents.assessment import (
    Assessment,
    Finding,
    InHouse,
    ShownNotice,
    Step,
)
from spinout_cli.fields import LENSES, Lens
from spinout_cli.question_set.condition_index import ConditionIndex, effective_condition
from spinout_cli.question_set.conditions import Facts, compile_condition
from spinout_cli.question_set.model import Notice, QuestionSet, Rule, Theme
from spinout_cli.scoring.applicability import Applicability, CountedAnswers
from spinout_cli.scoring.outcomes import (
    EnablerOutcome,
    Outcome,
    Outcomes,
    RoadblockOutcome,
)
from spinout_cli.scoring.planner import Planner, Priority
from spinout_cli.scoring.renames import Ladders, carried, on_other_ladders
from spinout_cli.scoring.result import ScoreResult, ThemeResult, Verdict

_rank = attrgetter("rank")
"""The sort key of a finding."""


@dataclass(slots=True)
class _ThemeTotals:
    """Sums over the questions of a theme."""

    applicable: int = 0
    asked: int = 0
    answered: int = 0
    weight: int = 0
    known: int = 0
    earned: float = 0.0

    def add(self, outcome: Outcome) -> None:
        """Add what one question amounts to."""
        self.applicable += outcome.applicable
        self.asked += outcome.asked
        self.answered += outcome.answered
        self.weight += outcome.weight
        self.known += outcome.known
        self.earned += outcome.earned


@dataclass(slots=True)
class _Totals:
    """What all questions that apply amount to.

    `lists` holds the lists that `Outcome.lists` names, in the set's order; `priorities` has an entry
    for every question of the set.
    """

    past: bool
    themes: list[_ThemeTotals]
    priorities: list[Priority]
    lists: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    roadblocks: list[RoadblockOutcome] = field(default_factory=list)
    enablers: list[EnablerOutcome] = field(default_factory=list)


@lru_cache(1 << 14)  # few sums come up, again and again
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
    mean = round(100 * earned / answered, 4) if answered else None
    unknown = total - answered  # a whole number: added last, it never moves what is known
    return mean, round(100 * earned / total, 4), round(100 * (earned + unknown) / total, 4)


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
        self._left = compile_condition(question_set.left, ladders) if question_set.left else None
        self._findings = [_finding(rule) for rule in question_set.rules]
        self._rules, self._notices = (
            ConditionIndex(
                [effective_condition(part, question_set) for part in parts], question_set
            )
            for parts in (question_set.rules, question_set.notices)
        )
        self._weights = {lens: _weights_on(lens, question_set) for lens in LENSES}
        notices = question_set.notices
        self._shown = cache(lambda number, overdue: _shown(notices[number], overdue=overdue))

    def stand(self, sheet: AnswerSheet, ladders: Ladders | None = None) -> CountedAnswers:
        """Tell what counts of this sheet; `ladders` are those it was answered on, where known."""
        answers = carried(sheet.answers, self._set)
        if ladders is None:
            ladders = sheet.ladders
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
        """Return the same for many sheets, but not yet as documents: that takes most of the time.

        Args:
            given: what was answered, and what counts of it.
            at: the moment of scoring.
        """
        # One pass for each step: its data then stays in the processor's cache.
        totals = [self._totals(standing) for _, standing in given]
        plans = [self._planner.plan(each.priorities) for each in totals]
        parts = zip(given, totals, plans, strict=True)
        return [self._draft(*pair, added, steps, at) for pair, added, steps in parts]

    def _draft(
        self,
        sheet: AnswerSheet,
        standing: CountedAnswers,
        totals: _Totals,
        steps: list[Step],
        at: datetime,
    ) -> ScoreResult:
        roadblocks = sorted(totals.roadblocks, key=_rank)
        enablers = sorted(totals.enablers, key=_rank)
        doubts = [self._outcomes.doubt(*doubt, totals.past) for doubt in standing.doubts.items()]
        facts = rule_facts(standing, [found.stops for found in roadblocks], len(enablers))
        result = ScoreResult(
            question_set=self._ref,
            service=sheet.service,
            session=sheet.session,
            updated=sheet.updated,
            answered=None if sheet.question_set is None else vars(sheet.question_set),
            circumstances=sheet.circumstances,
            depth=sheet.depth,
            scored_at=at,
            lenses={lens: self._verdict(lens, sheet.depth, totals, standing) for lens in LENSES},
            themes=list(map(self._theme, self._set.themes, totals.themes)),
            in_house=self._in_house(standing),
            not_counted=[{"id": name, "reason": why} for name, why in standing.refused],
            caution=self._set.caution,
            roadblocks=[found.part for found in roadblocks],
            enablers=[found.part for found in enablers],
            findings=[self._findings[number] for number in self._rules.holding(facts)],
            find_out=[found.part for found in sorted(doubts, key=_rank)],
            notices=self._shown_notices(standing.facts, at.date()),
            next_steps=steps,
        )
        _list_findings(result)
        return result

    def _totals(self, standing: CountedAnswers) -> _Totals:
        """Add up what every question that applies amounts to."""
        questions, stands = self._set.questions, standing.stands
        past = self._left is not None and self._left(standing.facts) is True
        themes = [_ThemeTotals() for _ in self._set.themes]
        totals = _Totals(past, themes, [None] * len(questions))
        for place in standing.places:
            outcome = self._outcomes.of(place, stands[place], past)
            themes[outcome.theme].add(outcome)
            totals.priorities[place] = outcome.priority
            for name in outcome.lists:
                totals.lists[name].append(questions[place].id)
            if outcome.roadblock is not None:
                totals.roadblocks.append(outcome.roadblock)
            elif outcome.enabler is not None:
                totals.enablers.append(outcome.enabler)
        return totals

    def _verdict(
        self, lens: Lens, depth: Depth, totals: _Totals, standing: CountedAnswers
    ) -> Verdict:
        """Tell how a lens stands. With no question, or too few answers, it is not known."""
        if totals.past and lens == "launch":
            return Verdict("past", [], [])
        lists = totals.lists
        stops, decides = lists[f"{lens}.stops"], lists[f"{lens}.decides"]
        if stops:
            return Verdict("stopped", stops, decides)
        if decides:
            return Verdict("unknown", [], decides)
        # The quick depth finds what stops, and has not asked the rest.
        if depth == "quick" or not self._is_covered(lens, standing):
            return Verdict("unknown", [], lists[f"{lens}.open"])
        low = any(lens in found.part.lenses for found in totals.roadblocks)
        return Verdict("roadblocks" if low else "clear", [], [])

    def _is_covered(self, lens: Lens, standing: CountedAnswers) -> bool:
        """Tell whether enough of the weight that bears on a lens is answered."""
        weights, total, known = self._weights[lens], 0, 0
        for place in standing.places:
            key = standing.stands[place]
            if key != "not-applicable":
                total += weights[place]
                known += weights[place] if isinstance(key, int) else 0
        return total > 0 and known >= total * self._set.minimum_coverage

    def _theme(self, theme: Theme, totals: _ThemeTotals) -> ThemeResult:
        mean, low, high = weighted_range(totals.earned, totals.known, totals.weight)
        coverage = totals.known / totals.weight if totals.weight else None
        enough = coverage is not None and coverage >= self._set.minimum_coverage
        return ThemeResult(
            id=theme.id,
            title=theme.title,
            score=mean if enough else None,
            low=low,
            high=high,
            coverage=None if coverage is None else round(coverage, 4),
            applicable=totals.applicable,
            asked=totals.asked,
            answered=totals.answered,
            roadblocks=[],
            enablers=[],
        )

    def _in_house(self, standing: CountedAnswers) -> InHouse | None:
        name = self._set.in_house or ""
        rung = standing.rungs.get(name)
        return None if rung is None else self._outcomes.in_house(name, rung)

    def _shown_notices(self, facts: Facts, today: date) -> list[ShownNotice]:
        """Return the notices whose nation and condition are both known to fit."""
        notices = self._set.notices
        return [self._shown(n, notices[n].review_by < today) for n in self._notices.holding(facts)]


def _list_findings(result: ScoreResult) -> None:
    """Name in every theme the roadblocks and enablers that are its own."""
    themes = {theme.id: theme for theme in result.themes}
    for roadblock in result.roadblocks:
        themes[roadblock.theme].roadblocks.append(roadblock.id)
    for enabler in result.enablers:
        themes[enabler.theme].enablers.append(enabler.id)


def _weights_on(lens: Lens, question_set: QuestionSet) -> list[int]:
    """Return the weight of every question, 0 where it does not bear on the lens."""
    return [q.weight if q.bears_on(lens) else 0 for q in question_set.questions]


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
