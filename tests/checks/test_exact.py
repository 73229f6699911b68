"""Exact checks against another machine's last bits, which are put there one by one."""

import dataclasses

import numpy as np
import pytest

import actviz
from actviz.checks.comparison import compare
from actviz.errors import SpecError
from actviz.simulation import blocks


def simulate(spec):
    return actviz.simulate(spec, gradients=True)


@dataclasses.dataclass(frozen=True)
class Shaken:
    """A law whose every weight is one floating-point step off: another machine's last bits."""

    law: object
    label: str = "shaken"

    def sample(self, rng, fan_in, fan_out):
        W = self.law.sample(rng, fan_in, fan_out)
        up = np.random.default_rng(fan_in).integers(0, 2, W.shape, dtype=bool)
        return np.where(up, np.nextafter(W, np.inf), np.nextafter(W, -np.inf))

    def std(self, fan_in, fan_out):
        return self.law.std(fan_in, fan_out)


def shaken(spec):
    record = simulate(dataclasses.replace(spec, init=Shaken(spec.init)))
    return dataclasses.replace(record, spec=spec)


@pytest.mark.wide
@pytest.mark.parametrize(
    ("activation", "init", "depth", "left_out"),
    [
        ("tanh", "std=1", 4, ""),
        ("tanh", "std=1", 10, "chaotic: in all gradients another"),
        ("tanh", "std=1", 16, "chaotic: in all gradients another"),
        ("tanh", "std=1", 30, "chaotic: from layer 17 on, and in all gradients, another"),
        ("tanh", "lecun(gain=2)", 30, ""),
        ("relu", "he", 50, ""),
        ("relu", "std=1", 30, ""),
        ("selu", "lecun", 30, ""),
        ("sigmoid", "std=1", 30, ""),
        ("sigmoid", "xavier", 5, ""),
        ("sigmoid", "xavier", 30, "where all inputs look alike, the effective rank"),
    ],
)
def test_an_exact_check_passes_over_another_machine_s_rounding(activation, init, depth, left_out):
    """Of values, gradients and spectra, to 1e-9; and says what it does not compare, and why."""
    spec = actviz.StackSpec(activation=activation, init=init, depth=depth, width=100, samples=100)
    expected = simulate(spec)
    report = compare(shaken(spec), expected, kind="exact")
    assert report.ok, report.to_text()
    assert left_out in report.left_out
    assert bool(left_out) == bool(report.left_out) == ("\n" in report.to_text())
    # What is compared is compared: the law of another gain, 1e-7 off, is another one.
    off = dataclasses.replace(spec, input_std=1 + 1e-7)
    other = dataclasses.replace(simulate(off), spec=spec)
    assert compare(other, expected, kind="exact").first_layer == 1


@pytest.mark.parametrize(("activation", "init"), [("relu", "he"), ("tanh", "std=1")])
def test_stacks_in_float32_are_compared(activation, init):
    """To 1e-3: another machine's rounding passes, another law does not."""
    spec = actviz.StackSpec(activation=activation, init=init, depth=5, samples=50, dtype="float32")
    expected = simulate(spec)
    report = compare(shaken32(spec), expected, kind="exact")
    assert report.ok, report.to_text()
    assert report.compared > 100
    other = simulate(dataclasses.replace(spec, input_std=1.01))
    drifted = compare(dataclasses.replace(other, spec=spec), expected, kind="exact")
    assert drifted.first_layer == 1


def shaken32(spec):
    """A record of weights that are a step of float32 off."""

    @dataclasses.dataclass(frozen=True)
    class Shaken32(Shaken):
        def sample(self, rng, fan_in, fan_out):
            W = np.float32(self.law.sample(rng, fan_in, fan_out))
            up = np.random.default_rng(fan_in).integers(0, 2, W.shape, dtype=bool)
            ends = np.where(up, np.float32(np.inf), np.float32(-np.inf))
            return np.nextafter(W, ends)

    record = simulate(dataclasses.replace(spec, init=Shaken32(spec.init)))
    return dataclasses.replace(record, spec=spec)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_check_of_nothing_is_refused(dtype):
    record = actviz.simulate(activation="relu", init="he", depth=2, samples=20, dtype=dtype)
    with pytest.raises(SpecError, match="nothing is left to compare"):
        compare(record, record, kind="exact", rtol=1e-16)
    assert compare(record, record, kind="exact", rtol=0).compared > 20


def test_a_tighter_tolerance_calls_no_sound_stack_chaotic():
    spec = actviz.StackSpec(activation="relu", init="he", depth=10, samples=50)
    record = simulate(spec)
    assert "chaotic" not in compare(record, record, kind="exact", rtol=1e-12).to_text()


def test_an_older_baseline_of_a_stack_in_blocks_has_exact_quantiles(monkeypatch):
    """They are allowed for, and named; a drift beyond that, or of anything else, is found."""
    spec = actviz.StackSpec(activation="tanh", init="xavier", depth=2, width=30, samples=900)
    whole = simulate(spec)
    monkeypatch.setattr(blocks, "EXACT_VALUES", 64 * 50)
    monkeypatch.setattr("actviz.simulation.streaming.EXACT_VALUES", 64 * 50)
    monkeypatch.setattr(blocks, "PANEL", 64)
    found = simulate(spec)
    assert found.approximate == ("quantiles", "median_magnitude")
    for expected, obtained in ((whole, found), (found, whole)):
        report = compare(obtained, expected, kind="exact")
        assert report.ok, report.to_text()
        assert "approximate: compared to within 1e-3 std, or 1/512 of themselves" in report.left_out
    assert compare(whole, whole, kind="exact").left_out == ""

    def moved(name, by):
        layer = found.layers[0]
        item = layer["activation"]
        value = getattr(item.stats, name)
        other = tuple(v + by for v in value) if name == "quantiles" else value + by
        item = dataclasses.replace(item, stats=dataclasses.replace(item.stats, **{name: other}))
        signals = tuple(item if one.signal == "activation" else one for one in layer.signals)
        layer = dataclasses.replace(layer, signals=signals)
        return dataclasses.replace(found, layers=(layer, *found.layers[1:]))

    std = found.layers[0]["activation"].stats.std
    assert compare(moved("quantiles", 2e-4 * std), whole, kind="exact").ok
    assert not compare(moved("quantiles", 5e-3 * std), whole, kind="exact").ok
    assert not compare(moved("mean", 2e-4 * std), whole, kind="exact").ok
