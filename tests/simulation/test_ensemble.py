"""Ensembles: each member is the simulation of its seed, and what is wrong is refused."""

from math import sqrt

import numpy as np
import pytest

from actviz.errors import SpecError
from actviz.records.spec import StackSpec
from actviz.simulation import jobs, stacks
from actviz.simulation.ensemble import simulate_ensemble
from actviz.simulation.stacks import simulate

FIELDS = {"activation": "tanh", "init": "he", "depth": 3, "width": 20, "samples": 60}


@pytest.fixture(scope="module")
def members():
    return simulate_ensemble(seeds=12, seed=5, gradients=True, **FIELDS)


def test_a_member_is_the_simulation_of_its_seed(members):
    assert members.spec == StackSpec(seed=5, **FIELDS)
    assert [record.spec.seed for record in members.records] == [*range(5, 17)]
    for record in members.records[::5]:
        assert record == simulate(record.spec, gradients=True)


def test_a_large_stack_is_the_same(monkeypatch, members):
    for module in (jobs, stacks):
        monkeypatch.setattr(module, "all_small", lambda spec: False)
    again = simulate_ensemble(members.spec, seeds=3, gradients=True)
    assert again.records == members.records[:3]


def test_seeds_share_no_draw(members):
    extremes = {layer["activation"].stats.max for r in members.records for layer in r.layers}
    extremes |= {layer["preactivation"].stats.max for r in members.records for layer in r.layers}
    assert len(extremes) == 12 * 3 * 2


def test_one_seed_is_not_one_sample():
    """The mean square of ReLU with He wanders between seeds (Hanin and Rolnick 2018).

    For one input its relative variance is (1 + 5 / n)^L - 1; the mean over several inputs has the
    part of it that they have in common.
    """
    fields = {"activation": "relu", "init": "he", "depth": 5, "width": 100, "samples": 20}
    found = simulate_ensemble(seeds=200, statistics=["size"], **fields)
    squares = np.array(found.values(5, "activation", "rms")) ** 2
    spread = squares.std(ddof=1) / squares.mean()
    bound = sqrt((1 + 5 / 100) ** 5 - 1)
    # A sample standard deviation of 200 is known to 1 / sqrt(400) of itself: five of these.
    assert 0.3 * bound < spread < bound * (1 + 5 / 20)


@pytest.mark.parametrize(
    ("seeds", "seed", "message"),
    [
        (0, 0, "seeds must be >= 1 (got 0)"),
        (-2, 0, "seeds must be >= 1 (got -2)"),
        (2.0, 0, "seeds must be an integer (got 2.0)"),
        (True, 0, "seeds must be an integer (got True)"),
        (10**9, 0, "seeds must be <= 100000"),
        (2, 2**63 - 1, "2 seeds from 9223372036854775807 on go beyond 9223372036854775807"),
    ],
)
def test_seeds_that_are_wrong(seeds, seed, message):
    with pytest.raises(SpecError) as caught:
        simulate_ensemble(seeds=seeds, seed=seed, **FIELDS)
    assert str(caught.value).startswith(message)


def test_a_spec_and_fields_are_not_mixed():
    with pytest.raises(SpecError, match="takes a spec or fields"):
        simulate_ensemble(StackSpec(activation="tanh", init="he"), depth=3)


def test_too_large_an_ensemble_is_refused_before_any_work(monkeypatch):
    monkeypatch.setattr(stacks, "_layers", lambda _: pytest.fail("work"))
    with pytest.raises(SpecError, match="GB of memory"):
        simulate_ensemble(activation="tanh", init="he", depth=1000, bins=10_000, seeds=100_000)
