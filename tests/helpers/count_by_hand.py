"""Counts many assessments slowly and plainly: what every engine is held against."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from spinout_cli.commonalities.counts import (
    EARLIER,
    EVERYBODY,
    LIKENESS,
    NOT_GIVEN,
    Alike,
    ExactCounts,
    Finding,
    Group,
    Moves,
    Pair,
    Replies,
    TwoByTwo,
)
from spinout_cli.commonalities.peer_groups import DEPTH, peer_groups
from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.question_set.rungs import rung_effect
from spinout_cli.scoring.applicability import Applicability

EARLIEST = datetime.min.replace(tzinfo=UTC)


def tally(
    sheets: Iterable[AnswerSheet], question_set: QuestionSet, like: AnswerSheet | None = None
) -> ExactCounts:
    """Count these assessments: an organisation once, at its latest, except in what moved."""
    by_service: dict[Any, list[AnswerSheet]] = defaultdict(list)
    for number, sheet in enumerate(sheets):
        by_service[sheet.service.id if sheet.service else number].append(sheet)
    for given in by_service.values():
        given.sort(key=lambda sheet: sheet.updated or EARLIEST)
    stands = Applicability(question_set)
    latest = [_Organisation(given[-1], stands, question_set) for given in by_service.values()]
    moved = [given for given in by_service.values() if len(given) > 1]
    earlier = sum(len(given) - 1 for given in by_service.values())
    divided = _likeness(question_set)
    alike = None
    if like is not None:
        patterns = Counter(org.pattern(divided) for org in latest)
        parts = peer_groups(patterns, divided)
        own = dict(_Organisation(like, stands, question_set).single(divided))
        alike = Alike(
            parts, next((peer_group.id for peer_group in parts if peer_group.holds(own)), None)
        )
        for org in latest:
            mine = org.single(divided)
            org.groups.append(
                Group(
                    LIKENESS,
                    next(peer_group.id for peer_group in parts if peer_group.holds(dict(mine))),
                )
            )
    return ExactCounts(
        counted=len(latest),
        left_out={EARLIER: earlier} if earlier else {},
        sizes=Counter(group for org in latest for group in org.groups),
        overlaps=Counter(pair for org in latest for pair in combinations(org.groups, 2)),
        replies={q.id: _replies(q.id, latest) for q in question_set.questions},
        along=_along(question_set),
        pairs=tuple(_pairs(latest, question_set)),
        moved=len(moved),
        moves=_moves(moved, stands, question_set),
        like=alike,
    )


class _Organisation:
    def __init__(
        self, sheet: AnswerSheet, stands: Applicability, question_set: QuestionSet
    ) -> None:
        standing = stands.stand(sheet.circumstances, sheet.answers)
        self.states = {
            name: rung_effect(question_set.question[name], rung)
            for name, rung in standing.rungs.items()
        } | dict.fromkeys(standing.doubts, "unknown")
        self.rungs = standing.rungs
        self.groups = [
            Group(circumstance.id, choice)
            for circumstance in question_set.circumstances
            if circumstance.type == "choice"
            for choice in _chosen(standing.facts.values.get(circumstance.id))
        ]

    def single(self, names: Sequence[str]) -> list[tuple[str, str]]:
        return [(g.circumstance, g.choice) for g in self.groups if g.circumstance in names]

    def pattern(self, names: Sequence[str]) -> tuple[str, ...]:
        own = dict(self.single(names))
        return tuple(own[name] for name in names)

    def at(self, along: str | None) -> str:
        return dict(self.groups).get(along, NOT_GIVEN) if along else NOT_GIVEN


def _chosen(value: Any) -> tuple[str, ...]:
    if isinstance(value, tuple | list):
        return tuple(dict.fromkeys(value)) or (NOT_GIVEN,)
    return (value or NOT_GIVEN,)


def _likeness(question_set: QuestionSet) -> list[str]:
    single = [c for c in question_set.circumstances if c.type == "choice" and not c.multiple]
    return [circumstance.id for circumstance in single][:DEPTH]


def _along(question_set: QuestionSet) -> str | None:
    return "launch" if "launch" in question_set.circumstance else None


def _replies(question: str, organisations: Sequence[_Organisation]) -> dict[Group, Replies]:
    found: dict[Group, Counter[str]] = defaultdict(Counter)
    for org in organisations:
        for group in (EVERYBODY, *org.groups):
            found[group][org.states.get(question, "silent")] += 1
    return {group: Replies(**counts) for group, counts in found.items()}


def _pairs(organisations: Sequence[_Organisation], question_set: QuestionSet) -> Iterable[Pair]:
    along = _along(question_set)
    names = [question.id for question in question_set.questions]
    for one, other in combinations(names, 2):
        both = [
            org
            for org in organisations
            if {org.states.get(one, "unknown"), org.states.get(other, "unknown")}.isdisjoint(
                {"unknown"}
            )
        ]
        for first in ("roadblock", "enabler"):
            for second in ("roadblock", "enabler"):
                strata: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
                for org in both:
                    has = org.states[one] == first, org.states[other] == second
                    strata[org.at(along)][2 * (not has[0]) + (not has[1])] += 1
                cells = {stage: TwoByTwo(*counts) for stage, counts in strata.items()}
                yield Pair(Finding(first, one), Finding(second, other), cells)


def _moves(
    moved: Sequence[Sequence[AnswerSheet]], stands: Applicability, question_set: QuestionSet
) -> dict[str, Moves]:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for given in moved:
        before = _Organisation(given[0], stands, question_set).rungs
        after = _Organisation(given[-1], stands, question_set).rungs
        for name in before.keys() & after.keys():
            step = after[name] - before[name]
            found[name][0 if step > 0 else 1 if step < 0 else 2] += 1
    return {name: Moves(*counts) for name, counts in found.items()}
