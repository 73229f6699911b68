"""A user's own activation that writes into the array it is handed is refused, wherever it is."""

import ast
from pathlib import Path

import numpy as np
import pytest

import actviz
from actviz import theory
from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS, Activation
from actviz.training.data.datasets import circles


def own(fn=np.tanh, derivative=None, name="mine"):
    row = ACTIVATIONS["tanh"]
    return Activation(
        name=name,
        label=name,
        fn=fn,
        derivative=derivative or (lambda x: row.derivative(np.asarray(x))),
        bounds=(-1.0, 1.0),
        max_slope=1.0,
        formula="tanh x",
        source="the user",
    )


def out(x):
    return np.tanh(x, out=x)


def assigned(x):
    x[:] = np.tanh(x)
    return x


def augmented(x):
    x -= x**3 / 3
    return x


def sort(x):
    x.sort()
    return np.tanh(x)


def fill(x):
    y = np.tanh(x)
    x.fill(0)
    return y


def drawn(x):
    return np.random.default_rng(0).random(out=x)


def viewed(x):
    y = x.reshape(-1)
    return np.tanh(y, out=y).reshape(x.shape)


def added(x):
    """numpy's ``ufunc.at`` does not look at the flag."""
    np.add.at(x, (), 1.0)
    return np.tanh(x)


def unlocked(x):
    x.setflags(write=True)
    return np.tanh(x, out=x)


WRITERS = (out, assigned, augmented, sort, fill, drawn, viewed, added, unlocked)
each_writer = pytest.mark.parametrize("writer", WRITERS, ids=lambda one: one.__name__)


def refusal(activation, run):
    with pytest.raises(SpecError) as caught:
        run(activation)
    text = str(caught.value)
    assert "\n" not in text
    assert "mine" in text
    assert "return a new array" in text
    return text


@each_writer
@pytest.mark.parametrize("part", ["fn", "derivative"])
def test_no_way_of_writing_passes_in_a_simulation(writer, part):
    activation = own(**{part: writer})
    text = refusal(activation, lambda one: actviz.simulate(activation=one, init="he", width=9))
    assert text.startswith("mine" if part == "fn" else "the derivative of mine")


def slopes_in_place(x):
    return np.cosh(x, out=x) ** -2


RUNS = {
    "simulate": lambda one: actviz.simulate(activation=one, init="std=1", gradients=True, width=9),
    "large layers": lambda one: actviz.simulate(
        activation=one, init="std=1", width=1001, samples=1000, depth=1
    ),
    "simulate_many": lambda one: actviz.simulate_many(
        [actviz.StackSpec(activation=one, init=init, width=9) for init in ("he", "std=1")]
    ),
    "simulate_ensemble": lambda one: actviz.simulate_ensemble(
        activation=one, init="he", width=9, seeds=3
    ),
    "train": lambda one: actviz.train(circles(), activation=one, steps=3, inits=["he"]),
    "train, recorded": lambda one: actviz.train(
        circles(), activation=one, steps=3, inits=["he"], record_every=1
    ),
    "record_from_arrays": lambda one: actviz.record_from_arrays(
        {"a": {"activation": np.eye(3), "preactivation": np.eye(3)}}, activation=one
    ),
    "predict": lambda one: theory.predict(actviz.StackSpec(activation=one, init="he")),
    "shares": lambda one: theory.predicted_shares(one, 1.0, np.linspace(-1.0, 1.0, 5)),
    "moments": lambda one: theory.moments(one, 1.0),
    "half_distance": lambda one: theory.half_distance(one, 1.0, 1e-12),
    "chi": lambda one: theory.chi(one, 1.0, sigma_w2=1.0),
    "gains": lambda one: theory.gains(one),
    "saturated": lambda one: one.saturated(np.zeros(3)),
}


@pytest.mark.parametrize("name", RUNS)
def test_every_room_refuses_both_functions(name):
    if name != "saturated" and name != "record_from_arrays":
        refusal(own(out), RUNS[name])
    refusal(own(derivative=slopes_in_place), RUNS[name])


def test_a_user_s_arrays_stay_as_they_are():
    given = {"a": {"activation": np.eye(3), "preactivation": np.full((3, 3), 0.5)}}
    refusal(own(derivative=added), lambda one: actviz.record_from_arrays(given, activation=one))
    x = np.array([0.5])
    refusal(own(out), lambda one: one(x))
    assert x.tolist() == [0.5]
    assert x.flags.writeable


def test_a_function_that_returns_its_argument_or_a_table_of_its_own_is_no_writer():
    same = own(lambda x: x, np.ones_like)
    record = actviz.simulate(
        activation=same, init="he", depth=2, width=7, samples=9, gradients=True
    )
    (last,) = (layer for layer in record.layers if layer.layer == 2)
    linear = actviz.simulate(
        activation="identity", init="he", depth=2, width=7, samples=9, gradients=True
    ).layers[1]
    assert last["activation"].stats.rms == linear["activation"].stats.rms
    assert last["gradient"].stats == linear["gradient"].stats
    assert theory.moments(same, 2.0).second == pytest.approx(2.0, rel=1e-12)
    actviz.train(circles(), activation=same, steps=2, inits=["he"])


def test_what_a_function_fails_of_itself_is_not_called_writing():
    def fails(x):
        raise ValueError("nothing of arrays")

    with pytest.raises(ValueError, match=r"^nothing of arrays$"):
        actviz.simulate(activation=own(fails), init="he", width=3)


def test_a_copy_may_be_written_to():
    def careful(x):
        y = x.copy()
        return np.tanh(y, out=y)

    mine = actviz.simulate(activation=own(careful), init="he", depth=3, width=9)
    theirs = actviz.simulate(activation="tanh", init="he", depth=3, width=9)
    assert [layer.signals for layer in mine.layers] == [layer.signals for layer in theirs.layers]


@each_writer
def test_a_function_for_its_gain(writer):
    text = refusal(None, lambda _: theory.from_callable("mine", writer))
    assert text.startswith("mine")


def test_nobody_calls_a_user_s_function_but_the_activation_itself():
    """Who needs φ calls the activation, and who needs its slope `slope_at`."""
    package = Path(actviz.__file__).parent
    for path in sorted(package.rglob("*.py")):
        if path.name != "activations.py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
            assert not used & {"fn", "derivative"}, path


def test_slopes_by_the_oracle_are_those_of_slope_at():
    x = np.linspace(-2, 2, 9)
    assert own().slope_at(x) == pytest.approx(1 - np.tanh(x) ** 2, rel=1e-14)
