"""The view of units: every dot is its value, and every word has its place on every page."""

import re
from io import BytesIO
from itertools import product

import numpy as np
import pytest
from drawn import FOUR, THREE, misplaced, record, written
from PIL import Image

from actviz import record_from_arrays
from actviz.errors import SpecError
from actviz.plot import plot_units
from actviz.plot.marks.dots import DotImage, palette
from actviz.plot.paper.style import THEMES, get_size
from actviz.words.stacks import setting

KEPT = {"width": 70, "samples": 70, "unit_sample": (60, 60), "statistics": "moments"}


def stacks(activations, inits, **fields):
    return [record(a, i, **(KEPT | fields)) for a in activations for i in inits]


def images(figure):
    """Return the images of dots, and those of scales, which have a single row."""
    found = [image for ax in figure.axes for image in ax.images]
    assert all(isinstance(image, DotImage) for image in found)
    dots = [image for image in found if image.get_array().shape[0] > 1]
    return dots, [image for image in found if image.get_array().shape[0] == 1]


def values_of(image, colors):
    """Return the places from -1 to 1 that every dot has the colour of."""
    first = image.get_array().astype(int)
    distance = abs(first[:, :, None, :3] - colors.table[None, None, :, :3].astype(int)).sum(axis=3)
    assert distance.min(axis=2).max() == 0
    return (distance.argmin(axis=2) - 255) / 255


def test_every_dot_is_its_value_on_one_scale():
    """Inputs go down and units across, in all layers between the activation's bounds."""
    (one,) = stacks(["tanh"], ["xavier"], depth=3)
    figure = plot_units([one])
    dots, (scale,) = images(figure)
    assert len(dots) == 3
    colors = palette(THEMES["light"], THEMES["light"].hues[1], signed=True)
    for image, layer in zip(dots, one.layers, strict=True):
        values = layer["activation"].unit_sample.values
        found = values_of(image, colors)
        # Two colours in 511 may be the same.
        np.testing.assert_allclose(found, values, atol=2.5 / 255)
    assert (scale.get_array()[0, 0] == colors.table[0]).all()
    words = {item.text for item in written(figure)}
    assert {"−1", "1", "tanh", "Xavier", "layer 1", "2", "3"} <= words


def test_without_bounds_the_first_layer_is_the_scale():
    (one,) = stacks(["relu"], ["xavier"], depth=4)
    dots, _ = images(plot_units([one]))
    colors = palette(THEMES["light"], THEMES["light"].hues[2], signed=False)
    reach = 2.5 * one.layers[0]["activation"].stats.rms
    for image, layer in zip(dots, one.layers, strict=True):
        values = np.clip(layer["activation"].unit_sample.values / reach, 0, 1)
        # Next to 0 some colours are those of the other sign, which ReLU has not.
        np.testing.assert_allclose(values_of(image, colors), values, atol=4 / 255)


def test_stripes_are_stripes():
    """Down: a column of dots has one colour; across: a row; gone: all have."""
    for init, axis in (("ones", 1), ("zeros", None)):
        dots, _ = images(plot_units(stacks(["tanh"], [init])))
        last = dots[-1].get_array()[..., :3]
        kinds = [np.unique(row, axis=0) for row in last]
        assert all(len(kind) == 1 for kind in kinds)
        together = np.unique(np.concatenate(kinds), axis=0)
        assert (len(together) == 1) == (axis is None)


SIZES = ("slide", "stage", "half-slide", "two-column", "column", "20x4", "10x5.6")
ASKED = {
    "twelve": (THREE, FOUR, {}),
    "one": (("tanh",), ("he",), {}),
    "deep": (("sigmoid",), ("xavier",), {"depth": 60, "width": 8}),
    "odd": (("softplus", "leaky_relu"), ("zeros", "ones", "constant=0.63"), {"depth": 7}),
    "stops": (("relu",), ("std=1e200", "he"), {"samples": 5}),
}
#: All on the widest and the narrowest page, most stacks on every one; others by the heavy tests.
PLACES = [
    (name, size)
    if name == "twelve" or size in ("slide", "column")
    else pytest.param(name, size, marks=pytest.mark.heavy)
    for name, size in product(ASKED, SIZES)
]


