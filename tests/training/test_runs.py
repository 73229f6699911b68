"""Runs as values: what they hold and refuse, and that their arrays are their own."""

import math

import numpy as np
import pytest
from trained import reported, run

from actviz.errors import RecordError


def test_arrays_are_copies_that_nobody_can_change():
    mine = np.array([0.9, 0.7, 0.6, 0.55, 0.5])
    made = run(losses=mine)
    mine[0] = 7.0
    assert made.losses[0] == 0.9
    with pytest.raises(ValueError, match="read-only"):
        made.losses[0] = 7.0


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"losses": np.ones((2, 2))}, "losses must be one-dimensional"),
        ({"losses": np.array([1.0, math.nan, 1, 1, 1])}, "the loss of step 1 is not finite"),
        ({"end": "over"}, "end must be done or diverged or interrupted"),
        ({"reported": (reported(2), reported(0))}, "steps must increase"),
        ({"reported": (reported(5),)}, "steps must increase from 0 to the last one done"),
    ],
)
def test_a_run_that_cannot_be(fields, message):
    with pytest.raises(RecordError, match=message):
        run(**fields)


def test_a_run_is_one_line():
    assert repr(run(0, 3)) == "<Run from he, seed 3: 5 steps, the last with loss 0.5>"
    gone = run(1, 4, losses=np.array([0.9, math.inf]), reported=(), maps=(), end="diverged")
    told = "<Run from std=10, seed 4: 2 steps, the last with loss inf; diverged>"
    assert repr(gone) == told
    none = run(losses=np.array([]), reported=(), maps=(), end="interrupted")
    assert repr(none) == "<Run from he, seed 3: 0 steps; interrupted>"
