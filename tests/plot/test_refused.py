"""What no picture can be drawn of is refused, in the same words by every view."""

import pytest
from drawn import FOUR, THREE, record, records

from actviz import plot_depth, plot_grid, plot_overlay, plot_ridge, plot_textbook
from actviz.errors import SpecError
from actviz.layers.signals import FORWARD, SIGNALS
from actviz.plot.refused import check_edges

VIEWS = [plot_grid, plot_overlay, plot_ridge, plot_depth, plot_textbook]


@pytest.mark.parametrize("plot", VIEWS)
def test_no_record_is_no_figure(plot):
    with pytest.raises(SpecError, match="a figure needs at least one record"):
        plot([])


@pytest.mark.parametrize("plot", VIEWS)
def test_an_unknown_signal_is_named_with_those_that_are_known(plot):
    with pytest.raises(SpecError, match=r"signal must be .* \(got 'output'\)"):
        plot([record("tanh", "he")], signal="output")


@pytest.mark.parametrize("plot", [plot_grid, plot_overlay, plot_ridge, plot_textbook])
@pytest.mark.parametrize(("option", "value"), [("share_y", "rows"), ("values", "share")])
def test_an_unknown_option_is_named_with_those_that_are_known(plot, option, value):
    with pytest.raises(SpecError, match=rf"{option} must be .* \(got '{value}'\)"):
        plot([record("tanh", "he")], **{option: value})


@pytest.mark.parametrize("plot", [plot_grid, plot_overlay, plot_ridge, plot_depth])
def test_gradients_that_were_not_simulated_are_asked_for(plot):
    with pytest.raises(SpecError, match="no gradient: simulate with gradients=True"):
        plot([record("tanh", "he")], signal="gradient")


@pytest.mark.parametrize("signal", SIGNALS)
def test_records_of_one_activation_share_their_edges(signal):
    back = {"gradients": True}
    check_edges(records(THREE, FOUR, **back), signal)
    check_edges([record("tanh", "he", **back), record("relu", "he", bins=20, **back)], signal)
    # Magnitudes have octaves for bins, whatever bins and range say.
    others = [{"range": (0.0, 0.5)}, {"bins": 20}] if signal in FORWARD else []
    for other in others:
        with pytest.raises(SpecError, match="records of tanh have different histogram edges"):
            check_edges(
                [record("tanh", "he", **back), record("tanh", "xavier", **other, **back)], signal
            )
