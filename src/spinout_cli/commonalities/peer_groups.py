"""Peer groups: one partition of all organisations, the same for every report.

If each file asked for its own neighbours, two files that differ in one fact would tell by
subtraction what a few organisations answered. So everybody is divided once, circumstance by
circumstance in the set's order, and a part is divided no further than into parts of `PART`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

PART = 30
"""The fewest organisations that a part is divided into: fewer leave little that can be printed."""

DEPTH = 5
"""How many circumstances organisations are divided by at most, the set's first that have one choice."""

Pattern = tuple[str, ...]
"""The choices of an organisation, one for each circumstance that everybody is divided by."""


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """Organisations that are like each other: what they have in common, and how many they are."""

    id: str
    size: int
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By circumstance, the choices that its organisations have; one that does not divide is left out."""

    def holds(self, circumstances: Mapping[str, str]) -> bool:
        """Tell whether an organisation with these choices is of this kind."""
        return all(circumstances.get(name, "") in own for name, own in self.choices.items())


def peer_groups(patterns: Mapping[Pattern, int], names: Sequence[str]) -> tuple[PeerGroup, ...]:
    """Divide all organisations into kinds: every pattern is of exactly one.

    Args:
        patterns: how many organisations have each pattern.
        names: the circumstances, in the order of the choices in a pattern.

    >>> [
    ...     (peer_group.choices, peer_group.size)
    ...     for peer_group in peer_groups({("wales",): 40, ("england",): 50}, ["nation"])
    ... ]
    [({'nation': ('england',)}, 50), ({'nation': ('wales',)}, 40)]
    """
    parts = _divided(dict(patterns), names, 0, {})
    return tuple(
        PeerGroup(f"kind-{number}", size, choices)
        for number, (choices, size) in enumerate(parts, start=1)
    )


def _divided(
    patterns: dict[Pattern, int],
    names: Sequence[str],
    depth: int,
    shared: dict[str, tuple[str, ...]],
) -> Iterator[tuple[dict[str, tuple[str, ...]], int]]:
    if depth == len(names):
        yield shared, sum(patterns.values())
        return
    parts = _parts(patterns, depth)
    for choices in parts:
        within = {pattern: n for pattern, n in patterns.items() if pattern[depth] in choices}
        common = {**shared, names[depth]: choices} if len(parts) > 1 else shared
        yield from _divided(within, names, depth + 1, common)


def _parts(patterns: Mapping[Pattern, int], depth: int) -> list[tuple[str, ...]]:
    """Return the choices of one circumstance, those with too few organisations joined.

    What is still too few when joined takes in the next smallest.
    """
    sizes: Counter[str] = Counter()
    for pattern, number in patterns.items():
        sizes[pattern[depth]] += number
    by_size = sorted(sizes, key=lambda choice: (sizes[choice], choice))
    joined = [choice for choice in by_size if sizes[choice] < PART]
    while joined and len(joined) < len(by_size) and sum(sizes[name] for name in joined) < PART:
        joined.append(by_size[len(joined)])
    alone: list[Pattern] = [(choice,) for choice in reversed(by_size) if choice not in joined]
    return [*alone, tuple(sorted(joined))] if joined else alone
