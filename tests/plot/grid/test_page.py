"""Whole figures: every text is on the page, large enough and on no other; no bar is in its way."""

from dataclasses import dataclass, replace
from functools import cache
from itertools import cycle, pairwise

import matplotlib
import pytest
from drawn import FOUR, THREE, TWELVE, faults, record, records, texts_of, written
from matplotlib.colors import to_hex
from matplotlib.patches import StepPatch

from actviz import ACTIVATIONS, plot_grid, plot_textbook
from actviz.errors import SpecError
from actviz.layers.initializers import get_initializer
from actviz.plot.paper.page import thin
from actviz.plot.paper.style import SIZES, THEMES, get_size

ALL = [name for name, row in ACTIVATIONS.items() if row.name == name]
PAPERS = (*SIZES, "10x5.6")


@dataclass(frozen=True)
class Named:
    """He's initializer under a name of the user's own."""

    name: str
    label: str
    formula = "√(2/fan_in)"

    def std(self, fan_in, fan_out):
        return get_initializer("he").std(fan_in, fan_out)

    def sample(self, rng, fan_in, fan_out):
        return get_initializer("he").sample(rng, fan_in, fan_out)


LONG = Named("own_1", "my own truncated orthogonal initializer with a long name")
UNBROKEN = Named("own_2", "Weight-normalised-and-data-dependent-initialization-of-2016")
LONG_ACTIVATION = replace(
    ACTIVATIONS["tanh"], name="own", label="my scaled hyperbolic tangent 1.7159 tanh(2x/3)"
)

# Name: the records of a figure.
FIGURES = {
    "default": lambda: records(THREE, FOUR, width=100, samples=200),
    "one record": lambda: records(["tanh"], ["he"]),
    "one layer": lambda: records(THREE, FOUR, depth=1),
    "three layers": lambda: records(THREE, FOUR, depth=3),
    "ten layers": lambda: records(["relu"], FOUR, depth=10),
    "twenty layers": lambda: records(THREE, FOUR, depth=20),
    "sixty layers": lambda: records(["relu"], ["std=1", "he"], depth=60),
    "twelve rows": lambda: records(["relu"], TWELVE),
    "all activations": lambda: records(ALL, ["std=1", "xavier"]),
    "long initializers": lambda: records(["tanh", "relu"], [LONG, UNBROKEN, "he"]),
    "long activation": lambda: records([LONG_ACTIVATION, "elu"], ["he", LONG]),
    "stopped": lambda: records(["relu"], ["std=1", "he"], depth=8, dtype="float32", input_std=1e35),
    "all alike": lambda: records(THREE, ["zeros", "ones", "constant=1"]),
}
STRANGER = {
    "36 rows": lambda: records(THREE, TWELVE),
    "all activations, four rows": lambda: records(ALL, FOUR),
    "two hundred layers": lambda: records(["tanh"], ["he"], depth=200, width=4, samples=4),
    "one value": lambda: records(["tanh"], ["he"], depth=3, width=1, samples=1),
    "two of ten layers": lambda: records(THREE[1:], FOUR, depth=10, width=100, samples=200),
    "an odd range": lambda: records(THREE, FOUR, range=(-0.00123, 0.0125)),
    "many widths": lambda: records(["relu"], FOUR, width=tuple(range(20, 45))),
    "not every pair": lambda: [record("tanh", "he"), record("relu", "xavier"), record("elu", "he")],
    "seeds": lambda: [record("tanh", "he", seed=seed, depth=d) for seed in (0, 1) for d in (3, 6)],
}


@cache
def figure(name, paper="slide", **look):
    return plot_grid((FIGURES | STRANGER)[name](), size=paper, **look)


EVERYWHERE = [("default", paper) for paper in PAPERS]
ON_TWO = [(name, paper) for name in FIGURES for paper in ("slide", "column")]
ON_HALF_A_SLIDE = [(name, "half-slide") for name in ("twelve rows", "all activations", "stopped")]
ON_ONE = [*zip(STRANGER, cycle(["slide", "column", "two-column", "textbook"]), strict=False)]
OTHER_SHAPES = [("default", "3x4"), ("twelve rows", "20x11.25"), ("all activations", "2x20")]


#: The widest and the narrowest page are seen by everybody, each figure on one of them in turn and
#: the usual one on both; all others by whoever has the time.
SEEN = {("default", "slide"), *zip(FIGURES, cycle(["column", "slide"]), strict=False)}
SEEN |= {(name, paper) for name, paper in ON_ONE if paper in ("slide", "column")}
# Ten times as many texts as any other, or what other figures have too: many rows, many layers.
SEEN -= {("all activations, four rows", "column"), ("all activations", "column")}
SEEN -= {(name, paper) for name in ("twenty layers", "two of ten layers") for paper in PAPERS}
PLACES = [
    place if place in SEEN else pytest.param(*place, marks=pytest.mark.heavy)
    for place in dict.fromkeys(EVERYWHERE + ON_TWO + ON_HALF_A_SLIDE + ON_ONE + OTHER_SHAPES)
]


