"""The trained figures as data: their numbers are ones that their data sets can give at all."""

from math import log

import pytest

from actviz.literature.trained import TRAINED_FIGURES
from actviz.training.tasks import TASKS

#: Rows for training and for testing: of the course's circles, and of MNIST.
ROWS = {"circles": (300, 100), "mnist": (60_000, 10_000)}
NUMBERS = [
    pytest.param(row, number, id=f"{name}-{place}")
    for name, row in TRAINED_FIGURES.items()
    for place, number in enumerate(row.numbers)
]


@pytest.mark.parametrize("name", TRAINED_FIGURES)
def test_a_figure_trains_what_its_task_does(name):
    row = TRAINED_FIGURES[name]
    assert row.training.to_dict() == TASKS[row.training.task].spec.to_dict()
    assert set(row.inits) <= set(row.training.init_names)
    assert row.numbers
    # Only what is drawn can be held to a number.
    assert {row.training.init_names[number.stack] for number in row.numbers} <= set(row.inits)


@pytest.mark.parametrize(("row", "number"), NUMBERS)
def test_an_accuracy_is_a_share_of_the_rows_and_a_loss_is_of_a_reported_step(row, number):
    if number.statistic.endswith("_accuracy"):
        rows = ROWS[row.training.task][number.statistic == "test_accuracy"]
        found = number.value * rows
        assert abs(found - round(found)) <= number.tolerance * rows
        assert 0 < number.value <= 1
    elif number.step is not None:
        assert number.step in row.training.reported_steps
        assert number.value > 0


def test_zeros_cost_what_a_guess_does_and_the_textbook_s_small_weights_hardly_less():
    costs = TRAINED_FIGURES["coursera-costs"]
    zeros = [number for number in costs.numbers if number.stack == costs.inits.index("zeros")]
    assert [number.step for number in zeros] == [*range(0, 15_000, 1000)]
    assert {number.value for number in zeros} == {log(2)}
    book = TRAINED_FIGURES["saito-mnist"]
    small = [number for number in book.numbers if number.stack == 0]
    for number in small:
        if number.statistic != "test_accuracy":
            assert number.value == pytest.approx(log(10), abs=0.002)
    # It answers "1" to everything: MNIST has 1135 ones among its 10,000 test rows.
    assert [n.value for n in small if n.statistic == "test_accuracy"] == [0.1135]
