"""`spinout workshop`: opens or creates a workshop, runs it and returns the result."""

import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TextIO

from spinout_cli import streams
from spinout_cli.clock import now
from spinout_cli.commands import assess
from spinout_cli.documents.answers import SetRef
from spinout_cli.documents.formats import is_workshop_header
from spinout_cli.documents.workshop import Workshop, to_answers
from spinout_cli.errors import SpinoutError, UsageError
from spinout_cli.interview.session import Event
from spinout_cli.question_set import loader, snapshot
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.reading import answer_files, paths, plan_file, replay
from spinout_cli.results.hints import CommandHints
from spinout_cli.sanitize import sanitize
from spinout_cli.storage import save
from spinout_cli.storage.journal import ENDING, Journal
from spinout_cli.terminal import launch
from spinout_cli.terminal import summary as summary_module
from spinout_cli.terminal.runner import SessionRunner
from spinout_cli.terminal.tty import LineReader, SignalGate, is_interactive, open_terminal
from spinout_cli.text import command_line, count_noun, resume_hint
from spinout_cli.workshop import planning
from spinout_cli.workshop.attendance import people_text
from spinout_cli.workshop.flow import WorkshopFlow, prepared
from spinout_cli.workshop.notes import drafted
from spinout_cli.workshop.planning import propose
from spinout_cli.workshop.remote_votes import RemoteVotes
from spinout_cli.workshop.session import WorkshopSession, begin, header, plan_event, room_event
from spinout_cli.workshop.unsaved import Unsaved

if TYPE_CHECKING:
    from spinout_cli.phones.room import PhoneRoom
    from spinout_cli.results.summary import Summary

_LONG = 120
"""Minutes for which questions are proposed where nobody says how long there is."""

_AFTERWARDS = "Look at it again, or write it for others:"


_PRIVACY = (
    "Votes are kept only as numbers, of the whole room and of groups of five or more; no name is "
    "asked but of those who put a statement or take something on; and whoever gets the file can "
    "read all of it."
)


@dataclass(frozen=True, slots=True)
class PhoneOptions:
    """Where phones reach this laptop, as far as that was said."""

    host: str | None = None
    port: int | None = None
    wifi: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line."""

    file: Path | None = None
    plan: Path | None = None
    demo: bool = False
    no_input: bool = False
    plain: bool = False
    colour: bool = True
    questions: Path | None = None
    phones: PhoneOptions | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it: the workshop as it may be shown, and everything that follows from it."""

    workshop: Workshop
    question_set: QuestionSet
    digest: str
    hints: CommandHints = field(default_factory=CommandHints)
    parting: str = ""

    def summary(self) -> "Summary":
        """The summary of what was agreed."""
        from spinout_cli.results.summarise import summarise  # noqa: PLC0415  (late: the room comes first)

        answers = assess.Result(to_answers(self.workshop), self.question_set, self.digest)
        return summarise(answers.score(), self.question_set, hints=self.hints, command="workshop")

    def told(self) -> "Summary":
        """The summary with the record of the workshop."""
        from spinout_cli.workshop.record import build_record  # noqa: PLC0415  (late: the room comes first)

        return replace(self.summary(), record=build_record(self.workshop, self.question_set))


def workshop(request: Request) -> Result:
    """Hold a workshop if somebody is there to hold it, and return what there is.

    Raises:
        UsageError: nobody is there.
        NotSaved: something could not be saved.
        SystemExit: somebody interrupted, after everything had been saved.
    """
    if request.no_input:
        if request.file is None:
            raise UsageError(
                "--no-input asks nothing and shows what a workshop came to. Name its file: "
                "spinout workshop FILE --no-input"
            )
        return reread(request.file, request.questions)
    if not is_interactive():
        raise UsageError(
            "Nobody is here to hold a workshop: stdin is not a terminal. What an earlier one came "
            "to: spinout report FILE, or spinout workshop FILE --no-input --json. Answers given "
            "apart, put together: spinout workshop merge FILE..."
        )
    with ExitStack() as open_:
        return _run(request, loader.load(request.questions), open_)


