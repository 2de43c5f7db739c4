"""Exit codes, and errors that a user can correct: each carries its exit code."""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """Every exit code that is promised; signals are 128 and their number."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    MATCHED = 3
    NOT_SAVED = 4
    HUNG_UP = 129
    INTERRUPTED = 130


class SpinoutError(Exception):
    """Something the user can correct: the message says what happened, where, and what to do.

    Attributes:
        what: what happened and what to do.
        where: the file or the document it is about, if that is known apart from the message.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, what: str = "", *, where: str = "") -> None:
        """Join the place and what happened to one message."""
        super().__init__(f"{where}: {what}" if where else what)
        self.what = what
        self.where = where


class UsageError(SpinoutError):
    """The command was asked for something it cannot do like this, or nobody is there to ask."""

    exit_code = ExitCode.USAGE


class NotSaved(SpinoutError):  # noqa: N818  (it names the state of an answer)
    """An answer could not be written; the message names the rescue copy if there is one."""

    exit_code = ExitCode.NOT_SAVED


class WriteFailed(NotSaved):
    """A record could not be written; the journal is as it was, and trying again may work."""
