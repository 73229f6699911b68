"""What Jupyter and marimo show of a Record and of a figure: the picture and the numbers."""

import subprocess
import sys
from base64 import b64decode
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO

import matplotlib
import numpy as np
import pytest
from PIL import Image

from actviz import Activation, simulate
from actviz.errors import SpecError
from actviz.files import notebook
from actviz.format import significant, unbroken
from actviz.layers.activations import get_activation
from actviz.plot.paper.picture import RecordFigure
from actviz.sweeps.map_making import make_map
from actviz.sweeps.map_record import MapSpec
from actviz.sweeps.phase_making import make_phase
from actviz.sweeps.phase_record import PhaseSpec
from actviz.sweeps.running import sweep
from actviz.words.stacks import finding
from actviz.words.sweeps import summary_line
from actviz.words.told import tell

VOID = {"img", "br"}
HOSTILE = '<script>alert("1")</script> & $x$'


def a_map():
    spec = MapSpec(activations=("tanh",), stds=(0.1, 0.2, 0.4), depths=(2, 4), width=20, samples=20)
    return make_map(spec)


def a_phase():
    stds, biases = (0.1, 0.2, 0.4), (0.0, 0.5)
    return make_phase(PhaseSpec(activations=("tanh",), stds=stds, biases=biases, width=20))


class Page(HTMLParser):
    """A page as its elements (name, attributes) and the texts of its cells, all of them closed."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.tables, self.captions, self.words = [], [], [], [], []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag == "caption":
            self.captions.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)
        if self.open and self.open[-1] in ("td", "th"):
            self.tables[-1][-1][-1] += data
        elif self.open and self.open[-1] == "caption":
            self.captions[-1] += data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def picture(self):
        (image,) = self.all("img")
        head, _, data = image["src"].partition(",")
        assert head == "data:image/png;base64"
        with Image.open(BytesIO(b64decode(data))) as opened:
            opened.load()
            return opened


def record(init="he", activation="tanh", **fields):
    return simulate(activation=activation, init=init, **({"width": 12, "samples": 30} | fields))


def figure_of(records, signal="activation"):
    return RecordFigure(
        title="", caption="", description="", told=tell(records), signal=signal, figsize=(3, 2)
    )


def mine(label=HOSTILE):
    return Activation(
        name="mine",
        label=label,
        fn=np.tanh,
        derivative=lambda z: 1 - np.tanh(z) ** 2,
        bounds=(-1.0, 1.0),
        max_slope=1.0,
        formula="",
        source="",
    )


# --- a record -----------------------------------------------------------------------------


def test_a_record_shows_its_picture_and_its_numbers():
    shown = record()
    page = Page(shown._repr_html_())
    (image,) = page.all("img")
    dots = page.picture.size
    assert dots[0] == 2 * int(image["width"]) == 1920
    assert dots[1] == pytest.approx(2 * int(image["height"]), abs=1)
    assert image["alt"].startswith(finding(tell([shown])))
    assert page.captions == [finding(tell([shown]))]
    assert "open" in page.all("details")[0]
    with Image.open(BytesIO(shown._repr_png_())) as png:
        assert png.size == page.picture.size


def test_the_numbers_are_those_of_the_record():
    shown = record("xavier", "relu")
    ((head, *rows),) = Page(shown._repr_html_()).tables
    assert head == ["layer", "mean", "std", "min", "max", "zeros", "saturated", "within-unit std"]
    for layer, row in zip(shown.layers, rows, strict=True):
        stats = layer["activation"].stats
        assert row[0] == str(layer.layer)
        assert [row[2], row[3], row[4], row[7]] == [
            significant(value, 3)
            for value in (stats.std, stats.min, stats.max, stats.within_unit_std)
        ]
        assert row[5].endswith("%")


def test_every_heading_says_what_it_is_the_heading_of():
    page = Page(record()._repr_html_())
    assert [th["scope"] for th in page.all("th")] == ["col"] * 8 + ["row"] * 5


@pytest.mark.wide
@pytest.mark.parametrize(
    ("fields", "rows"),
    [
        ({"depth": 1}, 1),
        ({"width": 1}, 5),
        ({"samples": 1}, 5),
        ({"width": 1, "samples": 1, "depth": 2}, 2),
        ({"depth": 12}, 12),
        ({"init": "std=1e200", "activation": "relu", "depth": 9}, 2),
        ({"init": "zeros"}, 5),
    ],
)
def test_records_at_the_edge_are_shown_in_full(fields, rows):
    page = Page(record(**fields)._repr_html_())
    assert page.picture.size[0] == 1920
    (table,) = page.tables
    assert len(table) == rows + 1
    assert all(len(row) == 8 and all(row) for row in table)
    assert "nan" not in "".join(page.words).lower().replace("infinite or nan", "")


def test_what_is_not_finite_is_said():
    words = "".join(Page(record("std=1e200", "relu", depth=9)._repr_html_()).words)
    assert "Layer 2: " in words
    assert "infinite or NaN" in words


def test_a_long_stack_shows_its_ends_and_says_so():
    (table,) = Page(record(depth=60)._repr_html_()).tables
    assert [row[0] for row in table[1:]] == [*"123456", "⋮", *map(str, range(55, 61))]
    assert table[7][1] == "layers 7 to 54: see Record.to_rows()"


def test_names_of_a_user_are_text():
    shown = simulate(activation=mine(), init="he", width=5, samples=9)
    for item in (shown, figure_of([shown, shown])):
        html = item._repr_html_()
        page = Page(html)
        assert not page.all("script")
        assert "<script" not in html
        assert all(f"({HOSTILE}, " in caption for caption in page.captions)
        assert "mathjax_ignore" in page.all("div")[0]["class"]
    assert Page(shown._repr_html_()).all("img")[0]["alt"].partition("(")[2].startswith(HOSTILE)


def test_names_that_no_page_can_hold_are_replaced():
    shown = simulate(activation=mine("\udc80\x00"), init="he", width=5, samples=9)
    assert shown._repr_html_().encode()


def test_where_drawing_fails_the_numbers_stand_alone(monkeypatch):
    def refuse(records, size):
        raise SpecError("no room for <b>")

    monkeypatch.setattr(notebook, "plot_grid", refuse)
    shown = record()
    page = Page(shown._repr_html_())
    assert "No picture: no room for <b>" in page.words
    assert not page.all("img")
    assert len(page.tables[0]) == 6
    assert shown._repr_png_() is None


# --- a figure -----------------------------------------------------------------------------


def test_a_figure_of_many_stacks_folds_its_numbers_away():
    stacks = [record("he"), record("xavier"), record("std=1")]
    page = Page(figure_of(stacks)._repr_html_())
    assert page.picture.size == (576, 384)
    assert page.all("details") == [{}]
    assert "Statistics of the activations of 3 stacks, layer by layer" in page.words
    assert page.captions == [unbroken(finding(tell([stack]))) for stack in stacks]
    for stack, table in zip(stacks, page.tables, strict=True):
        stds = [significant(layer["activation"].stats.std, 3) for layer in stack.layers]
        assert [row[2] for row in table[1:]] == stds


def test_stacks_of_one_name_are_told_apart():
    captions = Page(figure_of([record(seed=1), record(seed=2)])._repr_html_()).captions
    assert [caption.rpartition(" · ")[2] for caption in captions] == ["seed 1", "seed 2"]


def test_a_figure_of_preactivations_shows_theirs():
    shown = record("std=1")
    (table,) = Page(figure_of([shown], "preactivation")._repr_html_()).tables
    assert table[1][2] == significant(shown.layers[0]["preactivation"].stats.std, 3)


def test_more_stacks_than_anyone_reads_are_cut_and_it_is_said():
    stacks = [record(depth=1, seed=seed) for seed in range(40)]
    page = Page(notebook.numbers_html(tell(stacks), "activation"))
    assert len(page.tables) == 36
    assert "Only the first 36 of 40 stacks are listed." in page.words


# --- the hosts ----------------------------------------------------------------------------


@pytest.fixture
def formatter():
    """Return IPython's own, as Jupyter's kernel uses it: all formats asked for."""
    formatters = pytest.importorskip("IPython.core.formatters")
    made = formatters.DisplayFormatter()
    made.active_types = made.format_types
    return made


def test_jupyter_gets_a_page_a_picture_and_a_line(formatter):
    shown = record()
    data, _ = formatter.format(shown)
    assert set(data) == {"text/html", "image/png", "text/plain"}
    assert data["text/html"] == shown._repr_html_()
    assert data["text/plain"].startswith("<Record of tanh, he: ")
    data, _ = formatter.format(figure_of([shown]))
    assert set(data) == {"text/html", "image/png", "text/plain"}
    assert data["text/plain"] == "<RecordFigure size 300x200 with 0 Axes>"


def test_a_terminal_gets_a_line_and_waits_for_no_picture(formatter, monkeypatch):
    formatter.active_types = ["text/plain"]
    monkeypatch.setattr(notebook, "pixels_of", None)
    data, _ = formatter.format(record("std=1e200", "relu", depth=60))
    assert set(data) == {"text/plain"}
    data, _ = formatter.format(record(depth=60))
    assert data["text/plain"] == repr(record(depth=60))


def test_marimo_shows_a_record():
    formatting = pytest.importorskip("marimo._output.formatting")
    shown = record()
    output = formatting.try_format(shown)
    assert (output.mimetype, output.data) == ("text/html", shown._repr_html_())


def test_showing_changes_nothing_and_repeats_itself():
    matplotlib.rcParams["lines.linewidth"] = 3.25
    before = dict(matplotlib.rcParams)
    shown = record()
    assert shown._repr_html_() == shown._repr_html_()
    assert dict(matplotlib.rcParams) == before
    matplotlib.rcdefaults()


def test_a_record_loads_matplotlib_when_it_is_shown_and_not_before():
    code = """
