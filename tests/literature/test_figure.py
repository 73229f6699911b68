"""A figure of the literature as a value: what is refused."""

from dataclasses import FrozenInstanceError, replace
from math import inf, nan

import pytest

from actviz.errors import SpecError
from actviz.literature.figure import DRAWN, STACK_STATISTICS, NamedFigure, Number
from actviz.literature.stacks import FIGURES
from actviz.literature.trained import TRAINED_FIGURES
from actviz.numbers.stats import SignalStats
from actviz.training.tasks import TASKS

FIGURE = FIGURES["saito-relu-he"]
NUMBER = Number(stack=0, layer=1, statistic="std", value=1.0, tolerance=0.5, origin="published")
TRAINED = TRAINED_FIGURES["coursera-costs"]
OF_TRAINING = TRAINED.numbers[0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stack", -1),
        ("stack", 0.0),
        ("layer", 0),
        ("layer", True),
        ("statistic", "median"),
        ("statistic", "quantiles"),
        ("statistic", "constant"),
        ("value", nan),
        ("value", inf),
        ("tolerance", -1e-9),
        ("tolerance", inf),
        ("tolerance", nan),
        ("origin", "guessed"),
    ],
)
def test_a_number_out_of_range_is_refused(field, value):
    with pytest.raises(SpecError, match=field):
        replace(NUMBER, **{field: value})


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "Saito", "name must be"),
        ("name", "two words", "name must be"),
        ("name", "", "name must be"),
        ("source", "", "source must name"),
        ("layout", "grid", "layout must be one of row, row-and-trends, overlay"),
        ("specs", (), "specs must have at least one"),
        ("numbers", (replace(NUMBER, stack=1),), "stack must be <= 0"),
        ("numbers", (replace(NUMBER, layer=6),), "layer must be <= 5"),
    ],
)
def test_a_figure_that_does_not_fit_together_is_refused(field, value, message):
    with pytest.raises(SpecError, match=message):
        replace(FIGURE, **{field: value})


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("layout", "row", "layout must be one of losses, costs, boundaries, table"),
        ("specs", FIGURE.specs, "a figure is of stacks or of a training"),
        ("inits", ("he", "ones"), "inits must be one of zeros, std=10, "),
        ("numbers", (replace(OF_TRAINING, stack=9),), "stack must be <= "),
        ("numbers", (replace(OF_TRAINING, statistic="std"),), "statistic must be one of loss"),
    ],
)
def test_a_figure_of_a_training_that_does_not_fit_together_is_refused(field, value, message):
    with pytest.raises(SpecError, match=message):
        replace(TRAINED, **{field: value})


def test_a_stack_is_not_held_to_a_number_of_a_training():
    with pytest.raises(SpecError, match="layer must be an integer"):
        replace(FIGURE, numbers=(OF_TRAINING,))
    with pytest.raises(SpecError, match="statistic must be one of count"):
        replace(FIGURE, numbers=(replace(OF_TRAINING, layer=1),))


def test_the_values_are_frozen_and_comparable():
    with pytest.raises(FrozenInstanceError):
        FIGURE.source = "another"
    assert replace(FIGURE) == FIGURE
    assert len({FIGURE, replace(FIGURE)}) == 1
    assert isinstance(FIGURE, NamedFigure)
    assert set(STACK_STATISTICS) - {DRAWN} < {*SignalStats.__dataclass_fields__}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("aliases", ("6 10",), "name must be of a-z, 0-9, dots and hyphens"),
        ("hides", ("mean",), "hides must be one of gradient, within"),
        ("cut", 0, "cut must be"),
    ],
)
def test_what_a_figure_has_beside_its_page_is_checked(field, value, message):
    with pytest.raises(SpecError, match=message):
        replace(FIGURE, **{field: value})


def test_a_training_is_called_by_the_source_s_words_and_runs_as_ever():
    saito, course = TRAINED_FIGURES["saito-mnist"].training, TRAINED.training
    assert list(saito.labels.values()) == ["std=0.01", "Xavier", "He"]
    assert [course.labels[name] for name in TRAINED.inits] == ["zeros", "random", "He"]
    assert course.labels["lecun"] == "Xavier"
    assert replace(course, inits=("he", "lecun")).labels == {"he": "He", "lecun": "Xavier"}
    assert course.to_dict() == TASKS["circles"].spec.to_dict()
