"""An honest attacker: everything that can be worked out from all reports of one data set together.

It has every published figure at once, knows that the groups of a circumstance make up everybody,
knows which groups lie within which, and knows how counts are rounded. By linear programming it finds
the least and the most that every withheld count can be.
"""

from dataclasses import replace
from itertools import product

import pytest
from scipy.optimize import linprog
from scipy.sparse import lil_matrix

from helpers.count_by_hand import tally
from helpers.organisations import QUESTIONS, world, world_set
from spinout_cli.commonalities.counts import EVERYBODY, LIKENESS, Group
from spinout_cli.commonalities.disclosure import Band, Shown, publishable, rounded
from spinout_cli.commonalities.suppression import Share

PROMISED = 10
"""No withheld count can be told to a narrower range than this."""

SET = world_set()
STATES = ("roadblock", "neither", "enabler", "unknown")
MET = {"roadblock": ("roadblock",), "enabler": ("enabler",), "unknown": ("unknown",)}
SLACK = 2
"""How far a rounded count may be from the count."""


def _met_and_all(kind, share):
    """What a share tells: how many have it, and how many could have."""
    return (MET[kind], share.met), (STATES if kind == "unknown" else STATES[:3], share.total)


class Programme:
    """Linear constraints on counts, of which none can be negative."""

    def __init__(self):
        self.equal, self.less = [], []

    def close(self, keys):
        self.columns = {key: place for place, key in enumerate(keys)}
        self.constraints = (*self._matrix(self.less), *self._matrix(self.equal))

    def _matrix(self, rows):
        matrix = lil_matrix((len(rows), len(self.columns)))
        for number, (row, _) in enumerate(rows):
            for key, factor in row.items():
                matrix[number, self.columns[key]] = factor
        return matrix.tocsr(), [bound for _, bound in rows]

    def within(self, keys, count):
        self.between(dict.fromkeys(keys, 1), count)

    def between(self, row, count):
        """It knows this sum as it is rounded."""
        turned = {key: -factor for key, factor in row.items()}
        self.less += [(row, count + SLACK), (turned, SLACK - count)]

    def ends(self, keys):
        """Return the least and the most that the sum of these counts can be."""
        ends = []
        for sign in (1, -1):
            aim = [0.0] * len(self.columns)
            for key in keys:
                aim[self.columns[key]] = sign
            found = linprog(aim, *self.constraints, bounds=(0, 10_000))
            assert found.status == 0, found.message
            ends.append(sign * found.fun)
        return ends


class Attacker(Programme):
    """How many of each group gave each reply to one question."""

    def __init__(self, tallies, shown, question, likes=(), pairs=()):
        super().__init__()
        self.sizes, self.overlaps = tallies.sizes, tallies.overlaps
        self.groups = [EVERYBODY, *(g for g in tallies.sizes if tallies.sizes[g])]
        self._partitions()
        self._nested()
        for (kind, name), each in shown.items():
            if name == question:
                self._published(kind, each)
        for like in likes:
            for (kind, name), share in like.shown.items():
                if name == question:
                    self._share([Group(LIKENESS, like.peer_group.id)], kind, share)
        for pair in pairs:
            self._paired(pair, question)
        self.close([(g, state) for g in self.groups for state in STATES])

    def _partitions(self):
        for name in (*(c.id for c in SET.circumstances if not c.multiple), LIKENESS):
            own = [g for g in self.groups if g.circumstance == name]
            for state in STATES if own else ():
                row = {(g, state): 1 for g in own} | {(EVERYBODY, state): -1}
                self.equal.append((row, 0))
        for name in STATES:
            self.less += [({(g, name): 1, (EVERYBODY, name): -1}, 0) for g in self.groups[1:]]

    def _inside(self, one, other):
        both = self.overlaps.get((one, other), self.overlaps.get((other, one), 0))
        return both == self.sizes[one]

    def _nested(self):
        multiple = {c.id for c in SET.circumstances if c.multiple}
        for whole in self.groups[1:]:
            for circumstance in {g.circumstance for g in self.groups[1:]} - {whole.circumstance}:
                parts = [g for g in self.groups if g.circumstance == circumstance]
                parts = [g for g in parts if self._inside(g, whole)]
                for together in [[g] for g in parts] if circumstance in multiple else [parts]:
                    for state in STATES if together else ():
                        row = {(g, state): 1 for g in together} | {(whole, state): -1}
                        self.less.append((row, 0))

    def _published(self, kind, shown):
        if shown.overall is not None:
            self._share([EVERYBODY], kind, shown.overall)
        for circumstance, bands in shown.by.items():
            for band in bands:
                groups = [Group(circumstance, choice) for choice in band.choices]
                self._share(groups, kind, band.share)

        for group, share in shown.others.items():
            for states, count in _met_and_all(kind, share):
                row = {(EVERYBODY, state): 1 for state in states}
                self.between(row | {(group, state): -1 for state in states}, count)

    def _share(self, groups, kind, share):
        for states, count in _met_and_all(kind, share):
            self._known(groups, states, count)

    def _paired(self, pair, question):
        """It knows every rounded cell of every stage, of which only sums and odds are printed."""
        for stage, cell in pair.strata.items():
            sides = {
                pair.first: (cell.both + cell.first, cell.second + cell.neither),
                pair.second: (cell.both + cell.second, cell.first + cell.neither),
            }
            for finding, (met, rest) in sides.items():
                if finding.question == question:
                    group = Group("launch", stage)
                    others = [s for s in STATES[:3] if s != finding.kind]
                    self.less.append(({(group, finding.kind): -1}, 2 * SLACK - met))
                    self.less.append(({(group, s): -1 for s in others}, 2 * SLACK - rest))

    def _known(self, groups, states, count):
        self.within([(g, state) for g in groups for state in states], count)

    def range(self, group, states):
        """Return the least and the most that a count can be."""
        return self.ends([(group, state) for state in states])


