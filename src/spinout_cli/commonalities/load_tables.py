"""Loads tables into an engine, once their columns and contents have been checked by queries."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
from ibis.expr.types import Table

from spinout_cli import streams
from spinout_cli.commonalities.engines import Engine, rows
from spinout_cli.errors import SpinoutError
from spinout_cli.question_set.loader import LoadedSet
from spinout_cli.question_set.model import Question
from spinout_cli.question_set.rungs import clears, rung_effect
from spinout_cli.reading.paths import is_file
from spinout_cli.sanitize import sanitize
from spinout_cli.scoring.renames import Ladders
from spinout_cli.tables import parquet
from spinout_cli.tables.collect import NOT_ASKED, Progress
from spinout_cli.tables.columns import ANSWERS, ASSESSMENTS, COUNTS_AS, LADDER_CHANGED, STATES

FILES = tuple(f"{table.name}.parquet" for table in (ASSESSMENTS, ANSWERS))
"""What is read of a folder of tables."""

_MOST = 1 << 53
"""No assessment is numbered higher: it would be another number to many programs."""


@dataclass(frozen=True, slots=True)
class LoadedTables:
    """Two tables of an engine that may be counted."""

    assessments: Table
    answers: Table


def is_tables(source: str) -> bool:
    """Tell whether this is a folder of tables that `spinout export` wrote as Parquet."""
    return source != "-" and all(is_file(Path(source) / name) for name in FILES)


class TableLoader:
    """Takes folders of tables into an engine; `tally` is told what cannot be used."""

    def __init__(self, engine: Engine, loaded: LoadedSet, tally: Progress) -> None:
        """Begin with nothing taken."""
        self._engine, self._set, self._tally = engine, loaded.set, tally

    def take(self, folders: Sequence[Path]) -> LoadedTables | None:
        """Return all of these folders that can be used as two tables; None if nothing can."""
        parts: list[LoadedTables] = []
        first = 0
        for folder in folders:
            try:
                part, first = self._part(folder, first)
            except SpinoutError as problem:
                streams.write_stderr(str(problem))
                self._tally.bad += 1
            else:
                parts.append(part)
        if not parts:
            return None
        return LoadedTables(*(_union(list(each)) for each in zip(*map(_both, parts), strict=True)))

    def _part(self, folder: Path, first: int) -> tuple[LoadedTables, int]:
        """Return the tables of a folder, numbered from `first` on, and where the next begin."""
        shown = sanitize(str(folder))
        with _refused(shown, self._engine.faults):
            schemas = [parquet.read_schema(folder / name) for name in FILES]
            given, answers = (self._engine.connection.read_parquet(folder / name) for name in FILES)
            _check_columns(schemas[0], ASSESSMENTS.columns)
            _check_columns(schemas[1], ANSWERS.columns)
            most = _check_numbers(given)
            left_out = self._check_answers(answers, parquet.ladders(schemas[1]))
        assessments = given.select(
            assessment_id=given.assessment_id.cast("int64") + first,
            service_id=given.service_id.cast("string"),
            updated_at=given.updated_at.cast("timestamp('UTC')"),
            **dict(self._facts(given)),
        )
        told = answers.filter(answers.question_id.notin(left_out)) if left_out else answers
        counted = told.select(
            assessment_id=told.assessment_id.cast("int64") + first,
            question_id=told.question_id.cast("string"),
            state=told.state.cast("string"),
            counts_as=told.counts_as.cast("string"),
            rung=told.rung.cast("int64"),
        )
        return LoadedTables(assessments, counted), first + most + 1

    def _facts(self, given: Table) -> Iterator[tuple[str, Any]]:
        """The circumstances with choices; one that these tables do not have is given by nobody."""
        for circumstance in self._set.circumstances:
            if circumstance.type == "choice":
                kind = "array<string>" if circumstance.multiple else "string"
                there = circumstance.id in given.columns
                column = given[circumstance.id] if there else ibis.null(kind)
                yield circumstance.id, column.cast(kind)

    def _check_answers(self, answers: Table, theirs: Ladders) -> list[str]:
        """Return the questions of which nothing counts, since they are not those of this set.

        Raises:
            SpinoutError: some answers are none that exporting writes.
        """
        columns = ("question_id", "state", "rung_id", "rung", "counts_as")
        found = answers.group_by(*(answers[name] for name in columns)).agg(number=answers.count())
        left_out: dict[str, str] = {}
        numbers: dict[str, int] = {}
        for row in rows(found):
            name = _sound(row)
            numbers[name] = numbers.get(name, 0) + row["number"]
            if (why := self._unlike(row, theirs)) is not None:
                left_out[name] = why
        for name, why in left_out.items():
            self._tally.left_out[sanitize(name)[:64], why] += numbers[name]
        return list(left_out)

    def _unlike(self, row: Mapping[str, Any], theirs: Ladders) -> str | None:
        """Tell why an answer cannot be counted with those to this set's questions."""
        question = self._set.question.get(row["question_id"])
        if question is None:
            return NOT_ASKED
        if theirs.get(question.id, question.ladder) != question.ladder:
            return LADDER_CHANGED
        if row["state"] == "answered" and not _as_scored(question, row):
            return LADDER_CHANGED
        return None


def _both(part: LoadedTables) -> tuple[Table, Table]:
    return part.assessments, part.answers


def _union(parts: list[Table]) -> Table:
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


@contextmanager
def _refused(shown: str, faults: tuple[type[Exception], ...]) -> Iterator[None]:
    """Name the folder whatever it is that its files cannot be read for."""
    try:
        yield
    except SpinoutError as problem:
        raise SpinoutError(f"{shown}: {problem} Write it anew with spinout export.") from None
    except faults as error:
        raise SpinoutError(
            f"{shown}: its Parquet files cannot be read: {sanitize(str(error))[:200]}"
        ) from None


def _check_columns(schema: Any, columns: Sequence[Any]) -> None:  # noqa: ANN401  (an Arrow schema)
    for column in columns:
        if not parquet.fits(schema, column):
            raise SpinoutError(f"its column '{column.name}' is missing, or of another type.")


def _check_numbers(assessments: Table) -> int:
    """Return the highest number of an assessment; see that each has one of its own."""
    number = assessments.assessment_id
    (row,) = rows(
        assessments.agg(
            all=assessments.count(), own=number.nunique(), least=number.min(), most=number.max()
        )
    )
    if not row["all"]:
        return 0
    if row["own"] != row["all"] or row["least"] < 0 or row["most"] > _MOST:
        raise SpinoutError("two assessments have the same number, or one has none.")
    most: int = row["most"]
    return most


def _sound(row: Mapping[str, Any]) -> str:
    """Return the question of an answer that is one as exporting writes it."""
    name, state = row["question_id"], row["state"]
    rest = [row[column] for column in ("rung_id", "rung", "counts_as")]
    whole = None not in rest and row["counts_as"] in COUNTS_AS
    right = whole if state == "answered" else rest == [None, None, None]
    if not isinstance(name, str) or state not in STATES or not right:
        raise SpinoutError("some of its answers are none that can be.")
    return name


def _as_scored(question: Question, row: Mapping[str, Any]) -> bool:
    """Tell whether this set has such a rung at this place, and counts it alike."""
    rung = row["rung"]
    if not 0 <= rung < len(question.ladder) or question.ladder[rung] != row["rung_id"]:
        return False
    stopping = question.hard_stop is not None and not clears(question, rung)
    usual = rung_effect(question, rung)
    return row["counts_as"] == usual or (stopping and row["counts_as"] == "roadblock")
