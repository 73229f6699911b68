"""A unit's spread that bins cannot show: a bar of its std, and of its area."""

import numpy as np
import pytest

from actviz.numbers.histogram import Histogram
from actviz.numbers.stats import SignalStats
from actviz.plot.grid.within import narrow_bar
from actviz.records.signal import SignalRecord

BINS = 20


def item_of(within, mean=0.5, std=0.2, ends=(0.0, 1.0)):
    counts = np.full(BINS, 5)
    histogram = Histogram(
        edges=np.linspace(*ends, BINS + 1), counts=counts, underflow=0, overflow=0, nonfinite=0
    )
    stats = SignalStats(count=100, nonfinite=0, mean=mean, std=std, within_unit_std=within)
    return SignalRecord(signal="activation", stats=stats, counted=histogram)


@pytest.mark.parametrize("ends", [(0.0, 1.0), (-2.0, 4.0)])
@pytest.mark.parametrize("within", [1e-9, 1e-4, 0.02])
def test_the_bar_has_the_std_and_the_area_of_the_values(within, ends):
    bar = narrow_bar(item_of(within, ends=ends), "density")
    reach = ends[1] - ends[0]
    assert ends[0] + bar.middle * reach == pytest.approx(0.5)
    assert bar.width * reach / 12**0.5 == pytest.approx(within)  # of what is spread evenly
    assert bar.width * reach * bar.height == pytest.approx(1.0)
    counted = narrow_bar(item_of(within, ends=ends), "count")
    assert counted.width * counted.height == pytest.approx(100 / BINS)  # as that of all bars


@pytest.mark.parametrize(
    ("within", "std", "mean", "shown"),
    [
        (0.024, 0.2, 0.5, True),
        (0.026, 0.2, 0.5, False),  # over half a bin
        (0.012, 0.02, 0.5, False),  # all values are narrow, and units spread as they do
        (0.009, 0.02, 0.5, True),
        (0.001, 0.2, 1.5, False),  # beyond the axis
        (None, 0.2, 0.5, False),
    ],
)
def test_bins_show_what_they_can(within, std, mean, shown):
    assert (narrow_bar(item_of(within, mean, std), "density") is not None) is shown


def test_a_unit_that_does_not_vary_is_as_thin_as_can_be():
    bar = narrow_bar(item_of(0.0), "density")
    assert 0 < bar.width < 1e-8
    assert np.isfinite(bar.height)
