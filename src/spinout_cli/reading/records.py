"""Reads records in batches for scoring, with the answers that count in each."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from json import dumps
from typing import Any, NamedTuple

from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.errors import SpinoutError
from spinout_cli.question_set import snapshot
from spinout_cli.question_set.loader import LoadedSet
from spinout_cli.reading.sources import RawRecord, RecordSource, read_record
from spinout_cli.scoring.applicability import CountedAnswers
from spinout_cli.scoring.renames import Ladders
from spinout_cli.scoring.scorer import Scorer


class ReadBatch(NamedTuple):
    """What could be read of some records, in their order, and what is wrong with the others."""

    given: list[tuple[AnswerSheet, CountedAnswers]]
    problems: list[str]
    sources: list[RecordSource | None]
    """Where each of those that could be read came from."""


class RecordReader:
    """Reads records for one scorer. Many files keep the same questions, which are read once."""

    def __init__(self, scorer: Scorer, loaded: LoadedSet) -> None:
        """Begin with no questions known."""
        self._scorer = scorer
        self._loaded = loaded
        self._known: dict[bytes, Ladders] = {}

    def read(self, records: Iterable[RawRecord]) -> ReadBatch:
        """Read these records, and tell what counts of each."""
        read: list[tuple[AnswerSheet, Ladders | None]] = []
        problems: list[str] = []
        sources: list[RecordSource | None] = []
        for entry in map(read_record, records):
            if entry.sheet is None:
                problems.append(entry.problem)
                continue
            try:
                if entry.sheet.question_set is not None:
                    self._loaded.refuse_answers_to(entry.sheet.question_set.id)
                read.append((entry.sheet, self._ladders(entry.questions)))
                sources.append(entry.source)
            except SpinoutError as problem:
                problems.append(f"{entry.where}: {problem}")
        stand = self._scorer.stand
        return ReadBatch(
            [(sheet, stand(sheet, ladders)) for sheet, ladders in read], problems, sources
        )

    def _ladders(self, questions: Mapping[str, Any] | None) -> Ladders | None:
        """Return the ladders of the questions that a file keeps; None where it keeps none.

        Raises:
            SpinoutError: they are no questions.
        """
        if questions is None:
            return None
        key = sha256(dumps(questions, sort_keys=True).encode()).digest()
        if key not in self._known:
            self._known[key] = snapshot.from_snapshot(questions).ladders
        return self._known[key]
