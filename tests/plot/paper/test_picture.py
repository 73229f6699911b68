"""RecordFigure: a Figure in every respect, and a picture of it as a notebook shows it."""

import copy
import pickle
from io import BytesIO

import matplotlib
import pytest
from drawn import record
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from PIL import Image

from actviz import plot_grid
from actviz.plot.paper.picture import RecordFigure, draw_picture
from actviz.plot.paper.style import context


def figure(*, size=(4, 3), **look):
    shown = [record("tanh", "he"), record("relu", "he")]
    made = RecordFigure(
        records=shown, signal="activation", description="Two.", figsize=size, **look
    )
    made.add_axes((0.1, 0.1, 0.8, 0.8)).plot([1, 3, 2])
    return made


def test_it_is_a_figure_that_knows_what_it_shows():
    made = figure(dpi=100, facecolor="#ff0000")
    assert isinstance(made, Figure)
    assert made.get_facecolor() == (1, 0, 0, 1)
    assert made.records == (record("tanh", "he"), record("relu", "he"))
    assert (made.signal, made.description) == ("activation", "Two.")
    assert repr(made) == "<RecordFigure size 400x300 with 1 Axes>"


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))])
def test_a_copy_shows_the_same(copied):
    made = figure()
    again = copied(made)
    assert type(again) is RecordFigure
    assert (again.records, again.signal) == (made.records, made.signal)
    assert again._repr_html_() == made._repr_html_()


def test_it_is_saved_as_any_figure():
    own, plain = BytesIO(), BytesIO()
    made = Figure(figsize=(4, 3))
    made.add_axes((0.1, 0.1, 0.8, 0.8)).plot([1, 3, 2])
    figure().savefig(own, format="png")
    made.savefig(plain, format="png")
    assert own.getvalue() == plain.getvalue()


@pytest.mark.parametrize(
    ("size", "shown"),
    [((4, 3), (384, 288)), ((40 / 3, 7.5), (960, 540)), ((60, 1.5), (960, 24))],
)
def test_two_dots_per_pixel_of_the_page(size, shown):
    made = figure(size=size, dpi=300)
    picture = draw_picture(made)
    with Image.open(BytesIO(picture.png)) as image:
        assert image.size == (2 * shown[0], 2 * shown[1])
    assert (picture.width, picture.height) == shown
    assert (made.dpi, *made.get_size_inches()) == (300, *size)


def test_a_matplotlibrc_of_one_s_own_does_not_reach_the_picture():
    with context():
        made = figure()
    usual = draw_picture(made).png
    with matplotlib.rc_context({"savefig.facecolor": "red", "savefig.bbox": "tight"}):
        mine = dict(matplotlib.rcParams)
        assert draw_picture(made).png == usual
        assert dict(matplotlib.rcParams) == mine


def test_a_character_that_no_font_has_is_drawn_without_a_warning():
    made = plot_grid([record("tanh", "he")], title="\N{CUNEIFORM SIGN A}")
    assert draw_picture(made).png


def test_its_hook_is_stronger_than_the_one_that_marimo_gives_all_artists(monkeypatch):
    monkeypatch.setattr(Artist, "_mime_", lambda artist: ("image/png", ""), raising=False)
    made = figure()
    assert made._mime_() == ("text/html", made._repr_html_())


def test_marimo_shows_picture_and_numbers():
    formatting = pytest.importorskip("marimo._output.formatting")
    made = figure()
    output = formatting.try_format(made)
    assert (output.mimetype, output.data) == ("text/html", made._repr_html_())
