"""Which groups may be told apart, held against people who are counted one by one."""

from collections import Counter
from itertools import permutations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from spinout_cli.commonalities.counts import EVERYBODY, Group
from spinout_cli.commonalities.suppression import LEAST, Divisions, Share

Person = tuple[tuple[Group, ...], bool]
"""The groups that somebody is in, one of each division at most, and whether they met it."""


@st.composite
def crowds(draw):
    """Divisions, and people who sit in them: one division follows another but for a few."""
    made = Random(draw(st.integers(0, 1 << 32)))  # noqa: S311  (nothing is secret here)
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=3))
    divisions = [[Group(f"d{d}", f"c{c}") for c in range(size)] for d, size in enumerate(sizes)]
    strays, many = draw(st.sampled_from([0.0, 0.01, 0.03, 0.1])), draw(st.integers(20, 400))
    people: list[Person] = []
    for _ in range(many):
        lead = made.random()
        seats = [made.random() if made.random() < strays else lead for _ in divisions]
        groups = [
            division[int(seat * len(division))]
            for division, seat in zip(divisions, seats, strict=True)
        ]
        people.append((tuple(g for g in groups if made.random() < 0.98), made.random() < 0.5))
    return divisions, people


def share(people):
    return Share(sum(met for _, met in people), sum(not met for _, met in people))


def told_apart(divisions, people, **more):
    sizes = Counter(group for groups, _ in people for group in groups)
    overlaps = Counter(pair for groups, _ in people for pair in permutations(groups, 2))
    counts = {group: share([p for p in people if group in p[0]]) for group in sizes}
    judge = Divisions(divisions, sizes, overlaps, len(people))
    return judge.told_apart({EVERYBODY: share(people), **counts}, **more)


def blocks(division, told, people):
    """What a reader knows of a division: the people of every group told apart, and all the others."""
    apart = [group for group in division if group in told]
    each = [{n for n, (groups, _) in enumerate(people) if group in groups} for group in apart]
    return [*each, set(range(len(people))).difference(*each)] if apart else []


def left_over(whole, inner, people):
    """What is left of people when those of another division who sit among them are taken away."""
    left, astray = share([people[n] for n in whole]), 0
    for part in sorted(inner, key=lambda part: len(part - whole)):
        astray += len(part - whole)
        if astray >= LEAST:
            return
        if part & whole:
            left = left.less([share([people[n] for n in part])])
            yield left, astray


@settings(max_examples=300)
@given(crowds())
def test_nobody_is_given_away_by_taking_one_division_from_another(crowd):
    divisions, people = crowd
    told = told_apart(divisions, people)
    assert (told is None) is not share(people).safe
    known = [own for each in divisions if (own := blocks(each, told or (), people))]
    assert all(
        share([people[n] for n in block]).safe or not block for own in known for block in own
    )
    everybody = set(range(len(people)))
    for outer, inner in permutations(known, 2):
        for whole in (each for block in outer for each in (block, everybody - block)):
            for left, astray in left_over(whole, inner, people):
                assert left.safe or (left == Share(0, 0) and not astray)


def seated(number, *groups):
    """So many people of these groups, half of whom met it."""
    return [(groups, n % 2 == 0) for n in range(number)]


BIG, NEARLY, OTHER = Group("one", "big"), Group("two", "nearly"), Group("two", "other")


def test_of_groups_that_differ_by_a_few_the_largest_is_told():
    people = [*seated(40, BIG, NEARLY), *seated(6, BIG, OTHER), *seated(60, OTHER)]
    assert told_apart([[BIG], [NEARLY, OTHER]], people) == {OTHER}


def test_two_that_differ_by_enough_are_both_told():
    people = [*seated(40, BIG, NEARLY), *seated(30, BIG, OTHER), *seated(60, OTHER)]
    assert told_apart([[BIG], [NEARLY, OTHER]], people) == {BIG, NEARLY, OTHER}


def test_only_what_is_wanted_is_told_and_what_is_settled_stays():
    people = [*seated(40, BIG, NEARLY), *seated(30, BIG, OTHER), *seated(60, OTHER)]
    assert told_apart([[BIG], [NEARLY, OTHER]], people, wanted=[BIG]) == {BIG}
    few = [*seated(40, BIG, NEARLY), *seated(6, BIG, OTHER), *seated(60, OTHER)]
    assert NEARLY in told_apart([[BIG], [NEARLY, OTHER]], few, settled=[NEARLY])
