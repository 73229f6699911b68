"""Tables of names: read-only, and a name to its row, or an error with the closest names."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from actviz.errors import SpecError, UnknownNameError

_Key = TypeVar("_Key")
Entry = TypeVar("Entry")


class Table(Mapping[_Key, Entry]):
    """A mapping that nobody writes to, and that goes through pickle and copy.

    Examples
    --------
    >>> Table({"a": 1})["a"]
    1
    """

    __slots__ = ("_rows",)

    def __init__(self, rows: Mapping[_Key, Entry]) -> None:
        self._rows = dict(rows)

    def __getitem__(self, name: _Key) -> Entry:
        return self._rows[name]

    def __iter__(self) -> Iterator[_Key]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"Table({self._rows!r})"


def lookup(
    table: Mapping[str, Entry], name: str, *, kind: str, meant: Mapping[str, str] | None = None
) -> Entry:
    """Return the row of `table` under `name`, upper and lower case alike.

    Parameters
    ----------
    table : mapping
        The rows by name.
    name : str
        What was given.
    kind : str
        What the name is of, for the message.
    meant : mapping, optional
        Names that people give for something that the table has under another, and that one.

    Raises
    ------
    UnknownNameError
        If no row has that name.
    SpecError
        If it is no text.
    """
    if not isinstance(name, str):
        raise SpecError(f"{kind} must be a name, of {', '.join(table)} (got {name!r:.40})")
    key = name.strip().lower()
    try:
        return table[key]
    except KeyError:
        raise UnknownNameError(kind, name, table, (meant or {}).get(key)) from None
