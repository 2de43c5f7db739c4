"""`spinout workshop merge`: one group result from separate answers."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from spinout_cli import streams
from spinout_cli.clock import now
from spinout_cli.commands.workshop import Result
from spinout_cli.documents.answers import Answer, AnswerSheet, SetRef
from spinout_cli.errors import SpinoutError, UsageError
from spinout_cli.question_set import loader, snapshot
from spinout_cli.question_set.model import Question, QuestionSet
from spinout_cli.reading import answer_files
from spinout_cli.reading import paths as paths_module
from spinout_cli.reading.ballot_csv import COMMENT, FIRST_COLUMNS
from spinout_cli.sanitize import sanitize
from spinout_cli.text import count_noun
from spinout_cli.workshop.merge import MergeInput, Skipped, merge
from spinout_cli.workshop.vote_parser import LETTERS

_NOTHING = ("", "-")


def merged(paths: list[Path], questions: Path | None) -> tuple[Result, bool]:
    """Return one group result, and whether every file could be used; what could not is told.

    Raises:
        UsageError: no file is named.
        SpinoutError: none of them can be used.
    """
    if not paths:
        raise UsageError(
            "Nothing to merge. Name sessions, answers documents or a CSV of ballots: "
            "spinout workshop merge FILE... An empty CSV: spinout workshop merge --template"
        )
    loaded = loader.load(questions)
    ref = SetRef(id=loaded.set.id, version=loaded.set.version, digest=loaded.digest)
    cells: list[Skipped] = []
    given = [one for path in paths for one in read(path, loaded.set, cells)]
    found = merge(given, loaded.set, ref, now())
    left_out = [*cells, *found.left_out]
    for out in left_out:
        streams.write_stderr(_told(out))
    sets = sum(out.question is None for out in left_out)
    streams.write_stderr(f"{count_noun(found.used, 'set')} of answers used; {sets} left out.")
    return Result(found.workshop, loaded.set, loaded.digest), all(o.question for o in left_out)


def _told(out: Skipped) -> str:
    about = f"{out.where}: " if out.where else ""
    why = out.why.removeprefix(about)
    return f"{about}{out.question}: {why}" if out.question else f"{about}{why}"


def read(path: Path, question_set: QuestionSet, cells: list[Skipped]) -> Iterator[MergeInput]:
    """Yield the answers in a file, or what is wrong with it; of a CSV one for each ballot.

    What is left out of a CSV is added to `cells`.
    """
    where = sanitize(str(path))
    try:
        if path.suffix.lower() == ".csv":
            yield from _ballots(path, question_set, cells)
        else:
            given = answer_files.read_answer_file(path)
            kept = (
                None if given.questions is None else snapshot.from_snapshot(given.questions).ladders
            )
            yield MergeInput(where, given.sheet, ladders=kept)
    except SpinoutError as problem:
        yield MergeInput(where, problem=str(problem))


# ------------------------------------------------------------------ ballots


def _ballots(path: Path, question_set: QuestionSet, cells: list[Skipped]) -> Iterator[MergeInput]:
    rows = _rows(path)
    where = sanitize(str(path))
    head = next((row for _, row in rows if row), None)
    if head is None or not {name.strip() for name in head} & set(question_set.question):
        raise SpinoutError(
            f"{where}: its first row names no question. Begin with spinout workshop merge --template"
        )
    names = [sanitize(name).strip()[:64] for name in head]
    known = {*FIRST_COLUMNS, *question_set.question, ""}
    strange = (name for name in names if name not in known)
    cells.extend(Skipped(where, name, "it is not in this question set") for name in strange)
    empty = True
    for line, row in rows:
        sheet = _sheet(f"{where}:{line}", dict(zip(names, row, strict=False)), question_set, cells)
        if sheet.answers:
            empty = False
            yield MergeInput(f"{where}:{line}", sheet)
    if empty:
        raise SpinoutError(f"{where}: no ballot in it has an answer. Give each a row.")


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV with their lines, remarks left out, whichever separator it has."""
    text = paths_module.read_text(path)
    plain = [
        line for line in text.splitlines() if line and not line.lstrip('"').startswith(COMMENT)
    ]
    delimiter = max(",;\t", key=plain[0].count) if plain else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if any(row) and not row[0].lstrip().startswith(COMMENT):
                yield reader.line_num, row
    except csv.Error as error:
        raise SpinoutError(f"{sanitize(str(path))}:{reader.line_num}: {error}.") from None


def _sheet(
    where: str, row: dict[str, str], question_set: QuestionSet, cells: list[Skipped]
) -> AnswerSheet:
    answers: dict[str, Answer] = {}
    for name, typed in row.items():
        question = question_set.question.get(name)
        cell = sanitize(typed).strip()
        if question is None or cell in _NOTHING:
            continue
        answer = _answer(question, cell)
        if answer is None:
            letters = ", ".join(LETTERS[: len(question.rungs)])
            why = f"“{cell[:20]}” is none of {letters} and ?; this cell is left out"
            cells.append(Skipped(where, name, why))
        else:
            answers[name] = answer
    return AnswerSheet(
        format="spinout.answers/1", role=sanitize(row.get("role", ""))[:200], answers=answers
    )


def _answer(question: Question, cell: str) -> Answer | None:
    """What a cell says: a letter, the number of a rung from the bottom, its id, or a question mark."""
    ladder = question.ladder
    if cell == "?":
        return Answer(state="unknown")
    if cell.lower() in ladder:
        return Answer(rung=cell.lower())
    found = LETTERS.find(cell.upper()) if len(cell) == 1 and cell.isalpha() else -1
    if cell.isascii() and cell.isdigit():
        found = int(cell[:3]) - 1
    return Answer(rung=ladder[found]) if 0 <= found < len(ladder) else None
