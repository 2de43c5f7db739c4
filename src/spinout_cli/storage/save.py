"""Writes a file atomically: whole or not at all, private, never over another unasked."""

from contextlib import suppress
from pathlib import Path

from spinout_cli.errors import SpinoutError
from spinout_cli.sanitize import sanitize
from spinout_cli.storage.journal import looks_like_journal
from spinout_cli.storage.platform import write_atomically


def save(path: Path, content: bytes, *, force: bool = False) -> None:
    """Put a document in a file of its own that only its owner can read.

    Args:
        path: where to. A session that lies there is never replaced.
        content: all of it.
        force: whether another file that lies there may be replaced.

    Raises:
        SpinoutError: it was not written; what was there is as it was.
    """
    try:
        _refuse_to_lose(path, force=force)
        write_atomically(path, content)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be used"
        raise SpinoutError(
            f"{sanitize(str(path))} could not be written: {reason}. Nothing there has changed. "
            "Name another place."
        ) from None


def _refuse_to_lose(path: Path, *, force: bool) -> None:
    shown = sanitize(str(path))
    if path.is_dir():
        raise SpinoutError(f"{shown} is a folder. Name a file in it.")
    if _holds_session(path):
        raise SpinoutError(f"{shown} is a session: it holds answers. Name another file.")
    if not force and _is_there(path):
        raise SpinoutError(
            f"{shown} is there already. Add --force to replace it, or name another file."
        )


def _holds_session(path: Path) -> bool:
    if not path.is_file():
        return False
    with suppress(OSError), path.open("rb") as file:
        return looks_like_journal(file.read(64))
    return False


def _is_there(path: Path) -> bool:
    with suppress(OSError, ValueError):
        path.lstat()
        return True
    return False
