"""What an overview is asked to show, as one value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from actviz.layers.signals import Signal

NumbersShown = Literal["none", "std", "all"]
Caption = Literal["none", "short", "full"]
VerdictShown = Literal["show", "hide"]
Build = Literal["rows", "columns", "verdict"]
NUMBERS: tuple[NumbersShown, ...] = get_args(NumbersShown)
CAPTIONS: tuple[Caption, ...] = get_args(Caption)
VERDICTS: tuple[VerdictShown, ...] = get_args(VerdictShown)
BUILDS: tuple[Build, ...] = get_args(Build)


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What stands over a strip at its right: stds of so many digits, or a chance."""

    digits: int = 0
    chance: str = ""


#: Nothing stands there.
NO_RIGHT = Right()
_CHANCES = (Right(chance="whole"), Right(chance="short"))

#: What could stand there, by the numbers that are asked for, the fullest form first.
RIGHTS: Mapping[NumbersShown, tuple[Right, ...]] = {
    "none": _CHANCES,
    "std": (Right(digits=2), Right(digits=1)),
    "all": _CHANCES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is shown.

    Parameters
    ----------
    signal : str
        What the histograms are of.
    numbers : {"none", "std", "all"}
        What stands over a strip at its right: the chance, or the std of both ends; with all, the
        chance, and on a line of its own the std of both ends and the gradient's factor.
    caption : {"none", "short", "full"}
        How much is said of what was done and of how to read it.
    foot : bool
        Whether a line below says how to read it.
    verdict : bool
        Whether marks, words, hues and chances are shown.
    """

    signal: Signal = "activation"
    numbers: NumbersShown = "none"
    caption: Caption = "short"
    foot: bool = True
    verdict: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How much of a page is drawn: its first rows and its first columns, and the verdict or not."""

    rows: int | None = None
    columns: int | None = None
    verdict: bool = True

    def shows(self, row: int, column: int) -> bool:
        """Return whether what stands in a row and a column, from 0, is drawn."""
        return (self.rows is None or row < self.rows) and (
            self.columns is None or column < self.columns
        )

    @property
    def shows_right(self) -> bool:
        """Whether what stands at the right of all columns is drawn: it comes with the last one."""
        return self.columns is None or self.verdict


#: All of it.
WHOLE = Step()


def steps_of(build: Build | None, *, rows: int, columns: int) -> list[Step]:
    """Return the steps in which a page of so many rows and columns is built up."""
    if build == "rows":
        return [Step(rows=n, verdict=n == rows) for n in range(1, rows + 1)]
    if build == "columns":
        return [Step(columns=n, verdict=n == columns) for n in range(1, columns + 1)]
    return [Step(verdict=False), WHOLE] if build == "verdict" else [WHOLE]
