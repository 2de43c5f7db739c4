"""Paths given to commands: whether they exist, and their bytes."""

import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from spinout_cli.errors import SpinoutError, UsageError
from spinout_cli.sanitize import sanitize
from spinout_cli.storage.journal import ENDING, looks_like_journal

SIZE_LIMIT = 8 << 20
"""The most bytes that one document may have."""


TOO_LARGE = f"it is larger than {SIZE_LIMIT >> 20} MiB: too large for one document."


def piped() -> BinaryIO:
    """Return what is piped in.

    Raises:
        UsageError: stdin is closed.
    """
    if sys.stdin is None:
        raise UsageError("Nothing is piped in: stdin is closed.")
    return sys.stdin.buffer


def read_text(path: Path) -> str:
    """Read a text file that is not unreasonably large.

    Raises:
        SpinoutError: it cannot be read, or it is not UTF-8.
    """
    return as_text(read_bytes(path), sanitize(str(path)))


def as_text(data: bytes, where: str) -> str:
    """Return bytes as the text that they are in UTF-8, without a byte order mark.

    Raises:
        SpinoutError: they are not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpinoutError(
            f"{where}: byte {error.start} is not UTF-8. Save the file as UTF-8."
        ) from None


def read_bytes(path: Path) -> bytes:
    """Read a file that is not unreasonably large."""
    shown = sanitize(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT * 8 + 1)
    except FileNotFoundError:
        raise SpinoutError(f"There is no file {shown}. Check its name.") from None
    except IsADirectoryError:
        raise SpinoutError(f"{shown} is a folder. Name a file in it.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be used"
        raise SpinoutError(f"{shown} cannot be read: {reason}.") from None
    if not looks_like_journal(data[:64]) and len(data) > SIZE_LIMIT:
        raise SpinoutError(f"{shown}: {TOO_LARGE}")
    return data


def same_name(path: Path) -> Path | None:
    """Return what is there under this name in other characters, such as accents of their own.

    A name made on macOS has them, and the same name typed elsewhere has not. None where the path
    itself is there, or nothing that looks like it.
    """
    from unicodedata import normalize  # noqa: PLC0415  (a large table, seldom needed)

    if str(path).isascii() or os.path.lexists(path):
        return None
    found = Path(path.anchor)
    for part in path.parts[bool(path.anchor) :]:
        inner = found / part
        if not os.path.lexists(inner):
            wanted = normalize("NFC", part)
            with suppress(OSError):
                alike = (each for each in found.iterdir() if normalize("NFC", each.name) == wanted)
                inner = next(alike, inner)
        found = inner
    return found if os.path.lexists(found) else None


def is_there(path: Path) -> bool:
    """Tell whether something has this name; not so where nobody may look: who opens it is told why."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Tell whether it is a folder; not so where nobody may look, as above."""
    return is_there(path) and path.is_dir()


def is_file(path: Path) -> bool:
    """Tell whether it is a file; not so where nobody may look, as above."""
    return is_there(path) and path.is_file()


def free_name(folder: Path, name: str) -> Path:
    """Return a name for a new session, made from the service's; a taken one gets -2, -3 and so on."""
    words = re.sub(r"[^a-z0-9]+", "-", _plain_letters(name).lower()).strip("-")[:60].strip("-")
    stem = words or "service"
    path = folder / f"{stem}{ENDING}"
    number = 2
    while _taken(path):
        path = folder / f"{stem}-{number}{ENDING}"
        number += 1
    return path


def _taken(path: Path) -> bool:
    with suppress(OSError):
        path.lstat()
        return True
    return path.stem in {"con", "prn", "aux", "nul"}


def _plain_letters(text: str) -> str:
    from unicodedata import normalize  # noqa: PLC0415  (a large table, needed once)

    return normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
