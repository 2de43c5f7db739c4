"""`spinout purge`: says what would go, asks, removes it, and says what is not in its reach."""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from spinout_cli import streams
from spinout_cli.errors import UsageError
from spinout_cli.storage.remove import Belonging, Estate, estate_of
from spinout_cli.terminal.tty import (
    Interruptions,
    LineReader,
    Terminated,
    forget_typed_ahead,
    opened,
    somebody_is_there,
)
from spinout_cli.text import shown

_OUT_OF_REACH = (
    "What spinout cannot remove: copies and backups of these files, here or in a folder that is "
    "kept in step elsewhere; reports and exports made from them; and what the disk keeps of a "
    "removed file until it needs the room."
)


def purge(path: Path, *, sure: bool) -> bool:
    """Remove a session and what belongs to it, and tell whether all of it is gone.

    Args:
        path: the session.
        sure: whether to remove it without asking.

    Raises:
        UsageError: it must be asked, and nobody is there.
        SpinoutError: it is no session, or is open in another window; nothing is removed.
        SystemExit: somebody interrupted before anything was removed.
    """
    with ExitStack() as open_:
        estate = estate_of(path, open_)
        if not sure and not _agreed(estate, path):
            streams.tell("Nothing was removed.")
            return False
        return _removed(estate)


def _agreed(estate: Estate, path: Path) -> bool:
    """Show what would go, and ask."""
    if not somebody_is_there():
        raise UsageError(
            f"Nobody is here to ask whether {shown(path)} may go. Add --yes to remove it unasked."
        )
    with opened() as out, Interruptions():
        forget_typed_ahead()
        lines = ["To be removed:", *_listed(estate.removed)]
        lines += ["These stay:", *_listed(estate.staying)] if estate.staying else []
        lines += ["", "This cannot be undone. Type yes to remove: "]
        try:
            line = LineReader(out).read("\n".join(lines))
        except (KeyboardInterrupt, EOFError, Terminated, OSError) as left:
            streams.tell("\nNothing was removed.")
            raise SystemExit(_code(left)) from None
    return (line or "").strip().lower() == "yes"


def _code(left: BaseException) -> int | str | None:
    if isinstance(left, Terminated):
        return left.code
    return 129 if isinstance(left, OSError) else 130


def _removed(estate: Estate) -> bool:
    """Remove everything, say what became of each, and tell whether all of it is gone."""
    whole = True
    for belonging, reason in estate.remove():
        what = f"{shown(belonging.path)} ({belonging.what})"
        streams.tell(f"Could not remove {what}: {reason}." if reason else f"Removed {what}.")
        whole = whole and not reason
    for belonging in estate.staying:
        streams.tell(f"Left {shown(belonging.path)} ({belonging.what}).")
    streams.tell(_OUT_OF_REACH)
    return whole


def _listed(belongings: Iterable[Belonging]) -> list[str]:
    return [f"  {shown(belonging.path)}   {belonging.what}" for belonging in belongings]
