"""The colours of a field: seaborn's palettes, even steps for the eye, one set for each theme.

Diverging palettes are white in the middle in every theme: white is what is kept. Their ends are of
unlike lightness, so that no eye and no copier takes one for the other, and light enough for a black
line to be seen on them. In greys, what is above the middle is ruled too: half-way to an end, a grey
would be either's.
"""

from dataclasses import dataclass
from typing import Literal

import seaborn
from matplotlib.colors import Colormap, LinearSegmentedColormap

from actviz.plot.paper.style import Theme

#: Colours of a palette: more than an eye tells apart, so that no field is banded.
_STEPS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Colors:
    """The colours of a chart's fields, and of what is drawn on them.

    Parameters
    ----------
    map : Colormap
        From the key's low end to its high one.
    line, halo : str
        Of lines over a field, and of what is around them, so that they are seen on any colour.
    unknown, hatch : str
        Ground and strokes of what has no number.
    ruled : str
        Of lines over what is above the middle, "" for none.
    """

    map: Colormap
    line: str
    halo: str
    unknown: str
    hatch: str
    ruled: str = ""


def colors_of(theme: Theme, kind: Literal["diverging", "sequential"], hue: str = "") -> Colors:
    """Return the colours of a theme; a sequential map ends in a hue, by default the ink's."""
    dark = theme.name == "dark"
    bright = dark and kind == "sequential"  # where nothing is left the field is as dark as the page
    if theme.name == "print":  # where a tone stands for a number, and for nothing else
        hue = theme.hues[0]
    return Colors(
        map=_diverging(theme) if kind == "diverging" else _sequential(theme, hue or theme.ink),
        line="#ffffff" if bright else "#0b0d11",
        halo="#12161d" if bright else "#ffffff",
        unknown=theme.page if dark else "#f4f4f4",
        hatch="#7b838f" if dark else "#9a9a9a",
        ruled="#7d7d7d" if theme.name == "print" and kind == "diverging" else "",
    )


def _diverging(theme: Theme) -> Colormap:
    if theme.name == "print":
        ends = ["#3a3a3a", "#ffffff", "#b4b4b4"]
        return LinearSegmentedColormap.from_list("greys", ends, N=_STEPS)
    # Blue and orange-red, which all kinds of colour vision tell apart.
    low = seaborn.husl_palette(1, h=0.685, s=0.95, l=0.36)[0]
    high = seaborn.husl_palette(1, h=0.045, s=0.95, l=0.48)[0]
    below = seaborn.blend_palette([low, "#8db9dd", "#fbfbf9"], 8)
    above = seaborn.blend_palette(["#fbfbf9", "#f2ad86", high], 8)
    return LinearSegmentedColormap.from_list("kept", [*below[:-1], *above], N=_STEPS)


def _sequential(theme: Theme, hue: str) -> Colormap:
    nothing = {"light": "#eef0f2", "print": "#f2f2f2"}.get(theme.name, "#272d37")
    return LinearSegmentedColormap.from_list(
        "chance", seaborn.blend_palette([nothing, hue], 8), N=_STEPS
    )
