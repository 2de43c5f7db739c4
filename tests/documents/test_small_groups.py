"""The floor: nobody's vote is to be had from what is shown."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import laws
from spinout_cli.documents.small_groups import (
    EVERYONE,
    MIN_GROUP,
    group_of,
    join_small,
    publishable_groups,
)

NAMES = ("staff", "managers", "commissioner", "union", "users", "other")
people = st.lists(st.integers(0, 14), max_size=6)
rooms = people.map(lambda numbers: dict(zip(NAMES, numbers, strict=False)))


@st.composite
def votes(draw):
    """A round by group, place by place: small groups and unanimous ones among them."""
    count = draw(st.integers(4, 6))
    alike = st.integers(0, count - 1).flatmap(
        lambda place: st.integers(0, 9).map(
            lambda n: tuple(n if at == place else 0 for at in range(count))
        )
    )
    mixed = st.tuples(*[st.integers(0, 4)] * count)
    groups = draw(st.lists(st.one_of(mixed, alike), min_size=1, max_size=4))
    return dict(zip(NAMES, groups, strict=False))


def whole(groups):
    return tuple(map(sum, zip(*groups.values(), strict=True)))


def fit(places, floor=MIN_GROUP):
    return sum(places) >= floor and max(places) < sum(places)


# Joining


@pytest.mark.parametrize(
    ("roles", "wanted"),
    [
        ({"staff": 18, "managers": 6}, {"staff": 18, "managers": 6}),
        ({"staff": 18, "managers": 0}, {"staff": 18}),
        ({"staff": 18, "managers": 3, "union": 2}, {"staff": 18, "managers and union": 5}),
        (
            {"staff": 9, "managers": 2, "union": 1, "users": 1, "other": 20},
            {"staff, managers, union and users": 13, "other": 20},
        ),
        ({"staff": 18, "union": 4}, {EVERYONE: 22}),
        ({"staff": 4}, {EVERYONE: 4}),
        ({}, {}),
    ],
)
def test_small_roles_are_joined(roles, wanted):
    assert join_small(roles) == wanted


@laws
@given(rooms)
def test_no_group_is_under_the_floor_unless_the_room_is(roles):
    groups = join_small(roles)
    assert sum(groups.values()) == sum(roles.values())
    assert all(count >= MIN_GROUP for count in groups.values()) or list(groups) == [EVERYONE]
    assert set(group_of(roles)) == {role for role, count in roles.items() if count}


@laws
@given(rooms)
def test_joining_twice_joins_no_more(roles):
    assert join_small(join_small(roles)) == join_small(roles)


@laws
@given(rooms)
def test_roles_by_other_names_are_joined_alike(roles):
    renamed = {f"x-{number}": count for number, count in enumerate(roles.values())}
    assert list(join_small(renamed).values()) == list(join_small(roles).values())


# Showing apart


def test_a_group_and_the_rest_are_both_large_enough():
    assert publishable_groups((6, 4, 0, 0), {"staff": (3, 2, 0, 0), "managers": (3, 2, 0, 0)}) == (
        "staff",
        "managers",
    )


@pytest.mark.parametrize(
    "managers",
    [
        (2, 1, 1, 0),  # four slips only
        (0, 0, 6, 0),  # all alike
        (0, 0, 0, 6),  # nobody knows
    ],
)
def test_what_could_be_had_by_subtraction_keeps_all_back(managers):
    groups = {"staff": (5, 5, 2, 0), "managers": managers}
    assert publishable_groups(whole(groups), groups) == ()


def test_two_that_are_kept_back_hide_each_other():
    groups = {"staff": (5, 5, 2, 0), "managers": (0, 0, 6, 0), "users": (5, 0, 0, 0)}
    assert publishable_groups(whole(groups), groups) == ("staff",)
    groups["users"] = (0, 0, 5, 0)  # and together they are of one mind
    assert publishable_groups(whole(groups), groups) == ()


def test_a_group_that_gave_no_slips_gives_nobody_away():
    groups = {"staff": (5, 5, 2, 0), "managers": (2, 2, 1, 1), "users": (0, 0, 0, 0)}
    assert publishable_groups(whole(groups), groups) == ("staff", "managers")


def test_groups_that_are_more_than_the_whole_are_not_shown():
    assert publishable_groups((3, 3, 3, 3), {"staff": (9, 2, 0, 0)}) == ()


@laws
@given(votes())
def test_nothing_that_is_shown_gives_a_group_away(groups):
    """Whatever is had by adding and taking away what is shown is fit to be shown itself."""
    everything = whole(groups)
    shown = publishable_groups(everything, groups)
    for many in range(1, len(shown) + 1):
        for some in combinations(shown, many):
            left = list(everything)
            for role in some:
                left = [all_ - its for all_, its in zip(left, groups[role], strict=True)]
            assert fit(groups[some[0]])
            assert not any(left) or fit(left)


@laws
@given(votes())
def test_groups_by_other_names_are_shown_alike(groups):
    renamed = {f"x-{name}": places for name, places in reversed(groups.items())}
    shown = publishable_groups(whole(groups), groups)
    assert {name.removeprefix("x-") for name in publishable_groups(whole(groups), renamed)} == set(
        shown
    )


@laws
@given(votes())
def test_what_was_shown_once_is_shown_again(groups):
    shown = publishable_groups(whole(groups), groups)
    assert publishable_groups(whole(groups), {role: groups[role] for role in shown}) == shown


def test_one_who_does_not_know_does_not_hide_that_the_others_agree():
    groups = {"staff": (0, 5, 0, 1), "managers": (2, 2, 2, 0)}
    assert publishable_groups(whole(groups), groups) == ()


def test_just_at_the_floor_is_enough():
    every = {"staff": 18, "managers": 5, "union": 5}
    assert join_small(every) == every
    assert join_small({"staff": 18, "managers": 5}, floor=6) == {"everyone": 23}
    assert join_small({"staff": 18, "managers": 3, "union": 2}) == {
        "staff": 18,
        "managers and union": 5,
    }


def test_a_group_that_is_the_whole_room_is_not_shown_apart_from_it():
    assert publishable_groups((3, 3, 0), {"staff": (3, 3, 0)}) == ()


def test_groups_on_another_ladder_are_none_of_this_round():
    with pytest.raises(ValueError, match="argument 2 is"):
        publishable_groups((6, 6, 0), {"staff": (3, 3, 0, 0)})
