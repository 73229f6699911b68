"""What specs have in common, and what tells a row from the others."""

from dataclasses import fields

import pytest
from drawn import FOUR, THREE, record, records

from actviz.records.spec import StackSpec
from actviz.words import specs as words
from actviz.words.specs import common, row_label, setting, traits


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "5 layers of 30 units · 60 × 30 Gaussian inputs of std 1 · seed 0"),
        ({"depth": 1, "width": 1, "samples": 1}, "1 layer of 1 unit · 1 × 1 Gaussian inputs"),
        ({"width": (20, 5), "input_width": 9}, "2 layers of 20, 5 units · 60 × 9 Gaussian"),
        ({"width": (3,) * 14}, "14 layers of 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, … units"),
        ({"input_distribution": "uniform", "input_std": 0.5}, "uniform inputs of std 0.5"),
        ({"bias_std": 0.25}, "biases of std 0.25"),
        ({"dtype": "float32"}, "· float32 ·"),
        ({"rng": "legacy", "seed": 7}, "seed 7 (legacy stream)"),
    ],
)
def test_setting(fields, text):
    assert text in setting([record("tanh", "he", **fields).spec])


@pytest.mark.parametrize(
    ("one", "other", "gone"),
    [
        ({"depth": 2}, {"depth": 3}, "layers"),
        ({"samples": 20}, {"samples": 30}, "inputs"),
        ({"seed": 1}, {"seed": 2}, "seed"),
        ({"dtype": "float32"}, {"dtype": "float64"}, "float"),
        ({"bias_std": 1.0}, {"bias_std": 2.0}, "bias"),
        ({"input_std": 1.0}, {"input_std": 2.0}, "std"),
    ],
)
def test_a_setting_tells_what_all_have_in_common(one, other, gone):
    specs = [record("tanh", "he", **fields).spec for fields in (one, other)]
    assert gone in f"{setting(specs[:1])} {row_label(specs[0], specs)}"
    assert gone not in setting(specs)
    assert not {*one} & common(specs)
    told = [row_label(spec, specs) for spec in specs]
    assert told[0] != told[1]
    assert all(text.startswith("He, ") for text in told)


def test_a_row_of_equals_is_its_initializer():
    specs = [r.spec for r in records(THREE, FOUR)]
    assert {row_label(spec, specs) for spec in specs} == {"std = 1", "std = 0.01", "Xavier", "He"}


def test_what_tells_a_stack_apart_stands_after_its_initializer():
    specs = [record("tanh", "he", seed=seed).spec for seed in (1, 2)]
    assert [traits(spec, specs) for spec in specs] == ["seed 1", "seed 2"]
    assert [row_label(spec, specs) for spec in specs] == ["He, seed 1", "He, seed 2"]
    assert traits(specs[0], specs[:1]) == ""


def test_every_field_of_a_stack_may_tell_it_apart():
    """Or two stacks that differ in a new field alone would be two rows of one name."""
    named = {"activation", "init"}  # what a row is called in any case
    kept = {"measuring"}  # what is kept of it, and no trait
    told = words._traits(record("tanh", "he").spec)
    assert {*told} == {item.name for item in fields(StackSpec)} - named - kept
