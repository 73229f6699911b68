"""The plan of a grid figure: which arrangement, which words, where everything stands.

Several arrangements are laid out on paper and the best one is drawn. Nothing is drawn here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from actviz.errors import SpecError
from actviz.format import magnitude
from actviz.layers.signals import BACKWARD, Signal
from actviz.plot.grid.arrange import Grid, Row, arrangements
from actviz.plot.grid.content import Content
from actviz.plot.grid.foot import foot_of
from actviz.plot.grid.layout import BETWEEN, GridLayout, RowNeeds, lay_out
from actviz.plot.grid.numbers import row_of_seconds, second_of
from actviz.plot.grid.panels import shares_of
from actviz.plot.heights import Place, window_of
from actviz.plot.marks.strip import note_text
from actviz.plot.paper.page import FOOT_LINES, Sheet, make_sheet
from actviz.plot.paper.style import Size, no_room
from actviz.plot.paper.typeset import fits_whole, paragraph
from actviz.records.signal import LayerRecord
from actviz.words import stacks as words
from actviz.words.say import Saying, say, saying
from actviz.words.specs import setting
from actviz.words.told import Told

#: Lines above a row for the activations' names, and for the layers' numbers.
HEADING, NUMBERING = 1.75, 1.15

#: Lines between two stacks that have several rows each, on top of what is between rows.
STACK_GAP = 0.6

#: Labels and captions may reach so many lines beyond the bars beside them.
_OVERHANG = 0.75

#: First, middle and last: fewer layers show no trend.
_LAYERS_TO_COMPARE = 3


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
    def merit(self) -> tuple[bool, float, bool, bool, bool, int, float, float]:
        """What makes one plan better than another, the most important first.

        Panels and headings have room, all stacks are shown, then three layers of each, then all
        signals, with a number for each panel, then the words that say what becomes of them, then
        both numbers of each panel, then all layers, then panels that fill the figure and can be
        compared.
        """
        signals = {row.signal for row in self.grid.rows}
        return (
            self.layout.fits and self._heading_width <= self.layout.strips[0][0].width,
            len({self.row(n).stack for n in range(len(self.layout.rows))})
            / len({row.stack for row in self.grid.rows}),
            len(self.layout.columns) >= min(_LAYERS_TO_COMPARE, self.grid.columns),
            len(signals) == 1 or self.layout.numbers != "none",
            self.captions is not None or not self.content.fates,
            len(signals) * 10 + ("none", "std", "beside", "above").index(self.layout.numbers),
            len(self.layout.columns) / self.grid.columns,
            self._coverage * self._comparability,
        )

    @property
    def _heading_width(self) -> float:
        """The width of the widest heading of a block in the smallest type, in inches."""
        labels = {
            told.spec.activation.label
            for row in self.grid.rows
            for told in row.stacks
            if row.headed and told is not None
        }
        size = self.sheet.size
        return max((size.width_of(label, weight="bold") for label in labels), default=0.0)

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
        return _caption(self.grid, self.row(index), told, self.captions)

    def row(self, index: int) -> Row:
        """Return the row that is shown at `index`, counted from 0 among those that are."""
        return self.grid.rows[self.layout.rows[index]]

    def layers_of(self, index: int) -> list[int]:
        """Return which layers the shown row `index` has panels for, as indices from 0."""
        layers = self.row(index).layers
        return [layers[column] for column in self.layout.columns if column < len(layers)]


def best_plan(
    stacks: Sequence[Told],
    size: Size,
    *,
    title: str,
    content: Content,
    window: slice | None = None,
) -> Plan:
    """Return the best of the plans for `stacks`; of equals the first.

    `window` says which bins are shown of magnitudes; default: those that hold nearly all.

    Raises
    ------
    SpecError
        If `size` has no room for as much as one panel.
    """
    done = setting([told.spec for told in stacks])
    window = window or window_of(
        layer[signal]
        for signal in content.signals
        for told in stacks
        for layer in told.having(signal)
    )
    choices: list[tuple[Signal, ...]] = [content.signals]
    if len(content.signals) > 1:
        choices.append(content.signals[:1])  # where there is no room for the second
    plans = []
    for signals in choices:
        magnitudes = any(_of_magnitudes(stacks, signal) for signal in signals)
        below = words.histograms_of_all(signals, magnitudes, _vertical(content, magnitudes))
        for grid in arrangements(stacks, signals):
            for form in _forms(grid, content):
                plans.append(_plan(grid, size, content, title, f"{done} · {below}", window, form))
    best = max(plans, key=lambda plan: plan.merit)
    if not best.layout.fits:
        raise SpecError(no_room(size))
    return best


def _of_magnitudes(stacks: Sequence[Told], signal: Signal) -> bool:
    return any(layer[signal].of_magnitudes for told in stacks for layer in told.having(signal))


def _forms(grid: Grid, content: Content) -> list[int | None]:
    """Return the forms of captions to try: the fullest, shorter ones, none."""
    if not content.fates:
        return [None]
    return [0, None] if grid.blocks == 1 else [0, 1, None]


def _caption(grid: Grid, row: Row, told: Told, form: int) -> str:
    if row.layers[0]:  # the row goes on with a folded one
        return ""
    if row.signal in BACKWARD:
        return f"{words.name_of('gradient')}\n{told.gradient}"
    if len({other.signal for other in grid.rows}) > 1:
        return told.verdict
    return told.captions[form]


def _phrases(grid: Grid, row: Row, told: Told, form: int) -> list[str]:
    """Return what no line of a caption beside a row breaks, with the space where one ends."""
    if row.layers[0]:
        return []
    if row.signal in BACKWARD:
        return [words.name_of("gradient"), told.gradient]
    if len({other.signal for other in grid.rows}) > 1:
        return [told.verdict]
    return [*([f"{told.verdict} "] if form == 0 else []), say("grid.gradient"), told.gradient]


def label_width(grid: Grid, size: Size, phrases: Sequence[str] = ()) -> float:
    """Return the width of the column of row labels and of captions' phrases in it, in inches."""
    widest = max(size.width_of(row.label, size.heading, weight="bold") for row in grid.rows)
    if grid.stacked:  # room for activation and initializer on one line, where rows are low
        widest = max(
            size.width_of(f"{own_activation(row)}  ", size.heading, weight="bold")
            + size.width_of(row.label)
            for row in grid.rows
        )
    widest = max([widest, *(size.width_of(phrase) for phrase in phrases)])
    # A label may take a quarter of the figure and then goes onto a second line.
    words_of_rows = [
        say("axis.layer"),
        *(words.name_of("gradient") for row in grid.rows if row.below),
    ]
    least = max(size.width_of(word) for word in words_of_rows)
    return max(min(widest, 0.22 * size.width), least)


