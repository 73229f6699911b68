"""Records held against the numbers of a figure."""

from dataclasses import replace
from functools import cache

import pytest
import trained

from actviz import simulate
from actviz.checks.published import Verified, verify
from actviz.errors import RecordError
from actviz.literature.figure import Number
from actviz.literature.stacks import FIGURES
from actviz.literature.trained import TRAINED_FIGURES
from actviz.records.spec import StackSpec

record_of = cache(simulate)


def records_of(figure):
    return [record_of(spec) for spec in figure.specs]


FIGURE = FIGURES["saito-relu-he"]
NUMBER = Number(stack=0, layer=1, statistic="std", value=1.0, tolerance=0.5, origin="published")


@pytest.mark.parametrize(
    "records",
    [
        [],
        [record_of(FIGURES["saito-relu-xavier"].specs[0])],
        [record_of(FIGURE.specs[0])] * 2,
        [record_of(FIGURE.honest_specs[0])],
    ],
    ids=["none", "another", "two", "another range"],
)
def test_records_of_other_specs_are_refused(records):
    with pytest.raises(RecordError, match="saito-relu-he needs the records of its 1 spec"):
        verify(FIGURE, records)


def test_the_order_of_the_records_is_that_of_the_specs():
    figure = FIGURES["saito-relu"]
    with pytest.raises(RecordError):
        verify(figure, records_of(figure)[::-1])


def test_a_difference_is_obtained_less_expected():
    found = Verified(number=NUMBER, obtained=1.5)
    assert (found.difference, found.ok) == (0.5, True)
    assert not Verified(number=NUMBER, obtained=1.5000001).ok
    assert not Verified(number=NUMBER, obtained=0.4999999).ok
    missing = Verified(number=NUMBER, obtained=None)
    assert (missing.difference, missing.ok) == (None, False)


def test_what_a_record_does_not_have_is_not_ok():
    """A stack that overflows in its third layer, and a statistic of a single sample."""
    spec = StackSpec(activation="relu", init="std=1e150", depth=5, width=4, samples=1)
    numbers = [replace(NUMBER, layer=layer) for layer in (1, 5)]
    numbers.append(replace(NUMBER, statistic="within_unit_std"))
    figure = replace(FIGURE, specs=(spec,), numbers=tuple(numbers))
    first, last, undefined = verify(figure, [record_of(spec)])
    assert first.obtained > 1e100
    assert (last.obtained, undefined.obtained) == (None, None)
    assert not any(item.ok for item in (first, last, undefined))


# --- of a training ------------------------------------------------------------------------

COSTS = replace(TRAINED_FIGURES["coursera-costs"], training=trained.SPEC, inits=(), numbers=())
LOSS = replace(NUMBER, layer=None, statistic="loss")


@pytest.mark.parametrize(
    ("number", "obtained"),
    [
        (replace(LOSS, step=2), 0.6),
        (replace(LOSS, stack=1), 0.5),  # the last step
        (replace(LOSS, step=3), None),  # not reported
        (replace(LOSS, statistic="test_accuracy"), 1.0),
    ],
)
def test_a_training_is_held_to_its_reported_steps(number, obtained):
    (found,) = verify(replace(COSTS, numbers=(number,)), trained.record())
    assert (found.number, found.obtained) == (number, obtained)


def test_a_number_of_the_last_losses_is_their_mean_s_median_over_the_seeds():
    record = trained.record()
    runs = tuple(
        replace(run, losses=run.losses + 0.1 * run.seed) if run.init_name == "he" else run
        for run in record.runs
    )
    numbers = tuple(replace(LOSS, stack=i, statistic="last_100_losses") for i in (0, 1))
    found = verify(replace(COSTS, numbers=numbers), replace(record, runs=runs))
    assert [item.obtained for item in found] == pytest.approx([0.65 + 0.35, 0.65], rel=1e-12)


def test_records_of_the_other_kind_are_refused():
    with pytest.raises(RecordError, match="its own spec: train that one"):
        verify(replace(COSTS, training=replace(trained.SPEC, lr=0.02)), trained.record())
    with pytest.raises(RecordError, match="its own spec: train that one"):
        verify(FIGURE, trained.record())
    with pytest.raises(RecordError, match="coursera-costs needs the records"):
        verify(COSTS, [])