@pytest.mark.wide
@pytest.mark.parametrize(("name", "paper"), PLACES)
def test_every_text_has_its_place(name, paper):
    assert faults(figure(name, paper), get_size(paper)) == []


@pytest.mark.parametrize(
    "rows",
    [n if n in (1, 5, 11) else pytest.param(n, marks=pytest.mark.heavy) for n in range(1, 12)],
)
def test_every_text_has_its_place_in_so_many_rows(rows):
    made = plot_grid(records(["tanh"], TWELVE[:rows]), signal="preactivation")
    assert faults(made, SIZES["slide"]) == []


@pytest.mark.parametrize(
    ("name", "paper"),
    [("default", "slide"), ("default", "two-column"), ("twenty layers", "slide")],
)
def test_every_text_has_its_place_beside_preactivations(name, paper):
    assert faults(figure(name, paper, signal="preactivation"), get_size(paper)) == []


@pytest.mark.wide
@pytest.mark.parametrize("paper", ["slide", "column"])
@pytest.mark.parametrize("font", [None, "DejaVu Sans Mono"])
@pytest.mark.parametrize(
    "title", ["Why the scale of the weights decides. " * 8, "权重的尺度决定一切" * 20]
)
def test_a_title_keeps_to_the_page(title, font, paper):
    for plot in (plot_grid, plot_textbook):
        made = plot(FIGURES["one record"](), title=title, font=font, size=paper)
        assert faults(made, get_size(paper)) == []


@pytest.mark.parametrize(
    "look",
    [
        {"share_y": "column", "log_y": True},
        {"share_y": "all", "values": "count"},
        {"share_y": "none", "title": ""},
    ],
)
def test_every_text_has_its_place_with_other_heights(look):
    assert faults(figure("default", **look), SIZES["slide"]) == []


def test_the_default_says_all_it_has_to_say():
    made = figure("default")
    texts = texts_of(made)
    for heading in ("sigmoid", "tanh", "ReLU", "std = 1", "std = 0.01", "Xavier", "He", "layer"):
        assert texts.count(heading) == 1
    assert [texts.count(str(layer)) for layer in (2, 3, 5)] == [3, 3, 3]  # 1 and 4 are ticks too
    assert texts.count("mean") == texts.count("std") == 4
    assert texts.count("0.96") == 5  # tanh, std = 1
    assert sum(text.endswith("%▸") for text in texts) == 5  # ReLU, std = 1, beyond 4
    assert "fit" not in texts[-1]
    assert len(made.axes) == 12
    assert not any(ax.axison for ax in made.axes)


@pytest.mark.parametrize("signal", ["activation", "preactivation"])
def test_the_signal_is_named(signal):
    for name in ("one record", "default"):
        made = figure(name, signal=signal)
        assert texts_of(made).count(signal) == 1
        assert any(f"Histograms of the {signal}s" in text for text in made.explanation)


def ticks_of(figure):
    """Return the texts of the lowest row of labels, from left to right, each once."""
    items = [i for i in written(figure) if i.text.replace("−", "").replace(".", "").isdigit()]
    lowest = min(item.box.y0 for item in items)
    row = sorted((i.box.x0, i.text) for i in items if i.box.y0 < lowest + 1)
    return list(dict.fromkeys(text for _, text in row))


@pytest.mark.parametrize(
    ("stack", "signal", "ticks"),
    [
        ("sigmoid", "activation", ["0", "1"]),
        ("tanh", "activation", ["−1", "0", "1"]),
        ("tanh", "preactivation", ["−4", "0", "4"]),  # tanh's bound is not the preactivation's
        ("relu", "activation", ["0", "4"]),
        ("elu", "activation", ["−1", "0", "4"]),  # the axis begins a bin below
        ("elu", "preactivation", ["−4", "0", "4"]),
    ],
)
def test_the_ends_of_an_axis_are_labelled(stack, signal, ticks):
    assert ticks_of(plot_grid([record(stack, "he", depth=2)], signal=signal)) == ticks


def test_an_axis_wider_than_a_bounded_activation_has_its_own_ends():
    made = plot_grid([record("tanh", "he", depth=2, range=(-3.0, 3.0))])
    assert ticks_of(made) == ["−3", "0", "3"]


@pytest.mark.parametrize(
    ("name", "paper"),
    [("default", "slide"), ("sixty layers", "slide"), ("twelve rows", "20x11.25")],
)
def test_what_is_left_out_is_said(name, paper):
    texts = texts_of(figure(name, paper))
    said = " ".join(texts)
    wanted = FIGURES[name]()
    layers = {str(layer + 1) for layer in range(wanted[0].spec.depth)}
    labels = {record.spec.init.label for record in wanted}
    for told, complete in (
        ("only layers", layers <= set(texts)),
        ("only the first", labels <= set(texts)),
    ):
        assert (told in said) == (not complete), told


def test_layers_are_thinned_evenly_and_named():
    foot = " ".join(texts_of(figure("sixty layers")))
    shown = [int(n) for n in foot.partition("only layers ")[2].partition(" of")[0].split(", ")]
    assert shown[0] == 1
    assert shown[-1] == 60
    assert [n - 1 for n in shown] == list(thin(60, len(shown)))


