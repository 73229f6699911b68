"""Scales from outside: pictures of several moments on one scale, so that the eye may compare."""

import numpy as np
import pytest
from drawn import FOUR, record, records
from matplotlib.collections import LineCollection, PolyCollection

import actviz
from actviz.numbers.histogram import OCTAVE_EDGES
from actviz.plot.facets.curves import stack_curves
from actviz.plot.facets.depth import Panels, depth_figure
from actviz.plot.facets.layers import overlay_figure, ridge_figure
from actviz.plot.heights import (
    ALL,
    Heights,
    Scales,
    Span,
    axis_labels,
    common_scales,
    decades,
    heights_of,
    window_of,
)
from actviz.plot.marks.trends import LogAxis
from actviz.plot.paper.style import look_of
from actviz.plot.training.curves import LOSS
from actviz.plot.training.inside import STRIPS_DRAWING
from actviz.plot.training.page import training_figure
from actviz.words.told import tell

LOOK = look_of("slide", "light")
#: Two moments of a stack: the second is less spread, and so higher.
RANGE = {"range": (-1.0, 1.0)}


def frames():
    return [tell([record("tanh", init, **RANGE)]) for init in ("xavier", "std=0.05")]


@pytest.mark.parametrize(
    ("draw", "kind"), [(overlay_figure, LineCollection), (ridge_figure, PolyCollection)]
)
def test_curves_on_common_scales_are_in_proportion(draw, kind):
    heights = Heights(signal="activation", share_y="row", values="density", log_y=False)
    each = [stack_curves(told, heights)[1] for told in frames()]
    common = common_scales(each)
    for scales, told in zip(each, frames(), strict=True):
        factor = next(iter(scales.spans.values())).top / next(iter(common.spans.values())).top

        def reach(given, told=told):
            made = draw(told, heights, LOOK, given)
            (collection,) = (c for c in made.axes[0].collections if isinstance(c, kind))
            return np.array([np.ptp(path.vertices[:, 1]) for path in collection.get_paths()])

        np.testing.assert_allclose(reach(common), reach(None) * factor, rtol=1e-6)


@pytest.mark.parametrize("draw", [overlay_figure, ridge_figure])
def test_curves_that_a_given_scale_cuts_are_said_to_be(draw):
    heights = Heights(signal="activation", share_y="row", values="density", log_y=False)
    (told, _), (key, span) = (
        frames(),
        next(iter(stack_curves(frames()[0], heights)[1].spans.items())),
    )
    low = Scales(windows={}, spans={key: Span(top=span.top / 2, least=None)})
    assert (
        "Curves are cut where they are higher than the scale."
        in draw(told, heights, LOOK, low).picture.caption
    )
    assert "Cut" not in draw(told, heights, LOOK).picture.caption


def test_a_trend_is_drawn_on_a_given_axis():
    told = tell([record("tanh", "xavier")])
    given = {("tanh", "std"): LogAxis(low=-6, high=2)}
    made = depth_figure(told, [Panels(("std",))], None, LOOK, given)
    texts = [text.get_text() for text in made.texts]
    assert {"10⁻⁶", "100"} & set(texts)
    solid = [x for x in made.axes[0].lines if x.get_linestyle() == "-"]
    line = max(solid, key=lambda x: x.get_linewidth())
    stds = np.array([layer["activation"].stats.std for layer in told[0].layers])
    top = made.axes[0].get_ylim()[1]
    np.testing.assert_allclose(line.get_ydata(), (np.log10(stds) + 6) / 8 * top)


@pytest.fixture(scope="module")
def training():
    return actviz.train(
        "circles", inits=["he"], hidden=(6, 6), steps=20, report_every=10, record_every=10
    )


def test_a_training_is_drawn_on_given_axes(training):
    made = training_figure(training, LOSS, LOOK, {"loss": (0.0, 7.0)})
    assert made.axes[0].get_ylim() == (0.0, 7.0)
    limits = {"std": (-3.0, 1.0)}
    own = training_figure(training, STRIPS_DRAWING, LOOK).axes[0].images[0].get_array()
    given = training_figure(training, STRIPS_DRAWING, LOOK, limits).axes[0].images[0].get_array()
    assert not np.array_equal(own, given)


def test_common_scales_hold_all():
    one = Scales(
        windows={0: slice(3, 9), 1: ALL},
        spans={("gradient", 0): Span(top=2.0, least=0.1, free=0.7)},
    )
    other = Scales(
        windows={0: slice(1, 7), 1: ALL},
        spans={
            ("gradient", 0): Span(top=3.0, least=0.2, free=0.9),
            ("gradient", 1): Span(top=1.0, least=None),
        },
    )
    for pair in ([one, other], [other, one]):
        found = common_scales(pair)
        assert found.windows == {0: slice(1, 9), 1: ALL}
        assert found.spans == {
            ("gradient", 0): Span(top=3.0, least=0.1, free=0.7),
            ("gradient", 1): Span(top=1.0, least=None),
        }


BACK = {"gradients": True}


def test_a_density_of_magnitudes_is_per_decade():
    item = record("tanh", "he", **BACK).layers[0]["gradient"]
    window = slice(0, len(OCTAVE_EDGES) - 1)
    heights = heights_of(item, "density", window)
    inside = item.histogram.counts.sum() / item.stats.count
    assert heights.sum() * np.log10(2) == pytest.approx(inside)


@pytest.mark.parametrize("inits", [["he"], FOUR, ["zeros"]])
def test_hardly_anything_lies_beyond_a_window(inits):
    items = [x["gradient"] for r in records(["relu"], inits, **BACK) for x in r.layers]
    window = window_of(items)
    low, high = window.start, window.stop
    assert high - low >= 14  # four decades
    for item in items:
        counts, zeros = item.histogram.counts, item.zeros
        assert counts[high:].sum() == 0
        below = counts[:low].sum() + item.histogram.underflow - zeros
        median = item.stats.median_magnitude or 0.0
        nonzero = item.stats.count - zeros
        assert below <= 0.01 * nonzero or OCTAVE_EDGES[low] < 2e-4 * max(median, 1e-300)


@pytest.mark.parametrize("window", [slice(0, 104), slice(60, 74), slice(40, 75)])
def test_a_decade_is_marked_where_it_is(window):
    low, high = np.log10(OCTAVE_EDGES[window.start]), np.log10(OCTAVE_EDGES[window.stop])
    marks = decades(window)
    assert 2 <= len(marks) <= 9
    for place, exponent in marks:
        assert 0 <= place <= 1
        assert low + place * (high - low) == pytest.approx(exponent)
    asked = record("tanh", "he", **BACK)
    for place, text in axis_labels(asked, "gradient", window):
        assert text in ("1", "10") or text.startswith("10")
        assert place in [place for place, _ in marks]
