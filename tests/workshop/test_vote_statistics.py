"""The measures of a vote, against worked values and laws."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import laws
from spinout_cli.workshop.vote_statistics import (
    consensus,
    medians,
    medians_disjoint,
    moved,
    not_known,
    share_off_mode,
    split,
)

ladders = st.integers(3, 5)
counts = ladders.flatmap(lambda n: st.lists(st.integers(0, 40), min_size=n, max_size=n))
voted = counts.filter(any)


@st.composite
def rounds(draw):
    """Two votes of the same people, place by place."""
    n = draw(ladders)
    people = draw(st.integers(1, 40))
    places = st.lists(st.integers(0, n), min_size=people, max_size=people)
    return draw(places), draw(places), n + 1


def tallied(places, count):
    return [places.count(place) for place in range(count)]


# Worked values


def test_consensus_as_the_package_agrmt_has_it():
    """Its page for Leik's measure gives a dispersion of 0.287 for these."""
    found = consensus([30, 40, 210, 130, 530, 50, 10])
    assert found == 1 - Fraction(2 * 860, 6 * 1000)
    assert round(float(1 - found), 3) == 0.287


@pytest.mark.parametrize(
    ("votes", "wanted"),
    [
        ([6, 3, 9, 2], Fraction(13, 30)),
        ([1, 2, 19, 2], Fraction(5, 6)),
        ([10, 10, 10], Fraction(1, 3)),
        ([10, 10, 10, 10], Fraction(1, 3)),
        ([10, 10, 10, 10, 10], Fraction(2, 5)),
        ([1, 0, 0, 0, 0], Fraction(1)),
    ],
)
def test_consensus_worked_by_hand(votes, wanted):
    assert consensus(votes) == wanted


@pytest.mark.parametrize(
    ("votes", "wanted"),
    [
        ([0, 3, 5, 2], (2,)),
        ([5, 0, 0, 5], (0, 3)),
        ([0, 0, 1], (2,)),
        ([1, 1, 1], (1,)),
        ([0, 0, 0], ()),
    ],
)
def test_medians_worked_by_hand(votes, wanted):
    assert medians(votes) == wanted


@pytest.mark.parametrize(
    ("votes", "wanted"),
    [
        ([6, 3, 9, 2], (0, 2)),
        ([5, 5, 5, 5], (0, 3)),
        ([5, 5, 5, 4], (0, 2)),  # 4 of 19 are less than a quarter
        ([0, 10, 10, 0], None),
        ([10, 0, 0, 0], None),
        ([3, 1, 0, 0], None),
        ([0, 0, 0, 0], None),
    ],
)
def test_split_worked_by_hand(votes, wanted):
    assert split(votes) == wanted


def test_what_must_have_moved_between_rounds_of_different_size():
    assert moved([6, 3, 9, 2, 10], [1, 2, 19, 2, 6]) == 10
    assert moved([5, 5, 0], [5, 3, 0]) == 2  # two gave no slip
    assert moved([5, 3, 0], [0, 8, 2]) == 7  # two more slips than before
    assert moved([1, 2, 3], [1, 2, 3]) == 0


def test_nothing_is_measured_where_nobody_knows():
    assert consensus([0, 0, 0]) is None
    assert medians([0, 0, 0]) == ()
    assert split([0, 0, 0]) is None
    assert not medians_disjoint([0, 0, 0], [1, 0, 0])


def test_shares():
    assert share_off_mode([6, 3, 9, 2]) == Fraction(11, 20)
    assert share_off_mode([0, 0, 0]) == 0
    assert not_known([6, 3, 9, 2], 10) == Fraction(1, 3)
    assert not_known([0, 0, 0], 0) == 0


# Laws


@laws
@given(ladders, st.integers(1, 40), st.data())
def test_all_alike_is_full_consensus(n, people, data):
    votes = [0] * n
    votes[data.draw(st.integers(0, n - 1))] = people
    assert consensus(votes) == 1
    assert split(votes) is None
    assert share_off_mode(votes) == 0


