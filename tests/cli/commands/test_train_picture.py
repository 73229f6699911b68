"""actviz train: the picture that it draws, and when; actviz figure: those of trained nets."""

import json
import os

import pytest
from PIL import Image

FEW = ("train", "circles", "-i", "zeros", "-i", "he", "--steps", "20", "--report-every", "10")
FAST = ("--dpi", "30")


@pytest.mark.usefixtures("sharp")
def test_a_table_comes_with_a_picture(actviz, tmp_path):
    result = actviz(*FEW)
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[-1] == "actviz.png"
    with Image.open("actviz.png") as image:
        assert image.size == (1920, 1080)
        assert image.info["Comment"] == f"actviz {' '.join(FEW)}"
        assert "zeros: loss 0.69" in image.info["Description"]
        (spec,) = json.loads(image.info["actviz"])
        assert spec["inits"] == ["zeros", "he"]
        assert "zeros" in image.info["Title"]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_csv_and_json_are_pure_and_draw_only_what_is_named(actviz, tmp_path, form):
    plain = actviz(*FEW, "--format", form)
    assert os.listdir(tmp_path) == []
    drawn = actviz(*FEW, "--format", form, "-o", "a.svg")
    assert os.listdir(tmp_path) == ["a.svg"]
    assert plain.out == drawn.out


@pytest.mark.wide
@pytest.mark.parametrize("view", ["loss", "accuracy", "boundaries", "table", "grid", "strips"])
def test_a_view_alone(actviz, view):
    words = ("--record-every", "10", "--view", view, "-o", "a.png", "--theme", "dark", *FAST)
    assert actviz(*FEW, *words).code == 0
    with Image.open("a.png") as image:
        assert image.size == (400, 225)


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        (("--view", "strips"), "give --record-every N"),
        (("--view", "los"), "did you mean 'loss'"),
        (("-o", "a.gif"), ".gif"),
        (("-o", ""), "empty"),
        (("-o", "."), "is a directory"),
        (("--format", "csv", "--theme", "dark"), "name its file with -o"),
        (("--size", "tiny"), "tiny"),
    ],
)
def test_a_wrong_picture_is_refused_before_anything_is_trained(
    refused, monkeypatch, words, fragment
):
    monkeypatch.setattr("actviz.training.loop.run_training", lambda *_, **__: pytest.fail("work"))
    assert fragment in refused(*FEW, *words)


def test_explain_prints_how_the_picture_is_read(actviz, refused):
    words = (*FEW, "--view", "loss", *FAST)
    plain, told = actviz(*words), actviz(*words, "--explain")
    table, path = plain.out.rsplit("\n\n", 1)
    assert told.out.startswith(table)
    assert told.out.endswith(f"\n{path}")
    assert "Loss: a curve is the median" in told.out
    assert "What was run: Circles: 2-10-5-1, ReLU, biases begin at 0" in told.out
    assert "zeros: loss 0.69" in told.out
    assert "--explain is of a picture" in refused(*FEW, "--format", "csv", "--explain")
