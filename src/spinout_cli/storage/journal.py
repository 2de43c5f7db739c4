"""The session file: an append-only journal, each record synced before it counts.

A record counts once the disk holds it, and not before.
"""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, Self

from spinout_cli.errors import NotSaved, SpinoutError, WriteFailed
from spinout_cli.storage import locked_file, platform
from spinout_cli.storage.record import HEADER, Record, lines_of, parse, recorded
from spinout_cli.text import display_path

ENDING = ".spinout"
"""How the name of a session ends."""

_CHANGED = "it was moved, deleted or changed by something else"

_START = re.compile(rb'[0-9a-fA-F]{8} \{"')

NewRecord = tuple[str, str | None, Any]
"""What a record is made of: its kind, what it is about, its value."""


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
    def create(cls, path: Path, value: Any, events: Iterable[NewRecord] = ()) -> Self:  # noqa: ANN401  (whatever JSON can hold)
        """Start a journal where nothing is, with the value as its header, and what is known already."""
        first = [(HEADER, None, value), *events]
        made = [recorded(seq, *event) for seq, event in enumerate(first)]
        return cls._begin(path, [record for record, _ in made], b"".join(line for _, line in made))

    @classmethod
    def resume(cls, path: Path) -> Self:
        """Open a journal to go on with it; an end torn off by a crash is put aside.

        Raises:
            SpinoutError: it is open elsewhere, damaged or no journal; it is left untouched.
        """
        fd = locked_file.open_locked(path)
        try:
            content = locked_file.read_open(fd, path)
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
        if size > locked_file.FILE_LIMIT:
            raise WriteFailed(f"{display_path(self.path)} is full: a session may have 64 MiB.")
        self._settled = False
        self._write(line, record)
        self._confirm(size, record)
        self.records.append(record)
        self._size = size
        self._settled = True
        return record

    def reread(self) -> list[Record]:
        """Return what the file holds now: after an interruption, the truth about what is saved.

        Raises:
            JournalLost: the file is gone or is not what it was; a rescue copy holds everything.
        """
        self._settle()
        if not self._lost and not self._is_whole():
            self._lost = _CHANGED
        if self._lost:
            self._give_up([])
        return list(self.records)

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
        fd = locked_file.create_locked(path, content)
        try:
            return cls(path, fd, records, None)
        except BaseException:
            os.close(fd)
            raise

    def _write(self, line: bytes, record: Record) -> None:
        try:
            platform.write_all(self._fd, line)
        except OSError as error:
            try:
                os.ftruncate(self._fd, self._size)
            except OSError:
                self._lost = "a save failed half-way and could not be taken back"
                self._give_up([record])
            self._settled = True
            raise WriteFailed(
                f"This could not be saved in {display_path(self.path)}: {locked_file.reason(error)}. "
                "Everything before it is safe. Mend that and try again, or save elsewhere."
            ) from error

    def _confirm(self, size: int, record: Record) -> None:
        """Return only if the disk has the record, in the file that people will look for."""
        try:
            platform.sync(self._fd)
            found = os.fstat(self._fd).st_size
        except OSError:
            self._lost = "the disk did not confirm a save"  # for good: a second sync may pretend to
            self._give_up([record])
        if found != size or not locked_file.still_at_path(self._fd, self.path):
            self._lost = _CHANGED
            self._give_up([record])

    def _is_whole(self) -> bool:
        """Whether the file lies where people will look for it, and holds exactly the records."""
        try:
            content = locked_file.read_open(self._fd, self.path)
            whole = parse(content, self.path) == (self.records, len(content))
        except SpinoutError:
            return False
        return whole and locked_file.still_at_path(self._fd, self.path)

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
        records, size = parse(locked_file.read_open(self._fd, self.path), self.path)
        if records[: len(self.records)] != self.records:
            raise SpinoutError("records are missing")
        os.ftruncate(self._fd, size)
        platform.sync(self._fd)
        self.records[:] = records
        self._size = size
        self._settled = True

    def _give_up(self, unsaved: list[Record]) -> NoReturn:
        """Write the rescue copy, unless there is one, and end."""
        tell = f"{display_path(self.path)} can no longer be used: {self._lost}. "
        first = self._rescue is None
        if first:
            self._rescue = _rescue(self.path, [*self.records, *unsaved])
        if self._rescue is None:
            tell += "No folder took a rescue copy. Save elsewhere before you close this window."
        elif first or not unsaved:
            tell += f"Everything up to here is safe in {display_path(self._rescue)}."
        else:
            tell += (
                f"This was not saved. {display_path(self._rescue)} has what was there before it."
            )
        raise JournalLost(tell, self._rescue)


def read(path: Path) -> list[Record]:
    """Return the records of a journal, which is neither locked nor changed.

    Raises:
        SpinoutError: it is damaged or no journal. An end torn off by a crash is passed over.
    """
    return parse(locked_file.read(path), path)[0]


def records_in(content: bytes, path: Path) -> list[Record]:
    """Return the records in what was read from somewhere: a file, a pipe, the target of a link.

    Raises:
        SpinoutError: as `read`, and where it is larger than a session may be.
    """
    if len(content) > locked_file.FILE_LIMIT:
        raise locked_file.too_large(path)
    return parse(content, path)[0]


def looks_like_journal(first_bytes: bytes) -> bool:
    """Say whether a file that begins like this (a dozen bytes will do) is a journal.

    >>> looks_like_journal(b'90a1b2c3 {"seq":0'), looks_like_journal(b'{"format": 1}')
    (True, False)
    """
    return _START.match(first_bytes) is not None


def _set_aside(fd: int, path: Path, content: bytes, size: int) -> Path:
    """Copy what follows the last whole record to a file beside the journal, then cut it off."""
    try:
        torn = locked_file.new_file(path.parent, f"{path.name}.torn", "", content[size:])
        os.ftruncate(fd, size)
        platform.sync(fd)
    except OSError as error:
        raise SpinoutError(
            f"The last save in {display_path(path)} was cut short, and what is left of it could not be "
            f"put aside: {locked_file.reason(error)}. Mend that, or copy the file to another folder."
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
        for folder in (path.parent, *platform.rescue_folders()):
            with suppress(OSError):
                return locked_file.new_file(folder, stem, ENDING, content, confirmed=confirmed)
    return None
