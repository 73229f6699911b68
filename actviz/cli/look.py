"""How a figure looks: the options of every command that draws one, and what becomes of them."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.cli import options as opt
from actviz.cli.output import complain
from actviz.errors import SpecError

if TYPE_CHECKING:
    from actviz.files.images import Metadata
    from actviz.plot.paper.picture import Picture
    from actviz.plot.paper.style import Size

FIGURE = "The figure"

#: Control characters but tab and newline, halves of surrogate pairs, noncharacters: XML has none.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

View = Annotated[
    str | None,
    opt.option(
        "--view",
        metavar="NAME",
        default="grid",
        panel=FIGURE,
        help="grid, overlay (all layers on one axis), ridge, or depth (signal, gradient by layer).",
        autocompletion=opt.names("actviz.plot.views", "VIEWS"),
    ),
]
Style = Annotated[
    str | None,
    opt.option(
        "--style",
        metavar="NAME",
        default="honest",
        panel=FIGURE,
        help="honest, or textbook: the books' bare look, values beyond (0, 1) dropped.",
        autocompletion=opt.names("actviz.plot.views", "STYLES"),
    ),
]
Paper = Annotated[
    str | None,
    opt.option(
        "--size",
        metavar="NAME|WxH",
        default="slide",
        panel=FIGURE,
        help="slide, half-slide, column, two-column, textbook, or inches such as 10x5.6.",
        autocompletion=opt.names("actviz.plot.paper.style", "SIZES"),
    ),
]
Theme = Annotated[
    str | None,
    opt.option(
        "--theme",
        metavar="NAME",
        default="light",
        panel=FIGURE,
        help="light, dark or print.",
        autocompletion=opt.names("actviz.plot.paper.style", "THEMES"),
    ),
]
Panel = Annotated[
    list[str] | None,
    opt.option(
        "--panel",
        metavar="NAME",
        default="all but between, as far as they fit",
        panel=FIGURE,
        help="Of view depth: values, std, between (units), gradient, cosine, rank; "
        "several times for several.",
        autocompletion=opt.names("actviz.plot.facets.series", "PANELS"),
    ),
]
Theory = Annotated[
    bool | None,
    opt.option(
        "--theory/--no-theory",
        metavar="",
        default="theory",
        panel=FIGURE,
        help="Thin lines with what mean field predicts.",
    ),
]
Pool = Annotated[
    str | None,
    opt.option(
        "--pool",
        metavar="NAME",
        default="all",
        panel=FIGURE,
        help="Of view grid: all values of a layer; unit: about each unit's own mean in front of "
        "these.",
        autocompletion=opt.names("actviz.plot.grid.content", "POOLS"),
    ),
]
ShareY = Annotated[
    str | None,
    opt.option(
        "--share-y",
        metavar="NAME",
        default="row",
        panel=FIGURE,
        help="Which panels of an activation have one vertical scale: row, column, all, none.",
        autocompletion=opt.names("actviz.plot.heights", "SHARE_Y"),
    ),
]
Density = Annotated[
    bool | None,
    opt.option(
        "--density/--count",
        metavar="",
        default="density",
        panel=FIGURE,
        help="What the height of a bar is.",
    ),
]
LogY = Annotated[
    bool | None,
    opt.option(
        "--log-y/--no-log-y",
        metavar="",
        default="no",
        panel=FIGURE,
        help="Logarithmic heights.",
    ),
]
Title = Annotated[
    str | None,
    opt.option(
        "--title",
        metavar="TEXT",
        default="the finding",
        panel=FIGURE,
        help='Your own title; "" for none.',
    ),
]
Font = Annotated[
    str | None,
    opt.option(
        "--font",
        metavar="FAMILY",
        default="DejaVu Sans",
        panel=FIGURE,
        help="An installed font family, for a title in another script.",
    ),
]
Transparent = Annotated[
    bool | None,
    opt.option(
        "--transparent/--no-transparent",
        metavar="",
        default="no",
        panel=FIGURE,
        help="No page behind the figure.",
    ),
]
Dpi = Annotated[
    float | None,
    opt.option(
        "--dpi",
        parser=opt.number,
        metavar="NUMBER",
        default="the size's own",
        panel=FIGURE,
        help="Dots per inch of a PNG; 144 makes a slide 1920 x 1080.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a figure is to look, checked before anything is simulated.

    Parameters
    ----------
    style, view : str
        Names that are known.
    dpi : float or None
        Dots per inch; None for the size's own.
    transparent : bool
        Whether the page is left out.
    size : Size or None
        None for what the figure's style takes by itself.
    given : mapping
        The keyword arguments of a plot function that were asked for.
    """

    style: str
    view: str
    dpi: float | None
    transparent: bool
    size: "Size | None"
    given: Mapping[str, Any]

    def arguments(self) -> dict[str, Any]:
        """Return the keyword arguments of the plot function."""
        return dict(self.given) | ({"size": self.size} if self.size else {})

    def simulated(self) -> dict[str, Any]:
        """Return what the view asks of the simulation: nothing that it does not show."""
        if self.view == "grid":
            wanted = {"gradients": "signal" not in self.given and self.style == "honest"}
            wanted["unit_histograms"] = self.given.get("pool") == "unit"
            return {field: True for field, asked in wanted.items() if asked}
        if self.view != "depth" or "signal" in self.given:
            return {}
        panels = self.given.get("panels", ("gradient",))
        fields = {"gradient": "gradients", "rank": "effective_rank"}
        return {field: True for panel, field in fields.items() if panel in panels}


