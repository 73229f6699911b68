"""The numbers of the chance are those of the committed rows, and the docs have their table."""

import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

from actviz.diagnosis import calibration
from actviz.layers.activations import ACTIVATIONS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def trials():
    path = ROOT / "benchmarks" / "trainability.py"
    made = spec_from_file_location("trainability", path)
    module = module_from_spec(made)
    sys.modules["trainability"] = module  # where its frozen values look for it
    made.loader.exec_module(module)
    yield module
    del sys.modules["trainability"]


@pytest.fixture(scope="module")
def rows(trials):
    return trials.read()


def test_the_package_has_what_the_rows_give(trials, rows):
    begins, *takes = trials.fitted(rows)
    assert pytest.approx(begins, abs=1e-4) == calibration.BEGINS
    assert list(calibration.TAKES.values()) == pytest.approx(takes, abs=1e-4)
    assert len(rows) == calibration.NETS
    by_tenths = trials.left_out(rows, trials.groups_of(rows)["any tenth"])
    assert trials.cuts(rows, by_tenths) == calibration.CUTS


def test_the_fit_is_the_likeliest_one(trials, rows):
    """Of another's optimizer: scikit-learn's, without the term of digits and all but no ridge."""
    linear_model = pytest.importorskip("sklearn.linear_model")
    mnist = [row for row in rows if row.data == "mnist" and row.numbers is not None]
    x = np.array([row.numbers[1:] for row in mnist])
    y = [row.trains for row in mnist]
    # It shrinks by |w|² / 2C, as a ridge of 0.01 does at C = 100.
    other = linear_model.LogisticRegression(C=100.0, tol=1e-10, max_iter=10_000).fit(x, y)
    begins, *takes = trials.fitted(mnist)
    assert begins == pytest.approx(other.intercept_[0], rel=1e-4)
    assert takes == pytest.approx(other.coef_[0], rel=1e-4)


def test_the_area_under_the_curve_is_scikit_learn_s(trials):
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    chance, trains = rng.integers(0, 5, 50) / 5, rng.random(50) < 0.5  # with ties
    assert trials.auc(chance, trains) == pytest.approx(metrics.roc_auc_score(trains, chance))
    drawn = rng.integers(1, 11, 50).astype(float)
    assert trials.auc(chance, trains, drawn) == pytest.approx(
        metrics.roc_auc_score(trains, chance, sample_weight=drawn)
    )


def test_nets_that_stand_for_others_are_as_many_nets_to_all_scores(trials):
    """A net of weight 3 scores as three of its kind do."""
    rng = np.random.default_rng(2)
    chance, trains = rng.random(40), rng.random(40) < 0.5
    drawn = rng.integers(1, 5, 40)
    many = np.repeat(np.arange(40), drawn)
    weighed = trials._drawn_score(chance, trains, drawn.astype(float))
    counted = trials._score(chance[many], trains[many])
    assert [cell.split()[0] for cell in weighed[:2]] == [cell.split()[0] for cell in counted[:2]]
    for share, count in zip(weighed[2:], counted[2:], strict=True):
        number, of = re.fullmatch(r"(\S+) % of (\d+)", share).groups()
        yes, all_of = re.match(r"(\d+) of (\d+)", count).groups()
        assert of == all_of
        assert float(number) == pytest.approx(100 * int(yes) / int(all_of), abs=0.051)


@pytest.mark.parametrize(("count", "of"), [(177, 185), (0, 33), (18, 22), (4, 4), (1, 1)])
def test_an_interval_of_a_share_is_scipy_s(trials, count, of):
    stats = pytest.importorskip("scipy.stats")
    other = stats.binomtest(count, of).proportion_ci(0.95, method="wilson")
    assert trials.wilson(count, of) == pytest.approx((other.low, other.high), abs=1e-6)


def test_an_interval_of_scores_is_that_of_their_standard_errors(trials):
    """Of the Brier score by the central limit, of the AUC by Hanley and McNeil (1982)."""
    rng = np.random.default_rng(1)
    trains = np.repeat([True, False], 500)
    chance = 1 / (1 + np.exp(-(rng.normal(size=1000) + 1.5 * trains)))
    area, brier = trials.resampled(chance, trains)
    losses = (chance - trains) ** 2
    error = losses.std() / np.sqrt(1000)
    # 2000 drawings know an end of 95 % to about 6 % of a standard error (1 sd).
    assert brier == pytest.approx(
        losses.mean() + 1.96 * error * np.array([-1, 1]), abs=0.25 * error
    )
    a = trials.auc(chance, trains)
    q1, q2 = a / (2 - a), 2 * a**2 / (1 + a)
    error = np.sqrt((a * (1 - a) + 499 * (q1 - a**2) + 499 * (q2 - a**2)) / 500**2)
    # Hanley's law of the pairs is another's than the normal one: within a tenth.
    assert area == pytest.approx(a + 1.96 * error * np.array([-1, 1]), abs=0.45 * error)


def test_nets_are_many_kinds_and_no_product_of_them(rows):
    assert len(rows) <= 300
    assert {row.activation for row in rows} == {each.name for each in ACTIVATIONS.values()}
    assert min(row.width for row in rows) <= 25
    assert max(row.width for row in rows) >= 350
    assert min(row.depth for row in rows) == 2
    assert max(row.depth for row in rows) >= 50
    assert {row.data for row in rows} == {"mnist", "digits"}


def test_no_net_with_a_hard_fact_trained(rows):
    facts = [row for row in rows if row.numbers is None]
    assert len(facts) >= 5
    assert not any(row.trains for row in facts)


def test_the_docs_have_the_table_and_the_numbers(trials, rows):
    page = (ROOT / "docs" / "trainability.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"<!-- table -->\n(.*?)\n<!-- /table -->", page, re.DOTALL)
    assert table == trials.table(rows)
    for take in calibration.TAKES.values():
        assert f"× {-take:.3g}" in page
    assert f"{calibration.BEGINS:.3g}" in page
    lower, upper = (f"{cut:.0%}".replace("%", " %") for cut in calibration.CUTS)
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    area, healthy, lost = re.search(
        r"AUC (\S+) on nets its fit never saw: of the healthy (\d+) % train, of the lost (\d+) %",
        readme,
    ).groups()
    _, _, found, _, better, _, worse = table.splitlines()[2].strip("| ").split(" | ")
    assert found.startswith(f"{area} ")
    assert [float(cell.split()[0]) for cell in (better, worse)] == pytest.approx(
        [float(healthy), float(lost)], abs=0.5
    )
    assert f"below {lower}" in page
    assert f"above {upper}" in page


@pytest.mark.parametrize("number", [0, 57, 123, 211, 260, 299])
def test_what_is_read_of_a_stack_is_what_its_row_says(trials, rows, number):
    row = rows[number]
    again = trials.looked_at(row)
    assert (again.numbers is None) == (row.numbers is None)
    if row.numbers is not None:
        # A BLAS rounds as it likes, and a deep stack makes more of it.
        assert again.numbers == pytest.approx(row.numbers, rel=1e-3, abs=1e-3)
    assert again.stands_for == row.stands_for
