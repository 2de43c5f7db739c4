"""Suppression of pairs: which pairs of findings at two questions may be published together.

Those who answered both questions are a table: a row for each kind of answer to the first, roadblock,
neither or enabler, and a column for each to the second. One pair shows it in four parts: a row and
the others by a column and the others. Two pairs that share a finding show one row in all its cells,
and so on. Every part that is shown so reaches `LEAST`. Of what is left a reader knows no more than
the sums of rows and of columns, each at least as large: then no cell can be told to a range narrower
than the smallest of them. Two pairs that share no finding would cross, and leave less room than
that; so they are shown only together with a third.
"""

from collections.abc import Mapping
from itertools import product
from typing import Literal, NamedTuple

from spinout_cli.commonalities.counts import TwoByTwo
from spinout_cli.commonalities.suppression import LEAST

Side = Literal["roadblock", "enabler"]
Kinds = tuple[Side, Side]
"""The kinds of a pair's findings, at the first question and at the second."""

_SIDES: tuple[Side, Side] = ("roadblock", "enabler")
EVERY: frozenset[Kinds] = frozenset(product(_SIDES, _SIDES))
"""The four pairs that the findings of two questions make."""


class Middle(NamedTuple):
    """Whether an answer to the first question, and one to the second, can be neither."""

    first: bool
    second: bool


def publishable_pairs(
    tables: Mapping[Kinds, TwoByTwo], middle: Middle, told: frozenset[Kinds] = EVERY
) -> frozenset[Kinds]:
    """Return the pairs that may be shown of two questions at one stage: as many as can be.

    >>> few = TwoByTwo(35, 40, 15, 85), TwoByTwo(35, 40, 15, 85)  # 75 - 35 - 35: five are neither
    >>> both = {("roadblock", "roadblock"): few[0], ("roadblock", "enabler"): few[1]}
    >>> sorted(publishable_pairs(both, Middle(True, True)))
    [('roadblock', 'roadblock')]

    Args:
        tables: how the findings of every pair meet at this stage.
        middle: what answers there can be.
        told: the pairs of which both findings may be told of this stage.
    """
    alone = {kinds for kinds, table in tables.items() if min(table) >= LEAST}
    if not alone & told:
        return frozenset()
    rows = {one for one in _SIDES if _is_whole(one, tables, middle=middle.second)}
    columns = {two for two in _SIDES if _is_whole(two, _turned(tables), middle=middle.first)}
    if len(rows) == len(columns) == len(_SIDES) and _corner(tables, middle):
        return EVERY & told
    # The first of the largest: what is preferred does not hang on the counts.
    return max((found & told for found in _open(alone, rows, columns)), key=len)


def _open(alone: set[Kinds], rows: set[Side], columns: set[Side]) -> list[frozenset[Kinds]]:
    """Return the pairs that may be shown together, short of all four, the roadblocks first."""
    in_row = {one: frozenset((one, two) for two in _SIDES) for one in _SIDES if one in rows}
    in_column = {two: frozenset((one, two) for one in _SIDES) for two in _SIDES if two in columns}
    return [
        *(row | column for row, column in product(in_row.values(), in_column.values())),
        *in_row.values(),
        *in_column.values(),
        *(frozenset({kinds}) for kinds in product(_SIDES, _SIDES) if kinds in alone),
    ]


def _is_whole(row: Side, tables: Mapping[Kinds, TwoByTwo], *, middle: bool) -> bool:
    """Tell whether a row may be shown in all its cells, and the other rows together likewise.

    `middle` is whether the row has a cell of neither.
    """
    block, help_ = (tables.get((row, column)) for column in _SIDES)
    if block is None or help_ is None or min(*block, *help_) < LEAST:
        return False
    return not middle or min(block.first - help_.both, block.neither - help_.second) >= LEAST


def _turned(tables: Mapping[Kinds, TwoByTwo]) -> dict[Kinds, TwoByTwo]:
    """Return the same with rows for columns."""
    return {
        (two, one): TwoByTwo(both, second, first, neither)
        for (one, two), (both, first, second, neither) in tables.items()
    }


def _corner(tables: Mapping[Kinds, TwoByTwo], middle: Middle) -> bool:
    """Tell whether those may be shown who have neither at both: the last cell of all nine."""
    (block, block_help), (help_block, help_) = (
        (tables[one, "roadblock"], tables[one, "enabler"]) for one in _SIDES
    )
    fewer = (block.neither - block_help.second) - (help_block.first - help_.both)
    return not all(middle) or fewer >= LEAST