def read_look(options: Mapping[str, Any]) -> Look:
    """Return the look that options ask for.

    Raises
    ------
    SpecError
        If a name is unknown, a title cannot be written, two options do not go together, or the
        picture would be too large.
    """
    from actviz.files.images import check_pixels
    from actviz.layers.signals import SIGNALS
    from actviz.plot.facets.series import PANELS, goes_with
    from actviz.plot.grid.content import POOLS
    from actviz.plot.heights import SHARE_Y
    from actviz.plot.paper.style import get_size, get_theme
    from actviz.plot.views import STYLES, get_view

    style = opt.choice("style", options.get("style", "honest"), STYLES)
    given: dict[str, Any] = {"theme": get_theme(options.get("theme", "light"))}
    signal = opt.choice("signal", options.get("signal", "activation"), SIGNALS)
    if "signal" in options:  # else the view's, or the figure's
        given["signal"] = signal
    if "share_y" in options:
        given["share_y"] = opt.choice("share-y", options["share_y"], SHARE_Y)
    if "density" in options:
        given["values"] = "density" if options["density"] else "count"
    given |= {name: options[name] for name in ("log_y", "title", "font") if name in options}
    if "panel" in options:
        given["panels"] = tuple(opt.choice("panel", name, PANELS) for name in options["panel"])
        for name in given["panels"]:
            if not goes_with(name, given.get("signal")):
                raise SpecError(f"panel {name} is not of the {signal}: leave one of the two out")
    given |= {name: options[name] for name in ("theory",) if name in options}
    if "pool" in options:
        given["pool"] = opt.choice("pool", options["pool"], POOLS)
    asked = ("share_y", "log_y", "panel", "pool", "seeds", "theory")
    told = [name.replace("_", "-") for name in asked if name in options]
    told += [given["values"]] if "values" in given else []
    view = get_view(options.get("view", "grid"), signal=signal, options=told).name
    if style == "textbook" and view != "grid":
        raise SpecError(f"style textbook goes with view grid (got view {view}): leave one out")
    if style == "textbook" and (more := [n for n in ("pool", "seeds", "theory") if n in options]):
        raise SpecError(f"style textbook does not take {more[0]}: leave one out")
    size = get_size(options["size"]) if "size" in options else None
    if size is None and style == "textbook":
        size = get_size("textbook")
    paper = size or get_size("slide")
    check_pixels(paper.width, paper.height or 1.0, options.get("dpi", paper.dpi))
    _check_title(options)
    return Look(
        style=style,
        view=view,
        dpi=options.get("dpi"),
        transparent=options.get("transparent", False),
        size=size,
        given=given,
    )


def _check_title(options: Mapping[str, Any]) -> None:
    """Refuse characters that no file format holds; say once which ones no font here has.

    Raises
    ------
    SpecError
        If there is a control character, half of a surrogate pair or a noncharacter.
    """
    from actviz.plot.paper.fonts import families

    title = options.get("title", "")
    if bad := _UNWRITABLE.search(title):
        raise SpecError(f"the title has a character that is no text: {bad[0]!r}")
    _, missing = families(title, options.get("font"))
    if missing:
        complain(
            f"no installed font has {missing[:20]}: these will be boxes; install one "
            "(Noto Sans CJK has Chinese and Japanese) or name one with --font"
        )


def metadata(picture: "Picture", command: str) -> "Metadata":
    """Return what the file of `picture` says of itself."""
    from importlib.metadata import version

    from actviz.files.images import Metadata

    specs = [spec.to_dict() for spec in picture.specs]
    return Metadata(
        title=picture.title,
        description=picture.description,
        command=command,
        specs=json.dumps(specs, ensure_ascii=False),
        software=", ".join(f"{name} {version(name)}" for name in ("actviz", "matplotlib", "numpy")),
    )


def command_of(context: typer.Context, name: str | None = None) -> str:
    """Return the command as typed, without its output: where a figure lies is no part of it.

    With a `name`, the command that makes the figure of that name alone.
    """
    valued = {
        flag
        for item in context.command.params
        if not getattr(item, "is_flag", False)
        for flag in item.opts
    }
    kept: list[str] = []
    command, *rest = context.find_root().obj or ("",)
    arguments: Iterator[str] = iter(rest)
    for argument in arguments:
        words = [argument]
        if argument in valued:
            words.append(next(arguments))
        named = name is not None and (argument == "--all" or not argument.startswith("-"))
        if not argument.startswith(("-o", "--output")) and not named:
            kept += words
    # An empty word that was typed, as in --title "", is one of them.
    typed = ["actviz", *([command] if command else []), *([name] if name else []), *kept]
    return _UNWRITABLE.sub(lambda match: repr(match[0])[1:-1], shlex.join(typed))
