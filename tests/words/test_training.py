"""What is said of a training: who learns, who does not, and what stopped, at known losses."""

from dataclasses import replace
from math import inf, log, nextafter

import numpy as np
import pytest
from trained import INFO, record, reported, run

from actviz.words.training import (
    LEARNED,
    STUCK,
    accuracies,
    chance,
    finding,
    notes,
    symmetry,
    verdict,
)

LN2 = log(2)


def trained(he, large, **fields):
    """Return a record of two initializers, each with two seeds, that keep their losses."""
    runs = [
        run(init, seed, losses=np.full(5, loss), **fields)
        for init, loss in enumerate((he, large))
        for seed in (3, 4)
    ]
    return record(runs=tuple(runs))


def test_a_guess_that_knows_nothing_costs_the_logarithm_of_the_classes():
    assert chance(record()) == LN2
    ten = replace(INFO, classes=tuple("0123456789"))
    assert chance(record(data=ten)) == log(10)


@pytest.mark.parametrize(
    ("he", "large", "said"),
    [
        (0.01, 0.02, "he and std=10 learn"),
        (0.02, 0.01, "std=10 and he learn"),  # the better one first
        (0.01, 0.4, "he learns; std=10 ends at 0.40"),
        (0.01, 5.0, "he learns; std=10 stays at 5.0"),
        (LN2, LN2, "he and std=10 stay at 0.69"),
        # Both sides of both shares.
        (STUCK * LN2, LEARNED * LN2 * 1.0001, "std=10 ends at 0.14; he stays at 0.68"),
        (STUCK * LN2 * 0.9999, LEARNED * LN2, "std=10 learns; he ends at 0.68"),
    ],
)
def test_the_finding_names_who_learns_and_who_does_not(he, large, said):
    assert finding(trained(he, large)) == said


def test_what_became_of_an_initializer_in_words():
    made = trained(0.01, LN2, weight_change_rank=(2, 3, 1))
    assert verdict(made, "he") == "learns"
    assert verdict(made, "std=10") == "does not learn"
    assert verdict(trained(0.01, 0.01, weight_change_rank=(1, 1, 1)), "he") == (
        "does not break symmetry"
    )
    begins_high = np.array([3.1 * LN2, 0.1, 0.1, 0.1, 0.1])
    runs = tuple(replace(each, losses=begins_high) for each in made.runs)
    assert verdict(record(runs=runs), "he") == "too large: begins at 2.1"


def test_symmetry_is_not_broken_only_if_no_seed_breaks_it():
    alike = trained(0.5, 0.5, weight_change_rank=(1, 1, 1))
    assert symmetry(alike).count("does not break symmetry") == 2
    assert "rank 1 1 1" in symmetry(alike)
    one = replace(alike.runs[0], weight_change_rank=(1, 2, 1))
    assert symmetry(record(runs=(one, *alike.runs[1:]))).startswith("std=10 does not")


def test_of_many_notes_four_are_told_and_the_others_counted():
    ended = {"losses": np.array([0.9, inf]), "reported": (), "maps": (), "end": "diverged"}
    runs = [run(init, seed, **ended) for init in (0, 1) for seed in (3, 4)]
    told = notes(record(runs=tuple(runs)))
    assert told[0] == "he, seed 3: diverged at step 1"
    assert len(told) == 4
    infinite = (reported(0, inf, stable_loss=9.0),)
    also = (replace(runs[0], reported=infinite), *runs[1:])
    assert notes(record(runs=also))[4:] == ["and 1 more"]


def test_an_accuracy_is_the_median_of_the_seeds():
    runs = [
        run(init, seed, reported=(reported(4, train_accuracy=share, test_accuracy=None),))
        for init in (0, 1)
        for seed, share in ((3, 0.5), (4, nextafter(0.75, 1)))
    ]
    assert accuracies(record(runs=tuple(runs)), "he") == ("62.5 %", "-")
