"""What loads what, seen from outside: one process a claim, and sys.modules at its end."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PICTURES = {"matplotlib", "seaborn"}
HEAVY = PICTURES | {"numpy", "pandas", "scipy"}
COMMAND_LINE = {"typer", "rich", "pydantic"}

RUN = "from actviz.cli import run\nassert run({words!r}) == 0"
WITH_HELP = ("plot", "map", "stats", "theory", "gain", "train", "list")
HELP = [["--version"], *([name, "--help"] for name in WITH_HELP)]
SMALL = ["-a", "relu", "-i", "he", "-d", "1", "-w", "3", "-n", "3"]
#: Commands that print, one after the other in one process.
NUMBERS = [
    *(["list"], ["stats", *SMALL], ["stats", *SMALL, "--format", "json"], ["gain", "relu"]),
    ["theory", *SMALL, "--seeds", "2"],
    ["map", "relu", "--theory-only", "-d", "3", "--format", "csv"],
]


def _loaded(code: str, cwd: object = None) -> set[str]:
    """Return the names of all modules that a new process has loaded after `code`."""
    program = f"{code}\nimport sys\nprint('\\n=', *sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=cwd, capture_output=True, encoding="utf-8", check=True
    )
    return set(result.stdout.rpartition("\n= ")[2].split())


@pytest.mark.wide
@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import actviz", HEAVY | COMMAND_LINE),
        (RUN.format(words=["--help"]), HEAVY),
        ("\n".join(RUN.format(words=words) for words in HELP), HEAVY),
        ("\n".join(RUN.format(words=words) for words in NUMBERS), PICTURES | {"pandas"}),
        (
            RUN.format(words=["train", "circles", "--steps", "2", "--format", "csv"]),
            PICTURES | {"pandas", "sklearn", "pooch", "requests"},
        ),
        (
            RUN.format(words=["map", "--theory-only", "--format", "csv", "-d", "3"]),
            PICTURES | {"pandas", "actviz.simulation.stacks", "actviz.diagnosis.findings"},
        ),
        (
            "import actviz\nactviz.simulate(activation='relu', init='he', width=3, samples=3)",
            PICTURES | COMMAND_LINE | {"pandas"},
        ),
        (
            "import actviz\nr = actviz.simulate(activation='relu', init='he', width=3, samples=3)\n"
            "actviz.plot_grid([r])\nactviz.plot_textbook([r])",
            COMMAND_LINE | {"matplotlib.pyplot"},
        ),
    ],
)
def test_nobody_waits_for_what_is_not_asked_for(code, absent):
    assert not _loaded(code) & absent


def test_a_plot_needs_no_pyplot_and_no_pandas(tmp_path):
    styles = (["plot", *SMALL, "--style", style] for style in ("honest", "textbook"))
    loaded = _loaded("\n".join(RUN.format(words=words) for words in styles), cwd=tmp_path)
    assert "matplotlib" in loaded
    assert not loaded & {"matplotlib.pyplot", "pandas", "seaborn"}


def test_every_public_name_is_there_and_loads_its_room_only():
    import actviz

    assert sorted(set(actviz.__all__)) == actviz.__all__
    for name in actviz.__all__:
        assert getattr(actviz, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = actviz.nothing


CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]
ROOMS = {
    f"actviz.{path.stem}"
    for path in (ROOT / "actviz").iterdir()
    if not path.name.startswith("__") and (path.suffix == ".py" or (path / "__init__.py").exists())
}


@pytest.mark.parametrize(
    ("contract", "free"),
    [
        ("pictures are drawn in plot and files only", {"actviz.plot", "actviz.files"}),
        ("the command line is typer's and rich's only room", {"actviz.cli"}),
    ],
)
def test_no_room_is_forgotten(contract, free):
    """Those of the layers are import-linter's to find: that contract is exhaustive."""
    (found,) = (one for one in CONTRACTS if one["name"] == contract)
    assert set(found["source_modules"]) == ROOMS - free


def test_the_layers_are_exhaustive():
    (found,) = (one for one in CONTRACTS if one["type"] == "layers")
    assert found["exhaustive"]
    assert found["containers"] == ["actviz"]