def test_where_a_stack_stops_the_figure_says_so():
    made = plot_grid([record("relu", "std=1", depth=8, dtype="float32", input_std=1e35)])
    stopped = [item for item in written(made) if item.text == "stopped"]
    assert len(stopped) == 1
    assert to_hex(stopped[0].artist.get_color()) == THEMES["light"].alarm
    assert any(text.endswith(" inf") for text in texts_of(made))


@pytest.mark.wide
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("name", "paper"), [("one layer", "slide"), ("one record", "column"), ("stopped", "half-slide")]
)
def test_a_theme_changes_colours_only(name, paper, theme):
    plain = figure(name, paper)
    themed = plain if theme == "light" else figure(name, paper, theme=theme)
    for a, b in zip(written(plain), written(themed), strict=True):
        assert (a.text, a.points) == (b.text, b.points)
        assert a.box.extents.tolist() == b.box.extents.tolist()
    look = THEMES[theme]
    assert to_hex(themed.get_facecolor()) == look.page
    plain_text = {look.ink, look.muted, look.alarm}
    for item in written(themed):
        color = to_hex(item.artist.get_color())
        assert color in plain_text or (color in look.hues and item.points > get_size(paper).text)
    for ax in themed.axes:
        for patch in ax.findobj(StepPatch):
            used = patch.get_facecolor() if patch.get_fill() else patch.get_edgecolor()
            assert to_hex(used) in look.hues


@pytest.mark.parametrize("paper", ["1.5x1.5", "60x2"])
@pytest.mark.parametrize("plot", [plot_grid, plot_textbook])
def test_a_page_without_room_is_refused(plot, paper):
    with pytest.raises(SpecError, match=f"size {paper} has no room .* choose a larger one"):
        plot(FIGURES["default"](), size=paper)


def test_drawing_reads_no_option_of_the_user():
    drawn = FIGURES["one record"]()
    plain = [(item.text, item.points, item.box.extents) for item in written(plot_grid(drawn))]
    with matplotlib.rc_context({"font.size": 3, "axes.titlepad": 40, "font.weight": "bold"}):
        odd = [(item.text, item.points, item.box.extents) for item in written(plot_grid(drawn))]
    for (text, points, extents), (other, others_points, others_extents) in zip(
        plain, odd, strict=True
    ):
        assert (text, points) == (other, others_points)
        assert extents.tolist() == others_extents.tolist()


def on_one_line(figure):
    """Return the texts of a figure that stand on one height, from left to right."""
    found = {}
    for item in written(figure):
        found.setdefault(round(item.box.y0, 1), []).append(item)
    return [sorted(items, key=lambda item: item.box.x0) for items in found.values()]


@pytest.mark.wide
@pytest.mark.parametrize("name", ["default", "ten layers", "two of ten layers"])
@pytest.mark.parametrize("paper", ["slide", "half-slide", "column"])
def test_neighbours_never_read_as_one_number(name, paper):
    """Ends of axes, and numbers above panels: "0 1" beside "0 1" must not read "0 10 1"."""
    line, muted = SIZES[paper].line * 72, THEMES["light"].muted
    for items in on_one_line(figure(name, paper)):
        for left, right in pairwise(items):
            axis = muted in (left.artist.get_color(), right.artist.get_color())
            least = (0.45 if axis else 0.2) * line
            assert right.box.x0 - left.box.x1 >= least, (left.text, right.text)


def test_one_axis_of_a_row_is_labelled_where_there_is_no_room_for_more():
    texts = [item.text for item in written(figure("default"))]
    assert texts.count("−1") == 1
    wide = [item.text for item in written(plot_grid(records(["tanh"], ["he"])))]
    assert wide.count("−1") == 5


@pytest.mark.parametrize("signal", ["weight_gradient", "activation_gradient"])
def test_no_identifier_stands_on_a_slide(signal):
    asked = [record("tanh", init, gradients=True) for init in ("xavier", "he")]
    texts = [item.text for item in written(plot_grid(asked, signal=signal))]
    assert signal.replace("_", " ") in texts
    assert not [text for text in texts if "_" in text]


def test_a_number_beside_a_panel_keeps_off_the_next_panel_s_stem():
    """ReLU's 'mean 2.2×10⁻⁴' ran into the stem of the panel to its right."""
    asked = records(["relu"], FOUR, width=100, samples=200, gradients=True, depth=3)
    made = plot_grid(asked)
    named = ("mean ", "median ", "std ")
    beside = [i.box for i in written(made) if i.text.startswith(named) and "=" not in i.text]
    stems = [
        x
        for ax in made.axes
        for line in ax.lines
        if line.get_marker() == "o"
        for x in ax.transData.transform([(x, 0) for x in line.get_xdata()])[:, 0]
    ]
    assert len(beside) == 4 * 3 * 3  # no medians: half of the gradients are 0
    line = SIZES["slide"].line * 72
    for box in beside:
        gaps = [x - box.x1 for x in stems if x > box.x0]
        assert min(gaps, default=line) >= 0.25 * line
