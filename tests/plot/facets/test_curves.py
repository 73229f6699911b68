"""Curves: every layer's heights on the scale it shares, cut where a spike would flatten others."""

import re

import numpy as np
import pytest
from drawn import heights_in, record, records, written

from actviz import plot_overlay
from actviz.plot.facets.curves import CAP, curves_of, stack_curves
from actviz.plot.heights import Heights, even_level, half_a_count, heights_of
from actviz.words.told import tell

OPTIONS = {"signal": "activation", "share_y": "all", "values": "density", "log_y": False}


def curves(stacks, **options):
    return stack_curves(tell(stacks), Heights(**OPTIONS | options))[0]


def test_on_a_shared_scale_a_curve_ends_at_the_cap_and_others_keep_theirs():
    spike, healthy = stacks = records(["tanh"], ["std=0.01", "xavier"])
    spikes, curves = (heights_in(ax) for ax in plot_overlay(stacks).axes)
    even = 1.0 / 2.0  # a density spread over (-1, 1)
    densities = np.array([layer["activation"].histogram.density() for layer in spike.layers])
    assert densities.max() > CAP * even
    scale = spikes.max() / (CAP * even)
    np.testing.assert_allclose(spikes, np.minimum(densities, CAP * even) * scale, rtol=1e-9)
    others = np.array([layer["activation"].histogram.density() for layer in healthy.layers])
    assert others.max() < CAP * even
    np.testing.assert_allclose(curves, others * scale, rtol=1e-9)


def test_a_cut_is_said_and_its_height_written_where_it_happens_only():
    cut, whole = (
        [item.text for item in written(plot_overlay(records(["tanh"], [init])))]
        for init in ("std=0.01", "xavier")
    )
    peak = max(
        layer["activation"].histogram.density().max() for layer in record("tanh", "std=0.01").layers
    )
    times = [float(text[3:]) for text in cut if re.fullmatch(r"▴ ×[\d.]+", text)]
    assert times == [float(f"{peak / (CAP * 0.5):.2g}")]  # an even spread over (-1, 1) is 1/2
    assert "so many times as high as drawn" in " ".join(cut)
    assert not any("▴" in text for text in whole)


@pytest.mark.parametrize("share_y", ["row", "column", "none"])
def test_other_scales_reach_the_top_and_cut_nothing(share_y):
    stacks = records(["tanh"], ["std=0.01", "xavier"])
    found = curves(stacks, share_y=share_y)
    assert all(curve.peak is None for stack in found for curve in stack)
    tops = np.array([[curve.heights.max() for curve in stack] for stack in found])
    assert tops.max() == pytest.approx(1.0)
    raw = np.array(
        [[heights_of(layer["activation"], "density").max() for layer in s.layers] for s in stacks]
    )
    level = even_level(stacks[0].layers[0]["activation"], "density")
    shared = {"row": 1, "column": 0, "none": ()}[share_y]
    highest = raw.max(axis=shared, keepdims=True)
    np.testing.assert_allclose(tops, raw / np.maximum(level, highest))


def test_facets_of_an_activation_share_a_scale_and_those_of_two_do_not():
    stacks = records(["tanh", "relu"], ["xavier", "he"])
    together = curves(stacks)
    apart = curves(stacks[:2]) + curves(stacks[2:])
    for one, other in zip(together, apart, strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a.heights, b.heights)
    # tanh's two stacks: one scale, as all of their densities are below the cap.
    pairs = [
        (curve.heights, layer["activation"].histogram.density())
        for stack, curves in zip(stacks[:2], together[:2], strict=True)
        for layer, curve in zip(stack.layers, curves, strict=True)
    ]
    highest = max(density.max() for _, density in pairs)
    assert highest < CAP * 0.5  # an even spread over (-1, 1)
    for heights, density in pairs:
        np.testing.assert_allclose(heights, density / highest)


def test_logarithmic_heights_begin_at_half_a_count():
    stack = record("tanh", "xavier")
    layers = {(0, 0, index): layer for index, layer in enumerate(stack.layers)}
    found, _ = curves_of(layers, Heights(**OPTIONS | {"log_y": True}))
    raw = {p: heights_of(layer["activation"], "density") for p, layer in layers.items()}
    least = half_a_count(stack.layers[0]["activation"], "density")
    top = max(row.max() for row in raw.values())
    for place, row in raw.items():
        seen = row > 0
        expected = np.log(row[seen] / least) / np.log(top / least)
        np.testing.assert_allclose(found[place].heights[seen], expected)
        assert (found[place].heights[~seen] == 0.0).all()


def test_heights_are_from_0_to_1_and_finite_whatever_the_stack():
    odd = [
        *records(["relu", "tanh"], ["zeros", "ones", "constant=1"]),
        record("relu", "std=1", depth=8, dtype="float32", input_std=1e35),
        record("relu", "std=100", depth=3, dtype="float32", input_std=1e37),
        record("tanh", "he", width=1, samples=1, depth=3),
    ]
    for stack in odd:
        for log_y in (False, True):
            (found,) = curves([stack], log_y=log_y)
            assert len(found) == len(stack.layers)
            for curve in found:
                assert np.isfinite(curve.heights).all()
                assert (curve.heights >= 0.0).all()
                assert (curve.heights <= 1.0).all()
