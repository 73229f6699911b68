"""plot_overview: what stands on it, where, and how large."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from drawn import FOUR, THREE, TWELVE, misplaced, record, records, written
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.colors import to_hex

from actviz import plot_overview, simulate
from actviz.diagnosis.findings import State
from actviz.errors import SpecError
from actviz.format import significant
from actviz.layers.activations import ACTIVATIONS
from actviz.plot.overview import bars
from actviz.plot.overview.bars import TIMES
from actviz.plot.overview.content import BUILDS
from actviz.plot.overview.rows import DECADES
from actviz.plot.overview.view import overview_pages
from actviz.plot.paper.style import SIZES, THEMES, Size, mix
from actviz.words import overview as words
from actviz.words.overview import Verdict

THIRTEEN = tuple(dict.fromkeys(row.name for row in ACTIVATIONS.values()))
LONG = "variance_scaling(scale=2.0, mode=fan_avg, distribution=uniform)"

#: What is written on sizes of slides is at least so large.
LEAST = {"slide": 13.0, "stage": 18.0, "half-slide": 12.0, "column": 7.0}

STATES = {
    ("sigmoid", "std = 1"): Verdict(state=State("pale"), word="saturates", chance="trains 98 %"),
    ("tanh", "Xavier"): Verdict(state=State("full"), word="keeps", chance="trains 96 %"),
    ("ReLU", "Xavier"): Verdict(state=State("pale"), word="declines ×0.71", chance="trains 94 %"),
    ("ReLU", "He"): Verdict(state=State("full"), word="keeps", chance="trains 98 %"),
    ("ReLU", "std = 1"): Verdict(state=State("not_judged"), word="explodes"),
}
OTHER = Verdict(state=State("lost"), word="inputs alike", chance="trains 0 %")


@pytest.fixture
def judged(monkeypatch):
    """Verdicts that do not depend on who judges."""
    names = lambda told: (told.spec.activation.label, told.spec.label)  # noqa: E731
    monkeypatch.setattr(words, "verdict_of", lambda told: STATES.get(names(told), OTHER))


#: The widest and the narrowest page are seen by everybody, those between by whoever has the time.
PAPERS = [
    size if size in ("slide", "column") else pytest.param(size, marks=pytest.mark.heavy)
    for size in LEAST
]


def _sized(name):
    """Return a size whose smallest type is what is allowed."""
    return replace(SIZES[name], text=LEAST[name])


def _faults(figure, size):
    told = misplaced(figure, size)
    return [line for line in told if not line.startswith("type of")]


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.parametrize("numbers", ["none", "std", "all"])
def test_the_default_has_room_on_every_size(size, numbers):
    for figure in overview_pages(records(THREE, FOUR), size=size, numbers=numbers):
        assert _faults(figure, _sized(size)) == []


@pytest.mark.wide
@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.parametrize(
    ("activations", "inits", "fields"),
    [
        (THIRTEEN, ("he",), {}),
        (("relu",), TWELVE, {}),
        (("tanh", "selu"), (LONG, "torch_default"), {}),
        (THREE, ("zeros", "ones", "he"), {"depth": 1}),
        (("identity", "relu"), ("std=1e200", "he"), {"depth": 60, "width": 4}),
    ],
    ids=["activations", "initializers", "long", "flat", "deep"],
)
def test_nothing_leaves_a_page_or_lies_on_another(size, activations, inits, fields):
    made = records(activations, inits, **fields)
    pages = overview_pages(made, size=size)
    for figure in pages:
        assert _faults(figure, _sized(size)) == []
    assert sorted(id(r) for page in pages for r in page.records) == sorted(map(id, made))


@pytest.mark.usefixtures("judged")
def test_the_default_says_little_and_turns_nothing():
    texts = written(plot_overview(records(THREE, FOUR)))
    assert 30 <= len(texts) <= 42
    assert {item.artist.get_rotation() for item in texts} == {0.0}
    assert len({item.points for item in texts}) <= 6
    words_over = [item.text for item in texts]
    for word in ("✓ keeps", "– declines ×0.71", "✗ inputs alike", "trains 96 %", "trains 0 %"):
        assert word in words_over


@pytest.mark.usefixtures("judged")
def test_all_numbers_are_the_chance_and_a_line_of_stds_and_of_the_gradient_s_factor():
    made = records(THREE, FOUR, gradients=True)
    page = plot_overview(made, numbers="all")
    texts = [item.text for item in written(page)]
    assert sum(text.startswith("trains ") for text in texts) == 11  # one is not judged
    assert sum(" → " in text and "layer" not in text for text in texts) == 12
    factors = [text for text in texts if text.startswith(("grad ×", "gradient ×"))]
    assert len(factors) == 12
    relu = made[-1].layers
    factor = (relu[0]["gradient"].stats.std / relu[-1]["gradient"].stats.std) ** (1 / 4)
    assert factors[-1].endswith(f"×{significant(factor, 2)}")
    assert "below: std" in " ".join(texts)
    assert any("multiplied in each layer" in sentence for sentence in page.explanation)


@pytest.mark.usefixtures("judged")
def test_without_gradients_all_numbers_have_no_factor():
    bare = [simulate(activation=name, init="he", width=30, samples=60) for name in ("tanh", "relu")]
    texts = [item.text for item in written(plot_overview(bare, numbers="all"))]
    assert not any("grad" in text for text in texts)
    assert sum(" → " in text and "layer" not in text for text in texts) == 2


def test_rows_without_gradients_have_no_column_of_them():
    texts = [item.text for item in written(plot_overview(records(["relu"], FOUR)))]
    assert not any("gradient" in text or "reached" in text for text in texts)


@pytest.mark.usefixtures("judged")
def test_numbers_put_the_stds_where_the_chance_was():
    made = records(THREE, FOUR)
    stds = [item.text for item in written(plot_overview(made, numbers="std"))]
    assert sum(" → " in text and "layer" not in text for text in stds) == 12
    assert not any(text.startswith("trains ") and "%" in text for text in stds)
    first, last = (made[0].layers[n]["activation"].stats.std for n in (0, -1))
    ends = {f"{significant(first, n)} → {significant(last, n)}" for n in (1, 2)}
    assert ends & set(stds)


def _colors(figure):
    """Return the colours of bars and stems, each collection's in its order."""
    kinds = [item for ax in figure.axes for item in ax.collections]
    found = [item for item in kinds if isinstance(item, PolyCollection)]
    return [[to_hex(color) for color in item.get_facecolor()] for item in found]


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize("theme", [*THEMES])
def test_hue_says_what_the_mark_says(theme):
    colors = _colors(plot_overview(records(("tanh", "relu"), ("xavier", "he")), theme=theme))[0]
    strips = [set(colors[start : start + 5]) for start in range(0, 20, 5)]
    page, tanh, relu = (THEMES[theme].page, *THEMES[theme].hues[1:3])
    assert strips[0] == {tanh}
    # On paper without hues the tone alone tells pale from lost.
    assert strips[1] == {mix(page, relu, 0.82 if theme == "print" else 0.5)}
    assert len(strips[2]) == 1
    assert strips[2] != {tanh}
    assert strips[3] == {relu}


