"""The table of views, and the figures of the literature in both of their styles."""

from dataclasses import FrozenInstanceError, replace
from functools import cache
from itertools import cycle, product
from types import MappingProxyType

import pytest

from actviz import FIGURES, plot_depth, plot_grid, plot_overlay, plot_overview, plot_ridge
from actviz.errors import SpecError, UnknownNameError
from actviz.format import significant
from actviz.layers.signals import FORWARD, SIGNALS
from actviz.plot import plot_units, views
from actviz.plot.paper.style import SIZES, THEMES
from actviz.plot.views import STYLES, VIEWS, get_view, plot_named
from actviz.simulation.stacks import simulate_many

#: One figure for each layout.
LAYOUTS = {
    "row": "saito-relu-he",
    "row-and-trends": "cs231n-tanh-xavier",
    "overlay": "glorot-bengio-6",
}
HEIGHTS = ("share-y", "density", "count", "log-y")


@cache
def figure(layout):
    """Return the row of a layout with small stacks."""
    row = FIGURES[LAYOUTS[layout]]
    small = {"width": 20, "input_width": 20, "samples": 30}
    return replace(row, specs=tuple(replace(spec, **small) for spec in row.specs), numbers=())


@cache
def stacks(layout, style):
    row = figure(layout)
    kept = row.measuring if style == "textbook" else row.honest
    if style == "units":
        kept = replace(kept, unit_sample=(60, 60))
    return simulate_many(row.specs, kept)


def named(layout, style, **look):
    return plot_named(figure(layout), stacks(layout, style), style=style, **look)


def texts(made):
    inside = [item for ax in made.axes for item in (ax.title, *ax.texts)]
    return {item.get_text() for item in [*made.texts, *inside]}


def shape(made):
    """Return what of a figure a second call must give again."""
    places = [ax.get_position().bounds for ax in made.axes]
    return tuple(made.get_size_inches()), places, texts(made), made.description


# --- the table ----------------------------------------------------------------------------


def test_a_view_is_a_row_of_the_table():
    functions = {
        "overview": plot_overview,
        "sheet": plot_grid,
        "overlay": plot_overlay,
        "ridge": plot_ridge,
        "depth": plot_depth,
        "units": plot_units,
    }
    assert {name: row.plot for name, row in VIEWS.items()} == functions
    for name, row in VIEWS.items():
        assert row.name == name
        assert row.signals == {"overview": FORWARD, "units": ("activation",)}.get(name, SIGNALS)
        own = {
            "overview": {"numbers", "caption", "verdict", "build"},
            "sheet": {"pool", "seeds", "theory"},
            "depth": {"panel", "seeds", "theory"},
        }
        heights = set() if name in ("overview", "depth", "units") else set(HEIGHTS)
        assert row.options == heights | own.get(name, set())
    with pytest.raises(TypeError):
        VIEWS["pie"] = VIEWS["sheet"]
    with pytest.raises(FrozenInstanceError):
        VIEWS["sheet"].name = "pie"


@pytest.mark.parametrize("name", [*VIEWS])
@pytest.mark.parametrize("signal", SIGNALS)
def test_a_view_by_name(name, signal):
    options = sorted(VIEWS[name].options)
    if signal not in VIEWS[name].signals:
        pytest.skip("refused, as another test says")
    for written in (name, name.upper(), f" {name}\n"):
        assert get_view(written) is VIEWS[name]
        assert get_view(written, signal=signal, options=options) is VIEWS[name]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("dept", "did you mean 'depth'"),
        ("pie", "known are overview, sheet, overlay, ridge, depth, units"),
        ("", "''"),
    ],
)
def test_an_unknown_view_has_a_nearest_one(name, says):
    with pytest.raises(UnknownNameError, match=says):
        get_view(name)


