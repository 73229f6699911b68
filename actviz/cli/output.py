"""What the command line says: results on standard output, everything else on standard error."""

import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from io import BufferedWriter, FileIO, StringIO, TextIOWrapper
from itertools import zip_longest
from pathlib import Path
from shutil import get_terminal_size
from textwrap import wrap
from typing import Any
from unicodedata import category, east_asian_width

from actviz.errors import ExportError
from actviz.format import counted, one_line, percent, plain, significant, unbroken

#: Without a terminal there is no width to fit: tables are as wide as their content.
_UNLIMITED = 400

#: A column of text may become as narrow as this, and columns stand so far apart.
_TEXT, _GAP = 10, 2

#: So many of what could not be done are named one by one.
_NAMED = 5

#: Exit code when whoever read standard output went away: 128 + SIGPIPE, as in a shell.
CLOSED_PIPE = 141


class _Output(FileIO):
    """Standard output. What goes wrong with it, anywhere, ends the command in one of two ways."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except OSError as error:
            # Python flushes once more on its way out, and must not fail again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            if isinstance(error, BrokenPipeError):
                raise SystemExit(CLOSED_PIPE) from error
            raise ExportError(f"cannot write to standard output: {error.strerror}") from error


def guard_streams() -> None:
    """Prepare this process's streams: no character and no full disk makes a traceback."""
    if sys.stderr is None:
        # Else the next file to be opened would be what libraries take for standard error.
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    if sys.stdout is None:
        complain("standard output is closed")
        sys.exit(1)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if not sys.stdout.isatty():
        raw = _Output(sys.stdout.fileno(), "w", closefd=False)
        sys.stdout = TextIOWrapper(
            BufferedWriter(raw), encoding=sys.stdout.encoding, errors="backslashreplace"
        )


def tell_what_is_left(what: str, left: Sequence[tuple[str, str]]) -> None:
    """Say on standard error what could not be done, with its name and why: the first few.

    `what` is what one of them is called.
    """
    for name, reason in left[:_NAMED]:
        complain(f"{name} is left: {reason}")
    if len(left) > _NAMED:
        more = counted(len(left) - _NAMED, f"more {what}")
        complain(f"{more} {'is' if len(left) - _NAMED == 1 else 'are'} left")


def tell_what_is_done(what: str, done: int, total: int, path: Path | None) -> None:
    """Say on standard error how much of work that was stopped is done, and how to go on with it.

    `what` is what one of its items is called.
    """
    they = "it is" if done == 1 else "they are"
    how = (
        f"name a file with -o, and {they} kept in it"
        if path is None
        else f"{they} kept in {path}, and the same command with --resume goes on"
    )
    complain(f"{done:,} of {counted(total, what)} {'is' if done == 1 else 'are'} done: {how}")


def print_text(text: str) -> None:
    """Write `text` to standard output, now; what would command a terminal is shown as an escape.

    A Record's label, or a layer's name, may be anybody's.
    """
    sys.stdout.write(re.sub(_COMMANDS, lambda found: repr(found[0])[1:-1], text))
    sys.stdout.flush()


