"""Every statistical method against scipy and statsmodels."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from spinout_cli.commonalities.association import (
    chi_square_p,
    chi_square_tail,
    holm,
    mantel_haenszel_odds,
    mantel_haenszel_p,
    wilson,
)
from spinout_cli.commonalities.counts import TwoByTwo
from spinout_cli.commonalities.suppression import Share

counts = st.integers(1, 400)
strata = st.lists(st.builds(TwoByTwo, *[counts] * 4), min_size=1, max_size=6)


@given(st.floats(0, 400), st.integers(1, 40))
def test_the_tail_of_chi_square(value, degrees):
    expected = stats.chi2.sf(value, degrees)
    assert chi_square_tail(value, degrees) == pytest.approx(expected, rel=1e-9, abs=1e-300)


@given(st.integers(0, 2000), st.integers(1, 2000))
def test_wilson(met, total):
    assume(met <= total)
    assert wilson(met, total) == pytest.approx(
        proportion_confint(met, total, method="wilson"), abs=1e-12
    )


@given(strata)
def test_mantel_and_haenszel(tables):
    table = StratifiedTable([np.array([[c.both, c.first], [c.second, c.neither]]) for c in tables])
    ratio = mantel_haenszel_odds(tables)
    assert ratio is not None
    assert ratio.value == pytest.approx(table.oddsratio_pooled)
    assert ratio.interval == pytest.approx(table.oddsratio_pooled_confint())
    # statsmodels takes one half off even where the difference is less; R and we do not go below 0.
    if (
        abs(sum(c.both - (c.both + c.first) * (c.both + c.second) / c.total for c in tables))
        < 1 / 2
    ):
        assert mantel_haenszel_p(tables) == 1
    else:
        corrected = table.test_null_odds(correction=True)
        expected = stats.chi2.sf(corrected.statistic, 1)  # its own p loses digits near nought
        assert mantel_haenszel_p(tables) == pytest.approx(expected, rel=1e-9, abs=1e-300)


@given(st.lists(st.builds(Share, st.integers(10, 300), st.integers(10, 300)), min_size=2))
def test_chi_square_of_groups(groups):
    table = np.array([[group.met, group.rest] for group in groups])
    expected = stats.chi2_contingency(table, correction=False)
    assume(expected.expected_freq.min() >= 5)
    assert chi_square_p(groups) == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-300)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_holm(chances):
    assert holm(chances) == pytest.approx(list(multipletests(chances, method="holm")[1]))
