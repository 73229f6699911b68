"""Fitting a grid on its figure: several arrangements are laid out on paper, and the best is drawn.

Nothing is drawn here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from actviz.format import magnitude
from actviz.layers.signals import Signal
from actviz.plot.grid.arrange import Grid, arrangements
from actviz.plot.grid.axis import possible_labels
from actviz.plot.grid.content import Content
from actviz.plot.grid.foot import grid_foot
from actviz.plot.grid.layout import BETWEEN, GridLayout, RowNeeds, lay_out
from actviz.plot.grid.panels import possible_notes
from actviz.plot.grid.plan import Plan
from actviz.plot.heights import window_of
from actviz.plot.paper.page import Sheet, make_sheet
from actviz.plot.paper.style import NARROW, Size, no_room
from actviz.plot.paper.typeset import fits_whole, paragraph
from actviz.records.signal import LayerRecord
from actviz.words import stacks as words
from actviz.words.say import say
from actviz.words.sheet import Heading
from actviz.words.specs import setting
from actviz.words.told import Told

#: Lines above a row for the activations' names, and for the layers' numbers.
HEADING, NUMBERING = 1.75, 1.15

#: Lines between two stacks that have several rows each, on top of what is between rows.
STACK_GAP = 0.6

#: From labels of heights to their panel, and as much again before them, in lines.
_BEFORE_AXIS = 0.6

#: A second finding may make a narrow page's subtitle of so many lines.
_SUBTITLE = 3

#: Labels and captions may reach so many lines beyond the bars beside them.
_OVERHANG = 0.75


def best_plan(
    stacks: Sequence[Told],
    size: Size,
    *,
    heading: Heading,
    content: Content,
    window: slice | None = None,
) -> Plan:
    """Return the best of the plans for `stacks` under a heading; of equals the first.

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
        for grid in arrangements(stacks, signals):
            for form in _forms(grid, content):
                plans.append(_plan(grid, size, content, heading, done, window, form))
    best = max(plans, key=lambda plan: plan.merit)
    if not best.layout.fits:
        raise no_room(size)
    return best


def _forms(grid: Grid, content: Content) -> list[int | None]:
    """Return the forms of captions to try: the fullest, shorter ones, none."""
    return [*(content.forms[:1] if grid.several else content.forms), None]


def label_width(grid: Grid, size: Size, phrases: Sequence[str] = ()) -> float:
    """Return the width of the column of row labels and of captions' phrases in it, in inches."""
    widest = max(size.width_of(row.label, size.heading, weight="bold") for row in grid.rows)
    if grid.stacked:  # room for activation and initializer on one line, where rows are low
        widest = max(
            size.width_of(f"{row.activation}  ", size.heading, weight="bold")
            + size.width_of(row.label)
            for row in grid.rows
        )
    widest = max([widest, *(size.width_of(phrase) for phrase in phrases)])
    # A label may take a quarter of the figure and then goes onto a second line.
    words_of_rows = [
        say("axis.layer"),
        *(words.signal_name("gradient") for row in grid.rows if row.below),
    ]
    least = max(size.width_of(word) for word in words_of_rows)
    return max(min(widest, 0.22 * size.width), least)


def _plan(
    grid: Grid,
    size: Size,
    content: Content,
    heading: Heading,
    done: str,
    window: slice,
    form: int | None,
) -> Plan:
    sheet = _headed(size, heading, done)
    label = label_width(grid, size)
    if form is not None and grid.blocks == 1:
        pairs = [(row, told) for row in grid.rows if (told := row.stacks[0]) is not None]
        label = label_width(
            grid, size, [text for row, told in pairs for text in grid.phrases(row, told, form)]
        )

    def fit(sheet: Sheet) -> tuple[Plan, str]:
        layout = _lay_out(grid, size, content, sheet, label, window, form is not None)
        fits = form is not None and _captions_fit(grid, size, layout, label, form)
        plan = Plan(
            grid=grid,
            sheet=sheet,
            layout=layout,
            layers=grid.layers(layout.rows, layout.columns),
            content=content,
            label_width=label,
            window=window,
            captions=form if fits else None,
        )
        # Whether a panel is cut shows on its scale, which is not there yet.
        return plan, grid_foot(plan, cut=content.pool == "unit")

    plan, sheet = sheet.settled(fit)
    return replace(plan, sheet=sheet)


