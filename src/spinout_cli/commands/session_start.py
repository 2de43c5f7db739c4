"""Opens a session: an existing file, earlier answers, or a new one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spinout_cli.clock import now
from spinout_cli.documents.answers import AnswerSheet, Depth, SetRef
from spinout_cli.errors import SpinoutError, UsageError
from spinout_cli.interview.session import Event, Session, begin, header
from spinout_cli.question_set import loader, snapshot
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.reading import answer_files, paths, replay
from spinout_cli.sanitize import sanitize
from spinout_cli.scoring.renames import carried_over
from spinout_cli.storage.journal import Journal
from spinout_cli.text import command_line


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
class OpenSession:
    """A session that was opened: its questions, and its journal once there is one."""

    question_set: QuestionSet
    session: Session
    head: dict[str, Any] | None = None
    given: tuple[Event, ...] = ()
    """What the command line brings: it is taken in, and not yet in the journal."""

    journal: Journal | None = None
    notice: str = ""


def open_or_create(request: Request, loaded: loader.LoadedSet) -> OpenSession:
    """Take up the session that was asked for, or prepare a new one; nothing is written yet."""
    if request.file is not None and _exists(request.file):
        opened = _resumed(request, request.file, loaded)
    else:
        opened = _fresh(request, loaded)
    for event in opened.given:
        opened.session.take(event, now())
    opened.session.themes = request.themes or opened.session.themes
    return opened


def _fresh(request: Request, loaded: loader.LoadedSet) -> OpenSession:
    sheets = _earlier(request, loaded.set)
    head = header(
        SetRef(id=loaded.set.id, version=loaded.set.version, digest=loaded.digest),
        snapshot.snapshot(loaded),
        service=next((sheet.service for sheet in sheets if sheet.service is not None), None),
        depth=request.depth or "full",
        themes=request.themes,
    )
    given = tuple(_imported(sheet) for sheet in sheets)
    return OpenSession(loaded.set, begin(head, now()), head=head, given=given)


def _imported(sheet: AnswerSheet) -> Event:
    return Event("import", None, sheet.model_dump(mode="json", exclude_none=True))


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True
    return True


def _earlier(request: Request, question_set: QuestionSet) -> list[AnswerSheet]:
    """The answers to begin with: those of `--from`, then those of `--answers` over them."""
    read = [] if request.old is None else [answer_files.read_answer_file(request.old).sheet]
    read += [] if request.answers is None else [read_answers(request.answers)]
    return [carried_over(sheet, question_set) for sheet in read]


def read_answers(answers: str) -> AnswerSheet:
    """Return the answers that `--answers` names; - is stdin."""
    if answers == "-":
        return answer_files.read_sheet(paths.piped().read(paths.SIZE_LIMIT + 1), "stdin")
    return answer_files.read_answer_file(Path(answers)).sheet


def _resumed(request: Request, file: Path, loaded: loader.LoadedSet) -> OpenSession:
    if request.old is not None:
        raise UsageError(f"{sanitize(str(file))} is there already; --from begins a new session.")
    journal = _taken_up(file)
    session = replay.replay(journal.records, file)
    opened = OpenSession(loaded.set, session, journal=journal)
    if session.question_set.digest != loaded.digest:
        opened.question_set = snapshot.restore(journal.records[0].v["set"], loaded.set)
        opened.notice = (
            "The questions have changed since this session was begun. It goes on with its own."
        )
    if journal.torn is not None:
        opened.notice += f" The last line had not been written whole; it is kept in {sanitize(str(journal.torn))}."
    opened.given = _asked_anew(request, opened)
    return opened


def _taken_up(file: Path) -> Journal:
    """Open a session's file to go on with it."""
    try:
        return Journal.resume(file)
    except SpinoutError:
        if not answer_files.is_document(file):
            raise
    raise SpinoutError(
        f"{sanitize(str(file))} is an answers document, not a session: nothing can be added to it. "
        f"This begins a session with its answers:   {command_line('assess NEW --answers', file)}"
    )


def _asked_anew(request: Request, opened: OpenSession) -> tuple[Event, ...]:
    """What a resumed session is told on the command line."""
    events = []
    if request.depth is not None and request.depth != opened.session.depth:
        events.append(Event("depth", None, request.depth))
    if request.answers is not None:
        events.append(_imported(carried_over(read_answers(request.answers), opened.question_set)))
    return tuple(events)


def append_given(opened: OpenSession) -> None:
    """Save what the command line brought in the session that is there already."""
    if opened.journal is not None:
        for event in opened.given:
            opened.journal.append(*event)


def created(opened: OpenSession, path: Path) -> Journal:
    """Make the session's file: its header, and the answers it begins with."""
    head = {**(opened.head or {}), "service": opened.session.service.model_dump()}
    return Journal.create(path, head, opened.given)
