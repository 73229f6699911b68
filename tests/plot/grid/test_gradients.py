"""The grid's second look: gradients, what pooling hides, mean field's line, seeds and verdicts."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from drawn import FOUR, THREE, TWELVE, faults, record, records, written
from scipy.special import logit
from scipy.stats import norm

from actviz import plot_grid, simulate_ensemble
from actviz.diagnosis.courses import Becomes
from actviz.errors import SpecError
from actviz.layers.signals import BACKWARD
from actviz.numbers.histogram import OCTAVE_EDGES
from actviz.plot.grid.panels import shares_of
from actviz.plot.heights import axis_labels, decades, heights_of, unit_heights, window_of
from actviz.plot.paper.style import get_size
from actviz.words.stacks import finding
from actviz.words.told import tell

BACK = {"gradients": True}
WIDE = {"width": 100, "samples": 200}


def texts_of(figure):
    return [item.text for item in written(figure)]


def drawn_bars(ax):
    """Return the filled bars of a strip as a list of panels."""
    (patch,) = [patch for patch in ax.patches if patch.get_fill()]
    values = patch.get_data().values
    return np.split(values, np.flatnonzero(np.isnan(values)))


# --- gradients below activations ----------------------------------------------------------


def test_one_activation_shows_its_gradients_below():
    asked = record("tanh", "std=0.01", **WIDE, **BACK)
    made = plot_grid([asked])
    assert len(made.axes) == 2
    above, below = (ax.get_position().y0 for ax in made.axes)
    assert above > below
    texts = texts_of(made)
    assert {"median", "mean", "std"} <= set(texts)
    assert any("below of the gradients" in text for text in texts)
    # The bars are the record's octaves, as densities per decade on the scale of the row.
    window = window_of(layer["gradient"] for layer in asked.layers)
    counts = [layer["gradient"].histogram.counts[window] for layer in asked.layers]
    shown = [panel[np.isfinite(panel)] for panel in drawn_bars(made.axes[1])]
    for heights, count in zip(shown, counts, strict=True):
        assert heights / heights.sum() == pytest.approx(count / count.sum())
    # Vanishing is seen: each panel's highest bar is left of the next one's.
    peaks = [int(np.argmax(heights)) for heights in shown]
    assert peaks == sorted(set(peaks))


def test_without_gradients_or_with_a_signal_named_there_is_one_row():
    assert len(plot_grid([record("tanh", "he")]).axes) == 1
    assert len(plot_grid([record("tanh", "he", **BACK)], signal="activation").axes) == 1


@pytest.mark.parametrize("signal", BACKWARD)
def test_a_signal_that_the_records_lack_is_refused(signal):
    with pytest.raises(SpecError, match=f"have no {signal}: simulate with gradients=True"):
        plot_grid([record("tanh", "he")], signal=signal)
    made = plot_grid([record("tanh", "he", **BACK)], signal=signal)
    assert signal in texts_of(made)


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


@pytest.mark.parametrize(
    ("init", "fields", "note"),
    [
        ("zeros", {}, "all 0"),
        ("std=1e-30", {"activation": "identity", "depth": 20}, "underflow"),
        ("std=1e30", {"dtype": "float32", "activation": "identity", "depth": 2}, "inf"),
    ],
)
def test_gradients_that_are_none_are_named_as_what_they_are(init, fields, note):
    fields = dict(fields)
    asked = record(fields.pop("activation", "relu"), init, **BACK, **fields)
    found = texts_of(plot_grid([asked], size="20x11.25"))
    assert any(note in text for text in found)


def test_a_stack_that_overflows_has_no_gradients_and_says_so():
    fields = {"depth": 8, "dtype": "float32", "input_std": 1e35}
    asked = record("relu", "std=1", **fields, **BACK)
    assert tell([asked])[0].findings.courses.gradient.becomes is Becomes.ABSENT
    texts = texts_of(plot_grid([asked]))
    assert "no gradient: the signal overflows" in texts
    assert "stopped" in texts


# --- what becomes of them, in words -------------------------------------------------------


@pytest.mark.parametrize(
    ("activation", "init", "what"),
    [
        ("sigmoid", "std=0.01", Becomes.VANISHES),  # facts of Saito's figures: 40 a layer
        ("sigmoid", "xavier", Becomes.VANISHES),
        ("tanh", "std=1", Becomes.EXPLODES),
        ("tanh", "he", Becomes.KEEPS),
        ("relu", "zeros", Becomes.ZERO),
    ],
)
def test_what_becomes_of_a_gradient(activation, init, what):
    asked = record(activation, init, **WIDE, **BACK)
    (told,) = tell([asked])
    course = told.findings.courses.gradient
    assert course.becomes is what
    if what is not Becomes.ZERO:
        stds = [layer["gradient"].stats.rms for layer in asked.layers]
        # The product of the factors from layer to layer, going back.
        steps = [a / b for a, b in pairwise(stds)]
        assert course.factor == pytest.approx(np.prod(steps) ** (1 / 4))
        assert told.gradient.startswith("×")
        assert told.gradient.endswith(" a layer")


def test_sigmoid_loses_a_factor_of_forty_and_of_four_a_layer():
    """The published losses: 40 times a layer under std = 0.01, 4.2 times under Xavier."""
    for init, lost in (("std=0.01", 40), ("xavier", 4.2)):
        asked = record("sigmoid", init, width=100, samples=1000, **BACK)
        # Between seeds the factor of four layers varies by a few per cent at width 100.
        assert 1 / asked.gradient_factor == pytest.approx(lost, rel=0.1)


def test_the_overview_says_what_becomes_of_every_gradient():
    asked = records(THREE, FOUR, **WIDE, **BACK)
    made = plot_grid(asked)
    texts = texts_of(made)
    told = [text for text in texts if "gradient ×" in text]
    assert len(told) == 12
    for one in tell(asked):
        assert any(one.gradient in text for text in told)
    assert all(item.points >= 12 for item in written(made))
    assert len(made.axes) == 12
    title = finding(tell(asked), gradients=True)
    assert "gradients vanish in" in title
    assert made.description.startswith(title)
    assert made.description.count("Gradient ×") == 12


def test_the_title_tells_of_a_single_gradient():
    asked = record("sigmoid", "xavier", **WIDE, **BACK)
    (told,) = tell([asked])
    assert finding([told], gradients=True) == (
        f"{finding([told])}; the gradient vanishes ({told.gradient})"
    )


# --- within a unit ------------------------------------------------------------------------


def test_the_histogram_within_a_unit_stands_before_the_pooled_one():
    asked = record("sigmoid", "xavier", unit_histograms=True, **WIDE)
    made = plot_grid([asked], pool="unit", theory=False)
    filled = [patch for patch in made.axes[0].patches if patch.get_fill()]
    pale, solid = filled
    assert sum(pale.get_facecolor()[:3]) > sum(solid.get_facecolor()[:3])
    assert len(solid.get_data().values) == 5 * 31 - 1
    texts = texts_of(made)
    assert "in a unit" in texts
    last = asked.layers[-1]["activation"]
    # The spike of the last layer is higher than the row's scale: cut, and said by how much.
    top = max(float(heights_of(x["activation"], "density").max()) for x in asked.layers)
    ratio = unit_heights(last, "density").max() / top
    assert ratio > 2
    assert any(
        text.startswith("▴ ×") and float(text[3:]) == pytest.approx(ratio, rel=0.06)
        for text in texts
    )
    assert np.nanmax(solid.get_data().values) <= 1.0


def test_records_without_unit_histograms_are_refused():
    with pytest.raises(SpecError, match="unit_histograms=True"):
        plot_grid([record("tanh", "he")], pool="unit")
    asked = record("tanh", "he", unit_histograms=True, **BACK)
    with pytest.raises(SpecError, match="pool unit is of activation or preactivation"):
        plot_grid([asked], pool="unit", signal="gradient")


# --- mean field's line --------------------------------------------------------------------


def test_the_line_is_the_law_of_a_sigmoid_s_first_layer():
    """Between two edges lies norm(logit b) - norm(logit a), z ~ N(0, 1) under LeCun's weights."""
    asked = record("sigmoid", "lecun", **WIDE)
    edges = asked.layers[0]["activation"].histogram.edges
    law = np.diff(norm.cdf(logit(edges.clip(0, 1))))
    made = plot_grid([asked])
    xs, ys = (np.array(side, dtype=float) for side in _line_of(made.axes[0]).get_data())
    panel = ys[1:31]
    assert panel / panel.sum() == pytest.approx(law / law.sum(), abs=1e-9)
    assert (np.diff(xs[:32]) > 0).all()


