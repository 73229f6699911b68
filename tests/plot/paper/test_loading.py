"""Loading matplotlib for the command line: less of it, and the same pictures."""

import subprocess
import sys
from types import SimpleNamespace

from actviz.plot.paper.loading import _instead

LEAN = "from actviz.plot.paper.loading import load_matplotlib; load_matplotlib()\n"


def _printed(code):
    """Run code in a process of its own, where a warning is an error."""
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()


def test_what_is_left_out_can_be_had_afterwards():
    code = """
import sys
print("matplotlib.figure" in sys.modules, "mpl_toolkits.mplot3d" in sys.modules)
from matplotlib.lines import Line2D
from matplotlib.artist import Artist, kwdoc
class Own(Artist): ...
print("zorder" in (Line2D.set.__doc__ or ""), "zorder" in Own.set.__doc__, "zorder" in kwdoc(Own))
from mpl_toolkits.mplot3d import Axes3D
print(Axes3D.name)
"""
    assert _printed(LEAN + code) == ["True", "False", "False", "True", "True", "3d"]


def test_what_is_loaded_already_is_left_alone():
    code = f"""
import sys, matplotlib.figure
{LEAN}
from matplotlib.lines import Line2D
print("zorder" in Line2D.set.__doc__, "mpl_toolkits.mplot3d" in sys.modules)
"""
    assert _printed(code) == ["True", "True"]


def test_an_attribute_is_put_back_and_one_that_is_not_there_is_not_made():
    owner = SimpleNamespace(there=1)
    with _instead(owner, "there", 2), _instead(owner, "gone", 3):
        assert vars(owner) == {"there": 2}
    assert vars(owner) == {"there": 1}


DRAW = """
from matplotlib import rcParams
from matplotlib.figure import Figure
rcParams["svg.hashsalt"] = "one"
figure = Figure(figsize=(2, 1)); ax = figure.add_subplot(title="a title")
ax.set(xlabel="x", ylim=(0, 4)); ax.plot([1, 3, 2], lw=3, label="line"); ax.legend()
figure.savefig(PATH + ".png"); figure.savefig(PATH + ".svg", metadata={"Date": None})
"""


def test_pictures_are_the_same(tmp_path):
    for before, name in ((LEAN, "lean"), ("", "whole")):
        _printed(f"{before}PATH = {str(tmp_path / name)!r}\n{DRAW}")
    for suffix in ("png", "svg"):
        lean, whole = ((tmp_path / f"{name}.{suffix}").read_bytes() for name in ("lean", "whole"))
        assert lean == whole