def prepare(request: Request, path: Path) -> None:
    """Ask what is to be asked, and write it to a plan that can be changed by hand.

    Raises:
        UsageError: nobody is there.
        SpinoutError: the plan cannot be written.
        SystemExit: somebody interrupted, after what was planned had been written.
    """
    shown = sanitize(str(path))
    if not is_interactive():
        raise UsageError(f"There is no file {shown}, and nobody is here to make a plan.")
    if not launch.takes(path):
        raise SpinoutError(f"No plan can be written to {shown}. Name a file in a folder of yours.")
    loaded = loader.load(request.questions)
    with ExitStack() as open_:
        result = _run(replace(request, plan=None), loaded, open_, plan=path)
    streams.write_stderr(_written(result, path))


def _written(result: Result, path: Path) -> str:
    """Write what is planned, if anything is, and return what to say of it."""
    question = result.question_set.question
    lines = [f"{name}  # {question[name].ask}" for name in result.workshop.plan]
    if not lines:
        return "No plan was written: nothing is planned."
    save.save(path, "".join(f"{line}\n" for line in lines).encode())
    return f"Saved in {sanitize(str(path))}. Use it with   {command_line('workshop --plan', path)}"


def reread(file: Path, questions: Path | None) -> Result:
    """Return what a workshop came to, with the questions that were asked in it."""
    given, loaded = answer_files.read_workshop(file), loader.load(questions)
    return follow(given, loaded, file)


def follow(given: answer_files.WorkshopFile, loaded: loader.LoadedSet, file: Path | None) -> Result:
    """Return what follows from a workshop that was read."""
    question_set, digest = loaded.set, loaded.digest
    ref = given.workshop.question_set
    if ref is not None and given.questions is None:
        loaded.refuse_answers_to(ref.id, sanitize(str(file)))
    elif given.questions is not None and ref is not None and ref.digest != digest:
        question_set, digest = snapshot.restore(given.questions, loaded.set), ref.digest
    own = given.questions is not None and not loaded.is_built_in(question_set)
    hints = CommandHints(None if file is None else str(file), loaded.options, own)
    return Result(given.workshop, question_set, digest, hints)


# ------------------------------------------------------------------ where a workshop comes from


@dataclass(slots=True)
class _OpenWorkshop:
    """A workshop that is being held: its questions, and its journal once there is one."""

    question_set: QuestionSet
    meeting: WorkshopSession
    head: dict[str, Any] | None = None
    first: list[Event] = field(default_factory=list)
    """What is known before anybody is asked: from a plan, or invented."""

    journal: Journal | None = None
    notice: str = ""
    hints: CommandHints = field(default_factory=CommandHints)


def _open_or_create(request: Request, loaded: loader.LoadedSet) -> _OpenWorkshop:
    if request.file is not None and os.path.lexists(request.file):
        return _resumed(request, request.file, loaded)
    ref = SetRef(id=loaded.set.id, version=loaded.set.version, digest=loaded.digest)
    head = header(ref, snapshot.snapshot(loaded))
    opened = _OpenWorkshop(loaded.set, begin(head, now()), head=head)
    opened.first = _practised(loaded.set) if request.demo else _planned(request, opened)
    for event in opened.first:
        opened.meeting.take(event, now())
    return opened


def _resumed(request: Request, file: Path, loaded: loader.LoadedSet) -> _OpenWorkshop:
    if request.plan is not None or request.demo:
        option = "--demo" if request.demo else "--plan"
        raise UsageError(f"{sanitize(str(file))} is there already; {option} begins a new workshop.")
    journal = Journal.resume(file)
    value = journal.records[0].v
    if not is_workshop_header(value):
        journal.close()
        raise SpinoutError(
            f"{sanitize(str(file))} is no workshop. If somebody answered alone in it, go on with   "
            f"{command_line('assess', file)}"
        )
    opened = _OpenWorkshop(
        loaded.set, replay.replay_workshop(journal.records, journal.path), journal=journal
    )
    if opened.meeting.question_set.digest != loaded.digest:
        opened.question_set = snapshot.restore(value["set"], loaded.set)
        opened.notice = (
            "The questions have changed since this workshop was begun. It keeps its own."
        )
    if journal.torn is not None:
        torn = sanitize(str(journal.torn))
        opened.notice += f" The last line had not been written whole; it is kept in {torn}."
    return opened