def _line_of(ax):
    """Return the longest line of a strip: the predictions."""
    return max(ax.lines, key=lambda line: len(line.get_xdata()))


def test_relu_s_atom_is_a_mark_at_its_predicted_height():
    with_line = plot_grid([record("relu", "he", **WIDE)], size="20x11.25")
    without = plot_grid([record("relu", "he", **WIDE)], size="20x11.25", theory=False)
    assert len(with_line.axes[0].lines) == len(without.axes[0].lines) + 2
    assert any("Line: predicted" in text for text in texts_of(with_line))
    assert not any("Line: predicted" in text for text in texts_of(without))


# --- seeds --------------------------------------------------------------------------------


def test_the_range_between_seeds_stands_beside_the_std():
    ensemble = simulate_ensemble(
        activation="tanh", init="xavier", width=30, samples=60, seeds=6, gradients=True
    )
    drawn = ensemble.records[0]
    texts = texts_of(plot_grid([drawn], ensembles=[ensemble]))
    assert texts.count("6 seeds") == 2
    for signal in ("activation", "gradient"):
        low, *_, high = ensemble.spread(1, signal, "std").quantiles
        assert f"{low:.2f}–{high:.2f}" in texts
    assert any("Drawn: seed 0 of 6" in text for text in texts)
    with pytest.raises(SpecError, match="one for each record"):
        plot_grid([replace(drawn, spec=replace(drawn.spec, seed=9))], ensembles=[ensemble])


