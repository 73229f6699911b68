"""A sweep that is stopped, gone on with, run in parts, and merged, as somebody types it."""

import json
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from actviz.sweeps.parts import PartHeading

S = ("sweep", "-a", "tanh", "--std", "0.001..3:12", "-d", "4", "-w", "20", "-n", "30")


@pytest.fixture
def whole(actviz, tmp_path):
    """The rows of a sweep that nobody stopped."""
    result = actviz(*S, "-o", "whole.csv")
    assert (result.code, result.err) == (0, "")
    assert result.out.endswith("\nwhole.csv\n")
    assert [path.name for path in tmp_path.iterdir()] == ["whole.csv"]
    return (tmp_path / "whole.csv").read_bytes()


def test_parts_are_run_and_merged_to_the_same_file(actviz, tmp_path, whole):
    names = []
    for part in (3, 1, 2):
        result = actviz(*S, "--part", f"{part}/3", "-o", "rows.csv")
        names.append(f"rows.csv.part-{part}-of-3")
        assert (result.code, result.err) == (0, "")
        assert result.out.startswith("4 stacks: ")
        assert result.out.endswith(f"\n{names[-1]}\n")
    assert not (tmp_path / "rows.csv").exists()
    result = actviz("sweep", "--merge", *names, names[0], "-o", "rows.csv")
    assert (result.code, result.err) == (0, "")
    assert (tmp_path / "rows.csv").read_bytes() == whole


def test_a_sweep_that_takes_long_says_beforehand_how_long(actviz, monkeypatch, whole):
    assert actviz(*S, "--format", "csv").err == ""
    monkeypatch.setattr("actviz.cli.sweep_runs.WAIT", 0.0)
    result = actviz(*S, "--workers", "1", "--format", "csv")
    assert result.err == "actviz: 12 stacks, about 1 second on one core\n"
    assert result.out.encode() == whole
    monkeypatch.setattr("actviz.cli.sweep_runs.slowdown", lambda stacks, once: 1e5)  # it is busy
    assert "12 stacks, about " in (said := actviz(*S, "--workers", "1").complaint)
    assert said.endswith(" hours on one core")


def test_a_cluster_s_cores_are_none_of_this_machine_s(actviz, monkeypatch, whole):
    pool = ThreadPoolExecutor(1)
    monkeypatch.setattr("actviz.simulation.clusters.dask_executor", lambda address, tell: pool)
    monkeypatch.setattr("actviz.cli.sweep_runs.WAIT", 0.0)
    result = actviz(*S, "--scheduler", "tcp://host:8786", "--format", "csv")
    assert result.complaint == (
        "12 stacks, about 1 second of one core's work, which the cluster's workers share"
    )
    assert result.out.encode() == whole
    one = ("sweep", "-a", "tanh", "-i", "he", "-d", "2", "-w", "5", "-n", "5")
    assert actviz(*one).complaint == "1 stack, about 1 second on one core"


def test_a_merge_says_what_is_missing(actviz, tmp_path):
    for part in (1, 3):
        actviz(*S, "--part", f"{part}/3", "-o", "rows.csv")
    result = actviz("sweep", "--merge", *(f"rows.csv.part-{n}-of-3" for n in (1, 3)), "-f", "json")
    assert result.code == 1
    assert result.complaint == ("4 of 12 rows are missing: numbers 1, 4, 7 … 10 (part 2/3)")
    assert len(json.loads(result.out)) == 8
    actviz("sweep", "-a", "tanh", "--std", "0.1,1.0", "-d", "2", "--part", "1/2", "-o", "two.csv")
    one = actviz("sweep", "--merge", "two.csv.part-1-of-2", "-f", "csv")
    assert one.complaint == "1 of 2 rows is missing: number 1"


def test_a_merge_of_rows_that_do_not_agree_says_of_which(actviz, tmp_path):
    actviz(*S, "--part", "1/3", "-o", "rows.csv")
    own = tmp_path / "rows.csv.part-1-of-3"
    heading, first, *_ = own.read_text().splitlines()
    row = json.loads(first) | {"chance": 0.0123}
    (tmp_path / "other").write_text(f"{heading}\n{json.dumps(row)}\n")
    result = actviz("sweep", "--merge", own.name, "other", "-f", "csv")
    assert result.code == 1
    said = [line for line in result.err.splitlines() if "agree" in line]
    assert len(said) == 1
    assert said[0].startswith(
        "actviz: 1 stack has rows that do not agree, and the first that came is kept: stack 0 ("
    )
    assert said[0].endswith(" in one and 0.0123 in another")


