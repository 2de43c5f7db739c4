"""What may be published of exact counts. `tests/engines` sets an attacker on it."""

from functools import cache
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.count_by_hand import tally
from helpers.organisations import QUESTIONS, world, world_set
from spinout_cli.commonalities.counts import (
    EARLIER,
    EVERYBODY,
    LIKENESS,
    UNUSABLE,
    Alike,
    ExactCounts,
    Finding,
    Group,
    Moves,
    Pair,
    Replies,
    TwoByTwo,
)
from spinout_cli.commonalities.disclosure import Band, Disclosed, Suppressed, exact, publishable
from spinout_cli.commonalities.peer_groups import PeerGroup
from spinout_cli.commonalities.suppression import Divisions, Share

SET = world_set()

worlds = st.tuples(st.integers(0, 200), st.sampled_from([8, 30, 60, 120, 250]))


@cache
def counted(seed, size, *, like=False):
    sheets = world(seed, size)
    return tally(sheets, SET, sheets[0] if like else None)


def shares(disclosed: Disclosed):
    """Every share that is shown anywhere."""
    for each in disclosed.shown.values():
        if each.overall is not None:
            yield each.overall
        yield from (band.share for bands in each.by.values() for band in bands)
    yield from (s for s in (*disclosed.better.values(), *disclosed.worse.values()) if s)
    if disclosed.like:
        yield from disclosed.like.shown.values()


def numbers(disclosed: Disclosed):
    """Every number that is shown anywhere."""
    for share in shares(disclosed):
        yield from (share.met, share.total, share.rest)
    yield from (cell for pair in disclosed.pairs for each in pair.strata.values() for cell in each)
    every = (disclosed.counted, disclosed.moved, disclosed.like and disclosed.like.size)
    rest = (*disclosed.left_out.values(), *disclosed.answered.values())
    yield from (number for number in (*every, *rest) if number is not None)


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_every_published_number_is_ten_or_more_and_a_multiple_of_five(chosen):
    for number in numbers(publishable(counted(*chosen, like=True), SET)):
        assert number >= 10
        assert number % 5 == 0
        assert str(number).isdecimal()


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_a_published_count_is_within_two_of_the_count(chosen):
    tallies = counted(*chosen)
    near, true = publishable(tallies, SET), exact(tallies, SET)
    for key, each in near.shown.items():
        if each.overall is not None:
            assert abs(each.overall.met - true.shown[key].overall.met) <= 2
            assert abs(each.overall.total - true.shown[key].overall.total) <= 2


def held(tallies, kind, question):
    counts = {
        "roadblock": lambda r: Share(r.roadblock, r.neither + r.enabler),
        "enabler": lambda r: Share(r.enabler, r.roadblock + r.neither),
        "unknown": lambda r: Share(r.unknown, r.answered),
    }
    return {group: counts[kind](reply) for group, reply in tallies.replies[question].items()}


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_whatever_groups_and_the_total_leave_over_is_safe(chosen):
    """Overall less any groups of one circumstance, of one report or of two."""
    tallies = counted(*chosen)
    for (kind, question), each in publishable(tallies, SET).shown.items():
        true = held(tallies, kind, question)
        for circumstance, bands in each.by.items():
            groups = [[Group(circumstance, choice) for choice in band.choices] for band in bands]
            sums = [Share(0, 0).less(true.get(g, Share(0, 0)) for g in own) for own in groups]
            for size in range(1, len(sums)) if circumstance != "schemes" else [1]:
                for some in combinations(sums, size):
                    met = sum(-share.met for share in some)
                    left = true[EVERYBODY].less([Share(met, sum(-share.rest for share in some))])
                    assert left.safe or left == Share(0, 0)


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_a_group_less_one_that_lies_within_it_is_safe(chosen):
    """One report by sector and one by parent body: every health service is an NHS body's."""
    tallies = counted(*chosen)
    for (kind, question), each in publishable(tallies, SET).shown.items():
        true = held(tallies, kind, question)
        told = [
            Group(circumstance, band.choices[0])
            for circumstance, bands in each.by.items()
            for band in bands
            if len(band.choices) == 1
        ]
        for inner, outer in ((a, b) for a in told for b in told if a != b):
            shared = tallies.overlaps.get((inner, outer), tallies.overlaps.get((outer, inner), 0))
            if shared == tallies.sizes[inner] and inner.circumstance != outer.circumstance:
                left = true[outer].less([true[inner]])
                assert left.safe or left == Share(0, 0)