@pytest.mark.wide
@pytest.mark.parametrize(("name", "size"), PLACES)
def test_all_words_have_a_place(name, size):
    activations, inits, fields = ASKED[name]
    figure = plot_units(stacks(activations, inits, **fields), size=size)
    page = get_size(size)
    least = 13.0 if page.text >= 12 else page.text
    items = written(figure)
    told = [fault for fault in misplaced(figure, page, items) if "type of" not in fault]
    assert not told
    assert min(item.points for item in items) >= least - 1e-9
    assert {item.artist.get_rotation() for item in items} == {0.0}
    pictures = [image for ax in figure.axes for image in ax.images]
    inches = figure.axes[0].transData.inverted()
    for item in items:
        box = item.box.transformed(inches)
        for image in pictures:
            left, right, bottom, top = image.get_extent()
            inside = min(box.x1, right) - max(box.x0, left), min(box.y1, top) - max(box.y0, bottom)
            # A text's box reaches below its baseline, where no digit does.
            assert min(inside[0], inside[1] - 0.3 * item.points / 72) <= 0.01, item.text


@pytest.mark.parametrize("size", ["slide", "stage", "half-slide", "column"])
def test_the_default_is_whole_on_every_size(size):
    figure = plot_units(stacks(THREE, FOUR), size=size)
    assert len(images(figure)[0]) >= 3 * 12  # three layers of each stack at least
    words = " ".join(item.text for item in written(figure))
    assert "stacks fit" not in words
    assert ("Across: units" in words) == (size != "stage")


@pytest.mark.parametrize("size", SIZES)
def test_dots_are_whole_pixels_alike_and_inside_the_page(size):
    figure = plot_units(stacks(THREE, FOUR), size=size)
    dpi, (width, height) = get_size(size).dpi, figure.get_size_inches()
    sides = set()
    for image in [image for ax in figure.axes for image in ax.images]:
        left, right, bottom, top = ends = [dpi * side for side in image.get_extent()]
        assert ends == pytest.approx([round(end) for end in ends], abs=1e-6)
        assert 0 <= left < right <= dpi * width
        assert 0 <= bottom < top <= dpi * height
        rows, columns = image.get_array().shape[:2]
        sides.add((round((right - left) / columns, 6), round((top - bottom) / rows, 6)))
    dots, _ = images(figure)
    assert len(sides) <= 2  # of dots, and of the scales' steps
    rows, columns = dots[0].get_array().shape[:2]
    left, right, bottom, top = dots[0].get_extent()
    assert min((right - left) / columns, (top - bottom) / rows) * dpi >= 3 - 1e-6


@pytest.mark.wide
@pytest.mark.parametrize("dpi", [72, 96, 100, 144, 200])
def test_dots_are_whole_pixels_of_a_file_of_any_resolution(dpi):
    """The runs of a colour, from dot to dot, are as long everywhere: no stripe that is none."""
    figure = plot_units(stacks(["tanh"], ["ones"]))
    dots, _ = images(figure)
    file = BytesIO()
    figure.savefig(file, dpi=dpi)
    with Image.open(file) as drawn:
        pixels = np.asarray(drawn.convert("RGB")).astype(int)
    seen = set()
    for image in dots:
        left, right, _, top = image.get_extent()
        rows = image.get_array()[:, 0, :3].astype(int)
        column = pixels[:, round((left + right) / 2 * dpi)]
        start = len(pixels) - round(top * dpi)
        down = int((image.get_extent()[3] - image.get_extent()[2]) * dpi / len(rows) + 1e-6)
        shown = column[start : start + down * len(rows)].reshape(len(rows), down, 3)
        np.testing.assert_array_equal(shown, np.repeat(rows[:, None], down, axis=1))
        seen.add(down)
    assert len(seen) == 1


