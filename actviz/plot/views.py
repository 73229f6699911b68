"""The ways to look at Records, by name; and the figures of the literature, in both styles."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal, get_args

from actviz.errors import SpecError
from actviz.layers.signals import FORWARD, SIGNALS, Signal
from actviz.literature.figure import NamedFigure
from actviz.lookup import lookup
from actviz.plot.books.stacks import plot_textbook
from actviz.plot.facets.depth import plot_depth
from actviz.plot.facets.layers import plot_overlay, plot_ridge
from actviz.plot.grid.view import plot_grid
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import SIZES
from actviz.records.record import Record
from actviz.words.en.grammar import listed

Style = Literal["honest", "textbook"]
STYLES: tuple[Style, ...] = get_args(Style)

#: What only views with bars or curves take, in the words of the command line: how their heights
#: are scaled.
_HEIGHTS = frozenset({"share-y", "density", "count", "log-y"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRow:
    """A view: its name, its function, and what goes with it.

    Parameters
    ----------
    name : str
        For the command line.
    plot : callable
        From Records to a figure.
    signals : tuple of str
        Of which it can be.
    options : frozenset of str
        Which of share-y, density, count, log-y, panel, pool, seeds and theory it takes.
    """

    name: str
    plot: Callable[..., RecordFigure]
    signals: tuple[Signal, ...] = FORWARD
    options: frozenset[str] = _HEIGHTS


VIEWS: Mapping[str, ViewRow] = MappingProxyType(
    {
        row.name: row
        for row in (
            ViewRow(
                name="grid",
                plot=plot_grid,
                signals=SIGNALS,
                options=_HEIGHTS | {"pool", "seeds", "theory"},
            ),
            ViewRow(
                name="overlay",
                plot=plot_overlay,
                signals=SIGNALS,
            ),
            ViewRow(name="ridge", plot=plot_ridge, signals=SIGNALS),
            ViewRow(
                name="depth",
                plot=plot_depth,
                signals=SIGNALS,
                options=frozenset({"panel", "seeds", "theory"}),
            ),
        )
    }
)


def get_view(name: str, *, signal: str = "activation", options: Sequence[str] = ()) -> ViewRow:
    """Return the view of a name, if it goes with a signal and with options.

    Raises
    ------
    SpecError
        If there is none, or it does not; the message says which views do.
    """
    row = lookup(VIEWS, name, kind="view")
    if signal not in row.signals:
        fitting = [other.name for other in VIEWS.values() if signal in other.signals]
        raise SpecError(f"view {row.name} is not of the {signal}: {_say(signal, fitting)}")
    for option in options:
        if option not in row.options:
            fitting = [other.name for other in VIEWS.values() if option in other.options]
            raise SpecError(f"view {row.name} does not take {option}: {_say(option, fitting)}")
    return row


def _say(what: str, views: Sequence[str]) -> str:
    """Return which views something goes with."""
    if not views:
        return f"no view takes {what}"
    return f"{what} goes with view {listed(views, 'or')}"


#: A lecture's page: ten panels of a book's type side by side.
_LECTURE = replace(SIZES["textbook"], name="lecture", width=40 / 3, dpi=144)


def plot_named(
    figure: NamedFigure,
    records: Sequence[Record],
    *,
    style: Style = "honest",
    view: str | None = None,
    **look: Any,
) -> RecordFigure:
    """Return a figure of the literature.

    Parameters
    ----------
    figure : NamedFigure
        A row of `actviz.literature.stacks.FIGURES`.
    records : sequence of Record
        Of its ``specs``, with its ``measuring`` for the textbook style, else with ``honest``.
    style : {"honest", "textbook"}
        What the source's page looks like, or what it hides as well.
    view : str, optional
        A name of `VIEWS`, for the honest style; default: the figure's own.
    **look
        signal (default: the figure's own), size, theme, title and font, as in `plot_grid`.

    Raises
    ------
    SpecError
        As `plot_grid` does.
    """
    if view != "depth":  # which shows signal and gradient
        look = {"signal": figure.signal} | look
    if style == "honest":
        signal = look.get("signal", figure.signal)
        return get_view(view or figure.view, signal=signal).plot(records, **look)
    if figure.layout == "overlay":
        # A paper fits each axis to its curves: nothing is cut there.
        own = {"title": "", "size": "textbook", "share_y": "row"}
        return plot_overlay(records, **{**own, **look})
    trends = figure.layout == "row-and-trends"
    size = _LECTURE if trends else "textbook"
    return plot_textbook(records, **{"size": size, **look}, trends=trends)
