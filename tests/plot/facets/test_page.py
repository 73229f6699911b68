"""Overlay, ridge and depth as pages: every text has its place, whatever is shown on whatever size.

What the marks say is asked in `test_overlay`, `test_ridge` and `test_depth`.
"""

from functools import cache
from itertools import cycle, product

import matplotlib
import pytest
from drawn import FOUR, THREE, TWELVE, record, records, written
from drawn import misplaced as misplaced_in

from actviz import ACTIVATIONS, plot_depth, plot_overlay, plot_ridge
from actviz.errors import SpecError
from actviz.layers.initializers import get_initializer
from actviz.plot.paper.style import SIZES, THEMES, get_size
from actviz.plot.paper.type import sizes_of
from actviz.words.overview import TITLE

VIEWS = {"overlay": plot_overlay, "ridge": plot_ridge, "depth": plot_depth}
WITH_HEIGHTS = ("overlay", "ridge")
ALL = [name for name, row in ACTIVATIONS.items() if row.name == name]
PAPERS = ("slide", "half-slide", "column", "two-column", "10x5.6")
SMALL = {"width": 8, "samples": 16}
STOPS = {"depth": 8, "dtype": "float32", "input_std": 1e35}


class Called:
    """He's initializer under a name of the user's own."""

    def __init__(self, name, label):
        self.name, self.label = name, label

    def std(self, fan_in, fan_out):
        return get_initializer("he").std(fan_in, fan_out)

    def sample(self, rng, fan_in, fan_out):
        return get_initializer("he").sample(rng, fan_in, fan_out)


LONG = Called("own_1", "my own truncated orthogonal initializer with a long name")
UNBROKEN = Called("own_2", "Weight-normalised-and-data-dependent-initialization-of-2016")

CASES = {
    "default": lambda: records(THREE, FOUR, **SMALL),
    "one record": lambda: records(["tanh"], ["he"]),
    "one layer": lambda: records(["tanh", "relu"], ["std=1"], depth=1),
    "one layer of one record": lambda: records(["tanh"], ["he"], depth=1),
    "one unit": lambda: records(["tanh", "relu"], ["std=1"], width=1),
    "one sample": lambda: records(["tanh", "relu"], ["std=1"], samples=1),
    "one value": lambda: records(["tanh"], ["he"], depth=3, width=1, samples=1),
    "ten layers": lambda: records(["relu"], FOUR, depth=10, **SMALL),
    "a hundred layers": lambda: records(["relu"], ["he"], depth=100, width=6, samples=8),
    "a hundred layers twice": lambda: records(
        ["relu"], ["std=1", "he"], depth=100, width=6, samples=8
    ),
    "thirteen activations": lambda: records(ALL, ["he"], **SMALL),
    "twelve initializers": lambda: records(["relu"], TWELVE, **SMALL),
    "long initializers": lambda: records(["tanh", "relu"], [LONG, UNBROKEN], **SMALL),
    "stopped": lambda: records(["relu"], ["std=1", "he"], **STOPS),
    "all alike": lambda: records(["tanh"], ["zeros", "ones", "constant=1"], **SMALL),
    "only zeros": lambda: records(["relu"], ["zeros"]),
    "three depths": lambda: [record("tanh", "he", depth=depth) for depth in (1, 3, 12)],
}


#: On every paper: the usual page, the fullest axis, and the longest words. Others stand on the
#: narrowest paper, where most goes wrong, and on one more in turn; each of overlay or of ridge, as
#: the page of both is laid out by the same lines.
EVERYWHERE = ("default", "ten layers", "long initializers")
OTHERS = [name for name in CASES if name not in EVERYWHERE]
PLACES = [*product(VIEWS, EVERYWHERE, PAPERS), *product(["depth"], OTHERS, ["column"])]
PLACES += zip(cycle(reversed(WITH_HEIGHTS)), OTHERS, cycle(["column"]), strict=False)
for views in (("depth",), WITH_HEIGHTS):
    others = cycle(paper for paper in PAPERS if paper != "column")
    PLACES += zip(cycle(views), OTHERS, others, strict=False)
#: The widest and the narrowest page are seen by everybody, those between by whoever has the time.
PLACES = [
    place if place[2] in ("slide", "column") else pytest.param(*place, marks=pytest.mark.heavy)
    for place in PLACES
]


