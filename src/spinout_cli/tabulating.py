"""From files of answers to rows: each is read, checked, scored and laid out, one at a time."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from spinout_cli import bank, output
from spinout_cli.answers import AnswerSheet
from spinout_cli.draft import Draft
from spinout_cli.errors import SpinoutError
from spinout_cli.ladders import KeptLadders
from spinout_cli.scored import now
from spinout_cli.scoring import Scorer
from spinout_cli.sources import Entry, read_many
from spinout_cli.standing import Standing
from spinout_cli.tables import LADDER_CHANGED, Row, Rows, Tabulator

NOT_ASKED = "unknown-question"
_REASONS = {
    LADDER_CHANGED: "its rungs are not those of the questions that were answered",
    "unknown-rung": "the rung that was given is not on its ladder",
    NOT_ASKED: "this question set does not ask it",
}


_One = tuple[int, AnswerSheet, Standing, Draft]
"""A number, answers, what counts of them, and what scoring tells."""


@dataclass(slots=True)
class Tally:
    """What has been read so far, and what could not be used."""

    read: int = 0
    bad: int = 0
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many answers could not be used, by the question and why."""

    def count(self, refused: Iterable[tuple[str, str]]) -> None:
        """Take note of answers that do not count because the questions are not the same."""
        self.left_out.update(pair for pair in refused if pair[1] in _REASONS)

    def tell(self) -> None:
        """Say on stderr what was left out."""
        for (name, why), number in sorted(self.left_out.items()):
            noun = "answer" if number == 1 else "answers"
            output.tell(f"{name}: {number} {noun} left out, since {_REASONS[why]}.")
        if self.bad:
            output.tell(f"{self.bad} could not be used and were left out.")


class Tabulating:
    """Reads sources and lays out what is in them; `tally` tells how far it has come."""

    def __init__(self, loaded: bank.Loaded) -> None:
        """Begin with nothing read."""
        self.loaded = loaded
        self._tabulator = Tabulator(loaded.set)
        self._ladders = KeptLadders()
        self.tally = Tally()

    def rows(self, sources: list[str]) -> Iterator[Rows]:
        """Yield the rows of all in these sources that can be used; name on stderr what cannot."""
        for one in self._each(sources):
            yield self._tabulator.rows(*one)

    def scores(self, sources: list[str]) -> Iterator[tuple[Row, Draft]]:
        """Yield the same as one row each of the table of scores, with all that scoring tells."""
        for one in self._each(sources):
            yield self._tabulator.scores(*one), one[-1]

    def _each(self, sources: list[str]) -> Iterator[_One]:
        scorer, at, tally = self._scorer, now(), self.tally
        for entry in read_many(sources):
            try:
                sheet, standing = self._standing(entry)
            except SpinoutError as problem:
                output.tell(str(problem))
                tally.bad += 1
                continue
            tally.read += 1
            tally.count(standing.refused)
            yield tally.read, sheet, standing, scorer.draft(sheet, at, standing)

    @cached_property
    def _scorer(self) -> Scorer:
        return Scorer(self.loaded.set, self.loaded.digest)

    def _standing(self, entry: Entry) -> tuple[AnswerSheet, Standing]:
        """Return answers, and what counts of them."""
        if entry.sheet is None:
            raise SpinoutError(entry.problem)
        ladders = self._ladders.of(entry.questions, entry.where)
        return entry.sheet, self._scorer.stand(entry.sheet, ladders)
