"""What a grid shows: the signals that its records have, and what they lack is refused."""

import pytest
from drawn import record, texts_of

from actviz import plot_grid
from actviz.errors import SpecError
from actviz.layers.signals import BACKWARD

BACK = {"gradients": True}


def test_without_gradients_or_with_a_signal_named_there_is_one_row():
    assert len(plot_grid([record("tanh", "he")]).axes) == 1
    assert len(plot_grid([record("tanh", "he", **BACK)], signal="activation").axes) == 1


@pytest.mark.parametrize("signal", BACKWARD)
def test_a_signal_that_the_records_lack_is_refused(signal):
    with pytest.raises(SpecError, match=f"have no {signal}: simulate with gradients=True"):
        plot_grid([record("tanh", "he")], signal=signal)
    made = plot_grid([record("tanh", "he", **BACK)], signal=signal)
    assert signal.replace("_", " ") in texts_of(made)


def test_records_without_unit_histograms_are_refused():
    with pytest.raises(SpecError, match="unit_histograms=True"):
        plot_grid([record("tanh", "he")], pool="unit")
    asked = record("tanh", "he", unit_histograms=True, **BACK)
    with pytest.raises(SpecError, match="pool unit is of activation or preactivation"):
        plot_grid([asked], pool="unit", signal="gradient")
