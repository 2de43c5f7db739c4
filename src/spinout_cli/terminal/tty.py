"""The terminal device: opening it, reading lines, and deferring signals."""

import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from getpass import getpass
from types import FrameType
from typing import ClassVar, Self, TextIO

from spinout_cli.errors import UsageError
from spinout_cli.terminal.escape_codes import without_codes

if sys.platform == "win32":
    import msvcrt
else:
    import termios

_UTF8_ERASE = 0x4000 if sys.platform in ("linux", "darwin") else 0
"""The terminal's flag (IUTF8) that makes it erase a letter, and not the last byte of one."""

LINE_LIMIT = 4095
"""Bytes after which most terminals drop what is typed on one line."""


class Terminated(SystemExit):
    """The program was told to stop (SIGTERM, SIGQUIT), or its terminal was closed (SIGHUP)."""

    def __init__(self, signum: int) -> None:
        super().__init__(128 + signum)


class SignalGate:
    """Turns signals into exceptions, but only where nothing is half done.

    Used as a context manager round a whole runner. Without it these signals would kill the
    program at once, with the terminal left raw and the half-typed note lost. An exception that a
    handler raised wherever the program happened to be could be lost in somebody's clean-up; so a
    signal is noted, and raised where keys are waited for or an answer has just been saved.
    """

    current: ClassVar["SignalGate | None"] = None

    def __init__(self) -> None:
        self._pending: int | None = None
        self._wake: Callable[[], object] | None = None
        self._again: Callable[[], object] | None = None
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        SignalGate.current = self
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"):
            if (number := getattr(signal, name, None)) is not None:
                self._before[number] = signal.signal(number, self._arrived)
        if sys.platform != "win32":
            self._before[signal.SIGCONT] = signal.signal(signal.SIGCONT, self._continued)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_exception: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal() gave us
        SignalGate.current = None
        if kind is None:
            self.let_through()

    def _arrived(self, number: int, _frame: FrameType | None) -> None:
        self._pending = number
        if self._wake is not None:
            self._wake()

    def _continued(self, _number: int, _frame: FrameType | None) -> None:
        if self._again is not None:
            self._again()

    def has_arrived(self) -> bool:
        """Tell whether something waits to be let through."""
        return self._pending is not None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Raise what arrived in the block at its end.

        If the block fails, that is told first, and what arrived waits for `let_through`.
        """
        yield
        self.let_through()

    @contextmanager
    def waking(self, wake: Callable[[], object], again: Callable[[], object]) -> Iterator[None]:
        """Call `wake` when something arrives in the block, and raise it as the block ends.

        Call `again` when the program goes on after it was stopped: a shell had the terminal.
        """
        self._wake, self._again = wake, again
        try:
            self.let_through()
            yield
        finally:
            self._wake = self._again = None
            self.let_through()

    def let_through(self) -> None:
        """Raise what arrived in the meantime, if anything did."""
        if self._pending is not None:
            number, self._pending = self._pending, None
            _raise(number)


@contextmanager
def waiting(
    wake: Callable[[], object], again: Callable[[], object] = int
) -> Iterator[Callable[[], bool]]:
    """Wait for keys in the block: an interruption calls `wake`, and is raised as the block ends.

    `again` is called when the program was stopped and goes on: a shell may have left the terminal
    in another mode. The block is given what tells whether one has come before there was anything to wake.
    """
    current = SignalGate.current
    if current is None:
        yield lambda: False
        return
    with current.waking(wake, again):
        yield current.has_arrived


def _raise(number: int) -> None:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise Terminated(number)


def is_interactive() -> bool:
    """Tell whether keys can be read: stdin is a terminal."""
    try:
        return sys.stdin is not None and os.isatty(sys.stdin.fileno())
    except (OSError, ValueError):
        return False


@contextmanager
def open_terminal() -> Iterator[TextIO]:
    """Open the terminal for drawing, whatever stdout and stderr have been redirected to.

    Raises:
        UsageError: there is no terminal that could be drawn on.
    """
    drawn = _drawing_stream()
    try:
        yield drawn
    finally:
        with suppress(OSError, ValueError):
            drawn.flush()
        if drawn not in (sys.stdout, sys.stderr):
            with suppress(OSError):
                drawn.close()


def _drawing_stream() -> TextIO:
    if os.name == "posix":
        with suppress(OSError):
            return open("/dev/tty", "w", encoding="utf-8", errors="replace")  # noqa: PTH123
    elif sys.stdout is None or not sys.stdout.isatty():
        raise UsageError(
            "On Windows the questions need the window that the result is redirected from. "
            "Run spinout assess FILE without redirecting, then spinout report FILE."
        )
    for stream in (sys.stderr, sys.stdout):
        if stream is not None and stream.isatty():
            return stream
    raise UsageError("There is no terminal to show the questions on.")


def discard_typeahead() -> None:
    """Drop what was typed or pasted before the question was shown, so that it answers nothing."""
    if sys.platform == "win32":
        while msvcrt.kbhit():
            msvcrt.getwch()
    else:
        with suppress(OSError, termios.error):
            termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def enter_repeats(pause: float = 0.2) -> bool:
    """Tell whether lines go on arriving without a pause, as of an Enter that is held, and drop them."""
    if sys.platform == "win32":
        return False
    repeats = False
    with suppress(OSError, ValueError):
        while select.select([sys.stdin], [], [], pause)[0]:
            repeats = True
            discard_typeahead()
    return repeats


class LineReader:
    """Reads lines as a terminal gives them, and keeps what was half typed when interrupted.

    The terminal edits the line, so keys such as arrows are codes in it: they are dropped.
    """

    def __init__(self, out: TextIO) -> None:
        """Write to `out` what is asked; read from the terminal."""
        self.half_typed = ""
        self.dropped_codes = False
        self._out = out

    def read(self, words: str, *, unseen: bool = False) -> str | None:
        """Ask with these words; return the line, or None where it was too long to arrive whole.

        What is typed unseen is neither shown nor kept when somebody interrupts.

        Raises:
            EOFError: the terminal was closed, or Ctrl-D was pressed.
        """
        self.half_typed = ""
        self.dropped_codes = False
        if sys.platform == "win32":
            self._ask(words)
            return _line_on_windows(unseen=unseen)
        number = sys.stdin.fileno()
        with _typing_kept(number, echo=not unseen) as again:
            self._ask(words)  # not before: whoever sees it may type, and interrupt, at once
            try:
                _wait_for_keys(number, again)
                data = os.read(number, 1 << 16)
            except BaseException:
                typed = _typed_so_far(number)  # taken from the terminal even if it is not kept
                self.half_typed = "" if unseen else self._text(typed)
                raise
        if not data.endswith(b"\n"):
            self.half_typed = "" if unseen else self._text(data)
            raise EOFError
        line = data.rstrip(b"\r\n")
        return None if len(line) >= LINE_LIMIT else self._text(line)

    def _text(self, data: bytes) -> str:
        text = data.decode("utf-8", "replace")
        kept = without_codes(text)
        self.dropped_codes = kept != text
        return kept

    def _ask(self, words: str) -> None:
        self._out.write(words)
        self._out.flush()


if sys.platform == "win32":

    def _line_on_windows(*, unseen: bool) -> str:
        interruptions = SignalGate.current
        with waiting(interruptions.let_through if interruptions else int):
            return getpass("") if unseen else input()

else:

    def _wait_for_keys(number: int, again: Callable[[], object]) -> None:
        """Return once there is something to read; an interruption is raised, however it falls."""
        read_end, write_end = os.pipe()
        os.set_blocking(write_end, False)
        before = signal.set_wakeup_fd(write_end)
        try:
            with waiting(int, again) as arrived:
                if not arrived():
                    select.select([number, read_end], [], [])
        finally:
            signal.set_wakeup_fd(before)
            os.close(read_end)
            os.close(write_end)

    @contextmanager
    def _typing_kept(number: int, *, echo: bool) -> Iterator[Callable[[], object]]:
        """Ask the terminal not to throw a half-typed line away when a signal comes.

        The block is given what asks it once more.
        """
        try:
            before = termios.tcgetattr(number)
            kept = termios.tcgetattr(number)
            kept[0] |= _UTF8_ERASE
            kept[3] |= termios.NOFLSH | termios.ICANON | termios.ECHO
            kept[3] &= ~0 if echo else ~termios.ECHO
            termios.tcsetattr(number, termios.TCSANOW, kept)
        except (OSError, termios.error):
            yield int
            return
        try:
            yield lambda: termios.tcsetattr(number, termios.TCSANOW, kept)
        finally:
            with suppress(OSError, termios.error):
                termios.tcsetattr(number, termios.TCSANOW, before)

    def _typed_so_far(number: int) -> bytes:
        """Return the line that was being typed: out of line mode a terminal hands it over as it is."""
        with suppress(OSError, termios.error):
            raw = termios.tcgetattr(number)
            raw[3] &= ~termios.ICANON
            raw[6][termios.VMIN] = raw[6][termios.VTIME] = 0
            termios.tcsetattr(number, termios.TCSANOW, raw)
            return os.read(number, 1 << 16)
        return b""