def own_activation(row: Row) -> str:
    """Return how people write the activation of a stacked grid's row."""
    told = row.stacks[0]
    return "" if told is None else told.spec.activation.label


def _plan(
    grid: Grid,
    size: Size,
    content: Content,
    title: str,
    subtitle: str,
    window: slice,
    form: int | None,
) -> Plan:
    sheet = make_sheet(size, title=title, subtitle=subtitle)
    label = label_width(grid, size)
    if form is not None and grid.blocks == 1:
        pairs = [(row, told) for row in grid.rows if (told := row.stacks[0]) is not None]
        label = label_width(
            grid, size, [text for row, told in pairs for text in _phrases(grid, row, told, form)]
        )
    # What is left out decides the foot's words, and their height what is left out.
    for room in range(1, FOOT_LINES + 1):
        layout = _lay_out(
            grid, size, content, sheet.with_room_below(room), label, window, form is not None
        )
        layers = _shown_layers(grid, layout)
        fits = None if form is None else _captions_fit(grid, size, layout, label, form)
        sheet = sheet.with_foot(foot_of(grid, layout, layers, content, window, told=bool(fits)))
        if len(sheet.foot.lines) <= room:
            break
    return Plan(
        grid=grid,
        sheet=sheet,
        layout=layout,
        layers=layers,
        content=content,
        label_width=label,
        window=window,
        captions=form if fits else None,
    )


