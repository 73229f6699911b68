"""actviz figure: the figures of the literature drawn, listed and held to their numbers."""

import json
import os
import shlex
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from xml.etree import ElementTree

import pytest
from PIL import Image
from pypdf import PdfReader

from actviz import FIGURES
from actviz.literature import stacks as literature
from actviz.literature import trained as published
from actviz.literature.nets import NET_FIGURES
from actviz.plot.paper.style import SIZES
from actviz.plot.views import STYLES, VIEWS
from actviz.records.spec import StackSpec
from actviz.words.literature import seen

ALL = {**FIGURES, **published.TRAINED_FIGURES, **NET_FIGURES}
NAME, OTHER = "saito-relu-he", "saito-tanh-xavier"
BOTH = [f"{NAME}-honest.png", f"{NAME}-textbook.png"]
FAST = ("--dpi", "20")

#: What a command has drawn, for tests of which several come to the same one.
DRAWN: dict[str, bytes] = {}


def info(path):
    with Image.open(path) as image:
        image.load()
        return image.info


def size_of(path):
    with Image.open(path) as image:
        return image.size


@pytest.fixture
def rows(monkeypatch):
    """Put other rows in place of the figures."""

    def put(*figures):
        table = MappingProxyType({row.name: row for row in figures})
        monkeypatch.setattr(literature, "FIGURES", table)
        monkeypatch.setattr(published, "TRAINED_FIGURES", MappingProxyType({}))
        monkeypatch.setattr("actviz.literature.nets.NET_FIGURES", MappingProxyType({}))

    return put


def small(name):
    """Return the row of a figure with few units and samples."""
    few = {"width": 20, "input_width": 20, "samples": 30}
    specs = tuple(replace(spec, **few) for spec in FIGURES[name].specs)
    return replace(FIGURES[name], specs=specs, numbers=())


@pytest.fixture
def quick(rows):
    """Two figures of small stacks: which files are written and what they say is the same."""
    rows(small(NAME), small(OTHER))


# --- numbers of a book, and its cut -----------------------------------------------------


def test_the_number_of_a_book_s_figure_is_a_name_of_it(actviz, refused):
    (row,) = json.loads(actviz("figure", "6-10", "--list", "--format", "json").out)
    assert row["name"] == "saito-sigmoid-std-1"
    lines = actviz("figure", "--list").out.splitlines()
    (line,) = [line for line in lines if line.startswith("saito-mnist ")]
    assert line.split()[1] == "6-15"
    assert "did you mean '6-13'" in refused("figure", "6-12")
    (line,) = [line for line in actviz("list").out.splitlines() if line.startswith("saito-relu ")]
    assert line.split()[1] == "6-14"


def test_a_cut_is_a_version_of_those_whose_script_has_one(actviz, refused, tmp_path):
    result = actviz("figure", NAME, "--cut", *FAST, "-o", str(tmp_path))
    assert (result.code, result.out) == (0, f"{tmp_path / NAME}-cut.png\n")
    said = " ".join(map(str, info(tmp_path / f"{NAME}-cut.png").values()))
    assert f"actviz figure {NAME} --cut --dpi 20" in said
    message = "the script of saito-tanh-xavier cuts nothing; --cut is of saito-relu-std-0.01"
    assert message in refused("figure", NAME, OTHER, "--cut")
    for words in (("--style", "honest"), ("--view", "depth")):
        assert "--cut is of the textbook version" in refused("figure", NAME, "--cut", *words)


# --- the list -----------------------------------------------------------------------------


def test_the_list_names_every_figure(actviz):
    result = actviz("figure", "--list")
    assert (result.code, result.err) == (0, "")
    heads, _, *lines = result.out.splitlines()
    assert heads.split("  ")[0] == "name"
    assert [line.split()[0] for line in lines] == [*ALL]
    for row, line in zip(ALL.values(), lines, strict=True):
        assert seen(row) in line
        assert row.source in line


