"""The values of training: what they hold, refuse, and give back from plain types."""

import json
import math
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from trained import INFO, SPEC, record, reported, run, with_run

from actviz.errors import RecordError
from actviz.training.record import TRAINING_COLUMNS, TrainingRecord


def test_a_row_for_each_run_and_reported_step():
    rows = record().to_rows()
    assert [(r["init"], r["seed"], r["step"]) for r in rows] == [
        (init, seed, step) for init in ("he", "std=10") for seed in (3, 4) for step in (0, 2, 4)
    ]
    assert TRAINING_COLUMNS[:6] == (
        "init",
        "seed",
        "step",
        "loss",
        "train_accuracy",
        "test_accuracy",
    )
    assert all(tuple(row) == TRAINING_COLUMNS for row in rows)


def test_a_frame_has_the_rows():
    frame = record().to_frame()
    assert list(frame.columns) == list(TRAINING_COLUMNS)
    assert frame["loss"].tolist() == [row["loss"] for row in record().to_rows()]


def test_plain_types_and_back():
    made = with_run(
        run(
            1,
            4,
            losses=np.array([0.9, math.inf]),
            reported=(
                reported(0, math.inf, stable_loss=0.9),
                reported(1, math.nan, train_accuracy=None, test_accuracy=None),
            ),
            maps=(),
            end="diverged",
        )
    )
    text = json.dumps(made.to_dict(), allow_nan=False)
    again = TrainingRecord.from_dict(json.loads(text))
    assert again == made
    assert again.runs[3].losses.tolist() == [0.9, math.inf]
    assert again.runs[3].diverged_at == 1
    assert again.diverged == (again.runs[3],)
    assert math.isinf(again.runs[3].reported[0].loss)
    assert again.runs[0].maps[0].values.tolist() == made.runs[0].maps[0].values.tolist()
    assert again.data.points.tolist() == INFO.points.tolist()


def test_records_differ_by_what_they_hold_and_not_by_their_writer():
    assert record() == record(writer=(("actviz", "9"),))
    assert record() != with_run(run(1, 4, losses=np.array([0.9, 0.7, 0.6, 0.55, 0.4])))
    assert record() != "a record"


def test_a_run_that_was_stopped_says_where():
    made = with_run(
        run(1, 4, losses=np.array([0.9]), reported=(reported(0),), maps=(), end="interrupted")
    )
    assert made.interrupted
    assert made.runs[3].last_step == 0
    assert made.runs[3].diverged_at is None
    untouched = run(losses=np.array([]), reported=(), maps=(), end="interrupted")
    assert untouched.last_step is None


def test_a_record_holds_the_runs_of_its_spec():
    with pytest.raises(RecordError, match="every initializer with every seed"):
        record(runs=record().runs[:3])
    with pytest.raises(RecordError, match="did 1 of 5 steps"):
        with_run(run(1, 4, losses=np.array([0.9]), reported=(), maps=()))


def _set(data, path, value):
    changed = deepcopy(data)
    *places, last = path
    inner = changed
    for place in places:
        inner = inner[place]
    inner[last] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["schema"], "actviz.record/1", "its schema is 'actviz.record/1'"),
        (["spec", "lr"], -1, "lr must be a finite number > 0"),
        (["spec", "inits"], ["he"], "a record of 2 runs holds 4"),
        (["runs", 0, "losses"], ["inf"] * 5, "the loss of step 0 is not finite"),
        (["runs", 0, "losses"], ["big"] * 5, "a loss must be a number"),
        (["runs", 0, "seed"], 9, "every initializer with every seed"),
        (["runs", 0, "end"], None, "end must be"),
        (["runs", 0, "reported", 0, "step"], "0", "step must be an integer"),
        (["runs", 0, "reported", 0, "test_accuracy"], 2, "an accuracy must be from 0 to 1"),
        (["runs", 0, "maps", 0, "values"], [[0]], "cannot have the shape"),
        (["runs", 0, "maps"], [{}], "needs 'step'"),
        (["runs"], None, "a wrong value"),
        (["data", "points"], [[0]], "points must be"),
        (["data", "classes"], ["0"], "at least two classes"),
        (["data", "n_train"], 0, "n_train must be >= 1"),
        (["data", "colour"], "red", "a wrong value"),
    ],
)
def test_a_file_that_is_none_of_ours(path, value, message):
    with pytest.raises(RecordError, match=message):
        TrainingRecord.from_dict(_set(record().to_dict(), path, value))


def test_a_missing_part_is_named():
    data = record().to_dict()
    del data["runs"]
    with pytest.raises(RecordError, match="needs 'runs'"):
        TrainingRecord.from_dict(data)


def test_runs_of_an_initializer_in_the_order_of_their_seeds():
    assert [made.seed for made in record().runs_of("std=10")] == [3, 4]
    assert record().runs_of("xavier") == ()


def test_a_record_of_some_of_its_initializers():
    made = record()
    few = made.only(["std=10"])
    assert few.spec.init_names == ("std=10",)
    assert few.runs == made.runs[2:]
    assert made.only(["std=10", "he"]) == made


def test_the_last_step_is_always_reported():
    assert replace(SPEC, steps=15000, report_every=1000).reported_steps[-2:] == (14000, 14999)
    assert SPEC.reported_steps == (0, 2, 4)
    assert replace(SPEC, steps=1).reported_steps == (0,)
    assert SPEC.recorded_steps == ()
    assert replace(SPEC, record_every=3).recorded_steps == (0, 3, 4)


def test_a_record_is_one_line():
    assert repr(record()) == (
        "<TrainingRecord of relu on circles: 2 layers of 4, 3 units, 5 steps from he, std=10, "
        "2 seeds each>"
    )
    stopped = with_run(run(1, 4, losses=np.array([0.9]), reported=(), maps=(), end="interrupted"))
    assert repr(stopped).endswith("; 1 interrupted>")