@pytest.mark.usefixtures("judged")
def test_what_is_not_judged_is_an_outline_without_a_mark():
    figure = plot_overview([record("relu", "std=1"), record("gelu", "std=1")])
    texts = [item.text for item in written(figure)]
    assert "explodes" in texts
    outlined = [
        item
        for item in figure.axes[0].collections
        if isinstance(item, PolyCollection) and not len(item.get_facecolor())
    ]
    assert len(outlined) == 1
    assert len(outlined[0].get_paths()) == 5


@pytest.mark.usefixtures("judged")
def test_a_hidden_verdict_is_nowhere():
    figure = plot_overview(records(THREE, FOUR), verdict="hide")
    said = " ".join(item.text for item in written(figure)) + figure.title + figure.description
    for word in ("keeps", "declines", "inputs alike", "trains", "✓", "✗", "saturates"):
        assert word not in said
    theme = THEMES["light"]
    assert set(_colors(figure)[0]) == set(theme.hues[:3])


def _panels(figure):
    """Return the outlines of all panels, rounded: each an array of corners in inches."""
    (ax,) = figure.axes
    shapes = [item for item in ax.collections if isinstance(item, PolyCollection)]
    return {path.vertices.round(6).tobytes() for item in shapes for path in item.get_paths()}


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize("build", BUILDS)
def test_a_build_up_adds_and_moves_nothing(build):
    made = records(THREE, FOUR)
    whole = plot_overview(made)
    steps = overview_pages(made, build=build)
    assert len(steps) == {"rows": 4, "columns": 3, "verdict": 2}[build]
    for before, after in pairwise(steps):
        assert _panels(before) <= _panels(after)
        assert build == "verdict" or len(_panels(before)) < len(_panels(after))
        assert len(written(before)) < len(written(after))
        assert "keeps" not in before.title
    last = [(item.text, item.box.extents.tolist()) for item in written(steps[-1])]
    assert last == [(item.text, item.box.extents.tolist()) for item in written(whole)]
    assert _panels(steps[-1]) == _panels(whole)


