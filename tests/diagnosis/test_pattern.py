"""What is seen in single values: of stacks whose answer is known, and where no number can tell."""

from dataclasses import replace

import numpy as np
import pytest

from actviz.diagnosis.pattern import COLOR_REACH, GONE_SHARE, Pattern, patterns, scale_of
from actviz.records.unit_sample import UnitSample
from actviz.simulation.stacks import simulate

SAMPLE = {"unit_sample": (60, 60), "statistics": "moments"}


def seen(activation, init, **more):
    return patterns(simulate(activation=activation, init=init, **SAMPLE, **more))


def test_the_known_answers():
    noise, gone, across = Pattern.NOISE, Pattern.GONE, Pattern.ACROSS
    assert seen("tanh", "xavier") == (noise,) * 5
    assert seen("tanh", "std=0.01") == (noise, *(gone,) * 4)
    # The textbook calls it healthy: from layer 2 on stripes set in, and all inputs are alike.
    sigmoid = seen("sigmoid", "xavier")
    assert sigmoid[0] is noise
    assert all(one.stripes for one in sigmoid[1:])
    assert sigmoid[-1] is Pattern.DOWN
    assert seen("tanh", "ones") == (across,) * 5
    assert seen("relu", "zeros") == (gone,) * 5
    assert seen("sigmoid", "zeros") == (gone,) * 5
    # ReLU's units have means of their own: stripes are seen, though inputs differ.
    assert seen("relu", "he") == (noise, noise, *(Pattern.STREAKED,) * 3)
    assert seen("relu", "he", depth=40)[-1] is Pattern.STRIPED
    assert seen("relu", "std=1e200", width=9) == (noise, Pattern.NONFINITE)


def test_shapes_that_have_no_spread():
    """One unit is alike with nobody, and one input tells nothing of others."""
    assert Pattern.ACROSS not in seen("tanh", "ones", width=1)
    assert set(seen("tanh", "he", samples=1)) <= {Pattern.NOISE, Pattern.GONE}
    assert seen("tanh", "he", input_std=0.0) == (Pattern.GONE,) * 5


def test_means_that_are_alike_do_not_make_units_the_same():
    """As in a normalized layer: each unit's mean is 0, and units differ."""
    record = simulate(activation="tanh", init="ones", depth=1, **SAMPLE)
    item = record.layers[0]["activation"]
    assert patterns(record) == (Pattern.ACROSS,)
    values = item.unit_sample.values.copy()
    values[:, 3] *= -1.0
    assert item.stats.between_unit_std == 0.0
    other = replace(item, unit_sample=UnitSample(values=values))
    signals = (record.layers[0]["preactivation"], other)
    changed = replace(record, layers=(replace(record.layers[0], signals=signals),))
    assert patterns(changed) == (Pattern.NOISE,)


@pytest.mark.parametrize(
    ("activation", "center", "reach", "signed"),
    [("sigmoid", 0.5, 0.5, True), ("tanh", 0.0, 1.0, True), ("softsign", 0.0, 1.0, True)],
)
def test_a_scale_ends_at_the_bounds(activation, center, reach, signed):
    scale = scale_of(simulate(activation=activation, init="he", depth=1))
    assert (scale.center, scale.reach, scale.signed, scale.bounded) == (center, reach, signed, True)


@pytest.mark.parametrize(
    ("activation", "signed"), [("relu", False), ("softplus", False), ("gelu", True), ("elu", True)]
)
def test_without_bounds_it_is_the_first_layers(activation, signed):
    record = simulate(activation=activation, init="he", depth=3)
    scale = scale_of(record)
    rms = record.layers[0]["activation"].stats.rms
    assert (scale.center, scale.signed, scale.bounded) == (0.0, signed, False)
    assert scale.reach == pytest.approx(COLOR_REACH * rms)
    # One for the stack, whatever comes later.
    assert scale_of(simulate(activation=activation, init="he", depth=1)) == scale


def test_a_scale_has_a_length():
    assert scale_of(simulate(activation="relu", init="zeros")).reach == 1.0
    assert np.isfinite(scale_of(simulate(activation="relu", init="std=1e307")).reach)


def test_one_tone_is_a_share_of_the_scale():
    for share, expected in ((0.9, Pattern.GONE), (1.5, Pattern.NOISE)):
        std = share * GONE_SHARE / 10.0  # of the weights: width 100, inputs of std 1
        assert seen("tanh", f"std={std:g}", depth=1) == (expected,)
