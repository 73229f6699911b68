"""The memory guard: what the system says, read from made-up systems and from limits really set."""

import os
import re
import resource
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest

from actviz import Measuring, StackSpec, record_from_arrays, simulate
from actviz.errors import RecordError, SpecError
from actviz.files.records import load
from actviz.simulation import memory as _memory
from actviz.simulation.draws import kept_bytes
from actviz.simulation.memory import (
    Limit,
    bytes_in_words,
    bytes_of,
    check_fits,
    check_limit,
    least,
    working_bytes,
)
from actviz.training.data.datasets import from_files

GB = 10**9


def system(root, files):
    """Write files of a made-up system."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{content}\n")
    return root


V2 = {"proc/self/cgroup": "0::/pod/box"}
V1 = {"proc/self/cgroup": "5:cpu,cpuacct:/pod/box\n4:memory:/pod/box\n0::/"}
UNLIMITED = 9223372036854771712

CASES = {
    "free memory": (
        {"proc/meminfo": "MemTotal: 9 kB\nMemAvailable:    2000 kB"},
        2_048_000,
        "free",
    ),
    "version 2": (
        V2
        | {
            "sys/fs/cgroup/pod/box/memory.max": 600_000,
            "sys/fs/cgroup/pod/box/memory.current": 100_000,
        },
        500_000,
        "container",
    ),
    "version 2, files in memory make room": (
        V2
        | {
            "sys/fs/cgroup/pod/box/memory.max": 600_000,
            "sys/fs/cgroup/pod/box/memory.current": 550_000,
            "sys/fs/cgroup/pod/box/memory.stat": "anon 1\ninactive_file 450000\nslab 2",
        },
        500_000,
        "container",
    ),
    "version 2, the limit is further up": (
        V2 | {"sys/fs/cgroup/pod/box/memory.max": "max", "sys/fs/cgroup/pod/memory.max": 700_000},
        700_000,
        "container",
    ),
    "version 2, the path is the host's": (
        V2 | {"sys/fs/cgroup/memory.max": 800_000},
        800_000,
        "container",
    ),
    "version 1": (
        V1
        | {
            "sys/fs/cgroup/memory/pod/box/memory.limit_in_bytes": 600_000,
            "sys/fs/cgroup/memory/pod/box/memory.usage_in_bytes": 300_000,
            "sys/fs/cgroup/memory/pod/box/memory.stat": "total_inactive_file 200000",
        },
        500_000,
        "container",
    ),
    "version 1, the path is the host's": (
        V1 | {"sys/fs/cgroup/memory/memory.limit_in_bytes": 500_000},
        500_000,
        "container",
    ),
    "both versions": (
        V1
        | {
            "sys/fs/cgroup/memory/pod/box/memory.limit_in_bytes": UNLIMITED,
            "sys/fs/cgroup/unified/memory.max": 400_000,
        },
        400_000,
        "container",
    ),
    "more is used than allowed": (
        V2 | {"sys/fs/cgroup/pod/box/memory.max": 5, "sys/fs/cgroup/pod/box/memory.current": 9},
        0,
        "container",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_least_limit_is_found(case, tmp_path):
    files, left, name = CASES[case]
    found = least(system(tmp_path, files))
    assert found.left == left
    assert name in found.name


@pytest.mark.parametrize(
    "files",
    [
        {},
        V2 | {"sys/fs/cgroup/pod/box/memory.max": "max"},
        V1 | {"sys/fs/cgroup/memory/pod/box/memory.limit_in_bytes": UNLIMITED},
        {"proc/self/cgroup": "nonsense", "proc/meminfo": "nonsense"},
        {"proc/self/cgroup": "0::/../.."},
    ],
)
def test_without_a_limit_the_machine_is_left(files, tmp_path):
    found = least(system(tmp_path, files))
    assert found.name == "the machine's memory"
    assert found.left == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("error", [AttributeError, ValueError, OSError])
def test_a_system_that_tells_nothing_refuses_nothing(error, tmp_path, monkeypatch):
    def unknown(name):
        raise error(name)

    monkeypatch.setattr(os, "sysconf", unknown)
    assert least(tmp_path) is None
    monkeypatch.setattr(_memory, "least", lambda: None)
    check_fits(1e30, "this needs", "lower it")


def test_four_fifths_of_it_may_be_taken(monkeypatch):
    monkeypatch.setattr(_memory, "least", lambda: Limit(1000 * GB, "the limit"))
    check_fits(800 * GB, "this needs", "lower it")
    with pytest.raises(SpecError) as caught:
        check_fits(801 * GB, "this needs", "lower it")
    assert str(caught.value) == (
        "this needs about 801 GB of memory, and 800 GB may be taken, 80 % of the limit: lower it"
    )


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 MB"),
        (1000, "1 kB"),
        (12, "12 B"),
        (-5, "0 MB"),
        (994e6, "994 MB"),
        (996e6, "1.0 GB"),
        (1e10, "10 GB"),
        (3e13, "30,000 GB"),
    ],
)
def test_bytes_in_words(size, text):
    assert bytes_in_words(size) == text


@pytest.mark.parametrize("digits", range(3, 13))
def test_what_is_needed_never_reads_as_the_limit_and_is_enough_as_it_reads(digits):
    near = (1.0, 1.049, 1.051, 1.5, 9.949, 9.951, 9.96, 9.9951)
    for limit in (round(one * 10**digits) for one in near):
        for needed in (limit + 1, limit * 1.0004, limit * 1.02):
            with pytest.raises(SpecError) as caught:
                check_limit(needed, limit, "this needs", "lower it")
            wanted, allowed = re.findall(r"[\d.,]+ [kMG]?B", str(caught.value))
            assert bytes_of(wanted.replace(",", "")) >= needed
            assert bytes_of(allowed.replace(",", "")) <= limit


# --- everybody asks ------------------------------------------------------------------------


def packed(arrays):
    """An .npz whose arrays of zeros take a thousandth of their bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as file:
                np.lib.format.write_array(file, array)
    return buffer.getvalue()


