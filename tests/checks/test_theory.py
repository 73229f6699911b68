"""A Record against mean field: its law passes and another does not; the band is published."""

import dataclasses

import numpy as np
import pytest

import actviz
from actviz.checks.comparison import compare
from actviz.errors import SpecError

SPEC = actviz.StackSpec(activation="relu", init="he", depth=3, width=30, samples=60)


@pytest.mark.parametrize(
    ("activation", "init"), [("relu", "he"), ("tanh", "xavier"), ("selu", "lecun")]
)
def test_theory_passes_its_own_law_and_no_other(activation, init):
    spec = dataclasses.replace(SPEC, activation=activation, init=init, width=100)
    records = [actviz.simulate(dataclasses.replace(spec, seed=k)) for k in range(12)]
    assert all(compare(record, kind="theory") for record in records)
    wrong = actviz.simulate(dataclasses.replace(spec, init="std=0.25"))
    report = compare(dataclasses.replace(wrong, spec=spec), kind="theory")
    assert (report.ok, report.first_layer, report.kind) == (False, 1, "theory")


def test_the_band_of_relu_is_hanin_and_rolnick_s():
    """(1 + 5/n)^L - 1 for one input, to first order 5 L / n."""
    from actviz.checks.theory import _rows

    spec = dataclasses.replace(SPEC, width=5000, depth=6, samples=1)
    rows = [v for _, signal, _, v in _rows(spec, 6) if signal == "activation"]
    first = 2 / 5000  # of the input's own length
    assert np.subtract(rows, first) == pytest.approx(5 * np.arange(1, 7) / 5000, rel=1e-4)


def test_theory_needs_a_law():
    with pytest.raises(SpecError, match="theory needs a stack's law"):
        compare(actviz.record_from_arrays({"a": np.eye(3)}), kind="theory")
    with pytest.raises(SpecError, match="needs a baseline"):
        compare(actviz.simulate(SPEC))
