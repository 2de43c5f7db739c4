"""Complementary suppression: which groups may be published so that no difference reveals a few.

A count is safe where it and the rest of those who answered both reach `LEAST`: a reader who has the
one and the total has the other. A group is told apart only while everything that can be had from it
by adding and subtracting is safe too, within its circumstance and against every other. What is not
told apart is told together. `docs/commonalities.md` says what that promises and what it does not.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from spinout_cli.commonalities.counts import EVERYBODY, Group

LEAST = 10
"""The smallest count that is published (the ONS 10-5 rule)."""

_KEPT = 1 << 12
"""Layouts, and pairs of them, that are kept at most."""


class Share(NamedTuple):
    """How many of those who answered have something, and how many have not."""

    met: int
    rest: int

    @property
    def total(self) -> int:
        """How many answered."""
        return self.met + self.rest

    @property
    def safe(self) -> bool:
        """Whether both sides reach the least that is published."""
        return self.met >= LEAST and self.rest >= LEAST

    def less(self, others: Iterable["Share"]) -> "Share":
        """Take other counts away."""
        met, rest = self
        for other in others:
            met, rest = met - other.met, rest - other.rest
        return Share(met, rest)


NOBODY = Share(0, 0)


class _Layout:
    """How a reader knows one division: the groups told apart, and last all the others.

    Nothing in it is a count: one layout serves every count for which the same groups are told.
    """

    def __init__(self, groups: tuple[int, ...], sizes: list[int], shared: list[list[int]]) -> None:
        """Take the blocks of a division.

        Args:
            groups: the numbers of the groups told apart.
            sizes: how many organisations each block has.
            shared: how many organisations each block shares with every group, by its number.
        """
        self.groups, self.sizes, self.shared = groups, sizes, shared

    def common(self, block: int, inner: "_Layout") -> list[int]:
        """Return how many organisations a block shares with each block of another division."""
        shared = self.shared[block]
        common = [shared[group] for group in inner.groups]
        return [*common, self.sizes[block] - sum(common)]


class _Derivation(NamedTuple):
    """A way to a count that nobody told: a block, or everybody outside it, less what lies inside.

    `less` names the blocks of another division that are to be taken away one after the other, with
    how many organisations of them all until then lie astray.
    """

    block: int
    outside: bool
    less: list[tuple[int, int]]


class Divisions:
    """Every way in which the organisations of one data set are divided into groups.

    Each division is made of groups that share nobody: the choices of a circumstance, or a single
    choice where several may be made. Everybody else is "the others". `layout` tells how a division
    is known that tells these groups apart, and `ways` the ways from one layout by another: most
    counts end with the same groups told apart, so both are worked out once.
    """

    def __init__(
        self,
        divisions: Sequence[Sequence[Group]],
        sizes: Mapping[Group, int],
        overlaps: Mapping[tuple[Group, Group], int],
        counted: int,
    ) -> None:
        """Take the divisions, and how many organisations their groups have and share."""
        self.groups = [group for division in divisions for group in division]
        numbers = {group: number for number, group in enumerate(self.groups)}
        self._members = [[numbers[group] for group in division] for division in divisions]
        self._sizes = [sizes.get(group, 0) for group in self.groups]
        self._counted = counted
        self._shared = [[0] * len(self.groups) for _ in self.groups]
        for number, size in enumerate(self._sizes):
            self._shared[number][number] = size
        for (one, other), both in overlaps.items():
            if one in numbers and other in numbers:
                self._shared[numbers[one]][numbers[other]] = both
                self._shared[numbers[other]][numbers[one]] = both
        self.layout = lru_cache(_KEPT)(self._laid_out)
        self.ways = lru_cache(_KEPT)(_ways)

    def told_apart(
        self,
        counts: Mapping[Group, Share],
        wanted: Iterable[Group] | None = None,
        settled: Iterable[Group] = (),
    ) -> frozenset[Group] | None:
        """Return the groups that may be told apart; None if not even everybody's count is safe.

        Args:
            counts: what was counted, by group, with `EVERYBODY`.
            wanted: the groups that are considered; all of them, if left out.
            settled: groups that are told apart whatever else is.
        """
        if not counts.get(EVERYBODY, NOBODY).safe:
            return None
        fixed = frozenset(settled)
        considered = set(self.groups if wanted is None else wanted) | fixed
        told = {
            number
            for number, group in enumerate(self.groups)
            if group in considered and (group in fixed or counts.get(group, NOBODY).safe)
        }
        held = {number for number in told if self.groups[number] in fixed}
        _Suppressor(self, [counts.get(g, NOBODY) for g in self.groups], counts[EVERYBODY]).run(
            told, held
        )
        return frozenset(self.groups[number] for number in told)

    def _laid_out(self, apart: tuple[int, ...]) -> _Layout:
        sizes = [self._sizes[number] for number in apart]
        shared = [self._shared[number] for number in apart]
        others = [
            own - sum(each)
            for own, each in zip(self._sizes, zip(*shared, strict=True), strict=True)
        ]
        return _Layout(apart, [*sizes, self._counted - sum(sizes)], [*shared, others])

    @property
    def members(self) -> list[list[int]]:
        """The numbers of the groups of every division."""
        return self._members


class _Known(NamedTuple):
    """What a reader knows of one division: the count of every block."""

    layout: _Layout
    shares: list[Share]


class _Suppressor:
    """Takes groups away until nothing that can be had from the others tells of a few."""

    def __init__(self, divisions: Divisions, counts: Sequence[Share], everybody: Share) -> None:
        self._divisions = divisions
        self._counts = counts
        self._everybody = everybody

    def run(self, told: set[int], held: set[int]) -> None:
        """Take away, the smallest first, whatever lets a small count be had."""
        divisions = self._divisions.members
        known = [self._known(number, told) for number in range(len(divisions))]
        doubtful = list(range(len(divisions)))
        while doubtful:
            number = doubtful.pop()
            cleared = [each for other, each in enumerate(known) if other not in doubtful]
            culprits = self._culprits(number, known[number], cleared)
            if culprits is None:
                continue
            doubtful.append(number)
            loose = (culprits & told) - held or told - held
            dropped = min(loose, key=lambda number: (self._counts[number].total, number))
            told.discard(dropped)
            home = next(n for n, members in enumerate(divisions) if dropped in members)
            known[home] = self._known(home, told)
            if home not in doubtful:
                doubtful.append(home)

    def _known(self, number: int, told: set[int]) -> _Known | None:
        """Return what is known of a division; None where no group of it is told apart."""
        apart = tuple(group for group in self._divisions.members[number] if group in told)
        if not apart:
            return None
        shares = [self._counts[group] for group in apart]
        return _Known(self._divisions.layout(apart), [*shares, self._everybody.less(shares)])

    def _culprits(
        self, number: int, known: _Known | None, cleared: Sequence[_Known | None]
    ) -> set[int] | None:
        """Return groups of which one must go since a division, held against others, tells of a few."""
        if known is None:
            return None
        if not _harmless(known.shares[-1]):
            return set(self._divisions.members[number])
        for other in cleared:
            if other is None or other is known:
                continue
            if self._tells(known, other) or self._tells(other, known):
                return {*known.layout.groups, *other.layout.groups}
        return None

    def _tells(self, outer: _Known, inner: _Known) -> bool:
        """Hold each block, and everybody outside it, against the blocks of another division."""
        for block, outside, less in self._divisions.ways(outer.layout, inner.layout):
            share = outer.shares[block]
            met, rest = self._everybody.less([share]) if outside else share
            for taken, astray in less:
                share = inner.shares[taken]
                met, rest = met - share.met, rest - share.rest
                if (met < LEAST or rest < LEAST) and (astray or met or rest):
                    return True
        return False


def _harmless(share: Share) -> bool:
    """Tell whether a count that can be had gives nobody away: it is safe, or nobody is there."""
    return share == NOBODY or share.safe


def _ways(outer: _Layout, inner: _Layout) -> list[_Derivation]:
    """Return every way from the blocks of one division by those of another."""
    ways = []
    for block in range(len(outer.sizes)):
        common = outer.common(block, inner)
        beyond = [size - own for size, own in zip(inner.sizes, common, strict=True)]
        ways.append(_Derivation(block, outside=False, less=_inside(common, beyond)))
        ways.append(_Derivation(block, outside=True, less=_inside(beyond, common)))
    return [way for way in ways if way.less]


def _inside(within: Sequence[int], astray: Sequence[int]) -> list[tuple[int, int]]:
    """Return which blocks lie inside a whole, and how many organisations of them so far do not.

    A block lies inside although some of it does not, as long as they are fewer than `LEAST`: what
    is left then tells of the rest of the whole to within those few.

    Args:
        within: how many organisations of each block lie inside.
        astray: how many of each do not.
    """
    nearly = [n for n, number in enumerate(astray) if number < LEAST and within[n]]
    nearly.sort(key=astray.__getitem__)
    so_far = accumulate(astray[n] for n in nearly)
    return [(n, number) for n, number in zip(nearly, so_far, strict=True) if number < LEAST]
