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


def dots(colors: Bitmap, across: int, down: int, gap: int) -> Bitmap:
    """Return pixels in which every value is `across` x `down` of them, with a gap after each.

    Parameters
    ----------
    colors : ndarray, shape (inputs, units, 4)
        Of the values.
    across, down : int
        Pixels of a dot with its gap.
    gap : int
        Of these so many at its right and below it show the page.
    """
    pixels: Bitmap = colors.repeat(down, axis=0).repeat(across, axis=1)
    for rest in range(1, gap + 1):
        pixels[down - rest :: down, :, 3] = 0
        pixels[:, across - rest :: across, 3] = 0
    return pixels


class PixelImage(AxesImage):
    """An image that is copied where its pixels are the page's, and resampled only elsewhere.

    Of a slide full of dots, resampling to what is there already is a third of the drawing.
    """

    def make_image(
        self, renderer: Any, magnification: float = 1.0, unsampled: bool = False
    ) -> tuple[Any, float, float, Any]:
        """Return the image as the page has it, and where its lower left pixel goes."""
        left, right, bottom, top = self.get_extent()
        ends = self.get_transform().transform([(left, bottom), (right, top)])
        found, pixels = np.rint(ends).astype(int), np.asarray(self.get_array())
        height, width = pixels.shape[:2]
        whole = np.allclose(ends, found, atol=1e-3)
        if magnification == 1.0 and whole and tuple(found[1] - found[0]) == (width, height):
            return pixels[::-1], float(found[0, 0]), float(found[0, 1]), IdentityTransform()
        made: tuple[Any, float, float, Any] = super().make_image(renderer, magnification, unsampled)
        return made


def draw_pixels(ax: Axes, left: float, bottom: float, pixels: Bitmap, dpi: int) -> AxesImage:
    """Draw pixels one to one, from the whole pixel next to `left` and `bottom`, in inches.

    The unit of `ax` is the inch.
    """
    across, up = round(left * dpi), round(bottom * dpi)
    right, top = across + pixels.shape[1], up + pixels.shape[0]
    image = PixelImage(
        ax,
        extent=(across / dpi, right / dpi, up / dpi, top / dpi),
        origin="upper",
        interpolation="nearest",
    )
    image.set_data(pixels)
    ax.add_image(image)
    return image


def ramp(colors: Palette, width: int, height: int, *, signed: bool) -> Bitmap:
    """Return pixels with the colours of a scale from left to right; of one sign, the upper half."""
    places = np.linspace(-1.0 if signed else 0.0, 1.0, width)
    return np.asarray(colors.colors(places)[None].repeat(height, axis=0))
