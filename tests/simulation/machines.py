"""A machine of so many cores and so much memory, made up."""

from actviz.simulation import executors, jobs, memory, processes, stacks


def on_cores(monkeypatch, count):
    for module in (executors, jobs, memory, processes, stacks):
        monkeypatch.setattr(module, "cpus", lambda: count)


def machine_of(monkeypatch, size):
    limit = memory.Limit(size, "the test's limit")
    monkeypatch.setattr(memory, "least", lambda: limit)
