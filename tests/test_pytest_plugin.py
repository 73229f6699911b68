"""The plugin through pytester: the whole day of a user, and the days that go wrong."""

import subprocess
import sys

import pytest

# pytester forgets what a run imported: numpy cannot be so twice, and the others take their time.
import actviz.checks.comparison
import actviz.checks.making
import actviz.files.drift
import actviz.files.records
import actviz.simulation.stacks  # noqa: F401

pytest_plugins = ["pytester"]

SMALL = "activation='relu', init={init!r}, depth=3, width=30, samples=60"

TEST = """
import actviz, pytest

@pytest.mark.parametrize("init", ["he"])
def test_init(activation_regression, init):
    record = actviz.simulate({fields})
    import dataclasses
    spec = actviz.StackSpec(activation="relu", init="he", depth=3, width=30, samples=60)
    activation_regression.check(dataclasses.replace(record, spec=spec))
"""


def write(pytester, init):
    pytester.makepyfile(test_net=TEST.format(fields=SMALL.format(init=init)))


@pytest.fixture
def run(pytester):
    return lambda *words: pytester.runpytest_inprocess(
        *("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:hypothesispytest"), *words
    )


def test_the_whole_day_of_a_user(pytester, run):
    write(pytester, "he")
    baseline = pytester.path / "baselines" / "test_net" / "test_init_he.json"
    run().stdout.fnmatch_lines(["*wrote *test_init_he.json: look at it, commit it*", "*1 failed*"])
    assert baseline.exists()
    first = baseline.read_bytes()
    run().assert_outcomes(passed=1)

    write(pytester, "lecun")  # somebody loses a factor
    done = run()
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["*layer 1 is the first that drifted*", "*rms*", "*--actviz-regen*"])
    left = pytester.path / "actviz-results" / "test_net"
    assert (left / "test_init_he.png").read_bytes()[:4] == b"\x89PNG"
    assert (left / "test_init_he.obtained.json").exists()
    assert baseline.read_bytes() == first

    run("--actviz-regen").assert_outcomes(failed=1)
    assert baseline.read_bytes() != first
    run("--actviz-results", str(pytester.path / "ci")).assert_outcomes(failed=1)
    # The baseline of a Record has its own numbers, and the spread of its spec.
    assert (pytester.path / "ci" / "test_net" / "test_init_he.png").exists()
    write(pytester, "he")
    run("--actviz-regen").assert_outcomes(failed=1)
    run().assert_outcomes(passed=1)


def test_specs_arrays_and_names(pytester, run):
    pytester.makepyfile(
        test_more="""
        import numpy as np, actviz

        def arrays(seed):
            a = np.random.default_rng(seed).standard_normal((50, 20))
            return actviz.record_from_arrays({"fc1": a, "fc2": np.tanh(a)})

        def test_spec(activation_regression):
            spec = actviz.StackSpec(activation="tanh", init="he", depth=2, width=20, samples=30)
            activation_regression.check(spec, seeds=3)

        def test_exact(activation_regression):
            activation_regression.check(arrays(1), "one", kind="exact")

        def test_seeds(activation_regression):
            activation_regression.check([arrays(k) for k in range(6)])

        def test_one_of_arrays(activation_regression):
            activation_regression.check(arrays(1))

        def test_twice(activation_regression):
            activation_regression.check(arrays(1), kind="exact")
            activation_regression.check(arrays(1), kind="exact")
        """
    )
    run().assert_outcomes(failed=5)
    done = run()
    done.assert_outcomes(passed=3, failed=2)
    done.stdout.fnmatch_lines(["*one record of arrays has no spread*", "*two checks of one test*"])
    names = {path.stem for path in (pytester.path / "baselines" / "test_more").iterdir()}
    assert names == {"test_spec", "test_exact-one", "test_seeds", "test_twice"}


@pytest.mark.usefixtures("ordinary_user")
def test_a_read_only_checkout_says_so(pytester, run):
    write(pytester, "he")
    pytester.path.chmod(0o500)
    try:
        run().stdout.fnmatch_lines(["*there is no baseline, and cannot make*commit it*"])
    finally:
        pytester.path.chmod(0o700)


def test_where_no_baseline_can_be_written_it_says_so(pytester, run, monkeypatch):
    from actviz.errors import ExportError
    from actviz.files import records as io

    def refuse(*_):
        raise ExportError("cannot write it: Read-only file system")

    monkeypatch.setattr(io, "save_baseline", refuse)
    write(pytester, "he")
    done = run()
    done.stdout.fnmatch_lines(["*there is no baseline, and cannot write it*commit it"])
    done.assert_outcomes(failed=1)


