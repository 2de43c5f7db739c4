"""Runs a session: shows each screen and saves each answer before the next."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol

from spinout_cli.errors import NotSaved, SpinoutError
from spinout_cli.interview.flow import StepResult
from spinout_cli.interview.screen import Chose, Commanded, Option, Place, Reply, Screen, Typed
from spinout_cli.interview.session import Event
from spinout_cli.sanitize import sanitize
from spinout_cli.storage.journal import Journal, JournalLost
from spinout_cli.terminal.tty import SignalGate, Terminated
from spinout_cli.text import resume_hint

if TYPE_CHECKING:
    from spinout_cli.results.summary import Summary


class ScreenDriver(Protocol):
    """Something that can show screens and read replies."""

    @property
    def half_typed(self) -> str:
        """What was being typed when the last screen was interrupted."""

    def say(self, words: str) -> None:
        """Print some words."""

    def page(self, summary: "Summary") -> None:
        """Show a summary, and wait until it has been read."""

    def show(self, screen: Screen) -> Reply:
        """Show a screen and return the reply to it."""


class Flow(Protocol):
    """What a session runs: an interview, or a workshop."""

    def screen(self) -> Screen:
        """Return what to show now."""

    def reply(self, reply: Reply, at: datetime) -> StepResult:
        """Take a reply to the screen in, move on, and return what has to be saved."""

    def draft(self, text: str) -> Event:
        """Return what keeps a line that was being typed when somebody was interrupted."""


@dataclass(slots=True)
class SessionRunner:
    """Runs an interview or a workshop until somebody leaves.

    Args:
        interview: the interview, or the workshop.
        face: what it is shown on.
        journal: where answers are saved; None until the first one makes it.
        create: makes the journal, in its usual folder or in another one.
        summarise: the summary of what has been answered so far.
        interruptions: what holds signals back while an answer is being saved.
        command: what goes on with the file.
    """

    interview: Flow
    face: ScreenDriver
    journal: Journal | None
    create: Callable[[Path | None], Journal]
    summarise: "Callable[[], Summary]"
    interruptions: SignalGate
    command: str = "assess"

    def run(self) -> None:
        """Show screen after screen until somebody leaves.

        Raises:
            NotSaved: an answer could not be saved, and was given up.
            KeyboardInterrupt, EOFError, Terminated: somebody or something interrupted; what was
                half typed has been saved as a draft.
        """
        while True:
            screen = self.interview.screen()
            if screen.place.kind == "end":
                if self.journal is not None:
                    self.journal.reread()  # so that nobody is told of a file that has gone
                return
            if screen.kind == "summary":
                self.face.page(self.summarise())
                self._take(Commanded("back"))
            else:
                self._take(self._shown(screen))

    def _shown(self, screen: Screen) -> Reply:
        try:
            return self.face.show(screen)
        except BaseException:
            self._keep_draft(screen)
            raise

    def _keep_draft(self, screen: Screen) -> None:
        typed = self.face.half_typed
        if screen.kind != "line" or screen.unseen or self.journal is None:
            return
        if typed and typed != screen.text:
            event = self.interview.draft(typed)
            try:
                self._append(event)
            except SpinoutError as problem:  # an interruption cannot ask what to do about it
                self._give_up(problem, event)

    def _take(self, reply: Reply) -> None:
        outcome = self.interview.reply(reply, datetime.now(UTC))
        with self.interruptions.held():  # what was given together is saved together
            for event in outcome.events:
                self._save(event, outcome.message)
        if outcome.message:
            self.face.say(f"Saved: {outcome.message}" if outcome.events else outcome.message)

    def _save(self, event: Event, told: str) -> None:
        """Save an event, asking what to do for as long as that fails."""
        while True:
            try:
                self._append(event)
            except SpinoutError as problem:
                if isinstance(problem, JournalLost) and problem.rescue is not None:
                    raise
                self._ask_what_to_do(problem, event, told)
            else:
                return

    def _append(self, event: Event) -> None:
        if self.journal is None:
            self.journal = self.create(None)
        self.journal.append(*event)

    def _ask_what_to_do(self, problem: SpinoutError, event: Event, told: str) -> None:
        """Let somebody try again, or move; whoever leaves or is interrupted leaves a rescue copy."""
        words = event.v if event.kind == "note" and event.v else told
        try:
            self.interruptions.let_through()
            self.face.say(str(problem))
            reply = self.face.show(replace(_NOT_SAVED, hint=f"Not saved: {words}" if words else ""))
            if reply == Chose("elsewhere"):
                self._move()
        except (KeyboardInterrupt, EOFError, Terminated, OSError):
            reply = Chose("leave")
            with suppress(OSError):
                self.face.say("")
        if reply not in (Chose("again"), Chose("elsewhere")):
            self._give_up(problem, event)

    def _move(self) -> None:
        """Go on in another folder, with everything that was saved so far."""
        given = self.face.show(_WHERE)
        if not isinstance(given, Typed) or not given.text.strip():
            return
        try:
            with self.interruptions.held():
                self.journal = self._moved(Path(given.text.strip()).expanduser())
        except (SpinoutError, RuntimeError) as problem:  # the latter: there is no such person
            self.face.say(str(problem))
        else:
            self.face.say(f"From now on everything is saved in {self.journal.path}.")

    def _moved(self, folder: Path) -> Journal:
        if self.journal is None:
            return self.create(folder)
        return self.journal.save_elsewhere(folder / self.journal.path.name)

    def _give_up(self, problem: SpinoutError, event: Event) -> NoReturn:
        """Leave without this event, after putting a copy of everything where there may be room."""
        if isinstance(problem, JournalLost) and problem.rescue is not None:
            raise problem
        if self.journal is None:
            raise NotSaved("Nothing could be saved, and no answer had been given before.")
        what = "What you were typing" if event.kind == "draft" else "Your last answer"
        words = f"{what} could not be saved in {sanitize(str(self.journal.path))}"
        gone = isinstance(problem, JournalLost)
        rescue = self.journal.rescue(*event)
        words += ", which can no longer be used." if gone else "; those before it are there."
        if rescue is not None:
            words += f" A rescue copy with all of them is in {sanitize(str(rescue))}."
        else:
            words += " No folder took a rescue copy either."
        path = rescue or (None if gone else self.journal.path)
        raise NotSaved(
            f"{words}\n{resume_hint(self.command, path)}" if path else words
        ) from problem

    def told(self, lost: JournalLost) -> str:
        """Say that the journal is over, and how to go on."""
        return f"{lost}\n{resume_hint(self.command, lost.rescue)}" if lost.rescue else str(lost)


_NOT_SAVED = Screen(
    Place("map"),
    "one",
    ask="Your last answer is not saved yet. What would you like to do?",
    options=(
        Option("1", "again", "Try again, once there is room"),
        Option("2", "elsewhere", "Save everything in another folder"),
        Option("3", "leave", "Leave without this answer"),
    ),
)
_WHERE = Screen(
    Place("name"),
    "line",
    ask="In which folder?",
    hint="Type the path of a folder that exists.",
    commands=("back",),
)