def test_what_is_complete_is_so_of_the_stacks_that_are_asked_for(actviz, refused, tmp_path, whole):
    path = tmp_path / "whole.csv"
    resumed = (*S, "-o", "whole.csv", "--resume")
    assert "is complete already" in actviz(*resumed).err
    number, activation, _init, std, rest = path.read_text().splitlines()[3].split(",", 4)
    changed = ",".join((number, activation, "std=0.5", std, rest))
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:3], changed, *lines[4:]]) + "\n")
    assert "holds something else than these rows" in refused(*resumed)


def test_a_merge_of_no_name_says_what_it_needs(refused):
    for names in ((), ("",), ("a.part", "")):
        assert refused("sweep", "--merge", *names).startswith(
            "--merge needs the files of the parts"
        )


def test_a_part_that_is_done_is_done(actviz, whole):
    words = (*S, "--part", "1/3", "-o", "rows.csv")
    first = actviz(*words)
    assert "holds 4 rows already: go on with --resume" in actviz(*words).complaint
    again = actviz(*words, "--resume")
    assert (again.code, again.out) == (0, first.out)


def test_resume_begins_where_there_is_nothing(actviz, tmp_path, whole):
    assert actviz(*S, "-o", "rows.csv", "--resume").code == 0
    assert (tmp_path / "rows.csv").read_bytes() == whole


def test_resume_goes_on_with_a_file_whose_heading_has_all_values(actviz, tmp_path, whole):
    """As those that were begun before have them."""
    assert actviz(*S, "--part", "1/2", "-o", "rows.csv").code == 0
    path = tmp_path / "rows.csv.part-1-of-2"
    first, *rows = path.read_bytes().splitlines(keepends=True)
    plain = json.loads(first)
    assert plain["sweep"]["axes"] == {"std": "0.001..3:12"}
    assert plain["part"] == [1, 2]
    plain["sweep"]["axes"]["std"] = [*PartHeading.from_dict(plain).sweep.axes[0].values]
    before = json.dumps(plain | {"part": [1, 1]}).encode() + b"\n"
    (tmp_path / "rows.csv.part").write_bytes(b"".join([before, *rows]))
    assert actviz(*S, "-o", "rows.csv", "--resume").code == 0
    assert (tmp_path / "rows.csv").read_bytes() == whole


def test_a_sweep_that_is_complete_is_not_run_again(actviz, tmp_path, whole, monkeypatch):
    monkeypatch.setattr("actviz.cli.sweep_runs.run", None)
    result = actviz(*S, "-o", "whole.csv", "--resume", "-f", "csv")
    assert result.code == 0
    assert result.complaint == "whole.csv is complete already, with 12 rows: nothing is run"
    assert result.out.encode() == whole
    assert actviz(*S, "-o", "whole.csv", "--resume").out.endswith("\nwhole.csv\n")


@pytest.mark.parametrize("words", [(), ("--resume",)])
def test_rows_of_another_sweep_are_not_replaced_unasked(actviz, refused, tmp_path, whole, words):
    other = (*S, "--seed", "1", "-o", "whole.csv", *words)
    assert "whole.csv holds something else than these rows" in refused(*other)
    assert (tmp_path / "whole.csv").read_bytes() == whole
    result = actviz(*other, "--force")
    assert (result.code, result.err) == (0, "")
    assert (tmp_path / "whole.csv").read_bytes() != whole


def test_the_same_sweep_again_gives_the_same_file(actviz, tmp_path, whole):
    assert actviz(*S, "-o", "whole.csv").err == ""
    assert (tmp_path / "whole.csv").read_bytes() == whole


def test_a_merge_of_few_parts_does_not_replace_one_of_all(actviz, refused, tmp_path, whole):
    assert actviz(*S, "--part", "1/3", "-o", "rows.csv").code == 0
    words = ("sweep", "--merge", "rows.csv.part-1-of-3", "-o", "whole.csv")
    assert "whole.csv holds more than these rows" in refused(*words)
    assert actviz(*words, "--force").code == 1  # since rows are missing
    assert len((tmp_path / "whole.csv").read_bytes().splitlines()) == 1 + 4


def begun(command, tmp_path, *words, rows):
    """Start a sweep that takes long, and return its process when it has kept some rows."""
    process = subprocess.Popen(
        command(*words),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    path, end = tmp_path / "rows.csv.part", time.monotonic() + 300
    while not path.exists() or path.read_bytes().count(b"\n") <= rows:
        assert time.monotonic() < end
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)
    return process


