"""`spinout purge`: lists what would be removed, asks, removes it, and names what it cannot reach."""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from spinout_cli import streams
from spinout_cli.errors import ExitCode, UsageError
from spinout_cli.storage.remove import RelatedFile, RemovalPlan, plan_removal
from spinout_cli.terminal.tty import (
    LineReader,
    SignalGate,
    Terminated,
    discard_typeahead,
    is_interactive,
    open_terminal,
)
from spinout_cli.text import display_path

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
        estate = plan_removal(path, open_)
        if not sure and not _agreed(estate, path):
            streams.write_stderr("Nothing was removed.")
            return False
        return _removed(estate)


def _agreed(estate: RemovalPlan, path: Path) -> bool:
    """Show what would go, and ask."""
    if not is_interactive():
        raise UsageError(
            f"Nobody is here to ask whether {display_path(path)} may go. Add --yes to remove it unasked."
        )
    with open_terminal() as out, SignalGate():
        discard_typeahead()
        lines = ["To be removed:", *_listed(estate.removed)]
        lines += ["These stay:", *_listed(estate.staying)] if estate.staying else []
        lines += ["", "This cannot be undone. Type yes to remove: "]
        try:
            line = LineReader(out).read("\n".join(lines))
        except (KeyboardInterrupt, EOFError, Terminated, OSError) as left:
            streams.write_stderr("\nNothing was removed.")
            raise SystemExit(_code(left)) from None
    return (line or "").strip().lower() == "yes"


def _code(left: BaseException) -> int | str | None:
    if isinstance(left, Terminated):
        return left.code
    return ExitCode.HUNG_UP if isinstance(left, OSError) else ExitCode.INTERRUPTED


def _removed(estate: RemovalPlan) -> bool:
    """Remove everything, say what became of each, and tell whether all of it is gone."""
    whole = True
    for belonging, reason in estate.remove():
        what = f"{display_path(belonging.path)} ({belonging.what})"
        streams.write_stderr(
            f"Could not remove {what}: {reason}." if reason else f"Removed {what}."
        )
        whole = whole and not reason
    for belonging in estate.staying:
        streams.write_stderr(f"Left {display_path(belonging.path)} ({belonging.what}).")
    streams.write_stderr(_OUT_OF_REACH)
    return whole


def _listed(belongings: Iterable[RelatedFile]) -> list[str]:
    return [f"  {display_path(belonging.path)}   {belonging.what}" for belonging in belongings]
