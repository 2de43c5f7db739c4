"""Scoring answers that have been given: one, or as many as come."""

import gc
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from spinout_cli import streams
from spinout_cli.errors import UsageError
from spinout_cli.question_set import loader
from spinout_cli.reading.answer_files import is_file, piped
from spinout_cli.reading.sources import (
    Raw,
    can_wait,
    holds_lines,
    raw_records,
    refuse_emptiness,
    waits,
)
from spinout_cli.terminal.progress import Progress

if TYPE_CHECKING:
    from spinout_cli.documents.assessment import Assessment
    from spinout_cli.scoring.result import Draft

_Made = TypeVar("_Made")

_FAILS = {
    "stopped": {"stopped"},
    "roadblocks": {"stopped", "roadblocks"},
    "unknown": {"unknown"},
}


def matches(found: "Assessment | Draft", fail_on: str) -> bool:
    """Tell whether either lens is what `--fail-on` names; `roadblocks` includes stopped."""
    return any(verdict.state in _FAILS[fail_on] for verdict in found.lenses.values())


def how_many_match(drafts: Iterable["Draft"], fail_on: str | None) -> int:
    """Count those that are what `--fail-on` names; none are where it is not given."""
    return 0 if fail_on is None else sum(matches(draft, fail_on) for draft in drafts)


def now() -> datetime:
    """The moment of scoring: now, or SOURCE_DATE_EPOCH where outputs must be repeatable.

    Raises:
        UsageError: what is set there is no moment.
    """
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        moment = datetime.fromtimestamp(int(fixed), UTC) if fixed else datetime.now(UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            "SOURCE_DATE_EPOCH must be a number of seconds since 1970. Change it or unset it."
        ) from None
    return moment.replace(microsecond=0)


_FEW = 256
"""Records that are scored before it is worth beginning further processes."""

_TOGETHER = 128
"""Records that are scored together, and that a process is given at a time."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be scored, and how."""

    sources: list[str]
    questions: Path | None = None
    fail_on: str | None = None
    lines: bool = False
    workers: int | None = None
    plain: bool = False


class Scored(NamedTuple):
    """What came of records one after another."""

    text: bytes
    problems: list[str]
    done: int
    matched: int


class Scoring:
    """Scores records against one question set, and writes what follows from each."""

    def __init__(self, questions: Path | None, fail_on: str | None, at: datetime) -> None:
        """Load the set.

        Raises:
            SpinoutError: the set cannot be used.
        """
        from spinout_cli.reading.records import Reader  # noqa: PLC0415  (late: the rest here scores nothing)
        from spinout_cli.scoring.result import LineWriter  # noqa: PLC0415  (as late as what it writes)
        from spinout_cli.scoring.scorer import Scorer  # noqa: PLC0415  (as late)

        self._made_of = questions, fail_on, at
        self._fail_on, self._at = fail_on, at
        loaded = loader.load(questions)
        self._scorer, self._write = Scorer(loaded.set, loaded.digest), LineWriter().lines
        self._reader = Reader(self._scorer)

    def __reduce__(self) -> tuple[type["Scoring"], tuple[Path | None, str | None, datetime]]:
        """Let another process make the same for itself: what is ready here does not travel."""
        return Scoring, self._made_of

    def lines(self, records: Sequence[Raw]) -> Scored:
        """Return these records scored, a line each, in their order."""
        return self._scored(records, self._write)

    def document(self, record: Raw) -> Scored:
        """Return one record scored, laid out for people."""
        return self._scored([record], _laid_out)

    def _scored(
        self, records: Sequence[Raw], write: Callable[[Iterable["Draft"]], bytes]
    ) -> Scored:
        given, problems = self._reader.read(records)
        drafts = self._scorer.drafts(given, self._at)
        matched = how_many_match(drafts, self._fail_on)
        return Scored(write(drafts), problems, len(drafts), matched)


def _laid_out(drafts: Iterable["Draft"]) -> bytes:
    documents = [draft.assessment().model_dump_json(indent=2, by_alias=True) for draft in drafts]
    return "".join([f"{document}\n" for document in documents]).encode()


def score(request: Request) -> int:
    """Score every source and write the results; return the exit code.

    Answers that cannot be used are named on stderr and left out, and the exit code is then 1.
    """
    if request.sources == ["-"] and piped().isatty():
        raise UsageError(
            "Nothing is piped in. Give files, or pipe NDJSON: spinout score - < many.ndjson"
        )
    scoring = Scoring(request.questions, request.fail_on, now())
    single = not request.lines and _single(request.sources)
    done = bad = matched = 0
    with (
        Progress(plain=request.plain) as progress,
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
        streams.tell(f"{bad} could not be used and were left out.")
    return 1 if bad else 3 if matched else 0


def _single(sources: list[str]) -> bool:
    """Tell whether there is one file with one document."""
    if len(sources) != 1 or sources == ["-"]:
        return False
    path = Path(sources[0])
    return is_file(path) and not holds_lines(path)


def _each(scoring: Scoring, request: Request, *, single: bool) -> Generator[Scored, None, None]:
    """Score every record in its order."""
    if single:
        yield from map(scoring.document, raw_records(request.sources))
    else:
        yield from in_batches(scoring.lines, request.sources, request.workers)


@contextmanager
def ungathered() -> Iterator[None]:
    """Let nobody look for garbage meanwhile: for work that makes none, which looking can hold up by a tenth."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def in_batches(
    work: Callable[[Sequence[Raw]], _Made], sources: list[str], workers: int | None = None
) -> Generator[_Made, None, None]:
    """Yield what comes of every record in its order: by this process alone as long as they are few.

    Args:
        work: what is done with records that follow each other; it can be pickled.
        sources: as `raw_records` takes them.
        workers: how many processes; as many as there are cores, if left out.
    """
    from spinout_cli.reading.parallel import cores, in_order  # noqa: PLC0415  (late: few need more than this one)

    with ungathered():  # no record leaves garbage behind
        records = raw_records(sources)
        if workers is None:
            for record in islice(records, _FEW):
                yield work([record])
            workers = cores()
        batches = _batches(records, sources)
        if workers == 1:
            for batch, _ in batches:
                yield work(batch)
        else:
            yield from in_order(work, batches, workers)


def _batches(records: Iterator[Raw], sources: list[str]) -> Iterator[tuple[list[Raw], bool]]:
    """Put records together; less than a batch, and in a hurry, where a stream waits for somebody."""
    batch: list[Raw] = []
    watched = can_wait(sources)
    for record in records:
        batch.append(record)
        hurry = watched and waits()
        if hurry or len(batch) == _TOGETHER:
            yield batch, hurry
            batch = []
    if batch:
        yield batch, False
