"""`spinout assess`: opens or creates a session, runs the interview and returns the result."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from spinout_cli import streams
from spinout_cli.clock import now
from spinout_cli.documents.answers import AnswerSheet, Service, SetRef
from spinout_cli.errors import SpinoutError, UsageError
from spinout_cli.interview.agenda import Agenda, minutes
from spinout_cli.interview.flow import InterviewFlow
from spinout_cli.interview.session import Event, Session
from spinout_cli.question_set import loader, snapshot
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.reading import answer_files, paths, replay
from spinout_cli.results.hints import CommandHints
from spinout_cli.sanitize import sanitize
from spinout_cli.scoring.renames import carried_over
from spinout_cli.storage.journal import ENDING, Journal
from spinout_cli.terminal.runner import SessionRunner
from spinout_cli.terminal.tty import SignalGate, is_interactive, open_terminal
from spinout_cli.text import count_noun, resume_hint

if TYPE_CHECKING:
    from spinout_cli.documents.assessment import Assessment
    from spinout_cli.results.summary import Summary
from spinout_cli.commands.session_start import (
    OpenSession,
    Request,
    append_given,
    created,
    open_or_create,
)
from spinout_cli.terminal.launch import face, print_if_redirected, refuse_what_takes_no_files, run

SHOWN = 7
"""How many of each list the summary after an interview shows; `spinout report` shows all."""

_KEYS = "Enter chooses, ? explains, ← goes back, n adds a note, m the map, q leaves."
_PLAIN_KEYS = "Type a number, or a word: why, back, note, review, map, summary, quit."

_NAMED = 5
"""How many open questions a refusal names before it only counts the rest."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it: the answers, and everything that follows from them."""

    sheet: AnswerSheet
    question_set: QuestionSet
    digest: str
    hints: CommandHints = field(default_factory=CommandHints)
    limit: int | None = None
    parting: str = ""
    """What to say once the result has been shown: where it is saved, and how to go on."""

    def score(self) -> "Assessment":
        """Score the answers, as of now."""
        from spinout_cli.scoring.scorer import Scorer  # noqa: PLC0415  (late: the questions come first)

        return Scorer(self.question_set, self.digest).score(self.sheet, now())

    def summary(self, assessment: "Assessment | None" = None) -> "Summary":
        """Return the summary of an assessment of these answers, which is scored now if none is given."""
        from spinout_cli.results.summarise import summarise  # noqa: PLC0415  (late: the questions come first)

        assessment = assessment or self.score()
        return summarise(
            assessment,
            self.question_set,
            hints=self.hints,
            limit=self.limit,
            answers=self.sheet.answers,
        )


def assess(request: Request) -> Result:
    """Ask what is open if somebody is there to ask, and return what there is.

    Raises:
        UsageError: something is open, and there is nobody to ask.
        NotSaved: an answer could not be saved.
        SystemExit: somebody interrupted, after everything had been saved.
    """
    loaded = loader.load(request.questions, force=request.force)
    if request.no_input or request.answers == "-" or not is_interactive():
        return _without_asking(request, loaded)
    return _asking(request, loaded)


def reread(file: Path, questions: Path | None) -> Result:
    """Return what follows from a session or an answers document, with the questions it was given to."""
    return follow(answer_files.read_answer_file(file), loader.load(questions), file)


def follow(given: answer_files.AnswerFile, loaded: loader.LoadedSet, file: Path) -> Result:
    """Return what follows from answers read in this file, with the questions they were given to."""
    question_set, digest = loaded.set, loaded.digest
    ref = given.sheet.question_set
    if ref is not None and given.questions is None:
        loaded.refuse_answers_to(ref.id, sanitize(str(file)))
    elif given.questions is not None and ref is not None and ref.digest != digest:
        question_set, digest = snapshot.restore(given.questions, loaded.set), ref.digest
    own = given.questions is not None and not loaded.is_built_in(question_set)
    hints = CommandHints(str(file), loaded.options, own)
    return Result(carried_over(given.sheet, question_set), question_set, digest, hints)


def check_themes(themes: tuple[str, ...], question_set: QuestionSet) -> None:
    """Refuse themes that the set does not have."""
    for theme in themes:
        if theme not in question_set.theme:
            known = ", ".join(question_set.theme)
            raise UsageError(f"There is no theme '{sanitize(theme)}'. The themes are: {known}.")


