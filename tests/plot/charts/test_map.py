"""The picture of a map: its numbers as colours, its lines, and every word in its place."""

from dataclasses import replace
from functools import partial
from itertools import cycle, product

import numpy as np
import pytest
from charts.maps import STDS, a_map, of_chance, with_nets
from drawn import misplaced, texts_of, written
from matplotlib.collections import PathCollection, QuadMesh

from actviz.errors import SpecError
from actviz.plot.charts.map import check_map, plot_map
from actviz.plot.paper.style import get_size
from actviz.sweeps.map_record import MapLine


def fields_of(figure):
    """Return the numbers of every field, from below."""
    found = [each for ax in figure.axes for each in ax.collections if isinstance(each, QuadMesh)]
    return [np.ma.filled(mesh.get_array(), np.nan) for mesh in found]


def test_every_cell_has_its_number():
    record = a_map("tanh")
    (figure,) = plot_map(record)
    for found, field in zip(fields_of(figure), record.fields, strict=True):
        with np.errstate(divide="ignore"):
            expected = np.clip(np.log10(field.values), -6, 6)
        np.testing.assert_allclose(found.reshape(expected.shape), expected)


def test_the_deepest_stack_is_above_and_the_largest_weights_at_the_right():
    (figure,) = plot_map(a_map("relu"))
    mesh = next(each for ax in figure.axes for each in ax.collections if isinstance(each, QuadMesh))
    assert mesh.axes.get_ylim() == (0.0, 6.0)
    assert mesh.axes.get_xlim() == (0.0, 12.0)


def test_the_heavy_line_of_relu_stands_at_he():
    (figure,) = plot_map(a_map("relu"))
    ax = next(ax for ax in figure.axes if ax.collections)
    heaviest = max(ax.lines, key=lambda line: line.get_linewidth())
    place = np.interp(np.log(2**0.5 / 10), np.log(STDS), np.arange(12) + 0.5)
    assert heaviest.get_xdata() == pytest.approx([place] * 2, abs=0.01)


#: What is drawn, made where it is asked for: most of it is for heavy tests alone.
MANY = {
    "two": partial(a_map, "sigmoid", "softplus"),
    "four": partial(a_map, "leaky_relu", "softsign", "hard_tanh", "softplus"),
    "narrow": partial(a_map, width=20),
    "wide": partial(a_map, width=1000, stds=tuple(np.geomspace(0.0016, 3, 9).tolist())),
    "shallow": partial(a_map, depth=5),
    "deep": partial(a_map, depth=200),
    "gradient": partial(a_map, quantities=("gradient",)),
    "chances": partial(of_chance, "sigmoid", "tanh", "relu"),
    "hatched": partial(of_chance, unknown=True),
    "trained": lambda: with_nets(of_chance()),
}
FEW = {"one": partial(a_map, "relu"), "three": a_map, "chance": of_chance}
SIZES = ("stage", "half-slide", "two-column", "10x5.6", "30x17")
#: The fullest on every page; the others on a slide and on a column, the narrowest, and on one more
#: page in turn.
FULLEST = ("three", "four", "chances")
OTHERS = [name for name in MANY | FEW if name not in FULLEST]
PLACES = [*product(MANY, ["slide", "column"]), *product(FULLEST, SIZES)]
PLACES += zip(OTHERS, cycle(SIZES), strict=False)


def check_words(made, size):
    for figure in plot_map(made(), size=size):
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
    for record in (a_map(), of_chance()):
        (figure,) = plot_map(record)
        assert len(figure.title) <= 55
        points = [item.points for item in written(figure)]
        assert min(points) >= 13
        lines = [item for item in written(figure) if item.text.startswith(("Colours", "Hatched"))]
        assert len(lines) == 1


@pytest.mark.parametrize("size", ["slide", "column"])
def test_the_well_known_initializers_are_named_under_every_activation(size):
    (figure,) = plot_map(a_map(), size=size)
    columns = 3 if size == "slide" else 2
    texts = texts_of(figure)
    for name in ("Xavier", "He"):
        assert texts.count(name) == columns
    assert texts.count("χ = 1") == (3 if size == "slide" else 6)


def test_five_activations_are_two_pages():
    pages = plot_map(a_map("sigmoid", "tanh", "relu", "leaky_relu", "identity", stds=STDS[::4]))
    assert [len(fields_of(page)) for page in pages] == [6, 4]


def test_where_four_have_no_room_two_stand_on_a_page():
    made = a_map("sigmoid", "tanh", "relu", "leaky_relu", stds=STDS[::4])
    pages = plot_map(made, size="half-slide")
    assert [len(fields_of(page)) for page in pages] == [4, 4]


def test_what_has_no_number_is_hatched_and_the_foot_says_why():
    (figure,) = plot_map(of_chance(unknown=True))
    assert "Hatched: no number, since no layer has 16 units or more." in figure.caption
    found = fields_of(figure)[0].reshape(16, 12)  # a row for each of 5 to 20 layers
    assert np.argwhere(np.isnan(found)).tolist() == [
        [row, at] for row in (0, 1, 2) for at in range(3)
    ]
    assert [patch.get_hatch() for ax in figure.axes for patch in ax.patches].count("////") == 2


def test_a_stage_has_a_key_of_its_lines_alone_and_a_slide_no_half_of_a_foot():
    (stage,) = plot_map(a_map(), size="stage")
    assert "Colours: mean field. Dashed: depth limit, 6 ξ. Thin: 10⁻⁶, 10⁻³, 10³, 10⁶." in (
        texts_of(stage)
    )
    assert "Heavy" in stage.caption
    (slide,) = plot_map(of_chance(unknown=True), size="10x5.6")
    (foot,) = [text for text in texts_of(slide) if text.startswith("Hatched")]
    assert foot.endswith(".")


