"""Everybody is divided once: each organisation is of one kind, and no kind is small."""

from hypothesis import given
from hypothesis import strategies as st

from spinout_cli.commonalities.peer_groups import PART, peer_groups

NAMES = ("nation", "sector", "size")

patterns = st.dictionaries(
    st.tuples(*[st.sampled_from(["", "a", "b", "c"])] * len(NAMES)),
    st.integers(1, 60),
    min_size=1,
)


@given(patterns)
def test_every_organisation_is_of_exactly_one_kind(counted):
    found = peer_groups(counted, NAMES)
    for pattern in counted:
        choices = dict(zip(NAMES, pattern, strict=True))
        assert sum(peer_group.holds(choices) for peer_group in found) == 1
    assert sum(peer_group.size for peer_group in found) == sum(counted.values())


@given(patterns)
def test_no_kind_is_smaller_than_a_part_unless_it_is_everybody(counted):
    found = peer_groups(counted, NAMES)
    assert len(found) == 1 or min(peer_group.size for peer_group in found) >= PART


def test_small_choices_are_joined_and_still_too_few_take_in_the_next():
    sizes = {("england",): 90, ("wales",): 31, ("scotland",): 20, ("",): 4}
    assert [
        (peer_group.choices["nation"], peer_group.size)
        for peer_group in peer_groups(sizes, ["nation"])
    ] == [
        (("england",), 90),
        (("", "scotland", "wales"), 55),
    ]


def test_a_circumstance_that_cannot_divide_is_not_called_common():
    sizes = {("wales", "parks"): 5, ("wales", "leisure"): 6}
    assert [peer_group.choices for peer_group in peer_groups(sizes, ["nation", "sector"])] == [{}]