def test_ten_panels_at_most_the_first_and_the_last_among_them():
    made = records(("tanh", "relu"), ("xavier",), depth=60, width=4)
    figure = plot_overview(made)
    (ax,) = figure.axes
    lines = next(item for item in ax.collections if isinstance(item, LineCollection))
    assert len(lines.get_segments()) == 20
    assert any("layers 1, 8, 15 … 60" in item.text for item in written(figure))


def test_more_rows_and_blocks_go_onto_further_pages():
    made = records((*THREE, "gelu"), TWELVE[:7])
    pages = overview_pages(made)
    assert len(pages) == 4
    assert [len(page.records) for page in pages] == [8, 6, 8, 6]
    for number, page in enumerate(pages, 1):
        assert any(f"page {number} of 4" in item.text for item in written(page))
    assert plot_overview(made, page=3).records == pages[2].records
    with pytest.raises(SpecError, match="page must be from 1 to 4"):
        plot_overview(made, page=5)


def test_what_the_strips_leave_out_is_in_the_alternative_text():
    (made,) = records(("relu",), ("std=1",))
    figure = plot_overview([made])
    beyond = max(
        layer["activation"].histogram.overflow / layer["activation"].stats.count
        for layer in made.layers
    )
    assert beyond > 0.01
    assert f"up to {round(100 * beyond)} % of a layer's values lie beyond" in figure.description
    stds = [significant(layer["activation"].stats.std, 2) for layer in made.layers]
    assert all(std in figure.description for std in stds)


def _title(told):
    return words.title_of(told, [words.verdict_of(one) for one in told])


def test_a_page_is_titled_for_its_own_activations():
    pages = overview_pages(records(THIRTEEN, ("xavier", "he"), width=60, gradients=True))
    assert len(pages) > 1
    for page in pages:
        assert page.title == _title(page.told)
        assert page.title in {item.text for item in written(page)}
    assert len({page.title for page in pages}) > 1


@pytest.mark.parametrize("activations", [("relu",), ("relu", "tanh")])
def test_a_page_of_some_initializers_is_titled_for_these(activations):
    """A page speaks of no row of another, nor of what only one initializer does, or none."""
    inits = ("sparse", *FOUR[:2], "zeros", "ones", "torch_linear", "he")
    made = records(activations, inits, gradients=True, width=100)
    pages = overview_pages(made)
    assert len(pages) > 1
    for page in pages:
        verdicts = [words.verdict_of(one) for one in page.told]
        assert page.title == words.title_of(page.told, verdicts, part=True)
        assert page.description.startswith(page.title)
        absent = {one.label for other in pages for one in other.told}
        absent -= {one.label for one in page.told}
        assert not any(re.search(rf"\b{re.escape(name)}\b", page.title) for name in absent)
        assert not re.search("only|here", page.title, re.IGNORECASE)
    assert pages[0].title == f"None of these {len(pages[0].told)} stacks is healthy"
    assert pages[-1].title.startswith("He keeps ReLU’s")