def test_a_slide_names_every_line_where_there_are_hatching_and_dots_too():
    record = of_chance("tanh", unknown=True)
    points = np.array([(0.1, 5), (0.1, 20)])
    lines = tuple(MapLine(kind=kind, points=points) for kind in ("critical", "reach", "cut"))
    record = with_nets(replace(record, curves={("tanh", "chance"): lines}))
    (figure,) = plot_map(record)
    (foot,) = [text for text in texts_of(figure) if text.startswith("Hatched")]
    for said in ("Hatched", "Dots", "Dashed: depth limit, 6 ξ.", "Thin: 7 %, 79 %."):
        assert said in foot
    assert "Dashed: mean field’s depth limit, 6 ξ." in figure.caption


def test_a_title_of_one_s_own_and_none():
    (figure,) = plot_map(a_map("tanh"), title="Mine")
    assert "Mine" in texts_of(figure)
    (figure,) = plot_map(a_map("tanh"), title="")
    assert "Signal and gradient survive in one narrow band" not in texts_of(figure)
    assert figure.title == "Signal and gradient survive in one narrow band"


def test_a_size_without_room_is_refused():
    with pytest.raises(SpecError, match="no room"):
        plot_map(a_map(), size="1.5x1.5")


def test_what_has_no_room_is_known_before_anything_is_drawn():
    with pytest.raises(SpecError, match="no room"):
        check_map(a_map(), size="1.5x1.5")
    check_map(a_map(), size="20x4")


def test_panels_come_before_the_words_around_them():
    """A low strip has room for panels when its foot and subtitle are left out."""
    record = a_map("tanh", quantities=("gradient",))
    (figure,) = plot_map(record, size="20x2.4")
    assert "Colours: mean field." in figure.picture.caption
    assert not any("Colours" in text or "Signal and" in text for text in texts_of(figure))
    assert "gradient" in texts_of(figure)


def test_a_low_strip_gives_its_panels_a_third_of_its_height():
    (figure,) = plot_map(a_map(quantities=("gradient",)), size="20x4")
    heights = [ax.get_position().height for ax in figure.axes if panels_in([ax])]
    assert min(heights) > 0.3


def panels_in(axes):
    return [ax for ax in axes if any(isinstance(each, QuadMesh) for each in ax.collections)]


def dots_of(figure):
    """Return the places and the colours of all dots."""
    found = [c for ax in figure.axes for c in ax.collections if isinstance(c, PathCollection)]
    places = np.vstack([np.asarray(one.get_offsets()) for one in found])
    return places, np.vstack([one.get_facecolors() for one in found])


def test_a_net_is_a_dot_in_its_cell_full_where_it_trains_and_empty_where_it_does_not():
    record = with_nets(of_chance("tanh"))
    (figure,) = plot_map(record)
    places, colors = dots_of(figure)
    spec = record.spec
    expected = [
        (spec.stds.index(n.std) + 0.5, n.depth - spec.depths[0] + 0.5) for n in record.nets.nets
    ]
    np.testing.assert_allclose(places, expected, atol=1e-6)
    mesh = next(each for ax in figure.axes for each in ax.collections if isinstance(each, QuadMesh))
    full, empty = mesh.cmap(1.0), mesh.cmap(0.0)
    wanted = [full if net.trial.trains else empty for net in record.nets.nets]
    np.testing.assert_allclose(colors, wanted)
    assert {net.trial.trains for net in record.nets.nets} == {True, False}


def test_a_net_that_does_what_is_certain_vanishes_in_its_field():
    record = of_chance("tanh")
    sure = with_nets(record, trains=lambda chance: chance == 1)
    (figure,) = plot_map(sure)
    places, colors = dots_of(figure)
    mesh = next(each for ax in figure.axes for each in ax.collections if isinstance(each, QuadMesh))
    grounds = mesh.cmap(np.ma.filled(mesh.get_array(), np.nan)).reshape(16, 12, 4)
    chances = record.fields[0].values[0]  # the same at every depth
    for (x, y), color in zip(places, colors, strict=True):
        ground = grounds[int(y), int(x)]
        alike = np.allclose(color, ground, atol=0.01)
        assert alike == (chances[int(x)] in (0.0, 1.0))


def test_a_net_is_seen_where_lines_run_through_its_cell():
    """Else the heavy line hides half of those that stand at Xavier and He."""
    heavy = MapLine(kind="critical", points=[(0.1, 1), (0.1, 17)])
    record = replace(with_nets(of_chance("tanh")), curves={("tanh", "chance"): (heavy,)})
    (figure,) = plot_map(record)
    (dots,) = (c for ax in figure.axes for c in ax.collections if isinstance(c, PathCollection))
    assert dots.axes.lines
    assert dots.get_zorder() > max(line.get_zorder() for line in dots.axes.lines)


def test_maps_without_nets_have_no_dots():
    (figure,) = plot_map(of_chance("tanh"))
    assert not any(isinstance(c, PathCollection) for ax in figure.axes for c in ax.collections)
    assert "Dots" not in figure.picture.caption


def test_a_dip_of_six_scales_that_is_narrower_than_two_cells_is_no_line():
    """SELU's was a hook at the upper edge, at 50 layers, and is a line of its own at 300."""
    stds = tuple(np.geomspace(0.005, 3, 42).tolist())
    for depth, lines in ((50, 2), (300, 3)):
        (figure,) = plot_map(a_map("selu", depth=depth, stds=stds, quantities=("signal",)))
        panel = figure.axes[0]
        dashed = [line for line in panel.lines if line.is_dashed()]
        assert len(dashed) == lines
