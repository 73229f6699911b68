"""plot_grid: what it accepts, what it refuses, and the Figure it returns."""

import re
from itertools import pairwise

import numpy as np
import pytest
from drawn import FOUR, THREE, TWELVE, bars_under_notes, faults, record, records, texts_of, written
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from scipy.special import logit
from scipy.stats import norm

from actviz import plot_grid, plot_textbook
from actviz.diagnosis.courses import Becomes
from actviz.errors import SpecError
from actviz.plot.heights import heights_of, unit_heights, window_of
from actviz.plot.paper.style import SIZES, THEMES, context, get_size
from actviz.simulation.ensemble import simulate_ensemble
from actviz.words.stacks import finding
from actviz.words.told import tell

HEAVY = pytest.mark.heavy


@pytest.mark.parametrize("plot", [plot_grid, plot_textbook])
@pytest.mark.parametrize(
    ("options", "fragment"),
    [
        ({"signal": "gradients"}, r"signal must be preactivation or activation .* 'gradients'\)"),
        ({"share_y": "some"}, "share_y must be row or column or all or none"),
        ({"values": "mass"}, "values must be density or count"),
        ({"size": "slid"}, "did you mean 'slide'"),
        ({"size": "1x1"}, "from 1.5 to 60 inches"),
        ({"theme": "drak"}, "did you mean 'dark'"),
        ({"font": "No Such Font"}, "not installed"),
    ],
)
def test_options_that_are_wrong(plot, options, fragment):
    with pytest.raises(SpecError, match=fragment):
        plot([record("tanh", "he")], **options)


@pytest.mark.parametrize("plot", [plot_grid, plot_textbook])
def test_records_that_make_no_figure(plot):
    with pytest.raises(SpecError, match="at least one record"):
        plot([])
    with pytest.raises(SpecError, match="different histogram edges"):
        plot([record("tanh", "he"), record("tanh", "xavier", bins=20)])


@pytest.mark.wide
@pytest.mark.parametrize("plot", [plot_grid, plot_textbook])
@pytest.mark.parametrize("size", [*SIZES, "10x5.6"])
def test_the_figure_has_the_size_it_was_asked_for(plot, size):
    fig = plot([record("tanh", "he")], size=size, theme="dark")
    wanted = get_size(size)
    width, height = fig.get_size_inches()
    assert width == pytest.approx(wanted.width)
    assert wanted.height is None or height == pytest.approx(wanted.height)
    assert fig.dpi == wanted.dpi
    assert to_hex(fig.get_facecolor()) == THEMES["dark"].page
    assert isinstance(fig, Figure)


def test_names_and_objects_mean_the_same():
    made = [
        plot_grid([record("tanh", "he")], size=size, theme=theme)
        for size, theme in (("column", "dark"), (SIZES["column"], THEMES["dark"]))
    ]
    one, other = ([(i.text, i.box.extents.tolist()) for i in written(fig)] for fig in made)
    assert one == other


def test_the_title_is_the_finding_or_one_s_own_or_none():
    asked = records(["tanh"], ["he", "std=0.01"])
    assert written(plot_grid(asked))[0].text == finding(tell(asked))
    assert written(plot_grid(asked, title="$5 & <b>"))[0].text == "$5 & <b>"
    assert written(plot_grid(asked, title=""))[0].text.startswith("5 layers")


def test_hues_belong_to_activations():
    fig = plot_grid(records(THREE, ["he"]))
    light = THEMES["light"]
    headings = {i.text: to_hex(i.artist.get_color()) for i in written(fig)}
    assert [headings[name] for name in ("sigmoid", "tanh", "ReLU")] == list(light.hues[:3])


def test_bars_are_the_record_s_densities():
    """From the Record to the patch, for all panels of a figure that nothing is written on."""
    asked = [record("tanh", init, width=100, samples=200) for init in FOUR[:3]]
    fig = plot_grid(asked)
    assert len(fig.axes) == 3
    for ax, r in zip(fig.axes, asked, strict=True):
        (patch,) = ax.patches
        values = patch.get_data().values.tolist()
        panels = [values[31 * i : 31 * i + 30] for i in range(5)]
        densities = [layer["activation"].histogram.density() for layer in r.layers]
        top = max(max(d.max() for d in densities), 0.5)
        for heights, density in zip(panels, densities, strict=True):
            assert heights == pytest.approx((density / top).tolist())


BACK = {"gradients": True}

WIDE = {"width": 100, "samples": 200}


