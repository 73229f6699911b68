"""actviz plot: the file, what it says of itself, and that the same command gives the same bytes."""

import json
import re
import shlex
import struct
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from pypdf import PdfReader

import actviz as api
from actviz.cli import look
from actviz.diagnosis.verdict import diagnose
from actviz.layers.activations import ACTIVATIONS
from actviz.layers.signals import SIGNALS
from actviz.plot.paper.style import SIZES
from actviz.plot.views import VIEWS
from actviz.simulation.stacks import simulate_many
from actviz.words import told

SVG = "{http://www.w3.org/2000/svg}"
SUFFIXES = ("png", "svg", "pdf")


def _png_texts(path: Path) -> dict[str, str]:
    with Image.open(path) as image:
        image.load()
        return dict(image.text)  # type: ignore[attr-defined]


def _svg_texts(path: Path) -> list[str]:
    return [item.text or "" for item in ElementTree.parse(path).iter(f"{SVG}text")]


@pytest.mark.usefixtures("sharp")
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_command_gives_the_same_bytes_wherever_it_lies(actviz, small, tmp_path, suffix):
    names = [f"one.{suffix}", f"two.{suffix.upper()}", f"three.{suffix}"]
    written = (("-o", names[0]), (f"-o{names[1]}",), (f"--output={names[2]}",))
    for words in written if suffix == "svg" else written[:2]:  # a name is read before its suffix
        assert actviz("plot", *words, *small).code == 0
    first, *others = [path.read_bytes() for path in tmp_path.iterdir()]
    assert len(others) == (2 if suffix == "svg" else 1)
    assert all(other == first for other in others)


@pytest.mark.usefixtures("sharp")
def test_the_same_bytes_from_another_process(actviz, process, small, tmp_path):
    for suffix in SUFFIXES:
        assert actviz("plot", *small, "-o", f"here.{suffix}").code == 0
    loop = "import sys\nfrom actviz.cli import run\n" + "".join(
        f"run([*sys.argv[1:], '-o', 'there.{suffix}'])\n" for suffix in SUFFIXES[:2]
    )
    assert process("plot", *small, "-o", "there.pdf", code=loop).returncode == 0
    for suffix in SUFFIXES:
        here, there = (tmp_path / f"{place}.{suffix}" for place in ("here", "there"))
        assert here.read_bytes() == there.read_bytes()


@pytest.mark.parametrize("view", ["overview", "sheet", "units"])
def test_picture_table_and_file_judge_each_stack_once(actviz, monkeypatch, view):
    """Of the default stacks; the rules were read 426 and 510 times for them once."""
    judged = []

    def counted(record):
        judged.append(record.spec.label)
        return diagnose(record)

    monkeypatch.setattr(told, "diagnose", counted)
    assert actviz("plot", "-w", "5", "-n", "5", "--view", view, "--dpi", "20").code == 0
    assert len(judged) == 12


def test_what_it_says(actviz, small):
    result = actviz("plot", *small, "-i", "zeros")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    heads = ["activation", "init", "std, layer 1", "last layer", "the signal", "chance"]
    assert re.split(r" {2,}", lines[0]) == heads
    assert [line.split()[:2] for line in lines[2:4]] == [["relu", "he"], ["relu", "zeros"]]
    assert lines[-1] == "actviz.png"


def test_png_says_what_it_is(actviz, small, tmp_path):
    assert actviz("plot", *small, "--title", "Möwe 中", "-o", "secret-place.png").code == 0
    texts = _png_texts(tmp_path / "secret-place.png")
    assert texts["Title"] == "Möwe 中"
    assert texts["Comment"] == "actviz plot -a relu -i he -d 2 -w 5 -n 5 --title 'Möwe 中'"
    assert "ReLU" in texts["Description"]
    spec = api.StackSpec(activation="relu", init="he", depth=2, width=5, samples=5)
    kept = api.Measuring(gradients=True).to_dict()
    del kept["statistics"]
    assert json.loads(texts["actviz"]) == [spec.to_dict() | kept]
    assert re.match(r"actviz \S+, matplotlib \S+, numpy \S+$", texts["Software"])
    assert "secret-place" not in str(texts)


