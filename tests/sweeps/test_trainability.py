"""Trained nets and how deep mean field says they can be."""

from dataclasses import replace
from math import isinf

import numpy as np
import pytest

from actviz.literature.net_rows import schoenholz
from actviz.sweeps.trainability import trainability
from actviz.theory.maps import fixed_point

ROWS = schoenholz()


@pytest.fixture(scope="module")
def record():
    return trainability(ROWS)


def at(weight):
    """Return mean field's fixed point, by quadrature."""
    return fixed_point(ROWS.activation, sigma_w2=weight, sigma_b2=0.05, q_start=weight + 0.05)


def test_6_xi_is_that_of_the_fixed_point_of_each_net(record):
    """One by one, by quadrature, where the record has it from tables, within 1e-4 of the slope."""
    for weight, reach in zip(record.sigma_w2, record.reach, strict=True):
        found = at(weight)
        if found.xi_c is not None and not isinf(found.xi_c) and found.xi_c < 100:
            assert reach == pytest.approx(6 * found.xi_c, rel=0.02)
        else:
            assert reach > 600


def test_the_lines_are_6_xi_on_either_side_of_where_chi_is_1(record):
    assert at(record.critical).chi == pytest.approx(1, abs=1e-6)
    below, above = (curve.points for curve in record.curves)
    assert below[:, 0].max() < record.critical < above[:, 0].min()
    for points in (below, above):
        for weight, reach in points[::40]:
            if reach < 600:
                assert reach == pytest.approx(6 * at(weight).xi_c, rel=0.02)
    # It is endless where χ = 1, and falls away from there.
    assert (np.diff(below[:, 1]) > 0).all()
    assert (np.diff(above[:, 1]) < 0).all()


def test_every_net_stands_at_its_variance_and_depth(record):
    for net in ROWS.nets:
        at = record.depths.index(net.depth), record.sigma_w2.index(net.sigma_w2)
        assert record.accuracy[at] == net.trial.accuracy


def test_a_net_that_is_not_there_is_no_number():
    fewer = trainability(replace(ROWS, nets=ROWS.nets[1:]))
    assert np.isnan(fewer.accuracy[0, 0])
    assert not np.isnan(fewer.accuracy[0, 1:]).any()


def test_nets_are_counted_on_either_side_of_the_line(record):
    inside = [n for n in ROWS.nets if n.depth <= record.reach_of(n)]
    assert record.counts(beyond=False) == (sum(n.trial.trains for n in inside), len(inside))
    trains = [record.counts(beyond=b)[0] for b in (False, True)]
    assert sum(trains) == sum(net.trial.trains for net in ROWS.nets)
    assert sum(record.counts(beyond=b)[1] for b in (False, True)) == len(ROWS.nets)
