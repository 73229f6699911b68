"""README and docs/ are true: their commands and blocks run, their tables are the program's."""

import io
import os
import re
import shlex
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageChops

from actviz import ACTIVATIONS, FIGURES, INITIALIZERS, cli
from actviz.errors import SpecError
from actviz.literature.nets import NET_FIGURES
from actviz.literature.trained import TRAINED_FIGURES
from actviz.training.data import mnist
from actviz.words.literature import seen

ROOT = Path(__file__).parents[2]
PAGES = {
    page: (ROOT / page).read_text(encoding="utf-8")
    for page in ("README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").iterdir())))
}
#: All of them, with the links of docs/ as those of the README.
README = "\n".join(PAGES.values()).replace("](../", "](")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
COMMANDS = list(
    dict.fromkeys(
        line
        for language, text in BLOCKS
        if language == "sh"
        for line in text.splitlines()
        if line.startswith("actviz ") and "--download" not in line  # nothing here asks the network
    )
)
#: Lines that ask more of a shell than where the output goes are run in one; how a command starts as
#: a process is asked in tests/cli.
OF_A_SHELL = re.compile(r"[|&*$]")
PYTHON = [text for language, text in BLOCKS if language == "python"]
(TOML,) = [text for language, text in BLOCKS if language == "toml"]
PICTURES = re.findall(r"!\[[^\]]+\]\((figures/[\w./-]+)\)", README)


