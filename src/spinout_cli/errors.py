"""What can go wrong in a way that a person can mend."""


class SpinoutError(Exception):
    """Something a person can mend: the message says what happened, where, and what to do."""


class UsageError(SpinoutError):
    """The command was asked for something it cannot do like this, or nobody is there to ask."""


class NotSaved(SpinoutError):  # noqa: N818  (it is the state of an answer that is told here)
    """An answer could not be written; the message names the rescue copy if there is one."""


class WriteFailed(NotSaved):
    """A record could not be written; the journal is as it was, and trying again may work."""
