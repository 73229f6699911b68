"""Colours of fields: white is kept, ends are told apart by every eye, and nothing is banded."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from actviz.plot.charts.colors import colors_of
from actviz.plot.paper.style import THEMES


def light(color):
    """Return the relative luminance of a colour (WCAG)."""
    return float(np.array(to_rgb(color)) ** 2.2 @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
class TestInEveryTheme:
    def test_the_middle_is_white(self, theme):
        assert light(colors_of(theme, "diverging").map(0.5)) > 0.95

    def test_both_ways_from_the_middle_it_becomes_darker(self, theme):
        places = np.linspace(0.0, 1.0, 101)
        found = [light(color) for color in colors_of(theme, "diverging").map(places)]
        assert all(np.diff(found[:51]) > 0)
        assert all(np.diff(found[50:]) < 0)

    def test_the_ends_differ_in_lightness(self, theme):
        low, high = (light(colors_of(theme, "diverging").map(end)) for end in (0.0, 1.0))
        assert max(low, high) / min(low, high) > 1.4

    def test_lines_are_seen_on_every_colour(self, theme):
        """Or by the halo that is around them."""
        for kind, hue in (("diverging", ""), *(("sequential", hue) for hue in theme.hues)):
            colors = colors_of(theme, kind, hue)
            for color in colors.map(np.linspace(0, 1, 21)):
                pairs = [(light(color), light(over)) for over in (colors.line, colors.halo)]
                contrast = max((max(pair) + 0.05) / (min(pair) + 0.05) for pair in pairs)
                assert contrast > 3

    def test_no_step_is_seen(self, theme):
        for kind in ("diverging", "sequential"):
            found = colors_of(theme, kind, theme.hues[0]).map(np.linspace(0, 1, 1024))
            assert np.abs(np.diff(found, axis=0)).max() < 2 / 255

    def test_from_nothing_to_all_lightness_goes_one_way(self, theme):
        for hue in theme.hues:
            found = [
                light(c) for c in colors_of(theme, "sequential", hue).map(np.linspace(0, 1, 50))
            ]
            steps = np.diff(found)
            assert (steps > 0).all() or (steps < 0).all()
