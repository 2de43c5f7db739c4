"""The session file: a journal to which records are added, and in which none is ever changed.

A record is a line: the CRC-32 of what follows, a space, JSON. It counts once the disk holds it.
"""

import errno
import json
import os
import re
import shlex
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, Self
from zlib import crc32

from spinout_cli import machine
from spinout_cli.cleaning import clean
from spinout_cli.errors import NotSaved, SpinoutError

ENDING = ".spinout"
"""How the name of a session ends."""

HEADER = "header"
"""The kind of the first record."""

FILE_LIMIT = 64 << 20
LINE_LIMIT = 8 << 20
DEPTH_LIMIT = 64
"""How deep lists and objects may nest: well within what every JSON reader takes."""

_HOLDERS = (dict, list, tuple)
_START = re.compile(rb'[0-9a-fA-F]{8} \{"')
_ANYWHERE = re.compile(rb'[0-9a-f]{8} (?=\{"seq":)')
_FILE_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISFIFO, "a pipe"),
)
_REASONS = {
    errno.EACCES: "permission is missing",
    errno.EPERM: "permission is missing",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is used up",
    errno.EFBIG: "the file may not grow any further",
    errno.EIO: "the disk reported an error",
    errno.ENOENT: "there is no such folder",
    errno.ENOTDIR: "a part of its path is no folder",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ELOOP: "it is a symbolic link",
}


@dataclass(frozen=True, slots=True)
class Record:
    """One event: its place in the journal, when it was, what kind, about what, and its value."""

    seq: int
    t: str
    kind: str
    q: str | None
    v: Any


class Recovered(NamedTuple):
    """What came of a recovery: how many records were kept, and which lines were lost and why."""

    kept: int
    lost: list[tuple[int, str]]


class WriteFailed(NotSaved):
    """A record could not be written; the journal is as it was, and trying again may work."""


class JournalLost(NotSaved):
    """The journal can no longer be trusted; `rescue` is a copy of all there was, if one was made."""

    def __init__(self, message: str, rescue: Path | None = None) -> None:
        super().__init__(message)
        self.rescue = rescue


