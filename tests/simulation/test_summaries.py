"""What is kept of one run in several ways: each is what it is alone, and no more is computed."""

from dataclasses import replace

import numpy as np
import pytest

from actviz.layers.activations import ACTIVATIONS
from actviz.layers.signals import SIGNALS
from actviz.numbers.stats import STATISTICS
from actviz.records.kept import left_out
from actviz.records.measuring import Measuring
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate, simulate_many

SPEC = StackSpec(activation="tanh", init="std=1", depth=3, width=(20, 16, 5), samples=30)

WAYS = [
    Measuring(),
    Measuring(range=(-1.0, 2.0), unit_histograms=True),
    Measuring(gradients=True, unit_sample=(3, 2)),
    Measuring(gradients=True, statistics="moments"),
    Measuring(gradients=True, statistics=()),
    Measuring(gradients=True, statistics={"activation": ["scale", "judged_rank"]}),
    Measuring(gradients=True, statistics={"activation": ["scale", "rank"]}, effective_rank=False),
    Measuring(gradients=True, statistics={"gradient": ["few_entries", "histogram"]}),
    Measuring(statistics=["histogram", "quantiles"], bins=7),
]


def test_each_way_of_one_run_gives_what_it_gives_alone():
    together = simulate_many([SPEC] * len(WAYS), WAYS)
    for record, way in zip(together, WAYS, strict=True):
        assert record == simulate(SPEC, measuring=way)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_what_is_kept_is_there_and_nothing_else_is(statistic):
    whole = simulate(SPEC, gradients=True)
    record = simulate(SPEC, gradients=True, statistics=[statistic])
    for layer, other in zip(record.layers, whole.layers, strict=True):
        for signal in SIGNALS:
            kept = record.measuring.kept(signal)
            found, expected = layer[signal], other[signal]
            assert (found.counted is None) == ("histogram" not in kept)
            if found.counted is not None:
                assert found.counted == expected.counted
            none = left_out(signal, kept)
            for name in {name for each in kept for name in STATISTICS[each]}:
                one, full = getattr(found.stats, name), getattr(expected.stats, name)
                if {"judged_rank", "few_entries"} & set(kept) and one is None:
                    continue
                # A size without a scale has a rounding of its own.
                assert one == (pytest.approx(full, rel=1e-13) if name == "rms" else full)
            assert [getattr(found.stats, name) for name in none] == [None] * len(none)
    assert type(record).from_dict(record.to_dict()) == record


def test_slopes_and_products_that_nobody_reads_are_not_computed():
    calls = []

    def derivative(x):
        calls.append("derivative")
        return 1 - np.tanh(x) ** 2

    spec = replace(SPEC, activation=replace(ACTIVATIONS["tanh"], name="own", derivative=derivative))
    simulate(spec, statistics=["scale"])
    assert not calls
    simulate(spec, statistics=["scale", "saturated"])
    assert len(calls) == SPEC.depth
    record = simulate(spec, gradients=True, statistics={"gradient": ["scale"]})
    assert record.layers[0]["activation"].stats.saturated_fraction is None
    assert record.layers[0]["weight_gradient"].stats.count == 20 * 20
