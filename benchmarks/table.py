"""The table of speed: its rows, kept by the name of their measurement, and where they stand.

results.json beside this file is what was measured; the table in docs/speed.md is made from it.
"""

import json
import os
import platform
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from subprocess import CalledProcessError

KEPT = Path(__file__).with_name("results.json")
PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
MARKED = re.compile(r"<!-- speed -->.*?<!-- /speed -->", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table."""

    what: str
    measured: str
    target: str = "–"
    met: str = "–"

    def __str__(self) -> str:
        return f"| {self.what} | {self.measured} | {self.target} | {self.met} |"


Task = Callable[[], Sequence[Row]]


class NotMeasuredError(Exception):
    """A command failed, and what it says."""


@dataclass(slots=True, kw_only=True)
class Results:
    """What was measured, by name, and the median of each floor in seconds."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    floors: dict[str, float] = field(default_factory=dict)
    machine: str = ""

    @classmethod
    def read(cls, path: Path) -> "Results":
        """Return those of a file; none if it is not there."""
        if not path.is_file():
            return cls()
        found = json.loads(path.read_text(encoding="utf-8"))
        rows = {name: [Row(**row) for row in rows] for name, rows in found["rows"].items()}
        return cls(rows=rows, floors=found["floors"], machine=found["machine"])

    def write(self, path: Path, page: Path) -> None:
        """Write them, and put their table between the markers of a page."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        path.write_text(f"{text}\n", encoding="utf-8")
        if page.is_file():
            marked = f"<!-- speed -->\n{self.table()}\n<!-- /speed -->"
            around = page.read_text(encoding="utf-8")
            page.write_text(MARKED.sub(lambda _: marked, around), encoding="utf-8")

    def table(self) -> str:
        """Return all rows in Markdown."""
        lines = [str(row) for rows in self.rows.values() for row in rows]
        return "\n".join([*HEAD, *lines, "", self.measured_with()])

    def measured_with(self) -> str:
        took = [f"{letter} = {seconds:.2f} s" for letter, seconds in sorted(self.floors.items())]
        return f"Measured with {', '.join([self.machine, *took])}."


HEAD = ("| what | measured: median (min–max) | target | met |", "| --- | --- | --- | --- |")


def measure(
    tasks: Mapping[str, Task],
    results: Results,
    *,
    floors: Mapping[str, Sequence[float]],
    order: Sequence[str],
    say: Callable[[str], None],
    keep: Callable[[Results], None],
) -> list[str]:
    """Take measurements, say each row as it is there, and have the results kept after each.

    Parameters
    ----------
    tasks : mapping of str to Task
        By name.
    results : Results
        Of before: rows of the same names are replaced, those of names that are gone dropped.
    floors : mapping of str to sequence of float
        The seconds of each floor, to which the tasks add.
    order : sequence of str
        All names, in the table's order.
    say, keep : callable
        Print a line; write the results.

    Returns
    -------
    list of str
        What failed: the name, and why. Their rows are as they were.
    """
    failed = []
    results.machine = machine()
    for line in HEAD:
        say(line)
    for name, take in tasks.items():
        try:
            rows = list(take())
        except (CalledProcessError, NotMeasuredError, OSError) as error:
            failed.append(f"{name}: {error}")
            continue
        for row in rows:
            say(str(row))
        there = {**results.rows, name: rows}
        results.rows = {each: there[each] for each in order if each in there}
        results.floors |= {letter: median(seconds) for letter, seconds in floors.items()}
        keep(results)
    return failed


def machine() -> str:
    """Return what machine this is, and the versions of what counts on it."""
    libraries = ("numpy", "matplotlib", "seaborn", "torch")
    versions = [f"{name} {version(name)}" for name in libraries if find_spec(name)]
    cores = f"{os.cpu_count()} cores ({platform.machine()}, {platform.system()})"
    return ", ".join([cores, f"Python {platform.python_version()}", *versions])
