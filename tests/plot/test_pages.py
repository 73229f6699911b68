"""Whole figures as data: every text is on the page, large enough, and on no other text."""

from functools import cache
from itertools import combinations

import matplotlib
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from actviz import ACTIVATIONS, plot_grid, plot_textbook, simulate
from actviz.errors import SpecError
from actviz.plot.style import SIZES, THEMES, get_size

DEFAULT = [
    (a, i) for a in ("sigmoid", "tanh", "relu") for i in ("std=1", "std=0.01", "xavier", "he")
]
TWELVE = ["std=1", "std=0.1", "std=0.01", "xavier", "glorot_uniform", "he", "he_uniform", "lecun"]
TWELVE += ["orthogonal", "sparse", "torch_linear", "he_truncated_normal"]
ALL = [(name, "he") for name, row in ACTIVATIONS.items() if row.name == name]

FIGURES = {
    "the default": (DEFAULT, 5, {}),
    "one stack": ([("sigmoid", "xavier")], 5, {}),
    "one layer": ([("tanh", "he")], 1, {}),
    "three layers": (DEFAULT, 3, {}),
    "ten layers": ([("relu", "he"), ("relu", "xavier")], 10, {}),
    "twenty layers": ([("tanh", "he")], 20, {}),
    "twenty layers of all": (DEFAULT, 20, {}),
    "twelve rows": ([("relu", init) for init in TWELVE], 5, {}),
    "twelve rows of three": ([(a, i) for a in ("sigmoid", "tanh", "relu") for i in TWELVE], 5, {}),
    "all activations": (ALL, 5, {}),
    "half a slide": (DEFAULT, 5, {"size": "half-slide"}),
    "a column": (DEFAULT, 5, {"size": "column"}),
    "two columns, dark": (DEFAULT, 5, {"size": "two-column", "theme": "dark"}),
    "print": (DEFAULT, 5, {"size": "10x5.6", "theme": "print"}),
    "preactivations": (DEFAULT, 5, {"signal": "preactivation", "log_y": True}),
    "a long title": (DEFAULT, 5, {"title": "weights and what they do to a signal " * 9}),
}


@cache
def record(activation, init, depth):
    return simulate(activation=activation, init=init, depth=depth, samples=200)


@cache
def figure(name):
    stacks, depth, look = FIGURES[name]
    return plot_grid([record(a, i, depth) for a, i in stacks], **look)


def texts(fig):
    """Return every visible text of `fig` with its extent in inches."""
    renderer = FigureCanvasAgg(fig).get_renderer()
    found = [t for t in fig.findobj(Text) if t.get_visible() and t.get_text().strip()]
    boxes = [t.get_window_extent(renderer) for t in found]
    scale = 1 / fig.dpi
    return [
        (t, (box.x0 * scale, box.y0 * scale, box.x1 * scale, box.y1 * scale))
        for t, box in zip(found, boxes, strict=True)
    ]


@pytest.mark.parametrize("name", FIGURES)
def test_every_text_is_on_the_page(name):
    width, height = figure(name).get_size_inches()
    outside = [
        text.get_text()
        for text, (x0, y0, x1, y1) in texts(figure(name))
        if x0 < 0 or y0 < 0 or x1 > width or y1 > height
    ]
    assert outside == []


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_lies_on_another(name):
    """Boxes may touch by a fifth of a line: an extent includes descenders that a digit lacks."""
    slack = 0.2 * get_size(FIGURES[name][2].get("size", "slide")).line
    collisions = [
        (a.get_text(), b.get_text())
        for (a, (ax0, ay0, ax1, ay1)), (b, (bx0, by0, bx1, by1)) in combinations(
            texts(figure(name)), 2
        )
        if min(ax1, bx1) - max(ax0, bx0) > slack and min(ay1, by1) - max(ay0, by0) > slack
    ]
    assert collisions == []


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_smaller_than_the_size_allows(name):
    smallest = get_size(FIGURES[name][2].get("size", "slide")).text
    assert min(text.get_fontsize() for text, _ in texts(figure(name))) >= smallest


