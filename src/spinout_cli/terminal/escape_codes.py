"""Escape codes in what a terminal sends (ECMA-48): taken whole, and dropped where they are no key.

A terminal sends keys such as arrows as several characters, and replies to queries in the same way.
A program that does not know a code must not take its characters for keys or text.
"""

import re
import time
from collections.abc import Callable

SPLIT_SECONDS = 1.0
"""How long the rest of a code may take to arrive."""

_BODY = r"[0-?]*[ -/]*"
_STRING = r"(?:\x1b[]P_^X]|[\x9d\x90\x9f\x9e\x98])[^\x00-\x1f\x7f-\x9f]*"  # OSC, DCS and the like
_CSI = rf"(?:\x1b\[|\x9b)(?:\[|{_BODY})"  # the Linux console sends [ and one more letter
_SS3 = rf"(?:\x1bO|\x8f){_BODY}"  # a key of the keypad
_WHOLE = re.compile(
    rf"(?:\x1b\[|\x9b)(?:\[[ -~]|{_BODY}[@-Z\\-~])|{_SS3}[@-~]|{_STRING}(?:\x07|\x1b\\|\x9c)"
)
_BEGUN = re.compile(rf"{_CSI}|{_SS3}|{_STRING}\x1b?")
_ESCAPE = "\x1b"
_INTRODUCERS = ("\x1b", "\x9b", "\x8f", "\x9d", "\x90", "\x9f", "\x9e", "\x98")
_CONTINUED = ("[", "]")
_PASTE, _PASTED = "\x1b[200~", "\x1b[201~"


def without_codes(line: str) -> str:
    r"""Return a line that was typed without the codes in it, whole ones and one cut off at its end.

    >>> without_codes("Al\x1b[Dder\x1b[3~")
    'Alder'
    """
    if not any(mark in line for mark in _INTRODUCERS):
        return line
    codes = EscapeCodes(lambda _code: False)
    return codes.feed(line)


class EscapeCodes:
    """Passes on what is typed, with the codes that are known; drops every other code whole.

    A code may arrive in parts. What has begun is kept back until it is whole, or until something
    arrives that cannot belong to it.
    """

    def __init__(
        self, is_key: Callable[[str], bool], now: Callable[[], float] = time.monotonic
    ) -> None:
        """Pass on the codes for which `is_key` is true."""
        self._is_key = is_key
        self._now = now
        self._begun = ""
        self._since = 0.0
        self._escaped = float("-inf")
        self._pasting = False

    def feed(self, data: str) -> str:
        """Take in what arrived, and return what of it is typed text or a known code."""
        now = self._now()
        if self._begun and now - self._since > SPLIT_SECONDS:
            self._begun = ""
        if data[:1] in _CONTINUED and now - self._escaped <= SPLIT_SECONDS:
            data = _ESCAPE + data  # the Escape before it was the first part of this code
        self._escaped = float("-inf") if data else self._escaped
        text, self._begun, self._since = self._begun + data, "", now
        return self._passed_on(text)

    def flush(self) -> str:
        """Return the Escape key, if that was pressed and nothing has followed."""
        if self._begun != _ESCAPE:
            return ""
        self._begun, self._escaped = "", self._now()
        return _ESCAPE

    def _passed_on(self, text: str) -> str:
        kept, at = [], 0
        while at < len(text):
            if text[at] not in _INTRODUCERS:
                kept.append(text[at])
                at += 1
            elif code := _WHOLE.match(text, at):
                kept.append(code[0] if self._is_passed_on(code[0]) else "")
                at = code.end()
            elif text[at:] == _ESCAPE or (
                (begun := _BEGUN.match(text, at)) and begun.end() == len(text)
            ):
                self._begun = text[at:]
                break
            elif begun:  # broken off by what follows
                at = begun.end()
            else:  # Escape before another key
                kept.append(text[at])
                at += 1
        return "".join(kept)

    def _is_passed_on(self, code: str) -> bool:
        if self._pasting:
            self._pasting = code != _PASTED
            return not self._pasting
        self._pasting = code == _PASTE and self._is_key(code)
        return self._is_key(code)
