"""How a figure looks: titles, fonts and sizes reach the file, and so does the command as typed."""

import json
import shlex
import struct
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from actviz.cli import look
from actviz.plot.paper.style import SIZES

SVG = "{http://www.w3.org/2000/svg}"

SUFFIXES = ("png", "svg", "pdf")
#: The view that is drawn in half the time, for what is the same in all of them.
FAST = ("--view", "overlay")


def _png_texts(path: Path) -> dict[str, str]:
    with Image.open(path) as image:
        image.load()
        return dict(image.text)  # type: ignore[attr-defined]


def _svg_texts(path: Path) -> list[str]:
    return [item.text or "" for item in ElementTree.parse(path).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (("-o", "a.png"), ()),
        (("--title", "-o", "-o", "a.png"), ("--title", "-o")),
        (("--title", "--output=b.png", "-oa.png"), ("--title", "--output=b.png")),
        (("--log-y", "-o", "a.png", "--count"), ("--log-y", "--count")),
        (("--title=-o", "--output=a.png"), ("--title=-o",)),
        (("-o", "-d5.png", "-d2"), ("-d2",)),
        (("-o", "b.png", "-o", "a.png"), ()),
    ],
)
def test_the_command_in_the_file_is_the_one_typed_without_its_output(
    actviz, small, tmp_path, typed, kept
):
    assert actviz("plot", "--dpi", "20", *small, *typed).code == 0
    (path,) = tmp_path.iterdir()
    command = _png_texts(path)["Comment"].split()
    assert command == ["actviz", "plot", "--dpi", "20", *small, *kept]


def test_a_spec_file_with_a_name_that_is_no_text(actviz, small, tmp_path):
    name = "\udcff\x01.toml"
    (tmp_path / name).touch()
    for suffix in SUFFIXES:
        assert actviz("plot", *small, *FAST, "--spec", name, "-o", f"a.{suffix}").code == 0
    assert "--spec '\\udcff\\x01.toml'" in _png_texts(tmp_path / "a.png")["Comment"]
    ElementTree.parse(tmp_path / "a.svg")


TITLES = [
    *("$", "$x", "a$b$c", r"$\frac{1}$", "100 %", "a\\nb", "tab\there", "two\nlines"),
    *("<script>alert(1)</script>", "a & b \"c\" 'd'", "]]>", "&amp;", "x" * 500, "é", "‮rtl"),
]


@pytest.mark.parametrize("title", TITLES, ids=[ascii(title[:20]) for title in TITLES])
def test_any_text_can_be_a_title(actviz, small, tmp_path, title):
    result = actviz("plot", *small, *FAST, "--title", title, "-o", "a.svg")
    assert (result.code, result.err) == (0, "")
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    assert (root.findtext(f"{SVG}title") or "").split() == title.split()
    assert not list(root.iter(f"{SVG}script"))


def test_any_text_can_be_the_title_in_a_png(actviz, small, tmp_path):
    """Of all the titles at once, for the file has only to keep what it is told."""
    title = " ".join(TITLES)
    result = actviz("plot", *small, *FAST, "--title", title, "--dpi", "20")
    assert (result.code, result.err) == (0, "")
    assert _png_texts(tmp_path / "actviz.png")["Title"].split() == title.split()


def test_an_empty_title_is_part_of_the_command(actviz, small, tmp_path):
    typed = (*small, "--title", "", "--theme", "dark", "--dpi", "20")
    assert actviz("plot", *typed).code == 0
    command = shlex.split(_png_texts(tmp_path / "actviz.png")["Comment"])
    assert command == ["actviz", "plot", *typed]
    assert actviz(*command[1:], "-o", "again.png").code == 0
    assert (tmp_path / "again.png").read_bytes() == (tmp_path / "actviz.png").read_bytes()


