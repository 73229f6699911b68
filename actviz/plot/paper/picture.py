"""A picture: a matplotlib Figure, and what it says of itself, to files and to notebooks.

This room draws the pixels; `actviz.files.notebook` puts them into a page, with the numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, filterwarnings

from matplotlib.figure import Figure

from actviz.layers.signals import Signal
from actviz.plot.paper.style import context
from actviz.records.measuring import Measuring
from actviz.records.record import Record
from actviz.records.shown import Shown
from actviz.words.specs import Spec
from actviz.words.told import Told

if TYPE_CHECKING:
    from actviz.training.spec import TrainSpec

#: A CSS pixel is 1/96 inch, so that a figure has its own size on the screen, and its type its own.
CSS_PIXELS_PER_INCH = 96.0
#: What a notebook's column holds; a slide is made smaller to fit, and its 12 pt are then 12 px.
MAX_CSS_WIDTH = 960
#: Sharp on a screen with two dots per CSS pixel.
DOTS_PER_CSS_PIXEL = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """A drawn figure, and what it says of itself.

    Parameters
    ----------
    figure : Figure
        What is drawn.
    title : str
        Its title, or the finding where it has none.
    caption : str
        How to read it, and what it leaves out: its foot.
    description : str
        The figure in words, for readers who cannot see it.
    specs : tuple of StackSpec, RecordedSpec or TrainSpec
        Of all that it shows.
    measurings : tuple of Measuring
        What is kept of each stack; none of a training.
    """

    figure: Figure
    title: str
    caption: str
    description: str
    specs: "tuple[Spec | TrainSpec, ...]"
    measurings: tuple[Measuring, ...] = ()


class RecordFigure(Shown, Figure):
    """A Figure that knows what it shows, for Jupyter, marimo and everyone who has only it.

    Parameters
    ----------
    title, caption, description : str
        As of a `Picture`.
    explanation : sequence of str
        What its marks, hues and numbers mean, a sentence each; default: the caption.
    told : sequence of Told
        The stacks that are drawn, in this order; none of a training.
    specs : sequence of specs
        Of all that is drawn; default: of these stacks.
    signal : str
        Which distributions of theirs are drawn.
    **look
        What `matplotlib.figure.Figure` takes: figsize, dpi, facecolor …
    """

    title: str
    caption: str
    description: str
    explanation: tuple[str, ...]
    specs: "tuple[Spec | TrainSpec, ...]"
    told: tuple[Told, ...]
    signal: Signal

    def __init__(
        self,
        *,
        title: str,
        caption: str,
        description: str,
        explanation: Sequence[str] = (),
        told: Sequence[Told] = (),
        specs: "Sequence[Spec | TrainSpec]" = (),
        signal: Signal = "activation",
        **look: Any,
    ) -> None:
        super().__init__(**look)
        self.title = title
        self.caption = caption
        self.description = description
        self.explanation = tuple(explanation) or (caption,)
        self.told = tuple(told)
        self.specs = tuple(specs) or tuple(one.spec for one in told)
        self.signal = signal

    @property
    def records(self) -> tuple[Record, ...]:
        """The Records that are drawn."""
        return tuple(told.record for told in self.told)

    @property
    def picture(self) -> Picture:
        """The figure as a value, with what it says of itself."""
        return Picture(
            figure=self,
            title=self.title,
            caption=self.caption,
            description=self.description,
            specs=self.specs,
            measurings=tuple(record.measuring for record in self.records),
        )

    def _mime_(self) -> tuple[str, str]:
        """Return what marimo shows; it gives every matplotlib Artist a `_mime_` of its own."""
        return "text/html", self._repr_html_()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pixels:
    """A PNG, and the width and height in CSS pixels that it is meant to be shown at."""

    png: bytes
    width: int
    height: int


def pixels_of(figure: Figure) -> Pixels:
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
    return Pixels(png=buffer.getvalue(), width=round(width), height=round(width * tall / inches))
