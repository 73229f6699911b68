"""What becomes of a stack that is trained: what trains, what does not, and how it is stopped."""

import csv
from pathlib import Path

import numpy as np
import pytest

from actviz.errors import SpecError
from actviz.records.spec import StackSpec
from actviz.training import trying
from actviz.training.trial import DATA, INPUTS, MOST_STEPS, OUTPUTS, RATES, TRAINS
from actviz.training.trying import data_there, trial_data, try_to_train

#: Rows of the nets that the judge's chance was fitted on, which these trials are to repeat.
ROWS = Path(__file__).parents[2] / "benchmarks" / "trainability.csv"


def _stack(**fields):
    return StackSpec(activation="tanh", init="xavier", width=30, **fields)


def test_digits_are_rows_of_mean_0_and_std_1():
    rows = trial_data("digits").x_train
    assert rows.shape == (1438, INPUTS["digits"])
    assert len(trial_data("digits").classes) == OUTPUTS
    assert rows.dtype == np.float32
    assert (rows.mean(), rows.std()) == pytest.approx((0.0, 1.0), abs=1e-5)


@pytest.mark.parametrize("number", [4, 56])
def test_a_trial_repeats_the_nets_that_the_chance_was_fitted_on(number):
    """Other builds of BLAS may differ in the last bits, and so in a row or two of the accuracy."""
    with ROWS.open(newline="") as file:
        (row,) = (row for row in csv.DictReader(file) if row["number"] == str(number))
    stack = StackSpec(
        activation=row["activation"],
        init=row["init"],
        width=int(row["width"]),
        depth=int(row["depth"]),
        seed=number,
    )
    found = try_to_train(stack, trial_data("digits"))
    assert (found.rate, found.step) == (float(row["rate"]), int(row["step"]))
    assert found.accuracy == pytest.approx(float(row["accuracy"]), abs=0.01)


def test_what_stays_at_chance_has_been_tried_at_every_rate():
    told = []

    def may_go_on(steps):
        told.append(steps)
        return True

    stack = StackSpec(activation="tanh", init="zeros", width=8, depth=2)
    found = try_to_train(stack, trial_data("digits"), may_go_on)
    assert not found.trains
    # A class has a tenth of the rows, and with that half of the steps are enough.
    assert found.accuracy == pytest.approx(0.1, abs=0.02)
    assert told == sorted(told)
    assert told[-1] == MOST_STEPS
    assert {steps // trying.STEPS for steps in told} >= set(range(len(RATES)))
    assert trying.STEPS // 2 + 1 not in told


def test_rows_that_all_come_out_alike_are_waited_for_no_longer():
    """Ten layers of sigmoid lose seven digits and more: the logits are what the biases make."""
    told = []

    def may_go_on(steps):
        told.append(steps)
        return True

    stack = StackSpec(activation="sigmoid", init="std=0.01", width=30, depth=10)
    assert not try_to_train(stack, trial_data("digits"), may_go_on).trains
    assert len(told) == trying.LOOK * len(RATES) + 1


@pytest.mark.parametrize(
    ("logits", "alike"),
    [
        ([[1.0, -2.0], [1.0, -2.0]], True),
        ([[1.0, -2.0], [1.0 + 3e-7, -2.0]], True),
        ([[1.0, -2.0], [1.0, -2.00001]], False),
        ([[1e-9, 2e-9], [2e-9, 2e-9]], False),
        ([[0.0, 0.0], [0.0, 0.0]], True),
    ],
)
def test_rows_are_alike_where_they_differ_in_the_last_digits_alone(logits, alike):
    assert trying._alike(np.array(logits, np.float32)) == alike


def test_a_rate_that_overflows_is_left_at_once():
    told = []

    def may_go_on(steps):
        told.append(steps)
        return True

    stack = StackSpec(activation="relu", init="std=1e4", width=8, depth=9)
    assert try_to_train(stack, trial_data("digits"), may_go_on).accuracy == 0
    assert len(told) < 3 * len(RATES)


def test_what_overflows_has_brought_nothing():
    stack = StackSpec(activation="relu", init="std=1e30", width=8, depth=4)
    assert try_to_train(stack, trial_data("digits")).accuracy == 0


def test_a_trial_ends_where_it_may_not_go_on():
    told = []

    def may_go_on(steps):
        told.append(steps)
        return steps < 3

    assert not try_to_train(_stack(depth=2), trial_data("digits"), may_go_on).trains
    assert told[:3] == [1, 2, 3]
    assert len(told) == 2 + len(RATES) + 1  # each rate asks once more, and the end is told


def test_biases_are_drawn_where_the_stack_has_them():
    data = trial_data("digits")
    without, given = (trying._net(_stack(depth=3, bias_std=b), data) for b in (0.0, 0.5))
    assert all(not b.any() for b in without.biases)
    drawn = np.concatenate(given.biases)
    # Four standard errors of a std of 100 values.
    assert drawn.std() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(2 * len(drawn)))
    for one, other in zip(without.weights, given.weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_accuracy_that_trains_is_reached(monkeypatch):
    assert try_to_train(_stack(depth=2), trial_data("digits")).accuracy >= TRAINS
    monkeypatch.setattr(trying, "TRAINS", 1.01)
    monkeypatch.setattr(trying, "RATES", (0.1,))
    further = try_to_train(_stack(depth=2), trial_data("digits"))
    assert further.accuracy > 0.95
    assert further.step > trying.LOOK


def test_digits_are_there_where_mnist_is_not(monkeypatch):
    assert data_there() in DATA

    def nowhere():
        raise SpecError("MNIST is not here")

    monkeypatch.setattr(trying, "find", nowhere)
    assert data_there() == "digits"
