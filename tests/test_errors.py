"""The exceptions: what they say, and that they come back from another process."""

import pickle

import pytest

from actviz.errors import (
    ActvizError,
    ExportError,
    MissingExtraError,
    RecordError,
    SpecError,
    UnknownNameError,
    WorkersError,
)


@pytest.mark.parametrize(
    "error",
    [
        SpecError("a"),
        RecordError("b"),
        ExportError("c"),
        WorkersError("d"),
        UnknownNameError("kind", "nmae", ("name", "other")),
        UnknownNameError("kind", "nmae", ("name", "other"), "other"),
        MissingExtraError("training", "scikit-learn", extra="train"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_come_back_from_another_process(error):
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_an_unknown_name_is_told_the_closest_or_none_at_all():
    near, far = (UnknownNameError("kind", name, ("name", "other")) for name in ("NMAE", "xyzzy"))
    assert str(near) == "unknown kind 'NMAE': did you mean 'name'? known are name, other"
    assert str(far) == "unknown kind 'xyzzy'; known are name, other"


@pytest.mark.parametrize("kind", ["activation", "initializer", "figure"])
def test_of_what_actviz_lists_the_closest_name_alone_is_told(kind):
    """Not all 35 initializers after the one that was meant; where none is close, all of them."""
    near, far = (UnknownNameError(kind, name, ("name", "other")) for name in ("nmae", "xyzzy"))
    assert str(near) == f"unknown {kind} 'nmae': did you mean 'name'? actviz list has all"
    assert str(far) == f"unknown {kind} 'xyzzy'; known are name, other"


def test_errors_are_caught_as_what_python_calls_them():
    kinds = {
        SpecError: ValueError,
        RecordError: ValueError,
        ExportError: OSError,
        WorkersError: RuntimeError,
    }
    for own, python in {
        **kinds,
        UnknownNameError: SpecError,
        MissingExtraError: ImportError,
    }.items():
        assert issubclass(own, python)
        assert issubclass(own, ActvizError)


def test_a_missing_library_is_told_with_what_installs_it():
    error = MissingExtraError("training", "scikit-learn", extra="train")
    assert str(error) == "training needs scikit-learn: pip install 'actviz[train]'"
    assert error.extra == "train"
