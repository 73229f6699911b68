"""What an option is, and how the fields of a frozen dataclass become the options of a command.

``options: PlotOptions`` in a command's signature is all that typer and the command need. A field
``input_width: Annotated[int | None, Option(...)] = None`` is the flag --input-width, its line of
the help, what a shell completes, and a value that mypy knows. None means "not given".
"""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache, wraps
from math import isfinite
from types import NoneType
from typing import Annotated, Any, TypeVar, get_args, get_origin

import typer

from actviz.lookup import lookup

OUTPUT = "The output"
FORMATS = ("table", "csv", "json")

Value = TypeVar("Value")
_Name = TypeVar("_Name", bound=str)

_INTEGER = r"[+-]?[0-9]+"
_DECIMAL = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"

#: Integers of more digits are not read; what an option allows is said of those that are.
_MOST_DIGITS = 300


def whole(text: str) -> int:
    """Read an integer in plain ASCII digits: not 5.0, 1_000 or 1e3."""
    if not re.fullmatch(_INTEGER, text.strip()):
        raise typer.BadParameter(f"must be an integer (got {_shown(text)})")
    if len(text.strip().lstrip("+-")) > _MOST_DIGITS:
        digits = len(text.strip().lstrip("+-"))
        raise typer.BadParameter(
            f"is too large: a number of {digits:,} digits, where at most {_MOST_DIGITS} are read"
        )
    return int(text.strip())


def decimal(text: str) -> float:
    """Read a finite decimal number in plain ASCII."""
    value = _decimal(text)
    if not isfinite(value):
        if isfinite(share := _decimal(text.strip().removesuffix("%")) / 100):
            raise typer.BadParameter(f"must be a number: {share:g} (got {_shown(text)})")
        raise typer.BadParameter(f"must be a finite number (got {_shown(text)})")
    return value


def as_chance(text: str) -> float:
    """Read a chance, above 0 and at most 1; of a percentage it is said what it is as a number.

    A number out of these bounds is returned as well, as there are such in files too: who takes it
    refuses it.
    """
    typed = text.strip()
    share = _decimal(typed.removesuffix("%"))
    if typed.endswith("%") and isfinite(share) and not 0 < share <= 100:
        raise typer.BadParameter(
            f"is a chance, above 0 % and at most 100 %: a number such as 0.8 (got {_shown(text)})"
        )
    return decimal(text)


def _decimal(text: str) -> float:
    return float(text.strip()) if re.fullmatch(_DECIMAL, text.strip()) else float("nan")


def decimals(text: str) -> tuple[float, float]:
    """Read two finite numbers with a comma between them."""
    try:
        low, high = map(decimal, text.split(","))
    except (ValueError, typer.BadParameter) as error:
        wanted = "must be two finite numbers LOW,HIGH"
        raise typer.BadParameter(f"{wanted} (got {_shown(text)})") from error
    return low, high


def wholes(text: str) -> tuple[int, ...]:
    """Read integers with commas between them."""
    parts = text.split(",")
    if not all(re.fullmatch(_INTEGER, part.strip()) for part in parts):
        wanted = "must be integers with commas between them"
        raise typer.BadParameter(f"{wanted} (got {_shown(text)})")
    return tuple(map(whole, parts))


def given(value: Value | None, default: Value) -> Value:
    """Return what was given, be it empty, or else the default."""
    return default if value is None else value


def choice(name: str, value: str | None, allowed: tuple[_Name, ...]) -> _Name:
    """Return `value` in lower case if it is allowed, and the first that is if none was given.

    Raises
    ------
    UnknownNameError
        If it is not; the closest name is in the message.
    """
    chosen = allowed[0] if value is None else value
    return lookup({item: item for item in allowed}, chosen, kind=name)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def names(module: str, table: str) -> Callable[[str], list[tuple[str, str]]]:
    """Return a completion of the names of a table, which is imported when it is asked for.

    What comes after a comma is completed too. Shells that show more than the name get what its row
    says for people.
    """

    def complete(incomplete: str) -> list[tuple[str, str]]:
        from importlib import import_module

        rows = getattr(import_module(module), table)
        before, comma, begun = incomplete.lower().rpartition(",")
        told = {name: _told(rows[name]) if isinstance(rows, Mapping) else "" for name in rows}
        return [(f"{before}{comma}{name}", told[name]) for name in rows if name.startswith(begun)]

    return complete


def _told(row: object) -> str:
    return "; ".join(filter(None, (getattr(row, key, "") for key in ("formula", "source"))))


