"""plot_textbook: the books' bare look, and at its foot what the books do not say."""

from itertools import pairwise

import numpy as np
import pytest
from drawn import FOUR, THREE, TWELVE, faults, record, records, written
from matplotlib.patches import StepPatch

from actviz import plot_textbook, simulate
from actviz.plot.paper.style import SIZES, get_size

BOOK = {"range": (0.0, 1.0)}


@pytest.fixture(scope="module")
def relu():
    """The textbook's own figure: its stream, its range."""
    return simulate(activation="relu", init="he", rng="legacy", **BOOK)


@pytest.fixture(scope="module")
def figure(relu):
    return plot_textbook([relu])


def texts(fig):
    return [item.text for item in written(fig)]


def bars(ax):
    (patch,) = ax.findobj(StepPatch)
    return patch.get_data()


def test_one_axes_for_each_layer_with_the_books_titles(figure, relu):
    assert [ax.get_title() for ax in figure.axes] == [f"{n}-layer" for n in range(1, 6)]
    for ax, layer in zip(figure.axes, relu.layers, strict=True):
        assert ax.axison
        assert ax.get_xlim() == (0.0, 1.0)
        values, edges, baseline = bars(ax)
        histogram = layer["activation"].histogram
        np.testing.assert_array_equal(values, histogram.counts)  # ReLU's zeros included
        np.testing.assert_array_equal(edges, histogram.edges)
        assert baseline == 0
        assert ax.get_ylim() == pytest.approx((0.0, 1.05 * histogram.counts.max()))


def test_y_is_labelled_on_the_first_panel_only(figure):
    labelled = [ax.yaxis.get_tick_params()["labelleft"] for ax in figure.axes]
    assert labelled == [True, False, False, False, False]
    ticked = [ax.yaxis.get_tick_params()["left"] for ax in figure.axes]
    assert ticked == [True, False, False, False, False]
    assert [t.get_text() for t in figure.axes[2].get_xticklabels()] == ["0", "0.5", "1"]


def test_the_foot_says_what_the_range_drops(figure):
    said = " ".join(texts(figure))
    assert "ReLU, He: not drawn, beyond (0, 1): 24 %, 24 %, 25 %, 27 %, 27 %." in said
    assert "5 layers of 100 units · 1000 × 100 Gaussian inputs of std 1" in said
    assert "(legacy stream)" in said
    inside = plot_textbook([simulate(activation="sigmoid", init="xavier", samples=50, **BOOK)])
    assert "not drawn" not in " ".join(texts(inside))


def test_rows_are_named_as_the_books_name_them():
    made = plot_textbook(records(["tanh"], ["std=1", "lecun", "he"]), title="A title")
    found = texts(made)
    assert found[0] == "A title"
    names = [text for text in found if text.startswith("tanh, ")]
    assert names == ["tanh, std = 1", "tanh, LeCun", "tanh, He"]
    assert len(made.axes) == 15


def test_rows_of_one_initializer_say_what_tells_them_apart():
    made = plot_textbook([record("tanh", "he", seed=seed) for seed in (0, 1)])
    assert {"tanh, He, seed 0", "tanh, He, seed 1"} <= set(texts(made))


@pytest.mark.wide
@pytest.mark.parametrize("values", ["count", "density"])
@pytest.mark.parametrize("log_y", [False, True])
@pytest.mark.parametrize("share_y", ["row", "column", "all", "none"])
def test_scales_are_shared_as_asked(share_y, log_y, values):
    inits = ("std=1", "he", "std=0.01")
    asked = [record("relu", init, range=(0.0, 4.0), depth=2) for init in inits]
    made = plot_textbook(asked, share_y=share_y, log_y=log_y, values=values)
    limits = np.array([ax.get_ylim() for ax in made.axes]).reshape(3, 2, 2)
    tops = np.array([bars(ax).values.max() for ax in made.axes]).reshape(3, 2)
    groups = {
        "row": np.broadcast_to(tops.max(axis=1, keepdims=True), (3, 2)),
        "column": np.broadcast_to(tops.max(axis=0, keepdims=True), (3, 2)),
        "all": np.full((3, 2), tops.max()),
        "none": tops,
    }
    least = 1.0 if values == "count" else 1.0 / 1800 / (4 / 30)  # one value
    wanted = np.maximum(1.05 * groups[share_y], least)
    np.testing.assert_allclose(limits[..., 1], wanted)
    bottom = 0.5 * least if log_y else 0.0
    np.testing.assert_allclose(limits[..., 0], bottom)
    assert {ax.get_yscale() for ax in made.axes} == {"log" if log_y else "linear"}


