"""Where somebody sits when a fault strikes: a command, a face, and what is about to be saved."""

import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from helpers.pseudo_terminal import Terminal, begun, session
from spinout_cli.reading import replay
from spinout_cli.storage import journal

HALF = "Gwen thinks that the fund"
VOTES = "10 5 10 0 ?5"
ALONE, TOGETHER = "bryn.spinout", "bryn-workshop.spinout"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that can be saved: how to come to it, how to give it, and how to tell it was kept.

    `drawn` and `plain` are the way there: what is shown, and what is then pressed or typed. The
    last thing shown is where it is given; what follows from saving is shown as `acked`.
    """

    drawn: tuple[tuple[Any, ...], ...]
    plain: tuple[tuple[str, str], ...]
    ready: tuple[str, str]
    given: str
    acked: tuple[str, str]
    unsaved: str
    kept: Callable[[Path], bool]
    voted: bool = False
    typed: bool = False


def meeting(path):
    """Return what a workshop's file adds up to."""
    return replay.replay_workshop(journal.read(path), path)


def _talk(path):
    return meeting(path).about("staff.vote")


_ALONE = ((("Which theme next?", "q save and leave"), "1", "enter"),)
_ROOM = (
    (("Who is in the room today?", "Enter accept"), "1", "enter"),
    (("Which question next?", "c the close"), "1", "enter"),
)
_ASKED = "How have staff had their say"
_RESULT = "u undo"

ANSWERS = {
    "answer": Moment(
        drawn=(*_ALONE, (("n note",),)),
        plain=(("Which theme next?", "1"),),
        ready=(_ASKED, _ASKED),
        given="2",
        acked=("Saved: A staff group", "Saved: A staff group"),
        unsaved="Not saved: A staff group",
        kept=lambda path: "staff.vote" in session(path).answers,
    ),
    "note": Moment(
        drawn=(*_ALONE, (("n note",), "n")),
        plain=(("Which theme next?", "1"), (_ASKED, "note")),
        ready=("Esc back", "Note on:"),
        given=HALF,
        acked=("Saved: your note", "Saved: your note"),
        unsaved=f"Not saved: {HALF}",
        kept=lambda path: session(path).notes == {"staff.vote": HALF},
        typed=True,
    ),
}
VOICES = {
    "vote": Moment(
        drawn=(*_ROOM, (("Enter type the counts",), "enter")),
        plain=(("in the room today?", "1"), ("Which question next?", "1")),
        ready=("Enter close the vote", "What you type here is not shown"),
        given=VOTES,
        acked=("Split: A and C", "Saved: vote 1: A 10"),
        unsaved="Not saved: vote 1: A 10, B 5, C 10, D 0",
        kept=lambda path: [each.cast for each in _talk(path).rounds] == [30],
    ),
    "agreement": Moment(
        drawn=(*_ROOM, ((_RESULT,), "a")),
        plain=(("in the room today?", "1"), ("Which question next?", "1"), ("u undo", "agree")),
        ready=("We do not know", "needs a document"),
        given="2",
        acked=("Agreed: B", "Saved: agreed: B"),
        unsaved="Not saved: agreed: B",
        kept=lambda path: _talk(path).agreed is not None,
        voted=True,
    ),
    "remark": Moment(
        drawn=(*_ROOM, ((_RESULT,), "n")),
        plain=(("in the room today?", "1"), ("Which question next?", "1"), ("u undo", "n")),
        ready=("Esc back", "A note on this question"),
        given=HALF,
        acked=("Beside it: a note", "Saved: the note"),
        unsaved=f"Not saved: {HALF}",
        kept=lambda path: _talk(path).note == HALF,
        voted=True,
        typed=True,
    ),
}
MOMENTS = {"assess": ANSWERS, "workshop": VOICES}


