"""Parts of a sweep: which stacks one of several machines runs, and what they give together."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isclose
from typing import Any, Self

from actviz.errors import RecordError, SpecError
from actviz.format import counted
from actviz.numbers.scalars import is_integer, short
from actviz.records.plain import schema_of
from actviz.records.summary import writer
from actviz.sweeps.row import JUDGED, Row
from actviz.sweeps.spec import SweepSpec

#: Of the first line of a file of rows.
SCHEMA = "actviz.sweep/1"

_MOST_PARTS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which of several parts.

    Parameters
    ----------
    number, count : int
        Part `number` of `count`, from 1 on.
    """

    number: int = 1
    count: int = 1

    def __post_init__(self) -> None:
        if not is_integer(self.number) or not is_integer(self.count):
            got = f"{short(self.number)} and {short(self.count)}"
            raise SpecError(
                f"a part is two integers, its number and how many there are (got {got})"
            )
        if self.count > _MOST_PARTS:
            raise SpecError(f"part {self} is one of too many: at most {_MOST_PARTS:,} are made")
        if not 1 <= self.number <= self.count:
            last = max(self.count, 1)
            raise SpecError(f"part {self} is not there: write 1/{last} to {last}/{last}")

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the part of a text such as ``3/10``.

        Raises
        ------
        SpecError
            If it is none.
        """
        if (found := re.fullmatch(r"\s*([0-9]{1,30})\s*/\s*([0-9]{1,30})\s*", text)) is None:
            raise SpecError(f"part {text[:40]!r} must be K/N, such as 3/10: the third of ten parts")
        return cls(number=int(found[1]), count=int(found[2]))

    def numbers(self, stacks: int) -> range:
        """Return which stacks are its own: every `count`-th, so that all parts take as long."""
        return range(self.number - 1, stacks, self.count)

    @classmethod
    def of(cls, number: int, count: int) -> Self:
        """Return which of `count` parts a stack is in."""
        return cls(number=number % count + 1, count=count)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartHeading:
    """What the first line of a file of rows says of them.

    Parameters
    ----------
    sweep : SweepSpec
        Which stacks there are.
    part : Part
        Which of them are to be in the file.
    version : str
        Of the actviz that judged them.
    """

    sweep: SweepSpec
    part: Part
    version: str

    @classmethod
    def today(cls, sweep: SweepSpec, part: Part) -> Self:
        """Return the heading of rows that are judged here and now."""
        return cls(sweep=sweep, part=part, version=dict(writer())["actviz"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; `from_dict` reads them back."""
        return {
            "schema": SCHEMA,
            "version": self.version,
            "part": [self.part.number, self.part.count],
            "sweep": self.sweep.to_dict(in_short=True),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the heading of a dict.

        Raises
        ------
        RecordError
            If it is none.
        """
        schema_of(data, "the rows of a sweep", SCHEMA)
        try:
            plain = {name: data[name] for name in ("part", "version", "sweep")}
        except KeyError as error:
            raise RecordError(f"a heading of rows needs {error}") from error
        part, version = plain["part"], plain["version"]
        if not isinstance(part, list) or len(part) != 2 or not isinstance(version, str):
            raise RecordError(
                "a heading of rows has a part, two integers, and a version, a text "
                f"(got {short(part)} and {short(version)})"
            )
        try:
            return cls(
                sweep=SweepSpec.from_dict(plain["sweep"]),
                part=Part(number=part[0], count=part[1]),
                version=version,
            )
        except SpecError as error:
            raise RecordError(f"a heading of rows that cannot be read: {error}") from error

    def check_same(self, other: "PartHeading", *, parts: bool = True) -> None:
        """Raise RecordError if `other` is of another sweep, or of another version.

        Parameters
        ----------
        other : PartHeading
            What is to go with it.
        parts : bool
            Whether it must be of the same part too.
        """
        alike = self.sweep == other.sweep  # at once, where an axis has a million values
        if not alike and (field := sweep_difference(self.sweep.to_dict(), other.sweep.to_dict())):
            raise RecordError(f"they are of another sweep: {field}")
        check_same_version(self.version, other.version, "rows")
        if parts and self.part != other.part:
            raise RecordError(f"they are of part {self.part}, and not of {other.part}")


def check_same_version(there: str, here: str, what: str) -> None:
    """Raise RecordError if what is kept, such as rows, is of another version of actviz."""
    if there != here:
        raise RecordError(
            f"they are of actviz {there}, and not of {here}: {what} of two versions do not go "
            f"together, so take actviz {there} for all of them"
        )


def sweep_difference(there: Mapping[str, Any], here: Mapping[str, Any]) -> str | None:
    """Return which field of two sweeps differs, in words; None if none does."""
    for name in ("axes", "base"):
        if found := field_apart(there[name], here[name]):
            return found
    if there["seeds"] != here["seeds"]:
        return f"it has {counted(there['seeds'], 'seed')} there and {here['seeds']} here"
    return None


def field_apart(there: Mapping[str, Any], here: Mapping[str, Any]) -> str | None:
    """Return which field of two differs, the first by name, in words; None if none does.

    Examples
    --------
    >>> field_apart({"depth": 2, "width": [10, 20]}, {"depth": 2, "width": [10]})
    'width is 10, 20 (2 values) there and 10 here'
    """
    for key in sorted({*there, *here}):
        one, other = there.get(key), here.get(key)
        if one != other:
            return f"{key} is {_shown(one)} there and {_shown(other)} here"
    return None


def _shown(value: object) -> str:
    if value is None:
        return "one for all"
    if isinstance(value, list):
        ends = f"{value[0]} to {value[-1]}" if len(value) > 3 else ", ".join(map(str, value))
        return f"{ends} ({len(value)} values)" if len(value) > 1 else ends
    return str(value)


def merged(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return each row once, in the order of their numbers; one that failed gives way."""
    found: dict[int, Row] = {}
    for row in rows:
        before = found.get(row.number)
        if before is None or (before.failed is not None and row.failed is None):
            found[row.number] = row
    return tuple(found[number] for number in sorted(found))


def contradiction(rows: Iterable[Row]) -> str | None:
    """Return what two rows of one stack do not agree on, in words; None if all agree.

    The first such stack, and how many there are. Machines differ in the last digits of what they
    multiply, which is no contradiction.
    """
    first: dict[int, Row] = {}
    apart: dict[int, str] = {}
    for row in rows:
        if row.judged is None or (before := first.setdefault(row.number, row)) is row:
            continue
        assert before.judged is not None
        for name in JUDGED:
            one, other = getattr(before.judged, name), getattr(row.judged, name)
            if not _agree(one, other):
                said = f"{name} is {short(one)} in one and {short(other)} in another"
                apart.setdefault(row.number, f"{row.in_words}: {said}")
                break
    if not apart:
        return None
    have = "stack has" if len(apart) == 1 else "stacks have"
    kept = f"{len(apart):,} {have} rows that do not agree, and the first that came is kept"
    return f"{kept}: {apart[min(apart)]}"


#: Numbers of one stack on two machines differ by less than this share.
_ROUNDING = 1e-6


def _agree(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return isclose(one, other, rel_tol=_ROUNDING)
    return one == other


def missing(sweep: SweepSpec, rows: Sequence[Row]) -> list[int]:
    """Return the numbers of which there is no row."""
    there = {row.number for row in rows}
    return [number for number in range(len(sweep)) if number not in there]


def numbers_in_words(numbers: Sequence[int]) -> str:
    """Return the numbers of stacks for people, those at equal distances as one.

    Examples
    --------
    >>> numbers_in_words([4]), numbers_in_words([0, 1, 2, 3]), numbers_in_words(range(2, 300, 10))
    ('number 4', 'numbers 0 to 3', 'numbers 2, 12, 22 … 292 (part 3/10)')
    """
    if len(numbers) == 1:
        return f"number {numbers[0]}"
    step = numbers[1] - numbers[0]
    even = all(other - one == step for one, other in pairwise(numbers))
    if len(numbers) > 2 and even and step == 1:
        return f"numbers {numbers[0]} to {numbers[-1]}"
    if len(numbers) > 3 and even:
        begin = ", ".join(map(str, numbers[:3]))
        part = Part.of(numbers[0], step)
        return f"numbers {begin} … {numbers[-1]} (part {part})"
    begin = ", ".join(map(str, numbers[:8]))
    return f"numbers {begin}{' and more' if len(numbers) > 8 else ''}"
