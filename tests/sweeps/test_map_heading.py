"""The heading of nets on disk: what a net follows from, and nothing else."""

import json
from dataclasses import replace

import pytest

from actviz.errors import RecordError
from actviz.sweeps.map_heading import NetsHeading
from actviz.sweeps.map_record import MapSpec

SPEC = MapSpec(
    activations=("tanh", "selu"), quantities=("chance",), stds=(0.1, 1 / 3), depths=(2, 5)
)
HEADING = NetsHeading.today(SPEC, "digits")


def test_a_heading_survives_json():
    plain = json.loads(json.dumps(HEADING.to_dict()))
    assert NetsHeading.from_dict(plain) == HEADING
    assert plain["schema"] == "actviz.map-nets/1"


@pytest.mark.parametrize(
    "fields", [{"samples": 17}, {"seeds": (0, 1, 2)}, {"quantities": ("signal",)}]
)
def test_what_no_net_follows_from_makes_no_other_map(fields):
    HEADING.check_same(NetsHeading.today(replace(SPEC, **fields), "digits"))


@pytest.mark.parametrize(
    "fields",
    [
        {"width": 7},
        {"bias_std": 0.5},
        {"seeds": (1,)},
        {"stds": (0.1, 0.3)},
        {"depths": (2, 6)},
        {"activations": ("selu",)},
    ],
)
def test_what_a_net_follows_from_makes_another_map(fields):
    with pytest.raises(RecordError, match="they are of another map: "):
        HEADING.check_same(NetsHeading.today(replace(SPEC, **fields), "digits"))


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"schema": "actviz.map-nets/1"},
        HEADING.to_dict() | {"stds": 0.1},
        HEADING.to_dict() | {"more": 1},
        HEADING.to_dict() | {"schema": "actviz.map-nets/2"},
    ],
)
def test_what_is_no_heading_is_refused(plain):
    with pytest.raises(RecordError):
        NetsHeading.from_dict(plain)
