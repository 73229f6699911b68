"""Data sets: circles in plain numpy, digits of scikit-learn, MNIST, and arrays of one's own.

A `Dataset` is rows and whole-numbered classes, checked once. The module opens no file itself:
`actviz.training.data.files` reads arrays, `actviz.training.data.mnist` finds and reads MNIST.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from actviz.errors import MissingExtraError, SpecError
from actviz.numbers.scalars import is_number
from actviz.training.data.files import read_arrays
from actviz.training.record import DataInfo

#: More classes than this are a regression's numbers.
MAX_CLASSES = 1000
#: Points of two-dimensional data that a record keeps for a picture.
MAX_POINTS = 2000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dataset:
    """Rows for training and for testing, and their classes.

    Parameters
    ----------
    name : str
        Such as ``"circles"``.
    x_train, x_test : ndarray, shapes (n_train, features) and (n_test, features)
        Finite floats.
    y_train, y_test : ndarray of int, shapes (n_train,) and (n_test,)
        Classes, from 0.
    classes : tuple of str
        What the classes are called.
    digest : str, optional
        SHA-256; taken from the arrays where it is not known already.
    reach : float, optional
        In two dimensions, how far from 0 a picture goes; default: as far as the rows, and a bit.

    Raises
    ------
    SpecError
        If the shapes do not fit, a value is not finite, or there are fewer than two classes.
    """

    name: str
    x_train: NDArray[np.floating]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.floating]
    y_test: NDArray[np.int64]
    classes: tuple[str, ...]
    digest: str = ""
    reach: float | None = None

    def __post_init__(self) -> None:
        for part, x, y in self._parts():
            if x.ndim != 2 or y.ndim != 1 or len(x) != len(y):
                raise SpecError(
                    f"{self.name}: the {part} rows must be (n, features) with n classes (got "
                    f"{x.shape} and {y.shape})"
                )
        if not self.x_train.size:
            raise SpecError(f"{self.name}: there are no rows to train on")
        if self.x_train.shape[1] != self.x_test.shape[1]:
            raise SpecError(
                f"{self.name}: the test rows have {self.x_test.shape[1]} columns and the training "
                f"rows {self.x_train.shape[1]}"
            )
        if not 2 <= len(self.classes) <= MAX_CLASSES:
            raise SpecError(
                f"{self.name}: there must be 2 to {MAX_CLASSES} classes (got {len(self.classes)})"
            )
        if len(np.unique(self.y_train)) < 2:
            raise SpecError(
                f"{self.name}: all training rows are of one class, and there is nothing to learn"
            )

    def _parts(self) -> Sequence[tuple[str, NDArray[np.floating], NDArray[np.int64]]]:
        return (
            ("training", self.x_train, self.y_train),
            ("test", self.x_test, self.y_test),
        )

    @property
    def n_features(self) -> int:
        """The number of columns."""
        return int(self.x_train.shape[1])

    def frame(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the lower left and the upper right corner of a picture of two-dimensional data."""
        if self.reach is not None:
            return (-self.reach, -self.reach), (self.reach, self.reach)
        low, high = self.x_train.min(axis=0), self.x_train.max(axis=0)
        margin = 0.1 * (high - low) + (high == low)
        (left, bottom), (right, top) = (low - margin).tolist(), (high + margin).tolist()
        return (left, bottom), (right, top)

    def info(self) -> DataInfo:
        """Return what a record says of the data."""
        flat = self.n_features == 2
        return DataInfo(
            name=self.name,
            n_train=len(self.x_train),
            n_test=len(self.x_test),
            n_features=self.n_features,
            classes=self.classes,
            digest=self.digest or self._digest(),
            points=self.x_train[:MAX_POINTS].astype(np.float64) if flat else None,
            point_classes=self.y_train[:MAX_POINTS] if flat else None,
        )

    def _digest(self) -> str:
        found = sha256()
        for _, x, y in self._parts():
            found.update(np.ascontiguousarray(x).data)
            found.update(np.ascontiguousarray(y).data)
        return found.hexdigest()


