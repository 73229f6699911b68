"""Which marks have a key: those that are drawn, and no others."""

import pytest
from drawn import records

from actviz.plot.overview.content import Content
from actviz.plot.overview.kinds import row_kinds
from actviz.words.overview import verdict_of
from actviz.words.told import tell

WIDE = {"width": 100, "samples": 200, "gradients": True}


def kinds(told, shown, **fields):
    judged = {id(one): verdict_of(one) for one in told}
    return row_kinds(told, shown, judged, Content(numbers="std"), **({"hidden": False} | fields))


def test_a_page_of_one_row_among_others_has_no_key_of_what_stands_over_a_single_stack():
    told = tell(records(["relu"], ["std=0.01", "he"], **WIDE))
    (alone,) = tell(records(["relu"], ["he"], **WIDE))
    assert kinds(told, told[1:]) == ["full", "zeros", "slope", "chance"]
    assert kinds((alone,), [alone]) == ["full", "zeros", "chance", "unit"]
    assert kinds(told, told) == ["full", "lost", "zeros", "slope", "chance", "cut"]


@pytest.mark.parametrize("init", ["std=1", "xavier"])
def test_what_is_hidden_has_no_key(init):
    told = tell(records(["tanh"], [init, "he"], **WIDE))
    bare = {"cut"} if init == "std=1" else set()
    assert set(kinds(told, told, hidden=True)) == {"slope", *bare}
    assert set(kinds(told, told, hidden=True, sloped=False)) == bare
