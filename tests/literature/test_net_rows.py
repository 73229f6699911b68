"""The rows of trained nets that are committed: complete, and of nets that there are."""

from math import sqrt

import pytest

from actviz.literature.net_rows import COLUMNS, SCHOENHOLZ, read, schoenholz
from actviz.training.trial import GUESS, LOOK, RATES, STEPS


def test_a_row_is_read_and_what_tells_of_the_file_is_not():
    (row,) = read(["# made by hand", ",".join(COLUMNS), "1.5,4,0.833,0.1,50"])
    assert (row.sigma_w2, row.depth) == (1.5, 4)
    assert (row.trial.rate, row.trial.step, row.trial.accuracy) == (0.1, 50, 0.833)
    assert read([]) == ()


def test_the_file_says_whose_figure_it_is_when_it_was_made_and_how():
    head = SCHOENHOLZ.read_text(encoding="utf-8").split("sigma_w2")[0]
    for part in ("Schoenholz et al. 2017", "python benchmarks/schoenholz.py train", "2026-"):
        assert part in head


def test_there_is_a_net_for_every_variance_and_depth():
    rows = schoenholz()
    weights = sorted({net.sigma_w2 for net in rows.nets})
    depths = sorted({net.depth for net in rows.nets})
    assert (weights[0], weights[-1]) == (1.0, 4.0)
    assert len(weights) >= 11
    assert depths[0] == 4
    assert len(depths) >= 7
    found = [(net.depth, net.sigma_w2) for net in rows.nets]
    assert found == [(depth, weight) for depth in depths for weight in weights]


def test_a_net_is_one_that_a_trial_can_give():
    for net in schoenholz().nets:
        trial = net.trial
        assert trial.rate in RATES
        assert trial.step % LOOK == 0
        assert LOOK <= trial.step <= STEPS
        assert GUESS / 2 < trial.accuracy < 1


def test_the_stack_of_a_net_has_its_variances():
    rows = schoenholz()
    stack = rows.stack(2.25, 7, 3)
    assert (stack.depth, stack.seed, stack.widths[-1]) == (7, 3, rows.width)
    assert stack.init.std(100, 100) ** 2 * 100 == pytest.approx(2.25)
    assert stack.bias_std == sqrt(0.05)
