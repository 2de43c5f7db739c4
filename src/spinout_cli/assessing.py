"""`spinout assess`: opens or begins a session, runs a sitting, and tells what follows from it."""

import os
import shlex
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from spinout_cli import bank, files, output
from spinout_cli.agenda import Agenda
from spinout_cli.answers import AnswerSheet, Depth, Service, SetRef
from spinout_cli.cleaning import clean
from spinout_cli.errors import NotSaved, SpinoutError, UsageError
from spinout_cli.interview import Interview
from spinout_cli.journal import ENDING, Journal, JournalLost
from spinout_cli.machine import create_file
from spinout_cli.questions import QuestionSet
from spinout_cli.scored import now
from spinout_cli.session import Event, Session, begin, header
from spinout_cli.sitting import Face, Sitting
from spinout_cli.terminal import Interruptions, Terminated, opened, somebody_is_there

if TYPE_CHECKING:
    from spinout_cli.assessment import Assessment
    from spinout_cli.summary import Summary

SHOWN = 7
"""How many of each list the summary after an interview shows; `spinout report` shows all."""

_NAMED = 5
"""How many open questions a refusal names before it only counts the rest."""


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


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it: the answers, and everything that follows from them."""

    sheet: AnswerSheet
    question_set: QuestionSet
    digest: str
    file: Path | None = None
    limit: int | None = None
    parting: str = ""
    """What to say once the result has been shown: where it is saved, and how to go on."""

    @property
    def assessment(self) -> "Assessment":
        """The assessment, computed now."""
        from spinout_cli.scoring import Scorer  # noqa: PLC0415  (late: the questions come first)

        return Scorer(self.question_set, self.digest).score(self.sheet, now())

    def summary(self) -> "Summary":
        """The summary, with the file that it can be had from again."""
        from spinout_cli.summarising import summarise  # noqa: PLC0415  (late: the questions come first)

        name = None if self.file is None else str(self.file)
        return summarise(self.assessment, self.question_set, file=name, limit=self.limit)


def assess(request: Request) -> Result:
    """Ask what is open if somebody is there to ask, and return what there is.

    Raises:
        UsageError: something is open, and there is nobody to ask.
        NotSaved: an answer could not be saved.
        SystemExit: somebody interrupted, after everything had been saved.
    """
    loaded = bank.load(request.questions)
    check_themes(request.themes, loaded.set)
    if request.no_input or request.answers == "-" or not somebody_is_there():
        return _without_asking(request, loaded)
    return _asking(request, loaded)


def reread(file: Path, questions: Path | None) -> Result:
    """Return what follows from a session or an answers document, with the questions it was given to."""
    return follow(files.read_given(file), bank.load(questions), file)


def follow(given: files.Given, loaded: bank.Loaded, file: Path) -> Result:
    """Return what follows from answers read in this file, with the questions they were given to."""
    question_set, digest = loaded.set, loaded.digest
    ref = given.sheet.question_set
    if given.questions is not None and ref is not None and ref.digest != digest:
        question_set, digest = bank.with_library(given.questions, loaded.set), ref.digest
    return Result(given.sheet, question_set, digest, file)


def check_themes(themes: tuple[str, ...], question_set: QuestionSet) -> None:
    """Refuse themes that the set does not have."""
    for theme in themes:
        if theme not in question_set.theme:
            known = ", ".join(question_set.theme)
            raise UsageError(f"There is no theme '{clean(theme)}'. The themes are: {known}.")


# ------------------------------------------------------------------ where a session comes from


@dataclass(slots=True)
class _Desk:
    """A session on the desk: its questions, and its journal once there is one."""

    question_set: QuestionSet
    session: Session
    head: dict[str, Any] | None = None
    imported: AnswerSheet | None = None
    journal: Journal | None = None
    notice: str = ""


def _laid_out(request: Request, loaded: bank.Loaded) -> _Desk:
    """Take up the session that was asked for, or prepare a new one."""
    if request.file is not None and _exists(request.file):
        return _resumed(request, request.file, loaded)
    sheet = _earlier(request)
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
    return _Desk(loaded.set, session, head=head, imported=sheet)


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True
    return True


def _earlier(request: Request) -> AnswerSheet | None:
    """The answers to begin with: those of `--from`, with those of `--answers` over them."""
    old = None if request.old is None else files.read_given(request.old).sheet
    if request.answers is None:
        return old
    given = _given(request.answers)
    if old is None:
        return given
    return old.model_copy(
        update={
            "circumstances": old.circumstances | given.circumstances,
            "answers": old.answers | given.answers,
        }
    )


def _given(answers: str) -> AnswerSheet:
    if answers == "-":
        return files.read_sheet(files.piped().read(files.SIZE_LIMIT + 1), "stdin")
    return files.read_given(Path(answers)).sheet


def _resumed(request: Request, file: Path, loaded: bank.Loaded) -> _Desk:
    if request.old is not None:
        raise UsageError(f"{clean(str(file))} is there already; --from begins a new session.")
    journal = Journal.resume(file)
    session = files.replay(journal.records, file)
    desk = _Desk(loaded.set, session, journal=journal)
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
        sheet = _given(request.answers)
        events.append(Event("import", None, sheet.model_dump(mode="json", exclude_none=True)))
    return events


def _created(desk: _Desk, path: Path) -> Journal:
    """Make the session's file: its header, and the answers it begins with."""
    head = {**(desk.head or {}), "service": desk.session.service.model_dump()}
    if desk.imported is None:
        return Journal.create(path, head)
    value = desk.imported.model_dump(mode="json", exclude_none=True)
    return Journal.create(path, head, [Event("import", None, value)])


