"""What is said of a sweep: every stack is counted, and the chance to train is in the first line."""

from dataclasses import replace

import pytest

from actviz.sweeps.record import SweepRecord
from actviz.sweeps.row import Judged
from actviz.sweeps.running import named
from actviz.sweeps.spec import SweepSpec
from actviz.words.sweeps import axis_tables, summary_line


def of(*judged, **fields):
    sweep = SweepSpec.of(**{"activation": "tanh", "std": "0.1", "depth": 2} | fields)
    rows = (replace(named(sweep, number), judged=each) for number, each in enumerate(judged))
    return SweepRecord(sweep=sweep, rows=tuple(rows))


NOBODY = Judged(no_chance="one_layer", verdict=None, severity=None, state="not_judged")
NARROW = Judged(no_chance="narrow", verdict="vanishing_signal", severity="warning", state="pale")
WEAK = Judged(chance=0.12, verdict="vanishing_gradient", severity="error", state="lost")


@pytest.mark.parametrize(
    ("judged", "said"),
    [
        ([Judged(chance=0.934)], "1 stack: healthy, trains 93 %"),
        ([WEAK], "1 stack: vanishing gradient, trains 12 %"),
        ([NOBODY], "1 stack: not judged, no chance given: one layer is no stack"),
        ([NARROW], "1 stack: vanishing signal, no chance given: no layer has 16 units or more"),
        (
            [NOBODY, NARROW, NARROW, WEAK],
            "4 stacks: 0 healthy, 2 warning, 1 error, 1 not judged; 3 without a chance (one layer "
            "is no stack or no layer has 16 units or more); the best chance is 12 %",
        ),
        ([None], "1 stack: failed"),
        (
            [WEAK, None],
            "2 stacks: 0 healthy, 0 warning, 1 error, 1 failed; the best chance is 12 %",
        ),
        ([None, None], "2 stacks: 0 healthy, 0 warning, 0 error, 2 failed"),
    ],
)
def test_the_first_line_has_the_chance_to_train(judged, said):
    assert summary_line(of(*judged, seeds=len(judged))) == said


def test_a_table_of_each_axis_counts_every_stack():
    record = of(*[Judged(chance=0.5), WEAK] * 20, activation=["tanh", "relu"], std="0.01..1:20")
    of_activation, of_std = axis_tables(record)
    assert of_activation.heads == (
        *("activation", "best chance", "healthy", "warning", "error", "mostly"),
    )
    assert of_activation.rows == (
        ("tanh", "50 %", "10", "0", "10", "healthy"),
        ("relu", "50 %", "10", "0", "10", "healthy"),
    )
    assert sum(int(row[2]) + int(row[4]) for row in of_std.rows) == 40
    assert axis_tables(replace(record, sweep=None)) == []
