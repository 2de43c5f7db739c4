"""Which pairs of two questions may be shown together, at the very counts where it turns."""

from itertools import product

import pytest

from spinout_cli.commonalities.counts import TwoByTwo
from spinout_cli.commonalities.pair_suppression import EVERY, Middle, publishable_pairs

SIDES = {"roadblock": 0, "enabler": 2}
BOTH = Middle(first=True, second=True)


def tables(*rows):
    """The four pairs of a table: rows and columns are roadblock, neither, enabler."""
    everyone = sum(map(sum, rows))
    made = {}
    for (one, at), (two, to) in product(SIDES.items(), repeat=2):
        both, first, second = rows[at][to], sum(rows[at]), sum(row[to] for row in rows)
        rest = everyone - first - second + both
        made[one, two] = TwoByTwo(both, first - both, second - both, rest)
    return made


def names(found):
    return {f"{one[0]}{two[0]}" for one, two in found}


def test_where_every_cell_has_ten_every_pair_is_shown():
    assert publishable_pairs(tables((10, 10, 10), (10, 10, 10), (10, 10, 10)), BOTH) == EVERY


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ((1, 1), {"rr", "re", "er"}),  # neither at both: three pairs leave it room
        ((0, 1), {"er", "ee", "rr"}),  # a roadblock and neither: its row is not shown whole
        ((1, 0), {"rr", "re", "ee"}),
        ((2, 1), {"rr", "re", "er"}),
        ((1, 2), {"rr", "re", "er"}),
        ((0, 0), {"er", "ee", "re"}),
        ((2, 2), {"rr", "re", "er"}),
    ],
)
def test_one_cell_of_nine_people_costs_no_more_than_it_must(at, shown):
    rows = [[10] * 3 for _ in range(3)]
    rows[at[0]][at[1]] = 9
    assert names(publishable_pairs(tables(*rows), BOTH)) == shown


def test_only_what_may_be_told_is_shown():
    every = tables((10, 10, 10), (10, 10, 10), (10, 10, 10))
    told = frozenset({("roadblock", "enabler")})
    assert publishable_pairs(every, BOTH, told) == told


def test_more_pairs_come_before_those_that_stand_first():
    """Both rows may be shown, and neither column: of one row a pair may not be told."""
    rows = tables((20, 20, 20), (5, 50, 5), (20, 20, 20))
    assert names(publishable_pairs(rows, BOTH)) == {"rr", "re"}
    told = EVERY - {("roadblock", "roadblock")}
    assert names(publishable_pairs(rows, BOTH, told)) == {"er", "ee"}


def test_where_no_answer_can_be_neither_that_cell_is_not_looked_at():
    none = tables((10, 0, 10), (0, 0, 0), (10, 0, 10))
    assert publishable_pairs(none, Middle(first=False, second=False)) == EVERY