@pytest.mark.parametrize("form", ["json", "JSON"])
def test_the_list_as_json(actviz, form):
    found = json.loads(actviz("figure", "--list", "--format", form).out)
    versions = found[0].pop("versions")
    assert all(row.pop("versions") == versions for row in found[1 : -len(NET_FIGURES)])
    assert [row.pop("versions") for row in found[-len(NET_FIGURES) :]] == [["honest"]]
    assert versions == ["honest", "textbook"]
    assert found == [{"name": f.name, "line": seen(f), "source": f.source} for f in ALL.values()]
    assert "√" in actviz("figure", "--list", "--format", form).out  # no escapes


def test_a_list_of_some_and_a_list_of_all(refused, actviz):
    words = ("figure", OTHER, NAME.upper(), OTHER, "--list", "--format", "json")
    assert [row["name"] for row in json.loads(actviz(*words).out)] == [OTHER, NAME]
    assert actviz("figure", "--all", "--list").out == actviz("figure", "--list").out
    assert "did you mean 'saito-relu-he'" in refused("figure", "saito-relu-eh", "--list")


def test_a_list_simulates_and_writes_nothing(actviz, monkeypatch, tmp_path):
    monkeypatch.setattr("actviz.cli.stacks.simulate_specs", lambda _: pytest.fail("work"))
    assert actviz("figure", "--list", "-o", "new").code == 0
    assert os.listdir(tmp_path) == []


# --- the files ----------------------------------------------------------------------------


def test_a_name_is_drawn_in_both_versions(actviz, tmp_path):
    result = actviz("figure", NAME)
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == BOTH
    assert sorted(os.listdir(tmp_path)) == BOTH
    for name in BOTH:
        about = info(name)
        assert about["Comment"] == f"actviz figure {NAME}"
        assert "ReLU" in about["Title"]
        assert "Grid of histograms" in about["Description"]
        assert about["Software"].startswith("actviz ")
    row = FIGURES[NAME]
    honest, textbook = (json.loads(info(name)["actviz"]) for name in BOTH)
    assert honest == [spec.to_dict() | options_of(row.honest) for spec in row.specs]
    assert textbook == [spec.to_dict() | options_of(row.measuring) for spec in row.specs]
    assert (honest[0]["range"], textbook[0]["range"]) == (None, [0.0, 1.0])


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_each_file_says_the_command_that_makes_it_alone(actviz, tmp_path, suffix):
    names = (NAME, OTHER)
    typed = ("--theme", "dark", "-o", "all", "--style=honest", "--font", "DejaVu Serif")
    form = () if suffix == "png" else ("--format", suffix)
    assert actviz("figure", NAME, *typed, OTHER, *form, *FAST).code == 0
    assert sorted(os.listdir("all")) == [f"{name}-honest.{suffix}" for name in names]
    for name in names:
        path = tmp_path / "all" / f"{name}-honest.{suffix}"
        command = shlex.join(
            [
                *("actviz", "figure", name, "--theme", "dark", "--style=honest"),
                *("--font", "DejaVu Serif", *form, *FAST),
            ]
        )
        if suffix == "png":
            assert info(path)["Comment"] == command
        assert actviz(*shlex.split(command)[1:]).code == 0
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


@pytest.mark.wide
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("typed", "folder", "kept"),
    [
        ((NAME, "-o", "a", *FAST), "a", ()),
        (("-oa", NAME, *FAST), "a", ()),
        (("--output=a", *FAST, NAME), "a", ()),
        (("-o", NAME, NAME, *FAST), NAME, ()),
        (("-o", "--all", *FAST, NAME), "--all", ()),
        ((NAME.upper(), *FAST, NAME), ".", ()),
        ((*FAST, "--size", "10x5.6", NAME), ".", ("--size", "10x5.6")),
        ((*FAST, "--transparent", NAME), ".", ("--transparent",)),
        ((*FAST, "--theme=dark", "--", NAME), ".", ("--theme=dark", "--")),
    ],
    ids=" ".join,
)
def test_the_command_has_the_name_and_no_output(actviz, tmp_path, typed, folder, kept):
    assert actviz("figure", "--style", "honest", *typed).code == 0
    (path,) = (tmp_path / folder).glob("*.png")
    command = info(path)["Comment"]
    assert command.split() == ["actviz", "figure", NAME, "--style", "honest", *FAST, *kept]
    before = path.read_bytes()
    if command not in DRAWN:
        assert actviz(*command.split()[1:]).code == 0
        DRAWN[command] = (tmp_path / path.name).read_bytes()
    assert DRAWN[command] == before