def test_equality_names_layer_and_statistic(pytester, run):
    pytester.makepyfile(
        """
        import actviz
        fields = dict(activation="relu", init="he", depth=3, width=20, samples=30)
        one, two = actviz.simulate(**fields), actviz.simulate(**fields, seed=1)

        def test_records():
            assert one == two

        def test_specs():
            assert one == actviz.simulate(**fields | {"depth": 2})

        def test_histograms():
            assert one.layers[1]["activation"].histogram == two.layers[1]["activation"].histogram
        """
    )
    run().stdout.fnmatch_lines(
        [
            "*Record == Record*",
            "*layer 1, preactivation, is the first that differs*",
            "*expected*tolerance*obtained*",
            "*their specs differ in depth (3 and 2)*",
            "*Histogram == Histogram*",
            "*bin *: * and *",
        ]
    )


def test_it_imports_nothing_before_it_is_used():
    program = (
        "import sys, pytest, actviz.pytest_plugin\n"
        "assert not {'numpy', 'matplotlib', 'pandas', 'typer'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_installed_plugin_is_found():
    from importlib.metadata import entry_points

    assert [e.value for e in entry_points(group="pytest11", name="actviz")] == [
        "actviz.pytest_plugin"
    ]


# --- names --------------------------------------------------------------------------------

NEIGHBOURS = """
import actviz, pytest

def spec(init):
    return actviz.StackSpec(activation="tanh", init=init, depth=1, width=20, samples=20)

def check(regression, init, name=None):  # exact: what is asked is whose file it is, not its spread
    regression.check(spec(init), name, kind="exact")

class TestA:
    def test_x(self, activation_regression):
        check(activation_regression, "std=1")

class TestB:
    def test_x(self, activation_regression):
        check(activation_regression, "std=0.01")

@pytest.mark.parametrize("init", ["std=1", "std=0.01", "he"], ids=["a/b", "a_b", "a b"])
def test_y(activation_regression, init):
    check(activation_regression, init)

@pytest.mark.parametrize("init", ["std=1", "std=0.01"], ids=["a", "_a"])
def test_z(activation_regression, init):
    check(activation_regression, init)

def test_z_a(activation_regression):
    check(activation_regression, "he")

@pytest.mark.parametrize("init", ["std=0.3"], ids=["b"])
def test_z_a_(activation_regression, init):
    check(activation_regression, init)

def test_names(activation_regression):
    for name, init in (("a/b", "std=1"), ("a_b", "he"), ("a b", "std=0.3")):
        check(activation_regression, init, name)
"""


def stems(pytester, module="test_near"):
    return sorted(path.stem for path in (pytester.path / "baselines" / module).iterdir())


def test_no_two_tests_share_a_baseline(pytester, run):
    """Every first run fails, for want of a baseline of its own, and every second passes."""
    pytester.makepyfile(test_near=NEIGHBOURS)
    run().assert_outcomes(failed=10)
    run().assert_outcomes(failed=1, passed=9)  # the one with three names writes one a run
    run().assert_outcomes(failed=1, passed=9)
    run().assert_outcomes(passed=10)
    assert len(stems(pytester)) == 12
    plain = {stem for stem in stems(pytester) if stem.count("-") == 0}
    assert plain == {"TestA.test_x", "TestB.test_x", "test_y_a_b", "test_z_a", "test_z_a__b"}


def test_names_that_differ_in_case_are_one_on_many_a_disk(pytester, run):
    pytester.makepyfile(
        test_near=NEIGHBOURS.partition("class TestA")[0]
        + """
@pytest.mark.parametrize("init", ["std=1", "std=0.01"], ids=["a", "A"])
def test_x(activation_regression, init):
    check(activation_regression, init)
"""
    )
    run().assert_outcomes(failed=2)
    run().assert_outcomes(passed=2)
    assert len({stem.lower() for stem in stems(pytester)}) == 2


SIBLINGS = (
    NEIGHBOURS.partition("class TestA")[0]
    + """
@pytest.mark.parametrize("init", ["std=1", "std=0.01", "he"], ids=["a", "a-b", "a-b-c"])
def test_x(activation_regression, init, request):
    names = {"a": ["b", "b-c", "d"], "a-b": [None, "c"], "a-b-c": [None]}
    for name in names[request.node.callspec.id]:
        check(activation_regression, init, name)
"""
)


@pytest.mark.parametrize("alone", [False, True])
def test_a_name_after_parameters_is_no_other_parameter(pytester, run, alone):
    """[a] b, [a-b]; [a] b-c, [a-b] c, [a-b-c]: a first run passed against its neighbour's."""
    pytester.makepyfile(test_near=SIBLINGS)
    parameters = ("a", "a-b", "a-b-c")
    wanted = [f"test_near.py::test_x[{one}]" for one in parameters] if alone else [""]
    for _ in range(3):  # each check writes its own baseline, and fails
        for test in wanted:
            run(*([test] if test else []))
    run().assert_outcomes(passed=3)
    assert len(stems(pytester)) == 6
    assert {"test_x_a-b", "test_x_a-b-c", "test_x_a-d"} <= set(stems(pytester))


def test_two_modules_of_one_name_leave_their_results_apart(pytester, run):
    body = (
        "import actviz, dataclasses\n"
        "spec = actviz.StackSpec(activation='tanh', init='he', depth=1, width=20, samples=20)\n"
        "def test_x(activation_regression):\n"
        "    other = actviz.simulate(dataclasses.replace(spec, init={init!r}))\n"
        "    activation_regression.check(dataclasses.replace(other, spec=spec))\n"
    )
    for init in ("he", "std=5"):
        for folder in ("one", "two"):
            path = pytester.path / folder / "test_same.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(body.format(init=init))
        run("--import-mode=importlib", "--actviz-results", "ci").assert_outcomes(failed=2)
    found = sorted(
        str(path.relative_to(pytester.path)) for path in pytester.path.glob("ci/**/*.png")
    )
    assert found == ["ci/one/test_same/test_x.png", "ci/two/test_same/test_x.png"]


ONE_CLASS = (
    NEIGHBOURS.partition("class TestA")[0]
    + """
class TestA:
    def test_x(self, activation_regression):
        check(activation_regression, "std=1")
"""
)


def old_file(pytester, run):
    """A baseline as 0.1.0 named it: without the class."""
    pytester.makepyfile(test_near=ONE_CLASS)
    run().assert_outcomes(failed=1)
    folder = pytester.path / "baselines" / "test_near"
    (folder / "TestA.test_x.json").rename(folder / "test_x.json")


def test_a_file_named_without_its_class_is_used_where_it_is_nobody_else_s(pytester, run):
    old_file(pytester, run)
    run().assert_outcomes(passed=1)
    run("--actviz-regen").assert_outcomes(failed=1)
    assert stems(pytester) == ["test_x"]


def test_a_file_that_may_be_another_test_s_is_asked_about(pytester, run):
    old_file(pytester, run)
    pytester.makepyfile(test_near=f"{ONE_CLASS}\nclass TestB(TestA):\n    pass\n")
    done = run()
    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines(
        ["*test_x.json may be another test's: rename it to TestA.test_x.json*"]
    )
    assert stems(pytester) == ["test_x"]


@pytest.mark.wide
@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("kind='exakt'", "unknown kind 'exakt': did you mean 'exact'*"),
        ("kind='theory'", "unknown kind 'theory'*"),
        ("rtoll=1e-3", "check has no argument 'rtoll'*"),
        ("kind=None", "unknown kind 'None'*"),
        ("kind='exact', false_alarm=7", "false_alarm must be from 1e-9 to 0.5 (got 7)*"),
        ("rtol=-1", "rtol must be from 0 to below 1 (got -1)*"),
        ("seeds=0", "seeds must be >= 1 (got 0)*"),
    ],
)
def test_a_slip_is_refused_before_anything_is_written(pytester, run, words, message):
    pytester.makepyfile(
        test_near=NEIGHBOURS.partition("class TestA")[0]
        + "def test_x(activation_regression):\n"
        + f"    activation_regression.check(spec('he'), {words})"
    )
    done = run()
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines([f"*{message}"])
    assert not (pytester.path / "baselines").exists()


