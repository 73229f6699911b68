"""The judge's lines go where the chance is a cut, whole, and as far as there is a chance."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from actviz.diagnosis.calibration import BEGINS, CUTS
from actviz.diagnosis.kept import harm
from actviz.sweeps.map_cuts import cut_lines
from actviz.sweeps.map_record import Field, MapSpec


def lines(chances, stds=None, depths=None):
    """Return the lines over a map of these chances, by cut, as log std and depth."""
    rows, columns = np.shape(chances)
    spec = MapSpec(
        activations=("tanh",),
        quantities=("chance",),
        stds=tuple(np.geomspace(0.01, 1, columns) if stds is None else stds),
        depths=tuple(range(2, rows + 2)) if depths is None else depths,
    )
    field = Field(activation=spec.activations[0], quantity="chance", values=chances)
    found = {cut: [] for cut in CUTS}
    for one in cut_lines(field, spec):
        assert one.kind == "cut"
        found[one.level].append(np.column_stack([np.log10(one.points[:, 0]), one.points[:, 1]]))
    return found


def chance(harms):
    """Return the chance that is left after a harm."""
    return 1 / (1 + np.exp(np.square(harms) - BEGINS))


def test_the_line_of_a_gradient_that_vanishes_is_where_its_decades_are():
    """As many a layer as the std lacks, times 0.2: a coarse map has the points of hyperbolas."""
    stds, depths = np.geomspace(0.01, 1, 9), (2, 4, 6, 8, 10)
    found = lines(chance(0.2 * np.outer(depths, -np.log10(stds))), stds, depths)
    for cut in CUTS:
        (line,) = found[cut]
        inner = line[(line[:, 1] >= 2) & (line[:, 1] <= 10) & (line[:, 0] >= -2)]
        assert len(inner) > 4
        np.testing.assert_allclose(0.2 * inner[:, 1] * -inner[:, 0], float(harm(cut)), rtol=1e-9)


@pytest.mark.parametrize("cut", CUTS)
def test_a_lone_chance_has_a_line_around_it(cut):
    chances = np.zeros((3, 3))
    chances[1, 1] = 0.99
    (line,) = lines(chances, depths=(2, 9, 16))[cut]
    np.testing.assert_array_equal(line[0], line[-1])
    share = (float(harm(cut)) - float(harm(0.99))) / (float(harm(0.0)) - float(harm(0.99)))
    assert 0.3 < share < 0.65  # about half of the way: between two cells nothing is known
    for corner in ([-1 - share, 9], [-1 + share, 9], [-1, 9 - 7 * share], [-1, 9 + 7 * share]):
        assert np.abs(line - corner).sum(axis=1).min() < 1e-9


def test_all_or_nothing_has_no_line():
    for chances in (0.0, 1.0, np.nan):
        assert not any(lines(np.full((3, 4), chances)).values())


def test_a_line_ends_at_the_outer_edges_of_the_cells():
    (line,) = lines(np.tile([0.0, 0.0, 1.0, 1.0], (3, 1)), stds=(0.001, 0.01, 0.1, 1))[CUTS[1]]
    assert sorted(line[[0, -1], 1]) == [1.5, 4.5]
    (line,) = lines(np.array([[1.0] * 4, [0.0] * 4]), stds=(0.001, 0.01, 0.1, 1))[CUTS[1]]
    assert sorted(line[[0, -1], 0]) == pytest.approx([-3.5, 0.5])


def test_a_line_ends_at_the_border_of_cells_without_a_chance():
    """One layer alone has none: no line goes along it, and those that come down end at its cell."""
    chances = np.tile([0.0, 1.0, 0.0], (4, 1))
    chances[0] = np.nan
    found = lines(chances, depths=(1, 4, 9, 16))
    assert [len(found[cut]) for cut in CUTS] == [2, 2]
    for line in chain(*found.values()):
        assert sorted(line[[0, -1], 1]) == [2.5, 19.5]
        assert (line[1:-1, 1] > 2.5).all()


def test_no_line_goes_between_cells_of_which_one_has_no_chance():
    chances = np.tile([0.0, 0.0, 1.0, 1.0], (5, 1))
    chances[2, 1] = np.nan
    found = lines(chances)[CUTS[0]]
    assert sorted(sorted(line[[0, -1], 1].tolist()) for line in found) == [[1.5, 3], [5, 6.5]]


@settings(deadline=None, max_examples=60)
@given(arrays(float, (4, 5), elements=st.floats(0.001, 0.98)))
def test_a_line_that_does_not_close_ends_at_an_edge(chances):
    for line in chain(*lines(chances, stds=(0.001, 0.01, 0.1, 1, 10)).values()):
        if not np.array_equal(line[0], line[-1]):
            for log, depth in line[[0, -1]]:
                away = min(abs(log + 3.5), abs(log - 1.5), abs(depth - 1.5), abs(depth - 5.5))
                assert away < 1e-9
