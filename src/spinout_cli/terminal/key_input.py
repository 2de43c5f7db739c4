"""Keys as the drawn screens read them: without unknown codes, and a key that repeats only once."""

import sys
from collections.abc import Iterable
from typing import TextIO

from prompt_toolkit.input import Input
from prompt_toolkit.input.ansi_escape_sequences import ANSI_SEQUENCES
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from spinout_cli.terminal.escape_codes import EscapeCodes

if sys.platform == "win32":
    from prompt_toolkit.input import create_input
else:
    from prompt_toolkit.input.vt100 import Vt100Input


class RepeatGuard:
    """Takes a key that ended the last screen only if it is pressed anew.

    A key that is held arrives again and again, without a pause. So the key that ended a screen is
    kept back on the next one until there is a pause, and dropped if it arrives once more before.
    """

    def __init__(self) -> None:
        self._last: object = None
        self._guarded: object = None
        self._kept: list[KeyPress] = []
        self._repeats = False

    def next_screen(self) -> None:
        """Guard against the key that was pressed last: another screen is there."""
        self._guarded = self._last
        self._kept, self._repeats = [], False

    def take(self, keys: Iterable[KeyPress]) -> list[KeyPress]:
        """Return those of the keys that can be taken now."""
        taken: list[KeyPress] = []
        for press in keys:
            if self._guarded is not None and press.key == self._guarded:
                self._repeats = self._repeats or bool(self._kept)
                self._kept = [] if self._repeats else [press]
            else:
                taken += [*self.paused(), press]
                self._last = press.key
        return taken

    def paused(self) -> list[KeyPress]:
        """Return what was kept back: nothing has arrived for a while, or another key has."""
        kept, self._kept = self._kept, []
        self._guarded, self._repeats = None, False
        return kept


def _is_key(code: str) -> bool:
    return ANSI_SEQUENCES.get(code, Keys.Ignore) is not Keys.Ignore


if sys.platform == "win32":

    def terminal_input(stdin: TextIO, guard: RepeatGuard) -> Input:  # noqa: ARG001  (see below)
        """Return what reads keys: there are no codes in what the console of Windows sends."""
        return create_input(stdin)

else:

    class _TerminalInput(Vt100Input):
        """prompt_toolkit's input, which would take the characters of an unknown code for keys."""

        def __init__(self, stdin: TextIO, guard: RepeatGuard) -> None:
            super().__init__(stdin)
            self._guard = guard
            self._codes = EscapeCodes(_is_key)

        def read_keys(self) -> list[KeyPress]:
            """Return the keys that have arrived."""
            self.vt100_parser.feed(self._codes.feed(self.stdin_reader.read()))
            return self._guard.take(self._pressed())

        def flush_keys(self) -> list[KeyPress]:
            """Return the keys that were kept back until nothing followed."""
            self.vt100_parser.feed(self._codes.flush())
            return [*self._guard.take(super().flush_keys()), *self._guard.paused()]

        def _pressed(self) -> list[KeyPress]:
            pressed, self._buffer = self._buffer, []
            return pressed

    def terminal_input(stdin: TextIO, guard: RepeatGuard) -> Input:
        """Return what reads keys from this terminal."""
        return _TerminalInput(stdin, guard)
