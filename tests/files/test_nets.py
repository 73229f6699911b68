"""Nets on disk while others are trained: torn lines, lines that are none, and another map's."""

import json
from dataclasses import replace

import pytest

from actviz.errors import RecordError, SpecError
from actviz.files.kept import begin_or_resume, keeping, read_kept
from actviz.files.nets import NETS
from actviz.sweeps.map_heading import NetsHeading
from actviz.sweeps.map_nets import MapNet
from actviz.sweeps.map_record import MapSpec
from actviz.training.trial import Trial

SPEC = MapSpec(activations=("tanh", "relu"), quantities=("chance",), stds=(0.1, 1 / 3), depths=(3,))
HEADING = NetsHeading.today(SPEC, "digits")
FOUND = [
    MapNet(activation=name, std=std, depth=3, trial=Trial(accuracy=0.1065, rate=0.03, step=250))
    for name in ("tanh", "relu")
    for std in SPEC.stds
]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "map.png.part"


def write(path, nets, heading=HEADING, *, resume=False):
    kept = begin_or_resume(path, NETS, heading, resume=resume)
    with keeping(path, heading, kept) as append:
        for net in nets:
            append(net)


def test_nets_that_were_written_are_read_wherever_the_file_is_cut(path):
    write(path, FOUND)
    assert read_kept(path, NETS).rows == (*FOUND,)
    content = path.read_bytes()
    for cut in range(len(content)):
        path.write_bytes(content[:cut])
        whole = max(0, content[:cut].count(b"\n") - 1)
        assert read_kept(path, NETS).rows == (*FOUND[:whole],)
        write(path, FOUND[whole:], resume=True)
        assert path.read_bytes() == content


def test_nets_are_not_gone_on_with_unasked(path):
    write(path, FOUND[:3])
    with pytest.raises(SpecError, match=r"part holds 3 nets already: go on with --resume, or"):
        begin_or_resume(path, NETS, HEADING, resume=False)


@pytest.mark.parametrize(
    ("heading", "what"),
    [
        (replace(SPEC, depths=(3, 4)), "another map: depths is 3 there and 3, 4"),
        (replace(SPEC, width=99), "another map: width is 100 there and 99 here"),
        (replace(SPEC, seeds=(1,)), "another map: seed is 0 there and 1 here"),
        (replace(HEADING, version="9.9"), r"of actviz .*, and not of 9\.9: nets of two versions"),
        (replace(HEADING, data="mnist"), "data is digits there and mnist here"),
    ],
)
def test_nets_of_another_map_are_refused(path, heading, what):
    write(path, FOUND[:1])
    other = NetsHeading.today(heading, "digits") if isinstance(heading, MapSpec) else heading
    with pytest.raises(RecordError, match=f"cannot go on with the nets of .*{what}.*; delete it"):
        begin_or_resume(path, NETS, other, resume=True)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("[]", "it is no net of a map"),
        ('{"activation": "tanh"}', "it is no net of a map"),
        (json.dumps(FOUND[0].to_dict() | {"accuracy": "much"}), "it is no net of a map"),
        (json.dumps(FOUND[0].to_dict() | {"accuracy": 1.1}), "it is no net of a map"),
        (json.dumps(FOUND[0].to_dict() | {"rate": None}), "it is no net of a map"),
        (json.dumps(FOUND[0].to_dict() | {"step": 1e9}), "it is no net of a map"),
        (json.dumps(FOUND[0].to_dict() | {"std": 0.2}), "it is no net of its map"),
        (json.dumps(FOUND[0].to_dict() | {"activation": "selu"}), "it is no net of its map"),
        ("{", "it is torn, or no JSON"),
    ],
)
def test_a_line_that_is_no_net_is_named(path, line, what):
    write(path, FOUND[:1])
    with path.open("a") as file:
        file.write(line + "\n")
    with pytest.raises(RecordError, match=rf"^line 3 of .*\({what}\).*its net is run again with"):
        read_kept(path, NETS)


def test_rows_of_a_sweep_are_no_nets(path):
    path.write_text('{"schema":"actviz.sweep/1"}\n')
    with pytest.raises(RecordError, match=r"line 1: .*the nets of a map"):
        read_kept(path, NETS)
