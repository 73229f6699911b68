"""What is said, as a value: a key and named fields, which the table of a language makes a sentence.

A template of the table is one of `str.format`, whose fields have a grammar: `{names:and}` lists,
`{names:keeps|keep}` chooses by how many there are, one or not, `{parts:,}` puts commas between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any

from actviz.format import axis_number
from actviz.lookup import Table
from actviz.words.en.grammar import Wording, listed
from actviz.words.en.table import EN


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Something that is said, in no language yet.

    Parameters
    ----------
    key : str
        Of the table of sentences.
    fields : Mapping of str to object
        What the sentence is of: numbers, names, other sayings, and tuples of these.

    Examples
    --------
    >>> text(saying("foot.layers", shown=("2", "4"), depth=5))
    'Only layers 2, 4 of 5 fit.'
    """

    key: str
    fields: Mapping[str, object]

    def __post_init__(self) -> None:
        kept = {name: tuple(v) if isinstance(v, list) else v for name, v in self.fields.items()}
        object.__setattr__(self, "fields", Table(kept))


def saying(key: str, **fields: object) -> Saying:
    """Return what is said, as a value."""
    return Saying(key=key, fields=fields)


def text(said: Saying, table: Table[str, Wording] = EN) -> str:
    """Return what is said as a sentence, or the part of one, of a table's language."""
    row = table[said.key]
    fields = {name: _spoken(value, table) for name, value in said.fields.items()}
    return row(**fields) if callable(row) else _GRAMMAR.vformat(row, (), fields)


def say(key: str, **fields: object) -> str:
    """Return `text` of what is said at once."""
    return text(saying(key, **fields))


def _spoken(value: object, table: Table[str, Wording]) -> object:
    """Return a field with every saying in it made a text."""
    if isinstance(value, Saying):
        return text(value, table)
    if isinstance(value, list | tuple):
        return tuple(_spoken(one, table) for one in value)
    return value


#: Digits of a number where a template says no more than that it is one.
_DIGITS = 6


class _Grammar(Formatter):
    """What a template may ask of a field beyond the format of numbers."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec in ("and", "or"):
            return listed([str(one) for one in value], format_spec)
        if format_spec == "to":
            return " to ".join(map(str, value))
        if format_spec in (",", ";", "."):
            return f"{format_spec} ".join(map(str, value))
        if format_spec.endswith("g"):  # as few digits as it has
            return axis_number(value, int(format_spec[1:-1] or _DIGITS))
        if "|" in format_spec:
            one, several = format_spec.split("|")
            count = len(value) if isinstance(value, Sequence) else value
            return one if count == 1 else several
        return str(super().format_field(value, format_spec))


_GRAMMAR = _Grammar()
