"""The figures of trained nets: their numbers are the published ones; both versions are drawn."""

import json
import os
from dataclasses import replace
from types import MappingProxyType

import pytest
from PIL import Image

from actviz.cli import trained_figures
from actviz.literature import trained as published

FAST = ("--dpi", "30")


@pytest.fixture(scope="module")
def trained():
    """Train the course's net once, as `actviz figure` does: what asks for it is heavy."""
    (found,) = trained_figures.train_all([published.TRAINED_FIGURES["coursera-costs"]], named=True)
    return found[1]


@pytest.fixture
def once(trained, monkeypatch):
    def train(spec, *, watched=True):
        return replace(trained, spec=spec)

    monkeypatch.setattr(trained_figures, "trained", train)


COURSE = ("coursera-costs", "coursera-boundaries", "coursera-table")


def test_the_course_s_numbers_are_the_published_ones(actviz, once):
    result = actviz("figure", *COURSE, "--verify", "--format", "json")
    entries = json.loads(result.out)
    assert result.code == 0
    assert {entry["figure"] for entry in entries} == set(COURSE)
    he = [entry for entry in entries if entry["init"] == "he" and entry["step"] == 14_000]
    assert he[0]["expected"] == 0.07357895962677366
    assert abs(he[0]["difference"]) < 1e-9
    assert "step 14000" in actviz("figure", *COURSE, "--verify").out


def test_a_number_that_is_off_is_told(actviz, once, monkeypatch):
    row = published.TRAINED_FIGURES["coursera-table"]
    numbers = (replace(row.numbers[0], value=0.51), *row.numbers[1:])
    table = MappingProxyType({row.name: replace(row, numbers=numbers)})
    monkeypatch.setattr(published, "TRAINED_FIGURES", table)
    result = actviz("figure", "coursera-table", "--verify")
    assert result.code == 1
    assert "2 of 3 numbers are within" in result.out


def test_a_figure_of_trained_nets_is_drawn_in_both_versions(actviz, once, tmp_path):
    assert actviz("figure", *COURSE, *FAST).code == 0
    names = [f"{name}-{style}.png" for name in COURSE for style in ("honest", "textbook")]
    assert sorted(os.listdir(tmp_path)) == sorted(names)
    with Image.open("coursera-costs-textbook.png") as image:
        assert image.info["Comment"] == f"actviz figure coursera-costs {' '.join(FAST)}"
        (spec,) = json.loads(image.info["actviz"])
        assert spec["inits"] == ["zeros", "std=10", "he"]


def test_without_mnist_all_leaves_its_figure_out_and_a_name_is_refused(
    actviz, refused, monkeypatch, tmp_path
):
    monkeypatch.setenv("ACTVIZ_DATA_DIR", str(tmp_path))
    few = {"saito-mnist": published.TRAINED_FIGURES["saito-mnist"]}
    monkeypatch.setattr(published, "TRAINED_FIGURES", few)
    monkeypatch.setattr("actviz.literature.stacks.FIGURES", {})
    monkeypatch.setattr("actviz.literature.nets.NET_FIGURES", {})
    result = actviz("figure", "--all")
    assert (result.code, result.out, os.listdir(tmp_path)) == (0, "", [])
    assert result.err.count("\n") == 1
    assert "saito-mnist is left out: MNIST is not here; actviz train mnist --download" in result.err
    assert "saito-mnist cannot be made" in refused("figure", "saito-mnist")


def test_a_view_goes_with_no_figure_of_trained_nets(refused):
    assert "leave --view out" in refused("figure", "coursera-costs", "--view", "depth")


# --- those of rows ------------------------------------------------------------------------

NETS = "schoenholz-trainability"


def test_a_figure_of_many_nets_is_drawn_from_its_rows(actviz, tmp_path, monkeypatch):
    def trained(*given):
        raise AssertionError("nothing is trained where a figure is drawn")

    monkeypatch.setattr("actviz.training.trying.try_to_train", trained)
    assert actviz("figure", NETS, *FAST).code == 0
    assert os.listdir(tmp_path) == [f"{NETS}-honest.png"]
    with Image.open(f"{NETS}-honest.png") as image:
        assert image.info["Comment"] == f"actviz figure {NETS} {' '.join(FAST)}"
        assert "tanh nets" in image.info["Description"]


def test_it_has_the_honest_version_alone(refused):
    assert f"figure {NETS} has the honest version alone" in refused(
        "figure", NETS, "--style", "textbook"
    )
    assert f"figure {NETS} has a view of its own" in refused("figure", NETS, "--view", "depth")
    assert "cuts nothing" in refused("figure", NETS, "--cut")


def test_its_source_gives_no_numbers(actviz):
    result = actviz("figure", NETS, "--verify", "--format", "json")
    assert (result.code, json.loads(result.out)) == (0, [])
    assert "its source gives no numbers to verify" in result.err


def test_the_list_says_which_versions_there_are(actviz):
    rows = json.loads(actviz("figure", NETS, "coursera-table", "--list", "--format", "json").out)
    assert [row["versions"] for row in rows] == [["honest"], ["honest", "textbook"]]
