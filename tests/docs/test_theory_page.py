"""docs/theory.md is true: the columns, lines and reasons of maps and diagrams, and their cuts."""

import re
from dataclasses import replace
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np

from actviz.diagnosis import calibration, kept
from actviz.diagnosis.findings import Unknown
from actviz.format import significant
from actviz.sweeps import map_making
from actviz.sweeps.map_nets import MapNets
from actviz.sweeps.map_record import QUANTITIES, Field, MapLine, MapRecord, MapSpec
from actviz.sweeps.phase_record import PHASE_QUANTITIES, PhaseLine, PhaseRecord, PhaseSpec
from actviz.training.trial import TRAINS

PAGE = (Path(__file__).parents[2] / "docs" / "theory.md").read_text(encoding="utf-8")


def named(table: str) -> list[str]:
    """Return the names in the first column of a table."""
    found = PAGE.split(f"<!-- {table} -->\n")[1].split(f"<!-- /{table} -->")[0]
    cells = re.findall(r"^\| (.*?) \| \S", found, flags=re.MULTILINE)
    return [name for cell in cells[1:] for name in re.findall(r"`([\w.]+)`", cell)]


def test_the_columns_of_a_map_are_the_programs():
    spec = MapSpec(activations=("tanh",), quantities=QUANTITIES, stds=(0.1, 1.0), depths=(2,))
    fields = tuple(
        Field(activation=spec.activations[0], quantity=name, values=np.ones((1, 2)))
        for name in QUANTITIES
    )
    nets = MapNets(data="digits", nets=(), asked=1)
    record = MapRecord(spec=spec, fields=fields, nets=nets)
    assert named("map columns") == list(record.columns())
    for key in ("map", "trained", *record.to_dict()["trained"], "kept"):
        assert f"`{key}`" in PAGE


def test_the_columns_of_a_diagram_are_the_programs():
    spec = PhaseSpec(activations=("tanh",), stds=(0.1, 1.0), biases=(0.0,))
    common: list[str] = named("phase columns")
    for quantity in PHASE_QUANTITIES:
        others = set(PHASE_QUANTITIES) - {quantity}
        columns = PhaseRecord(spec=replace(spec, quantity=quantity), planes=()).columns()
        assert [name for name in common if name not in others] == list(columns)


def test_the_lines_are_the_programs():
    kinds = {
        *get_args(get_type_hints(MapLine)["kind"]),
        *get_args(get_type_hints(PhaseLine)["kind"]),
    }
    assert sorted(named("lines")) == sorted(kinds)


def test_the_reasons_are_the_programs():
    """Of the judge's, those that a stack which is simulated here can have."""
    never = (Unknown.NO_GRADIENTS, Unknown.NO_RANK, Unknown.RECORDED, Unknown.PROFILE)
    judged = [f"unknown.{one.value}" for one in Unknown if one not in never]
    own = [map_making.OVERFLOW, map_making.UNDERFLOW, map_making.FAILED]
    assert sorted(named("reasons")) == sorted([*own, *judged])


def test_the_cuts_are_the_judges():
    low, high = (significant(cut, 2) for cut in (kept.LEAST_GRADIENT, kept.MOST_GRADIENT))
    words = " ".join(PAGE.split())
    assert f"up to a factor of {kept.MOST_SIGNAL:g} either way" in words
    assert f"the gradient, from {low} to {high} times that of the last layer" in words
    assert f"healthy ({calibration.CUTS[1]} or more)" in words
    assert f"whether it reached {TRAINS:.0%}".replace("%", " %") in words
