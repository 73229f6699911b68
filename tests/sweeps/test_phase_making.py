"""Stacks of a phase diagram: they are where mean field puts them, as well as width allows."""

import math
from dataclasses import replace

import numpy as np
import pytest

from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS
from actviz.layers.initializer_laws import Normal
from actviz.records.spec import StackSpec
from actviz.sweeps.phase_making import make_phase
from actviz.sweeps.phase_record import PhaseSpec
from actviz.theory import predict

WIDTH, DEPTH = 200, 12


def spec_of(name, quantity, **changes):
    usual = {
        "stds": (0.02, 0.1, 0.5),
        "biases": (0.0, 0.4),
        "dot_stds": (0.02, 0.06, 0.12, 0.4),
        "dot_biases": (0.0, 0.4),
        "width": WIDTH,
        "depth": DEPTH,
        "samples": 50,
    }
    return PhaseSpec(activations=(name,), quantity=quantity, **usual | changes)


def layers(spec, std, bias):
    stack = StackSpec(
        activation=spec.activations[0],
        init=Normal(stddev=std),
        bias_std=bias,
        width=spec.width,
        depth=spec.depth,
        samples=spec.samples,
    )
    return predict(stack).layers


@pytest.mark.wide
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("quantity", ["gradient", "cosine", "scale"])
def test_stacks_are_where_their_own_layers_are_predicted(name, quantity):
    """By mean field at their own depth: at rest or not."""
    spec = spec_of(name, quantity)
    plane = make_phase(spec).planes[0]
    assert not np.isnan(plane.found).any()
    middle = DEPTH // 2
    for row, bias in enumerate(spec.dot_biases):
        for column, std in enumerate(spec.dot_stds):
            told, found = layers(spec, std, bias), plane.found[row, column]
            if quantity == "gradient":
                ratio = told[middle - 1].gradient_std / told[-1].gradient_std
                # The log of a layer's mean square varies by (E φ'⁴ / (E φ'²)² + 2) / n at most by
                # 5/n where a ReLU is bent, and is off by half of that; 6 layers, of these 4 sd.
                spread = 4 * math.sqrt(5 / WIDTH / (DEPTH - middle)) / 2
                assert math.log(found) == pytest.approx(
                    math.log(ratio) / (DEPTH - middle), abs=spread
                )
            elif quantity == "scale":
                # The spread of a stack's own norm grows over all of its layers (Hanin & Rolnick).
                spread = 4 * math.sqrt(5 / WIDTH * DEPTH) / 2
                assert math.log(found) == pytest.approx(
                    math.log(told[-1].preactivation.rms), abs=spread
                )
            else:
                assert found == pytest.approx(told[-1].c, abs=4 * math.sqrt(DEPTH / WIDTH) / 2)


def test_dots_agree_with_the_field_where_layers_are_at_rest():
    """Deep enough, away from the edge: the picture's dots are not told from the field behind."""
    spec = spec_of("tanh", "gradient", depth=24, dot_stds=(0.03, 0.05, 0.2, 0.4))
    plane = make_phase(spec).planes[0]
    spread = 4 * math.sqrt(5 / WIDTH / 12) / 2
    assert np.log(plane.found / plane.predicted) == pytest.approx(0, abs=spread)


def test_a_fault_would_be_seen():
    """The tolerance of the test above is a third of the step to the next dot."""
    plane = make_phase(spec_of("tanh", "gradient", dot_stds=(), dot_biases=())).planes[0]
    assert plane.found.shape == plane.predicted.shape == (0, 0)
    assert abs(math.log(plane.values[0, 1] / plane.values[0, 0])) > 1.0


def test_a_deep_stack_that_overflows_or_underflows_is_known_from_its_end():
    spec = spec_of("relu", "gradient", dot_stds=(1e-9, 1e6), depth=200, width=20)
    found = make_phase(spec).planes[0].found
    wanted = np.array([1e-9, 1e6]) * math.sqrt(10)
    assert found[0] == pytest.approx(wanted, rel=0.6)
    grown = make_phase(replace(spec, quantity="scale")).planes[0].found
    assert grown[0].tolist() == [0, math.inf]
    cosines = make_phase(replace(spec, quantity="cosine")).planes[0].found
    assert (cosines[0] > 0.5).all()  # of as many layers as have a signal


def test_the_median_of_seeds_is_kept():
    spec = spec_of("tanh", "gradient", dot_stds=(0.1,), dot_biases=(0.2,))
    each = [make_phase(replace(spec, seeds=(seed,))).planes[0].found[0, 0] for seed in range(3)]
    assert len(set(each)) == 3
    found = make_phase(replace(spec, seeds=(0, 1, 2))).planes[0].found
    assert found[0, 0] == sorted(each)[1]


def test_progress_counts_layers():
    spec, seen = spec_of("tanh", "scale"), []
    make_phase(spec, progress=seen.append)
    assert spec.simulated_layers == 8 * DEPTH
    assert seen[-1] == spec.simulated_layers


def test_what_would_take_hours_is_refused_with_its_estimate():
    spec = spec_of("tanh", "gradient", width=50_000, depth=5000, samples=1000)
    with pytest.raises(SpecError, match=r"simulates 40,000 layers of 50,000 units, about"):
        make_phase(spec)
    assert replace(spec, dot_stds=()).simulated_layers == 0


def test_activations_stand_in_the_order_of_the_spec():
    spec = replace(spec_of("tanh", "scale", dot_stds=(0.1,)), activations=("relu", "tanh"))
    record = make_phase(spec)
    assert [plane.activation.name for plane in record.planes] == ["relu", "tanh"]
    assert record.of("tanh").activation is ACTIVATIONS["tanh"]