@pytest.mark.wide
@pytest.mark.parametrize(
    ("size", "options"),
    [
        (size, {})
        if size in ("slide", "column", "textbook")
        else pytest.param(size, {}, marks=pytest.mark.heavy)
        for size in [*SIZES, "10x5.6"]
    ]
    + [("slide", {"log_y": True}), ("column", {"values": "density"})],
)
def test_every_text_has_its_place(size, options):
    made = plot_textbook(records(THREE[:2], FOUR[:2]), size=size, title="A title", **options)
    assert faults(made, get_size(size)) == []


@pytest.mark.wide
@pytest.mark.parametrize(
    ("asked", "options"),
    [
        (lambda: records(["relu"], TWELVE, **BOOK), {"size": "slide"}),
        (lambda: records(["tanh"], ["he"], depth=20), {"size": "column"}),
        (lambda: [record("tanh", "he", depth=depth) for depth in (3, 6)], {}),
        (lambda: records(THREE, ["he"], range=(-0.00123, 0.0125)), {"size": "two-column"}),
        (lambda: records(["tanh"], ["he"], range=(0.0, 1e-9)), {"values": "density"}),
        (lambda: records(["relu"], ["std=1"], depth=8, dtype="float32", input_std=1e35), {}),
        (lambda: records(["tanh"], ["he"], width=1, samples=1), {"log_y": True}),
        (lambda: records(["tanh"], ["he"]), {"title": "Why the scale decides " * 15}),
    ],
)
def test_stranger_figures_read_well_too(asked, options):
    made = plot_textbook(asked(), **options)
    assert faults(made, get_size(options.get("size", "textbook"))) == []


@pytest.mark.parametrize("log_y", [False, True])
def test_ticks_are_numbers_for_people(log_y):
    made = plot_textbook(records(["sigmoid"], ["he"], samples=400), log_y=log_y)
    ax = made.axes[0]
    made.draw_without_rendering()
    low, high = ax.get_ylim()
    ticks = [
        label.get_text()
        for place, label in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)
        if low <= place <= high
    ]
    assert 2 <= len(ticks) <= 6
    assert all(float(text) == pytest.approx(float(text)) for text in ticks)
    assert len(ax.yaxis.get_minorticklocs()) == 0
    for before, after in pairwise(map(float, ticks)):
        assert before < after
    assert ax.yaxis.get_major_formatter()(2.5e7) == "2.5×10⁷"


def test_a_negative_end_has_a_real_minus_sign():
    made = plot_textbook([record("tanh", "he", depth=1)])
    assert [t.get_text() for t in made.axes[0].get_xticklabels()] == ["−1", "0", "1"]


def test_a_stack_that_stops_has_no_empty_panels_and_says_so():
    stopped = record("relu", "std=1", dtype="float32", input_std=1e36)
    made = plot_textbook([stopped])
    assert len(made.axes) == len(stopped.layers) < 5
    layer = stopped.first_nonfinite_layer
    said = " ".join(texts(made))
    assert f"ReLU, std = 1: layer {layer} is not finite, the stack stops there." in said


def test_rows_and_layers_that_do_not_fit_are_counted():
    asked = records(THREE, FOUR, depth=9)
    made = plot_textbook(asked, size="half-slide")
    shown = sorted({int(ax.get_title().partition("-")[0]) for ax in made.axes})
    assert (shown[0], shown[-1]) == (1, 9)
    said = " ".join(texts(made))
    assert f"Only layers {', '.join(map(str, shown))} of 9 fit." in said
    rows = len(made.axes) // len(shown)
    assert f"Only the first {rows} of 12 rows fit." in said
    named = [r for r in asked if f"{r.spec.activation.label}, {r.spec.init.label}" in texts(made)]
    assert len(named) == rows < 12
