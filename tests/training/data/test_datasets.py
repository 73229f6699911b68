"""The data sets: circles as scikit-learn's of the time, digits, and arrays that do not fit."""

import re

import numpy as np
import pytest

from actviz.errors import MissingExtraError, SpecError
from actviz.training.data.datasets import circles, digits, from_arrays, from_files


def test_circles_are_two_circles_of_150_points():
    data = circles()
    assert (data.x_train.shape, data.x_test.shape) == ((300, 2), (100, 2))
    radius = np.hypot(*data.x_train.T)
    for kind, expected in ((0, 1.0), (1, 0.8)):
        inside = radius[data.y_train == kind]
        assert inside.size == 150
        # Radial noise 0.05: a mean of 150 has the standard error 0.0041, four of which are 0.016.
        assert inside.mean() == pytest.approx(expected, abs=0.017)
        assert inside.std() == pytest.approx(0.05, rel=0.24)


def test_circles_are_scikit_learn_s_of_the_time():
    """Its angles, and the order of its draws: the shuffle, and then the noise.

    From version 0.24 on make_circles draws the same for an even number of points.
    """
    made = pytest.importorskip("sklearn.datasets", reason="scikit-learn is not installed")
    data = circles()
    for x, y, seed, points in (
        (data.x_train, data.y_train, 1, 300),
        (data.x_test, data.y_test, 2, 100),
    ):
        theirs, classes = made.make_circles(n_samples=points, noise=0.05, random_state=seed)
        np.testing.assert_allclose(x, theirs, rtol=0, atol=1e-15)
        assert y.tolist() == classes.tolist()


def test_circles_are_always_the_same():
    assert circles().info().digest == circles().info().digest
    np.testing.assert_allclose(circles().info().points, circles().x_train)


def test_digits_are_scaled_and_split():
    pytest.importorskip("sklearn.datasets", reason="scikit-learn is not installed")
    data = digits()
    assert data.x_train.shape == (1438, 64)
    assert data.x_test.shape == (359, 64)
    assert (data.x_train.min(), data.x_train.max()) == (0.0, 1.0)
    assert data.classes == tuple("0123456789")
    assert data.info().points is None


def test_digits_without_scikit_learn_say_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sklearn.datasets", None)
    with pytest.raises(MissingExtraError, match=re.escape("pip install 'actviz[train]'")) as caught:
        digits()
    assert caught.value.extra == "train"


X = np.arange(20.0).reshape(10, 2)
Y = np.arange(10) % 2


def test_arrays_are_split_once_and_keep_their_pairs():
    data, again = from_arrays(X, Y), from_arrays(X, Y)
    assert (len(data.x_train), len(data.x_test)) == (8, 2)
    assert data.x_train.tolist() == again.x_train.tolist()
    rows = np.concatenate((data.x_train, data.x_test))
    assert sorted(rows[:, 0].tolist()) == X[:, 0].tolist()
    for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        assert (x[:, 0] // 2 % 2).tolist() == y.tolist()


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (["no", "yes"] * 5, ("no", "yes")),
        ([7, -3] * 5, ("-3", "7")),
        ([1.0, 0.0] * 5, ("0", "1")),
        ([True, False] * 5, ("False", "True")),
        ([[0], [1]] * 5, ("0", "1")),
    ],
)
def test_classes_are_named_by_their_labels(labels, classes):
    data = from_arrays(X, np.array(labels), test_share=0)
    assert data.classes == classes
    assert len(data.x_test) == 0


def test_further_dimensions_are_flattened_and_integers_become_floats():
    data = from_arrays(np.zeros((10, 2, 3), np.uint8), Y)
    assert data.x_train.shape == (8, 6)
    assert data.x_train.dtype == np.float64


