"""Report: what a check found, as a value, and as text, JSON, JUnit and GitHub annotations.

This room judges nothing, prints nothing and opens no file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import inf, isfinite
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

from actviz.format import axis_number, one_line
from actviz.layers.signals import BACKWARD, SIGNALS

CheckKind = Literal["statistical", "exact", "theory"]

#: So many drifts are listed.
MOST_ROWS = 20

HEADS = ("layer", "signal", "statistic", "expected", "tolerance", "obtained", "distance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A statistic that is not what it should be.

    Parameters
    ----------
    layer : int
        From 1.
    name : str
        The layer's own name, where it has one; else "".
    signal, statistic : str
        Of which signal, and which one.
    expected : float or None
        What should be there; None where nothing should.
    low, high : float
        Between which values it would have passed.
    obtained : float or None
        What is there; None where it is not defined, or the layer is not finite.
    distance : float
        From the expected value in standard deviations of the difference; for an exact comparison
        relative to the tolerance. Infinite where one of them is not defined.
    """

    layer: int
    name: str = ""
    signal: str
    statistic: str
    expected: float | None
    low: float
    high: float
    obtained: float | None
    distance: float

    def cells(self) -> tuple[str, ...]:
        """Return its row of a table, in the order of `HEADS`."""
        layer = f"{self.layer} {one_line(self.name)}".rstrip()
        between = f"{_number(self.low)} … {_number(self.high)}"
        distance = "–" if not isfinite(self.distance) else axis_number(self.distance)
        numbers = (_number(self.expected), between, _number(self.obtained), distance)
        return (layer, self.signal, self.statistic, *numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a check found.

    Parameters
    ----------
    name : str
        Of the baseline.
    kind : {"statistical", "exact", "theory"}
        How it was compared.
    drifts : tuple of Drift
        None where all is well. In whatever order they are given, they are kept in the direction of
        the signal: forward from layer 1 on, then the gradients from the last layer back.
    compared : int
        How many statistics were.
    note : str
        What the tolerance is made of.
    left_out : str
        What was not compared, and why; "" where all was.
    """

    name: str
    kind: CheckKind
    drifts: tuple[Drift, ...]
    compared: int
    note: str = ""
    left_out: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "drifts", tuple(sorted(self.drifts, key=_passed)))

    @property
    def ok(self) -> bool:
        """Whether everything is within tolerance."""
        return not self.drifts

    @property
    def first_layer(self) -> int | None:
        """The first layer that drifted in the direction of the signal; None where all is well.

        A broken layer spoils all that the signal passes after it, the gradients of the layers
        below it too. Of activations and preactivations it is the lowest layer; where only
        gradients drifted, which go from the last layer to the first, the highest.
        """
        return self.drifts[0].layer if self.drifts else None

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        return f"<Report {self.summary}>"

    def __str__(self) -> str:
        return self.to_text()

    @property
    def summary(self) -> str:
        """One line: what was compared, how, and where it drifted first."""
        name, count = one_line(self.name), self.compared
        statistics = f"{count} statistic{'s' if count != 1 else ''}"
        if self.ok:
            return f"{name}: ok, {statistics} within tolerance ({self.kind})"
        first = self.drifts[0]
        layer = f"layer {first.layer}{f' ({one_line(first.name)})' if first.name else ''}"
        if first.signal in BACKWARD:
            layer = f"the gradient of {layer}"
        return (
            f"{name}: {layer} is the first that drifted, {len(self.drifts)} of {statistics} "
            f"beyond tolerance ({self.kind})"
        )

    def to_text(self) -> str:
        """Return the summary and, under it, what was left out, and the first 20 drifts."""
        return "\n".join([self.summary, *self._table()])

    def _table(self) -> Iterator[str]:
        if self.left_out:
            yield f"  {self.left_out}"
        if self.ok:
            return
        rows = [HEADS, *(drift.cells() for drift in self.drifts[:MOST_ROWS])]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            texts = zip(row, widths, range(len(row)), strict=True)
            cells = (t.ljust(w) if i < 3 else t.rjust(w) for t, w, i in texts)
            yield f"  {'  '.join(cells)}".rstrip()
        if (more := len(self.drifts) - MOST_ROWS) > 0:
            yield f"  … and {more} more"
        if self.note:
            yield f"  {self.note}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; an infinite distance or bound is null."""
        drifts = [
            {key: _plain(value) for key, value in asdict(drift).items()} for drift in self.drifts
        ]
        return {
            "name": self.name,
            "kind": self.kind,
            "ok": self.ok,
            "compared": self.compared,
            "first_layer": self.first_layer,
            "note": self.note,
            "left_out": self.left_out,
            "drifts": drifts,
        }


def _passed(drift: Drift) -> tuple[bool, int, int]:
    """Return when the signal passes a drift, on its way forward and then back."""
    order: tuple[str, ...] = SIGNALS
    backward = drift.signal in BACKWARD
    return backward, -drift.layer if backward else drift.layer, order.index(drift.signal)


def to_junit(reports: Sequence[Report]) -> str:
    """Return the reports as JUnit's XML: a test case for each."""
    failed = sum(not report.ok for report in reports)
    cases = "".join(_case(report) for report in reports)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuite name="actviz check" tests="{len(reports)}" failures="{failed}">\n'
        f"{cases}</testsuite>\n"
    )


def _case(report: Report) -> str:
    head = f"  <testcase classname={quoteattr(report.kind)} name={quoteattr(_xml(report.name))}"
    if report.ok and not report.left_out:
        return f"{head}/>\n"
    if report.ok:
        said = escape(_xml(report.to_text()))
        return f"{head}>\n    <system-out>{said}</system-out>\n  </testcase>\n"
    message, text = quoteattr(_xml(report.summary)), escape(_xml(report.to_text()))
    return f"{head}>\n    <failure message={message}>{text}</failure>\n  </testcase>\n"


def _xml(text: str) -> str:
    """Return `text` without the characters that XML cannot hold."""
    return "".join(c if c in "\n\t" or c.isprintable() else "�" for c in text)


def to_github(reports: Sequence[Report], paths: Sequence[str]) -> str:
    """Return an annotation of GitHub's workflows for each report that failed or left things out."""
    return "".join(
        f"::{'notice' if report.ok else 'error'} file={_escaped(path, ',:')},title=actviz check::"
        f"{_escaped(report.to_text())}\n"
        for report, path in zip(reports, paths, strict=True)
        if not report.ok or report.left_out
    )


def _escaped(text: str, also: str = "") -> str:
    return "".join(f"%{ord(c):02X}" if c in f"%\r\n{also}" else c for c in text)


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return axis_number(value, 5) if abs(value) < inf else ("∞" if value > 0 else "−∞")


def _plain(value: object) -> object:
    return None if isinstance(value, float) and not isfinite(value) else value