class Journal:
    """A session file, open for this program alone; every record in `records` is on the disk."""

    def __init__(self, path: Path, fd: int, records: list[Record], torn: Path | None) -> None:
        self.path = path
        self.records = records
        self.torn = torn
        self._fd = fd
        self._size = os.fstat(fd).st_size
        self._settled = True  # the file holds exactly the records
        self._lost = ""  # why the file is not to be used any more
        self._rescue: Path | None = None

    @classmethod
    def create(cls, path: Path, value: Any) -> Self:  # noqa: ANN401  (whatever JSON can hold)
        """Start a journal at a path where nothing is, with the value as its header."""
        header, line = _recorded(0, HEADER, None, value)
        return cls._begin(path, [header], line)

    @classmethod
    def resume(cls, path: Path) -> Self:
        """Open a journal to go on with it; an end torn off by a crash is put aside.

        Raises:
            SpinoutError: it is open elsewhere, damaged or no journal; it is left untouched.
        """
        fd = _open(path, os.O_RDWR | os.O_APPEND)
        try:
            _hold(fd, path)
            content = _content(fd, path)
            records, size = _parse(content, path)
            torn = _set_aside(fd, path, content, size) if size < len(content) else None
            return cls(path, fd, records, torn)
        except BaseException:
            os.close(fd)
            raise

    def append(self, kind: str, q: str | None, v: Any) -> Record:  # noqa: ANN401  (whatever JSON can hold)
        """Add a record, and return it once the disk holds it and the file is still in its place.

        Raises:
            WriteFailed: it was not written; nothing else is lost, and trying again may work.
            JournalLost: this journal is over; a rescue copy holds everything, this included.
        """
        self._settle()
        record, line = _recorded(len(self.records), kind, q, v)
        if self._lost:
            self._give_up([record])
        size = self._size + len(line)
        if size > FILE_LIMIT:
            raise WriteFailed(f"{_shown(self.path)} is full: a session may have 64 MiB.")
        self._settled = False
        self._write(line, record)
        self._confirm(size, record)
        self.records.append(record)
        self._size = size
        self._settled = True
        return record

    def reread(self) -> list[Record]:
        """Return what the file holds now: after an interruption, the truth about what is saved."""
        self._settle()
        if self._lost and self._rescue is None:
            self._give_up([])
        return read(self.path)

    def save_elsewhere(self, path: Path) -> Self:
        """Write all records to a new journal at another path, and return it open."""
        return self._begin(path, list(self.records), _lines(self.records))

    def close(self) -> None:
        """Let go of the file, so that another window may open it."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            with suppress(OSError):  # every record was synced before
                os.close(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @classmethod
    def _begin(cls, path: Path, records: list[Record], content: bytes) -> Self:
        fd = _make(path, content)
        try:
            return cls(path, fd, records, None)
        except BaseException:
            os.close(fd)
            raise

    def _write(self, line: bytes, record: Record) -> None:
        try:
            machine.write_all(self._fd, line)
        except OSError as error:
            try:
                os.ftruncate(self._fd, self._size)
            except OSError:
                self._lost = "a save failed half-way and could not be taken back"
                self._give_up([record])
            self._settled = True
            raise WriteFailed(
                f"This could not be saved in {_shown(self.path)}: {_why(error)}. "
                "Everything before it is safe. Mend that and try again, or save elsewhere."
            ) from error

    def _confirm(self, size: int, record: Record) -> None:
        """Return only if the disk has the record, in the file that people will look for."""
        try:
            machine.sync(self._fd)
            found = os.fstat(self._fd).st_size
        except OSError:
            self._lost = "the disk did not confirm a save"  # for good: a second sync may pretend to
            self._give_up([record])
        if found != size or not _in_place(self._fd, self.path):
            self._lost = "it was moved, deleted or changed by something else"
            self._give_up([record])

    def _settle(self) -> None:
        """After an interruption: take on what was written whole, take back what was not."""
        if self._fd < 0:
            raise ValueError("the journal is closed")
        if self._settled or self._lost:
            return
        try:
            self._take_stock()
        except (OSError, SpinoutError):
            self._lost = "it does not hold what was saved in it"

    def _take_stock(self) -> None:
        records, size = _parse(_content(self._fd, self.path), self.path)
        if records[: len(self.records)] != self.records:
            raise SpinoutError("records are missing")
        os.ftruncate(self._fd, size)
        machine.sync(self._fd)
        self.records[:] = records
        self._size = size
        self._settled = True

    def _give_up(self, unsaved: list[Record]) -> NoReturn:
        """Write the rescue copy, unless there is one, and end."""
        tell = f"{_shown(self.path)} can no longer be used: {self._lost}. "
        first = self._rescue is None
        if first:
            self._rescue = _rescue(self.path, [*self.records, *unsaved])
        if self._rescue is None:
            tell += "No folder took a rescue copy. Save elsewhere before you close this window."
        elif first:
            tell += (
                f"Everything up to here is safe in {_shown(self._rescue)}: go on with that file."
            )
        else:
            tell += f"This was not saved. {_shown(self._rescue)} has what was there before it."
        raise JournalLost(tell, self._rescue)


def read(path: Path) -> list[Record]:
    """Return the records of a journal, which is neither locked nor changed.

    Raises:
        SpinoutError: it is damaged or no journal. An end torn off by a crash is passed over.
    """
    return _parse(_read_bytes(path), path)[0]


def looks_like_journal(first_bytes: bytes) -> bool:
    """Say whether a file that begins like this (a dozen bytes will do) is a journal.

    >>> looks_like_journal(b'90a1b2c3 {"seq":0'), looks_like_journal(b'{"format": 1}')
    (True, False)
    """
    return _START.match(first_bytes) is not None


def recover(damaged: Path, into: Path) -> Recovered:
    """Make a new journal of every record that is whole in a damaged one, which stays as it is.

    Records come in the order they were made in, repeated ones once.
    """
    found: dict[tuple[int, bytes], tuple[int, Record]] = {}
    lost = []
    for number, line in enumerate(_read_bytes(damaged).split(b"\n"), 1):
        whole = _whole_within(line)
        for record in whole:
            found.setdefault((record.seq, _line(record)), (number, record))
        if not whole and line.strip(b"\r"):
            lost.append((number, _flaw(line)))
    placed = sorted(found.values(), key=lambda place: place[1].seq)
    lost += list(_gaps(placed, {number for number, _ in lost}))
    records, extra = _one_header(placed, damaged)
    fd = _make(into, _lines(replace(record, seq=seq) for seq, record in enumerate(records)))
    os.close(fd)
    return Recovered(len(records), sorted(lost + extra))


def _one_header(
    placed: list[tuple[int, Record]], damaged: Path
) -> tuple[list[Record], list[tuple[int, str]]]:
    """The records from the header on, and any further header as a loss."""
    if not placed or placed[0][1].kind != HEADER:
        raise SpinoutError(
            f"Nothing can be recovered from {_shown(damaged)}: its first record, which holds "
            "the questions, is not whole. If you have a copy of this file, try that one."
        )
    extra = [place for place in placed[1:] if place[1].kind == HEADER]
    kept = [placed[0], *(place for place in placed[1:] if place not in extra)]
    reason = "the beginning of another session"
    return [record for _, record in kept], [(number, reason) for number, _ in extra]


def _gaps(placed: list[tuple[int, Record]], bad: set[int]) -> Iterator[tuple[int, str]]:
    """Where records are missing for which no damaged line stands."""
    for (above, before), (below, after) in pairwise(placed):
        missing = after.seq - before.seq - 1
        if missing > 0 and bad.isdisjoint(range(above + 1, below)):
            yield below, f"missing before this line: {missing}"


def _recorded(seq: int, kind: str, q: str | None, v: Any) -> tuple[Record, bytes]:  # noqa: ANN401  (whatever JSON can hold)
    """A record made now, exactly as reading it would give it back, and its line."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    try:
        line = _line(Record(seq, now, kind, q, v))
        record = _decoded(line[:-1])
    except (ValueError, RecursionError):
        record, line = None, b""
    if len(line) > LINE_LIMIT:
        raise WriteFailed("This is too long to be saved: one answer may have 8 MiB.")
    if record is None:
        raise WriteFailed("This cannot be saved: it holds something that no file can keep.")
    return record, line


