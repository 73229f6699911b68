"""Axes without ticks: what stands on them looks as it does on matplotlib's own, switched off."""

from io import BytesIO

import pytest
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure

from actviz.plot.paper.bare import BareAxes


def page(kind, suffix):
    figure = Figure(figsize=(3, 2))
    for left in (0.1, 0.6):
        ax = figure.add_axes((left, 0.1, 0.3, 0.8), axes_class=kind)
        ax.set_axis_off()
        ax.set_xlim(-1, 3)
        ax.set_ylim(10, 0)
        ax.plot([0, 4], [0, 12], linewidth=3)
        ax.imshow([[0, 1], [2, 3]], extent=(0, 1, 0, 1), aspect="auto")
        ax.text(1, 5, "of 4")
    written = BytesIO()
    figure.savefig(written, format=suffix, metadata={} if suffix == "png" else {"Date": None})
    return written.getvalue()


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_page_of_them_has_the_same_bytes(suffix, monkeypatch):
    monkeypatch.setitem(__import__("matplotlib").rcParams, "svg.hashsalt", "the same")
    assert page(BareAxes, suffix) == page(Axes, suffix)


def test_no_tick_is_made(monkeypatch):
    monkeypatch.setattr(Axis, "_get_tick", lambda *_, **__: pytest.fail("made"))
    ax = Figure().add_axes((0, 0, 1, 1), axes_class=BareAxes)
    ax.set_xticks([1, 2, 3])
    ax.grid(True)
    ax.get_tightbbox()
    assert [ax.get_xticklabels(), ax.get_yticklabels(minor=True)] == [[], []]


def test_there_are_none_after_they_are_cleared_either():
    ax = Figure().add_axes((0, 0, 1, 1), axes_class=BareAxes)
    ax.clear()
    assert ax.xaxis.get_major_ticks(4) == []