def test_a_slide_has_nothing_under_12_points():
    assert SIZES["slide"].text == SIZES["half-slide"].text == 12


@pytest.mark.parametrize("name", ["the default", "twelve rows of three", "twenty layers of all"])
def test_what_is_left_out_is_said(name):
    fig = figure(name)
    foot = " ".join(t.get_text() for t in fig.texts)
    _, depth, _ = FIGURES[name]
    written = {t.get_text() for t in fig.texts}
    drawn = {str(layer) for layer in range(1, depth + 1)} & written
    assert ("Only layers" in foot) == (len(drawn) < depth)
    assert ("Mean and std did not fit" in foot) == ("std" not in written)


def test_the_default_says_each_panel_s_mean_and_std_and_what_is_beyond():
    written = [t.get_text() for t in figure("the default").findobj(Text)]
    assert written.count("0.96") == 5  # tanh, std = 1
    shares = [text for text in written if text.endswith("▸")]
    assert len(shares) >= 10
    assert all(text[:-1].endswith("%") for text in shares)


def test_headings_stand_once():
    written = [t.get_text() for t in figure("the default").findobj(Text)]
    for heading in ("sigmoid", "tanh", "ReLU", "std = 1", "std = 0.01", "Xavier", "He", "layer"):
        assert written.count(heading) == 1


def test_collapsed_layers_are_outlined_and_the_others_filled():
    ax = figure("one stack").axes[0]
    filled, outlined = (
        [patch for patch in ax.patches if patch.get_fill() == wanted] for wanted in (True, False)
    )
    bars = [len(patch[0].get_data().values) for patch in (filled, outlined)]
    assert bars == [3 * 30 + 2, 2 * 30 + 1]  # layers 1 to 3, and 4 and 5, a gap between two


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_every_theme_can_be_read(theme):
    """Contrast ratios after WCAG 2: 4.5 for text, 3 for marks."""

    def luminance(color):
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in matplotlib.colors.to_rgb(color)
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(color):
        a, b = sorted([luminance(color), luminance(theme.page)])
        return (b + 0.05) / (a + 0.05)

    assert min(map(contrast, (theme.ink, theme.muted, theme.alarm))) >= 4.5
    assert min(map(contrast, (theme.mark, *theme.hues))) >= 3.0


def test_the_textbook_look():
    made = simulate(activation="relu", init="he", rng="legacy", range=(0.0, 1.0))
    fig = plot_textbook([made])
    assert [ax.get_title() for ax in fig.axes] == [f"{i}-layer" for i in range(1, 6)]
    assert {ax.get_xlim() for ax in fig.axes} == {(0.0, 1.0)}
    tops = [ax.get_ylim()[1] for ax in fig.axes]
    assert len(set(tops)) == 5  # not shared
    for ax, layer in zip(fig.axes, made.layers, strict=True):
        (patch,) = ax.patches
        assert patch.get_data().values.tolist() == layer["activation"].histogram.counts.tolist()
    labelled = [bool(ax.yaxis.get_tick_params()["labelleft"]) for ax in fig.axes[1:]]
    assert not any(labelled)
    foot = " ".join(text.get_text() for text in fig.texts)
    assert "beyond (0, 1): 24%, 24%, 25%, 27%, 27%" in foot


@pytest.mark.parametrize(
    ("options", "fragment"),
    [
        ({"signal": "gradient"}, "preactivation or activation"),
        ({"share_y": "some"}, "row or column or all or none"),
        ({"values": "mass"}, "density or count"),
        ({"size": "slid"}, "did you mean 'slide'"),
        ({"size": "1x1"}, "from 1.5 to 60 inches"),
        ({"theme": "drak"}, "did you mean 'dark'"),
        ({"font": "No Such Font"}, "not installed"),
    ],
)
def test_options_that_are_wrong(options, fragment):
    with pytest.raises(SpecError, match=fragment):
        plot_grid([record("tanh", "he", 5)], **options)


def test_records_over_different_edges_do_not_share_an_axis():
    records = [simulate(activation="tanh", init="he", samples=50, bins=bins) for bins in (20, 30)]
    with pytest.raises(SpecError, match="different histogram edges"):
        plot_grid(records)
