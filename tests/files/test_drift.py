"""What a failed check leaves to look at: the Record that was obtained, and a picture of it."""

from dataclasses import replace

import pytest
from PIL import Image

import actviz
from actviz.checks.comparison import compare
from actviz.checks.making import make_baseline
from actviz.errors import ExportError
from actviz.files.drift import leave_drift

SPEC = actviz.StackSpec(activation="relu", init="he", depth=2, width=20, samples=40)


@pytest.fixture(scope="module")
def drift():
    baseline = make_baseline(SPEC, seeds=5)
    other = actviz.simulate(replace(SPEC, init="std=1"))
    obtained = replace(other, spec=SPEC)  # it says that it is the same stack, and is not
    report = compare(obtained, baseline, name="relu-he.json")
    assert not report.ok
    return report, baseline, obtained


def test_a_drift_leaves_its_record_and_a_picture_that_says_what_drifted(drift, tmp_path):
    report, _, obtained = drift
    record, picture = leave_drift(*drift, tmp_path / "made" / "here", "relu")
    assert [record.name, picture.name] == ["relu.obtained.json", "relu.png"]
    assert {record.parent, picture.parent} == {tmp_path / "made" / "here"}
    assert actviz.load(record) == obtained
    with Image.open(picture) as image:
        assert image.info["Title"] == report.summary
        assert image.info["Comment"] == "actviz check relu-he.json"
        assert image.info["Description"].startswith(report.summary)


def test_a_folder_that_cannot_be_made_is_one_error(drift, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match=r"cannot make .*drifts: Not a directory"):
        leave_drift(*drift, tmp_path / "file" / "drifts", "relu")
