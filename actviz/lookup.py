"""One function: a name to the row of a table, or an error with the closest names."""

from collections.abc import Mapping
from typing import TypeVar

from actviz.errors import UnknownNameError

Row = TypeVar("Row")


def lookup(table: Mapping[str, Row], name: str, *, kind: str) -> Row:
    """Return the row of `table` under `name`, upper and lower case alike.

    Raises
    ------
    UnknownNameError
        If no row has that name; `kind` says in the message what was looked for.
    """
    try:
        return table[name.strip().lower()]
    except KeyError:
        raise UnknownNameError(kind, name, table) from None
