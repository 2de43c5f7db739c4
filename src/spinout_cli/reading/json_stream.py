"""Splits text into JSON documents: one on each line, laid out over many lines, or in one array."""

import re
from collections.abc import Iterable, Iterator

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]]')
_TWO_ON_A_LINE = re.compile(rb'\}\s*\{\s*"')
_NESTING = {b"{": 1, b"[": 1, b"}": -1, b"]": -1}
_BETWEEN = b" \t\r\n,"

Numbered = tuple[int, bytes | None]
"""A line or a document with the number of the line where it begins; None for one that is too long."""


def documents(lines: Iterable[Numbered], limit: int) -> Iterator[Numbered]:
    """Yield each document in turn. Text that is no JSON is yielded line by line, for its reader to refuse.

    Args:
        lines: the lines of a stream, blank ones left out.
        limit: how many bytes one document may have.
    """
    splitter = _Splitter(limit)
    for number, line in lines:
        if line is None:
            yield from splitter.flush()
            yield number, None
        elif splitter.is_idle and line[:1] == b"{" and line[-1:] == b"}" and not _two(line):
            yield number, line  # nearly every line of nearly every stream
        else:
            yield from splitter.feed(number, line)
    yield from splitter.flush()


def _two(line: bytes) -> bool:
    return _TWO_ON_A_LINE.search(line) is not None


class _Splitter:
    """Finds where top-level objects begin and end by counting brackets outside texts."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: list[bytes] = []  # the lines of a document that is not complete
        self._size = 0
        self._start = 0
        self._depth = 0
        self._in_array = False

    @property
    def is_idle(self) -> bool:
        """Whether the last document is complete, and no array is open."""
        return not self._held and not self._in_array

    def flush(self) -> Iterator[Numbered]:
        """Yield what is held though it is not complete."""
        if self._held:
            yield self._start, b"\n".join(self._held)
        self._reset()

    def _reset(self) -> None:
        self._held, self._size, self._depth = [], 0, 0

    def feed(self, number: int, line: bytes) -> Iterator[Numbered]:
        """Yield the documents that end on this line, and hold what is left of it."""
        if self._held and line[:1] == b"{":
            # What is held was cut off: inside a document that is laid out, lines are indented.
            yield from self.flush()
            self._in_array = False
        begins = 0
        for token in _TOKEN.finditer(line):
            mark = token.group()
            if self._bounds_array(mark):
                yield from self._rest(number, line[begins : token.start()])
                self._in_array, begins = mark == b"[", token.end()
                continue
            self._depth += _NESTING.get(mark, 0)
            if mark in (b"}", b"]") and self._depth <= 0:
                yield self._complete(number, line[begins : token.end()])
                begins = token.end()
        rest = line[begins:]
        if self._depth > 0:
            yield from self._hold(number, rest)
        else:
            yield from self._rest(number, rest)

    def _bounds_array(self, mark: bytes) -> bool:
        """Tell whether this bracket begins or ends the array that holds the documents."""
        return not self._depth and mark == (b"]" if self._in_array else b"[")

    def _complete(self, number: int, end: bytes) -> Numbered:
        start = self._start if self._held else number
        whole = b"\n".join([*self._held, end]).strip(_BETWEEN)
        self._reset()
        return start, whole

    def _hold(self, number: int, line: bytes) -> Iterator[Numbered]:
        if not self._held:
            self._start = number
        self._held.append(line)
        self._size += len(line)
        if self._size > self._limit:
            yield self._start, None
            self._reset()

    def _rest(self, number: int, text: bytes) -> Iterator[Numbered]:
        """Yield text between documents, which is no object."""
        if text := text.strip(_BETWEEN):
            yield number, text
        self._depth = 0