LONG = ("sweep", "-a", "tanh", "--std", "0.01..1:24", "-d", "30", "-w", "60", "-n", "500")


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_what_is_stopped_goes_on_and_ends_as_if_nothing_had_been(
    command, process, tmp_path, number, code
):
    stopped = begun(command, tmp_path, *LONG, "-o", "rows.csv", "--workers", "2", rows=3)
    stopped.send_signal(number)
    out, err = stopped.communicate(timeout=300)
    assert (stopped.returncode, out) == (code, "")
    kept = (tmp_path / "rows.csv.part").read_bytes().count(b"\n") - 1
    if number != signal.SIGKILL:
        first, second = err.splitlines()
        assert first == (
            f"actviz: {kept} of 24 stacks are done: they are kept in rows.csv.part, and the same "
            "command with --resume goes on"
        )
        assert second == "actviz: interrupted"
    assert 3 <= kept < 24
    assert not (tmp_path / "rows.csv").exists()
    result = process(*LONG, "-o", "rows.csv", "--resume")
    assert (result.returncode, result.stderr) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]
    assert process(*LONG, "-o", "again.csv").returncode == 0
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "rows.csv").read_bytes()


@pytest.fixture
def interrupted(monkeypatch):
    """Let Ctrl-C be pressed after five stacks."""
    from actviz.cli import sweep_runs

    whole = sweep_runs.run

    def run(*words, **more):
        for count, row in enumerate(whole(*words, **more)):
            if count == 5:
                raise KeyboardInterrupt
            yield row

    monkeypatch.setattr(sweep_runs, "run", run)


def test_without_a_file_ctrl_c_prints_what_is_done(actviz, interrupted):
    result = actviz(*S, "-f", "json")
    assert result.code == 130
    assert [row["number"] for row in json.loads(result.out)] == [0, 1, 2, 3, 4]
    first, second = result.err.splitlines()
    assert first == (
        "actviz: 5 of 12 stacks are done: name a file with -o, and they are kept in it"
    )
    assert second == "actviz: interrupted"


@pytest.fixture
def failing(monkeypatch):
    """Let the first stacks fail that are run, so many."""
    from actviz.simulation import processes

    real = processes.run

    def set_to(count):
        def run(*words, **more):
            for index, outcome in real(*words, **more):
                reason = "its worker died of it 2 times (SIGKILL)"
                failure = processes.Failure(index=index, reason=reason)
                yield index, failure if index < count else outcome

        monkeypatch.setattr(processes, "run", run)

    return set_to


def test_stacks_that_failed_are_named_and_have_rows(actviz, failing, tmp_path):
    failing(7)
    result = actviz(*S, "-o", "rows.jsonl")
    assert result.code == 1
    lines = result.err.splitlines()
    assert len(lines) == 7
    assert lines[0].startswith("actviz: stack 0 (tanh with std=0.001, 4 layers of 20, seed ")
    assert lines[0].endswith(") is left: its worker died of it 2 times (SIGKILL)")
    assert lines[-2:] == [
        "actviz: 2 more stacks are left",
        "actviz: the same command with --resume runs what is left, and keeps rows.jsonl.part until "
        "then",
    ]
    assert result.out.startswith("12 stacks: ")
    assert ", 7 failed; " in result.out
    rows = list(map(json.loads, (tmp_path / "rows.jsonl").read_text().splitlines()))
    assert [row["failed"] is not None for row in rows] == [True] * 7 + [False] * 5
    failing(0)
    assert actviz(*S, "-o", "rows.jsonl", "--resume").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]
    assert '"failed": null' in (tmp_path / "rows.jsonl").read_text().splitlines()[0]


def test_a_part_runs_those_that_failed_again(actviz, failing, tmp_path, whole):
    failing(3)
    assert actviz(*S, "--part", "1/2", "-o", "rows.csv").code == 1
    result = actviz("sweep", "--merge", "rows.csv.part-1-of-2")
    assert (result.code, len(result.err.splitlines())) == (1, 4)
    assert "6 of 12 rows are missing" in result.err
    failing(0)
    assert actviz(*S, "--part", "1/2", "-o", "rows.csv", "--resume").code == 0
    assert actviz(*S, "--part", "2/2", "-o", "rows.csv").code == 0
    names = [f"rows.csv.part-{number}-of-2" for number in (1, 2)]
    assert actviz("sweep", "--merge", *names, "-o", "rows.csv").code == 0
    assert (tmp_path / "rows.csv").read_bytes() == whole


@pytest.mark.parametrize(
    "words",
    [
        ("--workers", "0"),
        ("--workers", "99999"),
        ("--memory-limit", "bogus"),
        ("--memory-limit", "1kB"),
        ("-w", "1000000"),
    ],
)
def test_what_is_refused_writes_and_says_nothing_else(actviz, tmp_path, words):
    result = actviz(*S, *words, "-o", "rows.csv")
    assert (result.code, result.out) == (2, "")
    assert len(result.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
