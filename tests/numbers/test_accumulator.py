"""Batches of a signal: as one array while they are few, and sums when they are many."""

from sys import maxsize

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actviz.errors import SpecError
from actviz.numbers.accumulator import EXACT_VALUES, Accumulator
from actviz.numbers.histogram import Histogram, bin_edges
from actviz.numbers.stats import describe
from actviz.numbers.sums import Asked

EDGES = bin_edges(-1.0, 1.0, 10)
ASKED = Asked(edges=(EDGES,), rank_rows=maxsize)


def accumulated(parts, **options):
    found = Accumulator(ASKED, **options)
    for part in parts:
        found.update(part)
    return found


def batches(seed=0, sizes=(3, 1, 20, 7), units=4):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal((n, units)) for n in sizes]


def test_few_values_are_kept_in_their_order():
    parts = batches()
    found = accumulated(parts)
    assert found.is_exact
    assert found.samples == 31
    np.testing.assert_array_equal(found.values(), np.concatenate(parts))
    found.update(parts[0])
    assert found.values().shape == (34, 4)


def test_the_first_value_too_many_makes_sums_of_them_all():
    assert EXACT_VALUES == 2**20
    found = accumulated([np.ones((4, 2))], exact=8)
    assert found.is_exact
    assert (found.fits(0), found.fits(1)) == (True, False)
    found.update(np.ones((1, 2)))
    assert not found.is_exact
    with pytest.raises(SpecError, match="forgotten"):
        found.values()
    assert found.sums().count == 10
    with pytest.raises(SpecError, match="forgotten"):
        found.count_between(EDGES)


@settings(max_examples=30, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=9),
    cut=st.integers(0, 9),
    exact=st.integers(1, 80),
)
def test_however_batches_are_grouped_and_merged_the_numbers_are_of_them_all(sizes, cut, exact):
    parts = batches(len(sizes), sizes)
    values = np.concatenate(parts)
    found = accumulated(parts[:cut], exact=exact)
    other = accumulated(parts[cut:], exact=exact)
    found.merge(other)
    assert found.samples == len(values)
    assert found.is_exact == (values.size <= exact)
    sums, whole = found.sums(), describe(values, rank_rows=maxsize)
    assert sums.histograms == (Histogram.of(values, edges=EDGES),)
    stats = sums.stats()
    for name in ("count", "min", "max", "zero_fraction", "dead_unit_fraction"):
        assert getattr(stats, name) == getattr(whole, name)
    for name in ("mean", "std", "mean_cosine", "within_unit_std", "effective_rank"):
        expected = getattr(whole, name)
        assert getattr(stats, name) == (
            None if expected is None else pytest.approx(expected, rel=1e-9, abs=1e-12)
        )


def test_what_is_merged_stays_as_it_is():
    one, two = (accumulated(batches(seed), exact=20) for seed in (1, 2))
    before = two.sums().stats()
    one.merge(two)
    one.update(np.zeros((5, 4)))
    assert two.sums().stats() == before
    assert two.samples == 31
