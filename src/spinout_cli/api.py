"""The Python interface: load a question set, score documents, and hand the scores on as Arrow."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from spinout_cli.clock import now
from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.documents.assessment import Assessment
from spinout_cli.errors import SpinoutError
from spinout_cli.question_set import loader
from spinout_cli.reading.records import RecordReader
from spinout_cli.reading.sources import RawRecord, RecordSource
from spinout_cli.scoring.applicability import CountedAnswers
from spinout_cli.scoring.result import ScoreResult
from spinout_cli.scoring.scorer import Scorer

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "Assessment",
    "Questions",
    "SpinoutError",
    "load_questions",
    "score",
    "score_batches",
    "score_many",
    "score_schema",
    "to_arrow",
]

Document = Mapping[str, Any] | str | bytes | PathLike[str]
"""An answers or a workshop document as a mapping or as JSON, or the path of such a file or of a session."""

_BATCH = 2048
"""How many documents become one Arrow batch."""


@dataclass(frozen=True, slots=True)
class Questions:
    """A question set that was loaded. Load it once, and score thousands with it."""

    id: str
    version: str
    digest: str
    _engine: "_Engine"

    def __repr__(self) -> str:
        """Return the name of the set and its version."""
        return f"Questions(id={self.id!r}, version={self.version!r})"


def load_questions(path: str | PathLike[str] | None = None) -> Questions:
    """Load the question set in this file, or the one that is built in.

    Raises:
        SpinoutError: it cannot be read, or something in it is wrong; one line for each fault.
    """
    loaded = loader.load(None if path is None else Path(path))
    about = loaded.set
    return Questions(about.id, about.version, loaded.digest, _Engine(loaded))


def score(
    document: Document, questions: Questions | None = None, *, at: datetime | None = None
) -> Assessment:
    """Score one document.

    Args:
        document: see `Document`.
        questions: the set; the one that is built in, if left out.
        at: the moment of scoring, with its time zone; now, if left out.

    Raises:
        SpinoutError: it holds no answers that can be used; `where` and `what` say more.
    """
    return next(score_many([document], questions, at=at))


def score_many(
    documents: Iterable[Document],
    questions: Questions | None = None,
    *,
    at: datetime | None = None,
) -> Iterator[Assessment]:
    """Yield the assessment of each document in turn, with one in memory at a time.

    Raises:
        SpinoutError: one cannot be used; `where` counts the documents from 1.
    """
    engine, moment = _engine(questions), at or now()
    for number, document in enumerate(documents, start=1):
        yield engine.scored(document, number, moment).result.assessment()


def to_arrow(
    documents: Iterable[Document],
    questions: Questions | None = None,
    *,
    at: datetime | None = None,
) -> "pa.Table":
    """Return one row for each document: the table that `spinout score --format parquet` writes.

    pandas, polars and DuckDB take it as it is. It needs the extra `commonalities`.

    Raises:
        SpinoutError: a document cannot be used, or the extra is not installed.
    """
    parquet, engine = _arrow(), _engine(questions)
    schema, moment = engine.score_schema(), at or now()
    batches = []
    rows: list[tuple[Any, ...]] = []
    for number, document in enumerate(documents, start=1):
        rows.append(engine.row(document, number, moment))
        if len(rows) == _BATCH:
            batches.append(parquet.batch(rows, schema))
            rows = []
    batches.append(parquet.batch(rows, schema))
    import pyarrow as pa  # noqa: PLC0415  (late: an extra)

    return pa.concat_tables(batches).unify_dictionaries()


def score_schema(questions: Questions | None = None) -> "pa.Schema":
    """Return the schema of what `score_batches` yields: that of `to_arrow`, with plain texts."""
    _arrow()
    import pyarrow as pa  # noqa: PLC0415  (late: an extra)

    def plain(field: "pa.Field") -> "pa.Field":
        kind = field.type
        return field.with_type(kind.value_type) if pa.types.is_dictionary(kind) else field

    schema = _engine(questions).score_schema()
    return pa.schema([plain(field) for field in schema], metadata=schema.metadata)


def score_batches(
    batches: Iterable["pa.RecordBatch"],
    questions: Questions | None = None,
    *,
    at: datetime | None = None,
) -> Iterator["pa.RecordBatch"]:
    """Yield one batch of scores for each batch of documents, in the same order.

    Made for `DataFrame.mapInArrow` of Spark, where each process scores the part that it has.

    Args:
        batches: each with the columns `assessment_id` (a whole number) and `document` (JSON).
        questions: the set; the one that is built in, if left out.
        at: the moment of scoring, with its time zone; now, if left out.

    Raises:
        SpinoutError: a document cannot be used; `where` is its `assessment_id`.
    """
    parquet, engine = _arrow(), _engine(questions)
    schema, moment = engine.score_schema(), at or now()
    plain = score_schema(questions)
    for batch in batches:
        numbers = batch.column("assessment_id").to_pylist()
        documents = batch.column("document").to_pylist()
        pairs = zip(documents, numbers, strict=True)
        rows = [engine.row(document, number, moment) for document, number in pairs]
        yield from parquet.batch(rows, schema).cast(plain).combine_chunks().to_batches()


class _Scored(NamedTuple):
    sheet: AnswerSheet
    standing: CountedAnswers
    result: ScoreResult


class _Engine:
    """What is made ready once for a question set."""

    def __init__(self, loaded: loader.LoadedSet) -> None:
        self._loaded = loaded
        self._scorer = Scorer(loaded.set, loaded.digest)
        self._reader = RecordReader(self._scorer, loaded)
        self._rows: Any = None

    def scored(self, document: Document, number: int, at: datetime) -> _Scored:
        """Score one document.

        Raises:
            SpinoutError: it cannot be used.
        """
        read = self._reader.read([_record(document, number)])
        if read.problems:
            raise _located(read.problems[0], _where(document, number))
        ((sheet, standing),) = read.given
        (result,) = self._scorer.drafts(read.given, at)
        (source,) = read.sources
        result.source = source and source._asdict()
        return _Scored(sheet, standing, result)

    def row(self, document: Document, number: int, at: datetime) -> tuple[Any, ...]:
        """Return the row of a document in the table of scores."""
        if self._rows is None:
            from spinout_cli.tables.rows import RowBuilder  # noqa: PLC0415  (late: few need it)

            self._rows = RowBuilder(self._loaded.set)
        row: tuple[Any, ...] = self._rows.scores(number, *self.scored(document, number, at))
        return row

    def score_schema(self) -> "pa.Schema":
        """Return the Arrow schema of the table of scores."""
        from spinout_cli.tables.columns import scores  # noqa: PLC0415  (late, as above)

        return _arrow().schema(scores(self._loaded.set), self._loaded)


_built_in: list[Questions] = []


def _engine(questions: Questions | None) -> _Engine:
    if questions is None:
        if not _built_in:
            _built_in.append(load_questions())
        questions = _built_in[0]
    return questions._engine  # noqa: SLF001  (the class is ours)


def _arrow() -> Any:  # noqa: ANN401  (a module)
    from spinout_cli.tables.write import needed  # noqa: PLC0415  (late: an extra)

    return needed()


def _where(document: Document, number: int) -> str:
    return str(document) if isinstance(document, PathLike) else f"document {number}"


def _record(document: Document, number: int) -> RawRecord:
    where = _where(document, number)
    if isinstance(document, PathLike):
        return RawRecord(where, path=Path(document), source=RecordSource(where, None))
    if isinstance(document, bytes):
        return RawRecord(where, document)
    text = document if isinstance(document, str) else _dumped(document, where)
    return RawRecord(where, text.encode("utf-8", "surrogatepass"))


def _dumped(document: Mapping[str, Any], where: str) -> str:
    try:
        return json.dumps(dict(document), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise _located(f"{where}: this cannot be written as JSON: {error}.", where) from None


def _located(message: str, where: str) -> SpinoutError:
    """Return the error with its place and its message apart."""
    return SpinoutError(message.removeprefix(f"{where}: "), where=where)
