"""plot_units: single values, units across and inputs down, layer by layer.

Noise is health. Stripes down are units that no input changes, stripes across are units that are one
and the same, and one tone is a signal that is gone: no statistics are needed to see that.
"""

from collections.abc import Sequence

from actviz.layers.signals import Signal
from actviz.plot.paper.page import Page
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Size, Theme, look_of
from actviz.plot.refused import check_choices, check_units
from actviz.plot.units.fit import fit_dots
from actviz.plot.units.page import draw_units_page, typed
from actviz.records.record import Record
from actviz.words import units as words
from actviz.words.stacks import labels
from actviz.words.told import tell


def plot_units(
    records: Sequence[Record],
    *,
    signal: Signal = "activation",
    size: str | Size = "slide",
    theme: str | Theme = "light",
    title: str | None = None,
    font: str | None = None,
) -> RecordFigure:
    """Return a figure with single values of every layer: a dot for a unit and an input.

    Units stand across and inputs down, the first of each, and a value is a colour on one scale for
    all layers of a stack: that of the activation's bounds, or of the first layer.

    Parameters
    ----------
    records : sequence of Record
        One or more, simulated with ``unit_sample=(60, 60)`` or less.
    signal : {"activation"}
        Values of no other signal are kept.
    size : str or Size
        A name of `SIZES`, or inches such as ``"10x5.6"``. Where dots would be too small to be seen
        there are fewer of them, and the figure says how many.
    theme : str or Theme
        A name of `THEMES`.
    title : str, optional
        Instead of the finding; "" for none.
    font : str, optional
        A font family to use before DejaVu Sans.

    Raises
    ------
    SpecError
        If there is no record, one has no sample of its values, or the size has no room.
    """
    check_choices(records, ("signal", signal, ("activation",)))
    check_units(records)
    asked = look_of(size, theme, title, font)
    look, kind = typed(asked)
    seen = words.see(tell(records))
    told = [one.told for one in seen]
    finding = words.finding(seen)
    with look.drawing(look.heading(finding) + labels(told)):
        layout, sheet = fit_dots(seen, look, kind, look.heading(finding))
        page = Page.of(
            look,
            layout.height,
            finding=finding,
            caption=sheet.foot,
            description=words.alt_text(seen),
            told=told,
            signal=signal,
        )
        draw_units_page(page, kind, layout, sheet)
    return page.figure