def misplaced(made, size):
    """Return what is wrong with the texts, in the type that this page has of those of its size."""
    items = written(made)
    least = min(item.points for item in items)
    (own,) = [each for each in sizes_of(size) if each.text == least]
    return misplaced_in(made, own, items)


@cache
def stacks(name):
    return CASES[name]()


@cache
def figure(view, name, paper="slide", **look):
    return VIEWS[view](stacks(name), size=paper, **look)


@pytest.mark.wide
@pytest.mark.parametrize(("view", "name", "paper"), PLACES)
def test_every_text_of_a_view_has_its_place(view, name, paper):
    made = VIEWS[view](stacks(name), size=paper)  # and is not kept: they are many
    assert misplaced(made, get_size(paper)) == []
    assert len(made.records) == len(stacks(name))


@pytest.mark.wide
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(("name", "paper"), [("default", "slide"), ("ten layers", "column")])
def test_every_text_of_a_view_of_preactivations_has_its_place(view, name, paper):
    made = figure(view, name, paper, signal="preactivation")
    assert misplaced(made, get_size(paper)) == []
    assert "preactivation" in {item.text for item in written(made)}


@pytest.mark.parametrize("paper", PAPERS)
def test_labels_of_a_huge_range_keep_to_the_page(paper):
    made = figure("depth", "stopped", paper, signal="preactivation")
    assert misplaced(made, get_size(paper)) == []


@pytest.mark.wide
@pytest.mark.parametrize(("view", "paper"), [*product(VIEWS, ["slide", "half-slide", "column"])])
def test_labels_of_an_odd_range_keep_to_the_page(view, paper):
    stack = records(THREE, FOUR, range=(-0.00123, 0.0125))
    assert misplaced(VIEWS[view](stack, size=paper), get_size(paper)) == []


@pytest.mark.wide
@pytest.mark.parametrize("view", WITH_HEIGHTS)
@pytest.mark.parametrize(
    "look",
    [
        {"share_y": "row"},
        {"share_y": "column", "log_y": True},
        {"share_y": "none", "values": "count"},
        {"log_y": True, "title": ""},
    ],
)
def test_every_text_of_a_view_with_other_heights_has_its_place(view, look):
    assert misplaced(VIEWS[view](stacks("ten layers"), **look), SIZES["slide"]) == []


@pytest.mark.parametrize("view", VIEWS)
def test_a_long_title_of_a_view_keeps_to_the_page(view):
    for paper in ("slide", "column"):
        made = VIEWS[view](stacks("one record"), size=paper, title="Why the scale decides. " * 9)
        assert misplaced(made, get_size(paper)) == []


def marks(made):
    """Return where all that is drawn in the facets stands, without its colours."""
    return [
        (
            ax.get_position().bounds,
            [path.vertices.tolist() for c in ax.collections for path in c.get_paths()],
            [[float(w) for w in c.get_linewidths()] for c in ax.collections],
            [(repr(line.get_xydata().tolist()), line.get_linewidth()) for line in ax.lines],
        )
        for ax in made.axes
    ]


@pytest.mark.wide
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ["long initializers", "stopped"])
def test_a_theme_of_a_view_changes_colours_only(view, name):
    plain = figure(view, name)
    texts = [(i.text, i.points, i.box.extents.tolist()) for i in written(plain)]
    for theme in THEMES:
        themed = plain if theme == "light" else figure(view, name, theme=theme)
        assert [(i.text, i.points, i.box.extents.tolist()) for i in written(themed)] == texts
        assert marks(themed) == marks(plain)
        assert matplotlib.colors.to_hex(themed.get_facecolor()) == THEMES[theme].page


@pytest.mark.parametrize("view", VIEWS)
def test_what_a_small_page_leaves_out_is_said(view):
    panels = {"panels": ["values", "std"]} if view == "depth" else {}
    made = VIEWS[view](stacks("thirteen activations"), size="3.4x3", **panels)
    said = " ".join(item.text for item in written(made))
    shown, asked = len(made.axes), 14 if view == "depth" else 13
    assert 0 < shown < asked
    assert f"only the first {shown} of {asked} panels fit" in said
    assert f"Only the first {shown} of {asked} panels fit:" in made.picture.caption
    assert misplaced(made, get_size("3.4x3")) == []


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_that_shows_all_says_nothing_of_it(view):
    assert "panels fit" not in " ".join(item.text for item in written(figure(view, "one record")))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("paper", ["1.5x1.5", "60x2", "3x1.5"])
