"""The table of speed is written row by row, and what is not measured again stays as it was."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from subprocess import CalledProcessError

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "table.py"
ORDER = ("first", "second", "third")


def _benchmark():
    spec = spec_from_file_location("benchmarks_table", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look it up
    spec.loader.exec_module(module)
    return module


table = _benchmark()


def rows(*texts):
    return [table.Row(what=text, measured="1.00 × F") for text in texts]


@pytest.fixture
def files(tmp_path):
    page = tmp_path / "speed.md"
    page.write_text("before\n<!-- speed -->\nan old table\n<!-- /speed -->\nafter\n", "utf-8")
    return tmp_path / "results.json", page


def run(files, tasks, floors=()):
    """Measure as the command does, with what was written before; return what was said, failed."""
    kept, page = files
    said: list[str] = []
    failed = table.measure(
        tasks,
        table.Results.read(kept),
        floors=dict(floors),
        order=ORDER,
        say=said.append,
        keep=lambda results: results.write(kept, page),
    )
    return said, failed


def lines(files):
    """Return what the rows of the page are of."""
    text = files[1].read_text("utf-8")
    assert text.startswith("before\n<!-- speed -->\n| what |")
    assert text.endswith("<!-- /speed -->\nafter\n")
    found = [
        line.split(" | ")[0].removeprefix("| ") for line in text.splitlines() if " × F" in line
    ]
    return [line for line in found if not line.startswith("Measured")]


def test_all_rows_stand_in_the_tables_order_with_the_floors(files):
    tasks = {"second": lambda: rows("b", "c"), "first": lambda: rows("a")}
    said, failed = run(files, tasks, {"F": [0.3, 0.5, 0.4]})
    assert failed == []
    assert [line.split(" | ")[0] for line in said[2:]] == ["| b", "| c", "| a"]
    assert lines(files) == ["a", "b", "c"]
    assert "F = 0.40 s." in files[1].read_text("utf-8")


def test_rows_of_one_name_replace_their_own_and_no_others(files):
    run(files, {name: lambda name=name: rows(f"old {name}") for name in ORDER}, {"F": [0.4]})
    run(files, {"second": lambda: rows("new", "more")}, {"G": [2.0]})
    assert lines(files) == ["old first", "new", "more", "old third"]
    assert "F = 0.40 s, G = 2.00 s." in files[1].read_text("utf-8")


def test_rows_of_a_name_that_is_gone_are_dropped(files):
    run(files, {"first": lambda: rows("a"), "second": lambda: rows("b")})
    kept = files[0].read_text("utf-8")
    files[0].write_text(kept.replace('"second"', '"no more"'), "utf-8")
    run(files, {"third": lambda: rows("c")})
    assert lines(files) == ["a", "c"]


def test_a_row_that_fails_is_named_and_left_as_it_was(files):
    def fail():
        raise CalledProcessError(3, ["small.py"])

    def fails():
        raise table.NotMeasuredError("actviz plot failed with exit code 1")

    run(files, {"second": lambda: rows("old")})
    tasks = {"first": fail, "second": fails, "third": lambda: rows("c")}
    _, (one, two) = run(files, tasks)
    assert one.startswith("first: Command '['small.py']' returned non-zero exit status 3")
    assert two == "second: actviz plot failed with exit code 1"
    assert lines(files) == ["old", "c"]


def test_who_stops_it_keeps_what_there_is(files):
    def stop():
        raise KeyboardInterrupt

    said: list[str] = []
    kept, page = files
    with pytest.raises(KeyboardInterrupt):
        table.measure(
            {"first": lambda: rows("a"), "second": stop},
            table.Results.read(kept),
            floors={},
            order=ORDER,
            say=said.append,
            keep=lambda results: results.write(kept, page),
        )
    assert said[-1].startswith("| a |")
    assert lines(files) == ["a"]
    assert [row.what for row in table.Results.read(kept).rows["first"]] == ["a"]
