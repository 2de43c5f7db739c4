"""Statistics of a vote on an ordered ladder: median, consensus, people who moved, a split.

All are computed from counts, one number a rung from the bottom up. Consensus is 1 - D, where D is the
ordinal dispersion of Leik (1966): with F the share of votes on a rung or below it, and m rungs,
D = 2 / (m - 1) times the sum, over all rungs but the top one, of the smaller of F and 1 - F. For 6, 3, 9
and 2 votes F is 6/20, 9/20 and 18/20, so D = 2/3 * 17/20 = 17/30, and the consensus is 13/30.

The consensus of Tastle and Wierman (2007) has the same range and ends. It measures distances from the mean
rung, which assumes that rungs are evenly far apart; an order of words does not promise that.

Sources:
    R. K. Leik, "A measure of ordinal consensus", Pacific Sociological Review 9(2), 1966, pages 85-90. The
        paper itself was not read: the formula and a worked value (D = 0.287 for 30 40 210 130 530 50 10)
        are those of the R package agrmt and of two other programs that cite it, which agree.
    W. J. Tastle and M. J. Wierman, "Consensus and dissention: A measure of ordinal dispersion",
        International Journal of Approximate Reasoning 45(3), 2007, pages 531-545,
        doi:10.1016/j.ijar.2006.06.024. Its abstract and formula were read.
    "Consensus measurement in Delphi studies", Technological Forecasting and Social Change, 2012,
        doi:10.1016/j.techfore.2012.04.013. Its highlights were read: consensus is not a suitable criterion
        for stopping.
"""

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

Counts = Sequence[int]
"""How many chose each rung, from the bottom up; who do not know are not among them."""

HOLDS_PART = 4
"""A rung that one in so many chose, or more, is one that part of the room holds."""


def medians(counts: Counts) -> tuple[int, ...]:
    """Return the rung in the middle, or both where the middle falls between two; () without votes.

    >>> medians([6, 3, 9, 2])
    (2,)
    >>> medians([5, 4, 4, 5])
    (1, 2)
    """
    known = sum(counts)
    if not known:
        return ()
    both = (_rung_of((known + 1) // 2, counts), _rung_of(known // 2 + 1, counts))
    return tuple(dict.fromkeys(both))


def _rung_of(person: int, counts: Counts) -> int:
    """The rung of the person who stands at this place when all line up from the bottom."""
    return bisect_left(list(accumulate(counts)), person)


def consensus(counts: Counts) -> Fraction | None:
    """Return 1 less Leik's D: 1 where all are alike, 0 where half stand at each end.

    It is not to be compared between ladders of different length. None without votes.

    >>> round(float(consensus([6, 3, 9, 2])), 2), round(float(consensus([1, 2, 19, 2])), 2)
    (0.43, 0.83)
    >>> consensus([5, 0, 0, 5]), consensus([0, 0, 7, 0])
    (Fraction(0, 1), Fraction(1, 1))
    """
    known = sum(counts)
    if not known:
        return None
    spread = sum(min(below, known - below) for below in accumulate(counts[:-1]))
    return 1 - Fraction(2 * spread, known * (len(counts) - 1))


def moved(before: Counts, after: Counts) -> int:
    """Return the least number of people who must have moved from one round to the next.

    Who do not know are one more place in both. Where one round has fewer votes, whoever gave none
    stands in a place of their own.

    >>> moved([6, 3, 9, 2, 10], [1, 2, 19, 2, 6])
    10
    """
    changes = [late - early for early, late in zip(before, after, strict=True)]
    came = sum(change for change in changes if change > 0)
    return max(came, came - sum(changes))


def split(counts: Counts) -> tuple[int, int] | None:
    """Return the outermost two rungs that each hold a quarter or more, unless they are neighbours.

    >>> split([6, 3, 9, 2])
    (0, 2)
    >>> split([1, 9, 9, 1]) is None
    True
    """
    known = sum(counts)
    held = [rung for rung, count in enumerate(counts) if count and HOLDS_PART * count >= known]
    return (held[0], held[-1]) if held and held[-1] - held[0] > 1 else None


def share_off_mode(counts: Counts) -> Fraction:
    """Return the share of the votes that are not on the commonest rung; 0 without votes.

    >>> share_off_mode([6, 3, 9, 2])
    Fraction(11, 20)
    """
    known = sum(counts)
    return Fraction(known - max(counts), known) if known else Fraction(0)


def not_known(counts: Counts, unknown: int) -> Fraction:
    """Return the share of all votes that say they do not know; 0 without votes.

    >>> not_known([6, 3, 9, 2], 10)
    Fraction(1, 3)
    """
    votes = sum(counts) + unknown
    return Fraction(unknown, votes) if votes else Fraction(0)


def medians_disjoint(one: Counts, other: Counts) -> bool:
    """Tell whether the middle of one group stands clear of the middle of the other.

    >>> medians_disjoint([6, 2, 0, 0], [0, 3, 9, 2]), medians_disjoint([6, 3, 2, 0], [1, 3, 1, 0])
    (True, True)
    >>> medians_disjoint([2, 3, 3, 0], [0, 2, 2, 0])
    False
    """
    ours, theirs = medians(one), medians(other)
    return bool(ours and theirs) and (ours[-1] < theirs[0] or theirs[-1] < ours[0])
