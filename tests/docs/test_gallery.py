"""The gallery can be made again, and is up to date: every picture, and the page that shows them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from test_readme import ROOT, remade

from actviz import FIGURES

GALLERY = ROOT / "figures"
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
NAMED = [f"{name}-{style}.png" for name in FIGURES for style in ("honest", "textbook")]


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """Return a folder with all named figures, made again by the command of `remake`."""
    folder = tmp_path_factory.mktemp("gallery")
    (command,) = [
        line
        for line in (GALLERY / "remake").read_text(encoding="utf-8").splitlines()
        if line.startswith("actviz figure")
    ]
    subprocess.run(
        command, shell=True, cwd=folder, env=os.environ | {"PATH": PATH}, check=True, stdout=-3
    )
    return folder / "named"


def test_the_folder_holds_every_named_figure_and_nothing_else(again):
    assert {path.name for path in (GALLERY / "named").iterdir()} == set(NAMED)
    assert {path.name for path in again.iterdir()} == set(NAMED)
    top = {f"figures/{path.name}" for path in GALLERY.glob("*.png")}
    assert top == set(remade())


@pytest.mark.parametrize("name", NAMED)
def test_a_named_figure_is_up_to_date(name, again):
    with Image.open(GALLERY / "named" / name) as old, Image.open(again / name) as new:
        assert old.size == new.size
        for key in ("Comment", "Description", "actviz"):
            assert old.info[key] == new.info[key]
    if old.info["Software"] == new.info["Software"]:
        assert (GALLERY / "named" / name).read_bytes() == (again / name).read_bytes()


def test_the_page_is_what_its_script_writes(tmp_path):
    for name in ("index", "remake"):
        shutil.copy(GALLERY / name, tmp_path)
    subprocess.run(
        [sys.executable, tmp_path / "index"], env=os.environ | {"PATH": PATH}, check=True
    )
    page = (GALLERY / "README.md").read_text(encoding="utf-8")
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == page


def test_every_picture_of_the_page_is_there_and_every_picture_is_on_the_page():
    page = (GALLERY / "README.md").read_text(encoding="utf-8")
    shown = set(re.findall(r'\]\(([\w./-]+\.png)\)|src="([^"]+)"', page))
    names = {first or second for first, second in shown}
    there = {str(path.relative_to(GALLERY)) for path in GALLERY.rglob("*.png")}
    assert names == there
