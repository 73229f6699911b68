"""The summary of a sweep: short, and every stack is counted in it."""

import re

import pytest

from actviz.cli.sweep_table import print_summary
from actviz.sweeps.record import SweepRecord
from actviz.sweeps.row import Judged, Row
from actviz.sweeps.running import named
from actviz.sweeps.spec import SweepSpec


def record(judged, **fields):
    sweep = SweepSpec.of(**{"activation": "tanh", "std": "0.1", "depth": 2} | fields)
    rows = []
    for number in range(len(sweep)):
        row = named(sweep, number)
        found = judged(number)
        how = {"failed": found} if isinstance(found, str) else {"judged": found}
        rows.append(Row(number=number, seed_number=row.seed_number, spec=row.spec, **how))
    return SweepRecord(sweep=sweep, rows=tuple(rows))


def test_each_value_has_its_best_chance_and_its_commonest_verdict(capsys):
    chances = [0.9, 0.1, 0.3, None, 0.2, 0.25]

    def judged(number):
        chance = chances[number]
        if chance is None:
            return "its worker died of it"
        if chance > 0.5:
            return Judged(chance=chance)  # as common as the other, and named first
        return Judged(chance=chance, verdict="few_directions", severity="error", state="lost")

    print_summary(record(judged, std="0.1..10:3", seeds=2))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "6 stacks: 1 healthy, 0 warning, 4 error, 1 failed; the best chance is 90 %"
    cells = [re.split(r"\s{2,}", line) for line in lines[4:]]
    assert cells == [
        ["0.1", "90 %", "1", "0", "1", "0", "healthy"],
        ["1", "30 %", "0", "0", "1", "1", "few directions"],
        ["10", "25 %", "0", "0", "2", "0", "few directions"],
    ]


@pytest.mark.parametrize("count", [12, 13, 60, 1000])
def test_many_values_are_told_of_in_groups_that_hold_them_all(capsys, count):
    print_summary(record(lambda number: Judged(chance=0.5), std=f"0.001..1:{count}"))
    lines = capsys.readouterr().out.splitlines()[4:]
    assert len(lines) <= 12
    assert sum(int(line.split()[-4]) for line in lines) == count
    assert lines[0].startswith("0.001")
    assert lines[-1].split("  ")[0].split(" to ")[-1] == "1"


def test_what_nobody_judged_is_not_called_healthy(capsys):
    nobody = Judged(no_chance="one_layer", verdict=None, severity=None, state="not_judged")
    print_summary(record(lambda number: nobody, std="0.1..1:2"))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == (
        "2 stacks: 0 healthy, 0 warning, 0 error, 2 not judged; 2 without a chance (one layer is "
        "no stack)"
    )
    assert re.split(r"\s{2,}", lines[4]) == ["0.1", "-", "0", "0", "0", "1", "-"]


def test_one_stack_is_one_line(capsys):
    print_summary(record(lambda number: Judged(chance=0.5)))
    assert capsys.readouterr().out == "1 stack: healthy, trains 50 %\n"


def test_a_sweep_of_which_nothing_is_done_has_no_numbers(capsys):
    sweep = SweepSpec.of(activation="tanh", std="0.1,1.0")
    print_summary(SweepRecord(sweep=sweep, rows=()))
    assert capsys.readouterr().out.startswith("0 stacks: 0 healthy")