@pytest.mark.parametrize("option", HEIGHTS)
def test_an_option_that_a_view_does_not_take_names_those_that_do(option):
    with pytest.raises(SpecError) as caught:
        get_view("depth", options=[option])
    expected = f"{option} goes with view sheet, overlay or ridge"
    assert str(caught.value) == f"view depth does not take {option}: {expected}"


def test_the_first_option_that_does_not_go_is_named(monkeypatch):
    narrow = replace(VIEWS["ridge"], options=frozenset({"log-y"}))
    monkeypatch.setattr(views, "VIEWS", MappingProxyType({**VIEWS, "ridge": narrow}))
    with pytest.raises(SpecError, match="does not take count: count goes with view sheet or ov"):
        get_view("ridge", options=["log-y", "count", "density"])


@pytest.mark.parametrize("others", [("sheet", "depth"), ("depth",), ()])
def test_a_view_that_is_not_of_a_signal_names_those_that_are(monkeypatch, others):
    table = {
        name: row if name in others else replace(row, signals=("preactivation",))
        for name, row in VIEWS.items()
    }
    monkeypatch.setattr(views, "VIEWS", MappingProxyType(table))
    with pytest.raises(SpecError) as caught:
        get_view("ridge", options=["log-y"])
    fitting = f"activation goes with view {' or '.join(others)}"
    assert str(caught.value) == (
        f"view ridge is not of the activation: {fitting if others else 'no view takes activation'}"
    )
    assert get_view("ridge", signal="preactivation").name == "ridge"


def test_an_option_that_no_view_takes():
    with pytest.raises(SpecError, match="does not take bins: no view takes bins"):
        get_view("grid", options=["bins"])


# --- the figures of the literature --------------------------------------------------------


def test_the_layouts_are_those_of_the_figures():
    assert {row.layout for row in FIGURES.values()} == LAYOUTS.keys()
    assert {layout: FIGURES[name].layout for layout, name in LAYOUTS.items()} == {
        layout: layout for layout in LAYOUTS
    }


@pytest.mark.wide
@pytest.mark.parametrize("layout", [*LAYOUTS])
@pytest.mark.parametrize("style", STYLES)
def test_each_layout_is_drawn_in_both_styles(layout, style):
    made = named(layout, style)
    row = figure(layout)
    assert [record.spec for record in made.records] == [*row.specs]
    assert made.description
    assert shape(made) == shape(named(layout, style))


@pytest.mark.parametrize("layout", [*LAYOUTS])
def test_the_textbook_style_is_what_its_source_prints(layout):
    made = named(layout, "textbook")
    titles = [ax.get_title() for ax in made.axes]
    trends = layout == "row-and-trends"
    assert titles.count("layer mean") == titles.count("layer std") == trends
    row = figure(layout)
    layers = sum(spec.depth for spec in row.specs)
    bars = [title for title in titles if title.endswith("-layer")]
    assert len(bars) == (0 if layout == "overlay" else layers)
    width = 40 / 3 if trends else SIZES["textbook"].width
    assert made.get_size_inches()[0] == pytest.approx(width)
    assert len(made.axes) == (len(row.specs) if layout == "overlay" else layers + 2 * trends)


#: Each layout with each view where all tests run; elsewhere each view with one of them in turn.
OF_EACH = {*zip(VIEWS, cycle(LAYOUTS), strict=False)}
HONEST = [
    place if place in OF_EACH else pytest.param(*place, marks=pytest.mark.heavy)
    for place in product(VIEWS, LAYOUTS)
]


@pytest.mark.wide
@pytest.mark.parametrize(("view", "layout"), HONEST)
def test_the_honest_style_is_the_view_itself(layout, view):
    records = stacks(layout, "units" if view == "units" else "honest")
    other = VIEWS[view].signals[0]
    look = {"theme": "dark", "size": "two-column", "signal": other, "title": "Mine"}
    for given in ({}, look):
        made = plot_named(figure(layout), records, style="honest", view=view, **given)
        assert shape(made) == shape(VIEWS[view].plot(records, **given))
    assert "Mine" in " ".join(texts(made))


