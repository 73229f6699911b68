"""The numbers that the textbooks print, or that follow from their scripts: facts, not our own."""

import numpy as np
import pytest

from actviz import simulate

# Mean and population std of layers 1 to 5 with RandomState(0), in the textbook's draw order.
SAITO = {
    ("sigmoid", "std=1"): (
        (0.499065231235, 0.458325255376),
        (0.517688021873, 0.438014259119),
        (0.513979070566, 0.442287428849),
        (0.535976286387, 0.437274324446),
        (0.542967326137, 0.436805316314),
    ),
    ("relu", "he"): (
        (0.560950642886, 0.827514691509),
        (0.573457553584, 0.824897153949),
        (0.622347627519, 0.945092557916),
        (0.661350577731, 0.946639229195),
        (0.659524987237, 1.00101690187),
    ),
}


@pytest.mark.parametrize("stack", SAITO)
def test_saitos_script_is_reproduced_to_the_last_printed_digit(stack):
    activation, init = stack
    record = simulate(activation=activation, init=init, rng="legacy", seed=0)
    found = [
        (layer["activation"].stats.mean, layer["activation"].stats.std) for layer in record.layers
    ]
    # Twelve digits are printed; BLAS builds differ by about 4e-15 relative.
    np.testing.assert_allclose(found, SAITO[stack], rtol=0, atol=6e-12)


def test_the_textbooks_range_drops_a_quarter_of_relu_with_he():
    record = simulate(activation="relu", init="he", rng="legacy", seed=0, range=(0.0, 1.0))
    inside = [int(layer["activation"].histogram.counts.sum()) for layer in record.layers]
    assert inside == [76320, 75749, 74854, 72617, 73062]
