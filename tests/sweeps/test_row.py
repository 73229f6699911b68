"""What a row holds of a stack, and that it comes back from plain types."""

import json

import pytest

from actviz.diagnosis.verdict import diagnose
from actviz.errors import RecordError
from actviz.simulation.stacks import simulate
from actviz.sweeps.row import COLUMNS, Judged, Row


def row_of(**fields):
    record = simulate(gradients=True, **{"width": 20, "samples": 50} | fields)
    judged = Judged.of(record, diagnose(record))
    return record, Row(number=3, seed_number=1, spec=record.spec, judged=judged)


def test_the_numbers_are_the_records():
    record, row = row_of(activation="tanh", init="he(gain=0.5)", depth=4)
    found, first, last = row.to_dict(), record.layers[0], record.layers[-1]
    assert tuple(found) == COLUMNS
    assert found["signal_last"] == last["activation"].stats.within_unit_std
    assert found["gradient_first"] == first["gradient"].stats.rms
    assert found["gradient_total"] == pytest.approx(
        found["gradient_first"] / found["gradient_last"], rel=1e-12
    )
    assert found["effective_rank"] == last["activation"].stats.effective_rank
    shares = [layer["activation"].stats.saturated_fraction for layer in record.layers]
    assert found["saturated"] == max(shares)
    assert (found["init"], found["gain"]) == ("he", 0.5)
    assert found["std"] == pytest.approx(0.5 * (2 / 20) ** 0.5, rel=1e-15)
    findings = record.diagnose()
    assert (found["chance"], found["verdict"]) == (findings.chance, findings.verdict)


def test_a_stack_that_stops_being_finite_says_where_and_has_no_gradient():
    record, row = row_of(activation="relu", init="std=1e200", depth=4)
    found = row.to_dict()
    assert found["first_nonfinite_layer"] == record.first_nonfinite_layer == 2
    assert (found["verdict"], found["chance"], found["gradient_last"]) == ("non_finite", 0.0, None)


def test_without_a_chance_it_says_why():
    _, row = row_of(activation="tanh", init="he", depth=4, width=5)
    assert (row.judged.chance, row.judged.no_chance) == (None, "narrow")


def test_what_nobody_judged_has_no_verdict():
    """Without a chance thresholds judge, as in `diagnose`; where none was crossed, nobody does."""
    _, crossed = row_of(activation="tanh", init="std=0.03", depth=3, width=8)
    record, nobody = row_of(activation="tanh", init="std=0.3", depth=3, width=8)
    assert crossed.judged.chance is nobody.judged.chance is None
    found = nobody.to_dict()
    assert (found["verdict"], found["severity"], found["state"]) == (None, None, "not_judged")
    assert record.diagnose().state == "not_judged"
    assert (crossed.judged.verdict, crossed.level) == ("vanishing_signal", "warning")
    assert nobody.level == "not judged"


@pytest.mark.parametrize(("init", "depth"), [("he", 3), ("std=1e200", 3), ("zeros", 3), ("he", 1)])
def test_a_row_comes_back_from_json(init, depth):
    _, row = row_of(activation="relu", init=init, depth=depth)
    text = json.dumps(row.to_dict(), allow_nan=False)
    assert Row.from_dict(json.loads(text), row.spec) == row


def test_a_row_that_failed_comes_back():
    _, row = row_of(activation="relu", init="he", depth=3)
    lost = Row(number=0, seed_number=0, spec=row.spec, failed="its worker died of it")
    assert Row.from_dict(lost.to_dict(), row.spec) == lost


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"seed": 5}, "row 3 is of another stack: its seed is 5, and this one's 0"),
        ({"init": "std=0.2"}, "of another stack: its init is 'std=0.2', and this one's 'he'"),
        ({"std": 0.2}, "of another stack: its std is 0.2"),
        ({"gain": 2.0}, "of another stack: its gain is 2.0, and this one's 1.0"),
        ({"depth": 4}, "of another stack: its depth is 4, and this one's 3"),
        ({"input_width": 20}, "of another stack: its input_width is 20, and this one's None"),
        ({"number": "3"}, "number must be an integer"),
        ({"chance": 5}, r"chance must be from 0 to 1 \(got 5\)"),
        ({"saturated": -0.1}, "saturated must be from 0 to 1"),
        ({"chance": "much"}, "chance must be a number or null"),
        ({"signal_last": float("nan")}, "signal_last must be a number or null"),
        ({"first_nonfinite_layer": 1.5}, r"first_nonfinite_layer must be an integer \(got 1.5\)"),
        ({"verdict": ["healthy"]}, r"verdict is none of .*\(got \['healthy'\]\)"),
        ({"verdict": "fine"}, "verdict is none of"),
        ({"verdict": None}, "verdict cannot be None of a state full"),
        ({"state": "not_judged"}, "verdict cannot be 'healthy' of a state not_judged"),
        ({"no_chance": "luck"}, "no_chance is none of"),
        ({"failed": 1}, "failed must be a text"),
    ],
)
def test_a_row_that_is_wrong_is_refused(change, what):
    _, row = row_of(activation="relu", init="he", depth=3)
    with pytest.raises(RecordError, match=what):
        Row.from_dict(row.to_dict() | change, row.spec)


def test_a_row_without_a_column_is_refused():
    _, row = row_of(activation="relu", init="he", depth=3)
    plain = row.to_dict()
    del plain["verdict"]
    with pytest.raises(RecordError, match="a row needs 'verdict'"):
        Row.from_dict(plain, row.spec)
