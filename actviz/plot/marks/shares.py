"""Shares of a layer's values: which are written, and how loud, in every view that writes them."""

from typing import Literal

from actviz.plot.paper.style import Theme

Tone = Literal["ink", "muted", "alarm"]

#: A share beyond an axis is written from here on; below, one would be read where all is sound.
LEAST_SHARE = 0.01

#: What an axis does not show of the values is a warning from here on.
ALARMING = 0.05

#: A share of exact zeros is written again where it has changed by so much.
CHANGE = 0.05


def tone_of(share: float) -> Tone:
    """Return how loud a share beyond an axis is.

    Examples
    --------
    >>> tone_of(0.049), tone_of(0.05)
    ('muted', 'alarm')
    """
    return "alarm" if share >= ALARMING else "muted"


def color_of(tone: Tone, theme: Theme) -> str:
    """Return the colour of what is said so loud."""
    return {"ink": theme.ink, "muted": theme.muted, "alarm": theme.alarm}[tone]


def changes(shares: list[float]) -> list[bool]:
    """Return which of a row's shares of exact zeros are written: the first, and what is news.

    Examples
    --------
    >>> changes([0.5, 0.52, 0.51, 0.9, 0.92]), changes([0.0, 0.5])
    ([True, False, False, True, False], [True, True])
    """
    said: list[bool] = []
    last = None
    for share in shares:
        said.append(last is None or abs(share - last) >= CHANGE)
        last = share if said[-1] else last
    return said
