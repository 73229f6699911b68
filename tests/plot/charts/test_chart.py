"""An axis finds the place of every number, in cells."""

import numpy as np
import pytest

from actviz.plot.charts.chart import Axis, Chart, ColorKey, Stroke


def test_a_cell_s_middle_is_its_value():
    axis = Axis(values=(0.01, 0.1, 1.0), log=True)
    assert axis.place([0.01, 0.1, 1.0]).tolist() == pytest.approx([0.5, 1.5, 2.5])
    assert float(axis.place(10**-1.5)) == pytest.approx(1.0)


def test_beyond_the_middles_distances_go_on():
    even = Axis(values=(1.0, 2.0, 4.0))
    assert even.place([0.5, 5.0]).tolist() == pytest.approx([0.0, 3.0])
    assert even.place([3.0]).tolist() == pytest.approx([2.0])


def test_one_cell_is_everywhere():
    assert Axis(values=(3.0,)).place(np.array([1.0, 9.0])).tolist() == [0.5, 0.5]


def a_chart(*rows):
    return Chart(
        title="",
        subtitle="",
        foot=(),
        description="",
        rows=(),
        columns=(),
        panels=(),
        x=Axis(values=(1.0, 2.0, 3.0)),
        y=Axis(values=rows),
        key=ColorKey(kind="diverging", low=-1.0, high=1.0, ticks=()),
        axes="",
    )


def stroke(*points, kind="thin"):
    return Stroke(kind=kind, points=np.array(points))


def test_in_one_row_a_line_stands_upright_where_it_crosses_it():
    for line in (stroke((2.0, 5.0), (2.0, 5.0), (2.0, 5.0)), stroke((3.0, 6.0), (1.0, 4.0))):
        x, y = a_chart(5.0).path(line)
        assert x.tolist() == [1.5, 1.5]
        assert y.tolist() == [0.0, 1.0]
    assert not len(a_chart(7.0).path(stroke((3.0, 6.0), (1.0, 4.0)))[0])


def test_in_one_row_a_line_stands_at_each_of_its_crossings():
    x, y = a_chart(5.0).path(stroke((1.0, 6.0), (2.0, 4.0), (3.0, 6.0)))
    assert [at for at in x if at == at] == [1.0, 1.0, 2.0, 2.0]
    assert [at for at in y if at == at] == [0.0, 1.0, 0.0, 1.0]
    assert np.isnan([x[2], y[2]]).all()


def test_in_several_rows_it_runs_where_its_points_are_and_a_heavy_one_from_edge_to_edge():
    x, y = a_chart(4.0, 6.0).path(stroke((1.0, 4.0), (3.0, 6.0)))
    assert (x.tolist(), y.tolist()) == ([0.5, 2.5], [0.5, 1.5])
    assert a_chart(4.0, 6.0).path(stroke((1.0, 4.0), (3.0, 6.0), kind="heavy"))[1].tolist() == [
        0,
        2,
    ]
