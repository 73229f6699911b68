"""The plan of a grid figure: which arrangement, which words, where everything stands.

Several arrangements are laid out on paper and the best one is drawn. Nothing is drawn here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from actviz._format import magnitude, percent, row_of_means
from actviz.diagnose import Fate, collapsed, fate
from actviz.errors import SpecError
from actviz.plot import words
from actviz.plot.arrange import Grid, Row, arrangements
from actviz.plot.bars import Place, ShareY, Values, note_text, shares_of
from actviz.plot.layout import GridLayout, RowNeeds, lay_out
from actviz.plot.sheet import FOOT_LINES, Sheet, make_sheet
from actviz.plot.style import Size, no_room, text_width
from actviz.record import LayerRecord, Record, SignalRecord
from actviz.spec import Signal

#: Lines above a row for the activations' names, and for the layers' numbers.
HEADING, NUMBERING = 1.75, 1.15

#: First, middle and last: fewer layers show no trend.
_LAYERS_TO_COMPARE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A grid with its words and its geometry, ready to be drawn or to be discarded."""

    grid: Grid
    sheet: Sheet
    layout: GridLayout
    layers: dict[Place, LayerRecord]

    @property
    def merit(self) -> tuple[bool, float, bool, int, float, float]:
        """What makes one plan better than another, the most important first.

        Panels and headings have room, all stacks are shown, then three layers of each, then the
        numbers of each panel, then all layers, then panels that fill the figure and can be
        compared.
        """
        return (
            self.layout.fits and self._heading_width <= self.layout.strips[0][0].width,
            len(self.layout.rows) / len(self.grid.rows),
            len(self.layout.columns) >= min(_LAYERS_TO_COMPARE, self.grid.columns),
            ("none", "std", "beside", "above").index(self.layout.numbers),
            len(self.layout.columns) / self.grid.columns,
            self._coverage * self._comparability,
        )

    @property
    def _heading_width(self) -> float:
        """The width of the widest heading of a block in the smallest type, in inches."""
        labels = {
            record.spec.activation.label
            for row in self.grid.rows
            for record in row.records
            if row.headed and record is not None
        }
        points = self.sheet.subtitle.points
        return max((text_width(label, points, weight="bold") for label in labels), default=0.0)

    @property
    def _comparability(self) -> float:
        """How much covered area it is worth to have all activations, or some, side by side."""
        if self.grid.stacked:
            return 1.0
        return 2.5 if sum(row.headed for row in self.grid.rows) == 1 else 1.5

    @property
    def _coverage(self) -> float:
        """The share of the figure that is panels."""
        layout = self.layout
        return len(self.layers) * layout.panel * layout.bars / (layout.width * layout.height)

    def row(self, index: int) -> Row:
        """Return the row that is shown at `index`, counted from 0 among those that are."""
        return self.grid.rows[self.layout.rows[index]]

    def layers_of(self, index: int) -> list[int]:
        """Return which layers the shown row `index` has panels for, as indices from 0."""
        layers = self.row(index).layers
        return [layers[column] for column in self.layout.columns if column < len(layers)]


def best_plan(
    records: Sequence[Record],
    size: Size,
    *,
    signal: Signal,
    title: str,
    share_y: ShareY,
    values: Values,
    log_y: bool,
) -> Plan:
    """Return the best of the plans for `records`; of equals the first.

    Raises
    ------
    SpecError
        If `size` has no room for as much as one panel.
    """
    setting = words.setting([record.spec for record in records])
    below = words.histograms_of(signal, _vertical(share_y, values, log_y))
    subtitle = f"{setting} · {below}"
    grids = arrangements(records)
    best = max(
        (_plan(grid, size, signal, title, subtitle) for grid in grids), key=lambda plan: plan.merit
    )
    if not best.layout.fits:
        raise SpecError(no_room(size))
    return best


def label_width(grid: Grid, size: Size) -> float:
    """Return the width of the column of row labels, in inches."""
    widest = max(text_width(row.label, size.heading, weight="bold") for row in grid.rows)
    if grid.stacked:  # room for activation and initializer on one line, where rows are low
        widest = max(
            text_width(f"{own_activation(row)}  ", size.heading, weight="bold")
            + text_width(row.label, size.text)
            for row in grid.rows
        )
    # A label may take a quarter of the figure and then goes onto a second line.
    return max(min(widest, 0.22 * size.width), text_width("layer", size.text))


