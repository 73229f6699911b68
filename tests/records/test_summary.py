"""From values to records: each of some edges has its histogram, and numpy's, of one look."""

import numpy as np
import pytest

from actviz.errors import RecordError
from actviz.numbers.histogram import OCTAVE_EDGES
from actviz.records.summary import summarize

VALUES = np.random.default_rng(0).standard_normal((40, 7)) + np.arange(7)
EDGES = [np.linspace(-3.03, 9.01, 14), np.linspace(0.02, 1.01, 6)]


def test_each_of_some_edges_has_a_histogram_and_all_the_same_statistics():
    found = summarize("activation", VALUES, edges=EDGES)
    assert found[0].stats == found[1].stats
    for item, edges in zip(found, EDGES, strict=True):
        assert item.histogram.edges.tolist() == edges.tolist()
        assert item.histogram.counts.tolist() == np.histogram(VALUES, edges)[0].tolist()
        assert item.histogram.kind == "values"
        assert item.unit_histogram is None


def test_a_unit_histogram_is_of_what_a_unit_spreads_about_the_mean_of_all():
    before = VALUES.copy()
    (item,) = summarize("activation", VALUES, edges=EDGES[:1], unit_histogram=True)
    about = VALUES - VALUES.mean(axis=0) + VALUES.mean()
    assert item.unit_histogram.counts.tolist() == np.histogram(about, EDGES[0])[0].tolist()
    assert item.histogram.counts.tolist() != item.unit_histogram.counts.tolist()
    np.testing.assert_array_equal(VALUES, before)


def test_magnitudes_are_counted_between_powers_of_two():
    found = summarize("gradient", VALUES, edges=[OCTAVE_EDGES, EDGES[0]])
    assert [item.histogram.kind for item in found] == ["magnitudes", "values"]
    counts = np.histogram(np.abs(VALUES), OCTAVE_EDGES)[0]
    assert found[0].histogram.counts.tolist() == counts.tolist()
    assert found[0].stats.median_magnitude == pytest.approx(np.median(np.abs(VALUES)))


def test_moments_alone_have_no_histogram_and_no_quantiles():
    whole, moments = (
        summarize("activation", VALUES, edges=EDGES, keep=keep)[-1]
        for keep in (None, ("scale", "shape"))
    )
    assert (moments.stats.mean, moments.stats.std) == (whole.stats.mean, whole.stats.std)
    assert whole.stats.quantiles is not None
    assert moments.stats.quantiles is None
    with pytest.raises(RecordError, match="activation"):
        _ = moments.histogram
