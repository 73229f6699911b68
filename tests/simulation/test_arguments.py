"""What is no stack, executor or progress is refused in one line, by all who take one."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from actviz.errors import SpecError
from actviz.records.spec import StackSpec
from actviz.simulation import jobs
from actviz.simulation.ensemble import simulate_ensemble
from actviz.simulation.stacks import simulate_many
from actviz.sweeps.map_making import make_map
from actviz.sweeps.map_record import MapSpec
from actviz.sweeps.phase_making import make_phase
from actviz.sweeps.running import sweep
from actviz.training.loop import train

ONE = StackSpec(activation="relu", init="he", width=20, samples=20)
NO_EXECUTOR = r"executor must be one of concurrent.futures, with submit \(got {}"
NO_PROGRESS = r"progress must be a function that is called with how much is done.* \(got 3\)"


@pytest.fixture(autouse=True)
def nothing_is_run(monkeypatch):
    """Have any work end the test."""
    monkeypatch.setattr(jobs, "_done", None)


@pytest.mark.parametrize(
    ("specs", "why"),
    [
        (ONE, r": put one alone in a list \(got StackSpec"),
        (None, r" \(got None\)"),
        ("relu", r" \(got 'relu'\)"),
        (b"relu", r" \(got b'relu'\)"),
        (3, r" \(got 3\)"),
        ([ONE, "relu"], r", and number 1 of these is none \(got 'relu'\)"),
        ({"relu": ONE}, r", and number 0 of these is none \(got 'relu'\)"),
        (iter([None]), r", and number 0 of these is none \(got None\)"),
    ],
)
def test_what_is_no_list_of_stacks_is_refused(specs, why):
    with pytest.raises(SpecError, match=f"^simulate_many takes a list of StackSpec{why}"):
        simulate_many(specs)
    if specs is not None:  # which is what a sweep of fields has
        iterator = iter([None]) if hasattr(specs, "__next__") else specs
        whole = f"^sweep takes a SweepSpec, or a list of StackSpec{why}"
        with pytest.raises(SpecError, match=whole):
            sweep(iterator)


CHART = {"activations": (ONE.activation,), "width": 20, "samples": 20, "seeds": (0,)}
MAP = MapSpec(**CHART, quantities=("signal",), stds=(0.1, 1.0), depths=(1, 2))


@pytest.mark.parametrize("executor", [3, "dask", ThreadPoolExecutor], ids=["3", "name", "class"])
def test_what_takes_no_work_is_no_executor(executor):
    for call in (
        lambda: simulate_many([ONE], executor=executor),
        lambda: sweep([ONE], executor=executor),
        lambda: make_map(MAP, executor=executor),
        lambda: make_phase(None, executor=executor),
    ):
        with pytest.raises(SpecError, match=NO_EXECUTOR.format("")):
            call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: simulate_many([ONE], progress=3),
        lambda: simulate_ensemble(ONE, progress=3),
        lambda: sweep([ONE], progress=3),
        lambda: train(progress=3),
        lambda: make_map(MAP, progress=3),
        lambda: make_phase(None, progress=3),
    ],
)
def test_progress_is_something_to_be_called(call):
    with pytest.raises(SpecError, match=NO_PROGRESS):
        call()


@pytest.mark.parametrize("at_most", ["3", 0, -1, float("nan"), True])
def test_so_many_are_a_number(at_most):
    with pytest.raises(SpecError, match=r"^at_most must be a number of stacks, at least 1 \(got"):
        sweep([ONE], at_most=at_most)


def test_stacks_may_come_one_by_one(monkeypatch):
    monkeypatch.undo()
    assert simulate_many(iter([ONE])) == simulate_many([ONE])
    assert [row.spec for row in sweep(iter([ONE])).rows] == [ONE]
    assert simulate_many([]) == []
