"""An honest attacker: everything that can be worked out from all reports of one data set together.

It has every published figure at once, knows that the groups of a circumstance make up everybody,
knows which groups lie within which, and knows how counts are rounded. By linear programming it finds
the least and the most that every withheld count can be.
"""

from dataclasses import replace

import pytest
from scipy.optimize import linprog
from scipy.sparse import lil_matrix

from counting import tally
from spinout_cli.disclosure import Band, Shown, protected, rounded
from spinout_cli.division import Share
from spinout_cli.tallies import EVERYBODY, LIKENESS, Group
from worlds import world, world_set

PROMISED = 10
"""No withheld count can be told to a narrower range than this."""

SET = world_set()
STATES = ("roadblock", "neither", "enabler", "unknown")
MET = {"roadblock": ("roadblock",), "enabler": ("enabler",), "unknown": ("unknown",)}
SLACK = 2
"""How far a rounded count may be from the count."""


class Attacker:
    """Linear constraints on how many of each group gave each reply to one question."""

    def __init__(self, tallies, shown, question, likes=(), pairs=()):
        self.sizes, self.overlaps = tallies.sizes, tallies.overlaps
        self.groups = [EVERYBODY, *(g for g in tallies.sizes if tallies.sizes[g])]
        self.columns = {
            key: place
            for place, key in enumerate((g, state) for g in self.groups for state in STATES)
        }
        self.equal, self.less = [], []
        self._partitions()
        self._nested()
        for (kind, name), each in shown.items():
            if name == question:
                self._published(kind, each)
        for like in likes:
            for (kind, name), share in like.shown.items():
                if name == question:
                    self._share([Group(LIKENESS, like.kin.id)], kind, share)
        for pair in pairs:
            self._paired(pair, question)
        self.constraints = (*self._matrix(self.less), *self._matrix(self.equal))

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

    def _share(self, groups, kind, share):
        self._known(groups, MET[kind], share.met)
        self._known(groups, STATES if kind == "unknown" else STATES[:3], share.total)

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
        row = {(g, state): 1 for g in groups for state in states}
        self.less += [(row, count + SLACK), (dict.fromkeys(row, -1), SLACK - count)]

    def _matrix(self, rows):
        matrix = lil_matrix((len(rows), len(self.columns)))
        for number, (row, _) in enumerate(rows):
            for key, factor in row.items():
                matrix[number, self.columns[key]] = factor
        return matrix.tocsr(), [bound for _, bound in rows]

    def range(self, group, states):
        """Return the least and the most that a count can be."""
        ends = []
        for sign in (1, -1):
            aim = [0.0] * len(self.columns)
            for state in states:
                aim[self.columns[group, state]] = sign
            found = linprog(aim, *self.constraints, bounds=(0, 10_000))
            assert found.status == 0, found.message
            ends.append(sign * found.fun)
        return ends


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
    for kin in tallies.like.kinds:
        own = replace(tallies, like=replace(tallies.like, own=kin.id))
        if (like := protected(own, SET).like) is not None:
            yield like


def narrowest(seed, size):
    sheets = world(seed, size)
    tallies = tally(sheets, SET, sheets[0])
    disclosed = protected(tallies, SET)
    likes = list(every_like(tallies))
    found = []
    for question in tallies.replies:
        attacker = Attacker(tallies, disclosed.shown, question, likes, disclosed.pairs)
        for group, states in withheld(tallies, disclosed, question):
            low, high = attacker.range(group, states)
            true = sum(getattr(tallies.replies[question][group], state) for state in states)
            assert low - 1e-6 <= true <= high + 1e-6
            found.append((round(high - low, 3), states, question, group, true, low, high))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("size", [40, 120, 400])
@pytest.mark.parametrize("seed", range(4))
def test_no_count_under_ten_can_be_told_to_a_range_narrower_than_ten(seed, size):
    found = narrowest(seed, size)
    assert found, "nothing was withheld: this shows nothing"
    assert min(found)[0] >= PROMISED, min(found)


def test_the_attacker_is_a_real_one():
    """It closes in on what is withheld as soon as one more group is shown than may be."""
    tallies = tally(world(3, 120), SET)
    shown = dict(protected(tallies, SET).shown)
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
    careful = Attacker(tallies, protected(tallies, SET).shown, question)
    assert careful.range(small, (kind,))[1] - careful.range(small, (kind,))[0] >= PROMISED
    assert high < careful.range(small, (kind,))[1]