def _captions_fit(grid: Grid, size: Size, layout: GridLayout, label: float, form: int) -> bool:
    """Return whether the captions fit: above the strips, or below the labels beside them."""
    rows = [grid.rows[index] for index in layout.rows]
    texts = [[_caption(grid, r, x, form) for x in r.stacks if x is not None] for r in rows]
    if grid.blocks > 1:
        width = layout.strips[0][0].width
        return all(size.width_of(text) <= width for own in texts for text in own)
    found: dict[int, float] = {}
    for row, own in zip(rows, texts, strict=True):
        text = "".join(own)
        above = [own_activation(row)] if grid.stacked and not row.below else []
        above += [row.label] if row.label else []
        parts = [paragraph(t, width=label, points=size.heading, weight="bold") for t in above]
        parts.append(paragraph(text, width=label, points=size.text, most_lines=4))
        if not fits_whole(text, width=label, points=size.text, most_lines=4, weight="normal"):
            return False
        height = sum(part.height for part in parts)
        alone = layout.bars + _OVERHANG * size.line
        if height > alone and (layout.above or not _several(grid)):
            return False
        found[row.stack] = found.get(row.stack, 0.0) + height
    # Beside two low rows of one stack, the words of the second go on where those of the first end.
    pair = 2 * layout.bars + BETWEEN * size.line + _OVERHANG * size.line
    return not _several(grid) or bool(layout.above) or max(found.values()) <= pair


def _lay_out(
    grid: Grid,
    size: Size,
    content: Content,
    sheet: Sheet,
    label: float,
    window: slice,
    captioned: bool,
) -> GridLayout:
    notes, means, names = set(), set(), set()
    stds = {magnitude(0.0)}
    for row in grid.rows:
        second = second_of(content, row.signal)
        names.add(second.name)
        for told in row.stacks:
            if told is None:
                continue
            for layer in told.having(row.signal):
                item = layer[row.signal]
                stds.add(magnitude(item.stats.std or 0.0))
                means.update(row_of_seconds(second, [layer], told, row.signal, lambda text: False))
                notes |= {note_text(*share) for share in shares_of(item, window)}
    if content.pool == "unit":
        notes.add(note_text("8.8", "cut"))
    return lay_out(
        size,
        blocks=grid.blocks,
        rows=[
            RowNeeds(
                group=row.group,
                headings=HEADING * row.headed
                + NUMBERING * row.numbered
                + STACK_GAP * (_several(grid) and not row.below and not row.numbered),
            )
            for row in grid.rows
        ],
        columns=grid.columns,
        label_width=label,
        number_width=max(size.width_of(text) for text in stds),
        mean_width=max((size.width_of(text) for text in means), default=0.0),
        word_width=max(size.width_of(f"{name} ") for name in names),
        note_width=max((size.width_of(text) for text in notes), default=0.0),
        head=sheet.head_height,
        foot=sheet.foot_height,
        caption=captioned and grid.blocks > 1,
    )


def _several(grid: Grid) -> bool:
    return any(row.below for row in grid.rows)


def _shown_layers(grid: Grid, layout: GridLayout) -> dict[Place, LayerRecord]:
    """Return the layers that have a panel; a stack that stopped early lacks some."""
    return {
        (block, row, column): told.layers[layers[column]]
        for row, index in enumerate(layout.rows)
        for layers in [
            [grid.rows[index].layers[c] for c in layout.columns if c < len(grid.rows[index].layers)]
        ]
        for block, told in enumerate(grid.rows[index].stacks)
        if told is not None
        for column in range(len(layers))
        if layers[column] < len(told.layers)
        and grid.rows[index].signal in told.layers[layers[column]]
    }


def _vertical(content: Content, magnitudes: bool) -> str:
    decade: Saying | None = None
    if magnitudes and content.values == "density":
        only = content.signals[0] in BACKWARD
        decade = saying("grid.decade" if only else "grid.decade_below")
    return say(
        "grid.vertical",
        values=content.values,
        log=content.log_y,
        scale=saying(f"grid.scale.{content.share_y}"),
        decade=decade or "",
    )