def _lines(records: Iterable[Record]) -> bytes:
    return b"".join(map(_line, records))


def _line(record: Record) -> bytes:
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


def _parse(content: bytes, path: Path) -> tuple[list[Record], int]:
    """The records, and how many bytes they take; what follows those was torn off by a crash."""
    *lines, rest = content.split(b"\n")
    records: list[Record] = []
    size = 0
    for number, line in enumerate(lines, 1):
        record = _decoded(line)
        if record is None and 1 < number == len(lines) and not rest and _torn(line):
            return records, size
        _check(record, number, line, path)
        records += [record] if record else []
        size += len(line) + 1
    if not records or (rest and not _torn(rest)):
        raise _damage(path, len(lines) + 1, _flaw(rest))
    return records, size


def _check(record: Record | None, number: int, line: bytes, path: Path) -> None:
    if record is None:
        raise _damage(path, number, _flaw(line))
    if record.seq != number - 1:
        raise _damage(path, number, f"record {number - 1} should be here, not {record.seq}")
    if number == 1 and record.kind != HEADER:
        raise _damage(path, number, "the header should be here")


def _torn(tail: bytes) -> bool:
    """Whether a crash can have left this: a cut record, zeros; never one hidden by damage."""
    if len(tail) > LINE_LIMIT:
        return False
    return not _whole_within(tail) or _decoded(tail.rstrip(b"\0")) is not None


def _whole_within(line: bytes) -> list[Record]:
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


def _flaw(line: bytes) -> str:
    if len(line) > LINE_LIMIT:
        return "it is longer than 8 MiB"
    if not line:
        return "nothing is there"
    if line.endswith(b"\r"):
        return "its line ends were changed, as some editors and mail programs do"
    return "its checksum does not fit" if line.endswith(b"}") else "it was cut short or changed"


def _damage(path: Path, number: int, flaw: str) -> SpinoutError:
    command = f"spinout recover {shlex.quote(_shown(path))}"
    if number == 1:
        return SpinoutError(
            f"{_shown(path)} is no session, or is damaged from line 1 on: {flaw}. It is left as "
            f"it is. If it was a session, this makes a new one of what is whole: {command}"
        )
    return SpinoutError(
        f"Line {number} of {_shown(path)} is damaged: {flaw}. It is left as it is. "
        f"This makes a new session of all that is whole: {command}"
    )


def _open(path: Path, flags: int) -> int:
    """Open what is a plain file, and nothing else, without ever waiting."""
    try:
        _check_plain(os.lstat(path).st_mode, path)
        fd = os.open(path, flags | machine.GUARDED)
    except FileNotFoundError as error:
        raise SpinoutError(f"There is no file {_shown(path)}. Check its name.") from error
    except (OSError, ValueError) as error:
        raise SpinoutError(f"{_shown(path)} could not be opened: {_why(error)}.") from error
    try:
        _check_plain(os.fstat(fd).st_mode, path)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _check_plain(mode: int, path: Path) -> None:
    if not stat.S_ISREG(mode):
        kind = next((name for is_kind, name in _FILE_KINDS if is_kind(mode)), "a device")
        raise SpinoutError(f"{_shown(path)} is {kind}. Name the session file itself.")


