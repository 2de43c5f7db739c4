"""Removes a session and the files that belong to it."""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from spinout_cli.errors import SpinoutError
from spinout_cli.storage import platform
from spinout_cli.storage.journal import ENDING, read, rescue_stem
from spinout_cli.storage.locked_file import open_locked
from spinout_cli.storage.locked_file import read as content_of
from spinout_cli.storage.record import find_records
from spinout_cli.text import display_path

_HEAD = 1024
"""Bytes of a session in which its random id stands."""

_IDENTITY = re.compile(rb'^[0-9a-f]{8} \{"seq":0,.{0,200}?"session":"([0-9a-f]{32})"', re.DOTALL)
_HALF_WRITTEN = re.compile(r"\.spinout-[0-9a-f]{16}\.tmp")


class RelatedFile(NamedTuple):
    """A file, and what it is in a few words."""

    path: Path
    what: str


@dataclass(slots=True)
class RemovalPlan:
    """What is to be removed, the session itself last; and what looks like it but stays."""

    removed: list[RelatedFile] = field(default_factory=list)
    staying: list[RelatedFile] = field(default_factory=list)
    _held: dict[Path, int] = field(default_factory=dict)

    def remove(self) -> Iterator[tuple[RelatedFile, str]]:
        """Remove one file after the other; yield each with why it could not be, or nothing."""
        for belonging in self.removed:
            reason = ""
            try:
                if (fd := self._held.pop(belonging.path, None)) is None:
                    belonging.path.unlink()
                else:
                    platform.remove_held(belonging.path, fd)
            except OSError as error:
                reason = (error.strerror or "unknown reason").lower()
            yield belonging, reason
        for folder in {belonging.path.parent for belonging in self.removed}:
            with suppress(OSError):  # then a power cut now may bring a name back
                platform.sync_folder(folder)

    def hold(self, path: Path, open_: ExitStack) -> None:
        """Keep every other window from a session until it is removed, or the stack is left."""
        self._held[path] = open_locked(path)
        open_.callback(self._let_go, path)

    def _let_go(self, path: Path) -> None:
        if (fd := self._held.pop(path, None)) is not None:
            os.close(fd)


def plan_removal(path: Path, open_: ExitStack) -> RemovalPlan:
    """Find all that belongs to a session, and hold it until the stack is left.

    Raises:
        SpinoutError: it is no session, or it or a rescue copy of it is open in another window.
    """
    estate = RemovalPlan()
    estate.hold(path, open_)
    if not _is_session(path):
        raise SpinoutError(
            f"{display_path(path)} is no session and is left as it is. spinout removes only what it made."
        )
    identity = _identity(path)
    _gather(estate, RelatedFile(path, _titled(path)), identity, open_)
    estate.staying += _relatives(estate, path, identity)
    return estate


def _is_session(path: Path) -> bool:
    return _identity(path) is not None or any(map(find_records, content_of(path).split(b"\n")))


def _identity(path: Path) -> str | None:
    """The random id with which a session begins, if its beginning can be read."""
    with suppress(OSError), path.open("rb") as file:
        found = _IDENTITY.match(file.read(_HEAD))
        return found[1].decode() if found else None
    return None


def _titled(path: Path) -> str:
    """Name the session, with a warning where another name leads to the same file."""
    links = path.stat().st_nlink
    return "the session" if links == 1 else "the session; another name for this file stays"


def _gather(
    estate: RemovalPlan, session: RelatedFile, identity: str | None, open_: ExitStack
) -> None:
    """Put what belongs to a session before it: torn ends, and rescue copies with what is theirs."""
    for rescue in _rescues(session.path, {session.path} | estate._held.keys()):  # noqa: SLF001
        theirs = _identity(rescue)
        if theirs is None or identity is None:
            estate.staying.append(RelatedFile(rescue, "cannot be told to be of this session"))
        elif theirs == identity:
            estate.hold(rescue, open_)
            what = f"a rescue copy{_more(rescue, session.path)}"
            _gather(estate, RelatedFile(rescue, what), identity, open_)
    estate.removed += [
        RelatedFile(torn, "an end that was cut short") for torn in _torn(session.path)
    ]
    estate.removed.append(session)


def _rescues(path: Path, known: set[Path]) -> list[Path]:
    name = re.compile(rf"{re.escape(rescue_stem(path))}(-\d+)?{re.escape(ENDING)}")
    folders = dict.fromkeys((path.parent, *platform.possible_rescue_folders()))
    found = [file for folder in folders for file in _files(folder) if name.fullmatch(file.name)]
    seen = {os.path.realpath(file) for file in known}
    return [file for file in found if os.path.realpath(file) not in seen]


def _torn(path: Path) -> list[Path]:
    name = re.compile(rf"{re.escape(path.name)}\.torn(-\d+)?")
    return [file for file in _files(path.parent) if name.fullmatch(file.name)]


def _files(folder: Path) -> list[Path]:
    """The plain files of a folder by name; of one that cannot be read, none."""
    with suppress(OSError):
        return sorted(
            folder / entry.name
            for entry in os.scandir(folder)
            if entry.is_file(follow_symlinks=False)
        )
    return []


def _more(rescue: Path, session: Path) -> str:
    """Say how much a rescue copy holds that the session does not."""
    with suppress(SpinoutError):
        count = len(read(rescue)) - len(read(session))
        if count > 0:
            return f", with {count} more {'entry' if count == 1 else 'entries'} than the session"
    return ""


def _relatives(estate: RemovalPlan, path: Path, identity: str | None) -> Iterator[RelatedFile]:
    """What stays in the session's folder and may hold the same answers."""
    gone = {belonging.path for belonging in (*estate.removed, *estate.staying)}
    for file in _files(path.parent):
        if _HALF_WRITTEN.fullmatch(file.name):
            yield RelatedFile(file, "a report or an export that was cut short")
        elif file not in gone and file.suffix == ENDING and identity == _identity(file) is not None:
            yield RelatedFile(file, "the same session under another name")
