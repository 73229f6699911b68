"""The pytest plugin: the fixture `activation_regression`, two options, and == that explains itself.

An edge. It costs a run that does not use it nothing but this file: numpy and all rooms of actviz
are imported when a test asks. What is compared, and how, is the business of
`actviz.checks.comparison`.
"""

import re
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from actviz.checks.baseline import Baseline
    from actviz.checks.report import CheckKind, Report
    from actviz.records.record import Record
    from actviz.records.spec import StackSpec

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
    if op != "==" or type(left) is not type(right) or "actviz.records.record" not in sys.modules:
        return None
    from actviz.checks.exact import explain

    return explain(left, right)


#: The names of all tests that a module or a class has, whichever of them are run.
_COLLECTED = pytest.StashKey[set[str]]()


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Note what is collected: a baseline's name must not depend on what else is run."""
    found = yield
    for item in found if isinstance(found, list) else [found]:
        if isinstance(item, pytest.Function):
            collector.stash.setdefault(_COLLECTED, set()).add(item.name)
    return found


class ActivationRegression:
    """Holds stacks and Records of a test against baselines beside it.

    The baseline of ``check`` in ``tests/test_net.py::test_init[he]`` is
    ``tests/baselines/test_net/test_init_he.json``, and in a class ``TestDeep`` it is
    ``TestDeep.test_init_he.json``. No two tests have one: where a name does not say it all (a
    parameter ``a/b``, a function ``test_init_he`` beside), it ends in a number made of the test's.
    """

    def __init__(self, request: pytest.FixtureRequest) -> None:
        module = Path(str(request.path))
        results = request.config.getoption("--actviz-results")
        self._regen = request.config.getoption("--actviz-regen")
        self._test = _Test.of(request.node)
        self._others = [
            item
            for item in request.session.items
            if item.path == request.path and item.nodeid != request.node.nodeid
        ]
        self._baselines = module.parent / BASELINES / module.stem
        self._results = module.parent / RESULTS / module.stem
        if results:  # of all modules, some of which have one name
            root = request.config.rootpath
            inside = module.relative_to(root) if module.is_relative_to(root) else Path(module.name)
            self._results = Path(results).absolute() / inside.with_suffix("")
        self._used: set[str] = set()

    def check(
        self,
        subject: "StackSpec | Record | Sequence[Record]",
        name: str | None = None,
        kind: "CheckKind" = "statistical",
        *,
        seeds: int = 1,
        min_chance: float | None = None,
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
        min_chance : float, optional
            Fail as well where the median of the seeds' chances to train is below this, or where a
            chance is not known.
        **limits
            false_alarm and rtol, as in `actviz.compare`.
        """
        from actviz.checks.comparison import compare
        from actviz.files.records import load_baseline
        from actviz.lookup import lookup

        # Before anything is written: a baseline of a slip would be committed.
        known: dict[str, CheckKind] = {"statistical": "statistical", "exact": "exact"}
        kind = lookup(known, kind if isinstance(kind, str) else repr(kind), kind="kind")
        _check_arguments(limits, seeds, min_chance)
        stem = self._test.stem(name)
        if stem in self._used:
            pytest.fail(f"two checks of one test are called {stem}: give the second a name")
        self._used.add(stem)
        path = self._test.path(self._baselines, name, self._claimed())
        if self._regen or not path.exists():
            self._write(path, subject, kind)
        baseline = load_baseline(path)
        records = _records(subject, seeds)
        if min_chance is not None:
            _hold_to_chance(records, min_chance)
        report = compare(records, baseline, kind=kind, name=path.name, **limits)
        if not report.ok:
            pytest.fail(self._leave(report, baseline, records[0], stem), pytrace=False)

    def _claimed(self) -> set[str]:
        """Return the files of other tests of this run, and of other checks of this test."""
        return self._used | {_Test.of(item).stem(None) for item in self._others}

    def _write(self, path: Path, subject: Any, kind: "CheckKind") -> None:
        from actviz.checks.making import baseline_of
        from actviz.errors import ExportError
        from actviz.files.disk import make_folder
        from actviz.files.records import save_baseline

        try:
            make_folder(path.parent)
            save_baseline(baseline_of(subject, kind), path)
        except ExportError as error:
            hint = "make the baseline where the checkout can be written, and commit it"
            pytest.fail(f"there is no baseline, and {error}: {hint}", pytrace=False)
        pytest.fail(f"wrote {path}: look at it, commit it, and run again", pytrace=False)

    def _leave(self, report: "Report", baseline: "Baseline", record: "Record", stem: str) -> str:
        """Leave what was obtained and a picture of it; return what to say."""
        from actviz.errors import ExportError
        from actviz.files.drift import leave_drift

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
    from actviz.records.record import Record
    from actviz.simulation.ensemble import simulate_ensemble

    if isinstance(subject, Record):
        return [subject]
    if isinstance(subject, Iterable):
        return list(subject)
    return list(simulate_ensemble(subject, seeds=seeds).records)


def _hold_to_chance(records: "Sequence[Record]", least: float) -> None:
    """Fail where the median of the chances is below `least`, or one is not known.

    A stack that was simulated without gradients is simulated again with them, as the judge needs.
    """
    from actviz.diagnosis.rules import DEFAULT
    from actviz.diagnosis.seeds import SeedFindings
    from actviz.diagnosis.verdict import diagnose
    from actviz.simulation.stacks import simulate_many
    from actviz.words.findings import line, why_unknown

    lacking = [each.stack for each in records if each.stack and "gradient" not in each.signals]
    if len(lacking) == len(records):
        records = simulate_many(lacking, DEFAULT.measuring)
    found = SeedFindings(found=tuple(map(diagnose, records)))
    if found.chance is None:
        why = next(each.unknown for each in found.found if each.unknown is not None)
        pytest.fail(f"min_chance={least:g}: no chance is known: {why_unknown(why)}", pytrace=False)
    if found.chance < least:
        pytest.fail(f"min_chance={least:g}: {line(found)}", pytrace=False)


def _check_arguments(limits: dict[str, float], seeds: int, min_chance: float | None = None) -> None:
    from actviz.checks.comparison import check_limits
    from actviz.errors import SpecError
    from actviz.numbers.scalars import check_integer
    from actviz.records.spec import MAX_SEEDS

    if min_chance is not None and not 0 < min_chance <= 1:
        raise SpecError(f"min_chance is above 0 and at most 1 (got {min_chance:g})")
    if unknown := sorted(limits.keys() - {"false_alarm", "rtol"}):
        raise SpecError(f"check has no argument {unknown[0]!r}; it has false_alarm and rtol")
    check_limits(**limits)
    check_integer("seeds", seeds, 1, MAX_SEEDS)


# --- names of files ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Test:
    """A test as it names its files.

    Parameters
    ----------
    function : str
        Its function.
    parameters : str or None
        What stands in its brackets; None where it has none.
    within : tuple of str
        The classes around it.
    others : mapping
        The other functions of its module, by the classes around them.
    siblings : frozenset of str
        The parameters that this function is called with, run or not.
    """

    function: str
    parameters: str | None
    within: tuple[str, ...]
    others: Mapping[tuple[str, ...], frozenset[str]]
    siblings: frozenset[str] = frozenset()

    @classmethod
    def of(cls, node: Any) -> "_Test":
        """Return the test of an item of pytest's."""
        module = node.getparent(pytest.Module)
        function = getattr(node, "originalname", None) or node.name
        tail = node.name.removeprefix(function)
        collected = node.parent.stash.get(_COLLECTED, set())
        start = f"{function}["
        return cls(
            function=function,
            parameters=tail[1:-1] if tail.startswith("[") else None,
            within=tuple(item.name for item in node.listchain() if isinstance(item, pytest.Class)),
            others={} if module is None else dict(_functions(vars(module.obj), ())),
            siblings=frozenset(n[len(start) : -1] for n in collected if n.startswith(start)),
        )

    def stem(self, name: str | None) -> str:
        """Return the name of its files, without a suffix: no other test's, no other check's."""
        readable = self._readable(name)
        told = (
            self._told(name)
            and self._longest(readable) == self.function
            and not self._in_a_sibling(name)
        )
        return readable if told else self._numbered(name)

    def _told(self, name: str | None) -> bool:
        """Whether parameters and name are in a file's name as they are, every character."""
        parts = [part for part in (self.parameters, name) if part is not None]
        return all(_PLAIN.fullmatch(part) and part == part.strip("_.") for part in parts)

    def _in_a_sibling(self, name: str | None) -> bool:
        """Whether a name after the parameters reads as other parameters: ``[a]`` b, ``[a-b]``."""
        if self.parameters is None or name is None:
            return False
        whole = f"{self.parameters}-{name}"
        longer = (one for one in self.siblings if len(one) > len(self.parameters or ""))
        return any(whole == one or whole.startswith(f"{one}-") for one in longer)

    def path(self, folder: Path, name: str | None, claimed: Set[str]) -> Path:
        """Return its baseline's file: one of before classes were named too, if it is no other's.

        Those that are `claimed` are.
        """
        path = folder / f"{self.stem(name)}.json"
        there = [item.name for item in folder.iterdir()] if folder.is_dir() else []
        if path.name in there:
            return path
        if path.name.lower() in map(str.lower, there):  # one name, on many a disk
            return folder / f"{self._numbered(name)}.json"
        check = "" if name is None else f"-{_file_name(name)}"
        old = folder / f"{_file_name(self._node_name)}{check}.json"
        if old == path or old.name not in there or old.stem in claimed or self._in_a_sibling(name):
            return path
        if self._alone and self._told(name):
            return old
        pytest.fail(
            f"{old} may be another test's: rename it to {path.name} if it is this one's, or take "
            "it away",
            pytrace=False,
        )

    @property
    def _node_name(self) -> str:
        return self.function if self.parameters is None else f"{self.function}[{self.parameters}]"

    @property
    def _alone(self) -> bool:
        """Whether no other class and nothing outside has a function of this name."""
        return (
            not any(
                self.function in names
                for within, names in self.others.items()
                if within != self.within
            )
            and self._longest(_file_name(self._node_name)) == self.function
        )

    def _longest(self, readable: str) -> str:
        """Return the function that a name begins with: the longest of those that it may be."""
        names = self.others.get(self.within, frozenset()) | {self.function}
        rest = readable.removeprefix("".join(f"{name}." for name in self.within))
        meant = [one for one in names if rest == one or rest.startswith((f"{one}_", f"{one}-"))]
        return max(meant, key=len, default=self.function)

    def _readable(self, name: str | None) -> str:
        own = ".".join((*self.within, _file_name(self._node_name)))
        return own if name is None else f"{own}-{_file_name(name)}"

    def _numbered(self, name: str | None) -> str:
        exact = "\n".join((*self.within, self._node_name, "" if name is None else name))
        return f"{self._readable(name)}-{sha256(exact.encode()).hexdigest()[:8]}"


#: What a file's name holds as it is.
_PLAIN = re.compile(r"[\w.+=-]+")


def _functions(
    names: Mapping[str, Any], within: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], frozenset[str]]]:
    """Yield the functions of a module, and of each class in it, inherited ones too."""
    yield within, frozenset(name for name, value in names.items() if callable(value))
    for name, value in names.items():
        if isinstance(value, type) and name == value.__name__ and name not in within:
            members = {key: getattr(value, key, None) for key in dir(value) if key[:1] != "_"}
            yield from _functions(members, (*within, name))


def _file_name(text: str) -> str:
    return re.sub(r"[^\w.+=-]+", "_", text).strip("_.") or "check"