@settings(max_examples=25, deadline=None)
@given(worlds)
def test_what_is_shown_of_those_alike_changes_nothing_else(chosen):
    plain, alike = (publishable(counted(*chosen, like=like), SET) for like in (False, True))
    assert plain.shown == alike.shown


@settings(max_examples=25, deadline=None)
@given(worlds)
def test_working_data_is_just_what_was_counted(chosen):
    tallies = counted(*chosen)
    shown = exact(tallies, SET)
    assert shown.working
    assert shown.counted == tallies.counted
    assert shown.pairs == tallies.pairs
    for (kind, question), each in shown.shown.items():
        true = held(tallies, kind, question)
        assert each.overall == (true[EVERYBODY] if true[EVERYBODY].total else None)
        for circumstance, bands in each.by.items():
            for band in bands:
                assert band.share == true[Group(circumstance, *band.choices)]


def test_working_data_leaves_out_nothing_however_few_they_are():
    peer_group = Group(LIKENESS, "kind-2")
    few = Replies(roadblock=1, neither=2, enabler=3, unknown=4)
    shown = exact(
        ExactCounts(
            counted=52,
            left_out={EARLIER: 2, UNUSABLE: 1},
            sizes={peer_group: 12},
            replies={QUESTIONS[0]: {EVERYBODY: few, peer_group: few}},
            along="launch",
            moved=7,
            moves={QUESTIONS[0]: Moves(better=1, worse=2, same=4), QUESTIONS[2]: Moves()},
            like=Alike(
                (PeerGroup("kind-1", 40), PeerGroup(peer_group.choice, 12)), peer_group.choice
            ),
        ),
        SET,
    )
    assert (shown.counted, shown.moved, shown.along) == (52, 7, "launch")
    assert shown.left_out == {EARLIER: 2, UNUSABLE: 1}
    assert shown.answered == {QUESTIONS[0]: 6}
    assert shown.better == {QUESTIONS[0]: Share(1, 6)}
    assert shown.worse == {QUESTIONS[0]: Share(2, 5)}
    assert shown.withheld == Suppressed(0, 0, 0)
    assert (shown.like.peer_group.id, shown.like.size) == (peer_group.choice, 12)
    assert shown.like.shown == {
        ("roadblock", QUESTIONS[0]): Share(1, 5),
        ("enabler", QUESTIONS[0]): Share(3, 3),
        ("unknown", QUESTIONS[0]): Share(4, 6),
    }


def test_what_is_published_of_everybody_is_rounded_and_starts_at_ten():
    replies = {
        QUESTIONS[0]: {EVERYBODY: Replies(roadblock=50, neither=12, enabler=60)},
        QUESTIONS[2]: {EVERYBODY: Replies(roadblock=5, enabler=4)},
        QUESTIONS[3]: {},
    }
    left_out = {EARLIER: 10, UNUSABLE: 9}
    tallies = ExactCounts(counted=123, left_out=left_out, replies=replies, along="launch", moved=13)
    shown = publishable(tallies, SET)
    assert (shown.working, shown.counted, shown.moved, shown.along) == (False, 125, 15, "launch")
    assert shown.left_out == {EARLIER: 10, UNUSABLE: None}
    assert shown.answered == {QUESTIONS[0]: 120, QUESTIONS[2]: None, QUESTIONS[3]: None}
    told = [key for key, each in shown.shown.items() if each.overall]
    assert told == [("roadblock", QUESTIONS[0]), ("enabler", QUESTIONS[0])]
    assert shown.withheld == Suppressed(overall=7, groups=0, pairs=0)
    assert exact(tallies, SET).answered == {QUESTIONS[0]: 122, QUESTIONS[2]: 9, QUESTIONS[3]: 0}


# One leak at a time


def one_division(counts):
    groups = [Group("nation", name) for name in counts]
    total = Share(sum(c[0] for c in counts.values()), sum(c[1] for c in counts.values()))
    sizes = {group: sum(count) for group, count in zip(groups, counts.values(), strict=True)}
    judge = Divisions([groups], sizes, {}, total.total)
    shares = {g: Share(*c) for g, c in zip(groups, counts.values(), strict=True)}
    told = judge.told_apart({EVERYBODY: total, **shares})
    return None if told is None else {group.choice for group in told}


