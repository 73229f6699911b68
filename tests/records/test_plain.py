"""What is wrong in plain data is one line that names it, whatever is read."""

import pytest

from actviz.errors import RecordError, SpecError
from actviz.records.plain import own_or, read_fields, schema_of, worded


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (KeyError("runs"), "a thing needs 'runs', and it is missing"),
        (SpecError("depth must be >= 1"), "a thing that does not fit together: depth must be >= 1"),
        (RecordError("no values"), "no values"),
        (TypeError("no list"), "a thing with an odd part: no list"),
        (ValueError("no number"), "a thing with an odd part: no number"),
        (AttributeError("no keys"), "a thing with an odd part: no keys"),
        (OverflowError("too large"), "a thing with an odd part: too large"),
    ],
)
def test_what_goes_wrong_while_reading_is_one_line(error, message):
    def read():
        with worded("a thing", wrong="an odd part"):
            raise error

    with pytest.raises(RecordError) as caught:
        read()
    assert str(caught.value) == message


def test_a_schema_is_todays_or_an_older_one():
    for schema in ("thing/2", "thing/1"):
        assert schema_of({"schema": schema}, "a thing", "thing/2", "thing/1") == schema
    for data in ({"schema": "thing/3"}, {}, "thing/2", None, {"schema": []}):
        with pytest.raises(RecordError, match=r"^not a thing: its schema is .*, not 'thing/2'$"):
            schema_of(data, "a thing", "thing/2", "thing/1")


def test_fields_are_known_and_none_is_missing():
    data = {"width": [3, 4], "law": ["he"], "bins": 5}
    found = read_fields(data, "a spec", ("width", "law"), older=("bins",), tuples=("width",))
    assert found == {"width": (3, 4), "law": ["he"], "bins": 5}
    assert data["width"] == [3, 4]
    with pytest.raises(SpecError, match=r"^a spec has no field 'bins'; it has law, width$"):
        read_fields(data, "a spec", ("width", "law"))
    with pytest.raises(SpecError, match=r"^a spec needs 'seed'$"):
        read_fields({}, "a spec", ("seed", "law"), needed=("seed", "law"))
    with pytest.raises(SpecError, match=r"^a spec is read from a mapping of its fields \(got 5\)$"):
        read_fields(5, "a spec", ())


def test_an_own_object_is_found_by_its_name():
    own = {"mine": 1.5}
    assert own_or("mine", own) == 1.5
    assert own_or(("he", "mine", 3), own) == ("he", 1.5, 3)
    assert own_or(["mine"], own) == ["mine"]
