"""What a simulation takes in instructions, beside its draws and products alone."""

import json
import shutil
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "instructions.py"


def _benchmark():
    spec = spec_from_file_location("instructions", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


guard = _benchmark()
KEPT = json.loads(guard.KEPT.read_text(encoding="utf-8"))


def test_every_case_is_kept():
    assert set(KEPT["instructions"]) == set(guard.CASES)
    assert set(KEPT["ratios"]) == {name for name, (_, floor) in guard.CASES.items() if floor}
    for name, ratio in guard.ratios(KEPT["instructions"]).items():
        assert abs(ratio - KEPT["ratios"][name]) <= 1e-4  # as they are rounded


def test_the_tolerance_is_wider_where_others_build_numpy():
    assert guard.tolerance({"where": guard.where()}) == guard.TOLERANCE
    assert guard.tolerance({"where": {**guard.where(), "numpy": "1.0"}}) == guard.ELSEWHERE


@pytest.mark.heavy
@pytest.mark.skipif(not shutil.which("valgrind"), reason="valgrind, which counts, is not installed")
def test_no_case_takes_more_instructions_than_it_did():
    found = guard.ratios(guard.instructions())
    allowed = 1 + guard.tolerance(KEPT)
    more = {name: ratio for name, ratio in found.items() if ratio > allowed * KEPT["ratios"][name]}
    assert not more, f"allowed {allowed} × {KEPT['ratios']}: python benchmarks/instructions.py"