import sys, actviz
record = actviz.simulate(activation="tanh", init="he", width=3, samples=3)
assert not {"matplotlib", "actviz.files.notebook"} & set(sys.modules)
assert "<img" in record._repr_html_()
assert not {"matplotlib.pyplot", "IPython", "pandas"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_sweep_is_shown_as_a_table_for_each_axis():
    own = replace(get_activation("tanh"), name=HOSTILE)
    small = {"depth": 3, "width": 20, "samples": 20}
    shown = sweep(activation=[own, "tanh"], std="0.01..1:3", seeds=2, **small)
    page = Page(shown._repr_html_())
    of_activation, of_std = page.tables
    levels = ["healthy", "warning", "error", "not judged"]  # nobody knows an activation of mine
    assert of_activation[0] == ["activation", "best chance", *levels, "mostly"]
    assert [row[0] for row in of_activation[1:]] == [unbroken(HOSTILE), "tanh"]
    assert [row[0] for row in of_std] == ["std", "0.01", "0.1", "1"]
    assert unbroken(summary_line(shown)) in "".join(page.words)
    assert shown._repr_png_() is None


@pytest.mark.parametrize("make", [a_map, a_phase], ids=["map", "phase"])
def test_a_map_and_a_diagram_show_their_pictures(make):
    shown = make()
    (image,) = Page(shown._repr_html_()).all("img")
    assert image["src"].startswith("data:image/png;base64,")
    assert len(image["alt"]) > 100
    assert shown._repr_png_().startswith(b"\x89PNG")
