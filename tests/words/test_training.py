"""What is said of trainings: who learns, and who does not; short, with names that people read."""

from dataclasses import fields, replace
from math import inf, log, nextafter

import numpy as np
import pytest
from trained import INFO, reported
from trained import record as recorded
from trained import run as ran

import actviz
from actviz.literature.figure import CalledTraining
from actviz.training.runs import Reported
from actviz.training.spec import TrainSpec
from actviz.words.say import saying
from actviz.words.training import (
    LEARNED,
    STUCK,
    accuracies,
    accuracy_finding,
    activation_finding,
    alt_text,
    became_of,
    called,
    chance,
    finding,
    gradient_finding,
    loss_text,
    notes,
    symmetry,
)

INITS = ("zeros", "std=10", "he", "lecun", "std=0.01")


@pytest.fixture(scope="module")
def record():
    return actviz.train("circles", inits=INITS, steps=40, report_every=20, record_every=20)


def ending(record, **ends):
    """Return the record with losses that end at the given ones, accuracies that are the given."""
    runs = []
    for run, (loss, share) in zip(record.runs, ends.values(), strict=True):
        item = Reported(
            step=39, loss=loss, stable_loss=loss, train_accuracy=share, test_accuracy=share
        )
        runs.append(replace(run, losses=np.full(40, loss), reported=(item,)))
    return replace(record, runs=tuple(runs))


@pytest.fixture
def learned(record):
    return ending(
        record,
        zeros=(0.693, 0.5),
        ten=(0.38, 0.86),
        he=(0.065, 0.96),
        lecun=(0.09, 0.93),
        small=(0.693, 0.48),
    )


def test_a_title_names_initializers_as_people_do(learned):
    assert [called(learned, name) for name in INITS] == [
        "zeros",
        "std = 10",
        "He",
        "LeCun",
        "std = 0.01",
    ]
    assert finding(learned) == "He ends at loss 0.065, 2 of 5 do not learn"
    assert accuracy_finding(learned) == "He reaches 96 %, zeros and std = 0.01 stay at 48–50 %"
    assert "he " not in alt_text(learned, saying("picture.loss"), finding(learned))


def test_a_short_title_says_all(learned):
    few = learned.only(("zeros", "he", "lecun"))
    assert finding(few) == "He and LeCun learn, zeros stays at loss 0.69"
    two = learned.only(("he", "std=10"))
    assert finding(two) == "He learns, std = 10 ends at loss 0.38"
    assert accuracy_finding(two) == "He ends at 96 %, std = 10 at 86 %"
    assert accuracy_finding(learned.only(("he",))) == "He reaches 96 %"


def test_titles_are_short_enough_for_a_slide(record, learned):
    for one in (record, learned):
        for title in (finding, accuracy_finding, activation_finding, gradient_finding):
            assert 0 < len(title(one)) <= 55, title(one)


def test_who_ends_above_a_guess_is_not_said_to_stay_there(record):
    odd = ending(
        record,
        zeros=(0.693, 0.5),
        ten=(1.21, 0.5),
        he=(0.69, 0.5),
        lecun=(0.69, 0.5),
        small=(0.69, 0.5),
    )
    assert (
        finding(odd.only(("zeros", "std=10"))) == "std = 10 ends at loss 1.21, zeros stays at 0.69"
    )
    assert finding(odd) == "zeros, He, LeCun and std = 0.01 stay at loss 0.69"


def test_who_does_not_learn_and_is_right_more_often_is_not_said_to_stay(record):
    odd = ending(
        record,
        zeros=(0.693, 0.5),
        ten=(0.7, 0.7),
        he=(0.69, 0.5),
        lecun=(0.69, 0.5),
        small=(0.69, 0.5),
    ).only(("zeros", "std=10", "he"))
    assert accuracy_finding(odd) == "std = 10 reaches 70 %, zeros and He stay at 50 %"


def test_the_titles_of_layers_are_of_their_numbers(record):
    last = record.runs_of("std=10")[0].snapshots[-1].record.layers[-1]["activation"].stats.std
    assert activation_finding(record).startswith("Layer 2’s std: ")
    assert f"→ {loss_text(last)} (std = 10)" in activation_finding(record)
    assert activation_finding(record).endswith("0 → 0 (zeros)")
    first = record.runs_of("std=10")[0].snapshots[0].record.layers[0]["gradient"].stats.std
    assert f": {loss_text(first)} (std = 10)" in gradient_finding(record)