def _practised(question_set: QuestionSet) -> list[Event]:
    every = [question_set.question[name] for name in propose(question_set.questions, _LONG)]
    stops = [question for question in every if question.hard_stop is not None]
    plan = planning.plan(stops, [question for question in every if question not in stops])
    return [
        Event("service", None, {"name": planning.NAME}),
        room_event(planning.people(question_set.words.groups)),
        plan_event(plan),
    ]


def _planned(request: Request, opened: _OpenWorkshop) -> list[Event]:
    """What a plan brings: questions, and if it is a workshop the service and its facts."""
    if request.plan is None:
        return []
    plan = plan_file.read_plan(request.plan)
    known = prepared(plan.questions, opened.question_set)
    if strange := [sanitize(name) for name in plan.questions if name not in known]:
        raise SpinoutError(
            f"{sanitize(str(request.plan))}: this question set has no question {', '.join(strange)}. "
            "spinout questions list names them all."
        )
    name = [Event("service", None, {"name": plan.name})] if plan.name else []
    facts = [Event("circumstance", key, _listed(value)) for key, value in plan.facts.items()]
    return [*name, *facts, plan_event(known)]


def _listed(value: Any) -> Any:  # noqa: ANN401  (whatever a circumstance can be)
    return list(value) if isinstance(value, tuple) else value


def _created(opened: _OpenWorkshop, path: Path) -> Journal:
    return Journal.create(path, opened.head, opened.first)


# ------------------------------------------------------------------ holding it


def _run(
    request: Request, loaded: loader.LoadedSet, open_: ExitStack, *, plan: Path | None = None
) -> Result:
    """Hold a workshop; or if there is a plan to be written, ask only for what belongs in one."""
    preparing = plan is not None
    out = open_.enter_context(open_terminal())
    remote = _phones(request.phones, out, open_)
    interruptions = open_.enter_context(SignalGate())
    opened = _open_or_create(request, loaded)
    own = not loaded.is_built_in(opened.question_set)
    opened.hints = CommandHints(None, loaded.options, own)
    kept = not (preparing or _is_practice(request))
    folder = Path() if kept else _nowhere(open_)
    face = launch.face(out, plain=request.plain, colour=request.colour)
    runner = SessionRunner(
        interview=_room(request, opened, remote, preparing=preparing),
        face=face,
        journal=opened.journal,
        create=_creating(request, opened, folder),
        summarise=lambda: _result(opened, None).summary(),
        interruptions=interruptions,
        command="workshop",
    )
    if runner.journal is None:
        _begin(runner, request, folder, kept=kept)

    def welcome() -> str:
        if preparing:
            return "\nA plan for a workshop. Nothing is kept but the plan.\n"
        return _welcome(opened, runner.journal, request)

    def leaving(typed: str) -> str:
        if plan is not None:
            return f"\n{_written(_result(opened, None), plan)}"
        return _kept(runner.journal, typed, request)

    try:
        launch.run(runner, face, welcome, leaving)
    except SpinoutError as problem:
        launch.print_if_redirected(face, str(problem))
        raise
    return _ended(opened, runner.journal if kept else None)


def _ended(opened: _OpenWorkshop, journal: Journal | None) -> Result:
    if journal is None:
        return _result(opened, None)
    journal.close()
    path = journal.path
    again = f"{_AFTERWARDS}   {command_line('report', path)}"
    parting = f"\nSaved in {sanitize(str(path))}.\n{again}\n{resume_hint('workshop', path)}"
    return _result(opened, path, parting)


def _phones(options: PhoneOptions | None, out: TextIO, open_: ExitStack) -> "PhoneRoom | None":
    """Let phones vote, if that was asked for: nothing is imported or opened otherwise.

    Raises:
        UsageError: what it needs is not installed.
        SpinoutError: the address or the port cannot be used.
    """
    if options is None:
        return None
    try:
        from spinout_cli.phones.room import PhoneRoom, Wifi  # noqa: PLC0415  (an extra)
        from spinout_cli.phones.server import PORT  # noqa: PLC0415  (an extra)
    except ImportError:
        raise UsageError(
            "Votes by phone need a few more packages. In a clone:   pip install '.[phones]'"
        ) from None
    wifi = None
    if options.wifi is not None:
        asked = f"  Password of the Wi-Fi {sanitize(options.wifi)}, typed unseen and kept nowhere: "
        wifi = Wifi(options.wifi, LineReader(out).read(asked, unseen=True) or "")
        out.write("\n")
    room = PhoneRoom(options.host, PORT if options.port is None else options.port, wifi=wifi)
    open_.callback(room.stop)
    return room