def test_a_least_chance_is_held_as_well(pytester, run):
    pytester.makepyfile(
        """
        import pytest
        from actviz import StackSpec, record_from_arrays
        import numpy as np

        SMALL = dict(activation="relu", width=30, samples=30)
        STACK = StackSpec(init="he", depth=3, **SMALL)

        def test_good(activation_regression):
            activation_regression.check(STACK, min_chance=0.8)

        def test_deep(activation_regression):
            deep = StackSpec(init="xavier", depth=30, **SMALL)
            activation_regression.check(deep, kind="exact", min_chance=0.8)

        def test_unknown(activation_regression):
            arrays = record_from_arrays({"a": np.random.default_rng(0).normal(size=(9, 20))})
            activation_regression.check(arrays, kind="exact", min_chance=0.8)

        def test_no_chance_is_such_a_number(activation_regression):
            activation_regression.check(STACK, min_chance=80)
        """
    )
    run()  # writes the baselines
    done = run()
    done.assert_outcomes(passed=1, failed=3)
    done.stdout.fnmatch_lines(
        [
            "*min_chance=0.8: ✗ relu with xavier: vanishes, trains *",
            "*min_chance=0.8: no chance is known: recorded layers are not what it was fitted on*",
            "*min_chance is above 0 and at most 1 (got 80)*",
        ]
    )
