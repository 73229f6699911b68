"""The picture of a phase diagram: colours, lines and dots as data, and every word in its place."""

from functools import partial
from itertools import cycle, product

import numpy as np
import pytest
from charts.phases import BIASES, STDS, a_phase
from drawn import misplaced, texts_of, written
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.colors import to_rgba
from matplotlib.text import Text

from actviz.errors import SpecError
from actviz.plot.charts.phase import plot_phase
from actviz.plot.paper.style import get_size


def meshes(figure):
    return [each for ax in figure.axes for each in ax.collections if isinstance(each, QuadMesh)]


def dots_of(figure):
    return [
        each for ax in figure.axes for each in ax.collections if isinstance(each, PathCollection)
    ]


@pytest.mark.parametrize(
    ("quantity", "shown"),
    [
        ("gradient", lambda values: np.clip(np.log10(values), -1, 1)),
        ("cosine", lambda values: 1 - values),
        ("scale", lambda values: np.clip(np.log10(values), -2, 2)),
    ],
)
def test_every_point_has_its_number(quantity, shown):
    record = a_phase(quantity=quantity)
    (figure,) = plot_phase(record)
    for mesh, plane in zip(meshes(figure), record.planes, strict=True):
        with np.errstate(divide="ignore"):
            expected = shown(plane.values)
        np.testing.assert_allclose(
            np.reshape(mesh.get_array(), expected.shape), expected, atol=1e-12
        )


def test_dots_have_the_colour_of_the_field_where_they_agree():
    """A dot that is off by 1 % is told from the field behind it by no more than 1 % of the key."""
    record = a_phase("tanh", dots=True)
    (figure,) = plot_phase(record)
    (mesh,), (dots,) = meshes(figure), dots_of(figure)
    plane = record.planes[0]
    assert len(dots.get_offsets()) == plane.found.size
    own = mesh.cmap(mesh.norm(np.log10(plane.found).ravel()))
    np.testing.assert_allclose(dots.get_facecolors(), own)
    behind = mesh.cmap(mesh.norm(np.log10(plane.predicted).ravel()))
    assert abs(dots.get_facecolors() - behind).max() < 0.03
    # What is far off is seen: ten times the factor is half of the key.
    off = mesh.cmap(mesh.norm(np.log10(plane.predicted / 10).ravel()))
    assert np.median(abs(off - behind).max(axis=1)) > 0.3


def test_dots_stand_at_their_stds():
    (figure,) = plot_phase(a_phase("relu", dots=True))
    (dots,) = dots_of(figure)
    x, y = np.array(dots.get_offsets()).T
    assert sorted(set(x)) == pytest.approx([2.5, 12.5, 22.5])
    assert sorted(set(y)) == pytest.approx([0.5, 1.5, 2.5, 3.5, 4.5])
    assert dots.get_edgecolors()[0][3] < to_rgba("k")[3]  # thin, and half seen through


def test_no_dot_breaks_a_line():
    (figure,) = plot_phase(a_phase("tanh", dots=True))
    (dots,) = dots_of(figure)
    assert dots.get_zorder() < min(line.get_zorder() for line in dots.axes.lines)


def test_a_stack_without_a_number_has_no_dot():
    (figure,) = plot_phase(a_phase("tanh", dots=True, lost=True))
    assert len(dots_of(figure)[0].get_offsets()) == 14


def test_the_heavy_line_of_relu_stands_at_he_and_tanh_s_leans():
    relu, tanh = (plot_phase(a_phase(name))[0] for name in ("relu", "tanh"))

    def heaviest(figure):
        (mesh,) = meshes(figure)
        line = max(mesh.axes.lines, key=lambda line: line.get_linewidth())
        return np.exp(np.interp(line.get_xdata(), np.arange(24) + 0.5, np.log(STDS)))

    assert heaviest(relu) == pytest.approx(0.1 * 2**0.5, rel=1e-3)
    stds = heaviest(tanh)
    assert stds[0] == pytest.approx(0.1, rel=1e-3)
    assert stds[-1] == pytest.approx(0.1855, rel=1e-3)


def test_lines_are_named_above_the_panels_and_touch_no_other_name():
    (figure,) = plot_phase(a_phase())
    texts = texts_of(figure)
    assert texts.count("χ = 1") == 3
    assert texts.count("10") == 6  # on both sides of each line
    assert texts.count("3") == 5  # sigmoid's chaos is beyond the right edge


def test_both_sides_of_the_line_have_their_names_and_relu_s_is_no_chaos():
    """Its signal grows without end, all inputs in one direction."""
    for name, words in (("tanh", {"order", "chaos"}), ("relu", {"order", "explode"})):
        (figure,) = plot_phase(a_phase(name))
        (mesh,) = meshes(figure)
        figure.draw_without_rendering()
        field = mesh.axes.get_window_extent()
        boxes = [(text.get_text(), text.get_window_extent()) for text in figure.findobj(Text)]
        inside = {text: box for text, box in boxes if field.x0 < box.x0 < box.x1 < field.x1}
        assert inside.keys() & {"order", "chaos", "explode", "vanish"} == words
        heavy = max(mesh.axes.lines, key=lambda line: line.get_linewidth())
        ends = mesh.axes.transData.transform(np.column_stack(heavy.get_data()))[:, 0]
        for text in words:
            box = inside[text]
            assert box.x1 < ends.min() if text == "order" else box.x0 > ends.max()


