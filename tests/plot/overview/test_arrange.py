"""Which stack stands on which page."""

import pytest
from drawn import FOUR, THREE, records

from actviz.plot.overview.arrange import bands_of, evenly, spreads
from actviz.words.told import tell


def _told(activations, inits):
    return tell(records(activations, inits))


@pytest.mark.parametrize(
    ("count", "most", "sizes"),
    [(3, 3, [3]), (4, 3, [2, 2]), (7, 3, [3, 3, 1]), (13, 3, [3, 3, 3, 3, 1]), (7, 5, [4, 3])],
)
def test_parts_are_as_few_as_can_be_and_in_order(count, most, sizes):
    items = [str(n) for n in range(count)]
    parts = evenly(items, most)
    assert [len(part) for part in parts] == sizes
    assert [item for part in parts for item in part] == items


def test_every_stack_stands_once_where_its_names_are():
    told = _told(THREE, FOUR)
    bands = bands_of(told, across=2, rows=3)
    assert [band.names for band in bands] == [("sigmoid", "tanh")] * 2 + [("relu",)] * 2
    assert sorted(map(id, (one for band in bands for one in band.stacks))) == sorted(map(id, told))
    for band in bands:
        for label, row in zip(band.labels, band.cells, strict=True):
            for name, one in zip(band.names, row, strict=True):
                assert (one.label, one.spec.activation.name) == (label, name)


def test_a_stack_that_others_have_and_this_one_lacks_leaves_its_place_free():
    told = tell([*records(("tanh",), ("he", "xavier")), *records(("relu",), ("he",))])
    (band,) = bands_of(told, across=3, rows=5)
    assert band.labels == ("He", "Xavier")
    assert band.cells[1][1] is None


def test_rows_that_are_empty_are_left_out():
    told = tell([*records(("tanh",), ("he",)), *records(("relu",), ("xavier",))])
    bands = bands_of(told, across=1, rows=5)
    assert [band.labels for band in bands] == [("He",), ("Xavier",)]


@pytest.mark.parametrize(("rows", "pages"), [(1, [1, 1, 1]), (2, [2, 1]), (3, [3])])
def test_a_page_holds_whole_bands(rows, pages):
    bands = bands_of(_told(THREE, ("he",)), across=1, rows=5)
    found = spreads(bands, across=1, rows=rows)
    assert [len(page.bands) for page in found] == pages
