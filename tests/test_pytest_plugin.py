"""The plugin through pytester: the whole day of a user, and the days that go wrong."""

import os
import subprocess
import sys

import pytest

# pytester forgets what a run imported, and numpy cannot be imported twice.
import actviz.drift_files
import actviz.simulation  # noqa: F401

pytest_plugins = ["pytester"]

SMALL = "activation='relu', init={init!r}, depth=3, width=30, samples=60"
ROOT = os.geteuid() == 0

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
        "-p", "no:cacheprovider", "-p", "no:xdist", *words
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


@pytest.mark.skipif(ROOT, reason="root may write anywhere")
def test_a_read_only_checkout_says_so(pytester, run):
    write(pytester, "he")
    pytester.path.chmod(0o500)
    try:
        run().stdout.fnmatch_lines(["*there is no baseline, and cannot make*commit it*"])
    finally:
        pytester.path.chmod(0o700)


def test_where_no_baseline_can_be_written_it_says_so(pytester, run, monkeypatch):
    from actviz import io
    from actviz.errors import ExportError

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
