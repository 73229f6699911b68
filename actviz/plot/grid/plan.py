"""The plan of a grid figure: which arrangement, which words, where everything stands."""

from collections.abc import Hashable
from dataclasses import dataclass

from actviz.layers.signals import FORWARD, Signal
from actviz.plot.grid.arrange import Grid, PanelRow
from actviz.plot.grid.content import Content
from actviz.plot.grid.layout import GridLayout
from actviz.plot.heights import GROUPS, Place
from actviz.plot.paper.page import Sheet
from actviz.plot.paper.style import Size
from actviz.records.signal import LayerRecord
from actviz.words.told import Told

#: First, middle and last: fewer layers show no trend.
_LAYERS_TO_COMPARE = 3

#: Lines that two names need, one below the other.
TWO_LINES = 2.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A grid with its words and its geometry, ready to be drawn or to be discarded."""

    grid: Grid
    sheet: Sheet
    layout: GridLayout
    layers: dict[Place, LayerRecord]
    content: Content
    label_width: float
    window: slice
    captions: int | None = None

    @property
    def size(self) -> Size:
        """Of the figure and of its type."""
        return self.sheet.size

    @property
    def merit(self) -> tuple[bool, float, bool, bool, bool, bool, bool, int, float, float]:
        """What makes one plan better than another, the most important first.

        Panels and headings have room, all stacks are shown, each with its whole name and with all
        signals that the subtitle speaks of, then three layers of each, then all
        signals, with a number for each panel, then the words that say what becomes of them, then
        both numbers of each panel, then all layers, then panels that fill the figure and can be
        compared.
        """
        signals = {row.signal for row in self.grid.rows}
        return (
            self.layout.fits and self._heading_width <= self.layout.strips[0][0].width,
            len({self.row(n).stack for n in range(len(self.layout.rows))})
            / len({row.stack for row in self.grid.rows}),
            self._names_whole,
            set(self.signals) == signals,
            len(self.layout.columns) >= min(_LAYERS_TO_COMPARE, self.grid.columns),
            len(signals) == 1 or self.layout.numbers != "none",
            self.captions is not None or not self.content.forms,
            len(signals) * 10
            + ("none", "std", "beside", "pair", "above").index(self.layout.numbers),
            len(self.layout.columns) / self.grid.columns,
            self._coverage * self._comparability,
        )

    @property
    def drawn(self) -> list[Told]:
        """The stacks that have a row."""
        rows = [self.row(n) for n in range(len(self.layout.rows))]
        found = {id(told): told for row in rows for told in row.stacks if told is not None}
        return list(found.values())

    @property
    def signals(self) -> list[Signal]:
        """What the shown rows are of."""
        return list(dict.fromkeys(self.row(n).signal for n in range(len(self.layout.rows))))

    @property
    def shown(self) -> list[tuple[Signal, LayerRecord]]:
        """The layers that have a panel, and which signal of theirs it is of."""
        return [(self.row(place[1]).signal, layer) for place, layer in self.layers.items()]

    @property
    def _heading_width(self) -> float:
        """The width of the widest heading of a block in the smallest type, in inches."""
        labels = {
            told.spec.activation.label
            for row in self.grid.rows
            for told in row.stacks
            if row.headed and told is not None
        }
        return max((self.size.width_of(label, weight="bold") for label in labels), default=0.0)

    @property
    def low(self) -> bool:
        """Whether rows are too low for an activation and, below it, an initializer."""
        return self.layout.bars + self.layout.above < TWO_LINES * self.size.line

    def beside(self, points: float) -> bool:
        """Return whether all initializers fit beside their activations in so many points."""
        return all(
            self.size.width_of(f"{row.activation}  ", points, weight="bold")
            + self.size.width_of(row.label)
            <= self.label_width
            for row in self.grid.rows
        )

    @property
    def _names_whole(self) -> bool:
        """Whether no initializer is cut that stands beside its activation."""
        return not (self.grid.stacked and self.low) or self.beside(self.size.text)

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

    def caption(self, index: int, block: int) -> str:
        """Return the words of a shown row in a block; "" where there are none, or no room."""
        told = self.row(index).stacks[block]
        if self.captions is None or told is None:
            return ""
        return self.grid.caption(self.row(index), told, self.captions)

    def row(self, index: int) -> PanelRow:
        """Return the row that is shown at `index`, counted from 0 among those that are."""
        return self.grid.rows[self.layout.rows[index]]

    def layers_of(self, index: int) -> list[int]:
        """Return which layers the shown row `index` has panels for, as indices from 0."""
        layers = self.row(index).layers
        return [layers[column] for column in self.layout.columns if column < len(layers)]

    def group(self, place: Place) -> Hashable:
        """Return what the panels have in common that are on the scale of the one at `place`."""
        return GROUPS[self.content.share_y](place, self.row(place[1]).stack)

    def told(self, place: Place) -> Told:
        """Return the stack that has a panel at a place."""
        told = self.row(place[1]).stacks[place[0]]
        assert told is not None
        return told

    @property
    def outlined(self) -> set[Place]:
        """The places of the panels whose layers' units hardly vary over the inputs."""
        return {
            place
            for place, layer in self.layers.items()
            if self.row(place[1]).signal in FORWARD and layer.layer in self.told(place).alike
        }
