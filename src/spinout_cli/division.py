"""Which groups may be told apart: so that no sum or difference of what is told tells of a few.

A count is safe where it and the rest of those who answered both reach `LEAST`: a reader who has the
one and the total has the other. A group is told apart only while everything that can be had from it
by adding and subtracting is safe too, within its circumstance and against every other. What is not
told apart is told together. `docs/commonalities.md` says what that promises and what it does not.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from spinout_cli.tallies import EVERYBODY, Group

LEAST = 10
"""The smallest count that is published (the ONS 10-5 rule)."""


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


class _Block(NamedTuple):
    """Organisations of whom a reader knows the count: a group told apart, or all the others."""

    share: Share
    size: int
    group: int | None
    """The group's number; None for the others."""

    shared: Sequence[int]
    """How many organisations it shares with every group, by the group's number."""


class Divisions:
    """Every way in which the organisations of one data set are divided into groups.

    Each division is made of groups that share nobody: the choices of a circumstance, or a single
    choice where several may be made. Everybody else is "the others".
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
        _Sieve(self, [counts.get(g, NOBODY) for g in self.groups], counts[EVERYBODY]).run(
            told, held
        )
        return frozenset(self.groups[number] for number in told)

    def blocks(
        self, members: Sequence[int], told: set[int], counts: Sequence[Share], everybody: Share
    ) -> list[_Block]:
        """Return what a reader knows of one division: the groups told apart, and all the others."""
        apart = [number for number in members if number in told]
        if not apart:
            return []
        blocks = [_Block(counts[n], self._sizes[n], n, self._shared[n]) for n in apart]
        size = self._counted - sum(block.size for block in blocks)
        shared = [
            own - sum(self._shared[n][number] for n in apart)
            for number, own in enumerate(self._sizes)
        ]
        others = everybody.less(block.share for block in blocks)
        return [*blocks, _Block(others, size, None, shared)]

    @property
    def members(self) -> list[list[int]]:
        """The numbers of the groups of every division."""
        return self._members


class _Sieve:
    """Takes groups away until nothing that can be had from the others tells of a few."""

    def __init__(self, divisions: Divisions, counts: Sequence[Share], everybody: Share) -> None:
        self._divisions = divisions
        self._counts = counts
        self._everybody = everybody

    def run(self, told: set[int], held: set[int]) -> None:
        """Take away, the smallest first, whatever lets a small count be had."""
        divisions = self._divisions.members
        known = [self._blocks(number, told) for number in range(len(divisions))]
        doubtful = list(range(len(divisions)))
        while doubtful:
            number = doubtful.pop()
            cleared = [blocks for other, blocks in enumerate(known) if other not in doubtful]
            culprits = self._culprits(number, known[number], cleared)
            if culprits is None:
                continue
            doubtful.append(number)
            loose = (culprits & told) - held or told - held
            dropped = min(loose, key=lambda number: (self._counts[number].total, number))
            told.discard(dropped)
            home = next(n for n, members in enumerate(divisions) if dropped in members)
            known[home] = self._blocks(home, told)
            if home not in doubtful:
                doubtful.append(home)

    def _blocks(self, number: int, told: set[int]) -> list[_Block]:
        members = self._divisions.members[number]
        return self._divisions.blocks(members, told, self._counts, self._everybody)

    def _culprits(
        self, number: int, blocks: list[_Block], cleared: Sequence[list[_Block]]
    ) -> set[int] | None:
        """Return groups of which one must go since a division, held against others, tells of a few."""
        if blocks and not _harmless(blocks[-1].share):
            return set(self._divisions.members[number])
        for others in cleared if blocks else ():
            if others is blocks or not others:
                continue
            if self._tells(blocks, others) or self._tells(others, blocks):
                return {b.group for b in (*blocks, *others) if b.group is not None}
        return None

    def _tells(self, blocks: list[_Block], inner: list[_Block]) -> bool:
        """Hold each block, and everybody outside it, against the blocks of another division."""
        for block in blocks:
            common = [_common(block, other, inner) for other in inner]
            astray = [other.size - own for other, own in zip(inner, common, strict=True)]
            outside = self._everybody.less([block.share])
            if _leaks(block.share, inner, common, astray):
                return True
            if _leaks(outside, inner, astray, common):
                return True
        return False


def _harmless(share: Share) -> bool:
    """Tell whether a count that can be had gives nobody away: it is safe, or nobody is there."""
    return share == NOBODY or share.safe


def _common(block: _Block, other: _Block, inner: Sequence[_Block]) -> int:
    """How many organisations two blocks of different divisions share."""
    if other.group is not None:
        return block.shared[other.group]
    return block.size - sum(block.shared[b.group] for b in inner if b.group is not None)


def _leaks(
    whole: Share, inner: Sequence[_Block], within: Sequence[int], outside: Sequence[int]
) -> bool:
    """Tell whether taking away the blocks that lie inside leaves a count that is not safe.

    A block lies inside although some of it does not, as long as they are fewer than `LEAST`: what
    is left then tells of the rest of the whole to within those few.

    Args:
        whole: the count that is taken from.
        inner: the blocks of a division.
        within: how many organisations of each lie inside.
        outside: how many of each do not.
    """
    nearly = [n for n, number in enumerate(outside) if number < LEAST and within[n]]
    nearly.sort(key=outside.__getitem__)
    astray, (met, rest) = 0, whole
    for number in nearly:
        astray += outside[number]
        if astray >= LEAST:
            return False
        share = inner[number].share
        met, rest = met - share.met, rest - share.rest
        if (met < LEAST or rest < LEAST) and (astray or met or rest):
            return True
    return False
