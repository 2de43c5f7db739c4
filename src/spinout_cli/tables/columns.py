"""The columns of the tables and what they mean.

A table is a list of columns with their meaning; rows are tuples in that order. The same list makes
the files, the checks of files that are read again, and the reference page. Names, notes and texts
that somebody typed never enter.
"""

from dataclasses import dataclass
from typing import Any, Literal

from spinout_cli.question_set.model import Circumstance, QuestionSet

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
        for what, says in FIGURES.items()
    )
    return Table("scores", first.row, first.columns + LISTS + themes)


FIGURES = {
    "score": "the mean of what is known, 0 to 100; empty if too little is.",
    "low": "the same with what is not known at the bottom.",
    "high": "the same with what is not known at the top.",
}


def _fact(part: Circumstance) -> Column:
    # No circumstance has the name of one of our columns: a set that has one is not sound.
    if part.type == "number":
        return Column(part.id, "decimal", part.ask, empty=True)
    return Column(part.id, "words" if part.multiple else "word", part.ask, empty=True)