@dataclass(frozen=True, slots=True)
class Seat:
    """A command, a face, and the moment at which the fault strikes."""

    command: str
    mode: str
    name: str

    @property
    def moment(self) -> Moment:
        return MOMENTS[self.command][self.name]

    @property
    def go_on(self) -> str:
        return f"Go on with spinout {self.command} {self.file}"

    @property
    def file(self) -> str:
        return ALONE if self.command == "assess" else TOGETHER

    def __str__(self) -> str:
        return f"{self.command}-{self.mode}-{self.name}"

    def begun(self, folder: Path) -> Path:
        """Make the session that the fault will strike, and return its path."""
        if self.command == "assess":
            return begun(folder)
        path = folder / TOGETHER
        path.write_bytes(_workshop(voted=self.moment.voted))
        path.chmod(0o600)
        return path

    @contextmanager
    def opened(self, path: Path | str, **more):
        """The command on this file, wherever it gets to."""
        plain = ("--plain",) if self.mode == "plain" else ()
        folder = more.pop("folder", Path(path).parent)
        with Terminal(self.command, Path(path).name, *plain, folder=folder, **more) as terminal:
            yield terminal

    @contextmanager
    def taken(self, path: Path, **more):
        """Somebody sits there, and has come to where the thing is given."""
        with self.opened(path, **more) as terminal:
            self.go(terminal)
            yield terminal

    def go(self, terminal: Terminal) -> None:
        """Go from the start to where the thing is given."""
        moment = self.moment
        if self.mode == "plain":
            for shown, line in moment.plain:
                terminal.hear(shown)
                terminal.say(line)
            terminal.hear(moment.ready[1])
            terminal.hear("> ")
            return
        for shown, *keys in moment.drawn:
            terminal.wait_for(*shown)
            terminal.press(*keys)
        terminal.wait_for(moment.ready[0])

    def type(self, terminal: Terminal) -> None:
        """Type the thing without Enter; where it is shown, wait until it is."""
        terminal.press(self.moment.given)
        if self.moment.typed:
            terminal.wait_for(self.moment.given)

    def give(self, terminal: Terminal) -> None:
        """Give the thing, which is what makes the program save it."""
        self.type(terminal)
        terminal.press("\r")

    def acked(self, terminal: Terminal) -> None:
        """Wait until it is called saved."""
        if self.mode == "plain":
            terminal.hear(self.moment.acked[1])
        else:
            terminal.wait_for(self.moment.acked[0])

    def unsaved(self, terminal: Terminal) -> None:
        """Wait until it is said not to be saved, with what can be done."""
        if self.mode == "plain":
            for text in (self.moment.unsaved, "Leave without this answer", "> "):
                terminal.hear(text)
        else:
            terminal.wait_for(self.moment.unsaved, "Leave without this answer", "Enter accept")

    def is_acked(self, terminal: Terminal) -> bool:
        """Whether it was ever called saved."""
        return self.moment.acked[1].encode() in terminal.raw or (
            self.mode == "drawn" and self.moment.acked[0] in terminal.words
        )

    def leave(self, terminal: Terminal) -> int:
        """Leave in the usual way once it was saved, and return the exit code."""
        if self.mode == "plain":
            terminal.say("quit")
        else:
            terminal.wait_for("q save and leave")
            terminal.press("q")
        return terminal.end()


@cache
def _workshop(*, voted: bool) -> bytes:
    """A workshop of thirty people, made by the command itself: a plan, and perhaps a vote."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Terminal("workshop", TOGETHER, "--plain", folder=folder) as terminal:
            for line in ("Bryn", "30", "60", "g"):
                terminal.say(line)
            terminal.hear("What you type here is not shown")
            if voted:
                terminal.say(VOTES)
                terminal.hear("Saved: vote 1")
            terminal.say("quit")
            assert terminal.end() == 0
        return (folder / TOGETHER).read_bytes()


SEATS = [
    Seat(command, mode, name)
    for command, moments in MOMENTS.items()
    for mode in ("drawn", "plain")
    for name in moments
]
TYPING = [seat for seat in SEATS if seat.moment.typed]
CHAIRS = [
    Seat(command, mode, name)
    for command, name in (("assess", "answer"), ("workshop", "vote"))
    for mode in ("drawn", "plain")
]
"""One seat for each command and face, where the moment makes no difference."""

everywhere = pytest.mark.parametrize("seat", SEATS, ids=str)
where_typed = pytest.mark.parametrize("seat", TYPING, ids=str)
each_way = pytest.mark.parametrize("seat", CHAIRS, ids=str)