def in_a_shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def in_this_process(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line that asks nothing of a shell but where the output goes."""
    out, err = io.StringIO(), io.StringIO()
    typed, _, name = command.partition(" > ")
    words = shlex.split(typed)
    with chdir(folder), redirect_stdout(out), redirect_stderr(err):
        code = cli.run(words[1:])
    if name:
        (folder / name).write_text(out.getvalue(), encoding="utf-8")
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme")
    (folder / "experiment.toml").write_text(TOML, encoding="utf-8")
    x = np.random.default_rng(0).standard_normal((200, 5))
    np.save(folder / "X.npy", x)
    np.save(folder / "y.npy", x[:, 0] > 0)
    return folder


@pytest.fixture(scope="module")
def done(folder):
    """Run a command in the folder, the first time that it is asked for."""

    def do(command):
        place = in_a_shell if OF_A_SHELL.search(command) else in_this_process
        return place(command, folder)

    return cache(do)


def test_the_readme_is_read_in_five_minutes():
    assert len(PAGES["README.md"].encode()) <= 10_000
    assert not [line for line in README.splitlines() if "](docs/../" in line]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", PAGES[page])
    local = [link for link in links if "://" not in link]
    for link in local:
        assert (ROOT / page).parent.joinpath(link).exists(), link
    if page == "README.md":
        assert {f"docs/{path.name}" for path in (ROOT / "docs").iterdir()} <= set(local)


def test_the_first_table_says_what_the_names_stand_for():
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \|$", PAGES["README.md"], flags=re.MULTILINE)
    assert [name for name, _, _ in rows] == ["xavier", "lecun", "he"]
    for name, formula, whose in rows:
        assert formula == INITIALIZERS[name].formula
        assert whose in INITIALIZERS[name].source


def test_the_two_commands_stand_at_the_top():
    first = BLOCKS[0][1].splitlines()
    assert first == ["pip install . && actviz plot", "pip install '.[test]' && pytest"]


def mnist_is_missing() -> bool:
    try:
        mnist.find()
    except SpecError:
        return True
    return False


def remade() -> dict[str, str]:
    """Return the command of every picture of stacks, as `figures/remake` has it."""
    lines = (ROOT / "figures" / "remake").read_text(encoding="utf-8").splitlines()
    commands = [
        line for line in lines if line.startswith(("actviz plot", "actviz map", "actviz phase"))
    ]
    return {f"figures/{shlex.split(line)[-1]}": line for line in commands}


def _marked(command: str) -> object:
    """A training, a map or many seeds take as long as a hundred other tests.

    Pictures of the gallery are made by the heavy tests, which compare them too.
    """
    dear = ("train", "--seeds", "theory", "map", "phase", "baseline")
    gallery = command in remade().values() and command != "actviz plot"
    heavy = gallery or any(text in command.split() for text in dear)
    return pytest.param(command, marks=pytest.mark.heavy) if heavy else command


@pytest.mark.parametrize("command", [*map(_marked, COMMANDS)])
def test_a_command_of_the_readme_runs(command, folder, done):
    if "train mnist" in command and mnist_is_missing():
        pytest.skip("MNIST is not here: name its folder with ACTVIZ_DATA_DIR")
    result = done(command)
    assert result.returncode == 0
    # Where a machine is slow, long work says how far it is.
    waiting = re.compile(r"actviz: .*\babout .*")
    assert [line for line in result.stderr.splitlines() if not waiting.fullmatch(line)] == []
    written = re.search(r"(?:-o|>) (\S+)", command)
    assert (folder / written[1]).stat().st_size if written else result.stdout


@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_a_python_block_of_the_readme_runs(number, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(PYTHON[number], f"README.md, Python block {number + 1}", "exec"), {})


def table(name: str) -> list[list[str]]:
    """Return the cells of the table between two markers, its head left out."""
    text = README.split(f"<!-- {name} -->\n")[1].split(f"<!-- /{name} -->")[0]
    rows = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def cell(text: str) -> str:
    return text.replace("|", "\\|")


def quoted(names) -> str:
    return ", ".join(f"`{name}`" for name in names)


def test_the_table_of_activations_is_the_program_s():
    assert table("activations") == [
        [
            f"`{name}`",
            quoted(n for n, other in ACTIVATIONS.items() if other is row and n != name),
            cell(row.formula),
            cell(row.source),
        ]
        for name, row in ACTIVATIONS.items()
        if name == row.name
    ]


def test_the_table_of_initializers_is_the_program_s():
    assert table("initializers") == [
        [
            f"`{row.usage}`",
            quoted(row.aliases),
            cell(row.formula),
            "yes" if row.takes_gain else "",
            cell(row.source),
        ]
        for name, row in INITIALIZERS.items()
        if name == row.name
    ]


def test_every_command_has_its_row():
    rows = re.findall(r"^\| `actviz (\w+)` \|", README, flags=re.MULTILINE)
    assert rows == list(cli.COMMANDS)


def test_every_option_that_the_readme_names_exists(monkeypatch, capsys):
    ours = re.sub(r"^(#SBATCH|dask) .*", "", README, flags=re.MULTILINE)
    named = set(re.findall(r"`?(--[a-z][a-z-]+)", ours)) - {"--help", "--install-completion"}
    monkeypatch.setenv("COLUMNS", "300")
    assert cli.run(["--help"]) == 0
    for command in cli.COMMANDS:
        assert cli.run([command, "--help"]) == 0
    # The pytest plugin's are written in its own file.
    plugin = (ROOT / "actviz" / "pytest_plugin.py").read_text(encoding="utf-8")
    helps = capsys.readouterr().out + plugin
    assert {option for option in named if option not in helps} == set()


def test_the_pictures_of_the_readme_are_in_the_gallery():
    assert set(PICTURES) - set(remade()) == {
        "figures/named/saito-sigmoid-xavier-honest.png",
        "figures/circles.png",
        "figures/mnist.png",
        "figures/named/saito-mnist-textbook.png",
    }
    assert set(remade()) <= set(PICTURES)


def test_the_table_of_figures_is_the_program_s():
    rows = {**FIGURES, **TRAINED_FIGURES, **NET_FIGURES}
    assert table("figures") == [
        [f"`{name}`", cell(seen(row)), cell(row.source)] for name, row in rows.items()
    ]


@pytest.mark.heavy
@pytest.mark.parametrize("picture", [*remade()])
def test_a_picture_is_up_to_date(picture, folder, done):
    """It carries the command that the README shows above it, and that command makes it again."""
    command = remade()[picture]
    above = README.split(f"({picture})")[0]
    shown = [line for line in COMMANDS if line in above]
    if picture != PICTURES[0]:  # `actviz plot` alone stands in the first block
        assert shown[-1] == command
    result = done(command)
    assert result.returncode == 0, result.stderr
    again = folder / Path(picture).name
    with Image.open(ROOT / picture) as old, Image.open(again) as new:
        assert old.info["Comment"] == new.info["Comment"]
        assert old.info["actviz"] == new.info["actviz"]
        assert old.info["Description"] == new.info["Description"]
        assert old.size == new.size
        # Another processor's rounding may move the edge of a line: by shades of single pixels.
        if old.info["Software"] == new.info["Software"]:
            apart = ImageChops.difference(old.convert("RGB"), new.convert("RGB"))
            moved = sum(apart.convert("L").histogram()[1:])
            assert moved <= old.width * old.height / 10_000


def test_the_changelog_names_this_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"\n## {re.escape(version('actviz'))} - \d{{4}}-\d\d-\d\d\n", changelog)


TEXT = [text for language, text in BLOCKS if language == "text"]


@pytest.mark.heavy
def test_the_lines_of_theory_are_what_it_prints(done):
    """All of them are in its output; the last digits of a simulation depend on the BLAS."""
    printed = done("actviz theory -a sigmoid -i xavier").stdout.splitlines()
    (shown,) = [text for text in TEXT if text.startswith("sigmoid, xavier")]
    lines = shown.splitlines()
    assert [line.split()[:3] for line in lines[3:]] == [
        line.split()[:3] for line in printed if line.startswith(("within-unit", "gradient std"))
    ]
    assert lines[:3] == printed[:3]
    assert "within a unit the spread is 6.4×10⁻⁴" in README
    assert [line for line in printed if line.startswith("within-unit")][-1].split()[
        2
    ] == "6.42×10⁻⁴"


def test_the_gains_are_what_it_prints(folder):
    assert in_this_process("actviz gain tanh selu gelu", folder).stdout in TEXT
