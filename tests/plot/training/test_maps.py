"""What trained nets decide: a map for each initializer and moment."""

import numpy as np
import pytest

from actviz.plot.training.maps import height_of_maps
from actviz.plot.training.views import plot_boundaries, plot_training, plot_training_table

INITS = ("zeros", "std=10", "he")


def texts(figure):
    return [text.get_text() for text in figure.texts]


def test_boundaries_have_a_map_for_every_initializer_and_moment(record):
    figure = plot_boundaries(record)
    moments, rest = divmod(sum(len(ax.images) for ax in figure.axes), len(INITS))
    assert rest == 0
    assert 2 <= moments <= 4
    assert {"0", "249"} <= set(texts(figure))
    image = figure.axes[0].images[0].get_array()
    # zeros are not sure of anything, so that their ground is the page
    np.testing.assert_allclose(image, 1.0, atol=1e-3)


def test_a_white_map_has_a_frame_and_says_why(record):
    figure = plot_boundaries(record)
    framed = [ax for ax in figure.axes if ax.images and ax.patches]
    assert framed
    assert all(np.ptp(np.asarray(ax.images[0].get_array())) < 0.05 for ax in framed)
    assert texts(figure).count("½") == len(framed)
    assert len(framed) < sum(bool(ax.images) for ax in figure.axes)  # He is sure of something
    assert "½ everywhere" in figure.caption


def test_maps_of_one_moment_stand_in_as_many_tiers_as_make_them_large():
    wide, narrow = height_of_maps(10.0, 3.0, 5, 0.2), height_of_maps(3.0, 10.0, 5, 0.2)
    assert wide < 3.0
    assert narrow > 2 * (3.0 / 5)  # not the one row of small squares that the width has room for


def test_ranks_are_shown_where_symmetry_is_the_subject(record):
    told = texts(plot_training_table(record))
    assert "ranks of change" in told
    assert "0 0 0" in told
    others = record.only(("std=10", "he"))
    for plot in (plot_training_table, plot_training):
        figure = plot(others)
        assert "ranks of change" not in texts(figure)
        assert "rank" not in figure.caption


@pytest.mark.parametrize("size", ["slide", "column"])
def test_the_composite_fills_its_page(record, size):
    figure = plot_training(record, size=size)
    (low,) = {round(min(ax.get_position().y0 for ax in figure.axes if ax.images), 3)}
    height = figure.get_size_inches()[1]
    foot = min(t.get_position()[1] for t in figure.texts)
    assert 0 < (low - foot) * height < 0.6  # inches between the maps and what is said of them
