"""Two histograms on top of each other: what was expected and what was found."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import StepPatch

from actviz.layers.signals import Signal
from actviz.plot.paper.style import Theme
from actviz.records.signal import LayerRecord


def draw_drift(
    ax: Axes, pair: tuple[LayerRecord, LayerRecord], *, signal: Signal, theme: Theme
) -> tuple[StepPatch, StepPatch]:
    """Draw what is expected of a layer, and what was obtained, without the values exactly 0."""
    patches = []
    looks: tuple[dict[str, Any], ...] = (
        {"fill": True, "color": theme.line},
        {"fill": False, "color": theme.hues[1], "linewidth": 1.6},
    )
    for layer, look in zip(pair, looks, strict=True):
        item = layer[signal]
        widths = item.histogram.edges[1:] - item.histogram.edges[:-1]
        heights = item.counts_without_zeros() / max(item.stats.count, 1) / widths
        patches.append(ax.stairs(heights, item.histogram.edges, **look))
    edges = [layer[signal].histogram.edges for layer in pair]
    ax.set_xlim(min(e[0] for e in edges), max(e[-1] for e in edges))
    ax.set_ylim(bottom=0.0)
    ax.set_yticks([])
    ax.set_xticks([])
    for side, spine in ax.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(theme.line)
    return patches[0], patches[1]
