"""What stands at the left of the rows of one activation: in one form, and beside nothing else."""

import re

import pytest
from drawn import misplaced, records, written

from actviz.plot.overview.view import overview_pages
from actviz.plot.paper.style import get_size

WIDE = {"width": 100, "samples": 200, "gradients": True}
SIZES = ["slide", "stage", "half-slide", "column", "20x4", "10x3", "9x4"]


def form(text):
    """Return what a line at the left of a row has: a mark, a word, a name, a chance."""
    return bool(re.match("[✓–✗] ", text)), "trains" in text, " · " in text


@pytest.mark.wide
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("depth", [5, 10])
def test_all_rows_say_what_becomes_of_them_in_one_form(size, depth):
    made = records(["relu"], ["std=0.01", "xavier", "he"], depth=depth, **WIDE)
    for figure in overview_pages(made, size=size):
        marked = [item.text for item in written(figure) if form(item.text)[0]]
        rows = [text for text in marked if text not in figure.caption and "healthy" not in text]
        rows = [text for text in rows if not re.match("[✓–✗] (slow|does|doubtful)", text)]
        assert len(rows) == len(figure.records)
        assert len(set(map(form, rows))) == 1, rows
        assert not any("…" in text for text in rows)
        every = " ".join(item.text for item in written(figure))
        assert len(re.findall(r"[<>]?\d+ %(?! beyond)", every)) >= len(rows), every


@pytest.mark.wide
@pytest.mark.parametrize("size", ["20x4", "10x3"])
@pytest.mark.parametrize("stack", [("relu", "he", 50), ("sigmoid", "xavier", 5)])
def test_one_stack_on_a_low_page_is_drawn_without_its_gradients(size, stack):
    activation, init, depth = stack
    (figure,) = overview_pages(records([activation], [init], depth=depth, **WIDE), size=size)
    texts = [item.text for item in written(figure)]
    assert "in a unit" in texts
    assert "gradient" not in texts
    told = misplaced(figure, get_size(size))
    assert [line for line in told if not line.startswith("type of")] == []


def test_a_page_that_is_lower_still_has_no_numbers():
    (figure,) = overview_pages(records(["tanh"], ["he"], **WIDE), size="13x2.4")
    assert "std" not in [item.text for item in written(figure)]
    assert "in a unit" not in figure.caption