def test_svg_says_what_it_is_and_keeps_its_text(actviz, small, tmp_path):
    assert actviz("plot", *small, "-o", "secret-place.svg").code == 0
    path = tmp_path / "secret-place.svg"
    root = ElementTree.parse(path).getroot()
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.get("aria-label") == title.text
    assert root.get("role") == "img"
    assert "ReLU" in (description.text or "")
    texts = _svg_texts(path)
    assert "ReLU" in " ".join(texts)
    assert title.text in " ".join(texts)  # it may take two lines
    content = path.read_text()
    assert "actviz plot -a relu -i he -d 2 -w 5 -n 5<" in content
    assert "secret-place" not in content


def test_pdf_says_what_it_is_and_keeps_its_text(actviz, small, tmp_path):
    assert actviz("plot", *small, "--title", "Möwe", "-o", "secret-place.pdf").code == 0
    reader = PdfReader(tmp_path / "secret-place.pdf")
    about = reader.metadata
    assert about is not None
    assert about.title == "Möwe"
    assert "ReLU" in (about.subject or "")
    keywords = str(about["/Keywords"])
    assert keywords.startswith("actviz plot -a relu -i he -d 2 -w 5 -n 5 --title 'Möwe'\n[{")
    assert "secret-place" not in str(about)
    assert "/CreationDate" not in about
    assert len(reader.pages) == 1
    assert "Möwe" in reader.pages[0].extract_text()


@pytest.mark.wide
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
        assert actviz("plot", *small, "--spec", name, "-o", f"a.{suffix}").code == 0
    assert "--spec '\\udcff\\x01.toml'" in _png_texts(tmp_path / "a.png")["Comment"]
    ElementTree.parse(tmp_path / "a.svg")


TITLES = [
    *("$", "$x", "a$b$c", r"$\frac{1}$", "100 %", "a\\nb", "tab\there", "two\nlines"),
    *("<script>alert(1)</script>", "a & b \"c\" 'd'", "]]>", "&amp;", "x" * 500, "é", "‮rtl"),
]


@pytest.mark.wide
@pytest.mark.parametrize("title", TITLES, ids=[ascii(title[:20]) for title in TITLES])
def test_any_text_can_be_a_title(actviz, small, tmp_path, title):
    result = actviz("plot", *small, "--title", title, "-o", "a.svg")
    assert (result.code, result.err) == (0, "")
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    assert (root.findtext(f"{SVG}title") or "").split() == title.split()
    assert not list(root.iter(f"{SVG}script"))


def test_any_text_can_be_the_title_in_a_png(actviz, small, tmp_path):
    """Of all the titles at once, for the file has only to keep what it is told."""
    title = " ".join(TITLES)
    result = actviz("plot", *small, "--title", title, "--dpi", "20")
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


@pytest.mark.parametrize("suffix", SUFFIXES[:2])
def test_characters_that_no_font_has_are_said_once(actviz, small, monkeypatch, suffix):
    monkeypatch.setattr("actviz.plot.paper.fonts._installed", lambda: frozenset({"DejaVu Sans"}))
    result = actviz("plot", *small, "--title", "a 中文 b", "-o", f"a.{suffix}")
    assert result.code == 0
    assert "no installed font has 中文: these will be boxes" in result.complaint


def test_a_font_of_your_own(actviz, small, tmp_path):
    words = ("--font", "DejaVu Serif", "-o", "a.svg")
    assert actviz("plot", *small, *words).code == 0
    assert "DejaVu Serif" in (tmp_path / "a.svg").read_text()


# --- the figure's look reaches the file ---------------------------------------------------


@pytest.mark.wide
@pytest.mark.usefixtures("sharp")
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
    assert actviz("plot", *small, *words).code == 0
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
        assert image.convert("RGBA").getpixel((0, 0))[3] == 0


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


# --- unusual, and allowed -----------------------------------------------------------------

TWELVE = (
    *("std=1", "std=0.01", "zeros", "ones", "constant=0.5", "uniform=0.1", "xavier"),
    *("glorot_uniform", "he", "he_uniform", "orthogonal", "sparse"),
)
UNUSUAL = [
    ("-d", "1"),
    ("-w", "1"),
    ("-n", "1"),
    ("-d", "1", "-w", "1", "-n", "1"),
    ("-d", "20"),
    pytest.param(("-d", "1000"), marks=pytest.mark.heavy),
    ("--widths", "20,5,10,30,2", "--input-width", "3"),
    ("--dtype", "float32", "--rng", "legacy", "--input-distribution", "uniform"),
    ("--bins", "1"),
    ("--range=-1e-300,1e-300",),
    ("--range=-1e300,1e300",),
    ("--input-std", "0"),
    ("--input-std", "1e-300"),
    ("--gain", "0"),
]


