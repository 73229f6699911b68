"""The ways to look at Records, by name; and the figures of the literature, in both styles."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

from actviz.errors import SpecError
from actviz.layers.signals import BACKWARD, FORWARD, SIGNALS, Signal
from actviz.lookup import lookup
from actviz.numbers.stats import Statistic
from actviz.records.kept import Reads, possible
from actviz.words.en.grammar import listed

if TYPE_CHECKING:
    from actviz.literature.figure import NamedFigure
    from actviz.plot.paper.picture import RecordFigure
    from actviz.records.record import Record

Style = Literal["honest", "textbook"]
STYLES: tuple[Style, ...] = get_args(Style)
#: How a figure of the literature is drawn.
Version = Literal["honest", "textbook", "cut"]

#: What only views with bars or curves take, in the words of the command line: how their heights
#: are scaled.
_HEIGHTS = frozenset({"share-y", "density", "count", "log-y"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRow:
    """A view: its name, where its functions are, and what goes with it.

    Only what is drawn is loaded: a view brings a dozen modules, and checks need none of them.

    Parameters
    ----------
    name : str
        For the command line.
    room : str
        The module of its functions, in `actviz.plot`.
    function : str
        The name of the one from Records to a figure.
    signals : tuple of str
        Of which it can be.
    options : frozenset of str
        Which of share-y, density, count, log-y, panel, pool, seeds, theory, numbers, caption,
        verdict and build it takes.
    pages : str, optional
        The name of the function from Records to all its figures, where there may be several.
    shown : tuple of str
        Which statistics it draws of a signal, as far as the signal has them.
    gradients : tuple of str
        Which it draws of the gradient, beside the activations.
    below : callable
        Whether it draws as much of the gradient as of the activations: from how many stacks and
        activations there are.
    """

    name: str
    room: str
    function: str
    signals: tuple[Signal, ...] = FORWARD
    options: frozenset[str] = _HEIGHTS
    pages: str | None = None
    shown: tuple[Statistic, ...] = ("scale", "histogram")
    gradients: tuple[Statistic, ...] = ("scale",)
    below: Callable[[int, int], bool] = lambda stacks, activations: False

    def reads(self, signal: Signal | None, *, stacks: int, activations: int) -> Reads:
        """Return what it draws of some stacks: of a signal, or by default.

        In words the std of the gradient is said in every view.
        """
        own = signal or "activation"
        found = {"gradient": self.gradients, own: self.shown}
        if own in BACKWARD:  # the activations' edges say whether stacks can be compared
            found |= {"activation": self.shown}
        elif signal is None and self.below(stacks, activations):
            found["gradient"] = self.shown
        return {each: [n for n in names if n in possible(each)] for each, names in found.items()}

    @property
    def plot(self) -> "Callable[..., RecordFigure]":
        """The function from Records to a figure."""
        function: Callable[..., RecordFigure] = self._load(self.function)
        return function

    def draw(self, records: "Sequence[Record]", **look: Any) -> "Sequence[RecordFigure]":
        """Return all figures of `records`."""
        if self.pages is None:
            return (self.plot(records, **look),)
        figures: Sequence[RecordFigure] = self._load(self.pages)(records, **look)
        return figures

    def _load(self, name: str) -> Any:
        return getattr(import_module(f"actviz.plot.{self.room}"), name)


VIEWS: Mapping[str, ViewRow] = MappingProxyType(
    {
        row.name: row
        for row in (
            ViewRow(
                name="overview",
                room="overview.view",
                function="plot_overview",
                pages="overview_pages",
                below=lambda stacks, activations: stacks == 1,
                options=frozenset({"numbers", "caption", "verdict", "build"}),
            ),
            ViewRow(
                name="sheet",
                room="grid.view",
                function="plot_grid",
                signals=SIGNALS,
                options=_HEIGHTS | {"pool", "seeds", "theory"},
                shown=("scale", "median", "histogram"),
                below=lambda stacks, activations: activations == 1,
            ),
            ViewRow(
                name="overlay",
                room="facets.layers",
                function="plot_overlay",
                signals=SIGNALS,
            ),
            ViewRow(
                name="ridge",
                room="facets.layers",
                function="plot_ridge",
                signals=SIGNALS,
            ),
            ViewRow(
                name="depth",
                room="facets.depth",
                function="plot_depth",
                signals=SIGNALS,
                options=frozenset({"panel", "seeds", "theory"}),
                shown=("scale", "quantiles", "median", "cosine", "rank", "histogram"),
                gradients=("scale", "median"),
            ),
            ViewRow(
                name="units",
                room="units.view",
                function="plot_units",
                signals=("activation",),
                options=frozenset(),
                shown=("scale",),
            ),
        )
    }
)

#: Those of a training, in `actviz.plot.training.views`.
TRAINING_NAMES = ("all", "loss", "accuracy", "boundaries", "grid", "strips", "table")

#: What a view was called before.
FORMER: Mapping[str, str] = MappingProxyType({"grid": "sheet"})


def get_view(name: str, *, signal: str = "activation", options: Sequence[str] = ()) -> ViewRow:
    """Return the view of a name, if it goes with a signal and with options.

    Raises
    ------
    SpecError
        If there is none, or it does not; the message says which views do.
    """
    row = lookup(VIEWS, FORMER.get(name.lower(), name), kind="view")
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


def plot_named(
    figure: "NamedFigure",
    records: "Sequence[Record]",
    *,
    style: Version = "honest",
    view: str | None = None,
    **look: Any,
) -> "RecordFigure":
    """Return a figure of the literature.

    Parameters
    ----------
    figure : NamedFigure
        A row of `actviz.literature.stacks.FIGURES`.
    records : sequence of Record
        Of its ``specs``, with its ``measuring`` for the textbook style, else with ``honest``.
    style : {"honest", "textbook", "cut"}
        What the source's page looks like, or what it hides as well; "cut" is the page with its
        counts cut at `figure.cut`.
    view : str, optional
        A name of `VIEWS`, for the honest style; default: the figure's own.
    **look
        signal (default: the figure's own), size, theme, title and font, as in `plot_grid`.

    Raises
    ------
    SpecError
        As `plot_grid` does.
    """
    if figure.signal != "activation" and view != "depth":  # which shows signal and gradient
        look = {"signal": figure.signal} | look
    if style == "honest":
        if view is None and "within" in figure.hides and "signal" not in look:
            look = {"pool": "unit"} | look
        signal = look.get("signal", figure.signal)
        # What a figure's own view is not of, the sheet shows.
        usual = figure.view if signal in get_view(figure.view).signals else "sheet"
        return get_view(view or usual, signal=signal).plot(records, **look)
    from actviz.plot.books.stacks import plot_textbook
    from actviz.plot.paper.style import SIZES

    if figure.layout == "overlay":
        from actviz.plot.facets.layers import plot_printed

        # A paper fits each axis to its curves: nothing is cut there.
        return plot_printed(records, **{"title": "", "size": "textbook", **look})
    trends = figure.layout == "row-and-trends"
    # A lecture's page: ten panels of a book's type side by side.
    lecture = replace(SIZES["textbook"], name="lecture", width=40 / 3, dpi=144)
    size = lecture if trends else "textbook"
    cut = figure.cut if style == "cut" else None
    return plot_textbook(records, **{"size": size, **look}, trends=trends, cut=cut)
