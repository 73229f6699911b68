"""Seeds of a sweep: from the parameters alone, by a rule that anybody can follow."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest

from actviz.records.spec import MAX_SEED, StackSpec
from actviz.sweeps.running import named
from actviz.sweeps.seeds import said_shortly, seed_of
from actviz.sweeps.spec import SweepSpec

SPEC = StackSpec(activation="tanh", init="std=0.1", depth=50)


def test_the_rule_is_the_one_that_is_documented():
    """Every field that is no default, by its name; followed here by hand."""
    told = {"activation": "tanh", "depth": 50, "init": "std=0.1", "seed": 7}
    text = json.dumps(told, separators=(",", ":"))
    expected = int(sha256(text.encode()).hexdigest()[:12], 16)
    assert seed_of(SPEC, 7) == expected


def test_seeds_stay_what_they_were():
    """Rows of before are the rows of today: these numbers may never change."""
    assert seed_of(SPEC, 0) == 271671526747996
    full = StackSpec(
        activation="relu",
        init="he",
        depth=2,
        width=(30, 40),
        input_width=20,
        samples=10,
        bias_std=0.5,
        input_distribution="uniform",
        input_std=2.0,
        dtype="float32",
        rng="legacy",
    )
    assert seed_of(full, 3) == 3097645823


def test_a_stacks_own_seed_has_no_part_in_it():
    assert seed_of(replace(SPEC, seed=99), 0) == seed_of(SPEC, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"depth": 51},
        {"width": 101},
        {"init": "std=0.1000000001"},
        {"activation": "relu"},
        {"bias_std": 0.1},
        {"input_std": 2.0},
        {"samples": 999},
        {"dtype": "float32"},
    ],
)
def test_every_parameter_has(change):
    assert seed_of(replace(SPEC, **change), 0) != seed_of(SPEC, 0)


@pytest.mark.parametrize(
    "written_out",
    [
        *({"input_width": 100}, {"input_width": 100, "width": [100, 50]}, {"width": [50, 100]}),
        *({"gain": "1.0"}, {"gain": [1.0, 2.0]}, {"bias_std": "0"}, {"bias_std": [0, 0.5]}),
        *({"input_std": "1"}, {"input_std": [1, 2]}, {"samples": 1000}, {"seed": 0}, {"seeds": 2}),
        *({"dtype": "float64"}, {"rng": "spawned"}, {"input_distribution": "normal"}),
        {"init": "kaiming(gain=1.0)"},
    ],
)
def test_a_default_that_is_written_out_is_the_same_stack(written_out):
    """Also among others: a sweep that has it has the row of the one that leaves it out."""
    fields = {"activation": "tanh", "init": "he", "depth": 5}
    row = named(SweepSpec.of(**fields), 0).to_dict()
    sweep = SweepSpec.of(**fields | written_out)
    rows = [named(sweep, number).to_dict() | {"number": 0} for number in range(len(sweep))]
    assert row in rows
    if len(sweep) == 1:
        assert sweep == SweepSpec.of(**fields)  # so that what is kept of one is gone on with


def test_equal_widths_that_are_named_are_one_number():
    wide = StackSpec(activation="tanh", init="std=0.1", width=(100,) * 50)
    assert seed_of(wide, 0) == seed_of(SPEC, 0)
    assert named((wide,), 0).to_dict() == named((SPEC,), 0).to_dict()
    uneven = replace(wide, width=(99,) + (100,) * 49)
    assert seed_of(uneven, 0) != seed_of(SPEC, 0)
    assert said_shortly(uneven) is uneven


def test_the_seeds_of_one_stack_differ():
    assert len({seed_of(SPEC, number) for number in range(1000)}) == 1000


def test_a_seed_is_one_that_its_generator_takes():
    legacy = replace(SPEC, rng="legacy")
    seeds = [seed_of(legacy, number) for number in range(100)]
    assert max(seeds) <= MAX_SEED["legacy"]
    assert MAX_SEED["legacy"] < max(seed_of(SPEC, number) for number in range(100)) < 10**15