def test_a_page_counts_its_own_strips():
    made = records(("relu", "tanh", "sigmoid", "gelu", "selu"), (*FOUR, "lecun", "orthogonal"))
    for page in overview_pages(made):
        for count in re.findall(r"of (?:these )?(\d+) stacks", page.title):
            assert int(count) == len(page.told)


@pytest.mark.parametrize("size", ["stage", "half-slide", "column"])
def test_all_chances_of_a_picture_say_what_they_are_or_none_does(size):
    pages = overview_pages(records(THREE, FOUR, gradients=True, width=100), size=size)
    over = [item.text for page in pages for item in written(page) if item.text.endswith(" %")]
    assert len(over) == 12
    named = {text.startswith("trains ") for text in over}
    assert len(named) == 1
    # Over numbers alone it is said once for each block what they are.
    over = [item.text for page in pages for item in written(page)]
    assert over.count("trains") == (3 if named == {False} else 0)


# --- one activation, and one stack ----------------------------------------------------------


def _slopes(figure):
    (ax,) = figure.axes
    return [
        one
        for item in ax.collections[2:]
        if isinstance(item, LineCollection)
        for one in item.get_segments()
    ]


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_one_activation_has_a_number_a_panel_and_the_gradient_as_a_slope(size, theme):
    made = records(("relu",), FOUR, gradients=True)
    (figure,) = overview_pages(made, size=size, theme=theme)
    assert _faults(figure, _sized(size)) == []
    texts = [item.text for item in written(figure)]
    for one in made:
        last = one.layers[-1]["activation"].stats.std
        assert {significant(last, n) for n in (1, 2)} & set(texts)
    factor = significant(made[-1].gradient_factor, 2)
    assert f"×{factor} a layer" in texts
    assert "← gradient" in texts


@pytest.mark.parametrize("inits", [FOUR, ("he",)])
def test_without_numbers_the_gradient_has_none_and_keeps_its_slope(inits):
    made = records(("relu",), inits, gradients=True)
    bare = plot_overview(made, numbers="none")
    assert _faults(bare, _sized("slide")) == []
    texts = [item.text for item in written(bare)]
    assert ("gradient" if len(inits) == 1 else "← gradient") in texts
    assert not any("a layer" in text for text in texts)
    assert len(_slopes(bare)) == len(_slopes(plot_overview(made)))


def test_a_slope_goes_as_the_gradient_goes():
    made = records(("relu",), ("std=1", "std=0.01"), gradients=True)
    up, down = _slopes(plot_overview(made))[-2:]
    stds = [[layer["gradient"].stats.std for layer in one.layers] for one in made]
    for line, own in zip((up, down), stds, strict=True):
        heights = line[:, 1] - line[-1, 1]
        logs = np.log10(np.array(own) / own[-1])
        np.testing.assert_allclose(heights / heights[0], logs / logs[0], rtol=1e-9, atol=1e-12)
    assert up[0, 1] > up[-1, 1]
    assert down[0, 1] < down[-1, 1]


def test_a_slope_that_is_cut_has_an_arrow_and_does_not_run_level():
    made = records(("relu",), ("std=1", "std=0.01", "he"), gradients=True, depth=20, width=100)
    figure = plot_overview(made)
    up, down, kept = _slopes(figure)[-3:]
    for line, sign in ((up, 1), (down, -1)):
        assert (np.diff(line[:, 1]) * sign < 0).all()  # to the last layer all the way
        assert line[0, 0] > kept[0, 0]
        assert line[-1, 0] == kept[-1, 0]
    (ax,) = figure.axes
    heads = [one.get_offsets()[0] for one in ax.collections if isinstance(one, PathCollection)]
    np.testing.assert_allclose(heads[0], up[0])
    np.testing.assert_allclose(heads[1], down[0])
    # Eight decades stand as high over the last layer as they lie below it.
    assert up[0, 1] - up[-1, 1] == pytest.approx(down[-1, 1] - down[0, 1])
    assert f"▲ ▼ beyond {DECADES:g} decades" in figure.caption
    whole = plot_overview(records(("relu",), FOUR, gradients=True))
    assert "beyond" not in whole.caption


