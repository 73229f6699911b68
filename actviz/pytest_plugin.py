"""The pytest plugin: the fixture `activation_regression`, two options, and == that explains itself.

An edge. It costs a run that does not use it nothing but this file: numpy and all rooms of actviz
are imported when a test asks. What is compared, and how, is the business of `actviz.check`.
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from actviz.baseline import Baseline
    from actviz.record import Record
    from actviz.report import Kind, Report
    from actviz.spec import StackSpec

#: Beside the tests: what is committed, and what a failure leaves.
BASELINES, RESULTS = "baselines", "actviz-results"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two options."""
    group = parser.getgroup("actviz")
    group.addoption(
        "--actviz-regen",
        action="store_true",
        help="Write the baselines of activation_regression again, and fail.",
    )
    group.addoption(
        "--actviz-results",
        metavar="DIR",
        help=f"Where a drift leaves what was obtained. Default: {RESULTS}/ beside the test.",
    )


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Say which layer and statistic of two Records, or which bins of two Histograms, differ."""
    # Who compares Records has imported them.
    if op != "==" or type(left) is not type(right) or "actviz.record" not in sys.modules:
        return None
    from actviz._exact import explain

    return explain(left, right)


class ActivationRegression:
    """Holds stacks and Records of a test against baselines beside it.

    The baseline of ``check`` in ``tests/test_net.py::test_init[he]`` is
    ``tests/baselines/test_net/test_init_he.json``.
    """

    def __init__(self, request: pytest.FixtureRequest) -> None:
        module = Path(str(request.path))
        results = request.config.getoption("--actviz-results")
        self._regen = request.config.getoption("--actviz-regen")
        self._test = _file_name(request.node.name)
        self._baselines = module.parent / BASELINES / module.stem
        self._results = Path(results or module.parent / RESULTS).absolute() / module.stem
        self._used: set[str] = set()

    def check(
        self,
        subject: "StackSpec | Record | Sequence[Record]",
        name: str | None = None,
        kind: "Kind" = "statistical",
        *,
        seeds: int = 1,
        **limits: float,
    ) -> None:
        """Fail unless `subject` is what its baseline expects; without one, write it and fail.

        Parameters
        ----------
        subject : StackSpec, Record, or a sequence of Records
            A spec is simulated; several records are seeds of one stack.
        name : str, optional
            Of the baseline, after the test's own name; needed for a second check in one test.
        kind : {"statistical", "exact"}
            As in `actviz.compare`.
        seeds : int
            Of how many seeds a spec is simulated, for their mean.
        **limits
            false_alarm and rtol, as in `actviz.compare`.
        """
        from actviz.check import compare
        from actviz.io import load_baseline

        stem = self._test if name is None else f"{self._test}-{_file_name(name)}"
        if stem in self._used:
            pytest.fail(f"two checks of one test are called {stem}: give the second a name")
        self._used.add(stem)
        path = self._baselines / f"{stem}.json"
        if self._regen or not path.exists():
            self._write(path, subject, kind)
        baseline = load_baseline(path)
        records = _records(subject, seeds)
        report = compare(records, baseline, kind=kind, name=path.name, **limits)
        if not report.ok:
            pytest.fail(self._leave(report, baseline, records[0], stem), pytrace=False)

    def _write(self, path: Path, subject: Any, kind: "Kind") -> None:
        from actviz.check import baseline_of
        from actviz.errors import ExportError
        from actviz.io import make_folder, save_baseline

        try:
            make_folder(path.parent)
            save_baseline(baseline_of(subject, kind), path)
        except ExportError as error:
            hint = "make the baseline where the checkout can be written, and commit it"
            pytest.fail(f"there is no baseline, and {error}: {hint}", pytrace=False)
        pytest.fail(f"wrote {path}: look at it, commit it, and run again", pytrace=False)

    def _leave(self, report: "Report", baseline: "Baseline", record: "Record", stem: str) -> str:
        """Leave what was obtained and a picture of it; return what to say."""
        from actviz.drift_files import leave_drift
        from actviz.errors import ExportError

        advice = "if the change is meant: pytest --actviz-regen"
        try:
            left = leave_drift(report, baseline, record, self._results, stem)
        except ExportError as error:
            return f"{report}\n  nothing was left to look at: {error}\n  {advice}"
        return "\n".join([str(report), *(f"  see {path}" for path in left), f"  {advice}"])


@pytest.fixture
def activation_regression(request: pytest.FixtureRequest) -> ActivationRegression:
    """Hold a stack or recorded arrays against a baseline: ``.check(spec)``, ``.check(record)``."""
    return ActivationRegression(request)


def _records(subject: Any, seeds: int) -> "list[Record]":
    from actviz.ensemble import simulate_ensemble
    from actviz.record import Record
    from actviz.spec import StackSpec

    if isinstance(subject, StackSpec):
        return list(simulate_ensemble(subject, seeds=seeds).records)
    return [subject] if isinstance(subject, Record) else list(subject)


def _file_name(text: str) -> str:
    return re.sub(r"[^\w.+=-]+", "_", text).strip("_.") or "check"
