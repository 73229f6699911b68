"""Files as data: the same bytes again, text as text, and what a file says of itself."""

import json
import os
import subprocess
import sys
from io import BytesIO
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image
from pypdf import PdfReader

from actviz import plot_grid, plot_textbook, simulate
from actviz.errors import ExportError, SpecError
from actviz.files.formats import check_pixels, suffix_of
from actviz.files.images import WRITERS, Metadata, write_figure
from actviz.files.palette import FAINT
from actviz.plot.paper.style import SIZES, context

SUFFIXES = [*WRITERS]
PLOTS = [plot_grid, plot_textbook]
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(\"1\")</script> & 'x' ]]> $\\alpha$ $5 标题"
PLAIN = Metadata(
    title="Only He keeps ReLU’s signal",
    description="Grid of histograms.\nReLU with He: std by layer 0.8.",
    command="actviz plot -a relu -i he",
    specs=json.dumps([{"seed": 0}]),
    software="actviz 1, matplotlib 2",
)
EVIL = Metadata(
    title=HOSTILE, description=HOSTILE, command=HOSTILE, specs=HOSTILE, software=HOSTILE
)
#: What a matplotlibrc may hold; each would show in a figure or a file.
ODD = {
    "font.size": 3,
    "font.family": ["serif"],
    "font.weight": "bold",
    "text.color": "red",
    "text.usetex": True,
    "text.hinting": "force_autohint",
    "text.antialiased": False,
    "axes.facecolor": "red",
    "axes.grid": True,
    "axes.linewidth": 5,
    "axes.titlepad": 40,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": "red",
    "axes.spines.top": False,
    "axes.unicode_minus": False,
    "axes.xmargin": 0.4,
    "axes.axisbelow": False,
    "xtick.direction": "in",
    "xtick.major.size": 20,
    "xtick.minor.visible": True,
    "xtick.top": True,
    "ytick.labelright": True,
    "ytick.major.pad": 30,
    "figure.autolayout": True,
    "figure.facecolor": "red",
    "figure.dpi": 33,
    "figure.edgecolor": "red",
    "figure.frameon": False,
    "lines.linewidth": 9,
    "lines.markeredgewidth": 5,
    "lines.antialiased": False,
    "lines.solid_capstyle": "round",
    "lines.markerfacecolor": "red",
    "patch.linewidth": 9,
    "patch.force_edgecolor": True,
    "patch.antialiased": False,
    "path.sketch": (9.0, 30.0, 9.0),
    "path.snap": False,
    "path.simplify": False,
    "savefig.bbox": "tight",
    "savefig.dpi": 33,
    "savefig.facecolor": "red",
    "savefig.pad_inches": 3.0,
    "savefig.transparent": True,
    "savefig.orientation": "landscape",
    "svg.fonttype": "path",
    "svg.hashsalt": "mine",
    "svg.id": "mine",
    "pdf.fonttype": 3,
    "pdf.compression": 0,
    "pdf.use14corefonts": True,
}


@pytest.fixture(scope="module")
def record():
    return simulate(activation="relu", init="he", samples=100, width=30)


@pytest.fixture(scope="module")
def figure(record):
    return plot_grid([record], size="column")


@pytest.fixture(scope="module")
def files(figure, tmp_path_factory):
    """One file of each suffix, of one figure, with plain metadata."""
    folder = tmp_path_factory.mktemp("files")
    for suffix in SUFFIXES:
        write_figure(figure, folder / f"plain{suffix}", PLAIN, dpi=50)
    return folder


@pytest.fixture
def write(tmp_path):
    def write(figure, name, metadata=PLAIN, **options):
        write_figure(figure, tmp_path / name, metadata, **{"dpi": 50} | options)
        return tmp_path / name

    return write


# The same bytes -----------------------------------------------------------------------------------


@pytest.mark.wide
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("plot", PLOTS)
def test_the_same_figure_gives_the_same_bytes(plot, suffix, record, write):
    first, second = (
        write(plot([record], size="column"), f"{name}{suffix}").read_bytes() for name in "ab"
    )
    assert first == second


@pytest.mark.parametrize("plot", PLOTS)
def test_the_options_of_a_user_change_no_byte(plot, record, write):
    def content():
        fig = plot([record], size="two-column", title="A title")
        return [write(fig, f"a{suffix}").read_bytes() for suffix in SUFFIXES]

    plain = content()
    with matplotlib.rc_context(ODD):
        before = dict(matplotlib.rcParams)
        odd = content()
        assert dict(matplotlib.rcParams) == before
    assert [len(a) for a in plain] == [len(b) for b in odd]
    assert plain == odd


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_figure_can_be_written_twice(figure, suffix, write):
    again = [write(figure, f"{name}{suffix}").read_bytes() for name in "ab"]
    assert again[0] == again[1]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_file_says_when_or_where_it_was_made(files, suffix):
    content = (files / f"plain{suffix}").read_bytes()
    for told in (b"2025-", b"2026-", b"2027-", b"CreationDate", b"dc:date", os.fsencode(files)):
        assert told not in content


# What is in them ----------------------------------------------------------------------------------


def test_a_png_speaks_for_itself(files):
    with Image.open(files / "plain.png") as image:
        assert image.format == "PNG"
        assert image.info["Title"] == PLAIN.title
        assert image.info["Description"] == PLAIN.description
        assert image.info["Comment"] == PLAIN.command
        assert image.info["Software"] == PLAIN.software
        assert json.loads(image.info["actviz"]) == [{"seed": 0}]


def test_an_svg_speaks_for_itself(files):
    root = ElementTree.parse(files / "plain.svg").getroot()
    assert root.get("role") == "img"
    assert root.get("aria-label") == PLAIN.title
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.find(f"{SVG}title").text == PLAIN.title
    assert root.find(f"{SVG}desc").text == PLAIN.description
    told = " ".join(root.itertext())
    for text in (PLAIN.command, PLAIN.specs, PLAIN.software):
        assert text in told


def test_a_pdf_speaks_for_itself(files):
    reader = PdfReader(files / "plain.pdf")
    assert len(reader.pages) == 1
    assert reader.metadata.title == PLAIN.title
    assert reader.metadata.subject == PLAIN.description
    assert reader.metadata["/Keywords"] == f"{PLAIN.command}\n{PLAIN.specs}"
    assert reader.metadata.creator == PLAIN.software
    width, height = (float(side) for side in reader.pages[0].mediabox[2:])
    assert width == pytest.approx(72 * SIZES["column"].width)
    assert height > 100


def test_text_stays_text(figure, files):
    wanted = {text.get_text() for text in figure.texts} - {""}
    root = ElementTree.parse(files / "plain.svg").getroot()
    in_svg = {"".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")}
    assert wanted <= in_svg
    in_pdf = PdfReader(files / "plain.pdf").pages[0].extract_text()
    for text in wanted:
        assert "".join(text.split()) in "".join(in_pdf.split())


def test_an_svg_names_fonts_for_machines_without_dejavu(files):
    content = (files / "plain.svg").read_text()
    assert content.count("'DejaVu Sans', Verdana, sans-serif") == content.count("DejaVu Sans")


def test_a_pdf_embeds_its_fonts(files):
    fonts = PdfReader(files / "plain.pdf").pages[0]["/Resources"]["/Font"]
    assert len(fonts) >= 2  # normal and bold
    for font in fonts.values():
        inner = font.get_object()
        inner = inner.get("/DescendantFonts", [inner])[0].get_object()
        assert "/FontFile2" in inner["/FontDescriptor"]


# Text that nobody would write ---------------------------------------------------------------------


@pytest.mark.wide
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("plot", PLOTS)
def test_hostile_texts_stay_what_they_are(plot, suffix, record, write):
    path = write(plot([record], size="two-column", title=HOSTILE), f"evil{suffix}", EVIL)
    if suffix == ".png":
        with Image.open(path) as image:
            assert image.info["Title"] == image.info["actviz"] == HOSTILE
    elif suffix == ".pdf":
        assert PdfReader(path).metadata.title == HOSTILE
    else:
        root = ElementTree.parse(path).getroot()
        assert root.find(f"{SVG}title").text == root.get("aria-label") == HOSTILE
        assert not [element for element in root.iter() if element.tag.endswith("script")]
        drawn = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
        assert "<script>" in drawn
        assert "$5" in drawn


UNFIT = "a\0b\x01c\x1bd\x7fe\udcfff\ufffe\uffff"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_characters_that_no_file_can_hold_are_replaced(suffix, record, write):
    metadata = Metadata(title=UNFIT, description=UNFIT, command=UNFIT, specs=UNFIT, software=UNFIT)
    assert metadata.title == "a�b�c�d�e�f��"
    path = write(plot_grid([record], size="column", title=UNFIT), f"unfit{suffix}", metadata)
    if suffix == ".svg":
        assert ElementTree.parse(path).getroot().find(f"{SVG}title").text == metadata.title


@given(st.text(max_size=30))
def test_any_text_gives_valid_xml(text):
    metadata = Metadata(title=text, description=text, command=text, specs=text, software=text)
    fig = Figure(figsize=(2, 2))
    options = {"dpi": 20, "transparent": False}
    root = ElementTree.fromstring(WRITERS[".svg"](fig, metadata, options))
    # XML reads any end of a line as \n, and an attribute's ends of lines as spaces.
    assert (root.find(f"{SVG}desc").text or "") == metadata.description
    assert root.get("aria-label").split() == (metadata.title or "actviz figure").split()


def test_glyphs_that_no_font_has_warn_nobody(record, write):
    fig = plot_grid([record], size="column", title="标题 🙂 \U000e0001")
    for suffix in SUFFIXES:
        assert write(fig, f"a{suffix}").stat().st_size > 1000


# Pixels -------------------------------------------------------------------------------------------


@pytest.mark.wide
@pytest.mark.parametrize(
    ("size", "dpi", "pixels"),
    [
        ("slide", None, (1920, 1080)),
        ("slide", 144, (1920, 1080)),
        ("slide", 72, (960, 540)),
        ("half-slide", 50, (320, 280)),
        ("10x5", 20, (200, 100)),
        ("3x4", 33.3, (99, 133)),
    ],
)
def test_dots_per_inch_are_exact(size, dpi, pixels, record, write):
    with Image.open(write(plot_grid([record], size=size), "a.png", dpi=dpi)) as image:
        assert image.size == pixels
        wanted = dpi or SIZES[size].dpi
        assert image.info["dpi"] == pytest.approx((wanted, wanted), abs=0.02)


@pytest.mark.wide
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("transparent", [True, False])
def test_transparent_leaves_the_page_out(transparent, theme, record, write):
    fig = plot_grid([record], size="column", theme=theme)
    with Image.open(write(fig, "a.png", transparent=transparent)) as image:
        alpha = np.asarray(image.convert("RGBA"))[..., 3]
        corners = alpha[[0, 0, -1, -1], [0, -1, 0, -1]]
        assert set(corners.tolist()) == {0 if transparent else 255}
        assert alpha.max() == 255  # ink stays ink
        page = image.convert("RGBA").getpixel((0, 0))[:3]
        assert transparent or page == ((255, 255, 255) if theme == "light" else (0x12, 0x16, 0x1D))
    # The figure itself keeps its page for the next file.
    with Image.open(write(fig, "b.png")) as image:
        assert image.convert("RGBA").getpixel((0, 0))[3] == 255


@pytest.mark.wide
@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("transparent", [True, False])
def test_a_png_has_a_table_of_colours_and_looks_as_it_was_drawn(theme, transparent, record, write):
    fig = plot_grid([record], size="half-slide", theme=theme)
    options = {"dpi": 144, "transparent": transparent}
    with Image.open(write(fig, "a.png", **options)) as image:
        assert image.mode == "P"
        pixels = np.asarray(image.convert("RGBA")).astype(int)
    buffer = BytesIO()
    with context():
        fig.savefig(buffer, format="png", **options)
    drawn = np.asarray(Image.open(buffer).convert("RGBA")).astype(int)
    lost = np.abs(pixels - drawn)[drawn[..., 3] > 0].max(axis=1)
    assert lost.max() <= FAINT
    # Of the page, with a background or without: a part in a thousand, at the edges of letters.
    assert (lost > 4).sum() < 0.001 * drawn[..., 3].size
    path = write(fig, "a.png", **options)
    assert path.stat().st_size < 0.5 * len(buffer.getvalue())


@pytest.mark.parametrize("opaque", [True, False])
def test_a_png_of_smooth_fields_keeps_every_colour(opaque, write):
    fig = Figure(figsize=(3, 3), dpi=100)
    field = np.linspace(0.0, 1.0, 300 * 300).reshape(300, 300)
    fig.add_axes((0.1, 0.1, 0.8, 0.8)).imshow(np.dstack([field, field.T, 1 - field]))
    with Image.open(write(fig, "a.png", dpi=100, transparent=not opaque)) as image:
        assert image.mode == ("RGB" if opaque else "RGBA")
        pixels = np.asarray(image.convert("RGBA"))
    buffer = BytesIO()
    with context():
        fig.savefig(buffer, format="png", dpi=100, transparent=not opaque)
    np.testing.assert_array_equal(pixels, np.asarray(Image.open(buffer)))


@pytest.mark.parametrize("dpi", [0, -1, 19.9, 1200.1, float("nan"), float("inf"), -float("inf")])
def test_dots_that_nobody_prints(dpi, figure, tmp_path):
    with pytest.raises(SpecError, match="dpi must be from 20 to 1200"):
        check_pixels(13.3, 7.5, dpi)
    with pytest.raises(SpecError, match="dpi must be from 20 to 1200"):
        write_figure(figure, tmp_path / "a.png", PLAIN, dpi=dpi)
    assert list(tmp_path.iterdir()) == []


# Files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["a.xyz", "a", ".png", "a.PNG.txt", "a.", "a.jpg", "a.pdf ", "png"]
)
def test_a_suffix_without_a_writer(name, figure, tmp_path):
    with pytest.raises(SpecError, match=r"must be \.png or \.svg or \.pdf"):
        suffix_of(tmp_path / name)
    with pytest.raises(SpecError, match=r"must be \.png or \.svg or \.pdf"):
        write_figure(figure, tmp_path / name, PLAIN)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_leaves_the_old_one(figure, files, tmp_path):
    old = tmp_path / "a.png"
    old.write_bytes(b"old")
    with pytest.raises(ExportError, match="cannot write"):
        write_figure(figure, tmp_path / "no such folder" / "a.png", PLAIN, dpi=50)
    broken = Figure()
    broken.text(0, 0, "x").draw = None  # what fails while it is drawn
    with pytest.raises(TypeError):
        write_figure(broken, old, PLAIN, dpi=50)
    assert old.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    write_figure(figure, old, PLAIN, dpi=50)
    assert old.read_bytes() == (files / "plain.png").read_bytes()


ALONE = """
import sys
from pathlib import Path
from actviz import plot_grid, plot_textbook, simulate
from actviz.files.images import Metadata, write_figure

record = simulate(activation="relu", init="he", samples=20, width=10)
about = Metadata(title="t", description="d", command="c", specs="[]", software="s")
for plot in (plot_grid, plot_textbook):
    for number in range(8):
        figure = plot([record], size="column")
    for suffix in ("png", "svg", "pdf"):
        write_figure(figure, Path(sys.argv[1], f"a.{suffix}"), about, dpi=30)
managers = sys.modules.get("matplotlib._pylab_helpers")
assert managers is None or not managers.Gcf.figs, "figures are left open"
loaded = {"matplotlib.pyplot", "seaborn", "pandas", "tkinter"} & set(sys.modules)
assert not loaded, loaded
"""


def test_drawing_needs_no_display_and_leaves_nothing_open(tmp_path):
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "MPLBACKEND")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ALONE, str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "a.png", "a.svg"]