def test_one_small_group_takes_the_smallest_other_with_it():
    assert one_division({"a": (50, 50), "b": (20, 20), "c": (4, 20)}) == {"a"}


def test_two_small_groups_hide_each_other_once_together_they_reach_ten():
    assert one_division({"a": (50, 50), "b": (8, 30), "c": (4, 30)}) == {"a"}
    assert one_division({"a": (50, 50), "d": (12, 12), "b": (3, 30), "c": (4, 30)}) == {"a"}


def test_those_who_all_have_it_are_as_few_as_those_who_all_lack_it():
    assert one_division({"a": (50, 50), "b": (20, 20), "c": (20, 4)}) == {"a"}


def test_nobody_is_told_apart_where_everybody_agrees():
    assert one_division({"a": (50, 5), "b": (50, 4)}) is None


def test_the_same_people_under_another_name_do_not_undo_it():
    """By nation, b hides c; by sector the people of b stand by themselves under another name."""
    nation = [Group("nation", name) for name in "abc"]
    sector = [Group("sector", name) for name in "xyz"]
    counts = {"a": (50, 50), "b": (20, 20), "c": (4, 20)}
    same = {"x": "a", "y": "b", "z": "c"}
    shares = {g: Share(*counts[g.choice]) for g in nation}
    shares |= {g: Share(*counts[same[g.choice]]) for g in sector}
    shares[EVERYBODY] = Share(74, 90)
    sizes = {group: shares[group].total for group in (*nation, *sector)}
    overlaps = {(Group("nation", same[g.choice]), g): sizes[g] for g in sector}
    told = Divisions([nation, sector], sizes, overlaps, 164).told_apart(shares)
    assert told == {Group("nation", "a"), Group("sector", "x")}


def test_two_groups_that_differ_by_a_few_are_not_both_told_apart():
    """All but three of the council's are libraries: one less the other would tell of the three."""
    council, other = Group("parent", "council"), Group("parent", "nhs")
    library, rest = Group("sector", "libraries"), Group("sector", "other")
    shares = {
        EVERYBODY: Share(90, 90),
        council: Share(43, 40),
        other: Share(47, 50),
        library: Share(40, 40),
        rest: Share(50, 50),
    }
    sizes = {group: shares[group].total for group in shares}
    overlaps = {(council, library): 80, (council, rest): 3, (other, rest): 97}
    told = Divisions([[council, other], [library, rest]], sizes, overlaps, 180).told_apart(shares)
    assert told is not None
    assert not {council, library} <= told


def replied(**counts):
    return ExactCounts(counted=300, replies={QUESTIONS[0]: {EVERYBODY: Replies(**counts)}})


def test_enablers_are_withheld_where_few_have_neither():
    shown = publishable(replied(roadblock=50, neither=4, enabler=60), SET).shown
    assert shown["roadblock", QUESTIONS[0]].overall == Share(50, 65)
    assert shown["enabler", QUESTIONS[0]].overall is None


def test_enablers_are_shown_where_ten_have_neither_or_nobody_can_have():
    shown = publishable(replied(roadblock=50, neither=10, enabler=60), SET).shown
    assert shown["enabler", QUESTIONS[0]].overall == Share(60, 60)
    # No answer to the second question is in the middle.
    ends = {EVERYBODY: Replies(roadblock=50, enabler=60)}
    shown = publishable(ExactCounts(counted=300, replies={QUESTIONS[1]: ends}), SET).shown
    assert shown["roadblock", QUESTIONS[1]].overall == Share(50, 60)
    assert shown["enabler", QUESTIONS[1]].overall == Share(60, 50)


def divided(question, counts, overlaps=None, like=None):
    """Counts by circumstance and choice: roadblocks, neither, enablers, unknown, silent."""
    replies = {
        Group(circumstance, choice): Replies(*given)
        for circumstance, choices in counts.items()
        for choice, given in choices.items()
    }
    sizes = {
        group: given.answered + given.unknown + given.silent for group, given in replies.items()
    }
    total = [sum(column) for column in zip(*next(iter(counts.values())).values(), strict=True)]
    return ExactCounts(
        counted=sum(total),
        sizes=sizes,
        overlaps=overlaps or {},
        replies={question: {EVERYBODY: Replies(*total), **replies}},
        like=like,
    )


def told(disclosed, kind, question, circumstance):
    """The choices that are shown, apart or together."""
    return [band.choices for band in disclosed.shown[kind, question].by.get(circumstance, ())]


