"""`spinout workshop merge`: one group result from separate answers."""

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
from spinout_cli.reading.ballot_csv import FIRST_COLUMNS, read_table
from spinout_cli.sanitize import sanitize
from spinout_cli.storage.journal import looks_like_journal
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
    given = [one for path in paths for one in read(path, loaded, cells)]
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


def read(path: Path, loaded: loader.LoadedSet, cells: list[Skipped]) -> Iterator[MergeInput]:
    """Yield the answers in a file, or what is wrong with it; of a CSV one for each ballot.

    What is left out of a CSV is added to `cells`.
    """
    where = sanitize(str(path))
    try:
        data = paths_module.read_bytes(path)
        if path.suffix.lower() == ".csv" or _is_piped_csv(path, data):
            yield from _ballots(paths_module.as_text(data, where), where, loaded.set, cells)
        else:
            given = answer_files.answers_in(data, path)
            if given.sheet.question_set is not None:
                loaded.refuse_answers_to(given.sheet.question_set.id, where)
            kept = (
                None if given.questions is None else snapshot.from_snapshot(given.questions).ladders
            )
            yield MergeInput(where, given.sheet, ladders=kept)
    except SpinoutError as problem:
        yield MergeInput(where, problem=str(problem))


# ------------------------------------------------------------------ ballots


def _is_piped_csv(path: Path, data: bytes) -> bool:
    """Tell whether something without a file's name is neither JSON nor a session."""
    return (
        not path.is_file() and not data.lstrip().startswith(b"{") and not looks_like_journal(data)
    )


def _ballots(
    text: str, where: str, question_set: QuestionSet, cells: list[Skipped]
) -> Iterator[MergeInput]:
    table = read_table(text, where)
    names = [sanitize(name).strip()[:64] for name in table.headings]
    if not set(names) & set(question_set.question):
        raise SpinoutError(
            f"{where}: its first row names no question. Begin with spinout workshop merge --template"
        )
    known = {*FIRST_COLUMNS, *question_set.question, ""}
    strange = (name for name in names if name not in known)
    cells.extend(Skipped(where, name, "it is not in this question set") for name in strange)
    for column, filled in table.unnamed():
        under = f"it has no heading; {count_noun(filled, 'cell')} under it left out"
        cells.append(Skipped(where, f"column {column}", under))
    empty = not any(row.problem for row in table.rows)
    for row in table.rows:
        here = f"{where}:{row.line}"
        if row.problem:
            yield MergeInput(here, problem=f"{here}: {row.problem}")
            continue
        sheet = _sheet(here, dict(zip(names, row.cells, strict=True)), question_set, cells)
        if sheet.answers:
            empty = False
            yield MergeInput(here, sheet)
    if empty:
        raise SpinoutError(f"{where}: no ballot in it has an answer. Give each a row.")


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