def test_of_numbers_that_change_the_last_are_said_where_both_are_too_long(record):
    names = {"zeros": "a long name of zeros", "he": "another long name", "std=10": "random"}
    called = CalledTraining(
        **{item.name: getattr(record.spec, item.name) for item in fields(TrainSpec)},
        called=tuple(names.items()),
    )
    title = activation_finding(replace(record, spec=called).only(tuple(names)))
    assert title.startswith("Layer 2’s last std: ")
    assert title.endswith("0 (a long name of zeros)")
    assert "→" not in title


def test_without_recorded_steps_the_title_is_of_losses(record):
    bare = replace(record, runs=tuple(replace(run, snapshots=()) for run in record.runs))
    assert activation_finding(bare) == gradient_finding(bare) == finding(bare)


def test_losses_have_as_many_digits_as_are_read():
    assert [loss_text(x) for x in (1.2909, 2.3025, 0.0654, 0.38, 1834.0, None)] == [
        "1.29",
        "2.30",
        "0.065",
        "0.38",
        "1800",
        "-",
    ]


# --- at known losses ----------------------------------------------------------------------

LN2 = log(2)


def trained(he, large, **fields):
    """Return a record of two initializers, each with two seeds, that keep their losses."""
    runs = [
        ran(init, seed, losses=np.full(5, loss), **fields)
        for init, loss in enumerate((he, large))
        for seed in (3, 4)
    ]
    return recorded(runs=tuple(runs))


def test_a_guess_that_knows_nothing_costs_the_logarithm_of_the_classes():
    assert chance(recorded()) == LN2
    ten = replace(INFO, classes=tuple("0123456789"))
    assert chance(recorded(data=ten)) == log(10)


@pytest.mark.parametrize(
    ("he", "large", "said"),
    [
        (0.01, 0.02, "He and std = 10 learn"),
        (0.02, 0.01, "std = 10 and He learn"),  # the better one first
        (0.01, 0.4, "He learns, std = 10 ends at loss 0.40"),
        (0.01, 5.0, "He learns, std = 10 ends at loss 5.00"),  # above a guess, it does not stay
        (LN2, LN2, "He and std = 10 stay at loss 0.69"),
        # Both sides of both shares.
        (STUCK * LN2, LEARNED * LN2 * 1.0001, "std = 10 ends at loss 0.14, He stays at 0.68"),
        (STUCK * LN2 * 0.9999, LEARNED * LN2, "std = 10 learns, He ends at loss 0.68"),
    ],
)
def test_the_finding_names_who_learns_and_who_does_not(he, large, said):
    assert finding(trained(he, large)) == said


def test_what_became_of_an_initializer_in_words():
    made = trained(0.01, LN2, weight_change_rank=(2, 3, 1))
    assert became_of(made, "he") == "learns"
    assert became_of(made, "std=10") == "does not learn"
    assert became_of(trained(0.01, 0.01, weight_change_rank=(1, 1, 1)), "he") == (
        "does not break symmetry"
    )
    begins_high = np.array([3.1 * LN2, 0.1, 0.1, 0.1, 0.1])
    runs = tuple(replace(each, losses=begins_high) for each in made.runs)
    assert became_of(recorded(runs=runs), "he") == "too large: begins at 2.15"


def test_symmetry_is_not_broken_only_if_no_seed_breaks_it():
    alike = trained(0.5, 0.5, weight_change_rank=(1, 1, 1))
    assert symmetry(alike).count("does not break symmetry") == 2
    assert "rank 1 1 1" in symmetry(alike)
    one = replace(alike.runs[0], weight_change_rank=(1, 2, 1))
    assert symmetry(recorded(runs=(one, *alike.runs[1:]))).startswith("std = 10 does not")


def test_of_many_notes_four_are_told_and_the_others_counted():
    ended = {"losses": np.array([0.9, inf]), "reported": (), "maps": (), "end": "diverged"}
    runs = [ran(init, seed, **ended) for init in (0, 1) for seed in (3, 4)]
    told = notes(recorded(runs=tuple(runs)))
    assert told[0] == "He, seed 3: diverged at step 1"
    assert len(told) == 4
    infinite = (reported(0, inf, stable_loss=9.0),)
    also = (replace(runs[0], reported=infinite), *runs[1:])
    assert notes(recorded(runs=also))[4:] == ["and 1 more"]


def test_an_accuracy_is_the_median_of_the_seeds():
    runs = [
        ran(init, seed, reported=(reported(4, train_accuracy=share, test_accuracy=None),))
        for init in (0, 1)
        for seed, share in ((3, 0.5), (4, nextafter(0.75, 1)))
    ]
    assert accuracies(recorded(runs=tuple(runs)), "he") == ("62.5 %", "-")
