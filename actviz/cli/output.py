"""What the command line says: results on standard output, everything else on standard error."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from actviz.errors import ExportError

if TYPE_CHECKING:
    from rich.table import Table

#: Without a terminal there is no width to fit: tables are as wide as their content.
_UNLIMITED = 400


def say(text: str) -> None:
    """Write `text` to standard output, now.

    Raises
    ------
    ExportError
        If standard output cannot take it (a full disk); a closed pipe stays a BrokenPipeError.
    """
    try:
        sys.stdout.write(_encodable(text, sys.stdout.encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ExportError(f"cannot write to standard output: {error.strerror}") from error


def complain(text: str) -> None:
    """Write one line to standard error."""
    line = " ".join(text.split())
    with suppress(OSError):  # there is nobody left to tell
        sys.stderr.write(_encodable(f"actviz: {line}\n", sys.stderr.encoding))


def say_table(table: "Table") -> None:
    """Write a table for people to standard output."""
    from io import StringIO

    from rich.console import Console

    terminal = sys.stdout.isatty()
    buffer = StringIO()
    console = Console(file=buffer, width=None if terminal else _UNLIMITED, color_system=None)
    console.print(table)
    say("".join(f"{line.rstrip()}\n" for line in buffer.getvalue().splitlines()))


def table(columns: Sequence[str], *, left: int = 1) -> "Table":
    """Return an empty table; all but the first `left` columns are numbers, aligned right."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="", show_edge=False)
    for number, name in enumerate(columns):
        made.add_column(name, justify="left" if number < left else "right", no_wrap=True)
    return made


def _encodable(text: str, encoding: str | None) -> str:
    """Return `text` with what the stream cannot hold as backslash escapes."""
    return text.encode(encoding or "utf-8", "backslashreplace").decode(encoding or "utf-8")