# --- everything has its place -------------------------------------------------------------


CASES = {
    "overview": lambda: records(THREE, FOUR, **WIDE, **BACK),
    "four": lambda: records(["tanh"], FOUR, **BACK),
    "twelve": lambda: records(["relu"], TWELVE, **BACK),
    "sixty": lambda: records(["sigmoid"], ["std=1", "std=0.01"], depth=60, **BACK),
    "alike": lambda: records(["tanh"], ["zeros", "ones"], **BACK),
}


@pytest.mark.parametrize(
    ("name", "paper"),
    [
        *(("overview", paper) for paper in ("slide", "half-slide", "column", "two-column")),
        *((name, paper) for name in CASES if name != "overview" for paper in ("slide", "column")),
    ],
)
def test_every_text_has_its_place(name, paper):
    assert faults(plot_grid(CASES[name](), size=paper), get_size(paper)) == []


@pytest.mark.parametrize("paper", ["slide", "half-slide"])
def test_every_text_has_its_place_with_the_histograms_within_units(paper):
    asked = records(["sigmoid"], ["xavier", "std=0.01"], unit_histograms=True, **WIDE, **BACK)
    assert faults(plot_grid(asked, size=paper, pool="unit", theme="dark"), get_size(paper)) == []


def test_zero_shares_of_gradients_are_counted_and_marked():
    item = record("relu", "he", **WIDE, **BACK).layers[2]["gradient"]
    assert item.zeros > 0
    kinds = {kind: share for share, kind in shares_of(item)}
    assert kinds["zero"] == f"{100 * item.zeros / item.stats.count:.0f}%"
    assert "below" not in kinds
