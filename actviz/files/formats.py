"""Which pictures can be written, and how large: asked before matplotlib is loaded."""

from pathlib import Path

from actviz.errors import SpecError

#: Of the files for which `actviz.files.images` has a writer.
SUFFIXES = (".png", ".svg", ".pdf")

MIN_DPI, MAX_DPI = 20, 1200
MAX_PIXELS = 120_000_000


def suffix_of(path: Path) -> str:
    """Return the suffix of `path` if there is a writer for it.

    Raises
    ------
    SpecError
        If there is none.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        given = f"not {suffix}" if suffix else "and it has none"
        raise SpecError(f"the suffix of {path} must be {' or '.join(SUFFIXES)}, {given}")
    return suffix


def check_pixels(width: float, height: float, dpi: float) -> None:
    """Raise SpecError unless a PNG of these inches at `dpi` is a size to handle."""
    if not MIN_DPI <= dpi <= MAX_DPI:
        raise SpecError(f"dpi must be from {MIN_DPI} to {MAX_DPI} (got {dpi:g})")
    pixels = width * height * dpi**2
    if pixels > MAX_PIXELS:
        raise SpecError(
            f"a PNG of {width:g} x {height:g} in at {dpi:g} dpi has {pixels / 1e6:.0f} million "
            f"pixels and at most {MAX_PIXELS / 1e6:.0f} are written: lower --dpi or --size"
        )