@pytest.mark.wide
@pytest.mark.parametrize("words", UNUSUAL, ids=" ".join)
def test_unusual_stacks_are_drawn(actviz, words):
    width = () if "--widths" in words else ("-w", "4")
    base = ("-a", "tanh", "-i", "he", "-n", "6", *width, *words)
    assert actviz("plot", *base, "-o", "a.svg").code == 0
    if "1000" not in words:
        assert actviz("plot", *base, "-o", "b.svg", "--style", "textbook").code == 0


def test_twelve_initializers_and_all_activations(actviz):
    inits = [word for name in TWELVE for word in ("-i", name)]
    names = [word for name, row in ACTIVATIONS.items() if row.name == name for word in ("-a", name)]
    base = ("-w", "4", "-n", "6", "-d", "2", "--dpi", "20")
    assert actviz("plot", *base, *inits, "-a", "relu").code == 0
    result = actviz("plot", *base, *names, "-i", "he")
    assert (result.code, result.err) == (0, "")
    assert sum("he" in line.split() for line in result.out.splitlines()) == 13


# --- --view -------------------------------------------------------------------------------

#: How the second line of a view's description begins.
STARTS = {
    "overview": "Strips of small histograms of each layer's activations.",
    "sheet": "Grid of histograms of each layer's activations.",
    "overlay": "Overlaid histograms of each layer's activations",
    "ridge": "Ridges of histograms of each layer's activations",
    "depth": "Statistics against depth of each layer's activations",
    "units": "Dots for each layer's activations",
}


def _description(path: Path) -> str:
    return _png_texts(path)["Description"]


def test_every_view_is_described():
    assert STARTS.keys() == VIEWS.keys()


#: Every view as SVG and PNG; a PDF takes four times as long, and has its text from the same place.
WRITTEN = [*product(VIEWS, ("png", "svg")), ("overview", "pdf"), ("depth", "pdf")]


@pytest.mark.wide
@pytest.mark.parametrize(("view", "suffix"), WRITTEN)
def test_every_view_says_what_it_is_and_is_the_same_again(actviz, small, tmp_path, view, suffix):
    words = ("plot", *small, "--view", view.upper(), "--dpi", "20")
    result = actviz(*words, "-o", f"a.{suffix}")
    assert (result.code, result.err) == (0, "")
    path = tmp_path / f"a.{suffix}"
    if suffix == "svg":  # the writers of the others are held to it by a grid
        assert actviz(*words, "-o", "b.svg").code == 0
        assert path.read_bytes() == (tmp_path / "b.svg").read_bytes()
    if suffix == "png":
        assert _png_texts(path)["Comment"] == " ".join(("actviz", *words))
        said = _description(path)
    elif suffix == "svg":
        said = ElementTree.parse(path).findtext(f"{SVG}desc") or ""
    else:
        said = str((PdfReader(path).metadata or {})["/Subject"])
    assert "".join(said.splitlines()[1]).startswith(STARTS[view])


def test_the_views_are_pictures_of_their_own_and_the_overview_is_what_none_is(
    actviz, small, tmp_path
):
    pictures = {}
    for view in (None, "grid", *VIEWS):
        words = () if view is None else ("--view", view)
        assert actviz("plot", *small, "-a", "tanh", *words, "--dpi", "30").code == 0
        with Image.open(tmp_path / "actviz.png") as image:
            pictures[view] = image.tobytes()
    assert pictures[None] == pictures["overview"]
    assert pictures["grid"] == pictures["sheet"]
    assert len(set(pictures.values())) == len(VIEWS)


#: The default's view is tried with every shape by everybody, the others by whoever has the time.
ITS_VIEWS = [
    view if view == "overview" else pytest.param(view, marks=pytest.mark.heavy) for view in VIEWS
]


@pytest.mark.wide
@pytest.mark.parametrize("view", ITS_VIEWS)
@pytest.mark.parametrize(
    "shape",
    [
        # One of them alone: `test_unusual_stacks_are_drawn`, and plot/facets/test_page.
        ("--depth", "1", "--width", "1", "--samples", "1"),
        ("--depth", "40", "--width", "4"),
        ("--widths", "20,5,10,30,2"),
        ("--input-std", "0"),
        ("-i", "zeros", "-i", "ones", "-a", "tanh"),
        ("--size", "column"),
        ("--signal", "preactivation"),
        ("--theme", "print", "--transparent", "--title", ""),
    ],
    ids=" ".join,
)
def test_every_view_takes_every_shape_and_look(actviz, small, tmp_path, view, shape):
    base = ("-a", "relu", "-i", "he", "-n", "5") if "--widths" in shape else small
    if set(shape) & set(SIGNALS) - set(VIEWS[view].signals):
        pytest.skip("refused, as another test says")
    result = actviz("plot", *base, *shape, "--view", view, "--dpi", "20")
    assert (result.code, result.err) == (0, "")
    assert STARTS[view][:15] in _description(tmp_path / "actviz.png")


