"""Which seed a stack of a sweep has: from what it is, and from nothing else.

So a row is the same whatever else is swept, whoever computes it and in which order.
"""

import json
from dataclasses import MISSING, fields
from hashlib import sha256

from actviz.records.spec import MAX_SEED, StackSpec

#: Fields that are left out where they are what nobody asked for, so that a field which a later
#: version adds changes no seed.
_DEFAULTS = {
    item.name: item.default for item in fields(StackSpec) if item.default not in (MISSING, None)
}


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
        The first 8 bytes of a SHA-256 as a big-endian integer, modulo 2^63; with ``rng="legacy"``
        modulo 2^32. Its text is the JSON, keys sorted and without spaces, of the fields of
        `StackSpec.to_dict` that differ from their defaults, and of the seed number as ``seed``.

    Examples
    --------
    >>> seed_of(StackSpec(activation="tanh", init="std=0.1", depth=50), 0)
    8580893140101945398
    """
    plain = spec.to_dict()
    told = {name: value for name, value in plain.items() if value != _DEFAULTS.get(name)}
    told = {name: value for name, value in told.items() if value is not None} | {"seed": number}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    first = int.from_bytes(sha256(text.encode("ascii")).digest()[:8], "big")
    return first % (MAX_SEED[spec.rng] + 1)
