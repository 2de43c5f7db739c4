"""Recovers the whole records of a damaged session into a new one."""

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from spinout_cli.errors import SpinoutError
from spinout_cli.storage.locked_file import create_locked, read
from spinout_cli.storage.record import (
    HEADER,
    Record,
    describe_damage,
    find_records,
    line_of,
    lines_of,
)
from spinout_cli.text import display_path


class Recovered(NamedTuple):
    """What came of a recovery: how many records were kept, and which lines were lost and why."""

    kept: int
    lost: list[tuple[int, str]]


def recover(damaged: Path, into: Path) -> Recovered:
    """Make a new journal of every record that is whole in a damaged one, which stays as it is.

    Records come in the order they were made in, repeated ones once.
    """
    found: dict[tuple[int, bytes], tuple[int, Record]] = {}
    lost = []
    for number, line in enumerate(read(damaged.resolve()).split(b"\n"), 1):
        whole = find_records(line)
        for record in whole:
            found.setdefault((record.seq, line_of(record)), (number, record))
        if not whole and line.strip(b"\r"):
            lost.append((number, describe_damage(line)))
    placed = sorted(found.values(), key=lambda place: place[1].seq)
    lost += list(_gaps(placed, {number for number, _ in lost}))
    records, extra = _one_header(placed, damaged)
    fd = create_locked(
        into, lines_of(replace(record, seq=seq) for seq, record in enumerate(records))
    )
    os.close(fd)
    return Recovered(len(records), sorted(lost + extra))


def _one_header(
    placed: list[tuple[int, Record]], damaged: Path
) -> tuple[list[Record], list[tuple[int, str]]]:
    """The records from the header on, and any further header as a loss."""
    if not placed or placed[0][1].kind != HEADER:
        raise SpinoutError(
            f"Nothing can be recovered from {display_path(damaged)}: its first record, which holds "
            "the questions, is not whole. If you have a copy of this file, try that one."
        )
    extra = [place for place in placed[1:] if place[1].kind == HEADER]
    kept = [placed[0], *(place for place in placed[1:] if place not in extra)]
    reason = "the beginning of another session"
    return [record for _, record in kept], [(number, reason) for number, _ in extra]


def _gaps(placed: list[tuple[int, Record]], bad: set[int]) -> Iterator[tuple[int, str]]:
    """Where records are missing for which no damaged line stands."""
    for (above, before), (below, after) in pairwise(placed):
        missing = after.seq - before.seq - 1
        if missing > 0 and bad.isdisjoint(range(above + 1, below)):
            yield below, f"missing before this line: {missing}"
