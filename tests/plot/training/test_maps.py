"""What trained nets decide: a map for each initializer and moment."""

import numpy as np

from actviz.plot.training.views import plot_boundaries

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