def _headed(size: Size, heading: Heading, done: str) -> Sheet:
    """Return title and subtitle: the second finding and what was done, on one line if that fits.

    On a narrow page a second finding that makes it much longer is left out.
    """

    def sheet(subtitle: str) -> Sheet:
        return make_sheet(size, title=heading.title, subtitle=subtitle)

    if not heading.second:
        return sheet(done)
    one = sheet(f"{heading.second} · {done}")
    if len(one.subtitle.lines) == 1:
        return one
    if size.width > NARROW:
        return sheet(f"{heading.second}\n{done}")
    most = max(_SUBTITLE, len(sheet(done).subtitle.lines))
    return one if len(one.subtitle.lines) <= most else sheet(done)


def _captions_fit(grid: Grid, size: Size, layout: GridLayout, label: float, form: int) -> bool:
    """Return whether the captions fit: above the strips, or below the labels beside them."""
    rows = [grid.rows[index] for index in layout.rows]
    texts = [[grid.caption(r, x, form) for x in r.stacks if x is not None] for r in rows]
    if grid.blocks > 1:
        width = layout.strips[0][0].width
        return all(size.width_of(text) <= width for own in texts for text in own)
    found: dict[int, float] = {}
    for row, own in zip(rows, texts, strict=True):
        text = "".join(own)
        above = [row.activation] if grid.stacked and not row.below else []
        above += [row.label] if row.label else []
        parts = [paragraph(t, width=label, points=size.heading, weight="bold") for t in above]
        parts.append(paragraph(text, width=label, points=size.text, most_lines=4))
        if not fits_whole(text, width=label, points=size.text, most_lines=4, weight="normal"):
            return False
        height = sum(part.height for part in parts)
        alone = layout.bars + _OVERHANG * size.line
        if height > alone and (layout.above or not grid.several):
            return False
        found[row.stack] = found.get(row.stack, 0.0) + height
    # Beside two low rows of one stack, the words of the second go on where those of the first end.
    pair = 2 * layout.bars + BETWEEN * size.line + _OVERHANG * size.line
    return not grid.several or bool(layout.above) or max(found.values()) <= pair


def _lay_out(
    grid: Grid,
    size: Size,
    content: Content,
    sheet: Sheet,
    label: float,
    window: slice,
    captioned: bool,
) -> GridLayout:
    seconds = {row.signal: content.second(row.signal) for row in grid.rows}
    layers = [
        (told, row.signal, layer)
        for row in grid.rows
        for told in row.stacks
        if told is not None
        for layer in told.having(row.signal)
    ]
    stds = {magnitude(layer[signal].stats.std or 0.0) for _, signal, layer in layers}
    means = {
        text
        for told, signal, layer in layers
        for text in seconds[signal].row([layer], told, signal, lambda text: False)
    }
    units = content.pool == "unit"
    sides = [
        side
        for _, signal, layer in layers
        for side in possible_notes(layer[signal], window, units=units)
    ]

    def widest(texts: Iterable[str]) -> float:
        return max(map(size.width_of, texts), default=0.0)

    return lay_out(
        size,
        blocks=grid.blocks,
        rows=[
            RowNeeds(
                group=row.group,
                stack=row.stack,
                headings=HEADING * row.headed
                + NUMBERING * row.numbered
                + STACK_GAP * (grid.several and not row.below and not row.numbered),
            )
            for row in grid.rows
        ],
        columns=grid.columns,
        label_width=label,
        number_width=widest({magnitude(0.0), *stds}),
        mean_width=widest(means),
        word_width=widest(f"{second.name} " for second in seconds.values()),
        between_width=size.width_of(say("number.pair", first="", second="")),
        note_width=widest({text for side in sides for text in side}),
        notes_wide=all(len(side) <= 1 for side in sides),
        head=sheet.head_height,
        foot=sheet.foot_height,
        caption=captioned and grid.blocks > 1,
        axis_width=_axis_width([(x[1], x[2]) for x in layers], size, content, window),
    )


def _axis_width(
    layers: Sequence[tuple[Signal, LayerRecord]], size: Size, content: Content, window: slice
) -> float:
    """Return what the labels of heights need at the left of every block, in inches."""
    if not content.axis or not content.row_scale:
        return 0.0
    labels = possible_labels(layers, content, window)
    return max(map(size.width_of, labels), default=0.0) + _BEFORE_AXIS * size.line