# ------------------------------------------------------------------ without asking


def _without_asking(request: Request, loaded: loader.LoadedSet) -> Result:
    """Score what there is, or say what is missing and how to give it."""
    opened = _read_only(request, loaded) or open_or_create(request, loaded)
    check_themes(request.themes, opened.question_set)
    open_ = Agenda(opened.question_set, opened.session).unanswered()
    if open_ and not request.no_input:
        raise UsageError(_nobody(open_))
    if open_:
        streams.write_stderr(f"Not answered: {', '.join(open_)}")
    append_given(opened)
    if opened.journal is None and request.file is not None and opened.head is not None:
        opened.journal = created(opened, request.file)
    if opened.journal is not None:
        opened.journal.close()
    return _result(opened, loaded, request.file)


def _read_only(request: Request, loaded: loader.LoadedSet) -> OpenSession | None:
    """An answers document given as FILE is read where it stands."""
    file = request.file
    if file is None or not paths.is_file(file) or request.answers or request.old:
        return None
    read = answer_files.read_answer_file(file)
    given = follow(read, loaded, file)
    ref = given.sheet.question_set or SetRef(
        id=loaded.set.id, version=loaded.set.version, digest=loaded.digest
    )
    session = Session(
        id="", question_set=ref, service=given.sheet.service or Service(id=""), named=True
    )
    session.take(
        Event("import", None, given.sheet.model_dump(mode="json", exclude_none=True)), now()
    )
    session.depth = request.depth or given.sheet.depth
    session.themes = request.themes or read.themes
    session.delegation = read.delegation
    return OpenSession(given.question_set, session, keeps_set=read.questions is not None)


