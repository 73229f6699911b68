"""Which fonts cover a text, and how wide it is in them.

matplotlib is loaded where a font is asked for: sizes and themes are looked up before.
"""

from collections.abc import Collection
from contextvars import ContextVar
from functools import cache, lru_cache

from actviz.errors import SpecError
from actviz.format import unbroken

#: Ships with matplotlib, so that a figure is laid out alike on every machine.
FONT = "DejaVu Sans"


#: Asked in this order for characters that DejaVu Sans lacks (Chinese, Japanese, Korean).
FALLBACK_FONTS = (
    *("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC"),
    *("Hiragino Sans GB", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
    *("Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", "Meiryo", "IPAexGothic"),
    *("Noto Sans CJK KR", "Malgun Gothic", "Apple SD Gothic Neo"),
)


def families(text: str, font: str | None = None) -> tuple[tuple[str, ...], str]:
    """Return font families that cover `text`, and the characters that none of them has.

    Parameters
    ----------
    text : str
        All that a user wrote and the figure will show.
    font : str, optional
        A family to ask first.

    Raises
    ------
    SpecError
        If `font` is not installed.
    """
    chosen = [FONT]
    if font is not None:
        if font not in _installed():
            raise SpecError(f"font {font!r} is not installed: name a family that fc-list shows")
        chosen.insert(0, font)
    missing = {char for char in text if char.isprintable() and not char.isspace()}
    for family in chosen:
        missing -= _covered(family, missing)
    for family in FALLBACK_FONTS:
        if not missing:
            break
        if family in _installed() and (found := _covered(family, missing)):
            chosen.append(family)
            missing -= found
    return tuple(chosen), "".join(sorted(missing))


@cache
def _installed() -> frozenset[str]:
    from matplotlib import font_manager

    return frozenset(entry.name for entry in font_manager.fontManager.ttflist)


def _covered(family: str, characters: set[str]) -> set[str]:
    charmap = _charmap(_path(family, "normal"))
    return {char for char in characters if ord(char) in charmap}


@cache
def _charmap(path: str) -> Collection[int]:
    from matplotlib import font_manager

    return font_manager.get_font(path).get_charmap().keys()


@cache
def _path(family: str, weight: str) -> str:
    from matplotlib import font_manager

    return font_manager.findfont(font_manager.FontProperties(family=family, weight=weight))


def text_width(text: str, points: float, *, weight: str = "normal") -> float:
    """Return the width of one line of `text` in the fonts of the `context` around, in inches."""
    return _width(text, weight, _FONTS.get()) * points / 72


@lru_cache(maxsize=1 << 14)  # a layout is tried in several sizes, with the same words
def _width(text: str, weight: str, fonts: tuple[str, ...]) -> float:
    """Return the width of one line of `text`, in units of the type size."""
    return sum(_advance(char, weight, fonts) for char in unbroken(text))


@cache
def _advance(char: str, weight: str, fonts: tuple[str, ...]) -> float:
    """Return how far one character moves the pen, in units of the type size."""
    from matplotlib import font_manager
    from matplotlib.ft2font import LoadFlags

    for family in fonts:
        path = _path(family, weight)
        if ord(char) in _charmap(path):
            font = font_manager.get_font(path)
            font.set_size(100.0, 72)
            glyph = font.load_char(ord(char), flags=LoadFlags.NO_HINTING)
            return float(glyph.linearHoriAdvance) / 65536 / 100.0
    return 1.15  # the box that matplotlib draws for what no font has


_FONTS: ContextVar[tuple[str, ...]] = ContextVar("fonts", default=(FONT,))