@laws
@given(ladders, st.integers(1, 40))
def test_half_at_each_end_is_none(n, people):
    votes = [people, *[0] * (n - 2), people]
    assert consensus(votes) == 0
    assert split(votes) == (0, n - 1)
    assert medians(votes) == (0, n - 1)


@laws
@given(voted)
def test_consensus_lies_between_and_does_not_mind_the_ladder_turned_round(votes):
    found = consensus(votes)
    assert 0 <= found <= 1
    assert consensus(votes[::-1]) == found
    assert (found == 1) == (sum(count > 0 for count in votes) == 1)


@laws
@given(voted, st.integers(2, 9))
def test_a_room_many_times_as_large_is_measured_alike(votes, times):
    many = [times * count for count in votes]
    assert consensus(many) == consensus(votes)
    assert split(many) == split(votes)
    assert share_off_mode(many) == share_off_mode(votes)


@laws
@given(voted)
def test_half_of_the_votes_or_more_lie_on_either_side_of_a_median(votes):
    for rung in medians(votes):
        assert 2 * sum(votes[: rung + 1]) >= sum(votes)
        assert 2 * sum(votes[rung:]) >= sum(votes)
        assert votes[rung]


@laws
@given(voted)
def test_a_split_names_the_outermost_rungs_that_hold_a_quarter(votes):
    held = [rung for rung, count in enumerate(votes) if 4 * count >= sum(votes)]
    found = split(votes)
    if found is None:
        assert not held or held[-1] - held[0] < 2
    else:
        assert found == (held[0], held[-1])


@laws
@given(rounds())
def test_moved_is_the_least_that_the_people_themselves_can_have_moved(drawn):
    before, after, count = drawn
    least = moved(tallied(before, count), tallied(after, count))
    assert 0 <= least <= sum(old != new for old, new in zip(before, after, strict=True))
    assert 2 * least == sum(
        abs(old - new)
        for old, new in zip(tallied(before, count), tallied(after, count), strict=True)
    )


@laws
@given(rounds(), st.randoms())
def test_the_order_of_people_changes_nothing(drawn, random):
    before, after, count = drawn
    first = moved(tallied(before, count), tallied(after, count))
    random.shuffle(before)
    random.shuffle(after)
    assert moved(tallied(before, count), tallied(after, count)) == first
    assert moved(tallied(after, count), tallied(before, count)) == first


@laws
@given(counts, st.data())
def test_groups_stand_apart_both_ways_or_not_at_all(one, data):
    other = data.draw(st.lists(st.integers(0, 40), min_size=len(one), max_size=len(one)))
    assert medians_disjoint(one, other) == medians_disjoint(other, one)
    assert not medians_disjoint(one, one)


def test_groups_whose_middles_do_not_meet_stand_apart():
    assert medians_disjoint([6, 2, 0, 0], [0, 3, 9, 2])
    assert medians_disjoint([0, 3, 9, 2], [6, 2, 0, 0])
    assert not medians_disjoint([2, 3, 3, 0], [0, 2, 2, 0])
    assert not medians_disjoint([0, 0, 0, 0], [0, 2, 2, 0])


def test_rounds_of_different_lengths_are_no_rounds_of_one_question():
    with pytest.raises(ValueError, match="argument 2 is"):
        moved([1, 2, 3], [1, 2, 3, 4])


# The page


def rows_of_the_page():
    page = Path(__file__).parents[2] / "docs" / "facilitating.md"
    rows = [line.strip("| \n").split(" | ") for line in page.read_text("utf-8").splitlines()]
    return [row for row in rows if len(row) == 5 and row[0][:1].isdigit()]


def lettered(rungs):
    return " and ".join("ABCDEFG"[rung] for rung in rungs) if rungs else "no"


@pytest.mark.parametrize("row", rows_of_the_page(), ids=lambda row: row[0])
def test_what_the_page_says_is_so(row):
    votes = [int(count) for count in row[0].split()]
    known = sum(votes)
    assert row[1:] == [
        lettered(medians(votes)),
        f"{float(consensus(votes)):.2f}",
        f"{known * share_off_mode(votes)} of {known}",
        lettered(split(votes)),
    ]


def test_the_page_has_its_table():
    assert len(rows_of_the_page()) == 7
