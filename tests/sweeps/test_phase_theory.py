"""Mean field's plane and lines, against fixed points that are found one by one."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from actviz.layers.activations import ACTIVATIONS
from actviz.sweeps.phase_record import REACH_LAYERS, SCALE_LEVELS, PhaseSpec
from actviz.sweeps.phase_theory import plane_of
from actviz.theory import fixed_point
from actviz.theory.isolines import isoline

STDS, BIASES = tuple(np.geomspace(0.005, 3.0, 9)), (0.0, 0.05, 0.4, 1.0)


def plane(name, quantity="gradient", **changes):
    row = ACTIVATIONS[name]
    spec = PhaseSpec(activations=(row,), quantity=quantity, stds=STDS, biases=BIASES, **changes)
    return plane_of(spec, row)


@cache
def at_rest(name, std, bias):
    """Return where a point of the plane comes to rest: what all quantities are of."""
    weight = 100 * std**2
    return fixed_point(
        ACTIVATIONS[name], sigma_w2=weight, sigma_b2=bias**2, q_start=weight + bias**2
    )


@pytest.mark.wide
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "gelu", "selu"])
@pytest.mark.parametrize("quantity", ["gradient", "cosine", "scale"])
def test_every_point_is_its_fixed_point(name, quantity):
    found = plane(name, quantity)
    for row, bias in enumerate(BIASES):
        for column, std in enumerate(STDS):
            wanted = at_rest(name, std, bias)
            value = found.values[row, column]
            if quantity == "gradient":
                assert value == pytest.approx(math.sqrt(wanted.chi), rel=1e-6)
            elif quantity == "scale":
                assert value == pytest.approx(math.sqrt(wanted.q_star), rel=1e-6)
            elif wanted.c_star is not None:
                assert value == pytest.approx(wanted.c_star, abs=1e-5)
            assert found.chi[row, column] == pytest.approx(wanted.chi, rel=1e-6)


def test_the_cosine_where_a_signal_dies_out_or_grows_for_ever():
    """An odd function keeps every angle; what is bent at every scale takes inputs for one."""
    assert plane("tanh", "cosine").values[0, 0] == 0
    assert plane("selu", "cosine").values[0, 0] == 1  # a kink at 0
    assert plane("gelu", "cosine").values[0, -1] == 1  # ReLU, from afar
    assert plane("identity", "cosine").values[0, -1] == 0


def test_near_0_gelu_is_half_of_the_identity_and_its_first_layers_are_not():
    """So says a quadrature of 60 layers; dots are told the same as the field below them."""
    row = ACTIVATIONS["gelu"]
    spec = PhaseSpec(
        activations=(row,),
        quantity="cosine",
        stds=(0.01, 0.05, 0.1),
        biases=(0.0, 0.1),
        dot_stds=(0.05,),
        dot_biases=(0.0,),
    )
    found = plane_of(spec, row)
    assert found.values[0] == pytest.approx([0.00620, 0.10517, 0.30207], abs=5e-5)
    assert found.values[1] == pytest.approx(1)
    assert found.predicted[0] == pytest.approx(found.values[0, 1], rel=1e-12)
    louder = plane_of(replace(spec, input_std=2.0), row)
    assert (louder.values[0] > found.values[0]).all()


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
def test_lines_are_where_they_say(name):
    found = plane(name)
    kinds = [(line.kind, line.level) for line in found.lines]
    assert kinds.count(("critical", None)) == 1
    for line in found.lines:
        for std, bias in line.points[::20]:
            chi = fixed_point(
                ACTIVATIONS[name],
                sigma_w2=100 * std**2,
                sigma_b2=bias**2,
                q_start=100 * std**2 + bias**2,
            ).chi
            if line.kind == "critical":
                assert chi == pytest.approx(1, abs=1e-6)
            else:
                assert 6 / abs(math.log(chi)) == pytest.approx(line.level, rel=1e-5)
                assert line.level in REACH_LAYERS


@pytest.mark.parametrize("name", ["tanh", "selu", "softsign"])
def test_the_line_of_chi_1_is_as_smooth_at_its_foot_as_above(name):
    """Between its points too, which stood too far apart where it turns from upright."""
    row = ACTIVATIONS[name]
    line = plane_of(PhaseSpec(activations=(row,), stds=STDS, biases=(0.0, 5.0)), row).critical
    biases = np.linspace(0.0, 5.0, 1001)
    exact = np.sqrt(isoline(row, 1.0, biases**2) / 100)
    between = [line.std_at(bias) for bias in biases]
    np.testing.assert_allclose(between, exact, rtol=0.003)


def test_he_stands_on_relu_s_line_and_xavier_short_of_it():
    line = plane("relu").critical
    assert line.points[:, 0] == pytest.approx(math.sqrt(2 / 100), rel=1e-12)
    assert line.points[0, 0] > math.sqrt(1 / 100)


def test_tanh_s_line_begins_at_xavier_and_leans():
    stds = plane("tanh").critical.points[:, 0]
    assert stds[0] == pytest.approx(0.1, rel=1e-9)
    assert (np.diff(stds) > 0).all()
    assert stds[-1] > 1.8 * stds[0]


def test_sigmoid_s_line_is_where_std_1_stands():
    stds = plane("sigmoid").critical.points[:, 0]
    assert stds == pytest.approx(1, rel=0.03)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
def test_lines_of_one_size(name):
    lines = [line for line in plane(name, "scale").lines if line.kind == "level"]
    assert {line.level for line in lines} <= set(SCALE_LEVELS)
    assert 1.0 in {line.level for line in lines}
    for line in lines:
        for std, bias in line.points[::30]:
            q = fixed_point(
                ACTIVATIONS[name],
                sigma_w2=100 * std**2,
                sigma_b2=bias**2,
                q_start=100 * std**2 + bias**2,
            ).q_star
            assert math.sqrt(q) == pytest.approx(line.level, rel=1e-5)
        assert (np.diff(line.points[:, 0]) <= 0).all()


def test_a_plane_of_one_bias_std_has_its_lines_too():
    row = ACTIVATIONS["relu"]
    spec = PhaseSpec(activations=(row,), stds=(0.1, 0.2), biases=(0.5,))
    found = plane_of(spec, row)
    assert found.values.shape == (1, 2)
    assert found.critical.std_at(0.5) == pytest.approx(0.02**0.5)
    assert {line.kind for line in found.lines} == {"critical", "reach"}