def test_a_group_in_which_nobody_could_answer_is_told_with_another():
    """No roadblock of theirs gives them away, but that nobody at all replied would."""
    nations = {"england": (50, 0, 50, 0), "scotland": (20, 0, 20, 0), "wales": (0, 0, 0, 5)}
    shown = publishable(divided(QUESTIONS[1], {"nation": nations}), SET)
    assert shown.shown["roadblock", QUESTIONS[1]].by == {
        "nation": (
            Band(("england",), Share(50, 50)),
            Band(("scotland", "wales"), Share(20, 20)),
        )
    }
    # Nothing is shown of what is not known, and two nations are together in what is.
    assert shown.withheld == Suppressed(overall=1, groups=2 + 2 + 3)


@pytest.mark.parametrize("left_out", [False, True])
def test_a_group_that_said_nothing_gives_nobody_away_and_is_not_shown(left_out):
    five = {
        "england": (50, 0, 50, 0, 0),
        "scotland": (20, 0, 20, 0, 0),
        "wales": (0, 0, 0, 0, 5),
    }
    tallies = divided(QUESTIONS[1], {"nation": five})
    if left_out:
        del tallies.replies[QUESTIONS[1]][Group("nation", "wales")]
    for shown in (publishable(tallies, SET), exact(tallies, SET)):
        assert told(shown, "roadblock", QUESTIONS[1], "nation") == [("england",), ("scotland",)]


def test_each_of_several_choices_is_held_against_those_who_did_not_make_it():
    counts = {
        "nation": {"england": (100, 0, 100, 0)},
        "schemes": {"lgps": (80, 0, 80, 0), "nhs": (40, 0, 40, 0), "fire": (4, 0, 30, 0)},
    }
    england, *schemes = [Group(name, choice) for name, own in counts.items() for choice in own]
    shared = {(england, scheme): sum(counts["schemes"][scheme.choice]) for scheme in schemes}
    shared[schemes[0], schemes[1]] = 40
    shown = publishable(divided(QUESTIONS[1], counts, shared), SET)
    assert shown.shown["roadblock", QUESTIONS[1]].by == {
        "nation": (Band(("england",), Share(100, 100)),),
        "schemes": (Band(("lgps",), Share(80, 80)), Band(("nhs",), Share(40, 40))),
    }


def test_a_group_is_not_hidden_for_what_is_told_together_anyway():
    """Few of the Welsh have neither, but their enablers are shown only with those of the Scots."""
    nations = {"england": (30, 30, 30, 0), "scotland": (60, 60, 3, 0), "wales": (30, 4, 30, 0)}
    shown = publishable(divided(QUESTIONS[0], {"nation": nations}), SET)
    assert told(shown, "roadblock", QUESTIONS[0], "nation") == [
        ("england",),
        ("scotland",),
        ("wales",),
    ]
    assert told(shown, "enabler", QUESTIONS[0], "nation") == [("england",), ("scotland", "wales")]
    # Eight Welsh answered, but nothing is shown of the Welsh or of the Scots by themselves.
    nations = {"england": (30, 0, 30, 0), "scotland": (70, 0, 4, 0), "wales": (0, 0, 8, 0)}
    shown = publishable(divided(QUESTIONS[1], {"nation": nations}), SET)
    assert told(shown, "roadblock", QUESTIONS[1], "nation") == [("england",), ("scotland", "wales")]


OWN, REST = Group(LIKENESS, "kind-1"), Group(LIKENESS, "kind-2")


def alike(own):
    return Alike((PeerGroup(OWN.choice, own), PeerGroup(REST.choice, 300)), OWN.choice)


def test_of_those_alike_enablers_are_withheld_where_few_have_neither():
    counts = {LIKENESS: {OWN.choice: (30, 4, 30, 0), REST.choice: (60, 60, 60, 0)}}
    shown = publishable(divided(QUESTIONS[0], counts, like=alike(64)), SET)
    assert shown.like.shown == {("roadblock", QUESTIONS[0]): Share(30, 35)}
    assert (shown.like.peer_group.id, shown.like.size) == (OWN.choice, 65)


@pytest.mark.parametrize(("size", "told_"), [(9, False), (10, True)])
def test_nothing_is_told_of_those_alike_where_they_are_fewer_than_ten(size, told_):
    counts = {LIKENESS: {OWN.choice: (5, 0, size - 5, 0), REST.choice: (60, 0, 60, 0)}}
    tallies = divided(QUESTIONS[1], counts, like=alike(size))
    for shown in (publishable(tallies, SET), exact(tallies, SET)):
        assert (shown.like is not None) is told_


