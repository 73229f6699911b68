"""What a process that never runs the caller's script can make again."""

import pickle
from functools import partial

import chores
import numpy as np

from actviz.layers.activations import ACTIVATIONS
from actviz.layers.initializers import INITIALIZERS
from actviz.simulation.sending import as_sent, pickled, unsendable


def test_what_a_module_defines_can_be_sent():
    for value in (chores.slowly, chores.OddError, partial(chores.slowly, 1), np.tanh, [1, "a"]):
        assert unsendable(value) is None
    assert pickle.loads(pickled(chores.slowly)) is chores.slowly
    assert unsendable(dict(ACTIVATIONS)) is None
    assert unsendable(dict(INITIALIZERS)) is None


def test_what_the_script_itself_defines_cannot(monkeypatch):
    monkeypatch.setattr(chores.slowly, "__module__", "__main__")
    monkeypatch.setattr(chores.OddError, "__module__", "__main__")
    assert "the function slowly is defined in the script" in unsendable(partial(chores.slowly, 1))
    assert "the class OddError is defined in the script" in unsendable([chores.OddError])


def test_what_has_no_name_to_import_it_by_cannot(monkeypatch):
    assert "test_sending cannot be imported by its name" in unsendable([lambda x: x])
    slowly = chores.slowly
    monkeypatch.setattr(chores, "slowly", len)
    assert "the function slowly of chores cannot be imported by its name" in unsendable(slowly)


def test_an_error_arrives_as_itself_or_with_its_words():
    plain = as_sent(ValueError("a"))
    assert (type(plain), str(plain)) == (ValueError, "a")
    odd = as_sent(chores.OddError(1, 2))
    assert (type(odd), str(odd)) == (RuntimeError, "OddError: 1 and 2")
    stop = as_sent(SystemExit(3))
    assert (type(stop), str(stop)) == (RuntimeError, "SystemExit: 3")