def print_wrapped(text: str, *, indent: int = 0) -> None:
    """Write `text` to standard output in lines of the terminal's width, all but the first indented.

    Into a pipe it is one line, which another program can read.
    """
    if sys.stdout.isatty():
        # A command to be copied is not broken inside a word.
        lines = wrap(
            unbroken(text),
            max(20, get_terminal_size().columns),
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        text = plain("\n".join(lines))
    print_text(f"{text}\n")


def print_as(
    form: str,
    *,
    table: Callable[[], None],
    plain: Callable[[], object],
    rows: Callable[[], Iterable[Mapping[str, object]]] | None = None,
    columns: Sequence[str] = (),
    indent: int | None = 1,
) -> None:
    """Write a result in the form that was asked for; only that one is made.

    Parameters
    ----------
    form : str
        table, csv or json.
    table : callable
        Writes it for people.
    plain : callable
        Returns what is written as JSON, with `indent`.
    rows : callable, optional
        Returns the rows under `columns` that are written as CSV.
    """
    if form == "table":
        table()
    elif form == "json":
        _say_json(plain(), indent)
    elif rows is not None:
        print_csv(columns, rows())


def _say_json(plain: object, indent: int | None) -> None:
    """Write JSON in UTF-8, or in ASCII where standard output is in something else."""
    import json

    text = json.dumps(plain, allow_nan=False, ensure_ascii=False, indent=indent)
    if (sys.stdout.encoding or "").lower().replace("-", "") != "utf8":
        # Outside of ASCII only letters of strings are.
        text = "".join(char if char.isascii() else json.dumps(char)[1:-1] for char in text)
    if isinstance(sys.stdout, TextIOWrapper) and not _holds_ascii(sys.stdout.encoding):
        sys.stdout.flush()
        sys.stdout.buffer.write(f"{text}\n".encode("ascii"))
        sys.stdout.flush()
    else:
        print_text(f"{text}\n")


def _holds_ascii(encoding: str) -> bool:
    """Whether ASCII is itself in an encoding: not in UTF-16, nor in a mainframe's."""
    return "{a1}".encode(encoding) == b"{a1}"


def print_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as CSV, under a line with the names of their columns."""
    import csv

    buffer = StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    print_text(buffer.getvalue())


#: Control characters but for tabs and line feeds, and those that turn the direction of a line.
_COMMANDS = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"


def complain(text: str) -> None:
    """Write one line to standard error; what is no printable character is shown as an escape."""
    try:
        sys.stderr.write(f"actviz: {one_line(text)}\n")
        sys.stderr.flush()
    except OSError:
        # There is nobody left to tell, and what is still to be written must not fail at the end.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def cell(value: float | None, *, share: bool = False) -> str:
    """Return a number as it stands in a table for people, a dash where there is none."""
    if value is None:
        return "-"
    return percent(value) if share else significant(value, 3)


def print_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: Collection[str] = (),
    expendable: Sequence[str] = (),
    joined: str | None = None,
) -> None:
    """Write a table for people to standard output.

    Numbers and what stands in the first column are never cut. On a terminal that is too narrow,
    texts are wrapped between words, and then the `expendable` columns are left out, which is said
    below; only where that is not enough, words are broken.

    Parameters
    ----------
    heads : sequence of str
        The columns' headings.
    rows : sequence of sequence of str
        The cells.
    numbers : collection of str
        Headings of the columns that are aligned right; the others are text.
    expendable : sequence of str
        Headings of the columns that a narrow terminal goes without, in this order.
    joined : str, optional
        Heading of a column that a narrow terminal has in the first column, after a comma.
    """
    room = get_terminal_size().columns if sys.stdout.isatty() else _UNLIMITED
    columns: dict[str, Sequence[str]] = {
        head: [row[number] for row in rows] for number, head in enumerate(heads)
    }
    kept = {heads[0], *numbers}
    if joined and _width(_longest(columns, _cells_of).values()) > room:
        columns = _join(columns, heads[0], joined)
        kept.discard(heads[0])
    natural = _longest(columns, _cells_of)
    words = _longest(columns, lambda text: max(map(_cells_of, _words(text)), default=0))
    least = {head: natural[head] if head in kept else words[head] for head in columns}
    shown = list(columns)
    for head in expendable:
        if _width(least[head] for head in shown) > room:
            shown.remove(head)
    if _width(least[head] for head in shown) > room:
        least = {head: n if head in kept else min(n, _TEXT) for head, n in least.items()}
    room = max(room, _width(least[head] for head in shown))
    widths = _shrink({head: natural[head] for head in shown}, least, room)
    unicode = (sys.stdout.encoding or "utf-8").lower().startswith("utf")
    between, line, crossing = ("  ", "─", "─") if unicode else (" |", "-", "+")
    body = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def lines_of(row: Mapping[str, str]) -> Iterator[str]:
        texts = [_wrapped(row[head], widths[head]) for head in shown]
        for parts in zip_longest(*texts, fillvalue=""):
            aligned = (
                _padded(part, widths[head], right=head in numbers)
                for head, part in zip(shown, parts, strict=True)
            )
            yield between.join(aligned).rstrip()

    rule = f"{line}{crossing}".join(line * widths[head] for head in shown)
    lines = [*lines_of({head: head for head in shown}), rule]
    lines += [each for row in body for each in lines_of(row)]
    print_text("".join(f"{each}\n" for each in lines))
    if gone := [head for head in expendable if head not in shown]:
        print_text(f"(the terminal is too narrow for {', '.join(gone)})\n")


def _cells_of(text: str) -> int:
    """Return how many places a text takes on a terminal: two for each ideogram, none for marks."""
    if text.isascii():
        return len(text)
    wide = sum(east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(category(char) in ("Mn", "Me", "Cf") for char in text)


def _padded(text: str, width: int, *, right: bool) -> str:
    gap = " " * (width - _cells_of(text))
    return f"{gap}{text}" if right else f"{text}{gap}"


def _wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines: broken between words, and in a word that is longer than a line."""
    if _cells_of(text) <= width:
        return [text]
    lines = [""]
    for part in (part for word in _words(text) for part in _folded(word, width)):
        longer = f"{lines[-1]} {part}".lstrip()
        if _cells_of(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def _words(text: str) -> list[str]:
    """Return the words of a text; a number and its per cent sign are one."""
    return [plain(word) for word in re.findall(r"[^ \t\n]+", unbroken(text))]


def _folded(word: str, width: int) -> list[str]:
    """Return a word in parts that are no wider than this."""
    parts = [""]
    for char in word:
        if parts[-1] and _cells_of(parts[-1] + char) > width:
            parts.append("")
        parts[-1] += char
    return parts


def _width(columns: Iterable[int]) -> int:
    widths = list(columns)
    return sum(widths) + _GAP * (len(widths) - 1)


def _longest(columns: Mapping[str, Sequence[str]], length: Callable[[str], int]) -> dict[str, int]:
    """Return the greatest length in each column, its heading's being one."""
    return {head: max(map(length, (head, *cells))) for head, cells in columns.items()}


def _join(
    columns: Mapping[str, Sequence[str]], first: str, second: str
) -> dict[str, Sequence[str]]:
    """Return the columns with one of them in the first one's cells, where there is anything."""
    pairs = zip(columns[first], columns[second], strict=True)
    both = {f"{first}, {second}": [", ".join(filter(None, pair)) for pair in pairs]}
    others = {head: cells for head, cells in columns.items() if head not in (first, second)}
    return {**both, **others}


def _shrink(widths: Mapping[str, int], least: Mapping[str, int], total: int) -> dict[str, int]:
    """Return widths that fit into `total`: the widest columns give first, down to their least."""
    found = dict(widths)
    while _width(found.values()) > total:
        giving = [head for head in found if found[head] > least[head]]
        found[max(giving, key=found.__getitem__)] -= 1
    return found