@pytest.mark.parametrize("view", [view for view, row in VIEWS.items() if "log-y" in row.options])
def test_views_with_heights_take_their_options(actviz, small, view):
    seen = set()
    for words in ((), ("--log-y",), ("--count",), ("--share-y", "none")):
        result = actviz("plot", *small, "-d", "3", *words, "--view", view, "-o", "a.svg")
        assert (result.code, result.err) == (0, "")
        paths = [item.get("d") for item in ElementTree.parse("a.svg").iter(f"{SVG}path")]
        seen.add((*paths, *_svg_texts(Path("a.svg"))))
    assert len(seen) >= 3


@pytest.mark.wide
@pytest.mark.parametrize("view", [*VIEWS])
def test_a_view_of_a_stack_that_stops_being_finite(actviz, tmp_path, view):
    words = ("-a", "identity", "-i", "std=1e200", "-w", "5", "-n", "5", "--dpi", "20")
    result = actviz("plot", *words, "--view", view)
    assert result.code == 3
    assert "layer 2 is not finite" in result.complaint
    assert STARTS[view][:15] in _description(tmp_path / "actviz.png")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--view", "dept"), "unknown view 'dept': did you mean 'depth'?"),
        (("--view", "lines"), "unknown view 'lines'"),
        (
            ("--view", ""),
            "known are overview, sheet, overlay, ridge, depth, units",
        ),
        (("--view",), "option '--view' requires an argument"),
        *(
            (
                ("--view", "depth", *option),
                f"view depth does not take {name}: {name} goes with view sheet, overlay or ridge",
            )
            for name, option in {
                "log-y": ("--log-y",),
                "count": ("--count",),
                "density": ("--density",),
                "share-y": ("--share-y", "all"),
            }.items()
        ),
        (("--view", "depth", "--share-y", "rows"), "unknown share-y 'rows'"),
        *(
            (
                ("--view", view, "--style", "textbook"),
                f"style textbook goes with view sheet (got view {view}): leave one out",
            )
            for view in VIEWS
            if view != "sheet"
        ),
    ],
)
def test_what_does_not_go_with_a_view_says_what_does(refused, small, words, says):
    assert says in refused("plot", *small, *words)


def test_the_textbook_style_is_of_the_activation_s_bounds_unless_a_range_is_given(actviz, small):
    base = ("plot", "-i", "xavier", "--depth", "2", "--width", "9", "--samples", "20")
    book = (*base, "--style", "textbook", "--dpi", "20")

    def ranges(*words):
        assert actviz(*book, *words).code == 0
        return [spec["range"] for spec in json.loads(_png_texts(Path("actviz.png"))["actviz"])]

    assert ranges("-a", "tanh", "-a", "sigmoid", "-a", "relu", "-a", "softsign") == [
        [-1.0, 1.0],
        [0.0, 1.0],
        [0.0, 1.0],
        [-1.0, 1.0],
    ]
    assert ranges("-a", "selu") == [[0.0, 1.0]]
    assert ranges("-a", "tanh", "--range", "-2,2") == [[-2.0, 2.0]]


def test_the_textbook_style_is_a_grid(actviz, small):
    assert actviz("plot", *small, "--style", "textbook", "--view", "grid").code == 0


