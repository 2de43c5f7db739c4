"""Where a session comes from: a file to go on with, earlier answers, or nothing yet."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spinout_cli import bank, files
from spinout_cli.answers import AnswerSheet, Depth, SetRef
from spinout_cli.cleaning import clean
from spinout_cli.errors import UsageError
from spinout_cli.journal import Journal
from spinout_cli.questions import QuestionSet
from spinout_cli.scored import now
from spinout_cli.session import Event, Session, begin, header
from spinout_cli.standing import carried_over


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line."""

    file: Path | None
    depth: Depth | None
    themes: tuple[str, ...]
    answers: str | None
    old: Path | None
    no_input: bool
    plain: bool
    colour: bool
    questions: Path | None


@dataclass(slots=True)
class Opened:
    """A session that was opened: its questions, and its journal once there is one."""

    question_set: QuestionSet
    session: Session
    head: dict[str, Any] | None = None
    imported: AnswerSheet | None = None
    journal: Journal | None = None
    notice: str = ""


def laid_out(request: Request, loaded: bank.Loaded) -> Opened:
    """Take up the session that was asked for, or prepare a new one."""
    if request.file is not None and _exists(request.file):
        return _resumed(request, request.file, loaded)
    sheet = _earlier(request, loaded.set)
    service = None if sheet is None else sheet.service
    ref = SetRef(id=loaded.set.id, version=loaded.set.version, digest=loaded.digest)
    head = header(
        ref,
        bank.header(loaded),
        service=service,
        depth=request.depth or "full",
        themes=request.themes,
    )
    session = begin(head, now())
    if sheet is not None:
        session.take(Event("import", None, sheet.model_dump(mode="json", exclude_none=True)), now())
    return Opened(loaded.set, session, head=head, imported=sheet)


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True
    return True


def _earlier(request: Request, question_set: QuestionSet) -> AnswerSheet | None:
    """The answers to begin with: those of `--from`, with those of `--answers` over them."""
    read = None if request.old is None else files.read_given(request.old).sheet
    old = read and carried_over(read, question_set)
    if request.answers is None:
        return old
    given = carried_over(read_answers(request.answers), question_set)
    if old is None:
        return given
    return old.model_copy(
        update={
            "circumstances": old.circumstances | given.circumstances,
            "answers": old.answers | given.answers,
        }
    )


def read_answers(answers: str) -> AnswerSheet:
    """Return the answers that `--answers` names; - is stdin."""
    if answers == "-":
        return files.read_sheet(files.piped().read(files.SIZE_LIMIT + 1), "stdin")
    return files.read_given(Path(answers)).sheet


def _resumed(request: Request, file: Path, loaded: bank.Loaded) -> Opened:
    if request.old is not None:
        raise UsageError(f"{clean(str(file))} is there already; --from begins a new session.")
    journal = Journal.resume(file)
    session = files.replay(journal.records, file)
    desk = Opened(loaded.set, session, journal=journal)
    if session.question_set.digest != loaded.digest:
        desk.question_set = bank.with_library(journal.records[0].v["set"], loaded.set)
        desk.notice = (
            "The questions have changed since this session was begun. It goes on with its own."
        )
    if journal.torn is not None:
        desk.notice += (
            f" The last line had not been written whole; it is kept in {clean(str(journal.torn))}."
        )
    for event in _asked_anew(request, session):
        session.take(event, now())
        journal.append(*event)
    session.themes = request.themes or session.themes
    return desk


def _asked_anew(request: Request, session: Session) -> list[Event]:
    """What a resumed session is told on the command line."""
    events = []
    if request.depth is not None and request.depth != session.depth:
        events.append(Event("depth", None, request.depth))
    if request.answers is not None:
        sheet = read_answers(request.answers)
        events.append(Event("import", None, sheet.model_dump(mode="json", exclude_none=True)))
    return events


def created(desk: Opened, path: Path) -> Journal:
    """Make the session's file: its header, and the answers it begins with."""
    head = {**(desk.head or {}), "service": desk.session.service.model_dump()}
    if desk.imported is None:
        return Journal.create(path, head)
    value = desk.imported.model_dump(mode="json", exclude_none=True)
    return Journal.create(path, head, [Event("import", None, value)])
