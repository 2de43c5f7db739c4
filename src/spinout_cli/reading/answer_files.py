"""Answers in: answers documents, sessions, folders and streams, each checked before it is used."""

import re
import sys
from codecs import BOM_UTF8
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from pydantic import ValidationError

from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.errors import SpinoutError, UsageError
from spinout_cli.interview.session import Event, Session, begin
from spinout_cli.reading.strict_json import read_json
from spinout_cli.sanitize import clean
from spinout_cli.storage.journal import ENDING, looks_like_journal, read
from spinout_cli.storage.record import Record
from spinout_cli.validation import worded

if TYPE_CHECKING:
    from spinout_cli.documents.assessment import Assessment
    from spinout_cli.documents.workshop import Workshop
    from spinout_cli.workshop.session import Meeting

_Folded = TypeVar("_Folded", "Session", "Meeting")

SIZE_LIMIT = 8 << 20
"""The most bytes that one document may have."""

_TOO_LARGE = f"it is larger than {SIZE_LIMIT >> 20} MiB: too large for one document."

ANSWERS, WORKSHOP = "spinout.answers/1", "spinout.workshop/1"


@dataclass(frozen=True, slots=True)
class Given:
    """Answers that were given, and the questions they were given to if the file holds them.

    Where a room gave them, the workshop is there too, as it may be shown.
    """

    sheet: AnswerSheet
    questions: dict[str, Any] | None = None
    workshop: "Workshop | None" = None
    themes: tuple[str, ...] = ()
    """The themes that a session was restricted to, if any."""


def read_given(path: Path) -> Given:
    """Read an answers document or a session.

    Raises:
        SpinoutError: it is neither, or it is damaged; the message names the file and what is wrong.
    """
    return _given(path, _read_bytes(path))


def read_document(path: Path) -> "Given | Assessment":
    """Read an answers document, a session or a scored assessment.

    Raises:
        SpinoutError: it is none of them, or it is damaged; the message says where and what is wrong.
    """
    data = _read_bytes(path)
    if not looks_like_journal(data[:64]):
        value = read_json(data, clean(str(path)))
        if isinstance(value, dict) and value.get("format") == "spinout.assessment/1":
            return _assessment(value, clean(str(path)))
    return _given(path, data)


def _given(path: Path, data: bytes) -> Given:
    if looks_like_journal(data[:64]):
        records = read(path)
        if _is_workshop(records):
            return _agreed(replay_workshop(records, path).document(), records[0].v["set"])
        session = replay(records, path)
        return Given(session.sheet(), records[0].v["set"], themes=session.themes)
    where = clean(str(path))
    value = read_json(data, where)
    if isinstance(value, dict) and value.get("format") == WORKSHOP:
        return _agreed(_workshop(value, where))
    return Given(read_sheet(data, where))


def _agreed(workshop: "Workshop", questions: dict[str, Any] | None = None) -> Given:
    from spinout_cli.documents.workshop import sheet  # noqa: PLC0415  (late: most files hold answers)

    return Given(sheet(workshop), questions, workshop)


def _is_workshop(records: list[Record]) -> bool:
    from spinout_cli.workshop.session import is_workshop  # noqa: PLC0415  (late: most files hold answers)

    return is_workshop(records[0].v)


@dataclass(frozen=True, slots=True)
class GivenWorkshop:
    """A workshop as it may be shown, and its questions if the file holds them."""

    workshop: "Workshop"
    questions: dict[str, Any] | None = None


def read_workshop(path: Path) -> GivenWorkshop:
    """Read a workshop from its file or its document.

    Raises:
        SpinoutError: it is neither, or it is damaged; the message says where and what is wrong.
    """
    given = workshop_in(path)
    if given is None:
        raise SpinoutError(f"{clean(str(path))} is no workshop: it holds one person's answers.")
    return given


def holds_workshop(path: Path) -> bool:
    """Tell whether a journal is a workshop's."""
    return _is_workshop(read(path))


def is_document(path: Path) -> bool:
    """Tell whether a file is a document with answers, of one person or a room, and no journal."""
    if not is_file(path):
        return False
    try:
        value = read_json(_read_bytes(path), clean(str(path)))
    except SpinoutError:
        return False
    return isinstance(value, dict) and value.get("format") in (ANSWERS, WORKSHOP)


