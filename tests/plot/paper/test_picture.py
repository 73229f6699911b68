"""RecordFigure: a Figure in every respect, and a picture of it as a notebook shows it."""

import copy
import pickle
from dataclasses import FrozenInstanceError
from io import BytesIO

import matplotlib
import pytest
from drawn import record
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from PIL import Image

from actviz import plot_depth, plot_grid, plot_overlay, plot_ridge, plot_textbook
from actviz.plot.paper.picture import Picture, RecordFigure, pixels_of
from actviz.plot.paper.style import context
from actviz.words.stacks import finding
from actviz.words.told import tell


def figure(*, size=(4, 3), **look):
    shown = [record("tanh", "he"), record("relu", "he")]
    made = RecordFigure(
        title="Both", caption="How.", description="Two.", told=tell(shown), figsize=size, **look
    )
    made.add_axes((0.1, 0.1, 0.8, 0.8)).plot([1, 3, 2])
    return made


def test_it_is_a_figure_that_knows_what_it_shows():
    made = figure(dpi=100, facecolor="#ff0000")
    assert isinstance(made, Figure)
    assert made.get_facecolor() == (1, 0, 0, 1)
    assert made.records == (record("tanh", "he"), record("relu", "he"))
    assert (made.signal, made.description) == ("activation", "Two.")
    picture = made.picture
    assert picture.figure is made
    assert (picture.title, picture.caption, picture.description) == ("Both", "How.", "Two.")
    assert picture.specs == (record("tanh", "he").spec, record("relu", "he").spec)
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
    picture = pixels_of(made)
    with Image.open(BytesIO(picture.png)) as image:
        assert image.size == (2 * shown[0], 2 * shown[1])
    assert (picture.width, picture.height) == shown
    assert (made.dpi, *made.get_size_inches()) == (300, *size)


def test_a_matplotlibrc_of_one_s_own_does_not_reach_the_picture():
    with context():
        made = figure()
    usual = pixels_of(made).png
    with matplotlib.rc_context({"savefig.facecolor": "red", "savefig.bbox": "tight"}):
        mine = dict(matplotlib.rcParams)
        assert pixels_of(made).png == usual
        assert dict(matplotlib.rcParams) == mine


def test_a_character_that_no_font_has_is_drawn_without_a_warning():
    made = plot_grid([record("tanh", "he")], title="\N{CUNEIFORM SIGN A}")
    assert pixels_of(made).png


def test_its_hook_is_stronger_than_the_one_that_marimo_gives_all_artists(monkeypatch):
    monkeypatch.setattr(Artist, "_mime_", lambda artist: ("image/png", ""), raising=False)
    made = figure()
    assert made._mime_() == ("text/html", made._repr_html_())


def test_marimo_shows_picture_and_numbers():
    formatting = pytest.importorskip("marimo._output.formatting")
    made = figure()
    output = formatting.try_format(made)
    assert (output.mimetype, output.data) == ("text/html", made._repr_html_())


@pytest.mark.wide
@pytest.mark.parametrize("plot", [plot_grid, plot_overlay, plot_ridge, plot_depth, plot_textbook])
def test_every_picture_has_a_title_a_caption_and_a_description(plot):
    asked = [record("tanh", "he"), record("relu", "he")]
    picture = plot(asked).picture
    assert isinstance(picture, Picture)
    assert picture.title == finding(tell(asked))
    assert picture.description.startswith(picture.title)
    assert picture.specs == tuple(one.spec for one in asked)
    assert plot(asked, title="").picture.title == picture.title  # a file has one in any case
    assert plot(asked, title="Mine").picture.title == "Mine"
    caption = plot([record("sigmoid", "std=0.01", width=100, samples=200)]).picture.caption
    assert caption or plot in (plot_overlay, plot_ridge)


def test_a_picture_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        figure().picture.title = "another"