def drawn_bars(ax):
    """Return the filled bars of a strip as a list of panels."""
    (patch,) = [patch for patch in ax.patches if patch.get_fill()]
    values = patch.get_data().values
    return np.split(values, np.flatnonzero(np.isnan(values)))


def test_one_activation_shows_its_gradients_below():
    asked = record("tanh", "std=0.01", **WIDE, **BACK)
    made = plot_grid([asked])
    assert len(made.axes) == 2
    above, below = (ax.get_position().y0 for ax in made.axes)
    assert above > below
    texts = texts_of(made)
    assert {"median", "mean", "std"} <= set(texts)
    assert "activation above, gradient below" in texts
    assert any("below of the gradients" in text for text in made.explanation)
    # The bars are the record's octaves, as densities per decade on the scale of the row.
    window = window_of(layer["gradient"] for layer in asked.layers)
    counts = [layer["gradient"].histogram.counts[window] for layer in asked.layers]
    shown = [panel[np.isfinite(panel)] for panel in drawn_bars(made.axes[1])]
    for heights, count in zip(shown, counts, strict=True):
        assert heights / heights.sum() == pytest.approx(count / count.sum())
    # Vanishing is seen: each panel's highest bar is left of the next one's.
    peaks = [int(np.argmax(heights)) for heights in shown]
    assert peaks == sorted(set(peaks))


@pytest.mark.parametrize(
    ("init", "fields", "note"),
    [
        ("zeros", {}, "all 0"),
        ("std=1e-30", {"activation": "identity", "depth": 20}, "underflow"),
        ("std=1e30", {"dtype": "float32", "activation": "identity", "depth": 2}, "inf"),
    ],
)
def test_gradients_that_are_none_are_named_as_what_they_are(init, fields, note):
    fields = dict(fields)
    asked = record(fields.pop("activation", "relu"), init, **BACK, **fields)
    found = texts_of(plot_grid([asked], size="20x11.25"))
    assert any(note in text for text in found)


def test_a_stack_that_overflows_has_no_gradients_and_says_so():
    fields = {"depth": 8, "dtype": "float32", "input_std": 1e35}
    asked = record("relu", "std=1", **fields, **BACK)
    assert tell([asked])[0].findings.courses.gradient.becomes is Becomes.ABSENT
    texts = texts_of(plot_grid([asked]))
    assert "no gradient: the signal overflows" in texts
    assert "stopped" in texts


@pytest.mark.parametrize(
    ("activation", "init", "what"),
    [
        ("sigmoid", "std=0.01", Becomes.VANISHES),  # facts of Saito's figures: 40 a layer
        ("sigmoid", "xavier", Becomes.VANISHES),
        ("tanh", "std=1", Becomes.EXPLODES),
        ("tanh", "he", Becomes.KEEPS),
        ("relu", "zeros", Becomes.ZERO),
    ],
)
def test_what_becomes_of_a_gradient_is_told_in_words(activation, init, what):
    asked = record(activation, init, **WIDE, **BACK)
    (told,) = tell([asked])
    course = told.findings.courses.gradient
    assert course.becomes is what
    if what is not Becomes.ZERO:
        rms = [layer["gradient"].stats.rms for layer in asked.layers]
        # The product of the factors from layer to layer, going back.
        steps = [a / b for a, b in pairwise(rms)]
        assert course.factor == pytest.approx(np.prod(steps) ** (1 / 4))
        assert told.gradient == f"×{course.factor:.2g} a layer"


@pytest.mark.wide
@pytest.mark.parametrize("signal", ["activation", "preactivation"])
@pytest.mark.parametrize("activations", [["tanh"], THREE])
def test_rows_without_gradients_say_what_becomes_of_the_signal(activations, signal):
    """A title that names one stack alone is of rows that say why they are not it."""
    asked = records(activations, ["std=0.05", "xavier", "std=1"], **WIDE)
    texts = texts_of(plot_grid(asked, signal=signal))
    for word in {told.word for told in tell(asked)}:
        wanted = sum(told.word == word for told in tell(asked))
        assert texts.count(word) == wanted


def test_rows_of_gradients_alone_have_no_words_of_signals():
    asked = records(["tanh"], ["std=0.05", "xavier"], **WIDE, **BACK)
    texts = texts_of(plot_grid(asked, signal="gradient"))
    assert not {told.word for told in tell(asked)} & set(texts)


def test_the_title_tells_of_a_single_gradient():
    asked = record("sigmoid", "xavier", **WIDE, **BACK)
    (told,) = tell([asked])
    title = f"{finding([told])}; the gradient vanishes ({told.gradient})"
    assert finding([told], gradients=True) == title
    assert plot_grid([asked]).description.startswith(title)


