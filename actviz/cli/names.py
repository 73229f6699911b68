"""Activations and initializers as they are typed: several with commas, at their place or elsewhere.

Each is looked up here, before anything that takes long is imported.
"""

import re
from collections.abc import Iterator, Sequence

from actviz.cli.output import complain
from actviz.errors import SpecError, UnknownNameError
from actviz.layers.activations import ACTIVATIONS, get_activation
from actviz.layers.initializers import get_initializer

#: Those that are compared where none is named.
DEFAULT_ACTIVATIONS = ("sigmoid", "tanh", "relu")

#: A comma that stands in no brackets.
_COMMA = r",(?![^()]*\))"
#: Digits, a comma and digits, as much of Europe writes a decimal number.
_DECIMAL_COMMA = r"(?:^|,)([^,()]*=)?\s*([+-]?[0-9]+),([0-9]+)(?=,|$)"

_XAVIER = re.compile(r"xavier(_normal|_uniform)?(\(.*)?", re.IGNORECASE)


def several(texts: Sequence[str], option: str = "") -> Iterator[str]:
    """Yield names one by one: each text has one, or several with commas between them.

    Parameters
    ----------
    texts : sequence of str
        As they were given.
    option : str
        The option that takes numbers alone, for the message; "" if they are names.

    Raises
    ------
    SpecError
        If a comma may be meant for a decimal point.
    """
    for text in texts:
        if found := re.search(_DECIMAL_COMMA, text):
            law, whole, part = found[1] or "std=", found[2], found[3]
            two = f"{law}{whole},{law}{part}"
            if option:
                two = f"{option} {whole} {option} {part}"
            raise SpecError(
                f"{text}: needs a plain decimal number with a point, {whole}.{part}; two are {two}"
            )
        # "relu, tanh" without quotes are two words, the first with a comma at its end.
        yield from (part.strip() for part in re.split(_COMMA, re.sub(r"(?<=.),\s*$", "", text)))


def activations(*given: Sequence[str] | None) -> tuple[str, ...] | None:
    """Return the names of activations that were given in several places; None if none was.

    Raises
    ------
    UnknownNameError
        If one is no activation.
    """
    found = tuple(name for texts in given for name in several(texts or ()))
    for name in found:
        try:
            get_activation(name)
        except UnknownNameError as error:
            raise UnknownNameError(error.kind, name, error.known, _no_activation(name)) from error
    return found or None


def one_activation(given: str | None) -> str | None:
    """Return the name of the only activation that a command takes; None if none was given.

    Raises
    ------
    SpecError
        If there are several, or it is no activation.
    """
    if given is None:
        return None
    found = activations((given,)) or ()
    if len(found) != 1:
        raise SpecError(f"one activation is trained at a time (got {given})")
    return found[0]


def _no_activation(name: str) -> str | None:
    """Return what a name that is no activation is instead; None if nothing is known of it."""
    files = {".toml": "--spec", ".json": "actviz diagnose --record"}
    if option := files.get(name[-5:].lower()):
        return f"{option} {name}"
    try:
        get_initializer(name)
    except SpecError:
        return None
    return f"-i {name}"


def initializers(
    init: Sequence[str] | None, std: Sequence[str] | None = None
) -> tuple[str, ...] | None:
    """Return the texts of initializers that were given, those of ``--std`` first; None if none was.

    Raises
    ------
    SpecError
        If one is no initializer.
    """
    found = (*(f"std={number}" for number in several(std or (), "--std")), *several(init or ()))
    for text in found:
        try:
            get_initializer(text)
        except UnknownNameError as error:
            if text.strip().lower() not in ACTIVATIONS:
                raise
            raise UnknownNameError(error.kind, text, error.known, f"-a {text}") from error
    return found or None


def tell_of_xavier(texts: Sequence[str] | None, widths: Sequence[int]) -> None:
    """Say on standard error whose Xavier it is, where the books' two differ.

    Parameters
    ----------
    texts : sequence of str or None
        The initializers as they were given.
    widths : sequence of int
        Those of the input and of every layer.
    """
    if len(set(widths)) > 1 and any(_XAVIER.fullmatch(text) for text in texts or ()):
        complain(
            "xavier is Glorot's 2/(fan_in + fan_out); the Xavier of Saito, CS231n and Caffe, "
            "1/fan_in, is lecun: they differ, as the widths do"
        )
