"""Where rows and columns of one activation stand: on their page, and as many as have room."""

import pytest
from drawn import FOUR, TWELVE, record, records

from actviz.errors import SpecError
from actviz.plot.overview.content import Content
from actviz.plot.overview.page import MOST_PANELS
from actviz.plot.overview.rows import overview_rows
from actviz.plot.overview.table_grid import columns_of, grid_of, pages_of
from actviz.plot.paper.style import look_of
from actviz.words.overview import verdict_of
from actviz.words.told import tell

STD = Content(numbers="std")
#: Inches of the words above and below.
AROUND = {"head": 0.6, "foot": 0.3}


def rows(stacks, layers=range(5)):
    told = tell(stacks)
    return overview_rows(told, [verdict_of(one) for one in told], STD, list(layers))


@pytest.mark.parametrize("size", ["slide", "half-slide", "column"])
def test_panels_end_before_the_slopes_and_these_before_the_margin(size):
    look = look_of(size, "light")
    made = rows(records(["tanh"], FOUR, gradients=True))
    grid = grid_of(made, look, STD, **AROUND)
    start, width = grid.slope
    assert grid.edges.side + grid.label < grid.left
    assert grid.left + (grid.columns - 1) * grid.pitch + grid.panel < start
    assert width > 0
    assert start + width <= look.size.width - grid.edges.side + 1e-9


def test_panels_of_one_stack_have_the_width_of_the_slopes():
    """Its gradients have a row of their own."""
    look = look_of("slide", "light")
    alone = grid_of(rows([record("tanh", "he", gradients=True)]), look, STD, **AROUND)
    several = grid_of(rows(records(["tanh"], FOUR, gradients=True)), look, STD, **AROUND)
    assert alone.slope[1] == 0.0
    assert alone.panel > several.panel


def test_layers_beside_one_another_are_spread_from_the_first_to_the_last():
    made = rows(records(["tanh"], FOUR, depth=60, width=4), range(60))
    slide, column = (columns_of(made, look_of(size, "light"), 60) for size in ("slide", "column"))
    for layers in (slide, column):
        assert (layers[0], layers[-1]) == (0, 59)
    assert len(column) < len(slide) <= MOST_PANELS
    assert columns_of(made, look_of("slide", "light"), 3) == (0, 1, 2)


def test_every_row_stands_on_one_page():
    made = rows(records(["tanh"], TWELVE))
    grid = grid_of(made, look_of("slide", "light"), STD, **AROUND)
    pages = pages_of(made, grid)
    assert [index for page in pages for index in page] == list(range(12))
    assert max(map(len, pages)) <= grid.rows < 12


def test_two_rows_of_one_stack_stay_together():
    made = rows([record("tanh", "he", gradients=True)])
    grid = grid_of(made, look_of("slide", "light"), STD, **AROUND)
    assert pages_of(made, grid) == [[0, 1]]
    with pytest.raises(SpecError, match="no room"):
        grid_of(made, look_of("13x2", "light"), STD, **AROUND)


def test_a_page_without_room_is_refused():
    made = rows(records(["tanh"], FOUR, gradients=True))
    with pytest.raises(SpecError, match="no room"):
        columns_of(made, look_of("1.5x10", "light"), 5)
    with pytest.raises(SpecError, match="no room"):
        grid_of(made, look_of("13x1.5", "light"), STD, **AROUND)