def test_one_stack_says_how_far_a_unit_spreads_and_shows_its_gradients():
    (made,) = records(("sigmoid",), ("xavier",), gradients=True)
    for size in LEAST:
        assert _faults(plot_overview([made], size=size), _sized(size)) == []
    figure = plot_overview([made])
    texts = [item.text for item in written(figure)]
    units = [layer["activation"].stats.within_unit_std for layer in made.layers]
    assert {significant(value, 2) for value in units} <= set(texts)
    for name in ("mean", "std", "in a unit", "gradient", "layer 1"):
        assert name in texts
    assert texts.count("std") == 2  # the gradients’ numbers are named too
    cut = sum(bars.cut(layer["activation"]).any() for layer in made.layers)
    assert cut <= len(_panels(figure)) - 10 <= 2 * cut
    bare = [item.text for item in written(plot_overview([made], numbers="none"))]
    assert "in a unit" not in bare


def test_the_alternative_text_says_what_becomes_of_the_gradient_unless_it_is_hidden():
    made = records(("relu",), ("he", "xavier"), gradients=True)
    said = plot_overview(made).description
    for one in made:
        assert f"gradient ×{significant(one.gradient_factor, 2)} a layer" in said
    assert "The histograms of a row have one scale" in said
    assert "gradient" not in plot_overview(made, verdict="hide").description.split("\n")[2]


def test_a_panel_that_looks_empty_says_why():
    made = records(("identity",), ("std=1", "he"))
    texts = [item.text for item in written(plot_overview(made))]
    assert any(text.endswith(" % beyond") for text in texts)


@pytest.mark.parametrize("build", BUILDS)
def test_one_activation_is_built_up_where_it_will_stand(build):
    made = records(("relu",), FOUR, gradients=True)
    steps = overview_pages(made, build=build)
    assert len(steps) == {"rows": 4, "columns": 5, "verdict": 2}[build]
    for before, after in pairwise(steps):
        assert _panels(before) <= _panels(after)
        assert len(written(before)) < len(written(after))
    assert _panels(steps[-1]) == _panels(plot_overview(made))


@pytest.mark.wide
@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize(
    ("activations", "inits", "size"),
    [
        (THREE, FOUR, "slide"),
        (("sigmoid",), FOUR, "slide"),
        (("relu",), FOUR, "12x3.2"),
        (("relu",), FOUR, "7x2.4"),  # a mark stands before each name
        (("tanh",), ("xavier",), "slide"),
    ],
)
def test_a_build_up_has_all_in_its_place_from_the_first_step_on(activations, inits, size, build):
    """What is written in two steps stands at the same place in both; the words around apart."""
    made = records(activations, inits, gradients=True, width=100)
    steps = overview_pages(made, size=size, build=build)
    places = [(_between(step), [one.label for one in step.told]) for step in steps]
    ends = [n for n, step in enumerate(steps) if step.title != words.hidden_title()]
    for number, (own, labels) in enumerate(places):
        last, _ = places[next(end for end in ends if end >= number)]
        assert number in ends or set(labels) <= {text for text, _ in own}
        for text, (x, y) in own:
            same = [place for other, place in last if other == text]
            same += [(x, place[1]) for other, place in last if f" {text} · " in other]
            assert any(np.hypot(x - at[0], y - at[1]) < 0.5 for at in same), text
    if build == "verdict" and activations == ("sigmoid",):
        assert len(_slopes(steps[0])) == len(_slopes(steps[1])) > 0


def _between(figure):
    """Return what is written between the words around a page, and where each stands, in points."""
    height = 72 * figure.get_size_inches()[1]
    found = [(item.text, item.artist.get_position(), item.box.x0) for item in written(figure)]
    return [
        (text, (x0, y * height))
        for text, (_, y), x0 in found
        if y > 0.12 and text != figure.title and not text.startswith("Activations of ")
    ]


def test_few_artists_whatever_is_drawn():
    for made in (records(THREE, FOUR), records(("tanh",), ("he",))):
        (ax,) = plot_overview(made).axes
        assert len(ax.collections) <= 5
        assert not ax.patches
        assert not ax.lines


