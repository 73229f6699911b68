"""Which seed a stack of a sweep has: from what it is, and from nothing else.

So a row is the same whatever else is swept, whoever computes it and in which order.
"""

import json
from dataclasses import MISSING, fields, replace
from hashlib import sha256
from typing import Any

from actviz.records.spec import StackSpec

#: Fields that are left out where they are what nobody asked for, so that a field which a later
#: version adds changes no seed.
_DEFAULTS = {
    item.name: item.default for item in fields(StackSpec) if item.default not in (MISSING, None)
}


def said_shortly(spec: StackSpec) -> StackSpec:
    """Return the same stack without what is said of it where it would be so anyway.

    An input as wide as the first layer has no width of its own, and equal widths are one number.

    Examples
    --------
    >>> said_shortly(StackSpec(activation="tanh", init="he", width=(9, 9), input_width=9)).width
    9
    """
    widths = spec.width if isinstance(spec.width, tuple) else (spec.width,)
    changes: dict[str, Any] = {}
    if spec.input_width == widths[0]:
        changes["input_width"] = None
    if isinstance(spec.width, tuple) and len({*widths}) == 1:
        changes["width"] = widths[0]
    return replace(spec, **changes) if changes else spec


def seed_of(spec: StackSpec, number: int) -> int:
    """Return the seed of a stack under a seed number.

    Parameters
    ----------
    spec : StackSpec
        The stack; its own seed has no part in it.
    number : int
        0, 1, …: which of the seeds of this stack.

    Returns
    -------
    int
        The first 6 bytes of a SHA-256 as a big-endian integer; with ``rng="legacy"`` the first 4.
        Its text is the JSON, keys sorted and without spaces, of the fields of `StackSpec.to_dict`
        that differ from their defaults, and of the seed number as ``seed``; of the stack as
        `said_shortly`.

    Notes
    -----
    15 decimal digits are what spreadsheets and JavaScript hold of an integer.

    Examples
    --------
    >>> seed_of(StackSpec(activation="tanh", init="std=0.1", depth=50), 0)
    271671526747996
    """
    plain = said_shortly(spec).to_dict()
    told = {name: value for name, value in plain.items() if value != _DEFAULTS.get(name)}
    told = {name: value for name, value in told.items() if value is not None} | {"seed": number}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    digest = sha256(text.encode("ascii")).digest()
    return int.from_bytes(digest[: 4 if spec.rng == "legacy" else 6], "big")