class Meeting(Programme):
    """How the replies to two questions meet at every stage, with all that is known of each."""

    def __init__(self, tallies, disclosed, names, attackers):
        super().__init__()
        self.names, self.kinds = names, [KINDS[name] for name in names]
        for name in names:
            self.equal += [(_of(name, row), bound) for row, bound in attackers[name].equal]
            self.less += [(_of(name, row), bound) for row, bound in attackers[name].less]
        self.stages = [g for g in tallies.sizes if g.circumstance == "launch"]
        for stage in self.stages:
            self._met(stage)
        for pair in disclosed.pairs:
            if (pair.first.question, pair.second.question) == names:
                self._paired(pair)
        own = [(name, *key) for name in names for key in attackers[name].columns]
        self.close([*own, *(cell for stage in self.stages for cell in self._cells(stage))])

    def _cells(self, stage):
        """Every way to reply to both; None is not to have answered one of them."""
        return [(stage, *met) for met in product(*((*kinds, None) for kinds in self.kinds))]

    def _met(self, stage):
        for side, name in enumerate(self.names):
            for kind in STATES[:3]:
                cells = [cell for cell in self._cells(stage) if cell[1 + side] == kind]
                row = dict.fromkeys(cells, 1) | {(name, stage, kind): -1}
                self.equal.append((row, 0))

    def _paired(self, pair):
        wanted = pair.first.kind, pair.second.kind
        for stage, cell in pair.strata.items():
            parts = {True: {True: [], False: []}, False: {True: [], False: []}}
            for each in self._cells(Group("launch", stage)):
                if None not in each:
                    parts[each[1] == wanted[0]][each[2] == wanted[1]].append(each)
            self.within(parts[True][True], cell.both)
            self.within(parts[True][False], cell.first)
            self.within(parts[False][True], cell.second)
            self.within(parts[False][False], cell.neither)

    def few(self, tallies):
        """Yield the cells of those who answered both that are under ten, with their counts."""
        pairs = {
            (pair.first.kind, pair.second.kind): pair.strata
            for pair in tallies.pairs
            if (pair.first.question, pair.second.question) == self.names
        }
        for stage in self.stages:
            tables = {kinds: strata.get(stage.choice) for kinds, strata in pairs.items()}
            for cell in self._cells(stage) if all(tables.values()) else ():
                if None not in cell and (true := _true(tables, *cell[1:])) < PROMISED:
                    yield cell, true


KINDS = {
    name: tuple(kind for kind in STATES[:3] if kind != "neither" or name != "staff.morale")
    for name in QUESTIONS
}
"""What an answer can be."""


def _of(name, row):
    return {(name, *key): factor for key, factor in row.items()}


def _true(tables, first, second):
    """How many have both of these, whatever pair tells it."""
    if first == "neither":
        both = [_true(tables, side, second) for side in MET if side != "unknown"]
        table = tables["roadblock", second if second != "neither" else "roadblock"]
        if second == "neither":
            columns = [tables["roadblock", side] for side in ("roadblock", "enabler")]
            return table.total - sum(t.both + t.second for t in columns) - sum(both)
        return table.both + table.second - sum(both)
    if second == "neither":
        table = tables[first, "roadblock"]
        return table.first - tables[first, "enabler"].both
    return tables[first, second].both


