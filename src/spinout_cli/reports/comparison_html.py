"""A comparison as one self-contained HTML page."""

from collections.abc import Sequence
from typing import NamedTuple

from spinout_cli.reports.html_page import Section, Units, render, units
from spinout_cli.results.comparison_summary import Change, ComparisonSummary, Kind
from spinout_cli.results.summary import Count

_TREAD, _STAIR = 16, 44
"""Of a ladder as stairs: how wide one is, and how high the highest."""


class Tread(NamedTuple):
    """A rung of a ladder as a stair, and when an answer stood on it."""

    x: int
    height: int
    when: str


class Staircase(NamedTuple):
    """A ladder as stairs, and the same in words."""

    treads: tuple[Tread, ...]
    tread: int
    width: int
    height: int
    words: str


def comparison(told: ComparisonSummary, language: str, topic: str) -> str:
    """Return a comparison as an HTML document."""
    sections = [
        Section(name, title)
        for name, title, there in (
            ("lenses", "Where it stands", True),
            ("stages", "On the way", told.stages),
            *((kind.id, kind.title.partition(":")[0], True) for kind in told.kinds),
            ("done", "Done between", told.done),
            ("themes", "Themes", True),
        )
        if there
    ]
    return render(
        "compare.html.j2",
        language,
        told=told,
        topic=topic,
        sections=sections,
        steps=steps,
        shapes=shapes,
    )


def steps(change: Change) -> Staircase:
    """Lay a ladder out as stairs that rise to the right, and mark where an answer stood."""
    stood = {moment.rung: moment.when for moment in change.way if moment.rung is not None}
    treads = tuple(
        Tread(place * (_TREAD + 3), _STAIR * (place + 1) // change.rungs, stood.get(place, ""))
        for place in range(change.rungs)
    )
    places = [moment.rung + 1 for moment in change.way if moment.rung is not None]
    words = f"rung {' to '.join(map(str, places))} of {change.rungs}, from the bottom"
    return Staircase(treads, _TREAD, change.rungs * (_TREAD + 3) - 3, _STAIR, words)


def shapes(kinds: Sequence[Kind]) -> Units:
    """Lay every change out as a shape of its own, in rows."""
    return units([Count(kind.symbol, len(kind.changes), kind.short) for kind in kinds], per_row=28)
