"""A table of colours: nothing lost up to 256, only faint shades beyond, and fields left alone."""

import numpy as np
import pytest

from actviz.files.palette import FAINT, FAINTEST, MOST_COLORS, palette_of

BIG, SMALL = 40, 25


def random_colors(count, seed=0):
    """Return different colours, shape (count, 4)."""
    packed = np.random.default_rng(seed).choice(2**24, count, replace=False).astype(np.uint32)
    return (packed | 0xFF000000).view(np.uint8).reshape(-1, 4)


def drawn(palette):
    return palette.colors[palette.indices]


@pytest.mark.parametrize("count", [1, 2, 16, MOST_COLORS])
def test_few_colours_lose_nothing(count):
    colors = random_colors(count)
    which = np.random.default_rng(1).integers(count, size=(BIG, SMALL))
    which.flat[:count] = range(count)
    palette = palette_of(colors[which])
    assert len(palette.colors) == count
    np.testing.assert_array_equal(drawn(palette), colors[which])


def test_transparent_pixels_keep_their_opacity():
    pixels = np.zeros((4, 64, 4), np.uint8)
    pixels[..., 3] = np.arange(64) * 4
    np.testing.assert_array_equal(drawn(palette_of(pixels)), pixels)


def ramp_of(count):
    """Return shades from white to some inks, as edges of letters have them, each in one pixel."""
    inks = np.array([(0, 114, 178), (213, 94, 0), (0, 158, 115), (27, 27, 31)])
    shares = np.linspace(0, 1, count)[:, None, None]
    shades = np.rint((1 - shares) * 255 + shares * inks).astype(np.uint8)
    return np.concatenate([shades, np.full((*shades.shape[:2], 1), 255, np.uint8)], axis=2)


def test_many_shades_lose_only_what_nobody_sees():
    page = np.full((200, 300, 4), 255, np.uint8)
    shades = ramp_of(200).reshape(-1, 4)
    assert len(np.unique(shades.view(np.uint32))) > MOST_COLORS
    page[np.arange(0, 200)[:, None], np.arange(0, 300, 75)[None] + 1] = ramp_of(200)
    page[-20:, 200:] = (213, 94, 0, 255)
    page[-20:, :20] = (216, 97, 3, 255)  # a large area, close to another
    palette = palette_of(page)
    assert len(palette.colors) <= MOST_COLORS
    lost = np.abs(drawn(palette).astype(int) - page).max(axis=2)
    assert 0 < lost.max() <= FAINT
    for area in (page[-20:, 200:], page[-20:, :20]):
        at = (page == area[0, 0]).all(axis=2)
        assert lost[at].max() == 0
    assert lost[(page == 255).all(axis=2)].max() == 0


def test_what_is_lost_is_less_the_more_pixels_have_a_colour():
    base = random_colors(600, seed=3)[:, :3] // 4
    counts = np.random.default_rng(4).integers(1, 60, 600)
    flat = np.repeat(np.column_stack([base, np.full(600, 255, np.uint8)]), counts, axis=0)
    flat = np.random.default_rng(5).permutation(flat)[: len(flat) // 50 * 50].reshape(-1, 50, 4)
    palette = palette_of(flat)
    packed, which, own = np.unique(
        flat.view(np.uint32)[..., 0], return_inverse=True, return_counts=True
    )
    lost = np.abs(drawn(palette).astype(int) - flat).max(axis=2)
    assert len(packed) > MOST_COLORS
    assert (lost * own[which] ** 0.25).max() <= FAINTEST


def test_a_picture_of_too_many_colours_has_no_table():
    assert palette_of(random_colors(3000, seed=6).reshape(50, 60, 4)) is None
    assert palette_of(random_colors(20_000, seed=6).reshape(100, 200, 4)) is None


def test_a_field_that_runs_from_colour_to_colour_is_left_alone():
    rows, columns = np.mgrid[0:200, 0:255]
    field = np.stack([columns, rows, 0 * rows, 0 * rows + 255], axis=2).astype(np.uint8)
    field[..., 1] //= 40
    assert len(np.unique(field.view(np.uint32))) > MOST_COLORS
    assert palette_of(field) is None
