"""draw_heat: a cell's colour is its number's, and what is no number has a cross."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from actviz.plot.marks.heat import draw_heat, draw_ramp
from actviz.plot.paper.style import THEMES


def draw(table, theme="light"):
    ax = Figure().add_axes((0, 0, 1, 1))
    options = {"low": 0.0, "high": 1.0, "cell": 0.1, "points": 8, "theme": THEMES[theme]}
    return draw_heat(ax, np.array(table, dtype=float), **options)


def lightness(colors):
    return np.asarray(colors) @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize(("theme", "sign"), [("light", -1), ("dark", 1), ("print", -1)])
def test_more_is_farther_from_the_page(theme, sign):
    image, crosses = draw([[0.0, 0.25, 0.5, 0.75, 1.0]], theme)
    (row,) = image.get_array()
    steps = sign * np.diff(lightness(row))
    assert (steps[:3] > 0).all()
    assert steps[3] >= 0  # in print black is the last colour of a quarter of them
    assert len(crosses.get_xdata()) == 0


def test_what_lies_beyond_the_scale_has_its_ends_colours():
    image, _ = draw([[-3.0, 0.0, 1.0, 9.0]])
    (row,) = image.get_array()
    np.testing.assert_array_equal(row[0], row[1])
    np.testing.assert_array_equal(row[2], row[3])


def test_what_is_no_number_is_bare_and_crossed():
    image, crosses = draw([[0.5, np.nan], [np.nan, 0.5]])
    np.testing.assert_allclose(image.get_array()[0, 1], to_rgb(THEMES["light"].page))
    assert list(zip(crosses.get_xdata(), crosses.get_ydata(), strict=True)) == [
        (1.5, 0.5),
        (0.5, 1.5),
    ]


def test_the_scale_goes_from_the_first_colour_to_the_last():
    ramp = draw_ramp(Figure().add_axes((0, 0, 1, 1)), THEMES["light"]).get_array()[:, 0]
    ends, _ = draw([[0.0, 1.0]])
    np.testing.assert_array_equal(ramp[[0, -1]], ends.get_array()[0])
    assert (np.diff(lightness(ramp)) <= 0).all()