def own_activation(row: Row) -> str:
    """Return how people write the activation of a stacked grid's row."""
    record = row.records[0]
    return "" if record is None else record.spec.activation.label


def _plan(grid: Grid, size: Size, signal: Signal, title: str, subtitle: str) -> Plan:
    sheet = make_sheet(size, title=title, subtitle=subtitle)
    # What is left out decides the foot's words, and their height what is left out.
    for room in range(1, FOOT_LINES + 1):
        layout = _lay_out(grid, size, signal, sheet.with_room_below(room))
        layers = _shown_layers(grid, layout)
        sheet = sheet.with_foot(_foot(grid, layout, layers, signal))
        if len(sheet.foot.lines) <= room:
            break
    return Plan(grid=grid, sheet=sheet, layout=layout, layers=layers)


def _lay_out(grid: Grid, size: Size, signal: Signal, sheet: Sheet) -> GridLayout:
    items = [
        layer[signal]
        for row in grid.rows
        for record in row.records
        if record is not None
        for layer in record.layers
    ]
    stats = [item.stats for item in items]
    means = {row_of_means([s.mean], [s.std], lambda text: False)[0] for s in stats}
    stds = {magnitude(s.std or 0.0) for s in stats}
    notes = {note_text(*share) for item in items for share in shares_of(item)}
    return lay_out(
        size,
        blocks=grid.blocks,
        rows=[
            RowNeeds(
                group=row.group,
                headings=HEADING * row.headed + NUMBERING * row.numbered,
            )
            for row in grid.rows
        ],
        columns=grid.columns,
        label_width=label_width(grid, size),
        number_width=max(text_width(text, size.text) for text in stds),
        mean_width=max(text_width(text, size.text) for text in means),
        note_width=max((text_width(text, size.text) for text in notes), default=0.0),
        head=sheet.head_height,
        foot=sheet.foot_height,
    )


def _shown_layers(grid: Grid, layout: GridLayout) -> dict[Place, LayerRecord]:
    """Return the layers that have a panel; a stack that stopped early lacks some."""
    return {
        (block, row, column): record.layers[layers[column]]
        for row, index in enumerate(layout.rows)
        for layers in [
            [grid.rows[index].layers[c] for c in layout.columns if c < len(grid.rows[index].layers)]
        ]
        for block, record in enumerate(grid.rows[index].records)
        if record is not None
        for column in range(len(layers))
        if layers[column] < len(record.layers)
    }


def _foot(grid: Grid, layout: GridLayout, layers: dict[Place, LayerRecord], signal: Signal) -> str:
    kinds = {kind for layer in layers.values() for _, kind in shares_of(layer[signal])}
    return words.legend(
        kinds if layout.notes else kinds & {"zero"},
        outlined=any(map(collapsed, layers.values())),
        left_out=_left_out(grid, layout, [layer[signal] for layer in layers.values()]),
    )


def _left_out(grid: Grid, layout: GridLayout, shown: Sequence[SignalRecord]) -> list[str]:
    told = [f"{name}: {words.SYMMETRIC}" for name in _symmetric(grid)]
    if len(layout.columns) < grid.columns:
        layers = [grid.rows[0].layers[column] + 1 for column in layout.columns]
        told.append(words.left_out_layers(layers, grid.columns))
    if len(layout.rows) < len(grid.rows):
        told.append(words.left_out_rows(len(layout.rows), len(grid.rows)))
    if layout.numbers == "std":
        told.append("The means did not fit: actviz stats prints them.")
    if layout.numbers == "none":
        told.append("Mean and std did not fit: actviz stats prints them.")
    beyond = max(
        (1.0 - item.histogram.shares().sum() for item in shown if item.stats.count), default=0.0
    )
    if not layout.notes and beyond > 1e-9:
        told.append(f"Up to {percent(beyond)} of a panel's values lie beyond its axis.")
    return told


def _symmetric(grid: Grid) -> list[str]:
    """Return the stacks whose units are the same, which no histogram shows."""
    stacks = [record for row in grid.rows for record in row.records if record is not None]
    return list(
        dict.fromkeys(
            f"{record.spec.activation.label}, {record.spec.label}"
            for record in stacks
            if fate(record) is Fate.SYMMETRIC
        )
    )


def _vertical(share_y: ShareY, values: Values, log_y: bool) -> str:
    scale = {
        "row": "one scale per row",
        "column": "one scale per column",
        "all": "one scale",
        "none": "one scale per panel",
    }[share_y]
    return f"height: {'log ' if log_y else ''}{values}, {scale}"
