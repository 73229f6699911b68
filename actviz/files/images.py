"""Figures to files: one table, suffix -> writer; the same figure gives the same bytes.

A writer turns a Figure into bytes; `write_figure` has `actviz.files.disk` put them in place.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any
from warnings import catch_warnings, filterwarnings

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from actviz.files.disk import write_atomically
from actviz.files.formats import check_pixels, suffix_of
from actviz.files.palette import palette_of
from actviz.plot.paper.style import context
from actviz.plot.paper.typeset import printable

#: Of a pixel that lets nothing of what is behind it through.
OPAQUE = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a file says of itself; characters that a file cannot hold are replaced.

    Parameters
    ----------
    title : str
        The figure's title.
    description : str
        The figure in words, as its alternative text.
    command : str
        The command that makes it again, or "".
    specs : str
        The specs of what it shows, as JSON.
    software : str
        Names and versions of what made it.
    """

    title: str
    description: str
    command: str
    specs: str
    software: str

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, printable(getattr(self, field.name)))


def write_pages(
    figures: Sequence[Figure],
    path: Path,
    metadata: Metadata,
    *,
    dpi: float | None = None,
    transparent: bool = False,
) -> None:
    """Write figures as the pages of one file: a PDF, or of one page any; see `write_figure`."""
    if len(figures) == 1:
        write_figure(figures[0], path, metadata, dpi=dpi, transparent=transparent)
        return
    with context(), matplotlib.rc_context(_RC), catch_warnings():
        filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        content = _pdf_pages(figures, metadata, transparent=transparent)
    write_atomically(path, content)


def write_figure(
    figure: Figure,
    path: Path,
    metadata: Metadata,
    *,
    dpi: float | None = None,
    transparent: bool = False,
) -> None:
    """Write `figure` to `path` in the format of its suffix; see `figure_content`.

    Raises
    ------
    SpecError
        As there.
    ExportError
        If the file cannot be written; a file that was there before is then untouched.
    """
    suffix = suffix_of(path)
    content = figure_content(figure, suffix, metadata, dpi=dpi, transparent=transparent)
    write_atomically(path, content)


def figure_content(
    figure: Figure,
    suffix: str,
    metadata: Metadata,
    *,
    dpi: float | None = None,
    transparent: bool = False,
) -> bytes:
    """Return what a file of `figure` holds.

    Parameters
    ----------
    figure : Figure
        Drawn at its own size in inches.
    suffix : str
        Of `WRITERS`.
    metadata : Metadata
        Goes into the file.
    dpi : float, optional
        Dots per inch of a PNG; default: the figure's own.
    transparent : bool
        Whether the page is left out.

    Raises
    ------
    SpecError
        If the PNG would be too large.
    """
    writer = WRITERS[suffix]
    dots = float(figure.dpi if dpi is None else dpi)
    if writer is _png:
        width, height = figure.get_size_inches()
        check_pixels(float(width), float(height), dots)
    options: dict[str, Any] = {"dpi": dots, "transparent": transparent}
    with context(), matplotlib.rc_context(_RC), catch_warnings():
        # Boxes for characters that no font has: `families` has told whoever asked.
        filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        return writer(figure, metadata, options)


_RC: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "actviz",  # ids that do not change from run to run
    "pdf.fonttype": 42,  # embedded TrueType: text stays text
}


def _png(figure: Figure, metadata: Metadata, options: dict[str, Any]) -> bytes:
    from PIL import Image  # which matplotlib has loaded to draw
    from PIL.PngImagePlugin import PngInfo

    about = PngInfo()
    for name, text in (
        ("Title", metadata.title),
        ("Description", metadata.description),
        ("Software", metadata.software),
        ("Comment", metadata.command),
        ("actviz", metadata.specs),
    ):
        about.add_text(name, text)
    pixels = _drawn(figure, options)
    buffer, dpi = BytesIO(), (options["dpi"],) * 2
    palette = palette_of(pixels)
    if palette is None:
        image = Image.fromarray(pixels if pixels[..., 3].min() < OPAQUE else pixels[..., :3])
        image.save(buffer, "png", pnginfo=about, dpi=dpi)
        return buffer.getvalue()
    height, width = palette.indices.shape
    image = Image.frombytes("P", (width, height), palette.indices.tobytes())
    image.putpalette(palette.colors[:, :3].tobytes())
    opacity = palette.colors[:, 3]
    seen = {"transparency": opacity.tobytes()} if opacity.min() < OPAQUE else {}
    image.save(buffer, "png", pnginfo=about, dpi=dpi, **seen)
    return buffer.getvalue()


def _drawn(figure: Figure, options: dict[str, Any]) -> NDArray[np.uint8]:
    """Return the pixels of a figure, shape (height, width, 4)."""
    buffer = BytesIO()
    figure.savefig(buffer, format="rgba", **options)
    width = int(figure.get_figwidth() * options["dpi"])
    return np.frombuffer(buffer.getbuffer(), np.uint8).reshape(-1, width, 4)


def _svg(figure: Figure, metadata: Metadata, options: dict[str, Any]) -> bytes:
    from xml.sax.saxutils import escape, quoteattr  # which loads http and ssl

    buffer = BytesIO()
    figure.savefig(
        buffer,
        format="svg",
        metadata={
            "Date": None,
            "Title": metadata.title,
            "Description": metadata.description,
            "Creator": metadata.software,
            "Source": metadata.command,
            "Coverage": metadata.specs,
        },
        **options,
    )
    text = buffer.getvalue().decode()
    # Where DejaVu Sans is not installed, Verdana has nearly the same widths.
    text = text.replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif")
    start = text.index("<svg ")
    end = text.index(">", start)
    label = quoteattr(metadata.title or "actviz figure")
    return (
        f'{text[:end]} role="img" aria-label={label}>\n'
        f" <title>{escape(metadata.title)}</title>\n <desc>{escape(metadata.description)}</desc>"
        f"{text[end + 1 :]}"
    ).encode()


def _pdf(figure: Figure, metadata: Metadata, options: dict[str, Any]) -> bytes:
    buffer = BytesIO()
    figure.savefig(buffer, format="pdf", metadata=_pdf_metadata(metadata), **options)
    return buffer.getvalue()


def _pdf_pages(figures: Sequence[Figure], metadata: Metadata, *, transparent: bool) -> bytes:
    from matplotlib.backends.backend_pdf import PdfPages  # takes a tenth of a second

    buffer = BytesIO()
    with PdfPages(buffer, metadata=_pdf_metadata(metadata)) as pages:
        for figure in figures:
            pages.savefig(figure, transparent=transparent)
    return buffer.getvalue()


def _pdf_metadata(metadata: Metadata) -> dict[str, str | None]:
    return {
        "CreationDate": None,
        "Title": metadata.title,
        "Subject": metadata.description,
        "Keywords": f"{metadata.command}\n{metadata.specs}",
        "Creator": metadata.software,
    }


WRITERS: Mapping[str, Callable[[Figure, Metadata, dict[str, Any]], bytes]] = MappingProxyType(
    {".png": _png, ".svg": _svg, ".pdf": _pdf}
)
