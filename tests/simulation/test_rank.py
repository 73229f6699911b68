"""The effective rank: of every narrow layer, and with gradients of the layer that is judged."""

from dataclasses import replace

import numpy as np
import pytest

from actviz.files.records import load, save
from actviz.layers.initializers import get_initializer
from actviz.numbers.directions import effective_rank
from actviz.numbers.stats import describe
from actviz.records.measuring import (
    ALL_ROWS,
    JUDGED_ROWS,
    JUDGED_UNITS,
    RANK_WIDTH,
    Measuring,
    judged_layer,
)
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate, simulate_many

WIDE = RANK_WIDTH + 2
SPEC = StackSpec(activation="tanh", init="xavier", width=(WIDE, WIDE), samples=60)


def ranks(record):
    return [layer["activation"].stats.effective_rank for layer in record.layers]


def of(spec, **measuring):
    (made,) = simulate_many([spec], Measuring(**measuring))
    return made


@pytest.mark.parametrize(
    ("widths", "judged"),
    [
        ((100, 100), 2),
        ((100, JUDGED_UNITS), 2),
        ((100, JUDGED_UNITS - 1), 1),
        ((100, 10, 30, 10, 1), 3),
        ((JUDGED_UNITS - 1, 2), None),
        ((), None),
    ],
)
def test_the_last_layer_of_16_units_is_judged_and_a_narrow_output_left_out(widths, judged):
    assert JUDGED_UNITS == 16
    assert judged_layer(widths) == judged


@pytest.mark.parametrize(
    ("measuring", "rows"),
    [
        # Up to 128 units everywhere; beyond, with gradients, of the judged layer alone.
        ({"gradients": True}, [None, ALL_ROWS, JUDGED_ROWS, None, ALL_ROWS]),
        ({}, [None, ALL_ROWS, None, None, ALL_ROWS]),
        ({"effective_rank": False, "gradients": True}, [None] * 5),
        ({"effective_rank": True}, [ALL_ROWS] * 5),
        ({"effective_rank": True, "gradients": True}, [ALL_ROWS] * 5),
        ({"statistics": "moments", "gradients": True}, [None] * 5),
    ],
)
def test_of_how_many_rows_the_rank_is_taken(measuring, rows):
    widths = (200, 128, 300, 200, 10)
    judged = judged_layer(widths[:3])
    asked = Measuring(**measuring)
    assert judged == 3
    assert [asked.rank_rows(widths[:3], n) for n in (1, 2, 3)] == rows[:3]
    # The output of ten units is narrow enough to be measured; the layer before it is judged.
    last = [asked.rank_rows((*widths[:2], 10, 200, 10), n) for n in (4, 5)]
    expected = JUDGED_ROWS if measuring == {"gradients": True} else rows[3]
    assert last == [expected, rows[4]]


@pytest.mark.parametrize("samples", [60, JUDGED_ROWS, JUDGED_ROWS + 40])
def test_it_is_that_of_the_first_rows_of_the_last_layer(samples):
    spec = replace(SPEC, samples=samples)
    first, last = ranks(of(spec, gradients=True))
    assert first is None
    # Of the same draws, with all rows.
    whole = ranks(of(spec, gradients=True, effective_rank=True))
    if samples <= JUDGED_ROWS:
        assert last == whole[1]
    else:
        assert last != whole[1]
        assert last == pytest.approx(whole[1], rel=0.05)
    assert ranks(of(spec)) == [None, None]


def test_equal_to_the_effective_rank_of_those_rows():
    samples, width = JUDGED_ROWS + 40, WIDE
    rng = np.random.default_rng(0)
    values = rng.normal(size=(samples, width)) * np.geomspace(1, 1e-3, width)
    found = describe(values, rank_rows=JUDGED_ROWS).effective_rank
    assert found == pytest.approx(effective_rank(values[:JUDGED_ROWS]), rel=1e-12)
    assert found != effective_rank(values)
    assert describe(values, rank_rows=ALL_ROWS).effective_rank == pytest.approx(
        effective_rank(values), rel=1e-12
    )
    assert describe(values).effective_rank is None


def test_a_narrow_output_is_left_out():
    spec = replace(SPEC, depth=3, width=(WIDE, WIDE, 10))
    first, judged, output = ranks(of(spec, gradients=True))
    assert (first is None, judged is None) == (True, False)
    assert judged == ranks(of(SPEC, gradients=True))[1]
    assert output is not None  # so narrow that it costs nothing


def test_two_measurings_of_one_run_keep_their_own():
    both = simulate_many([SPEC, SPEC], [Measuring(gradients=True), Measuring()])
    assert [rank is None for rank in ranks(both[0])] == [True, False]
    assert ranks(both[1]) == [None, None]


def test_a_file_keeps_it(tmp_path):
    made = simulate(activation="relu", init="he", width=WIDE, depth=3, samples=30, gradients=True)
    save(made, tmp_path / "wide.json")
    read = load(tmp_path / "wide.json")
    assert ranks(read) == ranks(made)
    assert read.diagnose() == made.diagnose()
    assert read.diagnose().chance is not None


def test_what_is_judged_has_the_rank_of_one_layer_and_of_those_whose_units_are_alike():
    judged = {"gradients": True, "statistics": {"activation": ["judged_rank"]}}
    spec = StackSpec(activation="tanh", init="xavier", width=(30, WIDE, 20, 10), samples=60)
    whole, few = ranks(of(spec, gradients=True)), ranks(of(spec, **judged))
    assert few == [None, None, whole[2], None]
    assert None not in (whole[0], whole[3])
    alike = replace(spec, init=get_initializer("constant=0.5"))
    whole, few = ranks(of(alike, gradients=True)), ranks(of(alike, **judged))
    assert few == whole == [pytest.approx(1.0), None, *[pytest.approx(1.0)] * 2]
    assert ranks(of(spec, **judged | {"effective_rank": False})) == [None] * 4
    assert None not in ranks(of(spec, **judged | {"effective_rank": True}))
