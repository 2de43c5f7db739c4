"""What differs between operating systems: locks, syncs, private files and folders, signals."""

import errno
import os
import signal
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

GUARDED = sum(
    getattr(os, name, 0)
    for name in ("O_CLOEXEC", "O_NOINHERIT", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")
)
"""Flags for opening a file: not inherited, no link followed, never waiting, bytes as they are."""

_NOT_OFFERED = (errno.EINVAL, errno.ENOTSUP, errno.ENOTTY)
_LOCKED_BYTE = 1 << 40
"""Where Windows locks: far past the end, since readers may not touch a byte that is locked."""


def lock(fd: int) -> bool:
    """Lock the file for as long as it is open here; False where somebody else has it."""
    try:
        if sys.platform == "win32":
            os.lseek(fd, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        raise
    return True


def sync(fd: int) -> None:
    """Return once the disk itself holds what was written; an error means that it may not."""
    if sys.platform == "darwin":
        try:
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
        except OSError as error:
            if error.errno not in _NOT_OFFERED:
                raise  # a plain fsync after a failed one would seem to succeed
        else:
            return
    os.fsync(fd)


def sync_folder(path: Path) -> None:
    """Return once the disk holds the names in this folder; Windows does that by itself."""
    if sys.platform == "win32":
        return
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        sync(fd)
    except OSError as error:
        if error.errno not in _NOT_OFFERED:
            raise
    finally:
        os.close(fd)


def create_file(path: Path, mode: int = 0o600) -> int:
    """Make a file that did not exist, with exactly this mode, and open it for appending."""
    fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL | GUARDED, mode)
    if sys.platform != "win32":
        with suppress(OSError):  # some disks know no modes
            os.fchmod(fd, mode)
    return fd


def write_all(fd: int, content: bytes) -> None:
    """Write every byte, however many calls that takes."""
    left = memoryview(content)
    while left:
        left = left[os.write(fd, left) :]


def write_atomically(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Put a file in place as a whole; where that fails, the old one stands as it was.

    Raises:
        OSError: it could not be written, or what lies there is no plain file.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "Not a plain file", str(path))
    temporary = target.with_name(f".spinout-{os.urandom(8).hex()}.tmp")
    with signals_blocked():
        try:
            _write_new(temporary, content, mode)
            temporary.replace(target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        sync_folder(target.parent)


@contextmanager
def signals_blocked() -> Iterator[None]:
    """Let Ctrl-C and its like wait until the block is done, so that no half of a file is left."""
    if sys.platform == "win32":
        yield  # where it has to be left to chance
        return
    before = signal.pthread_sigmask(
        signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
    )
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def remove_held(path: Path, fd: int) -> None:
    """Remove a file that is open and locked here, and let go of it.

    Raises:
        OSError: it could not be removed; it is let go of all the same.
    """
    if sys.platform == "win32":
        os.close(fd)  # Windows removes no file that is open
        path.unlink()
        return
    try:
        path.unlink()
    finally:
        os.close(fd)


def _write_new(path: Path, content: bytes, mode: int) -> None:
    fd = create_file(path, mode)
    try:
        write_all(fd, content)
        sync(fd)
    finally:
        os.close(fd)


def state_folder() -> Path:
    """Return a folder of this program's own, made 0700 if need be, even without a home.

    Raises:
        OSError: not even the temp folder takes one.
    """
    for base in _state_bases():
        folder = base / "spinout"
        with suppress(OSError):
            _make_folder(folder)
            if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
                return folder
    return _own_temp_folder()


def rescue_folders() -> Iterator[Path]:
    """Yield the folders where a rescue copy may go: this program's own, home, temp."""
    with suppress(OSError):
        yield state_folder()
    yield from _common_folders()


def possible_rescue_folders() -> Iterator[Path]:
    """Yield every folder that `refuges` may have led to, and make none of them."""
    yield from (base / "spinout" for base in _state_bases())
    yield _temp_folder_of(_owner())
    yield from _common_folders()


def _common_folders() -> Iterator[Path]:
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  (Path.home() fails where there is none)
    if home.is_absolute():
        yield home
    yield temp_folder()


def temp_folder() -> Path:
    """Return where the system keeps what need not stay."""
    named = (os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    return next((Path(name) for name in named if name and Path(name).is_dir()), Path("/tmp"))  # noqa: S108  (names in it are made exclusively, or checked to be ours)


def _state_bases() -> Iterator[Path]:
    """Where programs keep their state, as the user, then the system would have it."""
    variable = "LOCALAPPDATA" if sys.platform == "win32" else "XDG_STATE_HOME"
    usual = "~/AppData/Local" if sys.platform == "win32" else "~/.local/state"
    for name in (os.environ.get(variable, ""), os.path.expanduser(usual)):  # noqa: PTH111  (expanduser of Path fails where there is no home)
        if Path(name).is_absolute():
            yield Path(name)


def _make_folder(folder: Path) -> None:
    """Make the folder and those above it; whatever is made is 0700, whatever stood stays."""
    if folder.is_dir():
        return
    if not folder.parent.is_dir():
        _make_folder(folder.parent)
    with suppress(FileExistsError):  # made by another window just now
        folder.mkdir(0o700)
        folder.chmod(0o700)


def _own_temp_folder() -> Path:
    """A folder in the temp folder that nobody else made, owns or reads."""
    owner = _owner()
    folder = _temp_folder_of(owner)
    _make_folder(folder)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise PermissionError(errno.EACCES, "Belongs to somebody else", str(folder))
    folder.chmod(0o700)
    return folder


def _temp_folder_of(owner: int) -> Path:
    return temp_folder() / f"spinout-{owner}"


def _owner() -> int:
    """Who runs this; Windows has no numbers for that."""
    if sys.platform == "win32":
        return 0
    return os.getuid()
