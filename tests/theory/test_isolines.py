"""Lines of one chi: where they are drawn, layers have it."""

import numpy as np
import pytest

from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS
from actviz.theory import fixed_point
from actviz.theory.isolines import isoline

NAMES = [name for name, row in ACTIVATIONS.items() if name == row.name]
each = pytest.mark.parametrize("name", NAMES)
BIASES = np.array([0.0, 1e-4, 0.3, 1.0])


@pytest.mark.wide
@each
@pytest.mark.parametrize("level", [0.05, 0.74, 1.0])
def test_chi_is_what_the_line_says(name, level):
    row = ACTIVATIONS[name]
    line = isoline(row, level, BIASES)

    def chi(w, bias):
        return fixed_point(row, sigma_w2=w, sigma_b2=bias, q_start=w + bias).chi

    for weight, bias in zip(line, BIASES, strict=True):
        if chi(weight, bias) == pytest.approx(level, rel=1e-6):
            continue
        # A jump is from where a signal dies out, or stays small, to where it grows for ever.
        assert name in {"gelu", "silu", "mish"}
        assert chi(weight * (1 - 1e-6), bias) < level < chi(weight * (1 + 1e-6), bias)


def test_relu_s_lines_are_upright_and_tanh_s_leans():
    for level in (0.3, 1.0, 1.7):
        assert isoline(ACTIVATIONS["relu"], level, BIASES) == pytest.approx(2 * level, rel=1e-15)
    tanh = isoline(ACTIVATIONS["tanh"], 1.0, BIASES)
    assert tanh[0] == pytest.approx(1, abs=1e-12)
    assert (np.diff(tanh) > 0).all()
    # Where the signal dies out chi is sigma_w2 itself.
    assert isoline(ACTIVATIONS["tanh"], 0.6, [0.0]) == pytest.approx(0.6, rel=1e-12)


def test_the_edge_of_tanh_by_its_definition():
    """Poole et al. 2016: at chi = 1 sigma_w2 = 1 / E φ'² and sigma_b2 = q - sigma_w2 E φ²."""
    line = isoline(ACTIVATIONS["tanh"], 1.0, [0.25])
    found = fixed_point(ACTIVATIONS["tanh"], sigma_w2=float(line[0]), sigma_b2=0.25)
    assert found.chi == pytest.approx(1, abs=1e-8)
    assert found.c_star == pytest.approx(1, abs=1e-6)


def test_a_start_that_is_given_is_where_layers_come_from():
    """GELU's signal dies out from far below its threshold, and grows for ever from far above."""
    low, high = (isoline(ACTIVATIONS["gelu"], 1.0, [0.0], q_start=q)[0] for q in (1e-3, 1e3))
    assert low > 2.2 > high == pytest.approx(2, rel=1e-3)


@pytest.mark.parametrize("chi", [0.0, -1.0, np.nan, np.inf])
def test_a_chi_that_is_none(chi):
    with pytest.raises(SpecError, match="chi must be"):
        isoline(ACTIVATIONS["tanh"], chi, [0.0])
    with pytest.raises(SpecError, match="sigma_b2"):
        isoline(ACTIVATIONS["tanh"], 1.0, [-0.1])