def _room(
    request: Request, opened: _OpenWorkshop, remote: RemoteVotes | None, *, preparing: bool
) -> WorkshopFlow:
    return WorkshopFlow(
        opened.question_set,
        opened.meeting,
        lambda: _result(opened, None).summary(),
        unsaved=Unsaved(
            practice=request.demo or opened.meeting.service.name == planning.NAME,
            preparing=preparing,
            remote=remote,
        ),
        resumed=opened.journal is not None,
    )


def _is_practice(request: Request) -> bool:
    """Whether nothing is to be kept: a practice room without a file."""
    return request.demo and request.file is None


def _nowhere(open_: ExitStack) -> Path:
    """A folder that is gone when the room is: what is only practised or prepared is not kept."""
    return Path(open_.enter_context(TemporaryDirectory(prefix="spinout-")))


def _creating(
    request: Request, opened: _OpenWorkshop, folder: Path
) -> Callable[[Path | None], Journal]:
    def create(elsewhere: Path | None) -> Journal:
        if request.file is None:
            name = f"{opened.meeting.service.name or opened.question_set.words.subject} workshop"
            return _created(opened, paths.free_name(elsewhere or folder, name))
        return _created(opened, elsewhere / request.file.name if elsewhere else request.file)

    return create


def _begin(runner: SessionRunner, request: Request, folder: Path, *, kept: bool) -> None:
    """Find out before anybody is asked whether anything can be saved."""
    if request.file is not None or not kept:
        runner.journal = runner.create(None)
    else:
        launch.refuse_what_takes_no_files(folder, "workshop")


def _result(opened: _OpenWorkshop, file: Path | None, parting: str = "") -> Result:
    meeting = opened.meeting
    hints = replace(opened.hints, file=None if file is None else str(file))
    digest = meeting.question_set.digest
    return Result(meeting.document(), opened.question_set, digest, hints, parting)


# ------------------------------------------------------------------ what is said


def part(result: Result) -> None:
    """Say where everything is saved and how to go on, on the terminal itself."""
    if result.parting:
        with suppress(SpinoutError, OSError), open_terminal() as out:
            out.write(f"{result.parting}\n")


def _welcome(opened: _OpenWorkshop, journal: Journal | None, request: Request) -> str:
    """What it is, what is kept of whom, where it is saved."""
    where = (
        f"in {journal.path}"
        if journal
        else f"in a {ENDING} file named after your {opened.question_set.words.subject}"
    )
    saved = f"Everything is saved {where} on this machine as it is said; we send it nowhere."
    if _is_practice(request):
        saved = "This is a practice room: its people and votes are invented, and nothing is kept."
    lines = [
        "",
        f"{opened.question_set.topic}: what stands in the way, what helps. A workshop.",
        _PRIVACY,
        saved,
    ]
    lines += [opened.notice.strip()] if opened.notice else []
    return "\n".join([*lines, ""])


def _kept(journal: Journal | None, half_typed: str, request: Request) -> str:
    """Say what the file holds, having read it again."""
    if journal is None:
        return "\nNothing was saved: nothing had been said yet."
    if _is_practice(request):
        return "\nThis was practice: nothing is kept."
    meeting = replay.replay_workshop(journal.reread(), journal.path)
    votes = sum(len(talk.rounds) for talk in meeting.questions.values())
    agreed = sum(talk.agreed is not None for talk in meeting.questions.values())
    typing = half_typed and half_typed in drafted(meeting)
    note = ", and what you were typing" if typing else ""
    room = f" {people_text(meeting.room.participants)}." if meeting.room else ""
    return (
        f"\nSaved: {count_noun(votes, 'vote')} and {count_noun(agreed, 'agreement')}{note}.{room}\n"
        f"{resume_hint('workshop', journal.path)}"
    )


def show(result: Result, *, as_json: bool, plain: bool, colour: bool) -> None:
    """Write what came of a workshop to stdout."""
    if as_json:
        streams.write(result.workshop.model_dump_json(indent=2, by_alias=True))
    else:
        summary_module.write_summary(result.told(), plain=plain, colour=colour)
