"""The picture of trained nets: their accuracies as colours, 6 ξ as a line, every word in place."""

import numpy as np
import pytest
from drawn import misplaced, texts_of
from matplotlib.collections import QuadMesh

from actviz.literature.net_rows import schoenholz
from actviz.plot.charts.trainability import plot_trainability
from actviz.plot.paper.style import get_size
from actviz.sweeps.trainability import trainability
from actviz.training.trial import GUESS, TRAINS

RECORD = trainability(schoenholz())


def field_of(figure):
    (ax,) = (ax for ax in figure.axes if any(isinstance(c, QuadMesh) for c in ax.collections))
    return ax, next(each for each in ax.collections if isinstance(each, QuadMesh))


def test_the_colours_are_the_rows():
    figure = plot_trainability(RECORD)
    _, mesh = field_of(figure)
    deepest, across = RECORD.depths[-1], len(RECORD.sigma_w2)
    drawn = np.ma.filled(mesh.get_array(), np.nan).reshape(deepest, across)
    for net in schoenholz().nets:
        column = RECORD.sigma_w2.index(net.sigma_w2)
        expected = min(max(net.trial.accuracy, GUESS), TRAINS)
        assert drawn[net.depth - 1, column] == pytest.approx(expected)


def test_the_line_of_6_xi_leaves_where_it_is_as_deep_as_the_field():
    figure = plot_trainability(RECORD)
    ax, _ = field_of(figure)
    heavy, *dashed = sorted(ax.lines, key=lambda line: -line.get_linewidth())
    place = np.interp(RECORD.critical, RECORD.sigma_w2, np.arange(len(RECORD.sigma_w2)) + 0.5)
    assert heavy.get_xdata() == pytest.approx([place] * 2)
    assert len(dashed) == 2
    for line, curve in zip(dashed, RECORD.curves, strict=True):
        x, y = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
        assert y[-1] == pytest.approx(RECORD.depths[-1])  # cells from 0, layers from ½
        assert (np.diff(y) > 0).all()
        weights = np.interp(x, np.arange(len(RECORD.sigma_w2)) + 0.5, RECORD.sigma_w2)
        inside = (x > 0.5) & (x < len(RECORD.sigma_w2) - 0.5)
        expected = np.interp(weights, *curve.points.T)
        np.testing.assert_allclose(y[inside] + 0.5, expected[inside], rtol=0.02)
    assert texts_of(figure).count("6 ξ") == 2


SIZES = ("slide", "column", "stage", "half-slide", "two-column", "10x5.6", "30x17")


@pytest.mark.wide
@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("size", SIZES[:2])
def test_every_word_has_its_place(size, theme):
    figure = plot_trainability(RECORD, size=size, theme=theme)
    told = [one for one in misplaced(figure, get_size(size)) if "only the title" not in one]
    assert told == []


@pytest.mark.heavy
@pytest.mark.parametrize("size", SIZES[2:])
def test_every_word_has_its_place_on_other_sizes(size):
    figure = plot_trainability(RECORD, size=size)
    told = [one for one in misplaced(figure, get_size(size)) if "only the title" not in one]
    assert told == []
