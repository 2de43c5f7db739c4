"""The real command under a pseudo-terminal, and the screen that a person would see."""

import json
import os
import re
import select
import shlex
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import pexpect
import pyte

from spinout_cli.commands import assess, session_start
from spinout_cli.reading import replay
from spinout_cli.storage import journal

NAME = "bryn-library-service.spinout"
QUESTIONS = Path(__file__).with_name("interview.yaml")
SOURCE = Path(os.environ.get("SPINOUT_SOURCE") or Path(__file__).parents[2] / "src")
"""The program that is tried: ours, or a copy with a fault in it."""

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"
PATIENCE = float(os.environ.get("SPINOUT_PATIENCE", "30"))
"""Seconds to wait for something that ought to come at once: a busy machine is no fault."""

KEYS = {
    "enter": "\r",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "escape": "\x1b",
    "space": " ",
    "backspace": "\x7f",
    "ctrl-c": "\x03",
    "ctrl-d": "\x04",
    "ctrl-u": "\x15",
    "ctrl-z": "\x1a",
}
COOKED = termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN
COMMAND = (sys.executable, "-m", "spinout_cli")


def surroundings(folder: Path, **changes: str) -> dict[str, str]:
    """An environment in which nothing of whoever runs the tests is left."""
    home = folder / ".home"
    home.mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "TMPDIR": str(home),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(SOURCE),
        "SPINOUT_QUESTIONS": str(QUESTIONS),
        "SOURCE_DATE_EPOCH": "1795000000",
        **changes,
    }


class Terminal:
    """`spinout ARGUMENTS` at a terminal of this size; a context manager that leaves none running."""

    def __init__(
        self,
        *arguments: str,
        folder: Path,
        columns: int = 80,
        rows: int = 30,
        redirect: str = "",
        at: str = "",
        before: str = "",
        **environment: str,
    ) -> None:
        """Start it in the folder, or at another place.

        `before` and `redirect` stand before and after the command, as in a shell.
        """
        self.screen = pyte.Screen(columns, rows)
        self.screen.write_process_input = self._answer
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self._heard = 0
        command = f"{before}exec {shlex.join([*COMMAND, *arguments])} {redirect}"
        self.child = pexpect.spawn(
            "/bin/sh",
            ["-c", command],
            cwd=at or str(folder),
            env=surroundings(folder, **environment),
            dimensions=(rows, columns),
            timeout=PATIENCE,
            preexec_fn=_as_at_a_desk,
        )
        self.child.delaybeforesend = None
        self._gone = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            os.kill(self.pid, signal.SIGKILL)
        with suppress(pexpect.ExceptionPexpect, OSError):
            self.child.close(force=True)

    @property
    def pid(self) -> int:
        """The process: the shell that started it has become it."""
        return self.child.pid

    # ------------------------------------------------------------------ what it shows

    @property
    def lines(self) -> list[str]:
        """The lines of the screen, without the empty ones at its end."""
        return self.text.split("\n")

    @property
    def text(self) -> str:
        """The screen as text."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    @property
    def words(self) -> str:
        """The screen with every break and run of spaces made one space."""
        return " ".join(self.text.split())

    def wait_for(self, *texts: str) -> str:
        """Wait until the screen shows all of these, wherever lines break, and return it."""
        self.until(lambda: all(text in self.words for text in texts), f"{texts} on the screen")
        self.pump(0.02)  # a screen can be in two pieces, and its last line in the first
        return self.text

    def wait_for_bytes(self, data: bytes) -> None:
        """Wait until these bytes have been sent to the terminal."""
        self.until(lambda: data in self.raw, f"{data!r} sent")

    def wait_until_gone(self, text: str) -> None:
        """Wait until the screen shows this no more."""
        self.until(lambda: text not in self.words, f"{text!r} gone from the screen")

    def hear(self, text: str) -> str:
        """Wait until this is printed after what was heard last, and return all up to its end."""
        self.until(lambda: text in self._unheard(), f"{text!r} printed")
        before, _, _ = self._unheard().partition(text)
        self._heard += len(before) + len(text)
        return before + text

    @property
    def said(self) -> str:
        """All that was ever printed, on one line, wherever the screen broke it."""
        return " ".join(_spoken(self.raw).split())

    def tells(self, *texts: str) -> None:
        """Wait until these have been printed, whenever that was."""
        self.until(lambda: all(text in self.said for text in texts), f"{texts} printed")

    def rest(self) -> str:
        """Return all that was printed after what was heard last."""
        rest = self._unheard()
        self._heard += len(rest)
        return rest

    def _unheard(self) -> str:
        return _spoken(self.raw)[self._heard :]

    def until(self, so: Callable[[], bool], what: str) -> None:
        """Wait until something is so; where that never comes, tell what was on the screen."""
        end = time.monotonic() + PATIENCE
        while not so():
            if self._gone or time.monotonic() > end:
                why = "it ended" if self._gone else "in time"
                raise AssertionError(f"Not {what} ({why}).\n{self.text}\n\n{self.raw[-1500:]!r}")
            self.pump()

    def pump(self, seconds: float = 0.2) -> None:
        """Take in what is printed within this time."""
        try:
            data = self.child.read_nonblocking(1 << 16, timeout=seconds)
        except pexpect.TIMEOUT:
            return
        except pexpect.EOF:
            self._gone = True
            return
        self.raw += data
        self._stream.feed(data)

    def _answer(self, data: str) -> None:
        """Answer what the program asks of its terminal, such as where the cursor is."""
        with suppress(OSError):
            self.child.send(data)

    # ------------------------------------------------------------------ what is done to it

    def press(self, *keys: str) -> None:
        """Press keys one after the other: names of keys, or characters."""
        for key in keys:
            self.child.send(KEYS.get(key, key))

    def paste(self, data: bytes) -> None:
        """Send bytes as they are, reading what is shown meanwhile, as a terminal does."""
        for start in range(0, len(data), 500):
            while not select.select([], [self.child.child_fd], [], 0)[1]:
                self.pump(0.02)
            os.write(self.child.child_fd, data[start : start + 500])
            self.pump(0)

    def say(self, line: str) -> None:
        """Wait for the prompt of plain mode, type a line, and press Enter."""
        self.hear("> ")
        self.child.send(line + "\r")

    def resize(self, columns: int, rows: int) -> None:
        """Make the window larger or smaller."""
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def signal(self, number: int) -> None:
        """Send a signal."""
        os.kill(self.pid, number)

    def hang_up(self) -> int:
        """Close the terminal, as closing a window does, and return the exit code."""
        os.close(self.child.child_fd)
        self.child.child_fd = -1
        return self._waited()

    def end(self) -> int:
        """Wait until it has ended, and return the exit code."""
        self.until(lambda: self._gone, "the end")
        return self._waited()

    def _waited(self) -> int:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if not self.child.isalive():
                self._gone = True
                killed = self.child.signalstatus
                return -killed if killed else self.child.exitstatus
            time.sleep(0.01)
        raise AssertionError(f"It goes on.\n{self.text}")

    def is_cooked(self) -> bool:
        """Whether the terminal was left as a shell wants it: whole lines, shown as typed."""
        return termios.tcgetattr(self.child.child_fd)[3] & COOKED == COOKED


def _as_at_a_desk() -> None:
    """Take back what a script that runs in the background passes on: that keys end nothing."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _spoken(raw: bytes) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", raw.decode("utf-8", "replace")).replace("\r", "")


