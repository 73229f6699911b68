"""``actviz gain``: the gain that an activation asks for, by each criterion, and what it does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.cli import options as opt
from actviz.cli.output import print_as, print_table

if TYPE_CHECKING:
    from actviz.layers.activations import Activation
    from actviz.theory.gain import Gains


EXAMPLES = """Examples:

actviz gain

actviz gain tanh selu

actviz gain mymodule:squareplus --format json
"""

#: The criteria in reading order: key of `Gains.fates`, and what the table for people calls it.
_CRITERIA = {"second_moment": "E φ² = 1", "chi": "χ = 1 at q = 1", "torch": "PyTorch"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GainOptions:
    """Whose gains, and in what form."""

    activations: Annotated[
        tuple[str, ...] | None,
        typer.Argument(
            metavar="ACTIVATION",
            show_default=False,
            help="Names of activations, or a function of your own as module:function; default: all"
            " of actviz list.",
            autocompletion=opt.names("actviz.layers.activations", "ACTIVATIONS"),
        ),
    ] = None
    format: Annotated[
        str | None,
        opt.form(
            "table for people; csv, a row for each activation and criterion; json, a list.",
        ),
    ] = None


def gain(options: GainOptions) -> None:
    """Print the gains that activations ask for.

    Weights have the std gain / sqrt(fan_in). For preactivations with the second moment q = 1, one
    gain keeps that second moment, another the variance of the gradient, and PyTorch recommends a
    third. Where preactivations do not stay at q = 1, nor does χ at 1: where it is 1 for deep
    layers, actviz phase says.

    What each does after 10 and 100 layers is for infinitely wide layers, inputs with the mean
    square 1 and no biases: the rms of the activations, and the factor of the gradient's std on its
    way back.
    """
    from actviz.theory.gain import gains

    chosen = opt.choice("format", options.format, opt.FORMATS)
    found = [gains(activation) for activation in _activations(options.activations)]
    print_as(
        chosen,
        table=lambda: _print_table(found),
        plain=lambda: _plain(found),
        rows=lambda: _rows(found),
        columns=["activation", "criterion", "gain", *_fate_columns()],
    )


def _activations(names: Sequence[str] | None) -> "Iterator[Activation]":
    from actviz.cli.names import several
    from actviz.layers.activations import ACTIVATIONS, get_activation

    if not names:
        yield from (row for name, row in ACTIVATIONS.items() if name == row.name)
    for name in several(names or ()):
        yield _of_a_module(name) if ":" in name else get_activation(name)


def _of_a_module(name: str) -> "Activation":
    """Return the function of ``module:function``; the current directory is searched last."""
    import os
    import sys
    from importlib import import_module

    from actviz.errors import SpecError
    from actviz.format import error_line
    from actviz.theory.gain import FAILURES, from_callable

    module, _, path = name.partition(":")
    if not path or not all(part.isidentifier() for part in module.split(".")):
        raise SpecError(f"a function of your own is given as module:function (got {name!r})")
    # Last, so that a file of the user's that is called as a library is does not take its place.
    here = os.getcwd()
    sys.path[:] = [*(place for place in sys.path if place not in ("", here)), here]
    try:
        found: Any = import_module(module)
    except FAILURES as error:
        raise SpecError(f"cannot import the module {module!r}: {error_line(error)}") from error
    for part in path.split("."):
        if not hasattr(found, part):
            raise SpecError(f"the module {module!r} has no {path!r}")
        found = getattr(found, part)
    if not callable(found):
        raise SpecError(f"{name} must be a function (it is a {type(found).__name__})")
    return from_callable(name, found)


def _print_table(rows: "Sequence[Gains]") -> None:
    from actviz.format import significant

    def cell(value: float) -> str:
        return significant(value, 3) if isfinite(value) else "∞"

    heads = ("activation", "criterion", "gain")
    numbers = ("gain", *(f"{what} {n}" for n in _named_layers() for what in ("rms", "gradient")))
    lines = []
    for row in rows:
        for key, heading in _CRITERIA.items():
            value = getattr(row, key)
            fates = row.fates.get(key, ())
            cells = [cell(number) for fate in fates for number in (fate.rms, fate.gradient)]
            lines.append(
                [
                    row.activation.name,
                    heading,
                    f"{value:.4f}" if value is not None else "-",
                    *(cells or ["-"] * (len(numbers) - 1)),
                ]
            )
    print_table((*heads[:2], *numbers), lines, numbers=numbers)


def _fate_columns() -> list[str]:
    return [f"{what}_{n}" for n in _named_layers() for what in ("rms", "std", "gradient")]


def _rows(rows: "Sequence[Gains]") -> Iterator[dict[str, object]]:
    for row in rows:
        for key in _CRITERIA:
            fates = row.fates.get(key, ())
            cells = (value for fate in fates for value in (fate.rms, fate.std, fate.gradient))
            names = {"activation": row.activation.name, "criterion": key}
            after = dict(zip(_fate_columns(), cells, strict=False))  # where there is no gain, none
            yield names | {"gain": getattr(row, key)} | after


def _plain(rows: "Sequence[Gains]") -> object:
    def plain(value: float) -> float | None:
        return value if isfinite(value) else None

    return [
        {"activation": row.activation.name}
        | {f"gain_{key}": getattr(row, key) for key in _CRITERIA}
        | {
            "after": {
                key: [
                    {
                        "layers": fate.layers,
                        "rms": plain(fate.rms),
                        "std": plain(fate.std),
                        "gradient": plain(fate.gradient),
                    }
                    for fate in fates
                ]
                for key, fates in row.fates.items()
            }
        }
        for row in rows
    ]


def _named_layers() -> tuple[int, ...]:
    from actviz.theory.gain import LAYERS

    return LAYERS
