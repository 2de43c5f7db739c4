"""Opens a session: an existing file, earlier answers, or a new one."""

from dataclasses import dataclass, replace
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
    force: bool = False


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
    keeps_set: bool = True
    """Whether its file keeps its questions: a session's does, and an answers document does not."""


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
    sheets = _earlier(request, loaded)
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


def _earlier(request: Request, loaded: loader.LoadedSet) -> list[AnswerSheet]:
    """The answers to begin with: those of `--from`, then those of `--answers` over them."""
    sheets = []
    if request.old is not None:
        sheet = answer_files.read_answer_file(request.old).sheet
        sheets.append(_carried(sheet, loaded, sanitize(str(request.old))))
    if request.answers is not None:
        sheets.append(_carried(read_answers(request.answers), loaded, _shown(request.answers)))
    return sheets


def _shown(answers: str) -> str:
    return "stdin" if answers == "-" else sanitize(answers)


def _carried(sheet: AnswerSheet, loaded: loader.LoadedSet, where: str) -> AnswerSheet:
    """Return answers as they count in this set.

    Raises:
        SpinoutError: they were given to another set.
    """
    if sheet.question_set is not None:
        loaded.refuse_answers_to(sheet.question_set.id, where)
    return carried_over(sheet, loaded.set)


def read_answers(answers: str) -> AnswerSheet:
    """Return the answers that `--answers` names; - is stdin."""
    if answers == "-":
        return answer_files.read_sheet(paths.piped().read(paths.SIZE_LIMIT + 1), "stdin")
    return answer_files.read_answer_file(Path(answers)).sheet


def _resumed(request: Request, file: Path, loaded: loader.LoadedSet) -> OpenSession:
    if request.old is not None:
        raise UsageError(f"{sanitize(str(file))} is there already; --from begins a new session.")
    journal = take_up(file)
    session = replay.replay(journal.records, file)
    opened = OpenSession(loaded.set, session, journal=journal)
    if session.question_set.digest != loaded.digest:
        opened.question_set = snapshot.restore(journal.records[0].v["set"], loaded.set)
        opened.notice = (
            "The questions have changed since this session was begun. It goes on with its own."
        )
    if journal.torn is not None:
        opened.notice += f" The last line had not been written whole; it is kept in {sanitize(str(journal.torn))}."
    own = replace(loaded, set=opened.question_set)
    opened.given = _asked_anew(request, opened, own)
    return opened


def take_up(file: Path) -> Journal:
    """Open a session's file to go on with it.

    Raises:
        SpinoutError: it is no session, or it is open elsewhere; of an answers document, with the
            command that makes a session of it.
    """
    try:
        return Journal.resume(file)
    except SpinoutError:
        if not answer_files.is_document(file):
            raise
    raise SpinoutError(
        f"{sanitize(str(file))} is an answers document, not a session: nothing can be added to it. "
        f"This begins a session with its answers:   {command_line('assess NEW --answers', file)}"
    )


def _asked_anew(request: Request, opened: OpenSession, own: loader.LoadedSet) -> tuple[Event, ...]:
    """What a resumed session is told on the command line."""
    events = []
    if request.depth is not None and request.depth != opened.session.depth:
        events.append(Event("depth", None, request.depth))
    if request.answers is not None:
        given = _carried(read_answers(request.answers), own, _shown(request.answers))
        events.append(_imported(given))
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
