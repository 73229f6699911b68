"""Loading matplotlib for the command line: less of it, and the same pictures."""

import subprocess
import sys

import pytest

LEAN = "from actviz.plot.paper.loading import load_matplotlib; load_matplotlib()\n"


def _printed(code):
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def test_three_dimensions_are_not_loaded_and_can_be_had_afterwards():
    code = (
        "import sys\n"
        "names = ('mpl_toolkits.mplot3d', 'matplotlib.figure')\n"
        "print(*(name in sys.modules for name in names))\n"
        "from mpl_toolkits.mplot3d import Axes3D; print(Axes3D.name)"
    )
    assert _printed(LEAN + code).split() == ["False", "True", "3d"]


def test_the_lists_of_properties_come_back_for_who_asks_afterwards():
    code = (
        "from matplotlib.artist import kwdoc\n"
        "from matplotlib.lines import Line2D\n"
        "print('linewidth' in Line2D.set.__doc__, 'linewidth' in kwdoc(Line2D))"
    )
    assert _printed(LEAN + code).split() == ["False", "True"]


def test_what_is_loaded_already_is_left_alone():
    code = (
        "import sys, matplotlib.figure\n"
        f"{LEAN}"
        "from matplotlib.lines import Line2D\n"
        "print('linewidth' in Line2D.set.__doc__, 'mpl_toolkits.mplot3d' in sys.modules)"
    )
    assert _printed(code).split() == ["True", "True"]


DRAW = """
from matplotlib import rcParams
from matplotlib.figure import Figure
rcParams["svg.hashsalt"] = "one"
figure = Figure(figsize=(2, 1)); ax = figure.add_subplot(title="a title")
ax.set(xlabel="x", ylim=(0, 4)); ax.plot([1, 3, 2], lw=3, label="line"); ax.legend()
figure.savefig(PATH, metadata={"Date": None} if PATH.endswith("svg") else {})
"""


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_picture_is_the_same(tmp_path, suffix):
    paths = [tmp_path / f"{name}.{suffix}" for name in ("lean", "whole")]
    for before, path in zip((LEAN, ""), paths, strict=True):
        _printed(f"{before}PATH = {str(path)!r}\n{DRAW}")
    lean, whole = (path.read_bytes() for path in paths)
    assert lean == whole