def test_the_members_of_an_npz_are_counted_together_before_one_is_read(tmp_path, monkeypatch):
    """Each by itself would fit."""
    arrays = {name: np.zeros((1000, 100)) for name in "abcdefgh"}
    (tmp_path / "a.npz").write_bytes(packed(arrays))
    assert (tmp_path / "a.npz").stat().st_size < 20_000
    monkeypatch.setattr(_memory, "least", lambda: Limit(3 * 2 * 800_000, "the limit"))
    monkeypatch.setattr(zipfile.ZipFile, "open", None)  # nothing is opened
    with pytest.raises(SpecError, match=r"a\.npz needs about 20 MB of memory.*take fewer rows"):
        from_files(tmp_path / "a.npz")


@pytest.mark.parametrize("lines", ["12,34,56\n" * 1000, "12\n" * 3000])
def test_a_table_takes_many_times_its_bytes(tmp_path, monkeypatch, lines):
    (tmp_path / "a.csv").write_text(lines)
    monkeypatch.setattr(_memory, "least", lambda: Limit(24 * len(lines), "the limit"))
    with pytest.raises(SpecError, match=r"a\.csv needs about .* take fewer rows"):
        from_files(tmp_path / "a.csv", tmp_path / "a.csv")


def test_a_record_is_not_read_where_it_does_not_fit(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_text("[" + "0," * 1000 + "0]")
    monkeypatch.setattr(_memory, "least", lambda: Limit(path.stat().st_size, "the limit"))
    with pytest.raises((RecordError, SpecError), match=r"a\.json needs about .* of memory"):
        load(path)


def test_simulations_and_recorded_arrays_ask(monkeypatch):
    monkeypatch.setattr(_memory, "least", lambda: Limit(1000, "the limit"))
    for run in (
        lambda: simulate(activation="tanh", init="he"),
        lambda: record_from_arrays({"a": np.zeros((9, 9))}),
    ):
        with pytest.raises(SpecError, match="80 % of the limit"):
            run()


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("2GB", 2e9),
        ("1.5 GB", 1.5e9),
        ("512MiB", 2.0**29),
        ("64 kB", 64e3),
        ("3t", 3e12),
        ("7B", 7.0),
        (10**9, 1e9),
    ],
)
def test_a_limit_is_read_as_people_write_it(text, size):
    assert bytes_of(text) == size


@pytest.mark.parametrize(
    "wrong", ["", "GB", "-1GB", "2 XB", "1e9", 0, -5, 1.5, True, None, "0", "２GB"]
)
def test_what_is_no_limit_is_refused_in_one_line(wrong):
    with pytest.raises(SpecError, match="memory_limit must be a number of bytes, or a text such"):
        bytes_of(wrong)


# --- limits that are really set ------------------------------------------------------------

COMMAND = [sys.executable, "-m", "actviz", "stats", "-a", "relu", "-i", "he"]


def run(words, megabytes):
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 10**6, megabytes * 10**6))

    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, preexec_fn=limit)


@pytest.mark.skipif(sys.platform != "linux", reason="ulimit -v bounds nothing elsewhere")
def test_a_limit_of_the_shell_is_kept():
    """4 GB of addresses, of which Python and numpy map one; the weights would take 6 GB."""
    result = run(["-w", "20000", "-n", "100000", "-d", "1"], 4000)
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert "(ulimit -v)" in line
    assert line.endswith(": lower width")
    assert run(["-d", "1"], 4000).returncode == 0


@pytest.mark.parametrize("samples", [200, 20_000])
def test_what_is_kept_for_the_next_stack_is_counted(samples):
    """Of a stack in blocks too."""
    one = StackSpec(activation="tanh", init="he", width=128, depth=64, samples=samples)
    legacy = replace(one, rng="legacy")  # of which nothing is kept
    more = working_bytes(one, Measuring()) - working_bytes(legacy, Measuring())
    assert more == kept_bytes(one) > 8_000_000