def _hold(fd: int, path: Path) -> None:
    """Lock the file, or say who has it."""
    try:
        if not machine.lock(fd):
            raise SpinoutError(
                f"{_shown(path)} is open in another window. Go on there, or close that one first."
            )
    except OSError as error:
        raise SpinoutError(
            f"{_shown(path)} cannot be locked against a second window: {_why(error)}. "
            "Put it in a folder on this machine's own disk."
        ) from error
    if not _in_place(fd, path):
        raise SpinoutError(f"{_shown(path)} was just moved or deleted. Try again.")


def _in_place(fd: int, path: Path) -> bool:
    """Whether the path still names the open file."""
    try:
        ours, there = os.fstat(fd), os.lstat(path)
    except OSError:
        return False
    return os.path.samestat(ours, there) and ours.st_nlink > 0


def _read_bytes(path: Path) -> bytes:
    fd = _open(path, os.O_RDONLY)
    try:
        return _content(fd, path)
    finally:
        os.close(fd)


def _content(fd: int, path: Path) -> bytes:
    """All bytes of an open file, unless they are more than a session may have."""
    parts, room = [], FILE_LIMIT
    try:
        os.lseek(fd, 0, os.SEEK_SET)
        while room >= 0 and (part := os.read(fd, min(room + 1, 1 << 20))):
            parts.append(part)
            room -= len(part)
    except OSError as error:
        raise SpinoutError(f"{_shown(path)} could not be read: {_why(error)}.") from error
    if room < 0:
        raise SpinoutError(f"{_shown(path)} is larger than 64 MiB, which no session may be.")
    return b"".join(parts)


def _set_aside(fd: int, path: Path, content: bytes, size: int) -> Path:
    """Copy what follows the last whole record to a file beside the journal, then cut it off."""
    try:
        torn = _new_file(path.parent, f"{path.name}.torn", "", content[size:])
        os.ftruncate(fd, size)
        machine.sync(fd)
    except OSError as error:
        raise SpinoutError(
            f"The last save in {_shown(path)} was cut short, and what is left of it could not be "
            f"put aside: {_why(error)}. Mend that, or copy the file to another folder."
        ) from error
    return torn


def _rescue(path: Path, records: Iterable[Record]) -> Path | None:
    """Write the records to the first place that takes them; better unconfirmed than not at all."""
    stem = f"{path.name.removesuffix(ENDING)[:50]}-rescue"
    content = _lines(records)
    for confirmed in (True, False):
        for folder in (path.parent, *machine.refuges()):
            with suppress(OSError):
                return _new_file(folder, stem, ENDING, content, confirmed=confirmed)
    return None


def _new_file(
    folder: Path, stem: str, ending: str, content: bytes, *, confirmed: bool = True
) -> Path:
    """Write a private file under the first name that is free: the stem, then with -2, -3."""
    for count in range(1, 100):
        path = folder / f"{stem}{f'-{count}' if count > 1 else ''}{ending}"
        try:
            os.close(_write_file(path, content, confirmed=confirmed))
        except FileExistsError:
            continue
        return path
    raise FileExistsError(errno.EEXIST, "Too many of the same name", str(folder / stem))


def _make(path: Path, content: bytes) -> int:
    """Write a new journal and return it open and locked."""
    try:
        return _write_file(path, content)
    except FileExistsError as error:
        raise SpinoutError(
            f"{_shown(path)} exists already and is left as it is. Choose another name."
        ) from error
    except (OSError, ValueError) as error:
        raise SpinoutError(
            f"{_shown(path)} could not be made: {_why(error)}. Choose another folder or name."
        ) from error


def _write_file(path: Path, content: bytes, *, confirmed: bool = True) -> int:
    """Write a file that did not exist and return it open and locked; on any failure it is gone."""
    fd = machine.create_file(path)
    try:
        _claim(fd)
        machine.write_all(fd, content)
        if confirmed:
            machine.sync(fd)
            machine.sync_folder(path.parent)
    except BaseException:
        os.close(fd)
        with suppress(OSError):
            path.unlink()
        raise
    return fd


def _claim(fd: int) -> None:
    if not machine.lock(fd):
        raise BlockingIOError(errno.EAGAIN, "another window took it at this very moment")


def _shown(path: Path) -> str:
    return clean(str(path))


def _why(error: OSError | ValueError) -> str:
    """The reason in plain words."""
    if isinstance(error, OSError):
        return _REASONS.get(error.errno or 0, clean(error.strerror or "unknown reason").lower())
    return "its name holds a character that no file name can have"
