"""Dots: colours of values in every theme, told apart by all eyes, and whole pixels."""

from io import BytesIO

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from PIL import Image

from actviz.plot.marks.dots import draw_dots, palette, ramp
from actviz.plot.paper.style import THEMES, mix

HUES = [(theme, hue) for theme in THEMES.values() for hue in theme.hues[:3]]
IDS = [f"{theme.name}-{hue}" for theme, hue in HUES]

#: Machado, Oliveira and Fernandes 2009, severity 1: of linear red, green, blue.
BLINDNESS = {
    "none": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def lab(rgb, matrix=None):
    """Return CIELAB of colours from 0 to 255, D65, after what an eye makes of them."""
    c = np.asarray(rgb, dtype=float)[..., :3] / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    if matrix is not None:
        linear = np.clip(linear @ np.array(matrix).T, 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x = linear @ np.array(to_xyz).T / [0.9505, 1.0, 1.089]
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.stack(
        [
            116 * f[..., 1] - 16,
            500 * (f[..., 0] - f[..., 1]),
            200 * (f[..., 1] - f[..., 2]),
        ],
        axis=-1,
    )


@pytest.mark.parametrize("blind", BLINDNESS)
@pytest.mark.parametrize(("theme", "hue"), HUES, ids=IDS)
def test_both_ends_and_the_middle_are_told_apart_by_all_eyes(theme, hue, blind):
    table = palette(theme, hue, signed=True).table
    low, middle, high = lab(table[[0, 255, 510]], BLINDNESS[blind])
    for one, other in ((low, middle), (middle, high), (low, high)):
        assert np.linalg.norm(one - other) > 25


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize(("theme", "hue"), HUES, ids=IDS)
def test_equal_steps_look_equal(theme, hue, signed):
    """Lightness goes one way from the middle, and no tenth of a side has twice another's step."""
    table = palette(theme, hue, signed=signed).table
    for side in (table[255:], table[255::-1])[: 1 + signed]:
        steps = np.diff(lab(side[::25])[:, 0])
        assert (steps > 0).all() or (steps < 0).all()
        assert abs(steps).max() < 2.2 * abs(steps).min()


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_one_tone_is_still_told_from_the_page(theme):
    page = np.array([int(theme.page[i : i + 2], 16) for i in (1, 3, 5)])
    middle = palette(theme, theme.hues[0], signed=False).table[255]
    assert 2.5 < np.linalg.norm(lab(middle) - lab(page)) < 20


def test_a_value_has_the_colour_of_its_place():
    colors = palette(THEMES["light"], "#0072b2", signed=True)
    found = colors.colors(np.array([[-1.0, -7.0, 0.0], [1.0, np.inf, np.nan]]))
    assert found.shape == (2, 3, 4)
    assert (found[..., 3] == 255).all()
    assert found[0, 0].tolist() == found[0, 1].tolist() == colors.table[0].tolist()
    assert found[0, 2].tolist() == colors.table[255].tolist()
    assert found[1, 0, :3].tolist() == [0x00, 0x72, 0xB2]
    assert found[1, 1].tolist() == found[1, 0].tolist()
    assert found[1, 2].tolist() == colors.nonfinite.tolist()
    assert mix("#000000", "#ffffff", 0.5) not in ("#000000", "#ffffff")


def test_a_ramp_shows_the_side_that_there_is():
    colors = palette(THEMES["dark"], "#56b4e9", signed=True)
    both, one = (ramp(colors, 30, signed=signed) for signed in (True, False))
    assert both.shape == one.shape == (1, 30, 4)
    assert both[0, 0].tolist() == colors.table[0].tolist()
    assert one[0, 0].tolist() == colors.table[255].tolist()
    assert both[0, -1].tolist() == one[0, -1].tolist() == colors.table[-1].tolist()


@pytest.mark.parametrize("dpi", [144, 72, 100, 30])
def test_every_value_is_as_many_whole_pixels_of_the_file(dpi):
    """Below one pixel a value it is what matplotlib's own image is."""
    values = np.random.default_rng(0).integers(0, 255, (8, 12, 4), dtype=np.uint8)
    values[..., 3] = 255
    figure = Figure(figsize=(1, 1), dpi=144)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_axis_off()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    image = draw_dots(ax, 0.125, 0.5, values, across=5, down=4, dpi=144)
    assert image.get_extent() == pytest.approx((18 / 144, 78 / 144, 40 / 144, 72 / 144))
    file = BytesIO()
    figure.savefig(file, dpi=dpi)
    with Image.open(file) as drawn:
        shown = np.asarray(drawn)
    across, down = 5 * dpi // 144, 4 * dpi // 144
    if down == 0:
        image.remove()
        own = AxesImage(ax, extent=image.get_extent(), origin="upper", interpolation="nearest")
        own.set_data(values)
        ax.add_image(own)
        file = BytesIO()
        figure.savefig(file, dpi=dpi)
        with Image.open(file) as drawn:
            assert (np.asarray(drawn) == shown).all()
        return
    left, top = round(0.125 * dpi), dpi - round(0.5 * dpi)
    part = shown[top : top + 8 * down, left : left + 12 * across]
    assert (part == values.repeat(down, axis=0).repeat(across, axis=1)).all()