@dataclass(frozen=True, slots=True)
class Option:
    """What is said of a field that is an option; its name and its type say the rest.

    Parameters
    ----------
    help : str
        Its line in the help.
    panel : str
        The part of the help that it stands in.
    default : str or None
        What the command takes if nobody gives it, for the help; None if there is nothing to say.
    short : str or None
        The flag of one letter.
    also : str or None
        A second flag.
    flags : str or None
        Default: the field's name, and for a switch ``--no-`` with it.
    metavar, parser : str, callable
        Of the value; default: those of the type, in `_READERS`.
    names : callable
        What a shell completes.
    """

    help: str
    panel: str
    default: str | None = None
    short: str | None = None
    also: str | None = None
    flags: str | None = None
    metavar: str | None = None
    parser: Callable[[str], Any] | None = None
    names: Callable[..., list[Any]] | None = None


def form(
    help: str,  # noqa: A002
    formats: tuple[str, ...] = FORMATS,
    panel: str = OUTPUT,
) -> Option:
    """Return the option --format; the first of the formats is its default."""
    return Option(help, panel=panel, default=formats[0], short="-f", names=lambda: [*formats])


def memory_limit(panel: str) -> Option:
    """Return the option --memory-limit, which all commands have that simulate."""
    return Option(
        "How much memory the work may take, such as 2GB: changes no number.",
        panel=panel,
        metavar="SIZE",
        default="half of what may be taken",
    )


#: How the text after an option of a type is read, and what stands for it in the help.
_READERS: dict[Any, tuple[Callable[[str], Any] | None, str]] = {
    int: (whole, "N"),
    float: (decimal, "NUMBER"),
    tuple[int, ...]: (wholes, "N,N,…"),
    tuple[float, float]: (decimals, "LOW,HIGH"),
    bool: (None, ""),
}


def value_type(hint: Any) -> Any:
    """Return the type of a field's value where there is one: ``int`` for ``int | None``."""
    kinds = [one for one in get_args(hint) if one is not NoneType]
    return kinds[0] if NoneType in get_args(hint) and len(kinds) == 1 else hint


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Return `function` as typer takes it: each option is a parameter instead of a field.

    The type of the first parameter of `function` is the dataclass; the others stay what they are.
    """
    first, *others = inspect.signature(function).parameters.values()

    @wraps(function)
    def called(**words: Any) -> None:
        rest = {one.name: words.pop(one.name) for one in others}
        function(first.annotation(**{name: _kept(word) for name, word in words.items()}), **rest)

    called.__doc__ = _paragraphs(function)
    called.__annotations__ = {}  # the signature says it all
    parameters = [*others, *_parameters(first.annotation)]
    vars(called)["__signature__"] = inspect.Signature(parameters)
    return called


def _paragraphs(function: Callable[..., None]) -> str:
    """Return what a command does, a paragraph in one line: the help breaks it where it must."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.getdoc(function) or "")


def _kept(word: Any) -> Any:
    """Return what a field holds: nothing rather than a list of nothing."""
    return tuple(word) or None if isinstance(word, list | tuple) else word


def _parameters(kind: type) -> Iterator[inspect.Parameter]:
    """Yield what typer knows of the fields that are options, each where it was declared last."""
    hints: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        for name, hint in inspect.get_annotations(base).items():
            hints.pop(name, None)
            hints[name] = hint
    defaults = {field.name: field.default for field in fields(kind)}
    for name, annotated in hints.items():
        if get_origin(annotated) is Annotated:
            hint, told = get_args(annotated)
            yield _parameter(name, hint, told, defaults[name])


@cache
def _reading(parser: Callable[[str], Any]) -> Callable[[Any], Any]:
    """Return what typer calls with an option's text, or with None where it was not given."""

    def read(text: Any) -> Any:
        return None if text is None else parser(text)

    return read


@cache  # commands have many in common
def _parameter(name: str, hint: Any, told: Any, default: Any) -> inspect.Parameter:
    """Return what typer knows of one field."""
    kind = value_type(hint)
    # typer has lists for what is given several times, and text for all that is read here.
    typed: Any = list[str] | None if kind == tuple[str, ...] else hint
    if isinstance(told, Option):
        parser, metavar = _READERS.get(kind, (None, "NAME"))
        parser = told.parser or parser
        typed = str | None if parser else typed
        flag = name.replace("_", "-")
        flags = told.flags or (f"--{flag}/--no-{flag}" if kind is bool else f"--{flag}")
        text = f"{told.help} [dim]\\[default: {told.default}][/dim]" if told.default else told.help
        told = typer.Option(
            *([told.short] if told.short else []),
            flags,
            *([told.also] if told.also else []),
            callback=_reading(parser) if parser else None,
            metavar=metavar if told.metavar is None else told.metavar,
            show_default=False,
            rich_help_panel=told.panel,
            help=text,
            autocompletion=told.names,
        )
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if default is MISSING else default,
        annotation=Annotated[typed, told],
    )
