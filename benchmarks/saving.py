"""How long it takes from Enter to the next question, with the answer on the disk in between."""  # noqa: INP001  (scripts, not a package)

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
        _compare(package, Path(name), pairs)


def _compare(package: Package, folder: Path, pairs: int) -> None:
    command = [*package.spinout, "assess", "new.spinout"]
    with Terminal(command, package.environment, folder) as terminal:
        interview = Interview(terminal, folder / "new.spinout")
        interview.next_saved()
        command = [*package.script("bare", BARE), str(interview.saved)]
        with Terminal(command, package.environment, folder) as bare:
            bare.wait_for("Elsewhere")
            measured = alternating(interview.next_saved, lambda: entered(bare, "Elsewhere"), pairs)
    report("Enter to the next question", *measured, reach=2)
    tell(f"  (a record has {interview.saved} bytes or so)")


if __name__ == "__main__":
    main()
