"""Files as data: the same bytes again, text as text, and what a file says of itself."""

from xml.etree import ElementTree

import pytest
from PIL import Image
from pypdf import PdfReader

from actviz import plot_grid, simulate
from actviz.errors import SpecError
from actviz.files.formats import check_pixels, suffix_of
from actviz.files.images import Metadata, write_figure

HOSTILE = "<script>alert(\"1\")</script> & 'x' $\\alpha"
METADATA = Metadata(
    title=HOSTILE, description="In words.", command="actviz plot", specs="[{}]", software="a 1"
)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def records():
    return [simulate(activation="relu", init="he", samples=100)]


@pytest.fixture
def write(records, tmp_path):
    def write(name, **options):
        write_figure(plot_grid(records, title=HOSTILE), tmp_path / name, METADATA, **options)
        return tmp_path / name

    return write


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_the_same_figure_gives_the_same_bytes(write, suffix):
    assert write(f"a{suffix}").read_bytes() == write(f"b{suffix}").read_bytes()


def test_a_slide_is_full_hd_and_dpi_scales_it(write):
    with Image.open(write("a.png")) as image:
        assert image.size == (1920, 1080)
        assert image.info["Title"] == HOSTILE
        assert image.info["Description"] == "In words."
        assert (image.info["Comment"], image.info["actviz"]) == ("actviz plot", "[{}]")
    with Image.open(write("b.png", dpi=72)) as image:
        assert image.size == (960, 540)


@pytest.mark.parametrize("transparent", [True, False])
def test_transparent(write, transparent):
    with Image.open(write("a.png", transparent=transparent)) as image:
        assert image.convert("RGBA").getpixel((3, 3))[3] == (0 if transparent else 255)


def test_an_svg_is_valid_keeps_its_text_and_speaks_for_itself(write):
    root = ElementTree.parse(write("a.svg")).getroot()
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.find(f"{SVG}title").text == HOSTILE
    assert root.find(f"{SVG}desc").text == "In words."
    words = ["".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")]
    assert {"ReLU", "He", "layer"} <= set(words)


def test_a_pdf_keeps_its_text(write):
    reader = PdfReader(write("a.pdf"))
    assert "ReLU" in reader.pages[0].extract_text()
    assert reader.metadata.title == HOSTILE
    assert "/CreationDate" not in reader.metadata


@pytest.mark.parametrize("name", ["a.xyz", "a", ".png", "a.PNG.txt"])
def test_a_suffix_without_a_writer(name, tmp_path):
    with pytest.raises(SpecError, match=r"\.png or \.svg or \.pdf"):
        suffix_of(tmp_path / name)


@pytest.mark.parametrize("dpi", [0, 19.9, 1201, float("nan"), float("inf")])
def test_dots_that_nobody_prints(dpi):
    with pytest.raises(SpecError, match="dpi must be from 20 to 1200"):
        check_pixels(13.3, 7.5, dpi)


def test_a_picture_that_is_too_large():
    with pytest.raises(SpecError, match="million pixels"):
        check_pixels(60, 60, 300)
