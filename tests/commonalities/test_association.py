"""The tests of association against published figures and their own laws.

`tests/engines` holds them against scipy and statsmodels.
"""

from math import inf, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinout_cli.commonalities.association import (
    chi_square_p,
    chi_square_tail,
    holm,
    lift,
    mantel_haenszel_odds,
    mantel_haenszel_p,
    wilson,
)
from spinout_cli.commonalities.counts import TwoByTwo
from spinout_cli.commonalities.suppression import Share

cells = st.builds(TwoByTwo, *[st.integers(0, 60)] * 4)
strata = st.lists(cells, min_size=1, max_size=6)
shares = st.builds(Share, st.integers(0, 80), st.integers(0, 80)).filter(lambda s: s.total)


def swapped(cell):
    return TwoByTwo(cell.first, cell.both, cell.neither, cell.second)


# What was published


@pytest.mark.parametrize(
    ("degrees", "value"), [(1, 3.841), (2, 5.991), (3, 7.815), (6, 12.592), (15, 24.996)]
)
def test_the_tail_agrees_with_the_printed_table_at_one_in_twenty(degrees, value):
    assert chi_square_tail(value, degrees) == pytest.approx(0.05, abs=5e-5)


def test_a_share_of_nought_or_all_has_the_known_ends():
    z2 = 1.959963984540054**2
    assert wilson(0, 10) == pytest.approx((0, z2 / (10 + z2)))
    assert wilson(10, 10) == pytest.approx((10 / (10 + z2), 1))


def test_admissions_to_berkeley_favour_nobody_within_departments():
    """Bickel, Hammel and O'Connell 1975: pooled odds of 1.84, within departments about 0.9."""
    admitted = [  # men admitted, men refused, women admitted, women refused
        (512, 313, 89, 19),
        (353, 207, 17, 8),
        (120, 205, 202, 391),
        (138, 279, 131, 244),
        (53, 138, 94, 299),
        (22, 351, 24, 317),
    ]
    departments = [TwoByTwo(*row) for row in admitted]
    pooled = TwoByTwo(*map(sum, zip(*admitted, strict=True)))
    assert mantel_haenszel_odds([pooled]).value == pytest.approx(1.84, abs=0.01)
    assert mantel_haenszel_odds(departments).value == pytest.approx(0.905, abs=0.001)
    assert mantel_haenszel_p([pooled]) < 1e-15
    # R: mantelhaen.test(UCBAdmissions) gives X-squared = 1.4269, p = 0.2323; interval 0.77 to 1.06.
    assert mantel_haenszel_p(departments) == pytest.approx(0.2323, abs=1e-4)
    low, high = mantel_haenszel_odds(departments).interval
    assert (round(low, 2), round(high, 2)) == (0.77, 1.06)


def test_shared_progress_alone_is_no_association():
    """Within each stage the two have nothing to do with each other; pooled they go together."""
    early, late = TwoByTwo(81, 9, 9, 1), TwoByTwo(1, 9, 9, 81)
    pooled = TwoByTwo(82, 18, 18, 82)
    assert mantel_haenszel_p([pooled]) < 1e-15
    assert mantel_haenszel_odds([early, late]).value == pytest.approx(1)
    assert mantel_haenszel_p([early, late]) == 1


# Laws


@given(st.integers(0, 500), st.integers(0, 500))
def test_an_interval_holds_its_share_and_mirrors(met, rest):
    if total := met + rest:
        low, high = wilson(met, total)
        assert 0 <= low <= met / total <= high <= 1
        assert wilson(rest, total) == pytest.approx((1 - high, 1 - low))


