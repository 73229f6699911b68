"""How long stacks take here and now, by a clock that goes by as the test says."""

import pytest

from actviz.sweeps import pace
from actviz.sweeps.pace import slowdown, work_of
from actviz.sweeps.spec import SweepSpec

SWEEP = SweepSpec.of(activation=["tanh", "relu"], std="0.1..1:10", depth="5..50:10", width="10,100")
STACKS = [SWEEP.stack(number) for number in range(len(SWEEP))]


@pytest.fixture
def machine(monkeypatch):
    """Return what runs stacks on a machine of some speed, and the stacks that it ran."""
    now, ran = [0.0], []
    monkeypatch.setattr(pace, "monotonic", lambda: now[0])

    def of(factor):
        def once(stack):
            ran.append(stack)
            now[0] += factor(stack) * work_of(stack).seconds

        return once

    return of, ran


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_a_machine_that_is_busy_takes_as_long_as_it_takes(machine, factor):
    of, ran = machine
    assert slowdown(STACKS, of(lambda stack: factor)) == pytest.approx(factor)
    assert 1 <= len(ran) <= 6


def test_an_activation_that_takes_long_is_among_those_that_are_tried(machine):
    of, ran = machine
    found = slowdown(
        STACKS[::-1], of(lambda stack: 5.0 if stack.activation.name == "relu" else 1.0)
    )
    assert {stack.activation.name for stack in ran} == {"tanh", "relu"}
    assert {stack.width for stack in ran} == {10, 100}
    assert 1.5 < found < 4.5


def test_it_takes_little_of_the_work(machine, monkeypatch):
    of, ran = machine
    deep = SweepSpec.of(activation="tanh", std="0.1..1:10", depth=10_000, width=100).stack(0)
    assert slowdown([deep] * 9, of(lambda stack: 2.0)) == pytest.approx(2.0)
    assert sum(work_of(stack).seconds for stack in ran) < 0.5
    assert all(stack.depth < 100 for stack in ran)


def test_what_is_too_large_to_be_tried_is_as_foretold(machine):
    of, ran = machine
    wide = SweepSpec.of(activation="tanh", std=0.1, depth=2, width=10_000, samples=10_000).stack(0)
    assert slowdown([wide], of(lambda stack: 9.0)) == 1.0
    assert slowdown([], of(lambda stack: 9.0)) == 1.0
    assert not ran