def test_rows_for_testing_may_be_given():
    data = from_arrays(X, ["b", "a"] * 5, x_test=X[:2] + 1, y_test=["a", "b"])
    assert len(data.x_train) == 10
    assert data.y_test.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"y": Y[:9]}, "y has 9 classes for 10 rows"),
        ({"y": np.zeros(10)}, "all rows are of one class, 0"),
        ({"y": Y + 0.5}, "y must be classes, whole numbers or texts (got 0.5 in row 0"),
        ({"y": np.where(Y, np.nan, 1)}, "(got nan in row 1"),
        ({"y": np.zeros((10, 2))}, "y must be one class a row"),
        ({"y": [None] * 10}, "y must be one class a row"),
        ({"x": X[:, 0]}, "x must be numbers (rows, columns)"),
        ({"x": np.full((10, 2), "a")}, "x must be numbers (rows, columns)"),
        ({"x": np.zeros((0, 2)), "y": Y[:0]}, "at least one of each"),
        ({"x": np.where(X == 5, np.nan, X)}, "x has nan in row 2, column 1"),
        ({"x": np.where(X == 4, np.inf, X)}, "x has inf in row 2, column 0"),
        ({"test_share": 1.0}, "test_share must be from 0 to below 1"),
        ({"test_share": -0.1}, "test_share must be from 0 to below 1"),
        ({"test_share": float("nan")}, "test_share must be from 0 to below 1"),
        ({"x_test": X}, "give x_test and y_test, or neither"),
        ({"x_test": X, "y_test": Y + 1}, "class 2 is among the test rows only"),
        ({"x_test": X[:, :1], "y_test": Y}, "the test rows have 1 columns and the training rows 2"),
        ({"y": [0] * 9 + [1], "test_share": 0.9}, "of one class"),
    ],
)
def test_arrays_that_do_not_fit(fields, message):
    given = {"x": X, "y": Y, **fields}
    with pytest.raises(SpecError, match=re.escape(message)):
        from_arrays(given.pop("x"), given.pop("y"), **given)


def test_a_regression_s_numbers_are_no_classes():
    with pytest.raises(SpecError, match="1001 different values: these are no classes"):
        from_arrays(np.zeros((1001, 1)), np.arange(1001))


def test_a_picture_of_points_has_a_margin():
    low, high = from_arrays(X, Y, test_share=0).frame()
    assert low == pytest.approx((-1.8, -0.8))
    assert high == pytest.approx((19.8, 20.8))
    assert circles().frame() == ((-1.5, -1.5), (1.5, 1.5))


def test_files_hold_rows_and_classes(tmp_path):
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "y.npy", Y)
    np.savez(tmp_path / "both.npz", X=X, y=Y)
    np.savez(tmp_path / "four.npz", x_train=X, y_train=Y, x_test=X[:3], y_test=Y[:3])
    (tmp_path / "X.csv").write_text("a,b\n" + "".join(f"{a},{b}\n" for a, b in X))
    (tmp_path / "y.csv").write_text("kind\n" + "".join("ny"[k] + "\n" for k in Y))
    expected = from_arrays(X, Y)
    for x, y in (("X.npy", "y.npy"), ("both.npz", None), ("X.csv", "y.npy"), ("X.csv", "y.csv")):
        data = from_files(tmp_path / x, None if y is None else tmp_path / y)
        assert data.x_train.tolist() == expected.x_train.tolist()
        assert data.y_train.tolist() == expected.y_train.tolist()
        assert data.name == x
    assert len(from_files(tmp_path / "four.npz").x_test) == 3
    assert from_files(tmp_path / "X.csv", tmp_path / "y.csv").classes == ("n", "y")


def test_files_that_lack_something(tmp_path):
    np.save(tmp_path / "X.npy", X)
    np.savez(tmp_path / "odd.npz", a=X, b=Y)
    with pytest.raises(SpecError, match="holds one array: name the file of the classes with --y"):
        from_files(tmp_path / "X.npy")
    with pytest.raises(SpecError, match="no array named x or X or x_train; it has a, b"):
        from_files(tmp_path / "odd.npz")
