"""Builds the rows of each table from one assessment."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.question_set.model import Circumstance, Question, QuestionSet
from spinout_cli.scoring.applicability import CountedAnswers
from spinout_cli.scoring.result import ScoreResult
from spinout_cli.tables.columns import FIGURES, NOT_COUNTED, Row

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Rows(NamedTuple):
    """The rows that one assessment makes in each of the three tables."""

    assessments: list[Row]
    answers: list[Row]
    findings: list[Row]


class RowBuilder:
    """Turns assessments into rows. Make it once for a question set, use it for thousands."""

    def __init__(self, question_set: QuestionSet) -> None:
        """Make ready what is the same for every assessment."""
        self._set = question_set
        self._facts = [part for part in question_set.circumstances if part.type != "text"]
        self._answers: dict[tuple[str, int, str, bool], Row] = {}

    def rows(
        self,
        number: int,
        sheet: AnswerSheet,
        standing: CountedAnswers,
        draft: ScoreResult,
    ) -> Rows:
        """Return the rows of one assessment.

        Args:
            number: its `assessment_id`.
            sheet: what was answered.
            standing: what counts of it.
            draft: what scoring tells of it.
        """
        return Rows(
            [self._assessment(number, sheet, standing, draft)],
            [*self._answered(number, standing, draft), *self._refused(number, standing.refused)],
            list(_findings(number, draft)),
        )

    def scores(
        self, number: int, sheet: AnswerSheet, standing: CountedAnswers, draft: ScoreResult
    ) -> Row:
        """Return the one row that an assessment makes in the table of scores; see `rows`."""
        lists = (
            [found.id for found in draft.roadblocks if found.hard_stop],
            [found.id for found in draft.roadblocks],
            [found.id for found in draft.enablers],
            [found.id for found in draft.find_out],
            [found.id for found in draft.findings],
        )
        figures = [getattr(theme, what) for theme in draft.themes for what in FIGURES]
        return (*self._assessment(number, sheet, standing, draft), *lists, *figures)

    def _assessment(
        self, number: int, sheet: AnswerSheet, standing: CountedAnswers, draft: ScoreResult
    ) -> Row:
        digest = sheet.question_set.digest if sheet.question_set else ""
        given = standing.facts.values
        return (
            number,
            fingerprint(sheet.service.id) if sheet.service and sheet.service.id else None,
            digest if _DIGEST.fullmatch(digest) else None,
            sheet.depth,
            _in_utc(sheet.started),
            _in_utc(sheet.updated),
            draft.lenses["launch"].state,
            draft.lenses["endure"].state,
            *[_value(part, given.get(part.id)) for part in self._facts],
        )

    def _answered(self, number: int, standing: CountedAnswers, draft: ScoreResult) -> Iterator[Row]:
        blocks = {found.id: found.hard_stop for found in draft.roadblocks}
        helps = {found.id for found in draft.enablers}
        for question in standing.applicable:
            name = question.id
            rung = standing.rungs.get(name)
            if rung is not None:
                means = "roadblock" if name in blocks else "enabler" if name in helps else "neither"
                yield number, *self._rung(question, rung, means, blocks.get(name, False))
            elif name in standing.states:
                yield number, *_without(question, standing.states[name], standing.doubts.get(name))

    def _refused(self, number: int, refused: Iterable[tuple[str, str]]) -> Iterator[Row]:
        for name, why in refused:
            if (question := self._set.question.get(name)) is not None:
                yield number, *_without(question, NOT_COUNTED, why)

    def _rung(self, question: Question, rung: int, means: str, stops: bool) -> Row:  # noqa: FBT001
        key = (question.id, rung, means, stops)
        row = self._answers.get(key)
        if row is None:
            row = self._answers[key] = (
                question.id,
                question.theme,
                "answered",
                None,
                question.ladder[rung],
                rung,
                question.positions[rung],
                means,
                stops,
            )
        return row


def _without(question: Question, state: str, reason: str | None) -> Row:
    return question.id, question.theme, state, reason, None, None, None, None, False


def _findings(number: int, draft: ScoreResult) -> Iterator[Row]:
    for place, block in enumerate(draft.roadblocks, start=1):
        head = (number, "question", "roadblock", place, block.id, block.theme, block.title)
        yield *head, block.hard_stop, block.severity, None
    for place, help_ in enumerate(draft.enablers, start=1):
        head = (number, "question", "enabler", place, help_.id, help_.theme, help_.title)
        yield *head, False, None, help_.strength
    for place, unknown in enumerate(draft.find_out, start=1):
        head = (number, "question", "unknown", place, unknown.id, unknown.theme, unknown.title)
        yield *head, unknown.hard_stop, None, None
    places: dict[str, int] = {}
    for rule in draft.findings:
        place = places[rule.kind] = places.get(rule.kind, 0) + 1
        yield number, "rule", rule.kind, place, rule.id, None, rule.title, False, None, None


def fingerprint(service: str) -> str:
    """Return what stands for a service in the tables: the same every time, and no name.

    >>> fingerprint("bryn-library-service-invented")
    'f45cddd55648d1e1'
    """
    return sha256(service.encode()).hexdigest()[:16]


def _in_utc(moment: datetime | None) -> datetime | None:
    """A moment that names no time zone is taken as UTC; one that UTC has no year for is not known."""
    if moment is None or moment.tzinfo is None:
        return moment and moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


def _value(part: Circumstance, value: Any) -> Any:  # noqa: ANN401  (what a circumstance can be)
    if value is None:
        return None
    if part.multiple:
        return sorted(set(value))
    return float(value) if part.type == "number" else value