def test_all_draws_each_of_them(actviz, rows, tmp_path):
    few = ("symmetry-ones", NAME)
    rows(*map(small, few))
    result = actviz("figure", "--all", "-o", "new/deep", *FAST)
    assert result.code == 0
    folder = Path("new", "deep")
    names = [f"{name}-{style}.png" for name in few for style in STYLES]
    assert result.out.splitlines() == [str(folder / name) for name in names]
    assert sorted(os.listdir(folder)) == sorted(names)
    for figure in few:
        assert actviz("figure", figure, *FAST).code == 0
    for name in names:
        command = info(folder / name)["Comment"]
        assert command == shlex.join(["actviz", "figure", name.rpartition("-")[0], *FAST])
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize("there", [True, False])
def test_all_has_the_names_of_the_list(there, actviz, rows, monkeypatch):
    """But for those whose data are not on this machine, which are named."""
    drawn = []
    missing = {} if there else {"mnist": "it is elsewhere"}
    monkeypatch.setattr("actviz.cli.trained_figures._missing", lambda task: missing.get(task, ""))

    def make_figures(jobs, folder, *, explain):
        drawn.extend(
            ([row.name for row in job.figures], [item.style for item in job.looks]) for job in jobs
        )

    monkeypatch.setattr("actviz.cli.figure_files.make_figures", make_figures)
    result = actviz("figure", "--all")
    assert result.code == 0
    assert ("saito-mnist is left out: it is elsewhere" in result.err) == (not there)
    both, course = ["honest", "textbook"], [*published.TRAINED_FIGURES][1:]
    of_stacks = [names for names, _ in drawn if names[0] in FIGURES]
    assert sorted(name for names in of_stacks for name in names) == sorted(FIGURES)
    several = [names for names in of_stacks if len(names) > 1]
    assert several == [  # of the same stacks
        [*(f"saito-sigmoid-{init}" for init in ("std-1", "std-0.01", "xavier")), "saito-sigmoid"],
        [*(f"saito-relu-{init}" for init in ("std-0.01", "xavier", "he")), "saito-relu"],
        ["glorot-bengio-7", "glorot-bengio-8"],
    ]
    assert drawn == [
        *((names, both) for names in of_stacks),
        *[(["saito-mnist"], both)] * there,
        (course, both),  # of one training
        *(([name], ["honest"]) for name in NET_FIGURES),
    ]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("style", STYLES)
def test_one_style(actviz, tmp_path, style):
    assert actviz("figure", NAME, "--style", style.upper(), *FAST).code == 0
    assert os.listdir(tmp_path) == [f"{NAME}-{style}.png"]


@pytest.mark.wide
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("view", "style"),
    [
        *((view, ()) for view in VIEWS),
        *((view, ("--style", "honest")) for view in ("sheet", "units")),
    ],
)
def test_a_view_alone(actviz, tmp_path, view, style):
    assert actviz("figure", NAME, "--view", view, *style, *FAST).code == 0
    version = "honest" if view == "sheet" else view
    assert os.listdir(tmp_path) == [f"{NAME}-{version}.png"]
    kept = " ".join(("--view", view, *style, *FAST))
    assert info(f"{NAME}-{version}.png")["Comment"] == f"actviz figure {NAME} {kept}"