# --- circles ------------------------------------------------------------------------------


def circles() -> Dataset:
    """Return the two circles of Coursera's *Improving Deep Neural Networks*, week 1.

    300 points of ``RandomState(1)`` for training and 100 of ``RandomState(2)`` for testing, the
    inner circle 0.8 times as large, noise 0.05.

    Notes
    -----
    The draws are those of scikit-learn's ``make_circles`` up to version 0.23: equally spaced angles
    without the last one, a shuffle, and then the noise. Class 1 is the inner circle.
    """
    x_train, y_train = _two_circles(np.random.RandomState(1), 300)
    x_test, y_test = _two_circles(np.random.RandomState(2), 100)
    return Dataset(
        name="circles",
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        classes=("0", "1"),
        reach=1.5,
    )


def _two_circles(
    rng: np.random.RandomState, points: int, *, noise: float = 0.05, factor: float = 0.8
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    angles = np.linspace(0.0, 2.0 * np.pi, points // 2 + 1)[:-1]
    outer = np.column_stack((np.cos(angles), np.sin(angles)))
    x = np.concatenate((outer, factor * outer))
    y = np.repeat(np.arange(2), points // 2)
    order = np.arange(points)
    rng.shuffle(order)
    return x[order] + rng.normal(scale=noise, size=x.shape), y[order]


# --- digits -------------------------------------------------------------------------------


def digits() -> Dataset:
    """Return scikit-learn's 8 × 8 digits, scaled to [0, 1], a fifth of them for testing.

    Raises
    ------
    MissingExtraError
        If scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise MissingExtraError("task digits", "scikit-learn", extra="train") from error
    loaded = load_digits()
    return from_arrays(loaded.data / 16.0, loaded.target, name="digits")


# --- arrays -------------------------------------------------------------------------------


def from_arrays(
    x: ArrayLike,
    y: ArrayLike,
    *,
    x_test: ArrayLike | None = None,
    y_test: ArrayLike | None = None,
    test_share: float = 0.2,
    name: str = "arrays",
) -> Dataset:
    """Return the data set of arrays of one's own.

    Parameters
    ----------
    x : array, shape (n, …)
        Numbers; further dimensions are flattened. They are used as they are, and not scaled.
    y : array, shape (n,)
        A class for each row: whole numbers, truth values or texts.
    x_test, y_test : arrays, optional
        Rows for testing, both or none of them.
    test_share : float, default 0.2
        Without them, the share of the rows that is kept for testing, drawn once and always the same
        for as many rows; from 0 to below 1. With 0 there is no test.
    name : str
        What the data is called in messages and records.

    Raises
    ------
    SpecError
        If the arrays do not fit each other, or hold something else.
    """
    rows, labels = _rows(name, "x", x), _labels(name, "y", y, x)
    classes, numbers = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise SpecError(f"{name}: all rows are of one class, {classes[0]}: there must be two")
    if len(classes) > MAX_CLASSES:
        raise SpecError(f"{name}: y has {len(classes)} different values: these are no classes")
    if (x_test is None) != (y_test is None):
        raise SpecError(f"{name}: give x_test and y_test, or neither")
    if x_test is not None and y_test is not None:
        test_rows, test_labels = (
            _rows(name, "x_test", x_test),
            _labels(name, "y_test", y_test, x_test),
        )
        if not np.isin(test_labels, classes).all():
            extra = test_labels[~np.isin(test_labels, classes)][0]
            raise SpecError(f"{name}: class {extra} is among the test rows only")
        parts = rows, numbers, test_rows, np.searchsorted(classes, test_labels)
    else:
        parts = _split(name, rows, numbers, test_share)
    return Dataset(
        name=name,
        x_train=parts[0],
        y_train=parts[1],
        x_test=parts[2],
        y_test=parts[3],
        classes=tuple(map(str, classes.tolist())),
    )


def from_files(x: str | Path, y: str | Path | None = None, *, test_share: float = 0.2) -> Dataset:
    """Return the data set of .npy, .npz or .csv files.

    Parameters
    ----------
    x : path-like
        The rows. A .npz may hold them as ``x``, ``X`` or ``x_train``, with their classes as ``y``
        or ``y_train``, and ``x_test`` and ``y_test`` beside them.
    y : path-like, optional
        The classes, where the first file does not hold them.
    test_share : float, default 0.2
        See `from_arrays`.

    Raises
    ------
    SpecError
        If a file cannot be read, or the arrays do not fit each other.
    """
    found = read_arrays(x)
    rows = _pick(x, found, "x", "X", "x_train")
    if y is not None:
        labels = _pick(y, read_arrays(y), "y", "Y", "y_train")
        found = {}
    elif len(found) > 1:
        labels = _pick(x, found, "y", "Y", "y_train")
    else:
        raise SpecError(f"{x} holds one array: name the file of the classes with --y")
    if labels.ndim == 2 and labels.shape == (len(rows) + 1, 1) and labels.dtype.kind == "U":
        labels = labels[1:]  # texts have a heading that looks like one of them
    return from_arrays(
        rows,
        labels,
        x_test=found.get("x_test"),
        y_test=found.get("y_test"),
        test_share=test_share,
        name=Path(x).name,
    )


def _pick(path: str | Path, found: dict[str, NDArray[Any]], *names: str) -> NDArray[Any]:
    """Return the array under one of the names, or the only one there is."""
    for name in names:
        if name in found:
            return found[name]
    if len(found) == 1:
        return next(iter(found.values()))
    raise SpecError(
        f"{path} has no array named {' or '.join(names)}; it has {', '.join(map(str, found))}"
    )


def _rows(name: str, what: str, values: ArrayLike) -> NDArray[np.floating]:
    array = np.asarray(values)
    if array.dtype.kind not in "fiub" or array.ndim < 2 or not array.size:
        raise SpecError(
            f"{name}: {what} must be numbers (rows, columns), at least one of each (got "
            f"{array.dtype} {array.shape})"
        )
    rows = array.reshape(len(array), -1)
    if rows.dtype not in (np.float32, np.float64):
        rows = rows.astype(np.float64)
    if not (finite := np.isfinite(rows)).all():
        row, column = np.argwhere(~finite)[0]
        raise SpecError(
            f"{name}: {what} has {rows[row, column]} in row {row}, column {column} (counted from "
            "0): fill it in or leave the row out"
        )
    return rows


def _labels(name: str, what: str, values: ArrayLike, x: ArrayLike) -> NDArray[np.generic]:
    labels = np.asarray(values)
    if labels.ndim == 2 and 1 in labels.shape:
        labels = labels.reshape(-1)
    if labels.ndim != 1 or labels.dtype.kind not in "fiubU":
        raise SpecError(
            f"{name}: {what} must be one class a row, a whole number or a text (got "
            f"{labels.dtype} {labels.shape})"
        )
    if len(labels) != len(np.asarray(x)):
        raise SpecError(f"{name}: {what} has {len(labels)} classes for {len(np.asarray(x))} rows")
    if labels.dtype.kind == "f":
        whole = labels == np.floor(labels)
        if not whole.all() or not np.isfinite(labels).all():
            row = int(np.argmin(whole & np.isfinite(labels)))
            raise SpecError(
                f"{name}: {what} must be classes, whole numbers or texts (got {labels[row]} in row "
                f"{row}, counted from 0)"
            )
        labels = labels.astype(np.int64)
    return labels


def _split(
    name: str, x: NDArray[np.floating], y: NDArray[np.int64], test_share: float
) -> tuple[NDArray[np.floating], NDArray[np.int64], NDArray[np.floating], NDArray[np.int64]]:
    if not is_number(test_share) or not 0 <= test_share < 1:
        raise SpecError(f"test_share must be from 0 to below 1 (got {test_share!r})")
    order = np.random.RandomState(0).permutation(len(x))
    n_test = round(test_share * len(x))
    test, train = order[:n_test], order[n_test:]
    return x[train], y[train], x[test], y[test]
