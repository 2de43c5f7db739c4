"""A progress line on stderr, where stderr is a terminal."""

import sys
import time
from types import TracebackType
from typing import Self

from spinout_cli import streams

_DRAWN_EVERY, _TOLD_EVERY = 0.2, 10.0
_QUIET = 1.0
"""Seconds before anything is said: what is soon done needs no progress."""


class ProgressLine:
    """Says on stderr how many are done: on one line that is redrawn, or in plain lines now and then.

    It says nothing unless stderr is a terminal and results go elsewhere.
    """

    def __init__(self, *, plain: bool) -> None:
        """Look whether anybody watches."""
        err, out = sys.stderr, sys.stdout
        self._watched = bool(err and err.isatty() and not (out and out.isatty()))
        self._plain = plain
        self._begun = time.monotonic()
        self._next = self._begun + _QUIET
        self._drawn = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        self._wipe()

    def tell(self, text: str) -> None:
        """Say something that stays."""
        self._wipe()
        streams.write_stderr(text)

    def count(self, done: int, bad: int) -> None:
        """Say how many are done, if it is time to say so."""
        now = time.monotonic()
        if not self._watched or now < self._next:
            return
        self._next = now + (_TOLD_EVERY if self._plain else _DRAWN_EVERY)
        left_out = f", {bad:,} left out" if bad else ""
        words = f"{done:,} scored{left_out}, {done / (now - self._begun):,.0f} a second"
        if self._plain:
            streams.write_stderr(f"{words}.")
        else:
            self._wipe()
            self._put(words)
            self._drawn = True

    def _wipe(self) -> None:
        if self._drawn:
            self._put("\r\x1b[K")
            self._drawn = False

    @staticmethod
    def _put(text: str) -> None:
        if sys.stderr is not None:
            try:
                sys.stderr.write(text)
                sys.stderr.flush()
            except (OSError, ValueError):
                streams.flush()
