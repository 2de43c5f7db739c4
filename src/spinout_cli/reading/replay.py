"""Replays the records of a session file into a session."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from spinout_cli.documents.formats import is_workshop_header
from spinout_cli.errors import SpinoutError
from spinout_cli.interview.session import Event, Session, begin
from spinout_cli.sanitize import sanitize
from spinout_cli.storage.record import Record

if TYPE_CHECKING:
    from spinout_cli.workshop.session import WorkshopSession

_Folded = TypeVar("_Folded", "Session", "WorkshopSession")


def is_workshop(records: list[Record]) -> bool:
    """Tell whether these are the records of a workshop."""
    return is_workshop_header(records[0].v)


def replay_workshop(records: list[Record], path: Path) -> "WorkshopSession":
    """Return the workshop that a journal's records add up to.

    Raises:
        SpinoutError: a record holds what cannot be so; the message names the file and the line.
    """
    from spinout_cli.workshop import session as meeting  # noqa: PLC0415  (late, as above)

    held = _opened(meeting.begin, records[0], path)
    _take_all(held, _with_a_room(records), path)
    return held


def _with_a_room(records: list[Record]) -> list[Record]:
    """The records, with a room before a vote that has none: its own was damaged, the vote was not."""
    at = next((n for n, record in enumerate(records) if record.kind in ("room", "vote")), 0)
    vote = records[at]
    if vote.kind != "vote":
        return records
    try:
        voters = sum(vote.v["counts"].values()) + vote.v["unknown"]
    except (LookupError, TypeError, AttributeError):
        return records
    room = replace(vote, kind="room", q=None, v={"participants": {"everyone": voters}})
    return [*records[:at], room, *records[at:]]


def replay(records: list[Record], path: Path) -> Session:
    """Return the session that a journal's records add up to.

    Raises:
        SpinoutError: it is a workshop, or a record holds what cannot be so; the message names the
            file and the line.
    """
    if is_workshop(records):
        raise SpinoutError("This is a workshop. Go on with it with spinout workshop and its name.")
    session = _opened(begin, records[0], path)
    _take_all(session, records, path)
    return session


def _take_all(into: "Session | WorkshopSession", records: list[Record], path: Path) -> None:
    """Take in every record after the first. A checksum says only that nothing was lost."""
    for record in records[1:]:
        try:
            into.take(Event(record.kind, record.q, record.v), _moment(record))
        except (LookupError, TypeError, ValueError, SpinoutError):
            raise _impossible(record, path) from None


def _opened(begin: Callable[[object, datetime], _Folded], first: Record, path: Path) -> _Folded:
    """Return what the first record opens."""
    try:
        return begin(first.v, _moment(first))
    except SpinoutError as problem:
        raise SpinoutError(f"{sanitize(str(path))}: {problem}") from None
    except ValueError:
        raise _impossible(first, path) from None


def _impossible(record: Record, path: Path) -> SpinoutError:
    return SpinoutError(
        f"Line {record.seq + 1} of {sanitize(str(path))} holds something that cannot be so. "
        "It is left as it is."
    )


def _moment(record: Record) -> datetime:
    return datetime.fromisoformat(record.t)
