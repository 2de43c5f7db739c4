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


class Interview:
    """An interview in which Enter is pressed again and again."""

    def __init__(self, package: Package, folder: Path) -> None:
        """Begin one, and go on to its first list."""
        self._package, self._folder, self._number = package, folder, 0
        self.saved = 0
        self._begin()

    def _begin(self) -> None:
        self._number += 1
        self._file = self._folder / f"{self._number}.spinout"
        command = [*self._package.spinout, "assess", self._file.name]
        self._terminal = Terminal(command, self._package.environment, self._folder)
        self._terminal.wait_for("accept")
        self._terminal.press("\r")
        self._terminal.wait_for(LIST)

    def next_saved(self) -> float:
        """Press Enter until that saves an answer; return the seconds to the question after it."""
        for _ in range(400):
            before = self._file.stat().st_size
            self._terminal.press("\r")
            begun = time.perf_counter()
            self._terminal.wait_for(LIST)
            taken = time.perf_counter() - begun
            self.saved = self._file.stat().st_size - before
            if self.saved:
                return taken
        raise SystemExit("Enter saves nothing any more.")


def main() -> None:
    """Measure and report."""
    pairs = pairs_wanted()
    with built() as package, tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        interview = Interview(package, Path(name))
        interview.next_saved()
        command = [*package.script("bare", BARE), str(interview.saved)]
        with Terminal(command, package.environment, Path(name)) as bare:
            bare.wait_for("Elsewhere")
            measured = alternating(interview.next_saved, lambda: _next(bare), pairs)
        report("Enter to the next question", *measured, reach=2)
        tell(f"  (the last record had {interview.saved} bytes)")


def _next(bare: Terminal) -> float:
    bare.press("\r")
    begun = time.perf_counter()
    bare.wait_for("Elsewhere")
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
