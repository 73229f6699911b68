"""Which record stands where in a grid. Nothing is measured in inches and nothing is drawn here."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from actviz.errors import SpecError
from actviz.plot.words import row_label
from actviz.record import Record
from actviz.spec import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row: its label, the number of its group with one axis, a record or none for each block.

    `activation` is the row's own heading where the blocks do not have it.
    """

    label: str
    group: int
    records: tuple[Record | None, ...]
    activation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Rows of records; `blocks` are the activations side by side, or () where they are stacked."""

    blocks: tuple[str, ...]
    rows: tuple[Row, ...]
    columns: int

    @property
    def n_blocks(self) -> int:
        """How many blocks stand side by side."""
        return max(1, len(self.blocks))


def side_by_side(records: Sequence[Record]) -> Grid:
    """Return a grid with a block for each activation and a row for each initializer."""
    specs = [record.spec for record in records]
    blocks = tuple(dict.fromkeys(spec.activation.name for spec in specs))
    labels = tuple(dict.fromkeys(row_label(spec, specs) for spec in specs))
    cells = {(r.spec.activation.name, row_label(r.spec, specs)): r for r in records}
    return Grid(
        blocks=blocks,
        rows=tuple(
            Row(label=label, group=0, records=tuple(cells.get((b, label)) for b in blocks))
            for label in labels
        ),
        columns=max(spec.depth for spec in specs),
    )


def stacked(records: Sequence[Record]) -> Grid:
    """Return a grid with a row for each activation and initializer, activation by activation."""
    specs = [record.spec for record in records]
    names = list(dict.fromkeys(spec.activation.name for spec in specs))
    ordered = sorted(records, key=lambda record: names.index(record.spec.activation.name))
    return Grid(
        blocks=(),
        rows=tuple(
            Row(
                label=row_label(record.spec, specs),
                group=names.index(record.spec.activation.name),
                records=(record,),
                activation=record.spec.activation.name,
            )
            for record in ordered
        ),
        columns=max(spec.depth for spec in specs),
    )


def check_edges(records: Sequence[Record], signal: Signal) -> None:
    """Raise SpecError unless the records of each activation count over the same edges.

    They share one axis, so that shrinking and growing can be seen.
    """
    first: dict[str, Record] = {}
    for record in records:
        name = record.spec.activation.name
        other = first.setdefault(name, record)
        first_edges, edges = (item.layers[0][signal].histogram.edges for item in (other, record))
        if not np.array_equal(first_edges, edges):
            raise SpecError(f"records of {name} have different histogram edges: give one range")