@pytest.mark.wide
@pytest.mark.parametrize("view", [*VIEWS])
def test_a_view_from_a_file(actviz, small, tmp_path, view):
    (tmp_path / "spec.toml").write_text(f'view = "{view}"\n')
    words = ("plot", *small, "--spec", "spec.toml", "--dpi", "20")
    assert actviz(*words).code == 0
    assert STARTS[view] in _description(tmp_path / "actviz.png")
    if view == "ridge":  # what is typed wins, whatever it is
        assert actviz(*words, "--view", "overlay").code == 0
        assert STARTS["overlay"] in _description(tmp_path / "actviz.png")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('view = "rigde"', "did you mean 'ridge'?"),
        ("view = 3", "view must be a valid string (got 3)"),
        ('view = ["grid"]', "view must be a valid string"),
        ('veiw = "grid"', "did you mean 'view'?"),
        ('view = "depth"\nlog-y = true', "log-y goes with view sheet, overlay or ridge"),
        ('view = "depth"\ndensity = false', "count goes with view sheet, overlay or ridge"),
        ('view = "depth"\nshare-y = "all"', "share-y goes with view sheet, overlay or ridge"),
        ('view = "ridge"\nstyle = "textbook"', "style textbook goes with view sheet"),
    ],
)
def test_a_view_from_a_file_that_does_not_go(refused, small, tmp_path, text, says):
    (tmp_path / "spec.toml").write_text(text)
    assert says in refused("plot", *small, "--spec", "spec.toml")


# --- --view depth -------------------------------------------------------------------------


@pytest.fixture
def simulated(monkeypatch):
    """What a command keeps of the stacks that it simulates."""
    asked = []

    def spy(own, measuring, **more):
        asked.append(measuring)
        return simulate_many(own, measuring, **more)

    monkeypatch.setattr("actviz.cli.stacks.simulate_many", spy)
    return asked


@pytest.mark.wide
@pytest.mark.parametrize(
    ("words", "activation", "gradient", "rank"),
    [
        (("--view", "overview"), "histogram", "scale few_entries histogram", None),
        (("-a", "tanh", "--view", "overview"), "histogram", "scale few_entries", None),
        (("--view", "sheet"), "histogram", "scale median histogram", None),
        (("-a", "tanh", "--view", "sheet"), "histogram", "scale few_entries", None),
        (("--view", "depth"), "quantiles rank histogram", "scale median", None),
        (("--view", "depth", "--panel", "rank"), "quantiles rank histogram", "scale median", True),
        (
            ("--view", "overlay", "--signal", "gradient"),
            "histogram",
            "scale few_entries histogram",
            None,
        ),
        (("--view", "ridge"), "histogram", "scale few_entries", None),
        (("--view", "units"), "", "scale few_entries", None),
    ],
)
def test_what_the_judge_and_the_view_read_is_simulated(
    actviz, small, simulated, words, activation, gradient, rank
):
    """The judge goes back through every stack, so that its words are the same in every view."""
    assert actviz("plot", *small, *words, "--dpi", "20").code == 0
    (asked,) = simulated
    judged = {"scale", "saturated", "cosine", *([] if "rank" in activation else ["judged_rank"])}
    assert set(asked.kept("activation")) == judged | set(activation.split())
    assert set(asked.kept("gradient")) == set(gradient.split())
    for signal, least in (("preactivation", ("size",)), ("weight_gradient", ())):
        assert asked.kept(signal) == least
    assert (asked.gradients, asked.effective_rank) == (True, rank)


@pytest.mark.wide
@pytest.mark.parametrize("view", ["overview", "sheet", "depth", "overlay", "ridge", "units"])
def test_the_words_and_the_chance_are_diagnoses_in_every_view(actviz, view):
    words = ("-a", "tanh", "-i", "std=1", "-i", "xavier", "-w", "40", "-n", "60")
    out = actviz("plot", *words, "--view", view, "--dpi", "20").out
    said = actviz("diagnose", *words, "--no-remedies").out
    for line in said.splitlines()[:2]:
        word, chance = line.partition(": ")[2].partition(" (")[0].split(", ")
        assert word in out
        assert chance in out


def test_a_depth_view_of_several_seeds_says_how_many(actviz, small):
    base = ("plot", *small, "--view", "depth", "-o", "a.svg")
    assert actviz(*base, "--seeds", "3").code == 0
    assert "of 3 seeds" in " ".join(_svg_texts(Path("a.svg")))
    assert actviz(*base).code == 0
    assert "seeds" not in " ".join(_svg_texts(Path("a.svg")))


def test_theory_is_drawn_unless_it_is_declined(actviz, small):
    for words, drawn in (((), True), (("--theory",), True), (("--no-theory",), False)):
        assert actviz("plot", *small, "--view", "depth", *words, "-o", "a.svg").code == 0
        assert ("mean field" in " ".join(_svg_texts(Path("a.svg")))) == drawn


