"""A picture's pixels as numbers of a table of colours, where 256 colours are enough for the eye.

A byte a pixel in place of four makes a PNG a third as large, and less time goes into squeezing it
than goes into the table. Up to 256 colours nothing is lost. Beyond, what is lost is some of the
many shades at the edges of letters and lines. Nothing is dithered.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: As many colours as a byte has numbers for.
MOST_COLORS = 256

#: A colour that one pixel has may be off by so many of 255 steps in a channel; one that 16 pixels
#: have by half as many, one of 256 by a quarter: the larger an area, the sooner an eye sees it.
#: Fewer shades than the eye tells apart are a smaller file; the second is for pictures of many
#: colours, whose lines cross pale bands.
FAINT, FAINTEST = 10.0, 18.0

#: Where so large a share of all changes from one pixel to the next is of at most so many steps, a
#: picture has fields that run from one colour to another, in which 256 colours show as bands.
_SMOOTH, _STEPS = 0.25, 3

#: With more colours than this the table would take longer than it saves.
_TOO_MANY = 12_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IndexedPicture:
    """A picture of at most 256 colours.

    Parameters
    ----------
    indices : ndarray of uint8, shape (height, width)
        Which of the colours each pixel has.
    colors : ndarray of uint8, shape (n_colors, 4)
        Red, green, blue and opacity.
    """

    indices: NDArray[np.uint8]
    colors: NDArray[np.uint8]


def palette_of(pixels: NDArray[np.uint8]) -> IndexedPicture | None:
    """Return pixels of shape (height, width, 4) with a table of their colours.

    Returns
    -------
    IndexedPicture or None
        None where 256 colours would show.
    """
    flat = np.ascontiguousarray(pixels).view(np.uint32).ravel()
    # Most pixels are like the one before: only where a run of them begins is anything looked up.
    starts = np.flatnonzero(np.concatenate(([True], flat[1:] != flat[:-1])))
    lengths = np.diff(starts, append=len(flat))
    packed, which = np.unique(flat[starts], return_inverse=True)
    if len(packed) > _TOO_MANY:
        return None
    colors = packed.view(np.uint8).reshape(-1, 4)
    kept, nearest = np.arange(len(packed)), np.arange(len(packed))
    if len(packed) > MOST_COLORS:
        if _smooth(pixels.reshape(-1, 4), starts[1:]):
            return None
        counts = np.bincount(which, weights=lengths)
        kept, nearest, worst = _nearest(colors, np.sqrt(np.sqrt(counts)))
        if worst > FAINTEST:
            return None
    indices = np.repeat(nearest.astype(np.uint8)[which], lengths)
    return IndexedPicture(indices=indices.reshape(pixels.shape[:2]), colors=colors[kept])


def _smooth(pixels: NDArray[np.uint8], changes: NDArray[np.intp]) -> bool:
    """Return whether a picture has fields of colours that run into one another."""
    here, before = (pixels[at].astype(np.int16) for at in (changes, changes - 1))
    return bool((np.abs(here - before).max(axis=1) <= _STEPS).mean() > _SMOOTH)


def _nearest(
    colors: NDArray[np.uint8], weights: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp], float]:
    """Return which colours are kept, for each colour the place of the nearest, and what is lost.

    The commonest is kept, and then again and again the one that would lose most: the distance to
    the nearest that is kept, times its weight (Gonzalez 1985).
    """
    channels = np.ascontiguousarray(colors.T, dtype=np.int16)
    weights = weights.astype(np.float32)
    distances = np.full(len(colors), 256, dtype=np.int16)
    nearest = np.zeros(len(colors), dtype=np.intp)
    kept = np.zeros(MOST_COLORS, dtype=np.intp)
    lost = weights * distances
    for place in range(MOST_COLORS):
        if lost.max() <= FAINT:
            return kept[:place], nearest, float(lost.max())
        kept[place] = lost.argmax()
        own = np.abs(channels - channels[:, kept[place], None]).max(axis=0)
        closer = own < distances
        nearest[closer] = place
        np.minimum(distances, own, out=distances)
        np.multiply(distances, weights, out=lost)
    return kept, nearest, float(lost.max())
