"""plot_drift: expected and obtained histograms of each layer on top of each other.

For whoever reviews a failed check. The title is the finding of the check, which is handed in.
"""

from collections.abc import Sequence
from math import ceil

from actviz.format import UNDEFINED, axis_number, significant
from actviz.layers.signals import Signal
from actviz.plot.marks.overlaid import draw_drift
from actviz.plot.paper.page import Box, Page, make_sheet, thin
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import SIZES, THEMES, Look, Theme
from actviz.records.record import Record
from actviz.records.signal import LayerRecord
from actviz.words.say import say
from actviz.words.told import tell

#: Panels on one slide, and side by side.
_MOST, _COLUMNS = 12, 4


def plot_drift(
    expected: Record,
    obtained: Record,
    *,
    title: str,
    drifted: Sequence[int] = (),
    signal: Signal = "activation",
    theme: Theme = THEMES["light"],
) -> RecordFigure:
    """Return a slide with a panel for each layer that both records have.

    Parameters
    ----------
    expected, obtained : Record
        Drawn as a filled histogram, and as a line over it.
    title : str
        What the check found.
    drifted : sequence of int
        Layers, from 1, whose numbers are marked; the first of them is always shown.
    signal : str
        Of which the histograms are.
    theme : Theme
        Of the slide.
    """
    look = Look(size=SIZES["slide"], theme=theme, title=title)
    size, line = look.size, look.size.line
    pairs = list(zip(expected.layers, obtained.layers, strict=False))
    shown = list(thin(len(pairs), _MOST))
    if drifted and drifted[0] - 1 not in shown and drifted[0] <= len(pairs):
        shown = sorted([*shown[:-1], drifted[0] - 1])
    told = tell((expected, obtained))
    names = told[0].name
    with look.drawing(title + names):
        subtitle = say("drift.subtitle", name=names, signal=signal)
        sheet = make_sheet(size, title=title, subtitle=subtitle)
        reading = say("drift.reading")
        some = len(shown) < len(pairs)
        left_out = [say("drift.layers", shown=len(shown), of=len(pairs))] if some else []
        foot = "   ".join([reading, *left_out])
        sheet = sheet.with_foot(foot)
        height = size.height or 7.5
        page = Page.of(
            look,
            height,
            finding=title,
            caption=foot,
            description=say("drift.alt", title=title, reading=reading),
            told=told,
            signal=signal,
        )
        page.words(sheet)
        columns = min(_COLUMNS, len(shown))
        rows = ceil(len(shown) / columns)
        edge, gap = size.margin, 1.2 * line
        width = (size.width - 2 * edge - (columns - 1) * gap) / columns
        top, bottom = height - sheet.head_height, sheet.foot_height
        step = (top - bottom) / rows
        for place, index in enumerate(shown):
            row, column = divmod(place, columns)
            x, y = edge + column * (width + gap), top - (row + 1) * step + 1.5 * line
            box = Box(left=x, bottom=y, width=width, height=step - 3.2 * line)
            ax = page.framed(box)
            draw_drift(ax, pairs[index], signal=signal, theme=theme)
            color = theme.alarm if index + 1 in drifted else theme.ink
            page.small(x, box.top + 0.35 * line, _head(pairs[index], signal), color=color)
            low, high = ax.get_xlim()
            for end, value, ha in ((x, low, "left"), (x + width, high, "right")):
                page.small(end, y - line, axis_number(value), muted=True, ha=ha)
    return page.figure


def _head(pair: tuple[LayerRecord, LayerRecord], signal: Signal) -> str:
    stds = (layer[signal].stats.std for layer in pair)
    texts = [UNDEFINED if std is None else significant(std, 3) for std in stds]
    return say("drift.layer", layer=pair[0].layer, stds=" → ".join(texts))
