"""Exact checks against another machine's last bits, which are put there one by one."""

import dataclasses

import numpy as np
import pytest

import actviz
from actviz.checks.comparison import compare


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
    record = actviz.simulate(dataclasses.replace(spec, init=Shaken(spec.init)))
    return dataclasses.replace(record, spec=spec)


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
    spec = actviz.StackSpec(
        activation=activation, init=init, depth=depth, width=100, samples=100, gradients=True
    )
    expected = actviz.simulate(spec)
    report = compare(shaken(spec), expected, kind="exact")
    assert report.ok, report.to_text()
    assert report.note.endswith("distance in tolerances") == (not left_out)
    assert left_out in report.note
    # What is compared is compared: the law of another gain, 1e-7 off, is another one.
    off = dataclasses.replace(spec, input_std=1 + 1e-7)
    other = dataclasses.replace(actviz.simulate(off), spec=spec)
    assert compare(other, expected, kind="exact").first_layer == 1


def test_a_tighter_tolerance_calls_no_sound_stack_chaotic():
    spec = actviz.StackSpec(activation="relu", init="he", depth=10, samples=50, gradients=True)
    record = actviz.simulate(spec)
    assert "chaotic" not in compare(record, record, kind="exact", rtol=1e-12).note
