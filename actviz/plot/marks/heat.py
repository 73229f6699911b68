"""Numbers as colours: a table of layers by steps, and the scale beside it."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from actviz.plot.paper.style import Theme, mix


def draw_heat(
    ax: Axes,
    table: NDArray[np.float64],
    *,
    low: float,
    high: float,
    cell: float,
    points: float,
    theme: Theme,
) -> tuple[AxesImage, Line2D]:
    """Draw a table as coloured cells, rows from above; a cross where there is no number.

    Parameters
    ----------
    ax : Axes
        Its x runs over the columns, its y over the rows, from above.
    table : ndarray, shape (rows, columns)
        NaN where there is no number.
    low, high : float
        Which numbers have the first and the last colour; what lies beyond has the same.
    cell : float
        The smaller side of a cell, in inches.
    points : float
        Type size; line widths and crosses follow it.
    theme : Theme
        For the colours.
    """
    rows, columns = table.shape
    image = ax.imshow(
        _colors(theme, (table - low) / (high - low)),
        extent=(0, columns, rows, 0),
        aspect="auto",
        interpolation="nearest",
    )
    for row in range(1, rows):
        ax.axhline(row, color=theme.page, linewidth=points / 14)
    down, across = np.nonzero(~np.isfinite(table))
    (crosses,) = ax.plot(
        across + 0.5,
        down + 0.5,
        linestyle="",
        marker="x",
        markersize=min(points / 2.5, 36 * cell),
        color=theme.muted,
        markeredgewidth=points / 16,
    )
    return image, crosses


def draw_ramp(ax: Axes, theme: Theme) -> AxesImage:
    """Draw the colours from the first, at the foot of `ax`, to the last; its limits are 0 and 1."""
    ramp = _ramp(theme)[:, None, :]
    return ax.imshow(ramp, extent=(0, 1, 0, 1), origin="lower", aspect="auto")


def _ramp(theme: Theme) -> NDArray[np.float64]:
    """Return the colours of a scale, from pale to dark (on a dark page, from dim to bright)."""
    tone = theme.ink if theme.name == "print" else theme.hues[0]
    half = [mix(theme.page, tone, share) for share in np.linspace(0.08, 1.0, 48)]
    rest = [mix(tone, theme.ink, share) for share in np.linspace(0.0, 0.75, 16)]
    return np.array([to_rgb(color) for color in half + rest])


def _colors(theme: Theme, places: NDArray[np.float64]) -> NDArray[np.float64]:
    ramp = _ramp(theme)
    index = np.clip(np.nan_to_num(places) * (len(ramp) - 1), 0, len(ramp) - 1)
    found = ramp[np.rint(index).astype(np.int64)]
    found[~np.isfinite(places)] = to_rgb(theme.page)
    return found
