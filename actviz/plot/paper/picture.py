"""RecordFigure: a matplotlib Figure that knows what it shows, and so shows itself in a notebook.

This room draws the pixels; `actviz.files.notebook` puts them into a page, with the numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from warnings import catch_warnings, filterwarnings

from matplotlib.figure import Figure

from actviz.layers.signals import Signal
from actviz.plot.paper.style import context
from actviz.records.record import Record
from actviz.records.shown import Shown

#: A CSS pixel is 1/96 inch, so that a figure has its own size on the screen, and its type its own.
CSS_PIXELS_PER_INCH = 96.0
#: What a notebook's column holds; a slide is made smaller to fit, and its 12 pt are then 12 px.
MAX_CSS_WIDTH = 960
#: Sharp on a screen with two dots per CSS pixel.
DOTS_PER_CSS_PIXEL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG, and the width and height in CSS pixels that it is meant to be shown at."""

    png: bytes
    width: int
    height: int


class RecordFigure(Shown, Figure):
    """A Figure with the Records that it shows, for Jupyter, marimo and everyone who has only it.

    Parameters
    ----------
    records : sequence of Record
        What is drawn, in this order.
    signal : {"activation", "preactivation"}
        Which distributions are drawn.
    description : str
        The figure in words, for readers who cannot see it.
    **look
        What `matplotlib.figure.Figure` takes: figsize, dpi, facecolor …
    """

    records: tuple[Record, ...]
    signal: Signal
    description: str

    def __init__(
        self, *, records: Sequence[Record], signal: Signal, description: str, **look: Any
    ) -> None:
        super().__init__(**look)
        self.records = tuple(records)
        self.signal = signal
        self.description = description

    def _mime_(self) -> tuple[str, str]:
        """Return what marimo shows; it gives every matplotlib Artist a `_mime_` of its own."""
        return "text/html", self._repr_html_()


def draw_picture(figure: Figure) -> Picture:
    """Return `figure` as it looks in a file, at two dots per CSS pixel whatever its own dpi is.

    Parameters
    ----------
    figure : Figure
        Left as it is; one wider than 10 inches is shown smaller.
    """
    inches, tall = (float(side) for side in figure.get_size_inches())
    width = min(CSS_PIXELS_PER_INCH * inches, MAX_CSS_WIDTH)
    buffer = BytesIO()
    with context(), catch_warnings():
        # Boxes for characters that no font has: `families` has told whoever asked.
        filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        figure.savefig(
            buffer,
            format="png",
            dpi=DOTS_PER_CSS_PIXEL * width / inches,
            # Of no use in a page, and other bytes in every version of matplotlib.
            metadata={"Software": None},
            pil_kwargs={"compress_level": 3},  # half of the time for three per cent of the size
        )
    return Picture(png=buffer.getvalue(), width=round(width), height=round(width * tall / inches))
