"""The tasks by name: each row is its own, and trains what it says."""

import pytest

from actviz.errors import UnknownNameError
from actviz.training.tasks import TASKS, get_task


def test_every_task_has_its_row_and_its_data():
    assert [row.name for row in TASKS.values()] == list(TASKS)
    assert all(row.spec.task == name for name, row in TASKS.items())


def test_a_task_is_found_by_its_name_in_any_case_or_told_the_closest():
    assert get_task(" Circles") is TASKS["circles"]
    with pytest.raises(UnknownNameError, match="unknown task 'cirlces': did you mean 'circles'"):
        get_task("cirlces")


def test_the_course_s_circles_are_trained_as_the_course_does():
    """Its notebook: layers [2, 10, 5, 1], rate 0.01, 15,000 iterations, NumPy's seed 3."""
    spec = TASKS["circles"].spec
    assert spec.shapes(2, 1) == ((2, 10), (10, 5), (5, 1))
    assert (spec.lr, spec.steps, spec.seeds, spec.batch) == (0.01, 15_000, (3,), None)
    assert {"zeros", "std=10", "he"} <= set(spec.init_names)
