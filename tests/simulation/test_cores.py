"""How many CPUs may be used, read from made-up systems, and what holds a thread to one."""

import os
from threading import Thread

import pytest

from actviz.simulation.cores import cpus, on_one_core

V2 = {"proc/self/cgroup": "0::/pod/box"}
V1 = {"proc/self/cgroup": "5:cpu,cpuacct:/pod/box\n4:memory:/pod/box\n0::/"}

CASES = {
    "no limit is told": ({}, 8),
    "no quota": (V2 | {"sys/fs/cgroup/pod/box/cpu.max": "max 100000"}, 8),
    "a quota": (V2 | {"sys/fs/cgroup/pod/box/cpu.max": "300000 100000"}, 3),
    "half a CPU more": (V2 | {"sys/fs/cgroup/pod/box/cpu.max": "250000 100000"}, 3),
    "a tenth of a CPU": (V2 | {"sys/fs/cgroup/pod/box/cpu.max": "10000 100000"}, 1),
    "a quota above": (V2 | {"sys/fs/cgroup/pod/cpu.max": "200000 100000"}, 2),
    "more than there are": (V2 | {"sys/fs/cgroup/cpu.max": "6400000 100000"}, 8),
    "torn": (V2 | {"sys/fs/cgroup/cpu.max": ""}, 8),
    "version 1": (
        V1
        | {
            "sys/fs/cgroup/cpu/pod/box/cpu.cfs_quota_us": 150_000,
            "sys/fs/cgroup/cpu/pod/box/cpu.cfs_period_us": 50_000,
        },
        3,
    ),
    "version 1, no quota": (
        V1
        | {
            "sys/fs/cgroup/cpu/pod/box/cpu.cfs_quota_us": -1,
            "sys/fs/cgroup/cpu/pod/box/cpu.cfs_period_us": 50_000,
        },
        8,
    ),
}


@pytest.mark.parametrize(("files", "expected"), CASES.values(), ids=CASES)
def test_what_a_process_may_use(files, expected, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{content}\n")
    assert cpus(tmp_path) == expected


def test_affinity_counts_and_a_system_without_it_has_all(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {3, 5, 6}, raising=False)
    assert cpus(tmp_path) == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cpus(tmp_path) == 1


def test_one_of_several_starts_no_others(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    others = []
    with on_one_core():
        with on_one_core():
            assert cpus(tmp_path) == 1
        assert cpus(tmp_path) == 1
        thread = Thread(target=lambda: others.append(cpus(tmp_path)))
        thread.start()
        thread.join()
    assert others == [8]
    assert cpus(tmp_path) == 8