# ------------------------------------------------------------------ without asking


def _without_asking(request: Request, loaded: bank.Loaded) -> Result:
    """Score what there is, or say what is missing and how to give it."""
    desk = _read_only(request, loaded) or _laid_out(request, loaded)
    open_ = Agenda(desk.question_set, desk.session).unanswered()
    if open_ and not request.no_input:
        raise UsageError(_nobody(open_))
    if open_:
        output.tell(f"Not answered: {', '.join(open_)}")
    if desk.journal is None and request.file is not None and desk.head is not None:
        desk.journal = _created(desk, request.file)
    if desk.journal is not None:
        desk.journal.close()
    return _result(desk, request.file)


def _read_only(request: Request, loaded: bank.Loaded) -> _Desk | None:
    """An answers document given as FILE is read where it stands."""
    file = request.file
    if file is None or not file.is_file() or request.answers is not None:
        return None
    given = reread(file, request.questions)
    ref = given.sheet.question_set or SetRef(
        id=loaded.set.id, version=loaded.set.version, digest=loaded.digest
    )
    session = Session(
        id="", question_set=ref, service=given.sheet.service or Service(id=""), named=True
    )
    session.take(
        Event("import", None, given.sheet.model_dump(mode="json", exclude_none=True)), now()
    )
    session.depth, session.themes = request.depth or given.sheet.depth, request.themes
    return _Desk(given.question_set, session)


