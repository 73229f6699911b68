"""TrainSpec: every field in its range, and back from plain types."""

import json
import math
from dataclasses import replace

import pytest
from trained import SPEC

from actviz.errors import SpecError, UnknownNameError
from actviz.layers.initializers import get_initializer
from actviz.training.spec import TrainSpec


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"task": "cirlces"}, "task must be circles or mnist or digits or arrays"),
        ({"activation": 3}, "activation must be a name or an Activation"),
        ({"inits": ()}, "inits must be a sequence of at least one"),
        ({"inits": "he"}, "inits must be a sequence of at least one"),
        ({"inits": (3,)}, "inits must be texts or Initializers"),
        ({"hidden": ()}, "hidden must be a sequence of at least one"),
        ({"hidden": 5}, "hidden must be a sequence of at least one"),
        ({"hidden": (5, 0)}, "hidden must be >= 1"),
        ({"hidden": (5.0,)}, "hidden must be an integer"),
        ({"hidden": (5,) * 1001}, "at most 1000 layers"),
        ({"lr": 0}, "lr must be a finite number > 0"),
        ({"lr": math.nan}, "lr must be a finite number > 0"),
        ({"lr": math.inf}, "lr must be a finite number > 0"),
        ({"lr": "0.1"}, "lr must be a finite number > 0"),
        ({"lr": True}, "lr must be a finite number > 0"),
        ({"steps": 0}, "steps must be >= 1"),
        ({"steps": 10**40}, "steps must be <= 10000000"),
        ({"steps": True}, "steps must be an integer"),
        ({"batch": 0}, "batch must be >= 1"),
        ({"optimizer": "adagrad"}, "optimizer must be sgd or momentum or adam"),
        ({"seeds": ()}, "seeds must be a sequence"),
        ({"seeds": (-1,)}, "seed must be >= 0"),
        ({"seeds": (2**32,), "rng": "legacy"}, "seed must be <= 4294967295"),
        ({"seeds": tuple(range(501))}, "2 initializers with 501 seeds: at most 1000 runs"),
        ({"rng": "new"}, "rng must be spawned or legacy"),
        ({"dtype": "float16"}, "dtype must be float64 or float32"),
        ({"loss_time": "during"}, "loss_time must be before or after"),
        ({"loss_formula": "naive"}, "loss_formula must be stable or textbook"),
        ({"unit_by_unit": "yes"}, "unit_by_unit must be False or True"),
        ({"report_every": 0}, "report_every must be >= 1"),
        ({"record_every": 0}, "record_every must be >= 1"),
    ],
)
def test_a_value_out_of_its_range(fields, message):
    with pytest.raises(SpecError, match=message):
        replace(SPEC, **fields)


def test_unknown_names_have_the_closest():
    with pytest.raises(UnknownNameError, match="did you mean 'relu'"):
        replace(SPEC, activation="rleu")
    with pytest.raises(UnknownNameError, match="did you mean 'xavier'"):
        replace(SPEC, inits=("xaiver",))


def test_plain_types_and_back():
    spec = replace(SPEC, batch=7, record_every=2, dtype="float32", optimizer="adam")
    again = TrainSpec.from_dict(json.loads(json.dumps(spec.to_dict())))
    assert again == spec
    assert hash(again) == hash(spec)


def test_objects_of_one_s_own_are_found_by_name():
    class Mine:
        label = name = "mine"

        def sample(self, rng, fan_in, fan_out):
            return rng.standard_normal((fan_in, fan_out))

        def std(self, fan_in, fan_out):
            return 1.0

    mine = Mine()
    spec = replace(SPEC, inits=(mine, "he"))
    assert spec.init_names == ("mine", "he")
    assert TrainSpec.from_dict(spec.to_dict(), initializers=[mine]) == spec


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"colour": 1}, "no field 'colour'"),
        ({"hidden": None}, "hidden must be a sequence"),
    ],
)
def test_a_dict_that_is_no_spec(changed, message):
    with pytest.raises(SpecError, match=message):
        TrainSpec.from_dict(SPEC.to_dict() | changed)


def test_what_is_missing_is_named():
    data = SPEC.to_dict()
    del data["lr"]
    with pytest.raises(SpecError, match="needs 'lr'"):
        TrainSpec.from_dict(data)
    with pytest.raises(SpecError, match="read from a mapping"):
        TrainSpec.from_dict(["lr"])


def test_two_names_of_one_law_are_one_run():
    spec = replace(SPEC, inits=("he", "kaiming", "he"), seeds=(1, 1))
    assert spec.inits == (get_initializer("he"),)
    assert spec.seeds == (1,)


def test_shapes_go_from_the_inputs_to_the_outputs():
    assert SPEC.shapes(2, 1) == ((2, 4), (4, 3), (3, 1))