def test_the_honest_version_shows_what_the_page_hides():
    row = replace(FIGURES["saito-sigmoid-xavier"], numbers=())
    (record,) = simulate_many(row.specs, row.honest)
    made = plot_named(row, [record])
    said = texts(made)
    assert {"in a unit", "gradient"} <= said | {text.split("\n")[0] for text in said}
    layers = record.layers
    for stats in (layers[-1]["activation"].stats.within_unit_std, layers[0]["gradient"].stats.std):
        assert significant(stats, 2) in said
    assert any(text.startswith("×0.2") and text.endswith("a layer") for text in said)
    alone = plot_named(row, [record], signal="preactivation")
    assert "in a unit" not in texts(alone)


def test_a_cut_ends_the_counts_and_says_how_high_the_bar_is():
    row = FIGURES["saito-relu-he"]
    records = simulate_many(row.specs, row.measuring)
    plain = plot_named(row, records, style="textbook")
    made = plot_named(row, records, style="cut")
    for ax, other, layer in zip(made.axes, plain.axes, records[0].layers, strict=True):
        counts = layer["activation"].histogram.counts
        assert ax.get_ylim() == (0.0, 7000.0)
        assert other.get_ylim()[1] > counts.max()
        assert [text.get_text() for text in ax.texts] == [f"▴ {round(counts.max() / 1000)}k"]
        assert not other.texts
    assert "The printed page was not seen" in made.caption
    assert "plt.ylim(0, 7000)" in made.caption
    assert "Cut" not in plain.caption


@pytest.mark.parametrize("layout", [*LAYOUTS])
def test_a_look_that_is_asked_for_is_the_textbooks_too(layout):
    plain = named(layout, "textbook")
    other = named(layout, "textbook", size="two-column", theme="dark", signal="preactivation")
    assert other.get_size_inches()[0] == pytest.approx(SIZES["two-column"].width)
    assert plain.get_size_inches()[0] != pytest.approx(SIZES["two-column"].width)
    assert other.get_facecolor() != plain.get_facecolor()
    assert named(layout, "textbook", theme=THEMES["dark"]).get_facecolor() == other.get_facecolor()
    assert "Mine" in " ".join(texts(named(layout, "textbook", title="Mine")))


@pytest.mark.parametrize("layout", [*LAYOUTS])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "look", [{"size": "poster"}, {"theme": "neon"}, {"signal": "weights"}, {"font": "No Such"}]
)
def test_an_unknown_look_of_a_named_figure_is_refused(layout, style, look):
    with pytest.raises(SpecError):
        named(layout, style, **look)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("layout", [*LAYOUTS])
def test_a_named_figure_of_nothing_is_refused(layout, style):
    with pytest.raises(SpecError, match="at least one record"):
        plot_named(figure(layout), [], style=style)


def test_an_unknown_view_of_a_named_figure_is_refused():
    with pytest.raises(UnknownNameError, match="did you mean 'ridge'"):
        named("row", "honest", view="rigde")


@pytest.mark.parametrize("name", ["glorot-bengio-7", "glorot-bengio-8"])
def test_a_figure_of_gradients_is_signed_as_printed_and_logarithmic_where_honest(name):
    row = FIGURES[name]
    small = {"width": 20, "input_width": 20, "samples": 30}
    row = replace(row, specs=tuple(replace(spec, **small) for spec in row.specs), numbers=())
    printed = plot_named(row, simulate_many(row.specs, row.measuring), style="textbook")
    honest = plot_named(row, simulate_many(row.specs, row.honest))
    for made in (printed, honest):
        assert row.signal.replace("_", " ") in texts(made)
        assert made.signal == row.signal
    low, high = row.measuring.range
    assert {f"{low:g}".replace("-", "−"), f"{high:g}", "0"} <= texts(printed)
    assert any(text.startswith("10⁻") for text in texts(honest))
    assert "0" not in texts(honest)
