"""How everything here is measured: in alternating pairs, on a package laid out as an install has it."""

import argparse
import compileall
import fcntl
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

ROOT = Path(__file__).parent.parent
FEWEST_PAIRS = 11
PATIENCE = 60.0
"""Seconds to wait for something to be drawn before giving up."""

SPINOUT = """
import sys
from spinout_cli.__main__ import main
sys.argv[0] = "spinout"
main()
"""
"""What the `spinout` command is, once pip has installed it."""


class Package(NamedTuple):
    """A built package in a folder of its own, and how to run it."""

    folder: Path
    spinout: list[str]
    environment: dict[str, str]

    def script(self, name: str, text: str) -> list[str]:
        """Return the command of a small program to measure against."""
        path = self.folder / f"{name}.py"
        path.write_text(text, "utf-8")
        return [sys.executable, str(path)]


@contextmanager
def built(checkout: Path = ROOT) -> Iterator[Package]:
    """Lay the package of a checkout out as a wheel does, question set and bytecode compiled."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        inside = folder / "spinout_cli"
        unwanted = shutil.ignore_patterns("__pycache__", "data")
        shutil.copytree(checkout / "src" / "spinout_cli", inside, ignore=unwanted)
        shutil.copytree(checkout / "data", inside / "data")
        package = Package(folder, [], _environment(folder))
        run([sys.executable, "-c", _COMPILE, str(checkout), str(inside)], package.environment)
        compileall.compile_dir(inside, quiet=1)
        yield package._replace(spinout=package.script("spinout", SPINOUT))


_COMPILE = """
import importlib.util, sys
from pathlib import Path
checkout, inside = map(Path, sys.argv[1:])
spec = importlib.util.spec_from_file_location("hatch_build", checkout / "hatch_build.py")
build = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build)
(inside / "data/questions.json").write_bytes(build._compiled(checkout))
build._compile_templates(checkout, inside / "reports/compiled")
"""
"""The checkout's own build hook, so that another version can be measured too."""


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment in which bytecode is kept and no setting of the reader's counts."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONDONTWRITEBYTECODE" and not name.startswith(("SPINOUT_", "_"))
    }
    return {
        **kept,
        "PYTHONPATH": str(folder),
        "PROMPT_TOOLKIT_NO_CPR": "1",  # nobody here answers where the cursor is
        "TERM": "xterm-256color",
    }


def run(command: list[str], environment: Mapping[str, str]) -> float:
    """Run a command that must succeed, and return how many seconds it took."""
    begun = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  (our own)
    return time.perf_counter() - begun


class Terminal:
    """A program in a terminal of 40 lines and 120 columns."""

    def __init__(self, command: list[str], environment: Mapping[str, str], folder: Path) -> None:
        """Start it."""
        self._screen = b""
        self._pid, self._fd = pty.fork()
        if not self._pid:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)  # noqa: S606  (our own)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def wait_for(self, mark: str) -> str:
        """Return what was drawn up to this as soon as it is there, and take it as seen."""
        deadline = time.perf_counter() + PATIENCE
        while mark.encode() not in self._screen:
            if not self._read(deadline - time.perf_counter()):
                raise SystemExit(f"'{mark}' was not drawn, but:\n{self._screen.decode()}")
        seen, _, self._screen = self._screen.partition(mark.encode())
        return seen.decode(errors="replace")

    def press(self, keys: str) -> None:
        """Press keys once everything before them has been drawn."""
        while self._read(0.05):
            pass
        self._screen = b""
        os.write(self._fd, keys.encode())

    def _read(self, seconds: float) -> bool:
        """Take in what was drawn; False where nothing came in this time."""
        if not select.select([self._fd], [], [], max(seconds, 0))[0]:
            return False
        try:
            part = os.read(self._fd, 1 << 16)
        except OSError:  # the program has ended
            part = b""
        self._screen += part
        return bool(part)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._fd)


def pairs_wanted() -> int:
    """Return how many pairs the command line asks for: never fewer than eleven."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=21, help="alternating pairs to measure")
    return max(FEWEST_PAIRS, int(parser.parse_args().pairs))


def alternating(
    ours: Callable[[], float], floor: Callable[[], float], pairs: int
) -> tuple[list[float], list[float]]:
    """Measure the two in turn, after a pair that is not counted; each goes first every other time."""
    ours(), floor()
    measured: tuple[list[float], list[float]] = ([], [])
    for number in range(pairs):
        both = ((0, ours), (1, floor))
        for side, once in both if number % 2 else reversed(both):
            measured[side].append(once())
    return measured


def report(name: str, ours: list[float], floor: list[float], reach: float) -> None:
    """Print how many times as long as its floor something takes, and what is reached for."""
    ratio = statistics.median(a / b for a, b in zip(ours, floor, strict=True))
    _line(name, ratio, ours, floor, f"<= {reach}" if ratio <= reach else f"<= {reach}, missed")


def report_rate(name: str, ours: list[float], floor: list[float], reach: float) -> None:
    """Print which share of its floor's rate something has, and what is reached for."""
    ratio = statistics.median(b / a for a, b in zip(ours, floor, strict=True))
    _line(name, ratio, ours, floor, f">= {reach}" if ratio >= reach else f">= {reach}, missed")


def _line(name: str, ratio: float, ours: list[float], floor: list[float], reach: str) -> None:
    mine, least = (statistics.median(times) * 1e3 for times in (ours, floor))
    tell(
        f"{name:<34} {ratio:6.2f}  ({reach};  {mine:.1f} ms against {least:.1f} ms, {len(ours)} pairs)"
    )


def tell(line: str) -> None:
    """Print a line now, however long the next one takes."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
