"""Mean field's lines of a map, and its bands: against closed forms."""

import numpy as np
import pytest

from actviz.sweeps.map_lines import curves
from actviz.sweeps.map_record import MapSpec
from actviz.theory.fields import fixed_points

STDS = tuple(np.geomspace(0.02, 1.0, 15).tolist())


def spec(*names, **fields):
    given = {"stds": STDS, "depths": (1, 2, 5, 10, 20), "simulated": False}
    return MapSpec(activations=names, **given | fields)


@pytest.mark.parametrize(("name", "std"), [("relu", 2**0.5 / 10), ("tanh", 0.1)])
def test_chi_is_1_at_the_weight_std_that_is_known(name, std):
    lines, _ = curves(spec(name))
    (line,) = [curve for curve in lines[name, "signal"] if curve.kind == "critical"]
    assert line.points[:, 0] == pytest.approx(std, rel=1e-3)
    assert line.points[:, 1].tolist() == [1, 20]


def test_a_level_is_crossed_where_its_line_is():
    lines, _ = curves(spec("relu"))
    for curve in lines["relu", "gradient"]:
        if curve.kind == "level":
            stds, depths = curve.points.T
            factor = (stds * np.sqrt(50)) ** (depths - 1)
            inside = depths >= 2
            assert np.log10(factor[inside]) == pytest.approx(np.log10(curve.level), abs=0.15)


def test_six_depth_scales_of_relu():
    """ξ = 1 / |log χ|, with χ = n std² / 2: between two inputs ReLU has no scale of its own."""
    lines, _ = curves(spec("relu"))
    reach = [curve for curve in lines["relu", "signal"] if curve.kind == "reach"]
    assert len(reach) == 2
    for curve in reach:
        stds, depths = curve.points.T
        assert depths == pytest.approx(6 / np.abs(np.log(50 * stds**2)), rel=1e-5)


def test_the_band_of_both_kept_is_around_he_for_relu():
    _, bands = curves(spec("relu", depths=(5, 20, 50)))
    found = bands["relu"]
    for low, high in found:
        assert low < 2**0.5 / 10 < high
    ratios = [high / low for low, high in found]
    assert ratios == sorted(ratios, reverse=True)
    assert ratios[-1] < 1.2


def test_a_band_ends_with_the_map():
    """ReLU keeps both around He's std, 0.141, from 0.07 to 0.28 at 5 layers."""
    _, whole = curves(spec("relu", depths=(5,)))
    _, half = curves(spec("relu", depths=(5,), stds=(0.1, 0.12, 0.14)))
    (low, high), ends = whole["relu"][0], half["relu"][0]
    assert low < 0.1
    assert high > 0.14
    assert ends == (None, None)
    _, left = curves(spec("relu", depths=(5,), stds=(0.1, 1.0)))
    assert left["relu"][0] == (None, pytest.approx(high, rel=0.02))


def test_the_reach_goes_to_the_edges_of_the_map():
    lines, _ = curves(spec("tanh", depths=(1, 20)))
    left, right = (line for line in lines["tanh", "signal"] if line.kind == "reach")
    assert left.points[0, 0] < STDS[0]
    assert right.points[-1, 0] > STDS[-1]


def reach_of(asked):
    lines, _ = curves(asked)
    return [line for line in lines[asked.activations[0].name, "signal"] if line.kind == "reach"]


@pytest.mark.wide
@pytest.mark.parametrize("name", ["selu", "gelu", "silu", "tanh", "softplus"])
def test_the_reach_is_six_scales_at_its_own_weight_stds(name):
    asked = spec(name, depths=(1, 30, 60))
    for line in reach_of(asked):
        stds, depths = line.points.T
        weights = asked.width * stds**2
        scale = fixed_points(
            asked.activations[0], weights, q_start=weights, pairs=False
        ).gradient_scale
        np.testing.assert_allclose(depths, 6 * scale, rtol=1e-5)
        # Close enough to be drawn: no kink where it turns, no stretch that nobody asked about.
        assert np.abs(np.diff(np.log(depths))).max() < 0.2


def test_selu_s_reach_comes_back_where_its_signal_begins_to_grow_without_end():
    """χ is 1 at 1/λα √(…) and again at √(2/n)/λ, where the fixed point goes to infinity."""
    left, middle, right = reach_of(spec("selu", depths=(1, 30, 60)))
    endless = (2 / 100) ** 0.5 / 1.0507
    assert left.points[-1, 0] < middle.points[0, 0]
    assert middle.points[-1, 0] < endless < right.points[0, 0]
    lowest = middle.points[middle.points[:, 1].argmin()]
    assert lowest[1] == pytest.approx(47.4, rel=0.01)
    assert middle.points[0, 1] > 1.5 * lowest[1] < middle.points[-1, 1]


def test_no_line_joins_what_a_jump_of_chi_parts():
    left, right = reach_of(spec("gelu", depths=(1, 30, 60)))
    assert left.points[-1, 1] < 10 < 75 < right.points[0, 1]


def test_the_reach_has_no_corners_where_weight_stds_are_few():
    lines, _ = curves(spec("tanh", stds=(0.05, 0.16, 0.5), depths=(1, 10)))
    for line in (line for line in lines["tanh", "signal"] if line.kind == "reach"):
        steps = np.abs(np.diff(np.log(line.points[:, 0])))
        assert steps.max() < np.log(1.06)