def _nobody(open_: list[str]) -> str:
    more = len(open_) - _NAMED
    first = ", ".join(open_[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    return (
        f"Nobody is here to ask: stdin is not a terminal. Not answered: {first}.\n"
        "Give the answers with --answers FILE, or add --no-input to score what there is. "
        "spinout questions list --json tells what is asked."
    )


def _result(desk: _Desk, file: Path | None) -> Result:
    session = desk.session
    digest = session.question_set.digest
    return Result(session.sheet(), desk.question_set, digest, file, limit=SHOWN)


# ------------------------------------------------------------------ asking


def _asking(request: Request, loaded: bank.Loaded) -> Result:
    with ExitStack() as open_:
        out = open_.enter_context(opened())
        interruptions = open_.enter_context(Interruptions())
        desk = _laid_out(request, loaded)
        shown_on = face(out, plain=request.plain, colour=request.colour)
        sitting = Sitting(
            interview=Interview(desk.question_set, desk.session),
            face=shown_on,
            journal=desk.journal,
            create=_creating(request, desk),
            summarise=lambda: _result(desk, None).summary(),
            interruptions=interruptions,
        )
        if desk.journal is None:
            _begin(sitting, request)
        try:
            run(
                sitting,
                shown_on,
                lambda: _welcome(desk, sitting.journal, plain=request.plain),
                lambda typed: _kept(sitting.journal, typed),
            )
        except SpinoutError as problem:
            told_here(shown_on, str(problem))
            raise
        if sitting.journal is None:
            return _result(desk, None)
        sitting.journal.close()
        path = sitting.journal.path
        parting = f"\nSaved in {clean(str(path))}.\n{_go_on(path)}"
        return replace(_result(desk, path), parting=parting)


def part(result: Result) -> None:
    """Say where everything is saved and how to go on, on the terminal itself."""
    if result.parting:
        with suppress(SpinoutError, OSError), opened() as out:
            out.write(f"{result.parting}\n")


def told_here(face: Face, words: str) -> None:
    """Say on the terminal what otherwise only a redirected stderr would be told."""
    if sys.stderr is None or not sys.stderr.isatty():
        with suppress(OSError):
            face.say(words)


def _creating(request: Request, desk: _Desk) -> Callable[[Path | None], Journal]:
    """Return what makes the session's file: as it was named, or after the service."""

    def create(folder: Path | None) -> Journal:
        if request.file is None:
            return _created(desk, files.free_name(folder or Path(), desk.session.service.name))
        return _created(desk, folder / request.file.name if folder else request.file)

    return create


def _begin(sitting: Sitting, request: Request) -> None:
    """Find out before the first question whether answers can be saved."""
    if request.file is not None:
        sitting.journal = sitting.create(None)
    else:
        refuse_what_takes_no_files(Path(), "assess")


def refuse_what_takes_no_files(folder: Path, command: str) -> None:
    """Refuse to ask anything where nothing could be saved."""
    if takes_files(folder):
        return
    where = "this folder"  # which may have been removed, and has no name then
    with suppress(OSError):
        where = clean(str(folder.absolute()))
    raise SpinoutError(
        f"Nothing can be saved in {where}. Go to a folder of your own, or name a file: "
        f"spinout {command} FILE"
    )


def takes_files(folder: Path) -> bool:
    """Tell whether a file can be made in a folder, by making one: permissions alone do not tell."""
    trial = folder / f".spinout-{token_hex(8)}.tmp"
    try:
        os.close(create_file(trial))
        trial.unlink()
    except OSError:
        return False
    return True


def face(out: TextIO, *, plain: bool, colour: bool) -> Face:
    """Return what shows screens: drawn, or line by line."""
    if plain:
        from spinout_cli.plain import PlainFace  # noqa: PLC0415

        return PlainFace(out, output.plain_summary)
    from spinout_cli.prompts import DrawnFace  # noqa: PLC0415  (half of the start-up time)

    return DrawnFace(
        out,
        lambda summary, where: output.draw_summary(summary, where, colour=colour),
        colour=colour,
    )


def run(
    sitting: Sitting, face: Face, welcome: Callable[[], str], kept: Callable[[str], str]
) -> None:
    """Run the sitting; an interruption says what was saved and how to go on."""
    try:
        _sit(sitting, face, welcome, kept)
    except JournalLost as lost:
        raise NotSaved(sitting.told(lost)) from lost


def _sit(
    sitting: Sitting, face: Face, welcome: Callable[[], str], kept: Callable[[str], str]
) -> None:
    try:
        face.say(welcome())
        sitting.run()
    except (KeyboardInterrupt, EOFError):
        _leave(face, kept, 130)
    except Terminated as told:
        _leave(face, kept, told.code)
    except OSError:  # the terminal has gone
        _leave(face, kept, 129)


def _leave(face: Face, kept: Callable[[str], str], code: int | str | None) -> NoReturn:
    with suppress(OSError):  # perhaps nobody is left to read it
        face.say(kept(face.half_typed))
    output.let_go()
    raise SystemExit(code)


def _kept(journal: Journal | None, half_typed: str) -> str:
    """Say what the file holds, having read it again."""
    if journal is None:
        return "\nNothing was saved: no answer had been given yet."
    session = files.replay(journal.reread(), journal.path)
    note = (
        ", and what you were typing" if half_typed and half_typed in session.drafts.values() else ""
    )
    counts = {"fact": len(session.circumstances), "answer": len(session.answers)}
    there = [_counted(count, noun) for noun, count in counts.items() if count]
    return f"\nSaved: {' and '.join(there) or 'no answers yet'}{note}.\n{_go_on(journal.path)}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _go_on(path: Path) -> str:
    return f"Go on with   spinout assess {shlex.quote(clean(str(path)))}"


def _welcome(desk: _Desk, journal: Journal | None, *, plain: bool) -> str:
    """What it is, how long it takes, where it is saved, which keys there are."""
    long = (
        "About 10 minutes: only what can stop a spin-out or weighs most."
        if desk.session.depth == "quick"
        else "About 40 minutes for everything, 10 with --depth quick."
    )
    where = f"in {journal.path}" if journal else f"in a {ENDING} file named after your service"
    lines = [
        "",
        "Spinning out: what stands in the way, what helps",
        f"{long} Stop whenever you like.",
        f"Every answer is saved {where} on this machine; we send it nowhere.",
        "It may be disclosable. Old notes stay inside: share reports, not this file.",
        *([] if plain else ["Using a screen reader? Leave with Ctrl-C and start with --plain."]),
    ]
    if desk.session.answers:
        lines.append(f"Welcome back: {_counted(len(desk.session.answers), 'answer')} so far.")
    lines += [desk.notice.strip()] if desk.notice else []
    lines += [
        f"What you were typing is kept, and stands where you typed it: {_about(name, desk)}"
        for name in desk.session.drafts
    ]
    return "\n".join([*lines, ""])


def _about(draft: str, desk: _Desk) -> str:
    """Name the screen that a draft belongs to in the words that stand on it."""
    kind, _, name = draft.rpartition(":")
    if name in desk.question_set.question:
        ask = desk.question_set.question[name].ask
        return f"note on “{ask}”" if kind == "note" else f"why it does not apply: “{ask}”"
    circumstance = desk.question_set.circumstance.get(name)
    return f"“{circumstance.ask}”" if circumstance else "the name of the service"
