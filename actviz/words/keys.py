"""How the marks of a picture are read, each said twice: in a few words, and in a sentence.

In a few words for the one line of a foot, in a sentence for whoever asks: in what a file says of
itself, and under ``--explain``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from actviz.words.say import say

#: Between the keys of a foot.
_APART = "  ·  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a mark means: in a few words, "" where these need none, and in a sentence."""

    short: str
    full: str


def key(name: str, /, **fields: object) -> Key:
    """Return what a mark means.

    Examples
    --------
    >>> key("mean_field").short
    'dashed: mean field'
    """
    return Key(short=say(f"read.{name}", **fields), full=say(f"explain.{name}", **fields))


def foot_of(keys: Sequence[Key], fits: Callable[[str], bool]) -> str:
    """Return as many keys as one line has room for, the first ones first."""
    kept: list[str] = []
    for each in keys:
        if each.short and fits(_APART.join([*kept, each.short])):
            kept.append(each.short)
    return _APART.join(kept)


def explained(keys: Sequence[Key]) -> str:
    """Return all keys as sentences."""
    return " ".join(each.full for each in keys)