def _nobody(open_: list[str]) -> str:
    more = len(open_) - _NAMED
    first = ", ".join(open_[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    return (
        f"Nobody is here to ask: stdin is not a terminal. Not answered: {first}.\n"
        "Give the answers with --answers FILE, or add --no-input to score what there is. "
        "spinout questions list --json tells what is asked."
    )


def _result(opened: OpenSession, loaded: loader.LoadedSet, file: Path | None) -> Result:
    own = opened.keeps_set and not loaded.is_built_in(opened.question_set)
    hints = CommandHints(None if file is None else str(file), loaded.options, own)
    session = opened.session
    digest = session.question_set.digest
    return Result(session.sheet(), opened.question_set, digest, hints, limit=SHOWN)


# ------------------------------------------------------------------ asking


def _asking(request: Request, loaded: loader.LoadedSet) -> Result:
    with ExitStack() as open_:
        out = open_.enter_context(open_terminal())
        interruptions = open_.enter_context(SignalGate())
        opened = open_or_create(request, loaded)
        check_themes(request.themes, opened.question_set)
        append_given(opened)
        shown_on = face(out, plain=request.plain, colour=request.colour)
        runner = SessionRunner(
            interview=InterviewFlow(opened.question_set, opened.session),
            face=shown_on,
            journal=opened.journal,
            create=_creating(request, opened),
            summarise=lambda: _result(opened, loaded, None).summary(),
            interruptions=interruptions,
        )
        if opened.journal is None:
            _begin(runner, request)
        try:
            run(
                runner,
                shown_on,
                lambda: _welcome(opened, runner.journal, plain=request.plain),
                lambda typed: _kept(runner.journal, typed),
            )
        except SpinoutError as problem:
            print_if_redirected(shown_on, str(problem))
            raise
        if runner.journal is None:
            return _result(opened, loaded, None)
        runner.journal.close()
        path = runner.journal.path
        parting = f"\nSaved in {sanitize(str(path))}.\n{_sending_back(opened)}{resume_hint('assess', path)}"
        return replace(_result(opened, loaded, path), parting=parting)


def _sending_back(opened: OpenSession) -> str:
    """Say what to do with a part that was delegated, once nothing of it is open."""
    if (
        opened.session.delegation is None
        or Agenda(opened.question_set, opened.session).unanswered()
    ):
        return ""
    return "Every question asked of you has an answer. Send this file back to whoever sent it.\n"


def part(result: Result) -> None:
    """Say where everything is saved and how to go on, on the terminal itself."""
    if result.parting:
        with suppress(SpinoutError, OSError), open_terminal() as out:
            out.write(f"{result.parting}\n")


def _creating(request: Request, opened: OpenSession) -> Callable[[Path | None], Journal]:
    """Return what makes the session's file: as it was named, or after the service."""

    def create(folder: Path | None) -> Journal:
        if request.file is None:
            name = opened.session.service.name or opened.question_set.words.subject
            return created(opened, paths.free_name(folder or Path(), name))
        return created(opened, folder / request.file.name if folder else request.file)

    return create


def _begin(runner: SessionRunner, request: Request) -> None:
    """Find out before the first question whether answers can be saved."""
    if request.file is not None:
        runner.journal = runner.create(None)
    else:
        refuse_what_takes_no_files(Path(), "assess")


def _kept(journal: Journal | None, half_typed: str) -> str:
    """Say what the file holds, having read it again."""
    if journal is None:
        return "\nNothing was saved: no answer had been given yet."
    session = replay.replay(journal.reread(), journal.path)
    typing = half_typed and half_typed in session.drafts.values()
    note = ", and what you were typing" if typing else ""
    counts = {"fact": len(session.circumstances), "answer": len(session.answers)}
    there = [count_noun(count, noun) for noun, count in counts.items() if count]
    return f"\nSaved: {' and '.join(there) or 'no answers yet'}{note}.\n{resume_hint('assess', journal.path)}"


def _welcome(opened: OpenSession, journal: Journal | None, *, plain: bool) -> str:
    """What it is, how long it takes, where it is saved, which keys there are."""
    if opened.session.delegation is not None:
        return "\n".join([*_delegated(opened, journal, plain=plain), ""])
    words = opened.question_set.words
    quick, full = minutes(opened.question_set, quick=True), minutes(opened.question_set)
    shorter = f", {quick.removeprefix('About ').split()[0]} with --depth quick"
    shorter = "" if quick == full else shorter
    long = (
        f"{quick}: only what can stop {words.undertaking} or weighs most."
        if opened.session.depth == "quick"
        else f"{full} for everything{shorter}."
    )
    subject = words.subject
    where = f"in {journal.path}" if journal else f"in a {ENDING} file named after your {subject}"
    lines = [
        "",
        f"{opened.question_set.topic}: what stands in the way, what helps",
        f"{long} Stop whenever you like.",
        f"Every answer is saved {where} on this machine; we send it nowhere.",
        "It may be disclosable. Old notes stay inside: share reports, not this file.",
        *([] if plain else ["Using a screen reader? Leave with Ctrl-C and start with --plain."]),
        _PLAIN_KEYS if plain else _KEYS,
    ]
    if opened.session.answers:
        known = count_noun(len(opened.session.answers), "answer")
        lines.append(f"Taken over: {known}." if opened.head else f"Welcome back: {known} so far.")
    lines += [opened.notice.strip()] if opened.notice else []
    lines += [
        f"What you were typing is kept, and stands where you typed it: {_about(name, opened)}"
        for name in opened.session.drafts
    ]
    return "\n".join([*lines, ""])


def _delegated(opened: OpenSession, journal: Journal | None, *, plain: bool) -> list[str]:
    """For whom this part is, what it is about, and what becomes of the answers."""
    agenda = Agenda(opened.question_set, opened.session)
    delegation = opened.session.delegation
    assert delegation is not None  # noqa: S101  (the caller has looked)
    service = opened.session.service.name or "The service"
    where = journal.path if journal else "this file"
    message = f"A word from the sender: {delegation.message}"
    return [
        "",
        f"{service}: questions for {delegation.to}",
        f"Asked of you: {', '.join(theme.title for theme in agenda.themes)}.",
        f"{count_noun(len(agenda.questions()), 'question')}, {len(agenda.unanswered())} open.",
        *([message] if delegation.message else []),
        f"Every answer is saved in {where} on this machine; we send it nowhere.",
        "“Don't know” is a good answer. When you are done, send this file back.",
        _PLAIN_KEYS if plain else _KEYS,
    ]


def _about(draft: str, opened: OpenSession) -> str:
    """Name the screen that a draft belongs to in the words that stand on it."""
    kind, _, name = draft.rpartition(":")
    if name in opened.question_set.question:
        ask = opened.question_set.question[name].ask
        return f"note on “{ask}”" if kind == "note" else f"why it does not apply: “{ask}”"
    circumstance = opened.question_set.circumstance.get(name)
    return (
        f"“{circumstance.ask}”"
        if circumstance
        else f"the name of the {opened.question_set.words.subject}"
    )
