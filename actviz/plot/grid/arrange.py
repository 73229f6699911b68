"""Which stack stands where in a grid. Nothing is measured in inches and nothing is drawn here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from actviz.errors import SpecError
from actviz.layers.signals import BACKWARD, Signal
from actviz.plot.heights import Place
from actviz.records.signal import LayerRecord
from actviz.words import stacks as words
from actviz.words.say import say
from actviz.words.told import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelRow:
    """A row of panels.

    Parameters
    ----------
    label : str
        The initializer and what else tells this row from the others; "" where a row goes on.
    stack : int
        The number of what it shows: two rows of a folded grid may be of the same stack.
    group : int
        Rows of one group share the axis under the last of them.
    stacks : tuple of Told or None
        One for each block.
    layers : tuple of int
        Which layers the columns show, as indices from 0.
    numbered : bool
        Whether the layers' numbers stand above the row.
    headed : bool
        Whether the blocks' activations stand above the row.
    signal : str
        What its panels are of.
    below : bool
        Whether it goes on with the stack of the row above, with another signal of it.
    """

    label: str
    stack: int
    group: int
    stacks: tuple[Told | None, ...]
    layers: tuple[int, ...]
    numbered: bool
    headed: bool
    signal: Signal
    below: bool

    @property
    def activation(self) -> str:
        """How people write the activation of a stacked grid's row."""
        told = self.stacks[0]
        return "" if told is None else told.spec.activation.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Rows of stacks, and how many blocks of panels stand side by side in a row.

    In a `stacked` grid every row is of one activation and names it itself.
    """

    rows: tuple[PanelRow, ...]
    blocks: int
    stacked: bool = False

    @property
    def stacks(self) -> list[Told]:
        """All that it shows, row by row."""
        return [told for row in self.rows for told in row.stacks if told is not None]

    @property
    def columns(self) -> int:
        """How many panels the longest row of a block has."""
        return max(len(row.layers) for row in self.rows)

    def layers(self, rows: Sequence[int], columns: Sequence[int]) -> dict[Place, LayerRecord]:
        """Return the layers that have a panel where these rows and columns are shown.

        A stack that stopped early lacks some.
        """
        return {
            (block, number, column): told.layers[layer]
            for number, row in enumerate(self.rows[index] for index in rows)
            for block, told in enumerate(row.stacks)
            if told is not None
            for column, layer in enumerate(row.layers[c] for c in columns if c < len(row.layers))
            if layer < len(told.layers) and row.signal in told.layers[layer]
        }

    @property
    def several(self) -> bool:
        """Whether a stack has several rows, each of another signal."""
        return any(row.below for row in self.rows)

    def caption(self, row: PanelRow, told: Told, form: int) -> str:
        """Return what becomes of a stack, in a row of it: a form of `Told.captions`."""
        if row.layers[0]:  # the row goes on with a folded one
            return ""
        if row.signal in BACKWARD:
            return f"{words.signal_name('gradient')}\n{told.gradient}"
        return told.word if self.several else told.captions[form]

    def phrases(self, row: PanelRow, told: Told, form: int) -> list[str]:
        """Return what no line of a caption beside a row breaks, with the space where one ends."""
        if row.layers[0]:
            return []
        if row.signal in BACKWARD:
            return [words.signal_name("gradient"), told.gradient]
        if self.several or form == 2:
            return [told.word]
        return [*([f"{told.word} "] if form == 0 else []), say("grid.gradient"), told.gradient]


def arrangements(stacks: Sequence[Told], signals: Sequence[Signal] = ("activation",)) -> list[Grid]:
    """Return the grids that could show `signals` of `stacks`, the one to prefer first."""
    names = _activations(stacks)
    grids = [banded(stacks, len(names), signals)]
    grids += [banded(stacks, count, signals) for count in range(min(5, len(names) - 1), 1, -1)]
    if len(names) > 1:
        grids.append(stacked(stacks, signals))
    elif grids[0].columns > _FOLD_FROM:
        grids += [folded(grids[0], lines) for lines in (2, 3, 4)]
    return grids


#: Up to this many layers stay on one line: the textbooks' five and the slides' six.
_FOLD_FROM = 6


def banded(
    stacks: Sequence[Told], blocks: int, signals: Sequence[Signal] = ("activation",)
) -> Grid:
    """Return a grid with a block for each activation and, in it, rows for each initializer.

    An initializer has a row for each of `signals`. After `blocks` activations the next ones follow
    in another band below.
    """
    names = _activations(stacks)
    labels = tuple(dict.fromkeys(told.label for told in stacks))
    cells = {(told.spec.activation.name, told.label): told for told in stacks}
    recorded = {id(told.record) for told in stacks if told.record.stack is None}
    if len(cells) < len(recorded):
        raise SpecError("two recorded stacks have one name: give each a label of its own")
    bands = [names[start : start + blocks] for start in range(0, len(names), blocks)]
    return Grid(
        blocks=blocks,
        rows=tuple(
            PanelRow(
                label=label if signal == signals[0] else "",
                stack=band * len(labels) + number,
                group=band * len(signals) + signals.index(signal),
                stacks=tuple(cells.get((name, label)) for name in bands[band])
                + (None,) * (blocks - len(bands[band])),
                layers=_all_layers(stacks),
                numbered=number == 0 and signal == signals[0],
                headed=number == 0 and signal == signals[0],
                signal=signal,
                below=signal != signals[0],
            )
            for band in range(len(bands))
            for number, label in enumerate(labels)
            for signal in signals
        ),
    )


def stacked(stacks: Sequence[Told], signals: Sequence[Signal] = ("activation",)) -> Grid:
    """Return a grid with rows for each activation and initializer, activation by activation."""
    names = _activations(stacks)
    ordered = sorted(stacks, key=lambda told: names.index(told.spec.activation.name))
    return Grid(
        blocks=1,
        stacked=True,
        rows=tuple(
            PanelRow(
                label=told.label if signal == signals[0] else "",
                stack=number,
                group=names.index(told.spec.activation.name) * len(signals) + signals.index(signal),
                stacks=(told,),
                layers=_all_layers(stacks),
                numbered=number == 0 and signal == signals[0],
                headed=False,
                signal=signal,
                below=signal != signals[0],
            )
            for number, told in enumerate(ordered)
            for signal in signals
        ),
    )


def folded(grid: Grid, lines: int) -> Grid:
    """Return `grid` with the layers of each row broken into `lines` rows, one below the other."""
    length = ceil(grid.columns / lines)
    stacks: dict[int, list[PanelRow]] = {}
    for row in grid.rows:
        stacks.setdefault(row.stack, []).append(row)
    parts = [
        replace(
            row,
            label=row.label if start == 0 else "",
            layers=row.layers[start : start + length],
            numbered=not row.below,
            headed=row.headed and start == 0,
        )
        for rows in stacks.values()
        for start in range(0, len(rows[0].layers), length)
        for row in rows
    ]
    return replace(grid, rows=tuple(replace(row, group=n) for n, row in enumerate(parts)))


def _activations(stacks: Sequence[Told]) -> list[str]:
    return list(dict.fromkeys(told.spec.activation.name for told in stacks))


def _all_layers(stacks: Sequence[Told]) -> tuple[int, ...]:
    return tuple(range(max(told.spec.depth for told in stacks)))
