"""The pictures of training, as data: what is drawn is what the record holds, and words fit."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from matplotlib.colors import to_hex

from actviz.errors import SpecError, UnknownNameError
from actviz.plot.paper.style import THEMES, context
from actviz.plot.training.views import (
    TRAINING_VIEWS,
    get_training_view,
    plot_boundaries,
    plot_loss,
    plot_strips,
    plot_training_grid,
)
from actviz.words.training import (
    accuracy_finding,
    activation_finding,
    finding,
    gradient_finding,
)

#: What the title of each view is about.
TITLES = {
    "all": finding,
    "loss": finding,
    "accuracy": accuracy_finding,
    "boundaries": accuracy_finding,
    "table": accuracy_finding,
    "grid": activation_finding,
    "strips": gradient_finding,
}


def curve(figure, name):
    (line,) = [line for ax in figure.axes for line in ax.lines if line.get_gid() == name]
    return line


def texts(figure):
    return [text.get_text() for text in figure.texts]


def test_what_has_no_boundary_or_no_recorded_step_is_refused(record):
    bare = replace(record, runs=tuple(replace(r, maps=(), snapshots=()) for r in record.runs))
    for plot, word in (
        (plot_boundaries, "two columns"),
        (plot_strips, "record-every"),
        (plot_training_grid, "record-every"),
    ):
        with pytest.raises(SpecError, match=word):
            plot(bare)
    with pytest.raises(SpecError, match="a TrainingRecord is drawn here"):
        plot_loss("record")
    with pytest.raises(UnknownNameError, match="boundaries"):
        get_training_view("boundary")


def test_inf_and_a_diverged_run_are_said_in_words(record, stopped):
    assert "std = 10: the formula −log(a) gives inf at step 0" in " ".join(texts(plot_loss(record)))
    figure = plot_loss(stopped)
    assert "diverged at step 80" in " ".join(texts(figure))
    assert texts(figure)[0].endswith("He diverges")
    assert len(curve(figure, "he").get_xdata()) == 80
    assert "diverges" in figure.description


@pytest.mark.parametrize("view", TRAINING_VIEWS)
def test_a_run_that_was_stopped_before_its_first_step_is_drawn(record, view):
    empty = replace(
        record.runs[-1], losses=np.array([]), reported=(), snapshots=(), maps=(), end="interrupted"
    )
    figure = TRAINING_VIEWS[view].plot(replace(record, runs=(*record.runs[:-1], empty)))
    assert "stopped before its first step" in figure.description


@pytest.mark.parametrize(
    ("view", "size"), [*product(TRAINING_VIEWS, ("slide", "half-slide", "column", "10x5.6"))]
)
def test_every_word_is_on_the_page(record, view, size):
    figure = TRAINING_VIEWS[view].plot(record, size=size, theme="dark")
    with context():
        figure.draw_without_rendering()
        page = figure.bbox
        for text in figure.texts:
            box = text.get_window_extent()
            assert box.x0 >= page.x0 - 1, text
            assert box.x1 <= page.x1 + 1, text
            assert box.y0 >= page.y0 - 1, text
            assert box.y1 <= page.y1 + 1, text
    assert to_hex(figure.get_facecolor()) == THEMES["dark"].page


def test_a_size_without_room_is_refused(record):
    with pytest.raises(SpecError, match="no room"):
        plot_loss(record, size="2x1.5")


def test_a_title_of_ones_own_and_none(record):
    assert texts(plot_loss(record, title="Mine"))[0] == "Mine"
    assert texts(plot_loss(record, title=""))[0].startswith("circles: 2-10-5-1")


@pytest.mark.parametrize("view", TRAINING_VIEWS)
def test_a_picture_of_training_says_what_it_is_as_those_of_stacks_do(record, view):
    figure = TRAINING_VIEWS[view].plot(record)
    picture = figure.picture
    assert picture.title == TITLES[view](record)
    assert picture.specs == (record.spec,)
    assert picture.title in picture.description
    assert picture.caption
    assert TRAINING_VIEWS[view].plot(record, title="Mine").picture.title == "Mine"


def test_a_notebook_shows_a_picture_of_training_without_numbers_of_stacks(record):
    html = plot_loss(record)._repr_html_()
    assert "<img alt=" in html
    assert "actviz-numbers" not in html
    assert plot_loss(record)._repr_png_().startswith(b"\x89PNG")