def test_the_overview_says_what_becomes_of_every_gradient():
    asked = records(THREE, FOUR, **WIDE, **BACK)
    made = plot_grid(asked)
    texts = texts_of(made)
    told = [text for text in texts if "· gradient ×" in text and "a layer" in text]
    told = [text for text in told if "gradient ×: " not in text]
    assert len(told) == 12
    for one in tell(asked):
        assert any(one.gradient in text for text in told)
    assert all(item.points >= 12 for item in written(made))
    assert len(made.axes) == 12
    title = finding(tell(asked), gradients=True)
    assert "gradients vanish in" in title
    assert made.description.startswith(title)
    assert made.description.count("Gradient ×") == 12


def test_the_histogram_within_a_unit_stands_before_the_pooled_one():
    asked = record("sigmoid", "xavier", unit_histograms=True, **WIDE)
    made = plot_grid([asked], pool="unit", theory=False)
    filled = [patch for patch in made.axes[0].patches if patch.get_fill()]
    pale, solid = filled
    assert sum(pale.get_facecolor()[:3]) > sum(solid.get_facecolor()[:3])
    texts = texts_of(made)
    assert "in a unit" in texts
    # The first two layers' units spread over several bins; of the others a bar shows the std.
    values = solid.get_data().values
    assert len(values) == 2 * 31 + 3 * 2 - 1
    assert np.nanmax(values) <= 1.0
    top = max(float(heights_of(x["activation"], "density").max()) for x in asked.layers)
    second, third = (asked.layers[index]["activation"] for index in (1, 2))
    ratios = [
        unit_heights(second, "density").max() / top,
        1 / (12**0.5 * third.stats.within_unit_std) / top,
    ]
    said = [text for text in texts if text.startswith("▴ ×")]
    assert [float(text[3:]) for text in said[:2]] == pytest.approx(ratios, rel=0.06)
    assert said[-1] == "▴ ×99+"
    assert len(said) == 4


def test_a_narrower_layer_never_looks_wider():
    asked = record("sigmoid", "xavier", unit_histograms=True, **WIDE)
    made = plot_grid([asked], pool="unit", theory=False, signal="activation")
    _, solid = (patch for patch in made.axes[0].patches if patch.get_fill())
    values, edges, _ = solid.get_data()
    drawn = np.nan_to_num(values)
    parts = np.split(np.arange(len(values)), np.flatnonzero(np.isnan(values)))
    shown = [(edges[[i, i + 1]], drawn[i]) for part in parts for i in part if drawn[i] > 0.02]
    panels = np.searchsorted(edges, [ends.mean() for ends, _ in shown])
    assert len(panels)
    spans = [sum(np.diff(edges[[i, i + 1]])[0] for i in part if drawn[i] > 0.02) for part in parts]
    assert spans == sorted(spans, reverse=True)
    assert spans[-1] < spans[1] / 5


@pytest.mark.parametrize("theme", THEMES)
def test_seeds_shade_between_which_heights_the_bars_are(theme):
    ensemble = simulate_ensemble(seeds=10, activation="sigmoid", init="xavier", depth=4, **WIDE)
    asked = ensemble.records[0]
    made = plot_grid([asked], ensembles=[ensemble], theory=False, theme=theme, signal="activation")
    (ax,) = made.axes
    page, hue = THEMES[theme].page, THEMES[theme].hues[0]
    bars, band = (patch for patch in ax.patches if patch.get_fill())
    tone = to_hex(band.get_facecolor())
    assert tone not in (page, hue, to_hex(bars.get_facecolor()))
    values, _, low = band.get_data()
    drawn = np.concatenate([*(np.append(panel, np.nan) for panel in _panels(ax, 4))])[:-1]
    assert np.nanmean(values - low) > 0.01
    inside = (low <= drawn + 1e-9) & (drawn <= values + 1e-9)
    assert 0.8 <= inside[~np.isnan(drawn)].mean() < 1.0  # of ten seeds about one lies outside
    assert "shade: 5 to 95 % of 10 seeds" in " ".join(texts_of(made))


def test_without_seeds_nothing_is_shaded():
    made = plot_grid([record("sigmoid", "xavier")], theory=False)
    assert "shade" not in " ".join(texts_of(made))


def _panels(ax, count):
    """Return the heights of every panel's bars, hollow ones and filled ones."""
    outlines = [patch for patch in ax.patches if not patch.get_fill()]
    (patch,) = outlines
    return np.split(patch.get_data().values[[*_bars(count)]], count)


def _bars(count):
    return (panel * 31 + index for panel in range(count) for index in range(30))


