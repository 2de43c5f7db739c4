"""The session file: a journal to which records are added, and in which none is ever changed.

A record counts once the disk holds it, and not before.
"""

import errno
import os
import re
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, Self

from spinout_cli import machine
from spinout_cli.cleaning import clean
from spinout_cli.errors import NotSaved, SpinoutError, WriteFailed
from spinout_cli.record import HEADER, Record, lines_of, parse, recorded, shown

ENDING = ".spinout"
"""How the name of a session ends."""

FILE_LIMIT = 64 << 20

_START = re.compile(rb'[0-9a-fA-F]{8} \{"')
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
        header, line = recorded(0, HEADER, None, value)
        return cls._begin(path, [header], line)

    @classmethod
    def resume(cls, path: Path) -> Self:
        """Open a journal to go on with it; an end torn off by a crash is put aside.

        Raises:
            SpinoutError: it is open elsewhere, damaged or no journal; it is left untouched.
        """
        fd = hold(path)
        try:
            content = _content(fd, path)
            records, size = parse(content, path)
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
        record, line = recorded(len(self.records), kind, q, v)
        if self._lost:
            self._give_up([record])
        size = self._size + len(line)
        if size > FILE_LIMIT:
            raise WriteFailed(f"{shown(self.path)} is full: a session may have 64 MiB.")
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
        return self._begin(path, list(self.records), lines_of(self.records))

    def rescue(self, kind: str, q: str | None, v: Any) -> Path | None:  # noqa: ANN401  (whatever JSON can hold)
        """Copy all records, and one that was not saved, to the first folder that takes them."""
        record, _ = recorded(len(self.records), kind, q, v)
        return _rescue(self.path, [*self.records, record])

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
        fd = make(path, content)
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
                f"This could not be saved in {shown(self.path)}: {_why(error)}. "
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
        records, size = parse(_content(self._fd, self.path), self.path)
        if records[: len(self.records)] != self.records:
            raise SpinoutError("records are missing")
        os.ftruncate(self._fd, size)
        machine.sync(self._fd)
        self.records[:] = records
        self._size = size
        self._settled = True

    def _give_up(self, unsaved: list[Record]) -> NoReturn:
        """Write the rescue copy, unless there is one, and end."""
        tell = f"{shown(self.path)} can no longer be used: {self._lost}. "
        first = self._rescue is None
        if first:
            self._rescue = _rescue(self.path, [*self.records, *unsaved])
        if self._rescue is None:
            tell += "No folder took a rescue copy. Save elsewhere before you close this window."
        elif first:
            tell += f"Everything up to here is safe in {shown(self._rescue)}: go on with that file."
        else:
            tell += f"This was not saved. {shown(self._rescue)} has what was there before it."
        raise JournalLost(tell, self._rescue)


def read(path: Path) -> list[Record]:
    """Return the records of a journal, which is neither locked nor changed.

    Raises:
        SpinoutError: it is damaged or no journal. An end torn off by a crash is passed over.
    """
    return parse(content_of(path), path)[0]


def hold(path: Path) -> int:
    """Open a session, whatever it holds, and keep every other window from it until it is closed.

    Raises:
        SpinoutError: it is open elsewhere, or it is no plain file.
    """
    fd = _open(path, os.O_RDWR | os.O_APPEND)
    try:
        _hold(fd, path)
    except BaseException:
        os.close(fd)
        raise
    return fd


def looks_like_journal(first_bytes: bytes) -> bool:
    """Say whether a file that begins like this (a dozen bytes will do) is a journal.

    >>> looks_like_journal(b'90a1b2c3 {"seq":0'), looks_like_journal(b'{"format": 1}')
    (True, False)
    """
    return _START.match(first_bytes) is not None


def _open(path: Path, flags: int) -> int:
    """Open what is a plain file, and nothing else, without ever waiting."""
    try:
        _check_plain(os.lstat(path).st_mode, path)
        fd = os.open(path, flags | machine.GUARDED)
    except FileNotFoundError as error:
        raise SpinoutError(f"There is no file {shown(path)}. Check its name.") from error
    except (OSError, ValueError) as error:
        raise SpinoutError(f"{shown(path)} could not be opened: {_why(error)}.") from error
    try:
        _check_plain(os.fstat(fd).st_mode, path)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _check_plain(mode: int, path: Path) -> None:
    if not stat.S_ISREG(mode):
        kind = next((name for is_kind, name in _FILE_KINDS if is_kind(mode)), "a device")
        raise SpinoutError(f"{shown(path)} is {kind}. Name the session file itself.")


def _hold(fd: int, path: Path) -> None:
    """Lock the file, or say who has it."""
    try:
        if not machine.lock(fd):
            raise SpinoutError(
                f"{shown(path)} is open in another window. Go on there, or close that one first."
            )
    except OSError as error:
        raise SpinoutError(
            f"{shown(path)} cannot be locked against a second window: {_why(error)}. "
            "Put it in a folder on this machine's own disk."
        ) from error
    if not _in_place(fd, path):
        raise SpinoutError(f"{shown(path)} was just moved or deleted. Try again.")


def _in_place(fd: int, path: Path) -> bool:
    """Whether the path still names the open file."""
    try:
        ours, there = os.fstat(fd), os.lstat(path)
    except OSError:
        return False
    return os.path.samestat(ours, there) and ours.st_nlink > 0


def content_of(path: Path) -> bytes:
    """Return all bytes of a plain file that is not larger than a session may be."""
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
        raise SpinoutError(f"{shown(path)} could not be read: {_why(error)}.") from error
    if room < 0:
        raise SpinoutError(f"{shown(path)} is larger than 64 MiB, which no session may be.")
    return b"".join(parts)


def _set_aside(fd: int, path: Path, content: bytes, size: int) -> Path:
    """Copy what follows the last whole record to a file beside the journal, then cut it off."""
    try:
        torn = _new_file(path.parent, f"{path.name}.torn", "", content[size:])
        os.ftruncate(fd, size)
        machine.sync(fd)
    except OSError as error:
        raise SpinoutError(
            f"The last save in {shown(path)} was cut short, and what is left of it could not be "
            f"put aside: {_why(error)}. Mend that, or copy the file to another folder."
        ) from error
    return torn


def rescue_stem(path: Path) -> str:
    """Return how the names of a session's rescue copies begin, before a number and the ending."""
    return f"{path.name.removesuffix(ENDING)[:50]}-rescue"


def _rescue(path: Path, records: Iterable[Record]) -> Path | None:
    """Write the records to the first place that takes them; better unconfirmed than not at all."""
    stem = rescue_stem(path)
    content = lines_of(records)
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


def make(path: Path, content: bytes) -> int:
    """Write a new journal and return it open and locked."""
    try:
        return _write_file(path, content)
    except FileExistsError as error:
        raise SpinoutError(
            f"{shown(path)} exists already and is left as it is. Choose another name."
        ) from error
    except (OSError, ValueError) as error:
        raise SpinoutError(
            f"{shown(path)} could not be made: {_why(error)}. Choose another folder or name."
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


def _why(error: OSError | ValueError) -> str:
    """The reason in plain words."""
    if isinstance(error, OSError):
        return _REASONS.get(error.errno or 0, clean(error.strerror or "unknown reason").lower())
    return "its name holds a character that no file name can have"