# ---------------------------------------------------------------------- files and transcripts


def session(path: Path) -> Any:
    """Return what a session file adds up to."""
    return replay.replay(journal.read(path), path)


def events(path: Path) -> list[tuple[str, str | None, Any]]:
    """Return what a session file holds after its header."""
    return [(record.kind, record.q, record.v) for record in journal.read(path)[1:]]


def same_as_transcript(name: str, screens: list[str]) -> None:
    """Assert that these screens are as they were; with SPINOUT_TRANSCRIPTS=write, keep them so."""
    path = TRANSCRIPTS / f"{name}.txt"
    rule = "-" * 20
    now = "".join(f"{rule}\n{screen}\n" for screen in screens)
    if os.environ.get("SPINOUT_TRANSCRIPTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(now, encoding="utf-8")
    assert now == path.read_text(encoding="utf-8"), f"{path.name} differs; see SPINOUT_TRANSCRIPTS"


FACTS = {"nation": "wales", "sector": "libraries", "schemes": ["lgps"], "people": 120}


def answers_document(folder: Path, answers: dict[str, Any], **more: Any) -> Path:
    """Write an answers document with every fact given, and return its path."""
    path = folder / "given.json"
    document = {
        "format": "spinout.answers/1",
        "service": {"id": "s1", "name": "Bryn Library Service"},
        "circumstances": FACTS,
        "answers": answers,
        **more,
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def begun(folder: Path, **answers: Any) -> Path:
    """Make a session with every fact given, and return its path; `_` in a name stands for a dot."""
    path = folder / "bryn.spinout"
    given = {name.replace("_", "."): answer for name, answer in answers.items()}
    document = answers_document(folder, given)
    assess.assess(
        session_start.Request(
            file=path,
            depth=None,
            themes=(),
            answers=str(document),
            old=None,
            no_input=True,
            plain=True,
            colour=False,
            questions=QUESTIONS,
        )
    )
    document.unlink()
    return path


def run(*arguments: str, folder: Path, stdin: bytes | None = b"", **environment: str) -> Any:
    """Run `spinout ARGUMENTS` where there is no terminal, and return what came of it."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=surroundings(folder, **environment),
        input=stdin,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        start_new_session=True,
    )
