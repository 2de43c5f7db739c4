"""How long it takes from Enter to the next question, with the answer on the disk in between."""

import tempfile
import time
from pathlib import Path

from measure import Package, Terminal, alternating, built, pairs_wanted, report, tell

BARE = """
import os
import sys
import questionary
record = b"x" * int(sys.argv[1])
fd = os.open("bare", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
while True:
    questionary.select(
        "How far is the governing body's decision to let the service go?",
        choices=["Nothing", "Begun", "Drafted", "Secured", "Unknown", "Skipped", "Elsewhere"],
    ).unsafe_ask()
    os.write(fd, record)
    os.fsync(fd)
"""
SET_UP = (
    ("What is the service called?", "Bryn"),
    ("by group?", "30"),
    ("How many minutes", ""),
    ("Begin, or choose", ""),
)
RUNGS = 4
"""How many rungs the ladder of the first question has."""

LIST = "↑↓"
"""What stands under every list of spinout's."""
MOST_PAIRS = 60
"""There are not many more questions than that."""


class Interview:
    """An interview in which Enter is pressed again and again."""

    def __init__(self, terminal: Terminal, file: Path) -> None:
        """Go on to the first list of an interview that has just been begun."""
        self.saved = 0
        self._terminal, self._file = terminal, file
        self._terminal.wait_for("accept")
        self._terminal.press("\r")
        self._terminal.wait_for(LIST)

    def next_saved(self) -> float:
        """Press Enter until that saves an answer; return the seconds to the question after it."""
        while True:
            before = self._file.stat().st_size
            self._terminal.press(" ")  # ticks something, where several may be
            taken = entered(self._terminal, LIST)
            self.saved = self._file.stat().st_size - before
            if self.saved:
                return taken


class Room:
    """A workshop in which the same question is voted on again and again."""

    def __init__(self, terminal: Terminal, file: Path) -> None:
        """Set the room up and go to its first question."""
        self.saved = 0
        self._terminal, self._file = terminal, file
        for mark, keys in SET_UP:
            terminal.wait_for(mark)
            terminal.press(f"{keys}\r")
        terminal.wait_for("slips in")

    def next_saved(self) -> float:
        """Type the counts of a vote; return the seconds from Enter to the spread."""
        self._terminal.press("\r")
        self._terminal.wait_for("typed unseen")
        self._terminal.press(f"{' '.join('5' * RUNGS)} ?10")
        before = self._file.stat().st_size
        taken = entered(self._terminal, "u undo")
        self.saved = self._file.stat().st_size - before
        self._terminal.press("v")
        self._terminal.wait_for("slips in")
        return taken


def entered(terminal: Terminal, mark: str) -> float:
    """Press Enter; return the seconds until the next question is drawn."""
    terminal.press("\r")
    begun = time.perf_counter()
    terminal.wait_for(mark)
    return time.perf_counter() - begun


def main() -> None:
    """Measure and report."""
    pairs = min(pairs_wanted(), MOST_PAIRS)
    with built() as package, tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        _compare(package, Path(name), pairs, ("assess", Interview, "Enter to the next question"))
        _compare(package, Path(name), pairs, ("workshop", Room, "Enter on counts to the spread"))


def _compare(
    package: Package, folder: Path, pairs: int, what: tuple[str, type[Interview | Room], str]
) -> None:
    word, kind, title = what
    file = folder / f"{word}.spinout"
    with Terminal([*package.spinout, word, file.name], package.environment, folder) as terminal:
        interview = kind(terminal, file)
        interview.next_saved()
        command = [*package.script("bare", BARE), str(interview.saved)]
        with Terminal(command, package.environment, folder) as bare:
            bare.wait_for("Elsewhere")
            measured = alternating(interview.next_saved, lambda: entered(bare, "Elsewhere"), pairs)
    report(title, *measured, reach=2)
    tell(f"  (a record has {interview.saved} bytes or so)")


if __name__ == "__main__":
    main()