def test_those_alike_are_not_shown_where_they_are_a_group_that_is_shown_and_a_few():
    """England is shown to everybody: those alike less England would tell of three in Wales."""
    counts = {
        "nation": {"england": (50, 0, 50, 0), "scotland": (60, 0, 60, 0), "wales": (40, 0, 40, 0)},
        LIKENESS: {OWN.choice: (53, 0, 50, 0), REST.choice: (97, 0, 100, 0)},
    }
    england, scotland, wales = (Group("nation", name) for name in counts["nation"])
    shared = {(england, OWN): 100, (wales, OWN): 3, (scotland, REST): 120, (wales, REST): 77}
    shown = publishable(divided(QUESTIONS[1], counts, shared, alike(103)), SET)
    assert told(shown, "roadblock", QUESTIONS[1], "nation") == [
        ("england",),
        ("scotland",),
        ("wales",),
    ]
    assert shown.like.shown == {}
    # Nobody else is alike: they are England.
    counts[LIKENESS] = {OWN.choice: (50, 0, 50, 0), REST.choice: (100, 0, 100, 0)}
    shared = {(england, OWN): 100, (scotland, REST): 120, (wales, REST): 80}
    shown = publishable(divided(QUESTIONS[1], counts, shared, alike(100)), SET)
    assert shown.like.shown["roadblock", QUESTIONS[1]] == Share(50, 50)


def test_those_alike_are_shown_where_only_what_is_not_shown_would_give_a_few_away():
    """The council's less those alike would tell of eight; but what is the council's is not shown."""
    counts = {
        "sector": {"libraries": (43, 0, 40, 0), "leisure": (47, 0, 50, 0), "parks": (60, 0, 60, 0)},
        "parent": {
            "council": (40, 0, 40, 0),
            "fire-authority": (41, 0, 40, 0),
            "nhs-body": (69, 0, 70, 0),
        },
        LIKENESS: {OWN.choice: (32, 0, 20, 0), REST.choice: (118, 0, 130, 0)},
    }
    libraries, leisure, parks = (Group("sector", name) for name in counts["sector"])
    council, fire, nhs = (Group("parent", name) for name in counts["parent"])
    shared = {
        (libraries, council): 80,
        (libraries, nhs): 3,
        (leisure, fire): 40,
        (leisure, nhs): 57,
        (parks, fire): 41,
        (parks, nhs): 79,
        (libraries, OWN): 52,
        (council, OWN): 52,
        (libraries, REST): 31,
        (council, REST): 28,
        (leisure, REST): 97,
        (parks, REST): 120,
        (fire, REST): 81,
        (nhs, REST): 139,
    }
    shown = publishable(divided(QUESTIONS[1], counts, shared, alike(52)), SET)
    assert told(shown, "roadblock", QUESTIONS[1], "parent") == [
        ("nhs-body",),
        ("council", "fire-authority"),
    ]
    assert shown.like.shown["roadblock", QUESTIONS[1]] == Share(30, 20)


def test_who_moved_down_is_withheld_where_few_stayed():
    few, many = Moves(40, 30, 3), Moves(40, 30, 30)
    moves = {"few": few, "many": many, "down": Moves(2, 30, 40), "even": Moves(30, 30, 40)}
    shown = publishable(ExactCounts(counted=300, moved=100, moves=moves), SET)
    assert list(shown.better.values()) == [Share(40, 35), Share(40, 60), None, Share(30, 70)]
    assert list(shown.worse.values()) == [None, Share(30, 70), Share(30, 40), Share(30, 70)]


KINDS = ("roadblock", "neither", "enabler")
SIDES = ("roadblock", "enabler")
NAMES = QUESTIONS[0], QUESTIONS[2]


def fourfold(cells, first, second):
    """Fold a table of three kinds by three to what one pair tells of it."""
    row, column = KINDS.index(first), KINDS.index(second)
    both, one, two = cells[row][column], sum(cells[row]), sum(line[column] for line in cells)
    whole = sum(map(sum, cells))
    return TwoByTwo(both, one - both, two - both, whole - one - two + both)


