"""BareAxes: matplotlib's Axes without the ticks that a panel of ours never shows."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis, Tick, XAxis, YAxis


class _Tickless(Axis):
    """An axis that has no ticks, whatever it is asked."""

    majorTicks = minorTicks = property(lambda self: [])  # noqa: N815  # as matplotlib has them

    def get_major_ticks(self, numticks: int | None = None) -> list[Tick]:
        return []

    def get_minor_ticks(self, numticks: int | None = None) -> list[Tick]:
        return []


class _TicklessX(_Tickless, XAxis):
    pass


class _TicklessY(_Tickless, YAxis):
    pass


class BareAxes(Axes):
    """Axes without ticks and frame, on which artists stand.

    matplotlib makes the first two ticks of each axis, of five artists each, before anybody can
    switch them off: that takes longer than all the rest of an Axes.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_axes((0, 0, 1, 1), axes_class=BareAxes)
    >>> axes.axison, axes.xaxis.get_major_ticks()
    (False, [])
    """

    def __init__(self, *args: Any, **look: Any) -> None:
        super().__init__(*args, **look)
        self.set_axis_off()

    def _init_axis(self) -> None:  # where a projection, too, has axes of its own
        kinds: Sequence[tuple[str, type[Axis], tuple[str, str]]] = (
            ("xaxis", _TicklessX, ("bottom", "top")),
            ("yaxis", _TicklessY, ("left", "right")),
        )
        for name, kind, sides in kinds:
            axis = kind(self, clear=False)
            setattr(self, name, axis)
            for side in sides:
                self.spines[side].register_axis(axis)
