"""Tables of names: read-only, in the order they were written, and found in any case."""

import pickle

import pytest

from actviz.errors import SpecError, UnknownNameError
from actviz.lookup import Table, lookup

ROWS = {"tanh": 1, "relu": 2, "he": 3}


def test_a_table_is_the_mapping_it_was_made_of_and_keeps_its_order():
    rows = dict(ROWS)
    table = Table(rows)
    rows["late"] = 4  # is no row of the table's
    assert table == ROWS
    assert list(table) == list(ROWS)
    assert len(table) == 3
    assert pickle.loads(pickle.dumps(table)) == ROWS
    assert repr(table) == f"Table({ROWS!r})"


def test_nobody_writes_to_a_table():
    table = Table(ROWS)
    with pytest.raises(TypeError, match="item assignment"):
        table["new"] = 1
    with pytest.raises(TypeError, match="item deletion"):
        del table["he"]


@pytest.mark.parametrize("name", ["relu", "ReLU", " relu\n"])
def test_a_name_is_found_in_any_case_and_between_spaces(name):
    assert lookup(Table(ROWS), name, kind="activation") == 2


def test_an_unknown_name_says_what_it_is_of_and_which_are_known():
    with pytest.raises(UnknownNameError) as caught:
        lookup(Table(ROWS), "rleu", kind="activation")
    assert str(caught.value) == (
        "unknown activation 'rleu': did you mean 'relu'? actviz list has all"
    )
    assert (caught.value.kind, caught.value.known) == ("activation", ("tanh", "relu", "he"))
    assert caught.value.__cause__ is None  # a KeyError behind it would be noise


@pytest.mark.parametrize("name", [None, 5, b"relu", ["relu"]])
def test_what_is_no_text_is_no_name(name):
    with pytest.raises(SpecError, match=r"^task must be a name, of tanh, relu, he \(got "):
        lookup(Table(ROWS), name, kind="task")
