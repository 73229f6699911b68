"""The pictures of training, as data: what is drawn is what the record holds, and words fit."""

from dataclasses import replace

import numpy as np
import pytest

from actviz.errors import SpecError, UnknownNameError
from actviz.plot.training.views import (
    TRAINING_VIEWS,
    get_training_view,
    plot_boundaries,
    plot_loss,
    plot_strips,
    plot_training_grid,
)
from actviz.plot.views import TRAINING_NAMES


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


def test_the_names_that_are_known_before_a_view_is_loaded():
    assert tuple(TRAINING_VIEWS) == TRAINING_NAMES


@pytest.mark.wide
@pytest.mark.parametrize("view", TRAINING_VIEWS)
def test_a_run_that_was_stopped_before_its_first_step_is_drawn(record, view):
    empty = replace(
        record.runs[-1], losses=np.array([]), reported=(), snapshots=(), maps=(), end="interrupted"
    )
    figure = TRAINING_VIEWS[view].plot(replace(record, runs=(*record.runs[:-1], empty)))
    assert "stopped before its first step" in figure.description


def test_a_notebook_shows_a_picture_of_training_without_numbers_of_stacks(record):
    html = plot_loss(record)._repr_html_()
    assert "<img alt=" in html
    assert "actviz-numbers" not in html
    assert plot_loss(record)._repr_png_().startswith(b"\x89PNG")