def test_the_line_is_the_law_of_a_sigmoid_s_first_layer():
    """Between two edges lies norm(logit b) - norm(logit a), z ~ N(0, 1) under LeCun's weights."""
    asked = record("sigmoid", "lecun", **WIDE)
    edges = asked.layers[0]["activation"].histogram.edges
    law = np.diff(norm.cdf(logit(edges.clip(0, 1))))
    made = plot_grid([asked])
    xs, ys = (np.array(side, dtype=float) for side in _line_of(made.axes[0]).get_data())
    # Each bin is a step as wide as its bar.
    panel = ys[:60].reshape(30, 2)
    assert panel[:, 0] / panel[:, 0].sum() == pytest.approx(law / law.sum(), abs=1e-9)
    assert (panel[:, 0] == panel[:, 1]).all()
    (bars,) = [patch for patch in made.axes[0].patches if patch.get_fill()]
    steps = xs[:60].reshape(30, 2)
    assert steps[:, 0] == pytest.approx(bars.get_data().edges[:30])
    assert steps[:, 1] == pytest.approx(bars.get_data().edges[1:31])


def _line_of(ax):
    """Return the longest line of a strip: the predictions."""
    return max(ax.lines, key=lambda line: len(line.get_xdata()))


CASES = {
    "overview": lambda: records(THREE, FOUR, **WIDE, **BACK),
    "four": lambda: records(["tanh"], FOUR, **BACK),
    "twelve": lambda: records(["relu"], TWELVE, **BACK),
    "sixty": lambda: records(["sigmoid"], ["std=1", "std=0.01"], depth=60, **BACK),
    "alike": lambda: records(["tanh"], ["zeros", "ones"], **BACK),
}


@pytest.mark.wide
@pytest.mark.parametrize(
    ("name", "paper"),
    [
        *(("overview", paper) for paper in ("slide", "column")),
        *(pytest.param("overview", paper, marks=HEAVY) for paper in ("half-slide", "two-column")),
        *(("four", paper) for paper in ("slide", "column")),
        *(("twelve", "column"), ("sixty", "slide"), ("alike", "column")),
        *(
            pytest.param(*place, marks=HEAVY)
            for place in (("twelve", "slide"), ("sixty", "column"), ("alike", "slide"))
        ),
    ],
)
def test_every_text_has_its_place(name, paper):
    assert faults(plot_grid(CASES[name](), size=paper), get_size(paper)) == []


@pytest.mark.parametrize("paper", ["slide", "half-slide"])
def test_every_text_has_its_place_with_the_histograms_within_units(paper):
    asked = records(["sigmoid"], ["xavier", "std=0.01"], unit_histograms=True, **WIDE, **BACK)
    assert faults(plot_grid(asked, size=paper, pool="unit", theme="dark"), get_size(paper)) == []


GRADED = {"width": 100, "samples": 200, "gradients": True}


def title_of(figure):
    """Return the lines at the top, which are of the title's own size."""
    items = written(figure)
    top = max(items, key=lambda item: item.box.y1)
    lines = [item for item in items if item.points == top.points and item.box.y1 > top.box.y0 - 30]
    return " ".join(i.text for i in lines if i.artist.get_fontweight() == "bold")


@pytest.mark.wide
@pytest.mark.parametrize(
    "paper",
    [
        "slide",
        "column",
        *(pytest.param(p, marks=HEAVY) for p in ("half-slide", "two-column", "20x4")),
    ],
)
@pytest.mark.parametrize("activations", [THREE, ["relu"], ["tanh"]])
def test_a_finding_is_shortened_and_never_cut(activations, paper):
    asked = records(activations, FOUR, **GRADED)
    shown = title_of(plot_grid(asked, size=paper))
    assert "…" not in shown
    assert "keep" in shown


@pytest.mark.wide
@pytest.mark.parametrize(
    ("activations", "inits", "said"),
    [
        (THREE, FOUR, "Gradients vanish in "),
        (["relu"], FOUR, "Gradients of ReLU explode under std = 1, "),
        (["sigmoid"], ["xavier"], "The gradient vanishes (×"),
    ],
)
@pytest.mark.parametrize("signal", ["gradient", "activation_gradient"])
def test_the_title_above_gradients_is_of_gradients(activations, inits, said, signal):
    made = plot_grid(records(activations, inits, **GRADED), signal=signal)
    assert made.title.startswith(said)
    assert "signal" not in made.title
    assert made.description.startswith(f"{made.title}.")


