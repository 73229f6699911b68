"""The measures of a check: how heavy their tails are, and where they cannot be compared."""

import dataclasses
from math import log, sqrt

import pytest
from scipy import stats

import actviz
from actviz.checks.baseline import Baseline
from actviz.checks.comparison import compare
from actviz.checks.making import make_baseline
from actviz.errors import SpecError

SPEC = actviz.StackSpec(activation="relu", init="he", depth=3, width=30, samples=60)


#: Degrees of freedom as the docstring of `compare` has them, in wide stacks and in narrow ones.
FREEDOM = {
    "rms": (30, 12),
    "within_unit_std": (30, 12),
    "between_unit_std": (30, 12),
    "mean/rms": (8, 8),
    "mean_cosine": (12, 12),
    "zero_fraction": (12, 12),
    "effective_rank": (12, 12),
}
#: Those that are no differences between inputs.
SIZES = ("rms", "between_unit_std", "mean/rms", "zero_fraction")
SCALES = {
    "log": (log, ("rms", "within_unit_std", "between_unit_std", "effective_rank")),
    "linear": (float, ("mean/rms",)),
    "logit": (lambda p: log(p / (1 - p)), ("mean_cosine", "zero_fraction")),
}


@pytest.mark.parametrize(("width", "place"), [(28, 0), (27, 1)])
def test_the_tolerance_of_every_measure_is_its_own(width, place):
    """From the spread that a baseline has in its file, by scipy's t."""
    spec = dataclasses.replace(SPEC, width=width)
    found = make_baseline(spec)
    seen = set()
    changes = ({"init": "std=7", "bias_std": 40.0}, {"activation": "gelu"}, {"init": "ones"})
    others = [actviz.simulate(dataclasses.replace(spec, **change)) for change in changes]
    others = [
        dataclasses.replace(
            item,
            spec=dataclasses.replace(spec, seed=0),
            layers=tuple(
                dataclasses.replace(layer, activation=spec.activation) for layer in item.layers
            ),
        )
        for item in others
    ]
    for drift in (drift for item in others for drift in compare(item, found).drifts):
        expected = found.spread[drift.layer, drift.signal, drift.statistic]
        t = stats.t.isf(1e-3 / 2 / len(found.spread), FREEDOM[drift.statistic][place])
        reach = t * expected.sd * sqrt(1 / 40 + 1)
        scale = next(forward for forward, names in SCALES.values() if drift.statistic in names)
        if drift.statistic == "zero_fraction":
            reach = max(reach, 0.25)
        assert scale(drift.high) - expected.mean == pytest.approx(reach, rel=1e-6)
        assert expected.mean - scale(drift.low) == pytest.approx(reach, rel=1e-6)
        seen.add(drift.statistic)
    assert seen == set(FREEDOM)


@pytest.mark.parametrize("width", [1, 8, 19])
def test_narrow_layers_are_refused(width):
    spec = dataclasses.replace(SPEC, width=(30, width, 30))
    unit = f"{width} unit{'s' if width > 1 else ''}"
    with pytest.raises(SpecError, match=f"^layer 2 has {unit}: .* from 20 units on; check exactly"):
        make_baseline(spec)
    record = actviz.simulate(spec)
    assert compare(record, record, kind="exact")
    # A file of 0.1.0 may have such a spread.
    spread = make_baseline(SPEC).spread
    with pytest.raises(SpecError, match=f"layer 2 has {unit}"):
        compare(record, Baseline(record=record, seeds=40, spread=spread))


def test_where_all_inputs_look_alike_their_differences_are_not_compared():
    """Sigmoid under Xavier: 1 - cosine falls to a twentieth a layer, down to rounding."""
    spec = dataclasses.replace(SPEC, activation="sigmoid", init="xavier", depth=8)
    found = make_baseline(spec)
    cosines = [layer["activation"].stats.mean_cosine for layer in found.record.layers]
    assert cosines[3] < 0.99998 < 1 - 3e-7 < cosines[5]
    assert cosines[7] < 1  # so that its logit is a number, and all seeds have one
    kept = {layer: set() for layer in range(1, 9)}
    for layer, _, statistic in found.spread:
        kept[layer].add(statistic)
    assert [kept[layer] for layer in (1, 2, 3, 4)] == [set(FREEDOM)] * 4
    assert [kept[layer] for layer in (6, 7, 8)] == [set(SIZES)] * 3