def withheld(tallies, disclosed, question):
    """Yield every count under ten that is not shown, in a group where somebody could have said it."""
    for group, reply in tallies.replies[question].items():
        for kind, met in MET.items():
            shown = disclosed.shown[kind, question]
            could = STATES if kind == "unknown" else STATES[:3]
            apart = {band.choices for band in shown.by.get(group.circumstance, ())}
            told = shown.overall if group == EVERYBODY else (group.choice,) in apart
            if not told and sum(getattr(reply, state) for state in could):
                for side in (met, tuple(state for state in could if state not in met)):
                    if sum(getattr(reply, state) for state in side) < 10:
                        yield group, side


def every_like(tallies):
    """Return what `--like` tells for every file that anybody could give."""
    for peer_group in tallies.like.kinds:
        own = replace(tallies, like=replace(tallies.like, own=peer_group.id))
        if (like := publishable(own, SET).like) is not None:
            yield like


def narrowest(seed, size):
    sheets = world(seed, size)
    tallies = tally(sheets, SET, sheets[0])
    disclosed = publishable(tallies, SET)
    likes = list(every_like(tallies))
    attackers = {
        question: Attacker(tallies, disclosed.shown, question, likes, disclosed.pairs)
        for question in tallies.replies
    }
    found = []
    for question, attacker in attackers.items():
        for group, states in withheld(tallies, disclosed, question):
            low, high = attacker.range(group, states)
            true = sum(getattr(tallies.replies[question][group], state) for state in states)
            assert low - 1e-6 <= true <= high + 1e-6
            found.append((round(high - low, 3), states, question, group, true, low, high))
    return found


def narrowest_cell(seed, size):
    """Ask of every two questions for the cells of those who answered both."""
    tallies = tally(world(seed, size), SET)
    disclosed = publishable(tallies, SET)
    attackers = {
        question: Attacker(tallies, disclosed.shown, question) for question in tallies.replies
    }
    found = []
    for names in {(pair.first.question, pair.second.question) for pair in disclosed.pairs}:
        meeting = Meeting(tallies, disclosed, names, attackers)
        for cell, true in meeting.few(tallies):
            low, high = meeting.ends([cell])
            assert low - 1e-6 <= true <= high + 1e-6
            found.append((round(high - low, 3), names, cell, true, low, high))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("size", [40, 120, 400])
@pytest.mark.parametrize("seed", range(4))
def test_no_count_under_ten_can_be_told_to_a_range_narrower_than_ten(seed, size):
    found = narrowest(seed, size)
    assert found, "nothing was withheld: this shows nothing"
    assert min(found)[0] >= PROMISED, min(found)


@pytest.mark.slow
@pytest.mark.parametrize("size", [400, 1000])
@pytest.mark.parametrize("seed", range(12))
def test_nor_can_how_many_have_one_thing_and_another(seed, size):
    """Of a few who have both no pair tells, and no pair less another."""
    found = narrowest_cell(seed, size)
    assert all(each[0] >= PROMISED for each in found), min(found, key=lambda each: each[0])


def test_the_attacker_is_a_real_one():
    """It closes in on what is withheld as soon as one more group is shown than may be."""
    tallies = tally(world(3, 120), SET)
    shown = dict(publishable(tallies, SET).shown)
    question, kind = "money.plan", "roadblock"
    every = {
        group: Share(reply.roadblock, reply.neither + reply.enabler)
        for group, reply in tallies.replies[question].items()
    }
    small = min(
        (group for group in every if group.circumstance == "sector" and every[group].total),
        key=lambda group: every[group].met,
    )
    others = tuple(
        Band((group.choice,), Share(*map(rounded, share)))
        for group, share in every.items()
        if group.circumstance == "sector" and group != small
    )
    shown[kind, question] = Shown(Share(*map(rounded, every[EVERYBODY])), {"sector": others})
    low, high = Attacker(tallies, shown, question).range(small, (kind,))
    assert every[small].met < PROMISED
    assert low <= every[small].met <= high
    careful = Attacker(tallies, publishable(tallies, SET).shown, question)
    assert careful.range(small, (kind,))[1] - careful.range(small, (kind,))[0] >= PROMISED
    assert high < careful.range(small, (kind,))[1]
