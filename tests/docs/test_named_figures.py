"""Every figure of the literature, simulated once: its numbers are the published ones, and its
pictures those of the gallery.
"""

import shlex
from dataclasses import replace

import pytest
from PIL import Image
from test_readme import ROOT, remade

from actviz import FIGURES
from actviz.checks.published import verify
from actviz.cli import figure_files, run, stacks
from actviz.literature.nets import NET_FIGURES
from actviz.literature.trained import TRAINED_FIGURES

pytestmark = pytest.mark.heavy

GALLERY = ROOT / "figures"
ALL = [*FIGURES, *TRAINED_FIGURES]
NAMED = [f"{name}-{style}.png" for name in ALL for style in ("honest", "textbook")]
NAMED += [f"{name}-honest.png" for name in NET_FIGURES]
#: Its data are on few machines, and training takes a while.
MADE = [name for name in NAMED if "mnist" not in name]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Run the command of `remake`; return the folder of its pictures, and the records it drew."""
    (command,) = [
        line
        for line in (GALLERY / "remake").read_text(encoding="utf-8").splitlines()
        if line.startswith("actviz figure")
    ]
    records, simulated = {}, stacks.simulate_specs

    def kept(specs, measurings, memory_limit, **how):
        found = simulated(specs, measurings, memory_limit, **how)
        records.update(zip(zip(specs, measurings, strict=True), found, strict=True))
        return found

    folder = tmp_path_factory.mktemp("gallery")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("ACTVIZ_DATA_DIR", str(folder))
        patch.setattr(stacks, "simulate_specs", kept)
        patch.setattr(figure_files, "_SEVERAL", 1000)  # here, where records can be kept
        assert run(shlex.split(command)[1:]) == 0
    return folder / "named", records


@pytest.fixture
def again(made):
    return made[0]


@pytest.fixture
def records_of(made):
    return lambda figure: [made[1][spec, figure.measuring] for spec in figure.specs]


# --- its pictures -------------------------------------------------------------------------


def test_the_folder_holds_every_named_figure_and_nothing_else(again):
    assert {path.name for path in (GALLERY / "named").iterdir()} == set(NAMED)
    assert {path.name for path in again.iterdir()} == set(MADE)
    top = {f"figures/{path.name}" for path in GALLERY.glob("*.png")}
    assert top == set(remade()) | {"figures/circles.png", "figures/mnist.png"}


@pytest.mark.parametrize("name", MADE)
def test_a_named_figure_is_up_to_date(name, again):
    with Image.open(GALLERY / "named" / name) as old, Image.open(again / name) as new:
        assert old.size == new.size
        for key in ("Comment", "Description", "actviz"):
            assert old.info[key] == new.info[key]
    # What is trained from std=10 has other last bits, and then another curve, on another machine.
    if "coursera" not in name and old.info["Software"] == new.info["Software"]:
        assert (GALLERY / "named" / name).read_bytes() == (again / name).read_bytes()


# --- its numbers --------------------------------------------------------------------------


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_gives_its_numbers(name, records_of):
    found = verify(FIGURES[name], records_of(FIGURES[name]))
    assert found
    assert [item for item in found if not item.ok] == []


@pytest.mark.parametrize("name", FIGURES)
def test_a_wrong_number_is_not_ok(name, records_of):
    """Each number is moved by two tolerances, so that what was found is more than one away."""
    figure = FIGURES[name]
    numbers = tuple(
        replace(n, value=n.value + 2.001 * n.tolerance + (n.tolerance == 0)) for n in figure.numbers
    )
    found = verify(replace(figure, numbers=numbers), records_of(figure))
    assert not any(item.ok for item in found)


@pytest.mark.parametrize(
    ("name", "stranger"),
    [
        ("saito-sigmoid-std-1", "saito-sigmoid-xavier"),
        ("saito-relu-he", "saito-relu-xavier"),
        ("cs231n-tanh-std-1", "cs231n-tanh-xavier"),
        ("cs231n-tanh-std-0.01", "cs231n-tanh-xavier"),
        ("cs231n-tanh-xavier", "cs231n-tanh-std-1"),
        ("cs231n-relu-he", "cs231n-relu-xavier"),
        ("cs231n-relu-xavier", "cs231n-relu-he"),
        ("symmetry-ones", "saito-tanh-xavier"),
    ],
)
def test_the_tolerances_tell_one_figure_from_another(name, stranger, records_of):
    """Another law's numbers fail in every layer but the first ones, where scales may agree."""
    other = FIGURES[stranger]
    figure = replace(FIGURES[name], specs=other.specs, measuring=other.measuring)
    found = verify(figure, records_of(figure))
    assert not any(item.ok for item in found if item.number.layer > 2)