def test_the_subtitle_says_how_many_dots_and_which_layers():
    for shown, fields in ((5, {}), (10, {"depth": 30})):
        records = stacks(["tanh"], ["he"], **fields)
        figure = plot_units(records)
        text = " ".join(item.text for item in written(figure))
        assert "first 60 units × 60 inputs" in text
        assert setting([records[0].spec]).split(" · ")[0] in text
        assert len(images(figure)[0]) == shown
        assert ("10 of 30 layers" in text) == (shown == 10)
    numbers = re.findall(r"(?:layer )?(\d+)$", "\n".join(i.text for i in written(figure)), re.M)
    assert {"1", "30"} <= set(numbers)
    twelve = plot_units(stacks(THREE, FOUR))
    text = " ".join(item.text for item in written(twelve))
    units, inputs = map(int, re.search(r"first (\d+) units × (\d+) inputs", text).groups())
    assert units >= 24
    assert inputs >= 24
    for image in images(twelve)[0]:
        assert image.get_array().shape[:2] == (inputs, units)


def test_narrow_layers_have_the_dots_that_they_have():
    dots, _ = images(plot_units(stacks(["tanh"], ["he"], width=(8, 60, 3), depth=3)))
    assert [image.get_array().shape[1] for image in dots] == [8, 60, 3]
    widths = [image.get_extent()[1] - image.get_extent()[0] for image in dots]
    np.testing.assert_allclose(np.array(widths) / [8, 60, 3], widths[0] / 8)


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_not_finite_has_a_colour_of_its_own(theme):
    records = stacks(["identity"], ["std=1e200"], width=30)
    figure = plot_units(records, theme=theme)
    dots, _ = images(figure)
    colors = palette(THEMES[theme], figure.axes[0].figure.get_facecolor(), signed=True).nonfinite
    assert len(dots) == 2
    assert (dots[1].get_array()[0, 0, :3] == colors[:3]).all()
    assert "stopped" in {item.text for item in written(figure)}


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_is_seen(theme):
    figure = plot_units(stacks(["tanh"], ["he"]), theme=theme, title="")
    assert figure.title == "Noise to layer 5: every input leaves its own mark"
    assert figure.title not in {item.text for item in written(figure)}
    assert {item.artist.get_color() for item in written(figure)} >= {THEMES[theme].ink}


def test_records_without_values_are_refused_with_what_to_do():
    plain = record("tanh", "he")
    with pytest.raises(SpecError) as caught:
        plot_units([*stacks(["tanh"], ["he"]), plain])
    assert str(caught.value) == (
        "tanh with he was measured without single values: simulate it again with "
        "unit_sample=(60, 60)"
    )
    arrays = {"a": np.random.default_rng(0).standard_normal((70, 9))}
    with pytest.raises(SpecError, match=r"record it again with unit_sample=\(60, 60\)"):
        plot_units([record_from_arrays(arrays)])
    with pytest.raises(SpecError, match=r"signal must be activation \(got 'gradient'\)"):
        plot_units([plain], signal="gradient")
    with pytest.raises(SpecError, match="a figure needs at least one record"):
        plot_units([])
    with pytest.raises(SpecError, match="has no room"):
        plot_units(stacks(THREE, FOUR), size="1.5x1.5")


def test_recorded_arrays_are_shown_too():
    rng = np.random.default_rng(0)
    arrays = {"a": rng.standard_normal((70, 9)), "b": rng.standard_normal((30, 80))}
    arrays["b"][3, 4] = np.inf
    kept = record_from_arrays(arrays, label="mine", unit_sample=(60, 60))
    for layer, values in zip(kept.layers, arrays.values(), strict=True):
        sample = layer["activation"].unit_sample.values
        expected = np.where(np.isfinite(values), values, np.nan)[:60, :60]
        np.testing.assert_array_equal(sample, expected)
    figure = plot_units([kept])
    assert figure.title == "Layer 2 has values that are not finite"
    assert len(images(figure)[0]) == 2


def test_the_figure_says_what_it_shows():
    figure = plot_units(stacks(["sigmoid"], ["xavier", "std=1"]))
    first, second, *rows = figure.description.splitlines()
    assert first == f"{figure.title}."
    assert second.startswith("Dots for each layer's activations")
    assert re.fullmatch(
        r"sigmoid with Xavier: std by layer .*; inputs alike from layer 2 on\.", rows[0]
    )
    assert [one.label for one in figure.told] == ["Xavier", "std = 1"]
