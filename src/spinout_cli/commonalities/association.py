"""Statistics: confidence intervals, tests of association and correction for multiple tests.

Everything takes whole counts, rounded or not, and needs no library: the distributions that it asks
for have closed forms where degrees of freedom are whole.
"""

from collections.abc import Iterable, Sequence
from math import erfc, exp, gamma, inf, log, sqrt
from statistics import NormalDist
from typing import NamedTuple

from spinout_cli.commonalities.counts import TwoByTwo
from spinout_cli.commonalities.suppression import Share

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


LEAST_EXPECTED = 5
"""The fewest that a group must be expected to have on each side for the chi-square test to hold."""


def chi_square_tail(value: float, degrees: int) -> float:
    """Return the chance that chi-square with so many degrees of freedom is at least this value.

    Method: the recurrence of the incomplete gamma function in whole and half steps (Abramowitz and
    Stegun, Handbook of Mathematical Functions, 1964, 26.4.4 and 26.4.5).

    >>> round(chi_square_tail(3.841459, 1), 6), round(chi_square_tail(9.487729, 4), 6)
    (0.05, 0.05)
    """
    half = value / 2
    if half <= 0:
        return 1.0
    tail, step = (erfc(sqrt(half)), 0.5) if degrees % 2 else (exp(-half), 1.0)
    while step < degrees / 2:
        tail += exp(step * log(half) - half) / gamma(step + 1)
        step += 1
    return min(tail, 1.0)


def mantel_haenszel_p(strata: Iterable[TwoByTwo]) -> float:
    """Return the chance of such an association or a stronger one, if within strata there is none.

    Method: the test of W. G. Cochran, "Some methods for strengthening the common chi-square tests",
    Biometrics 10 (1954) 417-451, as given with a continuity correction of one half by N. Mantel and
    W. Haenszel, "Statistical aspects of the analysis of data from retrospective studies of disease",
    Journal of the National Cancer Institute 22 (1959) 719-748. Strata of one or none tell nothing.
    """
    excess = variance = 0.0
    for cell in strata:
        n = cell.total
        if n > 1:
            with_first, with_second = cell.both + cell.first, cell.both + cell.second
            excess += cell.both - with_first * with_second / n
            spread = with_first * (n - with_first) * with_second * (n - with_second)
            variance += spread / (n * n * (n - 1))
    if variance <= 0:
        return 1.0
    return chi_square_tail(max(abs(excess) - 0.5, 0.0) ** 2 / variance, 1)


class OddsRatio(NamedTuple):
    """How many times the odds of one are higher where the other is; infinite where nobody lacks it."""

    value: float
    interval: Interval


def mantel_haenszel_odds(strata: Iterable[TwoByTwo]) -> OddsRatio | None:
    """Return the odds ratio common to all strata, with its interval; None where there is none.

    Method: Mantel and Haenszel 1959, as above; the interval after J. Robins, N. Breslow and S.
    Greenland, "Estimators of the Mantel-Haenszel variance consistent in both sparse data and
    large-strata limiting models", Biometrics 42 (1986) 311-323.
    """
    up = down = upper = mixed = lower = 0.0
    for cell in strata:
        if n := cell.total:
            alike, unlike = (cell.both + cell.neither) / n, (cell.first + cell.second) / n
            r, s = cell.both * cell.neither / n, cell.first * cell.second / n
            up, down = up + r, down + s
            upper += alike * r
            mixed += alike * s + unlike * r
            lower += unlike * s
    if up == 0 and down == 0:
        return None
    if up == 0 or down == 0:
        return OddsRatio(inf if up else 0.0, Interval(0.0, inf))
    error = sqrt(upper / (2 * up * up) + mixed / (2 * up * down) + lower / (2 * down * down))
    ratio = up / down
    return OddsRatio(ratio, Interval(ratio * exp(-Z * error), ratio * exp(Z * error)))


def lift(cell: TwoByTwo) -> float | None:
    """Return how many times more often both are found than if the two had nothing to do with each other.

    >>> lift(TwoByTwo(both=30, first=10, second=20, neither=40))
    1.5
    """
    expected = (cell.both + cell.first) * (cell.both + cell.second)
    return cell.both * cell.total / expected if expected else None


def chi_square_p(groups: Sequence[Share]) -> float | None:
    """Return the chance of groups differing at least so much, if in truth they do not differ.

    Groups that are too small to expect `LEAST_EXPECTED` on each side are left out; None where fewer
    than two are left.

    Method: K. Pearson, "On the criterion that a given system of deviations ...", Philosophical
    Magazine 50 (1900) 157-175; the least expected count after Cochran 1954, as above.
    """
    used = large_enough(groups)
    whole = Share(sum(each.met for each in used), sum(each.rest for each in used))
    if len(used) <= 1 or not (whole.met and whole.rest):
        return None
    value = sum(
        (each.met - expected) ** 2 * whole.total / (expected * whole.rest)
        for each in used
        for expected in [each.total * whole.met / whole.total]
    )
    return chi_square_tail(value, len(used) - 1)


def large_enough(groups: Sequence[Share]) -> list[Share]:
    """Return the groups that are large enough for the test, the smallest left out first."""
    used = sorted(groups, key=lambda each: (-each.total, each.met))
    while used:
        met, rest = sum(each.met for each in used), sum(each.rest for each in used)
        if used[-1].total * min(met, rest) >= LEAST_EXPECTED * (met + rest):
            break
        used.pop()
    return used


def holm(chances: Sequence[float]) -> list[float]:
    """Return what each chance comes to among so many tests, in the same order.

    Whatever is below 0.05 then holds for all of them together: the chance that any of it arose from
    chance alone is at most one in twenty, however the tests hang together.

    Method: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal
    of Statistics 6 (1979) 65-70.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted = [1.0] * len(chances)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(chances)), key=chances.__getitem__)):
        highest = max(highest, min((len(chances) - rank) * chances[place], 1.0))
        adjusted[place] = highest
    return adjusted
