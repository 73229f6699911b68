"""From options to stacks, and from these to Records: how many, of what, and which end early."""

from actviz.cli import stacks


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
    assert result.out.count("(activation)") == len(stacks.DEFAULT_ACTIVATIONS) * len(
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


def test_a_memory_limit_of_a_file_is_checked_with_the_file(actviz, refused, tmp_path):
    (tmp_path / "a.toml").write_text('memory_limit = "20 MB"\n')
    assert "memory_limit is 20 MB" in refused("stats", *LARGE, "--spec", "a.toml")
    assert actviz("stats", *LARGE, "--spec", "a.toml", "--memory-limit", "1GB").code == 0
    (tmp_path / "b.toml").write_text('memory_limit = "lots"\n')
    assert "b.toml: memory_limit must be" in refused("stats", *LARGE, "--spec", "b.toml")
