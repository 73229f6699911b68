"""Series: what a trend draws of a stack, the Record's numbers, its seeds' and its theory's."""

import numpy as np
import pytest
from drawn import dotted, record, records, series, solid, written

from actviz import plot_depth
from actviz.errors import SpecError

SMALL = {"width": 30, "samples": 60, "gradients": True}


@pytest.mark.parametrize("signal", [None, "gradient", "activation_gradient", "weight_gradient"])
def test_gradients_are_the_records_stds_and_medians(signal):
    stacks = records(["tanh"], ["std=0.1", "xavier"], gradients=True)
    own = signal or "gradient"
    made = plot_depth(stacks, signal=signal, panels=["gradient"], theory=False)
    (ax,) = made.axes
    every = [*solid(ax), *dotted(ax)]
    logs = [
        np.log10(series(stack, name, own))
        for name in ("std", "median_magnitude")
        for stack in stacks
    ]
    decade, zero = np.polyfit(
        np.concatenate(logs), np.concatenate([line.get_ydata() for line in every]), 1
    )
    for line, log in zip(every, logs, strict=True):
        np.testing.assert_allclose(line.get_ydata(), zero + decade * log, atol=1e-8)


def test_a_cosine_stands_at_its_nines():
    stacks = records(["sigmoid"], ["std=1", "xavier"])
    (ax,) = plot_depth(stacks, panels=["cosine"], theory=False).axes
    nines = [-np.log10(1 - np.array(series(stack, "mean_cosine"))) for stack in stacks]
    height = ax.get_ylim()[1]
    top = np.ceil(np.max(nines))
    for line, own in zip(solid(ax), nines, strict=True):
        np.testing.assert_allclose(line.get_ydata(), own / top * height)


@pytest.mark.parametrize("name", ["between", "rank"])
def test_the_other_panels_are_the_records_numbers(name):
    statistic = {"between": "between_unit_std", "rank": "effective_rank"}[name]
    stack = record("tanh", "std=0.1")
    (ax,) = plot_depth([stack], panels=[name], theory=False).axes
    (line,) = solid(ax)
    logs = np.log10(series(stack, statistic))
    steps = np.diff(line.get_ydata()) / np.diff(logs)
    np.testing.assert_allclose(steps, steps[0])


@pytest.mark.parametrize(
    ("activation", "init", "fields", "says"),
    [
        ("tanh", "zeros", {}, "0 from layer 4 down"),
        ("relu", "constant=-1", {}, "0 from layer 5 down"),
        ("tanh", "std=1e-90", {}, "underflow from layer 1 down"),
        ("relu", "std=1e90", {}, "no gradient"),
    ],
)
def test_gradients_that_are_no_numbers_are_named(activation, init, fields, says):
    stack = record(activation, init, gradients=True, **fields)
    other = record(activation, "he", gradients=True)
    made = plot_depth([stack, other], panels=["gradient"])
    label = stack.spec.label
    assert f"{label}: {says}" in {item.text for item in written(made)}


@pytest.mark.parametrize(
    ("look", "says"),
    [
        ({"signal": "loss"}, "signal must be preactivation or activation"),
        ({"signal": "gradient"}, "no gradient: simulate with gradients=True"),
        ({"panels": ["std", "mean"]}, "panels must be of values, std, between, gradient"),
        ({"panels": []}, "at least one"),
        ({"panels": ["gradient"]}, "nothing for the panel gradient: simulate with gradients"),
        ({"panels": ["rank"], "signal": "preactivation"}, "panel rank is not of the preactivation"),
    ],
)
def test_what_records_do_not_have_is_refused(look, says):
    with pytest.raises(SpecError, match=says):
        plot_depth(records(["tanh"], ["he"]), **look)