def staged(stages, told=("soon", "left"), names=NAMES):
    """All four pairs by stage, at questions where these stages may be told apart."""
    groups = {
        Group("launch", stage): Replies(roadblock=150, neither=50, enabler=50) for stage in told
    }
    total = 150 * len(told), 50 * len(told), 50 * len(told)
    replies = {EVERYBODY: Replies(*total), **groups}
    return ExactCounts(
        counted=sum(total),
        sizes=dict.fromkeys(groups, 250),
        replies=dict.fromkeys(names, replies),
        along="launch",
        pairs=tuple(
            Pair(
                Finding(first, names[0]),
                Finding(second, names[1]),
                {stage: fourfold(cells, first, second) for stage, cells in stages.items()},
            )
            for first, second in product(SIDES, SIDES)
        ),
    )


def met(shown):
    """The pairs that are shown, by their kinds, with their stages."""
    return {(pair.first.kind, pair.second.kind): set(pair.strata) for pair in shown.pairs}


def shown_of(cells, **more):
    return {"".join(kind[0] for kind in kinds) for kinds in met(staged_shown(cells, **more))}


def staged_shown(cells, **more):
    return publishable(staged({"soon": cells}, **more), SET)


FULL = ((20, 20, 20), (20, 20, 20), (20, 20, 20))


def test_a_pair_is_shown_only_for_stages_at_which_all_four_counts_reach_ten():
    few = ((60, 0, 9), (0, 0, 0), (0, 0, 60))
    shown = publishable(staged({"soon": ((23, 12, 12), (11,) * 3, (11,) * 3), "left": few}), SET)
    assert shown.pairs[0] == Pair(
        Finding("roadblock", NAMES[0]),
        Finding("roadblock", NAMES[1]),
        {"soon": TwoByTwo(25, 25, 20, 45)},
    )
    assert shown.withheld.pairs == 0
    nothing = publishable(staged({"left": few}), SET)
    assert nothing.pairs == ()
    assert nothing.withheld.pairs == 4


def test_a_pair_tells_nothing_of_a_stage_that_is_told_only_with_others():
    shown = publishable(staged({"soon": FULL, "later": FULL}), SET)
    assert list(met(shown).values()) == [{"soon"}] * 4


def test_of_two_pairs_one_is_withheld_where_one_less_the_other_tells_of_a_few():
    """Of 75 with a roadblock 35 meet another and 35 are helped there: five are neither."""
    few = ((35, 5, 35), (15, 85, 15), (15, 85, 15))
    assert shown_of(few) == {"rr", "er", "ee"}
    assert staged_shown(few).pairs[0].strata == {"soon": TwoByTwo(35, 40, 30, 200)}


@pytest.mark.parametrize(
    ("few", "shown"),
    [
        ([], {"rr", "re", "er", "ee"}),
        ([(1, 1)], {"rr", "re", "er"}),
        ([(0, 1)], {"rr", "er", "ee"}),
        ([(1, 0)], {"rr", "re", "ee"}),
        ([(2, 1)], {"rr", "re", "er"}),
        ([(0, 1), (2, 1)], {"rr", "er"}),
        ([(1, 0), (1, 2)], {"rr", "re"}),
        ([(0, 1), (2, 1), (1, 0), (1, 2)], {"rr"}),
        ([(0, 0), (0, 1), (2, 1), (1, 0), (1, 2)], {"re"}),
        ([(0, 0), (0, 2), (2, 0), (2, 2)], set()),
    ],
)
def test_no_more_pairs_of_two_questions_are_withheld_than_must_be(few, shown):
    cells = [[9 if (row, n) in few else 20 for n in range(3)] for row in range(3)]
    assert shown_of(cells) == shown


def test_where_no_answer_can_be_neither_there_is_no_such_cell_that_could_be_few():
    """To the second question an answer is a roadblock or an enabler; the same with both."""
    one = ((20, 0, 20), (20, 0, 20), (20, 0, 20))
    assert shown_of(one, names=(QUESTIONS[0], QUESTIONS[1])) == {"rr", "re", "er", "ee"}
    assert shown_of(one) == {"rr", "er"}
    few = ((20, 0, 20), (9, 0, 20), (20, 0, 20))
    assert shown_of(few, names=(QUESTIONS[0], QUESTIONS[1])) == {"rr", "re"}


@pytest.mark.parametrize("counted_", [0, 3, 9])
def test_nothing_is_shown_of_fewer_than_ten(counted_):
    shown = publishable(counted(3, 8) if counted_ else ExactCounts(counted=0), SET)
    assert shown.counted is None
    assert not list(numbers(shown))
