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
    steps, odd = divmod(len(strips), len(INITS))
    assert not odd
    assert min(4, len(record.runs[0].snapshots)) <= steps <= 6
    values = strips[1].patches[0].get_data().values
    bins = record.runs[1].snapshots[0].record.layers[0]["activation"].histogram.n_bins
    assert values.size == 2 * bins + 1
    assert np.nanmax(values) <= 1


def test_the_panels_of_an_initializer_are_on_one_scale(record):
    """A histogram that is half as high is drawn half as high, whatever its layer and its step."""
    figure = plot_training_grid(record)
    he = record.runs_of("he")[0].snapshots
    steps = {text.get_text() for text in figure.texts}
    shown = [item for item in he if str(item.step) in steps]
    strips = [ax for ax in figure.axes if ax.patches][len(INITS) - 1 :: len(INITS)]
    ratios = []
    for ax, item in zip(strips, shown, strict=True):
        drawn = ax.patches[0].get_data().values
        for number, layer in enumerate(item.record.layers):
            signal = layer["activation"]
            counts, bins = signal.counts_without_zeros(), signal.histogram.n_bins
            heights = drawn[number * (bins + 1) : number * (bins + 1) + bins]
            density = counts / signal.stats.count
            ratios += list(heights[counts > 0] / density[counts > 0])
    assert len(strips) >= 2
    np.testing.assert_allclose(ratios, ratios[0], rtol=1e-9)
    assert "one scale an initializer" in figure.caption


def test_what_lies_beyond_an_axis_is_said_where_there_is_room(record):
    wide = plot_training_grid(record.only(("std=10",)))
    notes = [text.get_text() for ax in wide.axes for text in ax.texts]
    assert any(note.endswith("▸") for note in notes)
    assert any("◂ ▸ share beyond it" in text for text in texts(wide))
    narrow = plot_training_grid(record, size="column")
    assert not any(ax.texts for ax in narrow.axes)
    assert any("values beyond are not drawn" in text for text in texts(narrow))


def test_the_symmetry_of_zeros_is_said(record):
    for view in ("all", "boundaries", "strips"):
        figure = TRAINING_VIEWS[view].plot(record)
        words = " ".join([*texts(figure), figure.caption])
        assert "zeros does not break symmetry" in words
        assert "0 0 0" in words
    assert "He does not break" not in words
