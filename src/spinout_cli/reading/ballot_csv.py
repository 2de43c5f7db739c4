"""Ballots of a workshop as CSV: the empty table, and the rows of a filled one with their lines."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from spinout_cli.errors import SpinoutError
from spinout_cli.question_set.model import Question, QuestionSet
from spinout_cli.workshop.vote_parser import LETTERS
from spinout_cli.workshop.vote_text import places

COMMENT = "#"
FIRST_COLUMNS = ("ballot", "role")

_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
"""The line with which Excel is told what separates the cells."""


@dataclass(frozen=True, slots=True)
class BallotRow:
    """A row that is no remark: its line, its cells, and what is wrong with its shape if anything is."""

    line: int
    cells: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class BallotTable:
    """The headings of a table of ballots, and the rows under them."""

    headings: tuple[str, ...]
    rows: tuple[BallotRow, ...]

    def unnamed(self) -> Iterator[tuple[int, int]]:
        """Yield each column without a heading that holds something, and how many of its cells do."""
        for index, heading in enumerate(self.headings):
            filled = sum(not row.problem and bool(row.cells[index]) for row in self.rows)
            if not heading and filled:
                yield index + 1, filled


def read_table(text: str, where: str) -> BallotTable:
    """Read a CSV, whichever separator it has, without remarks and empty rows.

    A row that does not fit the headings has cells in other columns than they were meant for, so it
    is marked as such; empty cells beyond the last heading are none.

    Raises:
        SpinoutError: it has no row, a heading stands twice, or quotes are not closed.
    """
    rows = list(_rows(text, where))
    if not rows:
        raise SpinoutError(
            f"{where}: there is nothing in it. Begin with spinout workshop merge --template"
        )
    (line, first), *rest = rows
    headings = _trimmed(first, 0)
    twice = [name for name, times in Counter(filter(None, headings)).items() if times > 1]
    if twice:
        raise SpinoutError(
            f"{where}:{line}: two columns are headed {twice[0][:64]}. Leave one of them out."
        )
    return BallotTable(headings, tuple(_fitted(number, cells, headings) for number, cells in rest))


def _fitted(line: int, cells: list[str], headings: tuple[str, ...]) -> BallotRow:
    kept = _trimmed(cells, len(headings))
    problem = ""
    if len(kept) != len(headings):
        problem = (
            f"this row has {len(kept)} cells and there are {len(headings)} headings, so nobody can "
            "tell which answer belongs where; it is left out. Put quotes round a cell with a comma in it."
        )
    return BallotRow(line, kept, problem)


def _trimmed(cells: list[str], least: int) -> tuple[str, ...]:
    """Return the cells without spaces round them, and without empty ones at the end."""
    kept = [cell.strip() for cell in cells]
    while len(kept) > least and not kept[-1]:
        kept.pop()
    return tuple(kept)


def _rows(text: str, where: str) -> Iterator[tuple[int, list[str]]]:
    first, _, rest = text.partition("\n")
    told = _SEPARATOR_LINE.fullmatch(first.strip("\r"))
    source, skipped = (rest, 1) if told else (text, 0)
    delimiter = told[1] if told else _delimiter(source)
    reader = csv.reader(io.StringIO(source, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row) and not row[0].lstrip().startswith(COMMENT):
                yield reader.line_num + skipped, row
    except csv.Error as error:
        line = reader.line_num + skipped
        raise SpinoutError(f"{where}:{line}: this is not CSV ({error}).") from None


def _delimiter(text: str) -> str:
    """Return what separates the cells of the first row that is no remark."""
    plain = (
        line for line in text.splitlines() if line and not line.lstrip('"').startswith(COMMENT)
    )
    return max(",;\t", key=next(plain, "").count)


def template(question_set: QuestionSet, plan: tuple[str, ...] = ()) -> str:
    """Return a CSV to type ballots into: a column for each question, a row for each ballot."""
    asked = [q for q in question_set.questions if not plan or q.id in plan]
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    write([f"{COMMENT} One row for each ballot: a letter for each question, ? for don't know."])
    write([f"{COMMENT} Leave a cell empty where nothing was ticked. Names are not asked."])
    write([*FIRST_COLUMNS, *(q.id for q in asked)])
    write([COMMENT, "", *(q.ask for q in asked)])
    for index in range(max(len(q.rungs) for q in asked)):
        write([COMMENT, "", *(_rung_words(q, index) for q in asked)])
    return out.getvalue()


def _rung_words(question: Question, index: int) -> str:
    letter, label = (*places(question)[:-1], *[("", "")] * len(LETTERS))[index]
    return f"{letter}: {label}" if letter else ""