def test_seeds_that_overflow_leave_the_others(actviz):
    """float32 ends at 3e38, and with 20 units the last layers of some seeds go beyond it."""
    words = ("-a", "relu", "-i", "std=2", "-w", "20", "-n", "10", "--depth", "50")
    result = actviz("plot", *words, "--dtype", "float32", "--view", "depth", "--seeds", "4")
    assert result.code == 0
    assert re.search(r"[1-3] of 4 seeds stop being finite in float32; the others", result.complaint)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--view", "depth", "--panel", "cosin"), "unknown panel 'cosin': did you mean 'cosine'?"),
        (
            ("--view", "overlay", "--panel", "std"),
            "does not take panel: panel goes with view depth",
        ),
        (
            ("--view", "depth", "--signal", "gradient", "--panel", "std"),
            "panel std is not of the gradient: leave one of the two out",
        ),
        (("--view", "depth", "--seeds", "0"), "seeds must be >= 1"),
    ],
)
def test_what_a_depth_view_cannot_show_is_refused(refused, small, words, says):
    assert says in refused("plot", *small, *words)


# --- --explain ----------------------------------------------------------------------------

TINY = ("--width", "30", "--samples", "60")


@pytest.mark.wide
@pytest.mark.parametrize("view", ["overview", "sheet", "overlay", "ridge", "depth", "units"])
def test_explain_prints_how_the_picture_is_read_and_where_it_is(actviz, view):
    words = ("plot", "-a", "relu", "-i", "he", "-i", "xavier", *TINY, "--view", view, "--dpi", "20")
    plain = actviz(*words, "-o", "a.png")
    told = actviz(*words, "-o", "b.png", "--explain")
    assert (told.code, told.err) == (0, "")
    # The same table before, the same line after, and the same picture.
    table, path = plain.out.rsplit("\n\n", 1)
    assert told.out.startswith(table)
    assert (path, told.out.splitlines()[-1]) == ("a.png\n", "b.png")
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()
    between = told.out[len(table) : -len("b.png\n")]
    assert "What was run: " in between or view in ("sheet", "units")
    assert "ReLU with He: std by layer" in between or "ReLU with He: ✓" in between
    assert len(between) > 300


def test_explain_is_of_the_marks_that_are_drawn(actviz):
    words = ("plot", "-i", "he", *TINY, "--explain", "-o", "a.png", "--dpi", "20")
    relu, tanh = (actviz(*words, "-a", name).out for name in ("relu", "tanh"))
    assert "A stem stands at 0" in relu
    assert "A stem stands at 0" not in tanh
    assert "“in a unit”" in tanh
    hidden = actviz(*words, "-a", "tanh", "-a", "relu", "--verdict", "hide").out
    assert "healthy" not in hidden.partition("\n\n")[2]


def test_what_a_picture_hides_the_table_hides_too(actviz):
    said = actviz("plot", "relu", "--verdict", "hide", "-n", "50").out
    assert not any(word in said for word in ("trains", "keeps", "declines", "chance", "%"))
    heads = ["activation", "init", "std, layer 1", "last layer"]
    assert re.split(r" {2,}", said.splitlines()[0]) == heads


def test_of_several_seeds_the_table_has_the_median_chance_and_its_range(actviz):
    words = ("tanh", "-i", "std=1", "--width", "30", "--samples", "100")
    said = actviz("plot", *words, "--seeds", "5").out
    specs = [
        api.StackSpec(activation="tanh", init="std=1", width=30, samples=100, seed=n)
        for n in range(5)
    ]
    chances = [diagnose(api.simulate(spec, gradients=True)).chance for spec in specs]
    low, middle, high = (told.share_of(sorted(chances)[n]) for n in (0, 2, 4))
    assert low != high
    assert f"trains {middle} ({low} to {high} of 5 seeds)" in said
    assert "seeds)" not in actviz("plot", *words).out


@pytest.mark.parametrize(
    "command", [("plot", "relu"), ("figure", "saito-relu-he"), ("map",), ("phase",)]
)
def test_a_font_that_is_not_there_is_refused_before_anything_is_run(refused, command, monkeypatch):
    def run(*args, **kwargs):
        raise AssertionError("simulated")

    # By the rooms that ask: one that is first imported meanwhile would keep what stands there.
    monkeypatch.setattr("actviz.cli.stacks.simulate_specs", run)
    for room in ("map_making", "phase_making"):
        monkeypatch.setattr(f"actviz.sweeps.{room}.simulate_each", run)
    assert "font 'Nix' is not installed" in refused(*command, "--font", "Nix", "-o", "x.png")