def test_other_quantities_have_words_of_their_own():
    for quantity in ("cosine", "scale"):
        (figure,) = plot_phase(a_phase(quantity=quantity))
        assert not {"order", "chaos"} & set(texts_of(figure))


def test_a_word_in_a_field_stands_on_no_dot_and_no_line():
    record = a_phase("tanh", dots=True)
    (figure,) = plot_phase(record)
    (mesh,), (dots,) = meshes(figure), dots_of(figure)
    figure.draw_without_rendering()
    (word,) = [text for text in figure.findobj(Text) if text.get_text() == "order"]
    box = word.get_window_extent()
    ax = mesh.axes
    radius = np.sqrt(dots.get_sizes()[0]) / 2 * figure.dpi / 72
    for x, y in ax.transData.transform(dots.get_offsets()):
        assert not (box.x0 - radius < x < box.x1 + radius and box.y0 - radius < y < box.y1 + radius)
    for line in ax.lines:
        close = np.linspace(0, 1, 500)
        path = ax.transData.transform(np.column_stack(line.get_data()))
        along = np.linspace(0, 1, len(path))
        points = np.column_stack([np.interp(close, along, each) for each in path.T])
        assert not box.count_contains(points)


#: What is drawn, made where it is asked for: most of it is for heavy tests alone.
MANY = {
    "two": partial(a_phase, "sigmoid", "softplus", dots=True),
    "four": partial(a_phase, "leaky_relu", "softsign", "hard_tanh", "softplus", dots=True),
    "cosines of four": partial(
        a_phase, "elu", "selu", "gelu", "mish", quantity="cosine", dots=True
    ),
    "narrow": partial(a_phase, width=20, dots=True),
    "wide": partial(
        a_phase, width=1000, stds=tuple(np.geomspace(0.0016, 3, 24).tolist()), dots=True
    ),
    "lost": partial(a_phase, dots=True, lost=True, seeds=tuple(range(10))),
    "off the map": partial(a_phase, "tanh", stds=(0.01, 0.02, 0.03)),
}
FEW = {
    "one": partial(a_phase, "relu"),
    "gradient": partial(a_phase, dots=True),
    "cosine": partial(a_phase, quantity="cosine", dots=True),
    "scale": partial(a_phase, quantity="scale", dots=True),
}
SIZES = ("stage", "half-slide", "two-column", "10x5.6", "30x17")
#: The fullest on every page; the others on a slide and on a column, the narrowest, and on one more
#: page in turn.
FULLEST = ("gradient", "four")
OTHERS = [name for name in MANY | FEW if name not in FULLEST]
PLACES = [*product(MANY, ["slide", "column"]), *product(FULLEST, SIZES)]
PLACES += zip(OTHERS, cycle(SIZES), strict=False)


def check_words(made, size):
    for figure in plot_phase(made(), size=size):
        told = [one for one in misplaced(figure, get_size(size)) if "only the title" not in one]
        assert told == []


@pytest.mark.wide
@pytest.mark.parametrize("size", ["slide", "column"])
@pytest.mark.parametrize("made", FEW.values(), ids=FEW)
def test_every_word_has_its_place(made, size):
    check_words(made, size)


@pytest.mark.heavy
@pytest.mark.parametrize(("name", "size"), PLACES)
def test_every_word_has_its_place_on_all_pages(name, size):
    check_words((MANY | FEW)[name], size)


def test_a_slide_says_what_a_slide_may():
    for quantity in ("gradient", "cosine", "scale"):
        (figure,) = plot_phase(a_phase(quantity=quantity, dots=True))
        assert len(figure.title) <= 55
        assert min(item.points for item in written(figure)) >= 13
        assert len([item for item in written(figure) if item.text.startswith("Colours")]) == 1


def test_five_activations_are_two_pages():
    pages = plot_phase(a_phase("sigmoid", "tanh", "relu", "leaky_relu", "identity", stds=STDS[::8]))
    assert [len(meshes(page)) for page in pages] == [3, 2]


def test_four_activations_on_half_a_slide_are_two_pages():
    pages = plot_phase(
        a_phase("sigmoid", "tanh", "relu", "leaky_relu", stds=STDS[::8]), size="half-slide"
    )
    assert [len(meshes(page)) for page in pages] == [2, 2]


def test_the_bias_is_the_vertical_axis():
    (figure,) = plot_phase(a_phase("tanh"))
    (mesh,) = meshes(figure)
    assert mesh.axes.get_ylim() == (0.0, float(len(BIASES)))
    assert "bias std" in texts_of(figure)


def test_a_size_without_room_is_refused():
    with pytest.raises(SpecError, match="no room"):
        plot_phase(a_phase(), size="3x2")


def test_no_thin_line_runs_along_the_heavy_one():
    """Where GELU's and leaky ReLU's signals rest at 10, just below where they grow without end."""
    (figure,) = plot_phase(a_phase("gelu", "leaky_relu", quantity="scale"))
    assert any("Thin: 0.1 and 1." in text for text in texts_of(figure))
    drawn = [
        len(ax.lines) for ax in figure.axes if any(isinstance(c, QuadMesh) for c in ax.collections)
    ]
    assert drawn == [3, 3]
    (figure,) = plot_phase(a_phase(quantity="scale"))
    assert any("Thin: 0.1, 1 and 10." in text for text in texts_of(figure))
