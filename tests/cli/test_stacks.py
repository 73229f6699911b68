"""From options to stacks, and from these to Records: how many, of what, and which end early."""

import pytest

from actviz import simulate
from actviz.cli import names, stacks


def test_too_many_stacks(refused):
    many = [word for number in range(1001) for word in ("-i", f"std={number}")]
    assert "1001 stacks in one command: at most 1000" in refused("stats", "-a", "relu", *many)


def test_a_stack_that_stops_being_finite(actviz, tmp_path):
    words = ("-a", "identity", "-i", "std=1e200", "-w", "5", "-n", "5")
    result = actviz("plot", *words)
    assert result.code == 3
    assert result.complaint == (
        "identity with std=1e+200: layer 2 is not finite in float64, and the stack stops there"
    )
    assert "overflows" in result.out
    assert (tmp_path / "actviz.png").stat().st_size > 0
    result = actviz("stats", *words, "--format", "csv")
    assert (result.code, len(result.out.splitlines())) == (3, 1 + 2 * 2)


def test_one_stack_that_ends_early_does_not_stop_the_others(actviz):
    words = ("-a", "identity", "-i", "std=1e200", "-i", "he", "-w", "5", "-n", "5")
    result = actviz("stats", *words)
    assert result.code == 3
    assert "identity, he (activation)" in result.out


def test_underflow_is_said_and_is_no_fault(actviz):
    words = ("-a", "relu", "-i", "std=1e-100", "-w", "5", "-n", "5")
    result = actviz("stats", *words)
    assert result.code == 0
    assert "from layer 4 on, values are too small for float64 (underflow)" in result.complaint


def test_names_are_case_blind_and_stacks_are_run_once(actviz):
    words = ("-a", "ReLU", "-a", "relu", "-i", "HE", "-i", "kaiming", "-d", "1", "-w", "2")
    assert actviz("stats", *words, "-n", "2").out.count("relu, he") == 1
    assert actviz("stats", *words, "-n", "2", "-f", "JSON", "--dtype", "FLOAT32").code == 0


def test_without_names_it_is_the_usual_twelve(actviz):
    result = actviz("stats", "-d", "1", "-w", "2", "-n", "2")
    assert result.out.count("(activation)") == len(names.DEFAULT_ACTIVATIONS) * len(
        stacks.DEFAULT_INITIALIZERS
    )


LARGE = ("-a", "relu", "-i", "he", "-d", "1", "-w", "1100", "-n", "1000")


def test_a_memory_limit_changes_no_number_and_refuses_what_is_beyond_it(actviz, refused):
    alike = {actviz("stats", *LARGE, "--memory-limit", limit).out for limit in ("150 MB", "2GB")}
    assert len(alike) == 1
    message = "this needs about 126 MB of memory, and memory_limit is 90 MB: raise it, or lower"
    for command in ("stats", "plot", "diagnose", "theory", "baseline"):
        output = ("-o", "a.json") if command == "baseline" else ()
        assert message[:16] in refused(command, *LARGE, *output, "--memory-limit", "50MB")
    assert "memory_limit must be a number of bytes" in refused(
        "stats", *LARGE, "--memory-limit", "much"
    )


#: What those simulate that take no file of --spec, with as little as they can.
SMALL = ("-w", "30", "-n", "50", "-d", "3")
OTHERS = {
    "sweep": ("-a", "tanh", "--std", "0.1,1", *SMALL),
    "map": ("tanh", *SMALL, "-o", "a.png"),
    "phase": ("tanh", *SMALL, "-o", "a.png"),
    "figure": ("saito-relu-he", "-o", "figures"),
    "check": ("drawn.json",),
}


@pytest.mark.parametrize("command", OTHERS)
def test_all_that_simulate_refuse_what_is_beyond_a_memory_limit(
    command, actviz, refused, tmp_path, monkeypatch
):
    words = ("-a", "relu", "-i", "he", *SMALL, "--seeds", "1", "-o", "drawn.json")
    assert actviz("baseline", *words).code == 0
    before = sorted(tmp_path.iterdir())
    monkeypatch.setattr("actviz.simulation.stacks.Draws", None)  # the check is before the work
    monkeypatch.setattr("actviz.sweeps.phase_making.plane_of", None)
    message = "of memory, and memory_limit is 2 MB: raise it"
    assert message in refused(command, *OTHERS[command], "--memory-limit", "2MB")
    assert "such as 2GB (got 'much')" in refused(
        command, *OTHERS[command], "--memory-limit", "much"
    )
    assert sorted(tmp_path.iterdir()) == before


def test_rows_are_the_same_under_any_memory_limit(actviz):
    words = ("-a", "relu", "--std", "0.04", "-d", "2", "-w", "1100", "-n", "1000", "-f", "csv")
    limits = ("190MB", "2GB")
    one, other = (actviz("sweep", *words, "--memory-limit", limit) for limit in limits)
    assert one.code == 0
    assert one.out == other.out


def test_remedies_are_tried_within_the_limit_of_their_stack(actviz, refused, monkeypatch):
    words = ("-a", "tanh", "-i", "std=0.01", "-d", "10", "-w", "50", "-n", "100")
    free = actviz("diagnose", *words)
    assert "try: actviz plot" in free.out
    assert actviz("diagnose", *words, "--memory-limit", "12MB").out == free.out
    asked = []
    monkeypatch.setattr(
        "actviz.diagnosis.remedies.simulate_each",
        lambda specs, measuring, memory_limit: (
            asked.append(memory_limit)
            or ((k, simulate(one, measuring=measuring)) for k, one in enumerate(specs))
        ),
    )
    assert actviz("diagnose", *words, "--memory-limit", "12MB").out == free.out
    assert set(asked) == {"12MB"}


def test_a_memory_limit_of_a_file_is_checked_with_the_file(actviz, refused, tmp_path):
    (tmp_path / "a.toml").write_text('memory_limit = "20 MB"\n')
    assert "memory_limit is 20 MB" in refused("stats", *LARGE, "--spec", "a.toml")
    assert actviz("stats", *LARGE, "--spec", "a.toml", "--memory-limit", "1GB").code == 0
    (tmp_path / "b.toml").write_text('memory_limit = "lots"\n')
    assert "b.toml: memory_limit must be" in refused("stats", *LARGE, "--spec", "b.toml")
