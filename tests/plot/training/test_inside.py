"""The layers while they learn: strips and a grid, as the record has them."""

import numpy as np

from actviz.plot.training.views import TRAINING_VIEWS, plot_strips, plot_training_grid

INITS = ("zeros", "std=10", "he")


def texts(figure):
    return [text.get_text() for text in figure.texts]


def test_strips_have_a_cross_where_nothing_is_defined(record):
    figure = plot_strips(record)
    maps = [ax for ax in figure.axes if any(line.get_marker() == "x" for line in ax.lines)]
    assert len(maps) == 5 * len(INITS)
    first = maps[0]  # std of zeros: 0 in both layers at all steps, which no logarithm has
    steps = len(record.runs[0].snapshots)
    (cross,) = [line for line in first.lines if line.get_marker() == "x"]
    assert len(cross.get_xdata()) == 2 * steps
    (he,) = [line for line in maps[2].lines if line.get_marker() == "x"]
    assert len(he.get_xdata()) == 0


def test_the_darkest_cell_of_a_strip_is_its_largest_value(record):
    figure = plot_strips(record)
    images = [ax.images[0].get_array() for ax in figure.axes if ax.images][: len(INITS)]
    stds = {
        (number, layer, place): item.record.layers[layer]["activation"].stats.std
        for number, name in enumerate(INITS)
        for place, item in enumerate(record.runs_of(name)[0].snapshots)
        for layer in range(2)
    }
    number, layer, place = max(stds, key=stds.get)
    light = [np.sum(image, axis=2) for image in images]
    assert light[number][layer, place] == min(item.min() for item in light)


def test_the_grid_shows_the_histograms(record):
    figure = plot_training_grid(record)
    strips = [ax for ax in figure.axes if ax.patches]
    assert len(strips) == len(INITS) * 6 or len(strips) == len(INITS) * len(
        record.runs[0].snapshots
    )
    values = strips[1].patches[0].get_data().values
    bins = record.runs[1].snapshots[0].record.layers[0]["activation"].histogram.n_bins
    assert values.size == 2 * bins + 1
    assert np.nanmax(values) <= 1


def test_the_symmetry_of_zeros_is_said(record):
    for view in ("all", "boundaries", "strips"):
        words = " ".join(texts(TRAINING_VIEWS[view].plot(record)))
        assert "zeros does not break symmetry" in words
        assert "0 0 0" in words
    assert "he does not break" not in words
