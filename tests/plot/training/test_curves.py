"""Curves of training: each is its run's, and a band over seeds; in print they differ by dashes."""

from math import log

import numpy as np
import pytest
from matplotlib.colors import to_hex

from actviz.plot.paper.style import THEMES, initializer_hues
from actviz.plot.training.views import plot_accuracy, plot_loss

INITS = ("zeros", "std=10", "he")


def curve(figure, name):
    (line,) = [line for ax in figure.axes for line in ax.lines if line.get_gid() == name]
    return line


def texts(figure):
    return [text.get_text() for text in figure.texts]


@pytest.mark.parametrize("name", INITS)
def test_a_curve_is_the_run_s_losses(record, name):
    line = curve(plot_loss(record), name)
    np.testing.assert_array_equal(line.get_xdata(), np.arange(250))
    np.testing.assert_array_equal(line.get_ydata(), record.runs_of(name)[0].losses)
    hue = initializer_hues(THEMES["light"], list(record.spec.labels.values()))[
        record.spec.labels[name]
    ]
    assert to_hex(line.get_color()) == hue


def test_a_label_says_where_its_line_ends(seeds):
    """And nothing of before: a loss that still falls is not the mean of its last hundred steps."""
    figure = plot_loss(seeds)
    end = curve(figure, "he").get_ydata()[-1]
    (label,) = [text for text in texts(figure) if text.startswith("He  ")]
    assert float(label.split()[-1]) == pytest.approx(end, rel=0.01)
    (name,) = [text for text in figure.texts if text.get_text() == label]
    (ax,) = figure.axes
    at = ax.transData.transform((0, end))[1]
    low, high = name.get_window_extent().intervaly
    assert low <= at <= high


def test_zeros_stay_at_the_dotted_line_of_a_guess(record):
    figure = plot_loss(record)
    (ax,) = figure.axes
    dotted = [line for line in ax.lines if line.get_gid() is None and len(line.get_xdata()) == 2]
    assert any(np.allclose(line.get_ydata(), log(2)) for line in dotted)
    np.testing.assert_allclose(curve(figure, "zeros").get_ydata(), log(2), atol=1e-9)
    assert ax.get_ylim()[1] == pytest.approx(1.25 * log(2))  # not where std=10 begins


def test_seeds_are_a_band_from_the_smallest_to_the_largest(seeds):
    figure = plot_loss(seeds)
    table = np.array([run.losses for run in seeds.runs])
    np.testing.assert_allclose(curve(figure, "he").get_ydata(), np.median(table, axis=0))
    (band,) = figure.axes[0].collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (table.min(), table.max())
    assert any("3 seeds" in text for text in texts(figure))


def test_accuracies_are_those_reported(record):
    line = curve(plot_accuracy(record), "he")
    found = record.runs_of("he")[0].reported
    assert list(line.get_xdata()) == [item.step for item in found]
    assert list(line.get_ydata()) == [item.test_accuracy for item in found]


def test_in_print_lines_differ_by_their_dashes(record):
    figure = plot_loss(record, theme="print")
    looks = {str(curve(figure, name)._dash_pattern) for name in INITS}
    assert len(looks) == len(INITS)
