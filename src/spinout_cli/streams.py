"""Writes results to stdout and messages to stderr."""

import os
import sys
from collections.abc import Callable
from typing import TextIO

from spinout_cli.errors import ExitCode, SpinoutError


def write(text: str) -> None:
    """Write a result and a line end to stdout, and see it gone.

    Raises:
        SpinoutError: stdout is closed, or what it leads to is full.
        SystemExit: whoever was reading has left; there is nobody to tell.
    """
    _put(lambda out: out.write(f"{text}\n"))


def write_bytes(content: bytes) -> None:
    """Write a whole document to stdout just as it is, and see it gone.

    Raises:
        SpinoutError: stdout is closed, or what it leads to is full.
        SystemExit: whoever was reading has left; there is nobody to tell.
    """
    _put(lambda out: out.buffer.write(content))


def _put(write_to: Callable[[TextIO], object]) -> None:
    if sys.stdout is None:
        raise SpinoutError("The result could not be written: stdout is closed.")
    try:
        write_to(sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        abandon("stdout")
        raise SystemExit(ExitCode.FAILED) from None
    except (OSError, ValueError) as error:
        abandon("stdout")
        reason = getattr(error, "strerror", None) or "stdout is closed"
        raise SpinoutError(f"The result could not be written: {reason}.") from None


def write_text(text: str) -> None:
    """Write text to stdout in characters that it can carry, as near to the words as it can."""
    from spinout_cli.text import to_encoding  # noqa: PLC0415  (not needed to say something on stderr)

    write(to_encoding(text, (sys.stdout and sys.stdout.encoding) or "utf-8"))


def stdout_can_encode(characters: str) -> bool:
    """Tell whether stdout can carry these characters as they are."""
    try:
        characters.encode((sys.stdout and sys.stdout.encoding) or "utf-8")
    except (UnicodeError, LookupError):
        return False
    return True


def write_stderr(text: str) -> None:
    """Say something on stderr, where results never go."""
    if sys.stderr is not None:
        try:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
        except (OSError, ValueError):
            abandon("stderr")


def flush() -> None:
    """Send out what stdout and stderr still hold; one that leads nowhere any more is given up."""
    for name in ("stdout", "stderr"):
        if (stream := getattr(sys, name)) is not None:
            try:
                stream.flush()
            except (OSError, ValueError):
                abandon(name)


def abandon(name: str) -> None:
    """Keep the interpreter from trying a stream once more on its way out."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, getattr(sys, name).fileno())
    except (OSError, ValueError):
        setattr(sys, name, None)  # as it is when started with the stream closed
