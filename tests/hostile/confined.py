"""The real command at a terminal, with little time and memory, and what came of it."""

import os
import pty
import re
import resource
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

import pyte

from helpers.pseudo_terminal import COMMAND, surroundings

SECONDS = 3.0
"""What a refusal may take of a processor: not of the clock, which a busy machine keeps."""

MEGABYTES = 220
"""What a command may hold at its largest."""

_ADDRESS_SPACE = 2 << 30
_PATIENCE = 60
_COLUMNS, _ROWS = 100, 1500
_OURS = re.compile(rb"\x1b\[[0-9;]*m|\r+\n")
"""All that a command that asks nothing has to say to a terminal besides text: colours, line ends."""

_WEIGHED = """
import os, sys
told = int(sys.argv[1])
os.set_inheritable(told, False)
pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(pid, 0)
os.write(told, f"{used.ru_utime + used.ru_stime} {used.ru_maxrss}".encode())
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Runs a command and says what it took. A process that is forked off begins with the memory that its
parent held, so that a test runner of some size would be weighed with it: this one is small."""

_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a command: its exit code, every byte it sent to its terminal, what it took."""

    code: int
    raw: bytes
    seconds: float
    megabytes: float

    @property
    def words(self) -> str:
        """What was sent, without colours, with every break and run of spaces made one space."""
        return " ".join(_OURS.sub(b" ", self.raw).decode().split())

    def screen(self) -> pyte.Screen:
        """What a terminal shows of it."""
        screen = pyte.Screen(_COLUMNS, _ROWS)
        pyte.ByteStream(screen).feed(self.raw)
        return screen


def confined(
    *arguments: str | bytes,
    folder: Path,
    stdin: bytes = b"",
    out: Path | None = None,
    **environment: str,
) -> Came:
    """Run `spinout ARGUMENTS` with stdout and stderr at one terminal; stdin is none.

    Args:
        arguments: what goes behind `spinout`.
        folder: where it runs.
        stdin: what is piped in.
        out: a file that stdout leads to instead.
        environment: what is set besides.
    """
    ours, theirs = pty.openpty()
    taken, told = os.pipe()
    weighed = [sys.executable, "-IS", "-c", _WEIGHED, str(told)]
    with TemporaryFile() as given:
        given.write(stdin)
        given.seek(0)
        sink = theirs if out is None else os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        process = subprocess.Popen(
            [*weighed, *COMMAND, *arguments],
            cwd=folder,
            env=surroundings(folder, **{"COLUMNS": str(_COLUMNS)} | environment),
            stdin=given,
            stdout=sink,
            stderr=theirs,
            start_new_session=True,
            pass_fds=[told],
            preexec_fn=_confine,  # noqa: PLW1509  (there are no threads)
        )
    os.close(theirs)
    os.close(told)
    if out is not None:
        os.close(sink)
    raw = _all_of(ours)
    with os.fdopen(taken) as figures:
        seconds, kilobytes = map(float, figures.read().split())
    return Came(process.wait(), raw, seconds, kilobytes / 1024)


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (_PATIENCE, _PATIENCE))


def _all_of(terminal: int) -> bytes:
    parts = []
    with suppress(OSError):  # as Linux ends a terminal whose other side is gone
        while part := os.read(terminal, 1 << 16):
            parts.append(part)
    os.close(terminal)
    return b"".join(parts)


def acts(character: str) -> bool:
    """Tell whether a terminal may act on this, or show the text round it in another order."""
    return (
        unicodedata.category(character) in ("Cc", "Cs")
        or unicodedata.bidirectional(character) in _TURNING
        or character in "\u200e\u200f\u061c\u2028\u2029\ufeff"
        or 0xE0000 <= ord(character) < 0xE0080
    )


def is_inert(raw: bytes) -> bool:
    """Tell whether nothing here acts on a terminal but our colours and line ends."""
    return not any(map(acts, _OURS.sub(b"", raw).decode().replace("\n", "")))


def assert_harmless(came: Came, *, codes: Sequence[int] = (0, 1, 2)) -> None:
    """Assert that a command ended as promised, acted on nothing, and took little."""
    shown = came.raw[-3000:].decode(errors="replace")
    assert came.code in codes, shown
    assert b"Traceback" not in came.raw, shown
    assert is_inert(came.raw), ascii(came.raw[-3000:])
    screen = came.screen()
    assert screen.title == screen.icon_name == ""
    assert not screen.cursor.hidden
    assert came.seconds < SECONDS, f"{came.seconds} s"
    assert came.megabytes < MEGABYTES, f"{came.megabytes} MB"


def refused(came: Came, *words: str, check: Callable[[str], bool] = bool) -> None:
    """Assert that it was refused harmlessly, in these words."""
    assert_harmless(came, codes=(1, 2))
    for word in words:
        assert " ".join(word.split()) in came.words, came.words[-3000:]
    assert check(came.words)