def test_the_title_above_weight_gradients_is_of_their_own_numbers():
    asked = records(["tanh"], ["std=0.01"], **GRADED)  # gradients vanish, those of weights do not
    assert plot_grid(asked, signal="weight_gradient").title == (
        "Weight gradients, first over last layer: 1.0"
    )
    single = plot_grid([record("tanh", "he", depth=1, **GRADED)], signal="weight_gradient")
    assert single.title == "The gradients with respect to the weights"


def test_no_initializer_is_cut_where_blocks_have_room_for_it_whole():
    shown = records(["leaky_relu", "hard_tanh", "softplus"], ["he_uniform", "torch_linear"])
    made = plot_grid(shown, size="half-slide")
    assert not [text for text in texts_of(made) if text.endswith("…")]
    assert {"He uniform", "torch", "Linear"} <= set(texts_of(made))


@pytest.mark.parametrize("activations", [THREE, ["relu"]])
def test_a_low_strip_shows_the_rows_its_title_is_about(activations):
    made = plot_grid(records(activations, FOUR, **GRADED), size="20x4")
    assert {"std = 1", "std = 0.01", "Xavier", "He"} <= set(texts_of(made))


def test_where_rows_have_no_room_the_title_is_of_those_that_are_drawn():
    made = plot_grid(records(["relu"], TWELVE, **GRADED), size="10x2.2")
    texts = texts_of(made)
    assert "He" not in texts
    assert "He" not in title_of(made)
    assert "12" not in title_of(made)


@pytest.mark.wide
@pytest.mark.parametrize("size", ["10x2.2", "10x2.6", "13x3", "13x3.5", "13x4", "8x4", "6x5"])
@pytest.mark.parametrize("inits", [["he"], FOUR])
def test_no_stack_is_shown_without_its_gradient_where_others_have_theirs(inits, size):
    made = plot_grid(records(["relu"], inits, **GRADED), size=size)
    told = " ".join(texts_of(made))
    rows = len(made.axes)
    below = sum(text.startswith(("gradient", "median")) for text in texts_of(made))
    both = "activation above, gradient below" in told
    assert any("(per decade below)" in text for text in made.explanation) == both
    if both:
        assert rows % 2 == 0
        assert below


def test_who_asks_for_seeds_is_not_told_what_nobody_asked_for():
    one = simulate_ensemble(activation="relu", init="he", seeds=3, gradients=True, **WIDE)
    others = [
        simulate_ensemble(activation="relu", init=init, seeds=3, gradients=True, **WIDE)
        for init in FOUR[:3]
    ]
    every = [*others, one]
    made = plot_grid([each.records[0] for each in every], ensembles=every)
    assert not any("no room" in item.text for item in written(made))
    assert "gradient" in " ".join(item.text for item in written(made)).lower()


@pytest.mark.parametrize(("init", "where"), [("xavier", "beside"), ("he", "above")])
def test_the_share_of_a_stem_stands_at_its_end(init, where):
    """Beside it where no bar is as high, else right above what is there."""
    made = plot_grid(records(["relu"], [init], width=100, samples=300))
    (ax,) = made.axes
    note = ax.texts[0]
    assert note.get_text() == "50%"
    (stem,) = [line for line in ax.lines if line.get_marker() == "o"]
    (x, _), (_, high) = stem.get_xydata()[:2]
    with context():
        box = note.get_window_extent().transformed(ax.transData.inverted())
    assert box.x0 > x
    if where == "beside":
        assert (box.y0 + box.y1) / 2 == pytest.approx(high, abs=0.04)
    else:
        (bars,) = [patch for patch in ax.patches if patch.get_fill()]
        top = max(high, np.nanmax(bars.get_data().values[:10]))
        assert 0 < box.y0 + 0.2 * (box.y1 - box.y0) - top < 0.06
    assert not bars_under_notes(made)


def test_numbers_take_no_more_of_a_line_than_the_histograms():
    """Saito's sigmoid: histograms had a tenth of the page, and numbers beside them the rest."""
    inits = ["std=1", "std=0.01", "xavier"]
    fields = {"width": 100, "samples": 200, "gradients": True, "unit_histograms": True}
    made = plot_grid(records(["sigmoid"], inits, **fields), pool="unit")
    said = [item.text for item in written(made)]
    assert "std · in a unit" in said
    assert "std · median" in said
    number = r"[\d.×⁻⁰-⁹¹²³]+"
    pairs = [item for item in written(made) if re.fullmatch(f"{number} · {number}", item.text)]
    assert len(pairs) == 2 * 3 * 5
    boxes = [ax.get_position() for ax in made.axes]
    assert sum(box.width * box.height for box in boxes) > 0.2