@pytest.mark.usefixtures("quick")
def test_the_textbook_style_goes_with_the_grid(actviz, tmp_path):
    words = ("--style", "textbook", "--view", "grid")
    assert actviz("figure", NAME, *words, *FAST).code == 0
    assert os.listdir(tmp_path) == BOTH[1:]


@pytest.mark.usefixtures("quick")
def test_an_svg_and_a_pdf_are_what_they_are_called(actviz):
    for suffix in ("svg", "PDF"):
        assert actviz("figure", NAME, "--format", suffix, "--style", "honest").code == 0
    title = ElementTree.parse(f"{NAME}-honest.svg").getroot()[0].text
    about = PdfReader(f"{NAME}-honest.pdf").metadata
    assert about is not None
    assert about.title == title
    keywords = str(about["/Keywords"])
    assert keywords.startswith(f"actviz figure {NAME} --format PDF --style honest\n")


@pytest.mark.usefixtures("quick")
def test_the_size_is_that_of_the_style_or_the_one_asked_for(actviz):
    widths = []
    for words in ((), ("--size", "column"), ("--size", "5x4")):
        assert actviz("figure", NAME, *words, "--dpi", "30").code == 0
        widths.append([size_of(name)[0] for name in BOTH])
    slide, book, column = (30 * SIZES[name].width for name in ("slide", "textbook", "column"))
    for found, expected in zip(widths, [(slide, book), (column,) * 2, (150, 150)], strict=True):
        assert found == pytest.approx(expected, abs=1)


@pytest.mark.usefixtures("quick")
def test_every_look_is_another_picture(actviz):
    looks = {
        *((), ("--theme", "dark"), ("--theme", "print"), ("--signal", "preactivation")),
        *(("--transparent",), ("--font", "DejaVu Serif"), ("--size", "two-column")),
    }
    for style in STYLES:
        pictures = set()
        for words in looks:
            assert actviz("figure", NAME, "--style", style, *words, *FAST).code == 0
            with Image.open(f"{NAME}-{style}.png") as image:
                pictures.add((image.size, image.convert("RGBA").tobytes()))
        assert len(pictures) == len(looks)


@pytest.mark.usefixtures("quick")
def test_files_that_are_there_are_replaced_and_others_stay(actviz, tmp_path):
    (tmp_path / BOTH[0]).write_text("old")
    (tmp_path / "mine").write_text("mine")
    assert actviz("figure", NAME, "-o", str(tmp_path), *FAST).code == 0
    assert info(BOTH[0])["Title"]
    assert (tmp_path / "mine").read_text() == "mine"


@pytest.mark.wide
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", ["there/", "new/deep/er/", "a b.c", "x.png", "图"])
def test_where_to(actviz, tmp_path, name):
    (tmp_path / "there").mkdir()
    (tmp_path / "x.png").mkdir()  # an odd name, and a directory all the same
    result = actviz("figure", NAME, "--style", "honest", "-o", name, *FAST)
    assert (result.code, result.err) == (0, "")
    assert os.listdir(tmp_path / name) == BOTH[:1]
    assert result.out == f"{Path(name) / BOTH[0]}\n"


