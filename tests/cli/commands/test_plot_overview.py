"""actviz plot without a view: the overview, unless an option is one of the sheet's own."""

from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader


def _begins(path: Path) -> str:
    with Image.open(path) as image:
        image.load()
        return str(image.text["Description"]).splitlines()[1].split()[0]  # type: ignore[attr-defined]


#: How the descriptions of the two begin.
OVERVIEW, SHEET = "Strips", "Grid"


@pytest.mark.wide
@pytest.mark.parametrize(
    ("words", "view"),
    [
        ((), OVERVIEW),
        (("--style", "honest"), OVERVIEW),
        (("--numbers", "std", "--caption", "none", "--verdict", "hide"), OVERVIEW),
        (("--bins", "20", "--range", "0,2"), OVERVIEW),
        (("--log-y",), SHEET),
        (("--count",), SHEET),
        (("--share-y", "row"), SHEET),
        (("--pool", "unit"), SHEET),
        (("--signal", "preactivation"), SHEET),
        (("--signal", "gradient"), SHEET),
        (("--no-theory",), SHEET),
        (("--seeds", "2"), SHEET),
        (("--view", "overview", "--signal", "preactivation"), OVERVIEW),
    ],
    ids=" ".join,
)
def test_an_option_of_the_sheets_own_selects_it(actviz, small, tmp_path, words, view):
    assert actviz("plot", *small, *words, "--dpi", "20").code == 0
    assert _begins(tmp_path / "actviz.png") == view


@pytest.mark.parametrize(
    ("text", "view"),
    [("", OVERVIEW), ("log-y = true\n", SHEET), ('pool = "unit"\n', SHEET), ("seeds = 2\n", SHEET)],
)
def test_an_option_in_a_file_selects_it_too(actviz, small, tmp_path, text, view):
    (tmp_path / "spec.toml").write_text(text)
    assert actviz("plot", *small, "--spec", "spec.toml", "--dpi", "20").code == 0
    assert _begins(tmp_path / "actviz.png") == view


def test_the_textbook_style_needs_no_view(actviz, small, tmp_path, monkeypatch):
    monkeypatch.setattr("actviz.cli.look.typed_command", lambda context: "the command differs")
    words = ("plot", *small, "--style", "textbook", "--dpi", "20")
    assert actviz(*words, "-o", "a.png").code == 0
    assert actviz(*words, "--view", "sheet", "-o", "b.png").code == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_file_says_what_the_options_say(actviz, small, tmp_path, monkeypatch):
    monkeypatch.setattr("actviz.cli.look.typed_command", lambda context: "the command differs")
    keys = {"numbers": "std", "caption": "full", "verdict": "hide", "build": "columns"}
    (tmp_path / "spec.toml").write_text("".join(f'{k} = "{v}"\n' for k, v in keys.items()))
    more = [word for key, value in keys.items() for word in (f"--{key}", value)]
    assert actviz("plot", *small, "--spec", "spec.toml", "-o", "a.svg").code == 0
    assert actviz("plot", *small, *more, "-o", "b.svg").code == 0
    by_file, by_options = ((tmp_path / f"{name}-step-1.svg").read_bytes() for name in "ab")
    assert by_file == by_options
    assert actviz("plot", *small, "-o", "c.svg").code == 0
    assert by_file != (tmp_path / "c.svg").read_bytes()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--view", "sheet", "--numbers", "std"), "numbers goes with view overview"),
        (("--log-y", "--build", "rows"), "view sheet does not take build"),
        (("--view", "overview", "--log-y"), "log-y goes with view sheet, overlay or ridge"),
        (("--view", "overview", "--signal", "gradient"), "view overview is not of the gradient"),
        (("--numbers", "sdt"), "did you mean 'std'"),
        (("--build", "layers"), "unknown build 'layers'"),
    ],
)
def test_what_does_not_go_with_it(refused, small, words, says):
    assert says in refused("plot", *small, *words)


def test_a_verdict_is_not_built_up_and_hidden_at_once(actviz):
    words = ("--build", "verdict", "--verdict", "hide")
    result = actviz("plot", "-w", "5", "-n", "5", *words, "-o", "a.png")
    assert result.code == 2
    assert result.complaint == (
        "build verdict shows what verdict hide leaves out: leave one of the two out"
    )
    assert not list(Path().glob("a*.png"))


def test_a_build_up_writes_its_steps_and_removes_old_ones(actviz, tmp_path):
    small = ("-a", "relu", "-a", "tanh", "-w", "5", "-n", "5", "--dpi", "20")
    inits = ("-i", "he", "-i", "xavier", "-i", "lecun")
    for kept in ("a-step-x.png", "b-step-1.png", "a-step-1.txt", "a.png"):
        (tmp_path / kept).write_text("mine")
    result = actviz("plot", *small, *inits, "--build", "rows", "-o", "a.png")
    assert result.out.splitlines()[-3:] == [f"a-step-{n}.png" for n in (1, 2, 3)]
    assert actviz("plot", *small, *inits, "--build", "verdict", "-o", "a.png").code == 0
    found = sorted(path.name for path in tmp_path.iterdir())
    assert found == sorted(
        ("a-step-1.png", "a-step-2.png", "a-step-x.png", "b-step-1.png", "a-step-1.txt", "a.png")
    )
    assert (tmp_path / "a.png").read_text() == "mine"


def test_further_pages_stand_beside_or_in_one_pdf(actviz, tmp_path):
    many = [word for n in range(1, 8) for word in ("-i", f"std={n}")]
    words = ("plot", "-a", "relu", "-a", "tanh", "-w", "5", "-n", "5", *many, "--dpi", "20")
    result = actviz(*words, "-o", "a.png")
    assert result.out.splitlines()[-2:] == ["a.png", "a-page-2.png"]
    assert sum("relu" in line for line in result.out.splitlines()) == 7
    assert actviz(*words, "-o", "a.pdf").code == 0
    first = (tmp_path / "a.pdf").read_bytes()
    assert len(PdfReader(tmp_path / "a.pdf").pages) == 2
    assert actviz(*words, "-o", "a.pdf").code == 0
    assert (tmp_path / "a.pdf").read_bytes() == first