def test_a_page_without_room_for_a_facet_is_refused(view, paper):
    with pytest.raises(SpecError, match=f"size {paper} has no room .* choose a larger one"):
        VIEWS[view](stacks("default"), size=paper)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_of_nothing_is_refused(view):
    with pytest.raises(SpecError, match="at least one record"):
        VIEWS[view]([])


@pytest.mark.parametrize(
    ("view", "option", "value"),
    [
        *((view, "signal", "weights") for view in VIEWS),
        *((view, "share_y", "panel") for view in WITH_HEIGHTS),
        *((view, "values", "probability") for view in WITH_HEIGHTS),
    ],
)
def test_an_option_of_a_view_that_is_none_of_the_allowed_is_refused(view, option, value):
    with pytest.raises(SpecError, match=rf"{option} must be .* \(got '{value}'\)"):
        VIEWS[view](stacks("one record"), **{option: value})


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("look", [{"size": "poster"}, {"theme": "neon"}, {"font": "No Such Font"}])
def test_an_unknown_look_of_a_view_is_refused(view, look):
    with pytest.raises(SpecError):
        VIEWS[view](stacks("one record"), **look)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_changes_no_option_of_the_user_and_reads_none(view):
    with matplotlib.rc_context({"font.size": 3, "lines.linewidth": 9, "axes.linewidth": 7}):
        before = dict(matplotlib.rcParams)
        odd = VIEWS[view](stacks("one record"))
        with pytest.raises(SpecError):
            VIEWS[view](stacks("one record"), size="1.5x1.5")
        assert dict(matplotlib.rcParams) == before
        odd_texts = [(i.text, i.points, i.box.extents.tolist()) for i in written(odd)]
    plain = figure(view, "one record")
    assert odd_texts == [(i.text, i.points, i.box.extents.tolist()) for i in written(plain)]
    assert marks(odd) == marks(plain)


#: The stacks of a slide: one to five of an activation, twelve of three, and fifty layers.
SLIDES = {
    **{
        f"{n} stacks": lambda n=n: records(["relu"], TWELVE[:n], gradients=True)
        for n in range(1, 6)
    },
    "twelve": lambda: records(THREE, FOUR, gradients=True),
    "fifty": lambda: records(["tanh"], ["he", "xavier"], depth=50, width=20, gradients=True),
}


#: All on a slide, and on a stage one, the most of an activation, and the most of several.
SHOWN = [*product(SLIDES, ["slide"]), *product(["1 stacks", "5 stacks", "twelve"], ["stage"])]
#: What lies between the least and the most of an activation is for whoever has the time.
SHOWN = [
    pytest.param(*place, marks=pytest.mark.heavy) if place[0][0] in "234" else place
    for place in SHOWN
]


@pytest.mark.wide
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(("name", "paper"), SHOWN)
def test_a_slide_is_read_from_the_last_row(view, name, paper):
    """Nothing is under 13 points; the title has one line, and so has the foot.

    A stage has none, where all panels fit.
    """
    made = VIEWS[view](SLIDES[name](), size=paper)
    items = written(made)
    points = sorted({item.points for item in items})
    assert points[0] >= (18 if paper == "stage" else 13)
    assert [item.text for item in items if item.points == points[-1]] == [made.title]
    assert len(made.title) <= TITLE
    margin = get_size(paper).margin * 72
    foot = [item for item in items if item.box.y0 < 1.6 * margin and item.box.x0 < 1.1 * margin]
    all_fit = "panels fit:" not in made.picture.caption
    assert len(foot) <= (0 if paper == "stage" and all_fit else 1)
    assert misplaced(made, get_size(paper)) == []


@pytest.mark.parametrize("view", WITH_HEIGHTS)
@pytest.mark.parametrize("name", ["1 stacks", "2 stacks", "4 stacks"])
def test_few_stacks_have_large_type(view, name):
    assert min(item.points for item in written(VIEWS[view](SLIDES[name]()))) == 16


@pytest.mark.parametrize("view", VIEWS)
def test_what_a_foot_has_no_room_for_is_in_the_caption(view):
    made = VIEWS[view](SLIDES["4 stacks"](), size="column")
    said = made.picture.caption
    assert said.count(".") >= 2
    assert "beyond the axis" in said
    assert "beyond the axis" not in " ".join(item.text for item in written(made))
