"""Counts as they are typed: what is understood, and what is said where they are not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import laws
from spinout_cli.workshop.vote_parser import (
    LETTERS,
    ParsedVote,
    ParseProblem,
    Resized,
    Tally,
    read_line,
    read_number,
    vote_from_rungs,
)

ONE = {"everyone": 30}
ROOM = {"staff": 18, "managers": 6, "union and users": 6}


def read(text, rungs=4, room=ONE):
    return read_line(text, rungs, room)


def message(text, rungs=4, room=ONE):
    found = read(text, rungs, room)
    assert isinstance(found, ParseProblem)
    return found.message


# Understood


@pytest.mark.parametrize(
    "typed",
    [
        "6 3 9 2 ?10",
        "6, 3, 9, 2, ?10",
        "6,3,9,2,?10",
        "  6  3\t9 2 ? 10 ",
        "?10 6 3 9 2",
        "6 3 9 2 10?",
        "6 3 9 2 ?=10",
        "6/3/9/2 ?10",
        "6; 3; 9; 2; ?10",
        "06 03 09 02 ?010",
        "6 3 9 2 don't know 10",
        "6 3 9 2 don\N{RIGHT SINGLE QUOTATION MARK}t know: 10",
        "6 3 9 2 DK 10",
        "A6 B3 C9 D2 ?10",
        "a 6, b 3, c 9, d 2, ? 10",
        "D2 C9 B3 A6 ?10",
        "A: 6; B: 3; C: 9; D: 2; ?10",
        "a=6 b=3 c=9 d=2 ?=10",
    ],
)
def test_one_vote_typed_in_many_ways(typed):
    found = read(typed)
    assert found == ParsedVote(Tally((6, 3, 9, 2), 10), None, 30)
    assert found.to_confirm == ""


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("none 3 none 2 ?1", Tally((0, 3, 0, 2), 1)),
        ("A none B3 C nil D2", Tally((0, 3, 0, 2), 0)),
        ("0 3 5 2 ? none", Tally((0, 3, 5, 2), 0)),
        ("?30", Tally((0, 0, 0, 0), 30)),
        ("none ?30", Tally((0, 0, 0, 0), 30)),
        ("none", Tally((0, 0, 0, 0), 0)),
    ],
)
def test_none_is_a_number(typed, wanted):
    assert read(typed).whole == wanted


def test_fewer_votes_than_people_are_asked_about():
    found = read("6 3 9 2")
    assert found.whole == Tally((6, 3, 9, 2), 0)
    assert found.to_confirm == "20 votes from 30 people. Is that all of them?"


def test_votes_by_role():
    found = read("staff: 6 3 5 2 ?1; managers: 1 1 0 0; union: none ?6", room=ROOM)
    assert found.whole == Tally((7, 4, 5, 2), 7)
    assert found.groups == {
        "staff": Tally((6, 3, 5, 2), 1),
        "managers": Tally((1, 1, 0, 0), 0),
        "union and users": Tally((0, 0, 0, 0), 6),
    }
    assert found.to_confirm == "25 votes from 30 people. Is that all of them?"


def test_the_only_group_there_is_is_the_room():
    assert read("everyone: 6 3 9 2 ?10").groups is None


@pytest.mark.parametrize(
    ("typed", "room", "wanted"),
    [
        ("30 = 31", ONE, Resized(30, 31, "everyone")),
        ("30=29", ROOM, Resized(30, 29, None)),
        ("staff 18 = 19", ROOM, Resized(18, 19, "staff")),
        ("Union: 6 -> 5", ROOM, Resized(6, 5, "union and users")),
        ("managers 6 = 0", ROOM, Resized(6, 0, "managers")),
        ("bc 6 = 7", {"staff": 18, "bc": 6}, Resized(6, 7, "bc")),
    ],
)
def test_somebody_came_or_left(typed, room, wanted):
    assert read(typed, room=room) == wanted


# Not understood


def test_more_votes_than_people():
    assert message("6 3 9 2 ?11") == (
        '31 votes from 30 people. Type the line again, or "30 = 31" if somebody joined.'
    )
    assert message("staff: 9 9 9 9; man: 0 0 0 0; union: 0 0 0 0", room=ROOM) == (
        "staff: 36 votes from 18 people. Type the line again, "
        'or "staff 18 = 36" if somebody joined.'
    )


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Nothing was typed"),
        (" , ", "Nothing was typed"),
        ("6 3 9", "3 numbers for 4 rungs. Each rung needs one"),
        ("6", "1 number for 4 rungs"),
        ("6 3 9 2 1", "Write ? before the number of those who do not know"),
        ("A6 B3", "No number yet for C, D"),
        ("A6 B3 C1 D1 E1", "The rungs here are A to D"),
        ("A6 A3 B1 C1 D1", "A stands there twice"),
        ("6 -3 9 2", "A number is negative"),
        ("6 \N{MINUS SIGN}3 9 2", "A number is negative"),
        ("A-6 B3 C1 D1", "A number is negative"),
        ("six 3 9 2", "with figures, as in 3, not three"),
        ("6 3 9 2 please", "with figures, as in 3, not three"),
        ("1.5 3 9 2", "whole numbers"),
        ("6 3 9 \N{SUPERSCRIPT TWO}", "with figures"),
        ("\N{ARABIC-INDIC DIGIT SIX} 3 9 2", "whole numbers"),
        ("\x1b[2J 1 2 3", "with figures"),
        ("6 3 9 2 ?", "After ? goes how many do not know"),
        ("6 3 9 2 ?1 ?2", "After ? goes how many do not know"),
        ("9" * 6000 + " 3 9 2", "too large"),
        ("29 = 30", "There are 30 people so far, not 29"),
        ("30 = 0", "at least one person"),
        ("everyone 30 = 0", "at least one person"),
        ("A 6 = 7", "something besides numbers"),
        ("boss 3 = 4", "No group here is called that"),
    ],
)
def test_what_is_not_clear_is_said(typed, says):
    assert says in message(typed)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("staff: 1 1 1 1", "No votes yet from: managers, union and users"),
        ("staff: 1 1 1 1; 1 1 1 1", "does not say whose votes"),
        ("staff: 1 1 1 1; staff: 1 1 1 1", "staff stands there twice"),
        ("boss: 1 1 1 1", "No group here is called that"),
        ("staff: 1 one 1 1; man: 0 0 0 0; union: 0 0 0 0", "staff: There is something besides"),
        ("staff: 1 1 1; man: 0 0 0 0; union: 0 0 0 0", "staff: 3 numbers for 4 rungs"),
    ],
)
def test_what_is_not_clear_by_role_is_said(typed, says):
    assert says in message(typed, room=ROOM)


def test_several_groups_that_begin_alike_are_told_apart():
    room = {"staff at desks": 6, "staff outdoors": 6}
    assert "Several groups here begin like that" in message("staff: 1 1 1 1", room=room)
    found = read("staff at: 1 1 1 1; staff out: 2 1 1 1", room=room)
    assert found.whole == Tally((3, 2, 2, 2), 0)


def test_the_whole_of_a_message():
    assert message("") == "Nothing was typed. Type a number for each rung, lowest first."
    assert message("6 3 9 2 ?") == "After ? goes how many do not know, once in the line, as in ?2."
    assert message("30 = 31", room=ROOM | {"staff": 17}) == (
        "There are 29 people so far, not 30. Write 29 = and the new number."
    )
    assert message("staff 17 = 18", room=ROOM) == (
        "There are 18 people in staff so far, not 17. Write staff 18 = and the new number."
    )
    assert message("boss: 1 1 1 1", room=ROOM) == (
        "No group here is called that. These are here: staff, managers, union and users."
    )
    assert message("staff: 1 1 1 1; 1 1 1 1", room=ROOM) == (
        "It does not say whose votes some of these are. Type the line again like this: "
        "staff: ...; managers: ...; union and users: ..."
    )
    assert message("staff: 1 1 1 1", room=ROOM) == (
        "No votes yet from: managers, union and users. Type the line again with every group, "
        "'none' for one that gave no slips."
    )


def test_a_room_of_one_and_of_ten_thousand():
    assert read("30 = 1") == Resized(30, 1, "everyone")
    assert read("30 = 10000") == Resized(30, 10_000, "everyone")
    assert "at most 10000" in message("30 = 10001")
    assert read("10000 0 0 0", room={"everyone": 10_000}).whole.cast == 10_000
    assert "too large" in message("10001 0 0 0", room={"everyone": 10_000})


def test_a_group_whose_name_is_the_beginning_of_anothers():
    room = {"staff": 6, "staff outdoors": 6}
    assert read("staff: 1 1 1 1; staff o: 2 1 1 1", room=room).whole == Tally((3, 2, 2, 2), 0)
    assert read("hr: 1 1 1 1", room={"hr": 6}).whole == Tally((1, 1, 1, 1), 0)
    assert read("j r: 1 1 1 1", room={"j r": 6}).whole == Tally((1, 1, 1, 1), 0)


# Rung by rung


@pytest.mark.parametrize(
    ("typed", "wanted"), [("3", 3), (" 0 ", 0), ("none", 0), ("Nobody", 0), ("007", 7)]
)
def test_one_number(typed, wanted):
    assert read_number(typed) == wanted


@pytest.mark.parametrize("typed", ["", "three", "-3", "1 2", "?", "1.5", "9" * 5000])
def test_what_is_no_number(typed):
    found = read_number(typed)
    assert isinstance(found, ParseProblem)
    assert found.message.startswith(("There is something besides whole numbers", "A number is too"))


def test_rung_by_rung_is_checked_like_a_line():
    assert vote_from_rungs((6, 3, 9, 2), 10, ONE) == read("6 3 9 2 ?10")
    assert vote_from_rungs((6, 3, 9, 2), 11, ONE) == read("6 3 9 2 ?11")


# Laws

votes = st.lists(st.integers(0, 9), min_size=3, max_size=5)


@laws
@given(votes, st.integers(0, 9))
def test_letters_and_order_mean_the_same(numbers, unknown):
    room = {"everyone": 60}
    plain = f"{' '.join(map(str, numbers))} ?{unknown}"
    lettered = [f"{name}{count}" for name, count in zip(LETTERS, numbers, strict=False)]
    found = read(plain, len(numbers), room)
    assert found.whole == Tally(tuple(numbers), unknown)
    assert read(" ".join([f"?{unknown}", *lettered[::-1]]), len(numbers), room) == found


@laws
@given(st.lists(st.tuples(*[st.integers(0, 4)] * 5), min_size=2, max_size=4))
def test_roles_add_up_to_the_room(groups):
    room = {f"group {'abcd'[n]}": 20 for n in range(len(groups))}
    typed = [
        f"{role}: {' '.join(map(str, votes[:4]))} ?{votes[4]}"
        for role, votes in zip(room, groups, strict=True)
    ]
    found = read("; ".join(typed), room=room)
    assert found.whole.cast == sum(tally.cast for tally in found.groups.values())
    assert (*found.whole.counts, found.whole.unknown) == tuple(map(sum, zip(*groups, strict=True)))
    assert read("; ".join(typed[::-1]), room=room).whole == found.whole


@laws
@given(st.text(max_size=40), st.integers(3, 5))
def test_any_line_is_understood_or_answered(text, rungs):
    for room in (ONE, ROOM):
        found = read(text, rungs, room)
        if isinstance(found, ParseProblem):
            assert found.message
            assert found.message.isprintable()


@laws
@given(st.lists(st.integers(11, 29), min_size=4, max_size=4))
def test_a_message_never_tells_how_anybody_voted(numbers):
    """What is typed unseen is not read out by what is said about it."""
    known = {30, sum(numbers), 4, 3}  # people, votes, rungs, and the 3 of an example
    for typed in (
        " ".join(map(str, numbers)),
        f"{numbers[0]} {numbers[1]} x {numbers[2]}",
        "A{} B{} C{}".format(*numbers),
        "staff: {} {} {} {}".format(*numbers),
    ):
        for room in (ONE, ROOM):
            told = {int(found) for found in re.findall("[0-9]+", message(typed, room=room))}
            assert told <= known | set(ROOM.values())
