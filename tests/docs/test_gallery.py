"""The gallery's page is up to date. Its pictures are in `test_named_figures` and `test_readme`."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from test_readme import ROOT

GALLERY = ROOT / "figures"
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


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