@pytest.mark.usefixtures("quick")
def test_a_link_to_a_directory(actviz, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    assert actviz("figure", NAME, "-o", "link/new", *FAST).code == 0
    assert sorted(os.listdir(tmp_path / "there" / "new")) == BOTH


def options_of(measuring):
    return {name: value for name, value in measuring.to_dict().items() if name != "statistics"}


def test_a_stack_that_stops_being_finite_is_drawn_and_exits_with_3(actviz, rows, tmp_path):
    spec = StackSpec(activation="identity", init="std=1e200", width=5, samples=5)
    rows(replace(FIGURES[NAME], specs=(spec,), numbers=()))
    result = actviz("figure", NAME, *FAST)
    assert (result.code, result.out.splitlines()) == (3, BOTH)
    assert "identity with std=1e+200: layer 2 is not finite" in result.err
    assert sorted(os.listdir(tmp_path)) == BOTH


# --- the numbers --------------------------------------------------------------------------


def test_verify_prints_published_and_obtained(actviz, tmp_path):
    result = actviz("figure", NAME, "--verify", "-o", "new")
    assert (result.code, result.err) == (0, "")
    numbers = FIGURES[NAME].numbers
    heads, _, *lines = result.out.splitlines()
    columns = ("figure", "stack", "layer", "number", "expected", "obtained", "difference")
    assert heads.split() == [*columns, "allowed", "kind"]
    for number, line in zip(numbers, lines, strict=False):
        figure, activation, init, layer, statistic, published, obtained, *_, ok = line.split()
        assert (figure, activation, init, ok) == (NAME, "relu,", "he", "ok")
        assert (int(layer), statistic) == (number.layer, number.statistic)
        assert float(published) == pytest.approx(number.value, rel=1e-5)
        assert float(obtained) == pytest.approx(number.value, rel=1e-5)
    count = len(numbers)
    assert lines[-1] == f"{count} of {count} numbers are within their tolerance"
    assert "OFF" not in result.out
    assert os.listdir(tmp_path) == []


def test_verify_as_json(actviz):
    result = actviz("figure", NAME, "saito-sigmoid", "--verify", "--format", "json")
    assert (result.code, result.err) == (0, "")
    found = json.loads(result.out)
    rows = [FIGURES[name] for name in (NAME, "saito-sigmoid")]
    numbers = [(row, number) for row in rows for number in row.numbers]
    for entry, (row, number) in zip(found, numbers, strict=True):
        spec = row.specs[number.stack]
        assert entry == {
            "figure": row.name,
            "activation": spec.activation.name,
            "init": spec.init_name,
            "layer": number.layer,
            "signal": "activation",
            "statistic": number.statistic,
            "expected": number.value,
            "obtained": entry["obtained"],
            "difference": entry["obtained"] - number.value,
            "tolerance": number.tolerance,
            "kind": number.origin,
            "ok": True,
        }
        assert abs(entry["difference"]) <= number.tolerance


def test_verify_all_goes_through_each(actviz, rows):
    rows(FIGURES[NAME], FIGURES[OTHER])
    result = actviz("figure", "--all", "--verify")
    assert result.code == 0
    count = len(FIGURES[NAME].numbers) + len(FIGURES[OTHER].numbers)
    assert f"\n{count} of {count} numbers" in result.out


@pytest.mark.wide
@pytest.mark.parametrize("factor", [1.01, 1 / 1.01, -1, 0])
def test_a_number_that_is_off_is_named_and_exits_with_1(actviz, rows, factor):
    row = FIGURES[NAME]
    wrong = replace(row.numbers[3], value=row.numbers[3].value * factor)
    rows(replace(row, numbers=(*row.numbers[:3], wrong, *row.numbers[4:])), FIGURES[OTHER])
    result = actviz("figure", NAME, OTHER, "--verify")
    assert (result.code, result.err) == (1, "")
    (line,) = (line for line in result.out.splitlines() if "OFF" in line)
    assert line.split()[:5] == [NAME, "relu,", "he", "4", "mean"]
    count = len(row.numbers) + len(FIGURES[OTHER].numbers)
    assert f"\n{count - 1} of {count} numbers" in result.out
    result = actviz("figure", NAME, "--verify", "--format", "json")
    assert result.code == 1
    found = json.loads(result.out)
    assert [index for index, entry in enumerate(found) if not entry["ok"]] == [3]
    assert found[3]["difference"] == found[3]["obtained"] - wrong.value


def test_a_number_that_the_stack_does_not_reach_is_off(actviz, rows):
    spec = StackSpec(activation="identity", init="std=1e200", width=5, samples=5)
    beyond = tuple(replace(number, layer=5) for number in FIGURES[NAME].numbers[:1])
    rows(replace(FIGURES[NAME], specs=(spec,), numbers=beyond))
    result = actviz("figure", NAME, "--verify")
    assert result.code == 1
    assert result.out.splitlines()[2].split()[6:8] == ["-", "-"]
    assert "OFF" in result.out
    (entry,) = json.loads(actviz("figure", NAME, "--verify", "--format", "json").out)
    assert (entry["obtained"], entry["difference"], entry["ok"]) == (None, None, False)


def test_a_source_without_numbers_is_said(actviz, rows):
    rows(replace(FIGURES[NAME], numbers=()))
    for words in ((), ("--format", "json")):
        result = actviz("figure", NAME, "--verify", *words)
        assert (result.code, result.complaint) == (
            0,
            f"{NAME}: its source gives no numbers to verify",
        )
    assert json.loads(result.out) == []
    assert actviz("figure", NAME, "--verify").out == ""  # no table of nothing


# --- what is wrong ------------------------------------------------------------------------

WRONG = [
    (("saito-relu-eh",), "unknown figure 'saito-relu-eh': did you mean 'saito-relu-he'"),
    ((NAME, "saito-relu-eh", "-o", "new"), "did you mean 'saito-relu-he'"),
    (("saito-relu-eh", "--verify"), "did you mean 'saito-relu-he'"),
    (("lenet",), "unknown figure 'lenet'; known are saito-sigmoid-std-1, "),
    (("",), "unknown figure ''"),
    (("\x1b[31m",), "unknown figure '\\x1b[31m'"),
    ((), "name a figure, or give --all; actviz figure --list has the names"),
    (("--verify",), "name a figure, or give --all"),
    (("--theme", "dark"), "name a figure, or give --all"),
    ((NAME, "--all"), "name figures or give --all, not both"),
    ((NAME, "--all", "--list"), "not both"),
    ((NAME, "--view", "ridges"), "unknown view 'ridges': did you mean 'ridge'"),
    ((NAME, "--view", ""), "unknown view ''"),
    ((NAME, "--style", "faithful"), "unknown style 'faithful'; known are honest, textbook"),
    ((NAME, "--style", "both"), "unknown style 'both'"),
    ((NAME, "--style", "textbook", "--view", "ridge"), "style textbook goes with view sheet"),
    ((NAME, "--signal", "gradient"), "the textbook version of saito-relu-he shows no gradient"),
    ((NAME, "--signal", "gradients"), "unknown signal 'gradients': did you mean 'gradient'"),
    ((NAME, "--theme", "drak"), "unknown theme 'drak': did you mean 'dark'"),
    ((NAME, "--size", "slid"), "did you mean 'slide'"),
    ((NAME, "--size", "0x0"), "a size must be from 1.5 to 60 inches each way (got 0x0)"),
    ((NAME, "--font", "Nowhere"), "font 'Nowhere' is not installed"),
    ((NAME, "--format", "gif"), "unknown format 'gif'; known are png, svg, pdf"),
    ((NAME, "--format", "json"), "unknown format 'json'; known are png, svg, pdf"),
    ((NAME, "--format", ""), "unknown format ''"),
    (("--list", "--format", "png"), "unknown format 'png'; known are table, json"),
    (("--list", "--format", ""), "unknown format ''"),
    (("--list", "--format", "csv"), "unknown format 'csv'; known are table, json"),
    ((NAME, "--verify", "--format", "svg"), "unknown format 'svg'; known are table, json"),
    ((NAME, "--dpi", "5000"), "dpi must be from 20 to 1200 (got 5000)"),
    ((NAME, "--dpi", "1200"), "lower --dpi or --size"),
    ((NAME, "--dpi", "x"), "--dpi must be a finite number (got 'x')"),
    ((NAME, "--log-y"), "no such option: --log-y"),
    ((NAME, "--titel", "x"), "no such option: --titel"),
    ((NAME, "-o"), "option '-o' requires an argument"),
    ((NAME, "-o", ""), "the output's name is empty: name a directory"),
    ((NAME, "--output="), "the output's name is empty"),
    ((NAME, "-o", "x.png"), "x.png is the name of a file: write -o x --format png"),
    ((NAME, "-o", "new/x.SVG"), "new/x.SVG is the name of a file: write -o new/x --format svg"),
    ((NAME, "-o", "x.pdf", "--format", "pdf"), "is the name of a file"),
    ((NAME, "-o", "file"), "file is a file: -o names a directory"),
    ((NAME, "-o", "file/below/it"), "file is a file: -o names a directory"),
    ((NAME, "-o", "a\0b"), "has a NUL character: name a directory"),
    ((NAME, "-o", "new", "--theme", "drak"), "did you mean 'dark'"),
]


@pytest.mark.parametrize(
    ("words", "says"), WRONG, ids=[ascii(" ".join(words)) for words, _ in WRONG]
)
def test_what_is_wrong_is_said_before_anything_is_done(refused, tmp_path, words, says):
    (tmp_path / "file").write_text("mine")
    assert says in refused("figure", *words)
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("view", [view for view in VIEWS if view != "sheet"])
def test_the_books_have_no_other_view(refused, view):
    line = refused("figure", NAME, "--view", view, "--style", "textbook")
    assert line == f"style textbook goes with view sheet (got view {view}): leave one out"


@pytest.mark.parametrize("name", ["x" * 300, "x" * 300 + "/new", "x" * 5000])
def test_a_name_that_no_disk_holds(refused, name):
    assert "File name too long" in refused("figure", NAME, "-o", name, code=1)


def test_a_link_that_leads_nowhere(refused, tmp_path):
    (tmp_path / "link").symlink_to("not-there")
    (tmp_path / "ring").symlink_to("ring")
    for name in ("link", "link/new", "ring", "ring/new"):
        line = refused("figure", NAME, "-o", name, code=1)
        assert line == f"cannot write to {name}: {name[:4]} is a link to nowhere"


@pytest.mark.parametrize("name", ["there", "there/new", "there/new/deep"])
def test_a_directory_that_must_not_be_written_to(refused, tmp_path, monkeypatch, name):
    (tmp_path / "there").mkdir()
    # Root may write everything.
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "there")
    line = refused("figure", NAME, "-o", name, code=1)
    assert line == "cannot write to there: permission denied"


