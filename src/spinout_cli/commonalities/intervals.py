"""How sure a share is: an interval for it, by a method with a name."""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

LEVEL = 0.95
"""The level of every interval that is told."""

Z = NormalDist().inv_cdf((1 + LEVEL) / 2)
"""How many standard errors an interval reaches to each side."""


class Interval(NamedTuple):
    """From where to where."""

    low: float
    high: float


def wilson(met: int, total: int, z: float = Z) -> Interval:
    """Return the score interval for a share: `met` of `total`, at least one.

    Method: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (1927) 209-212; without continuity correction.

    >>> low, high = wilson(15, 50)
    >>> round(low, 4), round(high, 4)
    (0.191, 0.4375)
    """
    share, weight = met / total, z * z / total
    middle = share + weight / 2
    reach = z * sqrt(share * (1 - share) / total + weight / (4 * total))
    low, high = (middle - reach) / (1 + weight), (middle + reach) / (1 + weight)
    return Interval(0.0 if met == 0 else low, 1.0 if met == total else high)