def test_no_title(actviz, small, tmp_path):
    for words in (("-o", "a.svg"), ("--title", "", "-o", "b.svg")):
        assert actviz("plot", *small, *words).code == 0
    with_title, without = (_svg_texts(tmp_path / name) for name in ("a.svg", "b.svg"))
    assert len(without) < len(with_title)
    # The file has a name all the same.
    root = ElementTree.parse(tmp_path / "b.svg").getroot()
    assert root.findtext(f"{SVG}title")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_characters_that_no_font_has_are_said_once(actviz, small, monkeypatch, suffix):
    monkeypatch.setattr("actviz.plot.paper.fonts._installed", lambda: frozenset({"DejaVu Sans"}))
    result = actviz("plot", *small, *FAST, "--title", "a 中文 b", "-o", f"a.{suffix}")
    assert result.code == 0
    assert "no installed font has 中文: these will be boxes" in result.complaint


def test_a_font_of_your_own(actviz, small, tmp_path):
    words = (*FAST, "--font", "DejaVu Serif", "-o", "a.svg")
    assert actviz("plot", *small, *words).code == 0
    assert "DejaVu Serif" in (tmp_path / "a.svg").read_text()


@pytest.mark.parametrize(
    ("words", "pixels"),
    [
        ((), (1920, 1080)),
        (("--dpi", "72"), (960, 540)),
        (("--size", "half-slide"), (922, 806)),
        (("--size", "10x5.6", "--dpi", "100"), (1000, 560)),
        (("--size", "10X5.6", "--dpi", "100"), (1000, 560)),
        (("--size", "10×5.6", "--dpi", "100"), (1000, 560)),
        (("--size", "SLIDE", "--dpi", "20"), (267, 150)),
    ],
)
def test_the_png_is_as_large_as_asked_for(actviz, small, tmp_path, words, pixels):
    assert actviz("plot", *small, *FAST, *words).code == 0
    header = (tmp_path / "actviz.png").read_bytes()[16:24]
    assert struct.unpack(">II", header) == pytest.approx(pixels, abs=1)


LOOKS = [
    (),
    ("--theme", "dark"),
    ("--theme", "print"),
    ("--transparent",),
    ("--log-y",),
    ("--count",),
    ("--share-y", "none"),
    ("--signal", "preactivation"),
    ("--style", "textbook"),
    ("--bins", "10"),
    ("--range", "0,2"),
    ("--size", "column"),
    ("--seed", "1"),
]


def test_every_look_is_another_picture(actviz, small, tmp_path, monkeypatch):
    monkeypatch.setattr(look, "metadata", lambda *_: plot_command_metadata())
    seen: dict[bytes, tuple[str, ...]] = {}
    for words in LOOKS:
        assert actviz("plot", *small, *words, "-o", "a.svg").code == 0
        picture = (tmp_path / "a.svg").read_bytes()
        assert picture not in seen, (words, seen[picture])
        seen[picture] = words


def plot_command_metadata() -> object:
    from actviz.files.images import Metadata

    return Metadata(title="", description="", command="", specs="", software="")


def test_transparent_png_has_no_page(actviz, small, tmp_path):
    assert actviz("plot", *small, "--transparent", "--dpi", "20").code == 0
    with Image.open(tmp_path / "actviz.png") as image:
        assert image.getpixel((0, 0))[3] == 0


def test_the_textbook_look_has_its_own_range_and_size(actviz, small, tmp_path):
    assert actviz("plot", *small, "--style", "textbook", "--dpi", "50").code == 0
    (spec,) = json.loads(_png_texts(tmp_path / "actviz.png")["actviz"])
    assert spec["range"] == [0.0, 1.0]
    with Image.open(tmp_path / "actviz.png") as image:
        assert image.width == 50 * SIZES["textbook"].width
    # and gives way
    assert actviz("plot", *small, "--style", "textbook", "--range", "0,2").code == 0
    (spec,) = json.loads(_png_texts(tmp_path / "actviz.png")["actviz"])
    assert spec["range"] == [0.0, 2.0]
