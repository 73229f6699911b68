"""How a figure looks: sizes, themes and type as tables, and the rc context in which it is built.

Nothing here touches matplotlib's global state for longer than a ``with`` block, and nothing loads
it before something is drawn: a name that no size or theme has is refused at once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import cycle
from types import MappingProxyType
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np

from actviz.errors import SpecError, UnknownNameError
from actviz.layers.activations import ACTIVATIONS
from actviz.lookup import lookup
from actviz.plot.paper.fonts import _FONTS, FONT, families, text_width


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A figure's size in inches, its dots per inch, and its smallest type in points.

    A height of None follows from the number of rows.
    """

    name: str
    width: float
    height: float | None
    text: float
    dpi: int

    @property
    def heading(self) -> float:
        """Type size of headings, in points."""
        return round(self.text * 1.3, 1)

    @property
    def title(self) -> float:
        """Type size of the title, in points."""
        return round(self.text * (1.85 if self.width > 8 else 1.45), 1)

    @property
    def line(self) -> float:
        """Height of a line of the smallest type, in inches."""
        return self.text * 1.3 / 72

    @property
    def margin(self) -> float:
        """The free space at every edge of a figure, in inches."""
        return max(0.8 * self.line, 0.024 * self.width)

    def width_of(self, text: str, points: float = 0.0, *, weight: str = "normal") -> float:
        """Return the width of a line of `text` in inches; in the smallest type, or in `points`."""
        return text_width(text, points or self.text, weight=weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours: of the page, the text, the marks, and the hues of activations and initializers.

    `hues` are those of `ACTIVATIONS`, one for one, in all figures, `inits` those of `WELL_KNOWN`,
    and `others` those of other initializers; see `hues` and `initializer_hues`.
    """

    name: str
    page: str
    ink: str
    muted: str
    line: str
    mark: str
    alarm: str
    hues: tuple[str, ...]
    inits: tuple[str, str, str, str]
    others: tuple[str, ...]


SIZES: Mapping[str, Size] = MappingProxyType(
    {
        size.name: size
        for size in (
            Size(name="slide", width=40 / 3, height=7.5, text=12, dpi=144),
            Size(name="half-slide", width=6.4, height=5.6, text=12, dpi=144),
            Size(name="column", width=3.4, height=None, text=7, dpi=300),
            Size(name="two-column", width=7.0, height=None, text=8, dpi=300),
            Size(name="textbook", width=8.0, height=None, text=9, dpi=200),
            Size(name="stage", width=40 / 3, height=7.5, text=18, dpi=144),
        )
    }
)

#: A page for a hall: its type is large enough, and it has no foot.
STAGE = "stage"
#: A page that is at most so wide, in inches, has two lines for its title.
NARROW = 8.0

#: Initializers, as figures call them, that have a hue of their own.
WELL_KNOWN = ("std = 1", "std = 0.01", "Xavier", "He")

# Hues of sigmoid, tanh and ReLU after Okabe and Ito (2008), told apart by colour-blind readers.
# Those of other activations were searched for: at least 28 (CIE 1976) from each other, from these
# three and from the grey of what is lost, 12 to dichromats. Those of initializers are told from the
# first three too, warm for the naive ones and cool for the others. Those of other initializers were
# searched for: at least 20 from each other, from all of these and from the alarm's, 12 to
# dichromats, and neither pale nor glaring. The dark theme's are lighter and the print theme's are
# greys of different darkness, so that names carry the meaning.
THEMES: Mapping[str, Theme] = MappingProxyType(
    {
        theme.name: theme
        for theme in (
            Theme(
                name="light",
                page="#ffffff",
                ink="#1b1b1f",
                muted="#5b6068",
                line="#c3c7cd",
                mark="#1b1b1f",
                alarm="#a3123a",
                hues=(
                    *("#0072b2", "#d55e00", "#009e73", "#c868d8", "#6b4f00", "#2088ff", "#f05870"),
                    *("#9a4f86", "#48a028", "#086050", "#3048a0", "#607838", "#800078"),
                ),
                inits=("#8a3a4a", "#b6713e", "#118fad", "#5452d0"),
                others=(
                    *("#a00070", "#585008", "#389890", "#f83070"),
                    *("#6088f0", "#806040", "#1850a8", "#605888"),
                ),
            ),
            Theme(
                name="dark",
                page="#12161d",
                ink="#f3f4f6",
                muted="#aab2bd",
                line="#48505c",
                mark="#ffffff",
                alarm="#ff8aa3",
                hues=(
                    *("#56b4e9", "#f28c4b", "#2fcf9f", "#a0b878", "#f0c541", "#3898ff", "#e83870"),
                    *("#e29bc8", "#a0f078", "#409890", "#a07848", "#709000", "#d048b0"),
                ),
                inits=("#e1767d", "#cfc533", "#5af1fc", "#897cef"),
                others=(
                    *("#f040b0", "#a88050", "#e8b0d0", "#c0f098"),
                    *("#489820", "#b8b878", "#98f870", "#b0f0d0"),
                ),
            ),
            Theme(
                name="print",
                page="#ffffff",
                ink="#000000",
                muted="#3d3d3d",
                line="#a8a8a8",
                mark="#000000",
                alarm="#000000",
                hues=(
                    *("#4d4d4d", "#7a7a7a", "#606060", "#8a8a8a", "#555555", "#707070", "#444444"),
                    *("#929292", "#3a3a3a", "#828282", "#676767", "#757575", "#5b5b5b"),
                ),
                inits=("#4d4d4d", "#7a7a7a", "#606060", "#8a8a8a"),
                others=("#555555", "#707070", "#444444"),
            ),
        )
    }
)

#: Light adds up, the numbers of a display's colours do not: they are its 1/2.2th power.
_GAMMA = 2.2

_INCHES = re.compile(
    r"(\d+(?:\.\d+)?)\s*[x×]\s*(\d+(?:\.\d+)?)(?:\s*in)?", re.IGNORECASE | re.ASCII
)
_SMALLEST_IN, _LARGEST_IN = 1.5, 60.0


def get_size(text: str) -> Size:
    """Return the size of a name, or of ``WxH`` in inches such as ``"10x5.6"``.

    Raises
    ------
    SpecError
        If it is neither, or smaller than 1.5 or larger than 60 inches.
    """
    match = _INCHES.fullmatch(text.strip())
    if match is None:
        try:
            return lookup(SIZES, text, kind="size")
        except UnknownNameError as error:
            known = (*SIZES, "WxH in inches, such as 10x5.6")
            raise UnknownNameError("size", text, known) from error
    width, height = float(match[1]), float(match[2])
    if not all(_SMALLEST_IN <= side <= _LARGEST_IN for side in (width, height)):
        raise SpecError(f"a size must be from 1.5 to 60 inches each way (got {text})")
    # From 7 pt in a paper's column to 12 pt on a slide, in between for what lies between, and as
    # much more as a poster is larger than a slide. A low strip has the type of its height.
    slide = SIZES["slide"]
    assert slide.height is not None
    wide = min(width, height * slide.width / slide.height)
    points = max(7.0, min(5.0 + 0.55 * wide, slide.text), slide.text * wide / slide.width)
    points = round(points, 1)
    dpi = 144 if width > 8 else 200
    return Size(name=text, width=width, height=height, text=points, dpi=dpi)


def get_theme(name: str) -> Theme:
    """Return the theme of a name.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    return lookup(THEMES, name, kind="theme")


def hues(theme: Theme, names: Sequence[str]) -> dict[str, str]:
    """Return a colour for each activation name: a built-in's own, the same in all figures.

    The others have those that are nobody's here, in their order.
    """
    built_in = dict.fromkeys(each.name for each in ACTIVATIONS.values())  # without aliases
    return _own_or_free(names, dict(zip(built_in, theme.hues, strict=True)), theme.hues)


def initializer_hues(theme: Theme, labels: Sequence[str]) -> dict[str, str]:
    """Return a colour for each label of an initializer: its own if it is of `WELL_KNOWN`.

    The others have those that are nobody's, in their order. A book's "std=0.01" is std = 0.01.
    """
    own = dict(zip(WELL_KNOWN, theme.inits, strict=True))
    own |= {label.replace(" ", ""): hue for label, hue in own.items()}
    shown = {own.get(label) for label in labels}
    left = [hue for hue in theme.inits if hue not in shown]
    return _own_or_free(labels, own, (*theme.others, *left))


def _own_or_free(
    names: Sequence[str], own: Mapping[str, str], others: Sequence[str]
) -> dict[str, str]:
    """Return each name's own colour, or the next of the others that is nobody's here.

    Where each is somebody's, they are shared.
    """
    taken = {own[name] for name in names if name in own}
    free = cycle([hue for hue in others if hue not in taken] or others)
    return {name: own[name] if name in own else next(free) for name in dict.fromkeys(names)}


def mix(first: str, second: str, share: float) -> str:
    """Return the colour that has `share` of the light of `second` and the rest of `first`."""
    from matplotlib.colors import to_hex, to_rgb

    a, b = (np.array(to_rgb(color)) ** _GAMMA for color in (first, second))
    red, green, blue = ((1.0 - share) * a + share * b) ** (1 / _GAMMA)
    return str(to_hex((red, green, blue)))


def shades(theme: Theme, hue: str, count: int) -> list[str]:
    """Return `count` shades of `hue`, from one near the page's colour to one near the ink's.

    The first is still told from the page, the last from the ink.
    """
    ends = mix(theme.page, hue, 0.5), mix(hue, theme.ink, 0.6)
    places = np.linspace(-1.0, 1.0, count) if count > 1 else np.array([0.0])
    return [mix(hue, ends[int(place > 0)], abs(float(place))) for place in places]


def no_room(size: Size) -> SpecError:
    """Return the error that says why nothing is drawn on `size`."""
    return SpecError(
        f"a figure of size {size.name} has no room for a panel and its labels: choose a larger one"
    )


_OWN_RC: dict[Any, Any] = {
    "text.parse_math": False,  # what a user wrote is text, a $ in it too
    "axes.formatter.use_mathtext": True,  # without it, the Computer Modern fonts warn
    "text.hinting": "none",  # hinted, a line is up to 7% wider than it was planned
}


@contextmanager
def context(fonts: Sequence[str] = (FONT,)) -> Iterator[None]:
    """Build and write figures inside this: a user's own matplotlibrc does not reach them."""
    import matplotlib

    options: dict[Any, Any] = {**matplotlib.rcParamsDefault, **_OWN_RC, "font.family": list(fonts)}
    options.pop("backend", None)
    token = _FONTS.set(tuple(fonts))
    try:
        with matplotlib.rc_context():
            with catch_warnings():  # of options that matplotlib itself is about to drop
                simplefilter("ignore", matplotlib.MatplotlibDeprecationWarning)
                rc = matplotlib.rcParams  # which looks at each value that it is given
                rc.update({name: value for name, value in options.items() if rc[name] != value})
            yield
    finally:
        _FONTS.reset(token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a figure is asked to look.

    Parameters
    ----------
    size : Size
        In inches, and of its type.
    theme : Theme
        Its colours.
    title : str, optional
        Instead of the finding; "" for none.
    font : str, optional
        A family to ask before DejaVu Sans.
    """

    size: Size
    theme: Theme
    title: str | None = None
    font: str | None = None

    def heading(self, finding: str) -> str:
        """Return the title that is drawn."""
        return finding if self.title is None else self.title

    def drawing(self, text: str) -> AbstractContextManager[None]:
        """Return the context in which a figure that shows `text` is fitted and drawn.

        Raises
        ------
        SpecError
            If `font` is not installed.
        """
        return context(families(text, self.font)[0])


def look_of(
    size: str | Size, theme: str | Theme, title: str | None = None, font: str | None = None
) -> Look:
    """Return the look of names, or of values.

    Raises
    ------
    SpecError
        If there is no such size or theme.
    """
    return Look(
        size=get_size(size) if isinstance(size, str) else size,
        theme=get_theme(theme) if isinstance(theme, str) else theme,
        title=title,
        font=font,
    )
