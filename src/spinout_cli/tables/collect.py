"""Collects rows for tables from files of answers, in parallel where there are many."""

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Generic, NamedTuple, TypeVar

from spinout_cli import streams
from spinout_cli.clock import now
from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.question_set import loader
from spinout_cli.reading.parallel import in_batches
from spinout_cli.reading.records import RecordReader
from spinout_cli.reading.sources import RawRecord
from spinout_cli.scoring.applicability import CountedAnswers
from spinout_cli.scoring.result import ScoreResult, how_many_match
from spinout_cli.scoring.scorer import Scorer
from spinout_cli.tables.columns import LADDER_CHANGED, Row
from spinout_cli.tables.rows import RowBuilder, Rows
from spinout_cli.text import count_noun

_Made = TypeVar("_Made")

NOT_ASKED = "unknown-question"
_REASONS = {
    LADDER_CHANGED: "its rungs are not those of the questions that were answered",
    "unknown-rung": "the rung that was given is not on its ladder",
    NOT_ASKED: "this question set does not ask it",
}


class _Batch(NamedTuple, Generic[_Made]):
    """What came of records one after another, not numbered yet."""

    made: list[_Made]
    prints: list[int]
    """A fingerprint of each record, by which one that is given twice is known."""
    problems: list[str]
    left_out: Counter[tuple[str, str]]
    matched: int


@dataclass(slots=True)
class Progress:
    """What has been read so far, and what could not be used."""

    read: int = 0
    bad: int = 0
    matched: int = 0
    """How many are what was asked for."""
    twice: int = 0
    """How many were given before, whole and unchanged, and are counted once."""
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many answers could not be used, by the question and why."""

    def count(self, laid: _Batch[Any]) -> None:
        """Take note of what came of records, and name on stderr those that cannot be used."""
        for problem in laid.problems:
            streams.write_stderr(problem)
        self.bad += len(laid.problems)
        self.left_out += laid.left_out
        self.matched += laid.matched

    def tell(self) -> None:
        """Say on stderr what was left out."""
        for (name, why), number in sorted(self.left_out.items()):
            noun = "answer" if number == 1 else "answers"
            streams.write_stderr(f"{name}: {number} {noun} left out, since {_REASONS[why]}.")
        if self.twice:
            records = count_noun(self.twice, "record")
            streams.write_stderr(f"{records} given more than once: each is counted once.")
        if self.bad:
            streams.write_stderr(f"{self.bad} could not be used and were left out.")


class TableCollector:
    """Reads sources and lays out what is in them; `tally` tells how far it has come."""

    def __init__(self, loaded: loader.LoadedSet, fail_on: str | None = None) -> None:
        """Begin with nothing read; `fail_on` is what to look for, as `scored.matches` takes it."""
        self.loaded = loaded
        self._laying = _BatchWorker(loaded, now(), fail_on)
        self.tally = Progress()

    def rows(self, sources: list[str]) -> Iterator[Rows]:
        """Yield the rows of all in these sources that can be used; name on stderr what cannot.

        A record that is given twice, by paths that overlap for example, is counted once.
        """
        parts = in_batches(self._laying.tables, sources)
        for number, rows in self._numbered(parts, once=True):
            yield Rows(*[[(number, *row[1:]) for row in part] for part in rows])

    def scores(self, sources: list[str], workers: int | None = None) -> Iterator[Row]:
        """Yield the same as one row each of the table of scores, whatever the number of workers."""
        parts = in_batches(self._laying.scores, sources, workers)
        for number, row in self._numbered(parts, once=False):
            yield (number, *row[1:])

    def _numbered(
        self, parts: Generator[_Batch[_Made], None, None], *, once: bool
    ) -> Iterator[tuple[int, _Made]]:
        seen = set[int]()
        with closing(parts):
            for laid in parts:
                self.tally.count(laid)
                for made, fingerprint in zip(laid.made, laid.prints, strict=True):
                    if once and fingerprint in seen:
                        self.tally.twice += 1
                        continue
                    seen.add(fingerprint)
                    self.tally.read += 1
                    yield self.tally.read, made


class _BatchWorker:
    """Scores records and lays them out, in whichever process."""

    def __init__(self, loaded: loader.LoadedSet, at: datetime, fail_on: str | None) -> None:
        self._loaded, self._at, self._fail_on = loaded, at, fail_on

    def __reduce__(
        self,
    ) -> tuple[type["_BatchWorker"], tuple[loader.LoadedSet, datetime, str | None]]:
        """Let another process make the same for itself: what is ready here does not travel."""
        return _BatchWorker, (self._loaded, self._at, self._fail_on)

    @cached_property
    def _scorer(self) -> Scorer:
        return Scorer(self._loaded.set, self._loaded.digest)

    @cached_property
    def _tabulator(self) -> RowBuilder:
        return RowBuilder(self._loaded.set)

    @cached_property
    def _reader(self) -> RecordReader:
        return RecordReader(self._scorer, self._loaded)

    def tables(self, records: Sequence[RawRecord]) -> _Batch[Rows]:
        """Return the rows of each record in the three tables."""
        return self._laid(records, self._tabulator.rows)

    def scores(self, records: Sequence[RawRecord]) -> _Batch[Row]:
        """Return the row of each record in the table of scores."""
        return self._laid(records, self._tabulator.scores)

    def _laid(
        self,
        records: Sequence[RawRecord],
        lay_out: Callable[[int, AnswerSheet, CountedAnswers, ScoreResult], _Made],
    ) -> _Batch[_Made]:
        given, problems, _ = self._reader.read(records)
        refused = (pair for _, standing in given for pair in standing.refused)
        left_out = Counter[tuple[str, str]](pair for pair in refused if pair[1] in _REASONS)
        drafts = self._scorer.drafts(given, self._at)
        made = [lay_out(0, *each, draft) for each, draft in zip(given, drafts, strict=True)]
        prints = [_fingerprint(sheet) for sheet, _ in given]
        return _Batch(made, prints, problems, left_out, how_many_match(drafts, self._fail_on))


def _fingerprint(sheet: AnswerSheet) -> int:
    """Return a number that is the same for the same record, and hardly ever for another one."""
    return int.from_bytes(sha256(sheet.model_dump_json().encode()).digest()[:8])