def test_a_directory_that_cannot_be_made(actviz, tmp_path, monkeypatch):
    def refuse(path, *_, **__):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    result = actviz("figure", NAME, "-o", "new", *FAST)
    assert (result.code, result.out) == (1, "")
    assert result.complaint == "cannot make new: No space left on device"
    assert os.listdir(tmp_path) == []


@pytest.mark.usefixtures("quick")
def test_a_file_that_cannot_be_replaced(actviz, tmp_path):
    (tmp_path / BOTH[0]).mkdir()
    result = actviz("figure", NAME, *FAST)
    assert (result.code, result.out) == (1, "")
    assert BOTH[0] in result.complaint
    assert os.listdir(tmp_path) == BOTH[:1]


# --- --explain ----------------------------------------------------------------------------


def test_explain_prints_how_each_picture_is_read_and_where_it_is(actviz):
    plain = actviz("figure", NAME, *FAST, "-o", "a")
    told = actviz("figure", NAME, *FAST, "-o", "b", "--explain")
    assert (told.code, told.err) == (0, "")
    lines = told.out.splitlines()
    assert [line for line in lines if line.startswith("b/")] == [f"b/{name}" for name in BOTH]
    assert plain.out.splitlines() == [f"a/{name}" for name in BOTH]
    honest, textbook = (told.out.partition(f"b/{BOTH[0]}")[i] for i in (0, 2))
    assert "A stem stands at 0" in honest
    assert "What was run: 5 layers of 100 units" in honest
    assert "ReLU with He: std by layer" in honest
    assert "not drawn, beyond (0, 1): 24 %" in textbook
    for name in BOTH:
        assert Path("a", name).read_bytes() == Path("b", name).read_bytes()
