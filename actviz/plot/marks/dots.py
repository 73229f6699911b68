"""Values as dots: units across, inputs down, each a small square whose colour is its value.

The colours run from a neutral tone, which is the middle of the scale, to the activation's hue above
and to the ink below: two ends that differ in lightness, so that no eye confuses them. Steps are
even in Oklab (Ottosson 2020), in which equal distances look alike.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.image import AxesImage
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

from actviz.plot.paper.style import Theme, mix

#: Steps of the colours on either side of the middle.
_STEPS = 255

_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)

Bitmap = NDArray[np.uint8]
"""Shape (height, width, 4): red, green, blue and opacity."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Palette:
    """The colours of a scale.

    Parameters
    ----------
    table : ndarray, shape (2 * steps + 1, 4)
        uint8, from the lowest value over the middle to the highest.
    nonfinite : ndarray, shape (4,)
        Of what is no number.
    """

    table: Bitmap
    nonfinite: Bitmap

    def colors(self, places: NDArray[np.float64]) -> Bitmap:
        """Return the colours of places from -1 to 1; what lies beyond has those of the ends."""
        with np.errstate(invalid="ignore"):
            index = np.clip(np.nan_to_num(places), -1.0, 1.0) * _STEPS + _STEPS
        found: Bitmap = self.table[np.rint(index).astype(np.intp)]
        found[np.isnan(places)] = self.nonfinite
        return found


def palette(theme: Theme, hue: str, *, signed: bool) -> Palette:
    """Return the colours of a theme for an activation of a hue.

    In print one grey has to do for both signs: from paper over the middle to ink.
    """
    neutral = mix(theme.page, theme.line, 0.22 if theme.name != "dark" else 0.35)
    low, high = theme.ink, hue
    if theme.name == "print":
        # Not quite ink: the last steps to it are none that an eye sees.
        low, high = mix(theme.page, theme.ink, 0.12), mix(theme.ink, theme.page, 0.015)
        neutral = mix(theme.page, theme.ink, 0.6) if signed else low
    above, below = _ramp(neutral, high), _ramp(neutral, low)
    colors = np.vstack([below[:0:-1], above])
    return Palette(table=_opaque(colors), nonfinite=_opaque(np.array([to_rgb(theme.alarm)]))[0])


def _ramp(first: str, last: str) -> NDArray[np.float64]:
    """Return colours from one to another in steps that look even, shape (steps + 1, 3)."""
    ends = np.array([_oklab(np.array(to_rgb(color))) for color in (first, last)])
    return _rgb(ends[0] + np.linspace(0.0, 1.0, _STEPS + 1)[:, None] * (ends[1] - ends[0]))


def _oklab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _LMS.T) @ _LAB.T)


def _rgb(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = (lab @ np.linalg.inv(_LAB).T) ** 3 @ np.linalg.inv(_LMS).T
    linear = np.clip(linear, 0.0, 1.0)
    root = 1.055 * linear ** (1 / 2.4) - 0.055
    return np.where(linear <= 0.0031308, linear * 12.92, root)


def _opaque(colors: NDArray[np.float64]) -> Bitmap:
    full = np.column_stack([colors, np.ones(len(colors))])
    return np.asarray(np.rint(255 * full), dtype=np.uint8)


class DotImage(AxesImage):
    """An image whose values are all as many whole pixels of the page, whatever its resolution is.

    Resampled, some rows of dots would be a pixel higher than others: stripes where there are none.
    """

    def make_image(
        self, renderer: Any, magnification: float = 1.0, unsampled: bool = False
    ) -> tuple[Any, float, float, Any]:
        """Return the pixels of the page, and where the lower left one goes."""
        left, right, bottom, top = self.get_extent()
        ends = self.get_transform().transform([(left, bottom), (right, top)]) * magnification
        values = np.asarray(self.get_array())
        rows, columns = values.shape[:2]
        across, down = (
            int(side / count + 1e-6)
            for side, count in zip(ends[1] - ends[0], (columns, rows), strict=True)
        )
        if min(across, down) < 1:  # there are more values than pixels
            made: tuple[Any, float, float, Any] = super().make_image(
                renderer, magnification, unsampled
            )
            return made
        pixels = values.repeat(down, axis=0).repeat(across, axis=1)
        x, y = round(ends[0, 0]), round(ends[1, 1]) - rows * down
        return pixels[::-1], x / magnification, y / magnification, IdentityTransform()


def draw_dots(
    ax: Axes, left: float, top: float, colors: Bitmap, *, across: int, down: int, dpi: int
) -> DotImage:
    """Draw values as dots below and right of a corner, which is moved onto a whole pixel.

    Parameters
    ----------
    ax : Axes
        Its unit is the inch.
    left, top : float
        The corner.
    colors : ndarray, shape (inputs, units, 4)
        Of the values.
    across, down : int
        Pixels of a dot, `dpi` of which are an inch.
    """
    x, y = round(left * dpi), round(top * dpi)
    right, bottom = x + across * colors.shape[1], y - down * colors.shape[0]
    image = DotImage(
        ax,
        extent=(x / dpi, right / dpi, bottom / dpi, y / dpi),
        origin="upper",
        interpolation="nearest",
    )
    image.set_data(colors)
    ax.add_image(image)
    return image


def ramp(colors: Palette, width: int, *, signed: bool) -> Bitmap:
    """Return a row with the colours of a scale from left to right; of one sign, the upper half."""
    return colors.colors(np.linspace(-1.0 if signed else 0.0, 1.0, width)[None])
