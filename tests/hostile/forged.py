"""Sessions that nobody's interview wrote: every checksum fits, and every value is an attack."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from helpers.pseudo_terminal import FACTS, QUESTIONS
from spinout_cli.documents.answers import SetRef
from spinout_cli.interview import session
from spinout_cli.question_set import loader, snapshot
from spinout_cli.storage.record import HEADER, Record, lines_of
from spinout_cli.workshop import session as meeting

T = "2026-11-22T14:02:00.000Z"


def head(**changes: Any) -> dict[str, Any]:
    """The header of a session, with these parts of it changed."""
    loaded = loader.load(QUESTIONS)
    ref = SetRef(id=loaded.set.id, version=loaded.set.version, digest=loaded.digest)
    made = session.header(ref, snapshot.snapshot(loaded), service=None, depth="full", themes=())
    return made | changes


def workshop_head(**changes: Any) -> dict[str, Any]:
    """The header of a workshop, with these parts of it changed."""
    loaded = loader.load(QUESTIONS)
    ref = SetRef(id=loaded.set.id, version=loaded.set.version, digest=loaded.digest)
    return meeting.header(ref, snapshot.snapshot(loaded)) | changes


def facts() -> list[tuple[str, str | None, Any]]:
    """Every fact given, so that nothing is left to ask but questions."""
    return [
        ("service", None, {"name": "Bryn"}),
        *(("circumstance", name, value) for name, value in FACTS.items()),
    ]


def written(
    path: Path, header: Any, events: Iterable[tuple[str, str | None, Any]], *, t: str = T
) -> Path:
    """Write a journal whose checksums fit, and return its path."""
    told = [(HEADER, None, header), *events]
    records = [Record(seq, t, *each) for seq, each in enumerate(told)]
    path.write_bytes(lines_of(records))
    return path
