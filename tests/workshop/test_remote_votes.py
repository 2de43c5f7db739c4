"""Slips and remote votes as one vote: sums, and which groups may be told apart."""

from hypothesis import given
from hypothesis import strategies as st

from spinout_cli.workshop.remote_votes import combine
from spinout_cli.workshop.vote_parser import ParsedVote, Tally

ROOM = {"staff": 9, "managers": 6}
TALLIES = st.builds(Tally, st.tuples(*[st.integers(0, 4)] * 3), st.integers(0, 4))
GROUPS = st.fixed_dictionaries({}, optional=dict.fromkeys(("staff", "managers", ""), TALLIES))


def added(*tallies):
    counts = tuple(sum(tally.counts[n] for tally in tallies) for n in range(3))
    return Tally(counts, sum(tally.unknown for tally in tallies))


@given(TALLIES, GROUPS)
def test_the_whole_is_the_sum_whatever_came_by_which_way(slips, remote):
    one = combine(ParsedVote(slips, None, 15), remote, ROOM)
    assert one.whole == added(slips, *remote.values())
    assert one.people == 15


@given(st.fixed_dictionaries(dict.fromkeys(ROOM, TALLIES)), GROUPS)
def test_the_same_votes_make_the_same_record_whichever_way_they_came(slips, remote):
    """Whoever reads the record cannot tell a slip from a phone."""
    typed = ParsedVote(added(*slips.values()), slips, 15)
    here = {role: remote.get(role, Tally((0, 0, 0))) for role in ROOM}
    paper = {role: added(slips[role], here[role]) for role in ROOM}
    on_paper = ParsedVote(added(*paper.values()), paper, 15)
    known = {role: tally for role, tally in remote.items() if role in ROOM}
    assert combine(typed, known, ROOM) == combine(on_paper, {}, ROOM)


@given(TALLIES, GROUPS)
def test_groups_are_told_only_where_every_slip_has_one_and_none_is_over_full(slips, remote):
    groups = combine(ParsedVote(slips, None, 15), remote, ROOM).groups
    full = any(remote.get(role, Tally((0, 0, 0))).cast > people for role, people in ROOM.items())
    assert (groups is None) == bool(slips.cast or full)
    assert groups is None or set(groups) == set(ROOM)


def test_a_second_device_shuts_its_group_out_of_what_is_told_apart():
    remote = {"managers": Tally((7, 0, 0)), "staff": Tally((5, 0, 4))}
    assert combine(ParsedVote(Tally((0, 0, 0)), None, 15), remote, ROOM).groups is None


def test_one_group_is_the_room():
    remote = {"": Tally((1, 2, 0))}
    assert combine(ParsedVote(Tally((1, 0, 0)), None, 9), remote, {"everyone": 9}).groups is None
