"""A record of a journal and its line: written, parsed, checked by a checksum.

A line is the CRC-32 of what follows, a space, JSON. It counts only if this program would have
written just those bytes, so that damage shows even where a checksum happens to fit.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

from spinout_cli.errors import SpinoutError, WriteFailed
from spinout_cli.text import command_line, display_path

HEADER = "header"
"""The kind of the first record."""

LINE_LIMIT = 8 << 20
DEPTH_LIMIT = 64
"""How deep lists and objects may nest: well within what every JSON reader takes."""

_HOLDERS = (dict, list, tuple)
_ANYWHERE = re.compile(rb'[0-9a-f]{8} (?=\{"seq":)')


@dataclass(frozen=True, slots=True)
class Record:
    """One event: its place in the journal, when it was, what kind, about what, and its value."""

    seq: int
    t: str
    kind: str
    q: str | None
    v: Any


def recorded(seq: int, kind: str, q: str | None, v: Any) -> tuple[Record, bytes]:  # noqa: ANN401  (whatever JSON can hold)
    """A record made now, exactly as reading it would give it back, and its line."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    try:
        line = line_of(Record(seq, now, kind, q, v))
        record = _decoded(line[:-1])
    except (ValueError, RecursionError):
        record, line = None, b""
    if len(line) > LINE_LIMIT:
        raise WriteFailed("This is too long to be saved: one answer may have 8 MiB.")
    if record is None:
        raise WriteFailed("This cannot be saved: it holds something that no file can keep.")
    return record, line


def lines_of(records: Iterable[Record]) -> bytes:
    """Return the records as a journal holds them."""
    return b"".join(map(line_of, records))


def line_of(record: Record) -> bytes:
    """Return the line of a record, with its end."""
    body = _body(record)
    return b"%08x %b\n" % (crc32(body), body)


def _body(record: Record) -> bytes:
    """The record as JSON.

    Raises:
        ValueError: JSON has no form for it, or it nests too deep.
    """
    if _too_deep(record.v):
        raise ValueError("too deep")
    fields = {name: getattr(record, name) for name in Record.__slots__}
    text = json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode()


def _too_deep(value: object) -> bool:
    level, room = [value], DEPTH_LIMIT
    while level and room >= 0:
        room -= 1
        holders = [whole for whole in level if isinstance(whole, _HOLDERS)]
        level = [
            part
            for whole in holders
            for part in (whole.values() if isinstance(whole, dict) else whole)
        ]
    return bool(level)


def _decoded(line: bytes) -> Record | None:
    """The record in a line without its end; None unless this program would write just that."""
    body = line[9:]
    if len(line) >= LINE_LIMIT or line[:9] != b"%08x " % crc32(body):
        return None
    try:
        record = Record(**json.loads(body.decode()))
        return record if _well_formed(record) and _body(record) == body else None
    except (ValueError, TypeError, RecursionError):
        return None


def _well_formed(record: Record) -> bool:
    return (
        type(record.seq) is int
        and isinstance(record.t, str)
        and isinstance(record.kind, str)
        and isinstance(record.q, str | None)
    )


def parse(content: bytes, path: Path) -> tuple[list[Record], int]:
    """The records, and how many bytes they take; what follows those was torn off by a crash."""
    *lines, rest = content.split(b"\n")
    records: list[Record] = []
    size = 0
    for number, line in enumerate(lines, 1):
        record = _decoded(line)
        if record is None and 1 < number == len(lines) and not rest and is_partial(line):
            return records, size
        records.append(_checked(record, number, line, path))
        size += len(line) + 1
    if not records or (rest and not is_partial(rest)):
        raise _damage(path, len(lines) + 1, describe_damage(rest))
    return records, size


def _checked(record: Record | None, number: int, line: bytes, path: Path) -> Record:
    if record is None:
        raise _damage(path, number, describe_damage(line))
    if record.seq != number - 1:
        raise _damage(path, number, f"record {number - 1} should be here, not {record.seq}")
    if number == 1 and record.kind != HEADER:
        raise _damage(path, number, "the header should be here")
    return record


def is_partial(tail: bytes) -> bool:
    """Whether a crash can have left this: a cut record, zeros; never one hidden by damage."""
    if len(tail) >= LINE_LIMIT:
        return False
    return not find_records(tail) or _decoded(tail.rstrip(b"\0")) is not None


def find_records(line: bytes) -> list[Record]:
    """Every whole record in a line, which has more than one where the end between is damaged."""
    if len(line) > LINE_LIMIT:
        return []
    starts = [match.start() for match in _ANYWHERE.finditer(line)]
    pieces = [line[start:end] for start, end in pairwise([*starts, len(line)])]
    return [record for piece in pieces if (record := _leading(piece))]


def _leading(piece: bytes) -> Record | None:
    """The whole record with which a piece begins, if it does, whatever comes behind."""
    text = piece[9:].decode(errors="surrogateescape")
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return _decoded(piece[:9] + text[:end].encode(errors="surrogateescape"))


def describe_damage(line: bytes) -> str:
    """Say what is wrong with a line that holds no whole record."""
    if len(line) >= LINE_LIMIT:
        return "it is longer than 8 MiB"
    if not line:
        return "nothing is there"
    if line.endswith(b"\r"):
        return "its line ends were changed, as some editors and mail programs do"
    return "its checksum does not fit" if line.endswith(b"}") else "it was cut short or changed"


def _damage(path: Path, number: int, flaw: str) -> SpinoutError:
    command = command_line("recover", path)
    if number == 1:
        return SpinoutError(
            f"{display_path(path)} is no session, or is damaged from line 1 on: {flaw}. It is left as "
            f"it is. If it was a session, this makes a new one of what is whole: {command}"
        )
    return SpinoutError(
        f"Line {number} of {display_path(path)} is damaged: {flaw}. It is left as it is. "
        f"This makes a new session of all that is whole: {command}"
    )
