"""The steps in which an overview is built up: each one more, and the verdict with the last."""

from itertools import pairwise

import pytest

from actviz.plot.overview.content import BUILDS, WHOLE, Step, steps_of


def shown(step):
    return {(row, column) for row in range(3) for column in range(2) if step.shows(row, column)}


@pytest.mark.parametrize(
    ("build", "counts"), [("rows", [2, 4, 6]), ("columns", [3, 6]), ("verdict", [6, 6])]
)
def test_every_step_shows_more_and_the_last_one_all(build, counts):
    steps = steps_of(build, rows=3, columns=2)
    assert [len(shown(step)) for step in steps] == counts
    assert all(shown(a) <= shown(b) for a, b in pairwise(steps))
    assert [step.verdict for step in steps] == [False] * (len(steps) - 1) + [True]


def test_what_stands_at_the_right_comes_with_the_last_column():
    shown = {
        build: [step.shows_right for step in steps_of(build, rows=2, columns=2)] for build in BUILDS
    }
    assert shown == {"rows": [True] * 2, "columns": [False, True], "verdict": [True] * 2}


def test_without_a_build_it_is_there_at_once():
    assert steps_of(None, rows=3, columns=2) == [WHOLE]
    assert len(shown(WHOLE)) == 6
    assert set(BUILDS) == {"rows", "columns", "verdict"}


def test_rows_and_columns_are_those_that_come_first():
    assert shown(Step(rows=1)) == {(0, 0), (0, 1)}
    assert shown(Step(columns=1)) == {(0, 0), (1, 0), (2, 0)}
    assert shown(Step(rows=2, columns=1)) == {(0, 0), (1, 0)}