@given(strata)
def test_swapping_one_finding_for_its_lack_turns_the_odds_over(tables):
    ratio, turned = mantel_haenszel_odds(tables), mantel_haenszel_odds(map(swapped, tables))
    assert mantel_haenszel_p(tables) == pytest.approx(mantel_haenszel_p(map(swapped, tables)))
    if ratio is None:
        assert turned is None
    elif ratio.value in (0, inf):
        assert {ratio.value, turned.value} == {0, inf}
    else:
        assert turned.value == pytest.approx(1 / ratio.value)
        assert turned.interval == pytest.approx((1 / ratio.interval.high, 1 / ratio.interval.low))
        assert ratio.interval.low <= ratio.value <= ratio.interval.high


@given(strata)
def test_the_order_of_strata_and_empty_ones_change_nothing(tables):
    more = [TwoByTwo(), *reversed(tables), TwoByTwo()]
    assert mantel_haenszel_p(more) == pytest.approx(mantel_haenszel_p(tables))


@given(st.lists(shares, min_size=2, max_size=8))
def test_groups_all_alike_do_not_differ_and_order_does_not_matter(groups):
    chance = chi_square_p(groups)
    assert chance == chi_square_p(groups[::-1])
    assert chance is None or 0 <= chance <= 1
    same = [groups[0]] * 3
    assert chi_square_p(same) in (None, 1)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_holm_keeps_the_order_and_never_makes_a_chance_smaller(chances):
    adjusted = holm(chances)
    assert all(one <= other <= 1 for one, other in zip(chances, adjusted, strict=True))
    ranked = [adjusted[i] for i in sorted(range(len(chances)), key=chances.__getitem__)]
    assert ranked == sorted(ranked)


@given(cells)
def test_lift_and_odds_say_the_same_of_one_table(cell):
    raised = lift(cell)
    if raised is not None:
        assert (raised > 1) == (cell.both * cell.neither > cell.first * cell.second)


# What they claim


def holds(times, tries, level):
    """Within four standard errors of what is claimed: a test that fails once in 15,000 by chance."""
    return abs(times / tries - level) <= 4 * sqrt(level * (1 - level) / tries)


@pytest.mark.slow
@pytest.mark.parametrize(("share", "total"), [(0.1, 80), (0.3, 200), (0.5, 1000)])
def test_wilson_covers_as_often_as_it_says(share, total):
    """Its true coverage swings by up to about two in a hundred at these sizes (Brown and others 2001)."""
    random, tries = Random(19270601), 4000  # noqa: S311  (repeatable)
    covered = 0
    for _ in range(tries):
        low, high = wilson(sum(random.random() < share for _ in range(total)), total)
        covered += low <= share <= high
    reach = 4 * sqrt(0.95 * 0.05 / tries) + 0.02
    assert abs(covered / tries - 0.95) <= reach


def drawn(random, odds, sizes=(60, 90, 120)):
    """Draw strata in which both findings grow rarer with progress, with these odds between them."""
    tables = []
    for stage, size in enumerate(sizes):
        base = 0.7 - 0.25 * stage
        plain = base / (1 - base)
        lacking = plain / (1 + plain)
        having = plain * odds / (1 + plain * odds)
        counts = [0, 0, 0, 0]
        for _ in range(size):
            one = random.random() < base
            other = random.random() < (having if one else lacking)
            counts[(0 if other else 1) if one else (2 if other else 3)] += 1
        tables.append(TwoByTwo(*counts))
    return tables


@pytest.mark.slow
def test_the_interval_of_the_odds_covers_as_often_as_it_says():
    random, tries, odds = Random(1986), 2000, 2.5  # noqa: S311  (repeatable)
    covered = 0
    for _ in range(tries):
        low, high = mantel_haenszel_odds(drawn(random, odds)).interval
        covered += low <= odds <= high
    assert holds(covered, tries, 0.95)


@pytest.mark.slow
def test_where_there_is_nothing_it_finds_something_no_oftener_than_it_says():
    random, tries = Random(1959), 2000  # noqa: S311  (repeatable)
    found = sum(mantel_haenszel_p(drawn(random, 1.0)) < 0.05 for _ in range(tries))
    assert found / tries <= 0.05 + 4 * sqrt(0.05 * 0.95 / tries)
