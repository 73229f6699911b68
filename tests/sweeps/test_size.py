"""How large a sweep is said to be, and from where on it is refused."""

import pytest

from actviz.errors import SpecError
from actviz.sweeps.size import (
    MOST_EVER,
    MOST_UNASKED,
    Work,
    check_hours,
    check_size,
    check_there_can_be,
    duration,
    estimate,
    on_cores,
    simulation_estimate,
    simulation_seconds,
)

WORK = Work(depth=10, width=100, samples=1000)


def test_an_estimate_names_the_count_and_what_it_is_made_of():
    told = estimate({"std": 1000, "depth": 1000, "init": 1, "seeds": 1000}, WORK)
    assert told.startswith("1,000,000,000 stacks (1,000 std × 1,000 depth × 1,000 seeds), about ")
    assert "hours on one core and" in told
    assert told.endswith("400.0 GB of rows")
    assert estimate({"std": 1, "seeds": 1}, WORK).startswith("1 stack, about 1 second on one core")


def test_more_work_takes_longer():
    seconds = WORK.seconds
    for change in ({"depth": 20}, {"width": 200}, {"samples": 2000}):
        more = {"depth": 10, "width": 100, "samples": 1000} | change
        assert Work(**more).seconds > 1.3 * seconds


def test_cores_share_what_is_run_and_lose_a_fifth_of_it():
    assert [on_cores(60.0, cores) for cores in (1, 4)] == [
        "60 seconds on one core",
        "20 seconds on 4 cores",
    ]


def test_each_of_many_shallow_stacks_takes_a_while_of_its_own():
    one = simulation_seconds(200, 8, 100, stacks=1)
    assert simulation_seconds(200, 8, 100, stacks=100) == pytest.approx(
        100 * Work(depth=2, width=8, samples=100).seconds
    )
    assert simulation_seconds(200, 8, 100, stacks=100) > 1.5 * one
    assert simulation_seconds(0, 8, 100, stacks=0) == 0


def test_one_is_one():
    told = simulation_estimate("map", 1, 1, 5, 1)
    assert told == "this map simulates 1 layer of 1 unit, about 1 second on one core"


@pytest.mark.parametrize("command", ["map", "diagram"])
def test_what_is_refused_is_what_takes_hours_on_the_cores_that_there_are(command):
    layers = int(1.5 * 2 * 3600 / simulation_seconds(1000, 100, 200) * 1000)
    check_hours(command, layers, 100, 200, cores=2, remedy="less")
    with pytest.raises(SpecError, match=r"about \d hours on one core: take less$"):
        check_hours(command, layers, 100, 200, cores=1, remedy="less")


def test_two_million_can_be_and_one_more_cannot():
    check_there_can_be({"std": MOST_EVER}, WORK)
    with pytest.raises(SpecError, match=r"^2,000,001 stacks, .*take fewer values of std$"):
        check_there_can_be({"std": MOST_EVER + 1, "seeds": 1}, WORK)


def test_what_is_run_here_is_what_counts():
    counts = {"std": 1000, "seeds": 1000}
    check_size(counts, WORK, here=MOST_UNASKED, most=MOST_UNASKED)
    with pytest.raises(SpecError, match=r"500,000 of them here: .* --part K/N, or say --yes"):
        check_size(counts, WORK, here=500_000, most=MOST_UNASKED)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.01, "1 second"),
        (9.1, "10 seconds"),
        (10.1, "15 seconds"),
        (89, "90 seconds"),
        (91, "2 minutes"),
        (121, "3 minutes"),
        (5399, "90 minutes"),
        (7200, "2 hours"),
        (7201, "3 hours"),
        (999 * 3600, "1,000 hours"),
        (5.4e10, "15,000,000 hours"),
    ],
)
def test_a_time_has_its_own_unit_and_is_rounded_up(seconds, text):
    assert duration(seconds) == text