@pytest.mark.parametrize(
    ("options", "fragment"),
    [
        ({"signal": "gradient"}, "signal must be preactivation or activation"),
        ({"numbers": "some"}, "numbers must be none or std or all"),
        ({"caption": "long"}, "caption must be none or short or full"),
        ({"verdict": "no"}, "verdict must be show or hide"),
        ({"size": Size(name="tiny", width=1.6, height=1.6, text=8, dpi=100)}, "no room"),
    ],
)
def test_options_that_are_wrong(options, fragment):
    with pytest.raises(SpecError, match=fragment):
        plot_overview([record("tanh", "he")], **options)


def test_the_stage_has_no_foot_unless_asked():
    made = records(("relu",), ("he",))
    foot = "stem: share of zeros"
    on = [
        any(foot in item.text for item in written(plot_overview(made, size=size, caption=caption)))
        for size, caption in (
            ("slide", None),
            ("stage", None),
            ("stage", "full"),
            ("slide", "none"),
        )
    ]
    assert on == [True, False, True, False]


def test_heights_are_the_same_scale_for_all_rows_of_an_activation():
    figure = plot_overview(records(("tanh",), ("xavier", "he")))
    (ax,) = figure.axes
    shapes = next(item for item in ax.collections if isinstance(item, PolyCollection))
    areas = []
    for path in shapes.get_paths():
        x, y = path.vertices.T
        areas.append(0.5 * abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))))
    # Where nothing is cut, all areas are the same: the bars of a panel are all its values.
    np.testing.assert_allclose(areas[:5], areas[0], rtol=1e-6)


@pytest.mark.parametrize("paper", ["slide", "stage", "half-slide", "column"])
@pytest.mark.parametrize("activations", [THREE, ("tanh",)])
def test_every_stack_of_the_default_has_its_chance_on_every_paper(activations, paper):
    """The chance is the headline number: a long word gives way to a brief one, the chance not."""
    stacks = records(activations, FOUR, width=100, samples=200, gradients=True)
    pages = overview_pages(stacks, size=paper)
    texts = [item.text for page in pages for item in written(page)]
    chances = [text for text in texts if re.fullmatch(r"(trains )?[<>]?\d+ %", text)]
    assert len(chances) == len(stacks)
    forms = {"– grad explodes", "– gradient explodes"}
    assert len(forms & set(texts)) == 1
    if paper == "slide":
        assert all(text.startswith("trains ") for text in chances)


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize("size", ["20x4", "10x3", "7x2.4"])
def test_where_rows_are_low_the_chance_stays_beside_the_mark(size):
    pages = overview_pages(records(["relu"], FOUR), size=size)
    texts = [item.text for page in pages for item in written(page)]
    for chance in ("94 %", "98 %", "0 %"):
        assert any(re.fullmatch(rf"(.* )?{chance}", text) for text in texts)
    assert sum(text.startswith(("✓", "–", "✗")) for text in texts) >= 3


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize("first", ["he", "orthogonal", "std=0.01"])
def test_the_first_row_has_its_word_and_its_chance_below_all_numbers(first):
    inits = dict.fromkeys((first, "he", "xavier", "orthogonal"))
    made = records(("relu",), (*inits, "zeros", "ones")[:4], gradients=True)
    texts = [item.text for item in written(plot_overview(made, numbers="all"))]
    assert sum(text.startswith(("✓ ", "– ", "✗ ")) and "·" not in text for text in texts) == 4
    assert sum(text.startswith("trains ") and text.endswith("%") for text in texts) == 4


def test_a_chance_that_is_wider_than_its_word_is_whole():
    made = records(("tanh",), ("xavier", "he"), width=100, gradients=True)
    texts = [item.text for item in written(plot_overview(made))]
    assert "✓ keeps" in texts
    assert not any("…" in text for text in texts), texts


@pytest.mark.parametrize("activations", [("tanh",), ("tanh", "relu")])
def test_the_words_say_where_bars_are_cut(activations):
    figure = plot_overview(records(activations, ("std=0.01", "he")))
    said = f"cut where they are higher than {TIMES:g} times an even spread"
    assert said in figure.description
    assert any(said in sentence for sentence in figure.explanation)
