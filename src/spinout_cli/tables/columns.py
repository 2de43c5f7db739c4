"""Many assessments as three tidy tables: what their columns mean, and the rows that one makes.

A table is a list of columns with their meaning; rows are tuples in that order. The same list makes
the files, the checks of files that are read again, and the reference page. Names, notes and texts
that somebody typed never enter.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.question_set.model import Circumstance, Question, QuestionSet
from spinout_cli.scoring.applicability import Standing
from spinout_cli.scoring.result import Draft

Kind = Literal["whole", "decimal", "word", "words", "flag", "moment"]
"""What a column holds: a whole number, a decimal one, a text, several ids, true or false, a time."""

Row = tuple[Any, ...]

FORMAT = "spinout.tables/1"
CAUTION = (
    "Working data, not for publication: each row is about one organisation, and few rows can be enough "
    "to tell which. To publish what many have in common, use spinout commonalities."
)
NOT_COUNTED = "not-counted"
LADDER_CHANGED = "ladder-changed"
STATES = ("answered", "unknown", "not-applicable", "skipped", NOT_COUNTED)
COUNTS_AS = ("roadblock", "neither", "enabler")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it holds, whether it may be empty, and what it says."""

    name: str
    kind: Kind
    says: str
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, what a row is, and its columns in order."""

    name: str
    row: str
    columns: tuple[Column, ...]


_KEY = Column("assessment_id", "whole", "The assessment: 1 for the first one read, and so on.")

ASSESSMENTS = Table(
    "assessments",
    "one assessment: what one organisation answered at one time",
    (
        _KEY,
        Column(
            "service_id",
            "word",
            "The organisation: the first 16 hexadecimal digits of the SHA-256 of `service.id`, so "
            "that later answers of one can be told and no name gets in.",
            empty=True,
        ),
        Column(
            "set_digest",
            "word",
            "The SHA-256 of the question set that was answered, where the answers say so.",
            empty=True,
        ),
        Column("asked_depth", "word", "How much was asked: `quick` or `full`."),
        Column("started_at", "moment", "When it was begun, in UTC.", empty=True),
        Column("updated_at", "moment", "When the last answer was given, in UTC.", empty=True),
        Column(
            "launch_state",
            "word",
            "How it stands before it leaves: `stopped`, `unknown`, `roadblocks`, `clear` or `past`.",
        ),
        Column(
            "endure_state",
            "word",
            "How it stands after it leaves: `stopped`, `unknown`, `roadblocks` or `clear`.",
        ),
    ),
)
"""Columns for the circumstances of a question set come after these: see `tables`."""

ANSWERS = Table(
    "answers",
    "one answer, as scoring counts it; a question that was not asked has none",
    (
        _KEY,
        Column("question_id", "word", "The question."),
        Column("theme_id", "word", "Its theme."),
        Column(
            "state",
            "word",
            "`answered`, `unknown`, `not-applicable`, `skipped`; or `not-counted`, where something "
            "was given that cannot be counted.",
        ),
        Column(
            "reason",
            "word",
            "Why it is unknown (`unknown`, `think`, `not-applicable`) or not counted (`closed`, "
            "`unknown-rung`, `ladder-changed`).",
            empty=True,
        ),
        Column("rung_id", "word", "The rung, where one counts.", empty=True),
        Column("rung", "whole", "How high it is on its ladder: 0 is the lowest.", empty=True),
        Column("position", "decimal", "The same from 0 to 1, as scoring weighs it.", empty=True),
        Column(
            "counts_as",
            "word",
            "`roadblock`, `enabler` or `neither`, where a rung counts.",
            empty=True,
        ),
        Column("hard_stop", "flag", "Whether this answer stops a lens."),
    ),
)

FINDINGS = Table(
    "findings",
    "one thing that scoring tells of an assessment",
    (
        _KEY,
        Column("found_by", "word", "`question`, or `rule` where several answers show it together."),
        Column(
            "kind",
            "word",
            "`roadblock`, `enabler` or `unknown`; of a rule also `caution` or `option`.",
        ),
        Column("place", "whole", "Where it stands among its kind: 1 comes first."),
        Column("finding_id", "word", "The question or the rule."),
        Column("theme_id", "word", "The question's theme.", empty=True),
        Column("title", "word", "Its heading, in the words of the question set."),
        Column("hard_stop", "flag", "Whether it stops a lens, or could if it is unknown."),
        Column(
            "severity",
            "decimal",
            "Of a roadblock: its weight times its distance from the top.",
            empty=True,
        ),
        Column("strength", "decimal", "Of an enabler: its weight times its position.", empty=True),
    ),
)


LISTS = (
    Column("hard_stops", "words", "Questions that stop a lens."),
    Column("roadblocks", "words", "Questions with a roadblock: hard stops, then by severity."),
    Column("enablers", "words", "Questions with an enabler, the strongest first."),
    Column("find_out", "words", "Questions to which nobody knows the answer."),
    Column("rules_found", "words", "Rules that hold."),
)
"""What the table of scores has beside assessments and figures of themes."""


def tables(question_set: QuestionSet) -> tuple[Table, Table, Table]:
    """Return the three tables, with a column for each circumstance of this set that is no text."""
    facts = tuple(_fact(part) for part in question_set.circumstances if part.type != "text")
    return Table(ASSESSMENTS.name, ASSESSMENTS.row, ASSESSMENTS.columns + facts), ANSWERS, FINDINGS


def scores(question_set: QuestionSet) -> Table:
    """Return the one table that `spinout score --format parquet` writes: a row for each assessment.

    After the columns of `assessments` come lists of ids, and three numbers for each theme.
    """
    first, _, _ = tables(question_set)
    themes = tuple(
        Column(f"{what}_{theme.id}", "decimal", f"{theme.title}: {says}", empty=True)
        for theme in question_set.themes
        for what, says in _FIGURES.items()
    )
    return Table("scores", first.row, first.columns + LISTS + themes)


_FIGURES = {
    "score": "the mean of what is known, 0 to 100; empty if too little is.",
    "low": "the same with what is not known at the bottom.",
    "high": "the same with what is not known at the top.",
}


def _fact(part: Circumstance) -> Column:
    # No circumstance has the name of one of our columns: a set that has one is not sound.
    if part.type == "number":
        return Column(part.id, "decimal", part.ask, empty=True)
    return Column(part.id, "words" if part.multiple else "word", part.ask, empty=True)


class Rows(NamedTuple):
    """The rows that one assessment makes in each of the three tables."""

    assessments: list[Row]
    answers: list[Row]
    findings: list[Row]


class Tabulator:
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
        standing: Standing,
        draft: Draft,
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

    def scores(self, number: int, sheet: AnswerSheet, standing: Standing, draft: Draft) -> Row:
        """Return the one row that an assessment makes in the table of scores; see `rows`."""
        lists = (
            [found.id for found in draft.roadblocks if found.hard_stop],
            [found.id for found in draft.roadblocks],
            [found.id for found in draft.enablers],
            [found.id for found in draft.find_out],
            [found.id for found in draft.findings],
        )
        figures = [getattr(theme, what) for _, theme, _ in draft.themes for what in _FIGURES]
        return (*self._assessment(number, sheet, standing, draft), *lists, *figures)

    def _assessment(self, number: int, sheet: AnswerSheet, standing: Standing, draft: Draft) -> Row:
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

    def _answered(self, number: int, standing: Standing, draft: Draft) -> Iterator[Row]:
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


def _findings(number: int, draft: Draft) -> Iterator[Row]:
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
