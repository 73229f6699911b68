"""Mean field's cells of a map: against closed forms, and against what is simulated."""

import numpy as np
import pytest

from actviz.sweeps.map_making import make_map
from actviz.sweeps.map_record import MapSpec
from actviz.sweeps.map_theory import mean_field

STDS = tuple(np.geomspace(0.02, 1.0, 15).tolist())


def spec(*names, **fields):
    given = {"stds": STDS, "depths": (1, 2, 5, 10, 20), "simulated": False}
    return MapSpec(activations=names, **given | fields)


def test_relu_by_its_closed_form():
    """Without biases both are powers of √(n/2) std; the inputs come closer meanwhile."""
    asked = spec("relu", depths=(1, 3, 8))
    found = mean_field(asked, asked.activations[0])
    factor = np.array(STDS) * np.sqrt(asked.width / 2)
    for row, depth in enumerate(asked.depths):
        np.testing.assert_allclose(found.gradient[row], factor ** (depth - 1), rtol=1e-6)
    # Layer 1: two inputs are uncorrelated, and a ReLU of them varies by 1/2 - 1/2π.
    share = np.sqrt((0.5 - 0.5 / np.pi) * (1 - 1 / asked.samples))
    expected = share * np.array(STDS) * np.sqrt(asked.width)
    np.testing.assert_allclose(found.signal[0], expected, rtol=1e-6)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
def test_the_simulation_agrees_where_layers_are_wide(name):
    fields = {"stds": (0.03, 0.1, 0.2), "depths": (1, 2, 4), "width": 400, "samples": 400}
    theory, found = (make_map(spec(name, **fields, simulated=s)) for s in (False, True))
    for quantity in ("signal", "gradient"):
        ratio = found.of(name, quantity).values / theory.of(name, quantity).values
        # Layers of 400 units differ by a few times the root of depth / width.
        assert np.abs(np.log(ratio)).max() < 3 * np.sqrt(5 * 4 / 400) / 2
