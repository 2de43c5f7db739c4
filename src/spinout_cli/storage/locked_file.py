"""A locked session file: opened without following links, read whole, private.

Nothing here knows what stands in it.
"""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from spinout_cli.errors import SpinoutError
from spinout_cli.sanitize import sanitize
from spinout_cli.storage import platform
from spinout_cli.text import display_path

FILE_LIMIT = 64 << 20

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


def open_locked(path: Path) -> int:
    """Open a session, whatever it holds, and keep every other window from it until it is closed.

    Raises:
        SpinoutError: it is open elsewhere, or it is no plain file.
    """
    fd = _open(path, os.O_RDWR | os.O_APPEND)
    try:
        _lock(fd, path)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _open(path: Path, flags: int) -> int:
    """Open what is a plain file, and nothing else, without ever waiting."""
    try:
        _check_plain(os.lstat(path).st_mode, path)
        fd = os.open(path, flags | platform.GUARDED)
    except FileNotFoundError as error:
        raise SpinoutError(f"There is no file {display_path(path)}. Check its name.") from error
    except (OSError, ValueError) as error:
        raise SpinoutError(f"{display_path(path)} could not be opened: {reason(error)}.") from error
    try:
        _check_plain(os.fstat(fd).st_mode, path)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _check_plain(mode: int, path: Path) -> None:
    if not stat.S_ISREG(mode):
        kind = next((name for is_kind, name in _FILE_KINDS if is_kind(mode)), "a device")
        raise SpinoutError(
            f"{display_path(path)} is {kind}. A session is saved in a plain file only, so that nothing "
            "can lead what you answer somewhere else. Name the session file itself."
        )


def _lock(fd: int, path: Path) -> None:
    """Lock the file, or say who has it."""
    try:
        if not platform.lock(fd):
            raise SpinoutError(
                f"{display_path(path)} is open in another window. Go on there, or close that one first."
            )
    except OSError as error:
        raise SpinoutError(
            f"{display_path(path)} cannot be locked against a second window: {reason(error)}. "
            "Put it in a folder on this machine's own disk."
        ) from error
    if not still_at_path(fd, path):
        raise SpinoutError(f"{display_path(path)} was just moved or deleted. Try again.")


def still_at_path(fd: int, path: Path) -> bool:
    """Tell whether the path still names the open file."""
    try:
        ours, there = os.fstat(fd), os.lstat(path)
    except OSError:
        return False
    return os.path.samestat(ours, there) and ours.st_nlink > 0


def read(path: Path) -> bytes:
    """Return all bytes of a plain file that is not larger than a session may be."""
    fd = _open(path, os.O_RDONLY)
    try:
        return read_open(fd, path)
    finally:
        os.close(fd)


def read_open(fd: int, path: Path) -> bytes:
    """Return all bytes of an open file, unless they are more than a session may have."""
    parts, room = [], FILE_LIMIT
    try:
        os.lseek(fd, 0, os.SEEK_SET)
        while room >= 0 and (part := os.read(fd, min(room + 1, 1 << 20))):
            parts.append(part)
            room -= len(part)
    except OSError as error:
        raise SpinoutError(f"{display_path(path)} could not be read: {reason(error)}.") from error
    if room < 0:
        raise too_large(path)
    return b"".join(parts)


def too_large(path: Path) -> SpinoutError:
    """Return what says that a file is no session because of its size."""
    return SpinoutError(f"{display_path(path)} is larger than 64 MiB, which no session may be.")


def new_file(
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
    raise FileExistsError(errno.EEXIST, "too many of the same name")


def create_locked(path: Path, content: bytes) -> int:
    """Write a new journal and return it open and locked."""
    try:
        return _write_file(path, content)
    except FileExistsError as error:
        raise SpinoutError(
            f"{display_path(path)} exists already and is left as it is. Choose another name."
        ) from error
    except (OSError, ValueError) as error:
        raise SpinoutError(
            f"{display_path(path)} could not be made: {reason(error)}. Choose another folder or name."
        ) from error


def _write_file(path: Path, content: bytes, *, confirmed: bool = True) -> int:
    """Write a file that did not exist and return it open and locked; on any failure it is gone."""
    fd = platform.create_file(path)
    try:
        _claim(fd)
        platform.write_all(fd, content)
        if confirmed:
            platform.sync(fd)
            platform.sync_folder(path.parent)
    except BaseException:
        os.close(fd)
        with suppress(OSError):
            path.unlink()
        raise
    return fd


def _claim(fd: int) -> None:
    if not platform.lock(fd):
        raise BlockingIOError(errno.EAGAIN, "another window took it at this very moment")


def reason(error: OSError | ValueError) -> str:
    """Return the reason in plain words."""
    if isinstance(error, OSError):
        return _REASONS.get(error.errno or 0, sanitize(error.strerror or "unknown reason").lower())
    return "its name holds a character that no file name can have"