def workshop_in(path: Path) -> GivenWorkshop | None:
    """Read a workshop, or return None where it is something else.

    Raises:
        SpinoutError: it is damaged; the message says where and what is wrong.
    """
    data = _read_bytes(path)
    if looks_like_journal(data[:64]):
        records = read(path)
        if not _is_workshop(records):
            return None
        return GivenWorkshop(replay_workshop(records, path).document(), records[0].v["set"])
    value = read_json(data, clean(str(path)))
    if not isinstance(value, dict) or value.get("format") != WORKSHOP:
        return None
    return GivenWorkshop(_workshop(value, clean(str(path))))


def _workshop(value: dict[str, Any], where: str) -> "Workshop":
    from spinout_cli.documents.workshop import Workshop, published  # noqa: PLC0415  (late, as above)

    try:
        return published(Workshop.model_validate(value))
    except ValidationError as error:
        lines = [f"{where}: {_path(at)}{words}" for at, words in worded(error, value)]
        raise SpinoutError("\n".join(lines)) from None


def replay_workshop(records: list[Record], path: Path) -> "Meeting":
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


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be asked in a workshop, and what is known of the service beforehand."""

    questions: tuple[str, ...]
    name: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def read_plan(path: Path) -> Plan:
    """Read a plan: question ids, one a line, with # for remarks; or a workshop, for its plan.

    Raises:
        SpinoutError: it is neither; the message says where and what is wrong.
    """
    data = _read_bytes(path)
    if looks_like_journal(data[:64]) or data.removeprefix(BOM_UTF8).lstrip()[:1] == b"{":
        found = read_workshop(path).workshop
        return Plan(
            found.plan, found.service.name if found.service else "", dict(found.circumstances)
        )
    lines = [line.partition("#")[0].strip() for line in read_text(path).splitlines()]
    names = tuple(dict.fromkeys(clean(line)[:64] for line in lines if line))
    if not names:
        raise SpinoutError(
            f"{clean(str(path))}: no question is named in it. Put one id on each line."
        )
    return Plan(names)


def _assessment(value: dict[str, Any], where: str) -> "Assessment":
    from spinout_cli.documents.assessment import Assessment  # noqa: PLC0415  (late: most files hold answers)

    try:
        return Assessment.model_validate(value)
    except ValidationError as error:
        lines = [f"{where}: {_path(at)}{words}" for at, words in worded(error, value)]
        raise SpinoutError("\n".join(lines)) from None


def replay(records: list[Record], path: Path) -> Session:
    """Return the session that a journal's records add up to.

    Raises:
        SpinoutError: it is a workshop, or a record holds what cannot be so; the message names the
            file and the line.
    """
    if _is_workshop(records):
        raise SpinoutError("This is a workshop. Go on with it with spinout workshop and its name.")
    session = _opened(begin, records[0], path)
    _take_all(session, records, path)
    return session


def _take_all(into: "Session | Meeting", records: list[Record], path: Path) -> None:
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
        raise SpinoutError(f"{clean(str(path))}: {problem}") from None
    except ValueError:
        raise _impossible(first, path) from None


def _impossible(record: Record, path: Path) -> SpinoutError:
    return SpinoutError(
        f"Line {record.seq + 1} of {clean(str(path))} holds something that cannot be so. "
        "It is left as it is."
    )


def _moment(record: Record) -> datetime:
    return datetime.fromisoformat(record.t)


def read_sheet(data: bytes, where: str) -> AnswerSheet:
    """Read an answers document.

    JSON that could mean two things is refused: a key given twice, NaN, a half character.

    Raises:
        SpinoutError: with `where`, the place in the document, and what to do.
    """
    if len(data) > SIZE_LIMIT:
        raise SpinoutError(f"{where}: {_TOO_LARGE}")
    value = read_json(data, where)
    if isinstance(value, dict) and value.get("format") == WORKSHOP:
        from spinout_cli.documents.workshop import sheet  # noqa: PLC0415  (late, as above)

        return sheet(_workshop(value, where))
    try:
        return AnswerSheet.model_validate(value)
    except ValidationError as error:
        lines = [f"{where}: {_path(at)}{words}" for at, words in worded(error, value)]
        raise SpinoutError("\n".join(lines)) from None


def _path(at: tuple[str | int, ...]) -> str:
    """Name the place of something in a document, but for its last step."""
    shown = " ".join(clean(str(step))[:64] for step in at[:-1])
    return f"{shown}: " if shown else ""


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
    try:
        return _read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpinoutError(
            f"{clean(str(path))}: byte {error.start} is not UTF-8. Save the file as UTF-8."
        ) from None


def _read_bytes(path: Path) -> bytes:
    """Read a file that is not unreasonably large."""
    shown = clean(str(path))
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
        raise SpinoutError(f"{shown}: {_TOO_LARGE}")
    return data


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
