"""`spinout score`: scores one answers document, or a stream of them."""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from spinout_cli import streams
from spinout_cli.clock import now
from spinout_cli.errors import ExitCode, UsageError
from spinout_cli.question_set import loader
from spinout_cli.reading.parallel import in_batches
from spinout_cli.reading.paths import is_folder, is_there, piped
from spinout_cli.reading.sources import (
    RawRecord,
    holds_lines,
    raw_records,
    refuse_emptiness,
)
from spinout_cli.scoring.result import how_many_match
from spinout_cli.terminal.progress import ProgressLine

if TYPE_CHECKING:
    from spinout_cli.scoring.result import ScoreResult


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be scored, and how."""

    sources: list[str]
    questions: Path | None = None
    fail_on: str | None = None
    lines: bool = False
    workers: int | None = None
    plain: bool = False
    force: bool = False


class Scored(NamedTuple):
    """What came of records one after another."""

    text: bytes
    problems: list[str]
    done: int
    matched: int


class Scoring:
    """Scores records against one question set, and writes what follows from each."""

    def __init__(
        self, questions: Path | None, fail_on: str | None, at: datetime, *, force: bool = False
    ) -> None:
        """Load the set; `force` takes answers that name another one.

        Raises:
            SpinoutError: the set cannot be used.
        """
        from spinout_cli.reading.records import RecordReader  # noqa: PLC0415  (late: the rest here scores nothing)
        from spinout_cli.scoring.ndjson import NdjsonWriter  # noqa: PLC0415  (as late as what it writes)
        from spinout_cli.scoring.scorer import Scorer  # noqa: PLC0415  (as late)

        self._made_of = partial(Scoring, questions, fail_on, at, force=force)
        self._fail_on, self._at = fail_on, at
        loaded = loader.load(questions, force=force)
        self._scorer, self._write = Scorer(loaded.set, loaded.digest), NdjsonWriter().lines
        self._reader = RecordReader(self._scorer, loaded)

    def __reduce__(self) -> tuple[Callable[[], "Scoring"], tuple[()]]:
        """Let another process make the same for itself: what is ready here does not travel."""
        return self._made_of, ()

    def lines(self, records: Sequence[RawRecord]) -> Scored:
        """Return these records scored, a line each, in their order."""
        return self._scored(records, self._write)

    def document(self, record: RawRecord) -> Scored:
        """Return one record scored, laid out for people."""
        return self._scored([record], _laid_out)

    def _scored(
        self, records: Sequence[RawRecord], write: Callable[[Iterable["ScoreResult"]], bytes]
    ) -> Scored:
        given, problems, sources = self._reader.read(records)
        drafts = self._scorer.drafts(given, self._at)
        for draft, source in zip(drafts, sources, strict=True):
            draft.source = source and source._asdict()
        matched = how_many_match(drafts, self._fail_on)
        return Scored(write(drafts), problems, len(drafts), matched)


def _laid_out(drafts: Iterable["ScoreResult"]) -> bytes:
    documents = [draft.assessment().model_dump_json(indent=2, by_alias=True) for draft in drafts]
    return "".join([f"{document}\n" for document in documents]).encode()


def score(request: Request) -> ExitCode:
    """Score every source and write the results; return the exit code.

    Answers that cannot be used are named on stderr and left out, and the exit code is then 1.
    """
    if request.sources == ["-"] and piped().isatty():
        raise UsageError(
            "Nothing is piped in. Give files, or pipe NDJSON: spinout score - < many.ndjson"
        )
    scoring = Scoring(request.questions, request.fail_on, now(), force=request.force)
    single = not request.lines and _single(request.sources)
    done = bad = matched = 0
    with (
        ProgressLine(plain=request.plain) as progress,
        closing(_each(scoring, request, single=single)) as parts,
    ):
        for part in parts:
            for problem in part.problems:
                progress.tell(problem)
            if part.text:
                streams.write_bytes(part.text)
            done, bad, matched = done + part.done, bad + len(part.problems), matched + part.matched
            progress.count(done, bad)
    if not done + bad:
        refuse_emptiness(request.sources)
    if bad and not single:
        streams.write_stderr(f"{bad} could not be used and were left out.")
    if bad:
        return ExitCode.FAILED
    return ExitCode.MATCHED if matched else ExitCode.DONE


def _single(sources: list[str]) -> bool:
    """Tell whether there is one file with one document."""
    if len(sources) != 1 or sources == ["-"]:
        return False
    path = Path(sources[0])
    return is_there(path) and not is_folder(path) and not holds_lines(path)


def _each(scoring: Scoring, request: Request, *, single: bool) -> Generator[Scored, None, None]:
    """Score every record in its order."""
    if single:
        yield from map(scoring.document, raw_records(request.sources))
    else:
        yield from in_batches(scoring.lines, request.sources, request.workers)
