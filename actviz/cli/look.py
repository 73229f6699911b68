"""How a figure looks: the options of every command that draws one, and what becomes of them."""

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from actviz.cli import options as opt
from actviz.cli.output import complain, print_text, print_wrapped
from actviz.cli.spec_options import SpecOptions
from actviz.errors import SpecError

if TYPE_CHECKING:
    from actviz.files.images import Metadata
    from actviz.plot.paper.picture import Picture, RecordFigure
    from actviz.plot.paper.style import Size
    from actviz.records.kept import Reads
    from actviz.records.spec import StackSpec

FIGURE = "The figure"
DEFAULT_OUTPUT = "actviz.png"

#: Control characters but tab and newline, halves of surrogate pairs, noncharacters: XML has none.
_UNWRITABLE = "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"

_figure = partial(opt.Option, panel=FIGURE)

ShowOption = Annotated[bool | None, _figure("Open the file once it is written.", default="no")]
ExplainOption = Annotated[
    bool | None,
    _figure("Print what the marks, hues and numbers of the picture mean.", default="no"),
]
ViewOption = Annotated[
    str | None,
    _figure(
        "overview; sheet, with every number (formerly grid); overlay (all layers on one axis); "
        "ridge; depth (signal, gradient by layer); or units (single values).",
        default="overview, or sheet where an option is one of its own",
        names=opt.names("actviz.plot.views", "VIEWS"),
    ),
]
PaperOption = Annotated[
    str | None,
    _figure(
        "slide, stage (nothing below 18 pt), half-slide, column, two-column, textbook, or inches "
        "such as 10x5.6.",
        default="slide",
        metavar="NAME|WxH",
        names=opt.names("actviz.plot.paper.style", "SIZES"),
    ),
]
ThemeOption = Annotated[
    str | None,
    _figure(
        "light, dark or print.",
        default="light",
        names=opt.names("actviz.plot.paper.style", "THEMES"),
    ),
]
TitleOption = Annotated[
    str | None,
    _figure('Your own title; "" for none.', default="the finding", metavar="TEXT"),
]
FontOption = Annotated[
    str | None,
    _figure(
        "An installed font family, for a title in another script.",
        default="DejaVu Sans",
        metavar="FAMILY",
    ),
]
TransparentOption = Annotated[bool | None, _figure("No page behind the figure.", default="no")]
DpiOption = Annotated[
    float | None,
    _figure("Dots per inch of a PNG; 144 makes a slide 1920 x 1080.", default="the size's own"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedLook:
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

    def write(self, figure: "RecordFigure", path: Path, command: str) -> None:
        """Write the file of a figure, with the command that makes it."""
        from actviz.files.images import write_figure

        about = metadata(figure.picture, command)
        write_figure(figure, path, about, dpi=self.dpi, transparent=self.transparent)

    def content(self, figure: "RecordFigure", suffix: str, command: str) -> bytes:
        """Return what `write` writes to a file of this suffix."""
        from actviz.files.images import figure_content

        about = metadata(figure.picture, command)
        return figure_content(figure, suffix, about, dpi=self.dpi, transparent=self.transparent)

    def write_all(self, figures: "Sequence[RecordFigure]", path: Path, command: str) -> list[Path]:
        """Write figures and return where they are: steps, pages beside `path`, or of one PDF."""
        from actviz.files.images import write_pages

        if "build" in self.given:
            kept = [path.with_stem(f"{path.stem}-step-{n}") for n in range(1, len(figures) + 1)]
            _remove_steps(path, kept)
        elif path.suffix.lower() == ".pdf":
            about = metadata(figures[0].picture, command)
            write_pages(figures, path, about, dpi=self.dpi, transparent=self.transparent)
            return [path]
        else:
            more = range(2, len(figures) + 1)
            kept = [path, *(path.with_stem(f"{path.stem}-page-{n}") for n in more)]
        for figure, each in zip(figures, kept, strict=True):
            self.write(figure, each, command)
        return kept

    def simulated(self) -> dict[str, Any]:
        """Return what the view asks of the simulation: what the judge reads, and what it shows."""
        if self.style == "textbook":  # which has no words
            return {}
        panels = self.given.get("panels", ()) if self.view == "depth" else ()
        wanted = {
            "gradients": True,
            "unit_histograms": self.view == "sheet" and self.given.get("pool") == "unit",
            "effective_rank": "rank" in panels,
        }
        return {field: True for field, asked in wanted.items() if asked}

    def unit_sample(self) -> tuple[int, int] | None:
        """Return of how many inputs and units the picture shows single values."""
        from actviz.records.unit_sample import MOST

        return MOST if self.view == "units" else None

    def reads(self, specs: "Sequence[StackSpec]") -> "Reads":
        """Return which statistics the picture of some stacks and its words read."""
        from actviz.diagnosis.rules import DEFAULT
        from actviz.plot.views import get_view
        from actviz.records.kept import together

        view = get_view("sheet" if self.style == "textbook" else self.view)
        shown = view.reads(
            self.given.get("signal"),
            stacks=len(specs),
            activations=len({spec.activation for spec in specs}),
        )
        return together(DEFAULT.reads, shown)


def of_a_look(options: object) -> SpecOptions:
    """Return what a command that shows no stacks of its own was asked of its figure's look."""
    names = ("view", "signal", "size", "theme", "title", "font", "transparent", "dpi")
    return SpecOptions(**{name: getattr(options, name, None) for name in names})


def read_look(options: SpecOptions, view: str = "sheet") -> CheckedLook:
    """Return the look that options ask for.

    Parameters
    ----------
    options : SpecOptions
        Those of a command.
    view : str
        The one that is drawn where none is named and no option is one of the sheet's own.

    Raises
    ------
    SpecError
        If a name is unknown, a title cannot be written, two options do not go together, or the
        picture would be too large.
    """
    # None of these loads matplotlib: what is wrong with a name is said at once.
    from actviz.files.formats import check_pixels
    from actviz.layers.signals import SIGNALS
    from actviz.plot.heights import SHARE_Y
    from actviz.plot.overview.content import BUILDS, CAPTIONS, NUMBERS, VERDICTS
    from actviz.plot.paper.style import get_size, get_theme
    from actviz.plot.views import STYLES, VIEWS, get_view

    if options.view is None:  # what switches off what a file switches on is no wish for a view
        density = None if options.density else options.density
        options = replace(options, log_y=options.log_y or None, density=density)
    style = opt.choice("style", options.style, STYLES)
    theme = get_theme(opt.given(options.theme, "light"))
    signal = opt.choice("signal", options.signal, SIGNALS)
    given: dict[str, Any] = {"theme": theme, "log_y": options.log_y, "theory": options.theory}
    given |= {"title": options.title, "font": options.font}
    if options.signal is not None:  # else the view's, or the figure's
        given["signal"] = signal
    if options.share_y is not None:
        given["share_y"] = opt.choice("share-y", options.share_y, SHARE_Y)
    if options.density is not None:
        given["values"] = "density" if options.density else "count"
    if options.pool is not None:
        from actviz.plot.grid.content import POOLS

        given["pool"] = opt.choice("pool", options.pool, POOLS)
    given = {name: value for name, value in given.items() if value is not None}
    named = {
        "numbers": (options.numbers, NUMBERS),
        "caption": (options.caption, CAPTIONS),
        "verdict": (options.verdict, VERDICTS),
        "build": (options.build, BUILDS),
    }
    for name, (value, allowed) in named.items():
        if value is not None:
            given[name] = opt.choice(name, value, allowed)
    if given.get("build") == "verdict" and given.get("verdict") == "hide":
        raise SpecError(
            "build verdict shows what verdict hide leaves out: leave one of the two out"
        )
    asked = ("share_y", "log_y", "panel", "pool", "seeds", "theory", *named)
    told = [name for name in asked if getattr(options, name) is not None]
    more = [name for name in told if name in ("pool", "seeds", "theory")]
    told = [name.replace("_", "-") for name in told]
    told += [given["values"]] if "values" in given else []
    of_the_sheet = (
        style == "textbook"
        or "signal" in given
        or any(name not in VIEWS[view].options for name in told)
    )
    if options.view is None and of_the_sheet:
        view = "sheet"
    shown = given.get("signal", "activation")
    view = get_view(opt.given(options.view, view), signal=shown, options=told).name
    if style == "textbook" and view != "sheet":
        raise SpecError(f"style textbook goes with view sheet (got view {view}): leave one out")
    if style == "textbook" and more:
        raise SpecError(f"style textbook does not take {more[0]}: leave one out")
    size = None if options.size is None else get_size(options.size)
    if size is None and style == "textbook":
        size = get_size("textbook")
    paper = size or get_size("slide")
    check_pixels(paper.width, paper.height or 1.0, opt.given(options.dpi, paper.dpi))
    if options.panel is not None:
        from actviz.plot.facets.series import PANEL_NAMES, goes_with

        given["panels"] = tuple(opt.choice("panel", name, PANEL_NAMES) for name in options.panel)
        for name in given["panels"]:
            if not goes_with(name, given.get("signal")):
                raise SpecError(f"panel {name} is not of the {signal}: leave one of the two out")
    from actviz.plot.paper.loading import load_matplotlib

    load_matplotlib()  # what follows asks its fonts
    _check_title(options.title or "", options.font)
    return CheckedLook(
        style=style,
        view=view,
        dpi=options.dpi,
        transparent=bool(options.transparent),
        size=size,
        given=given,
    )


def _check_title(title: str, font: str | None) -> None:
    """Refuse characters that no file format holds; say once which ones no font here has.

    Raises
    ------
    SpecError
        If there is a control character, half of a surrogate pair or a noncharacter.
    """
    from actviz.plot.paper.fonts import families

    if bad := re.search(_UNWRITABLE, title):
        raise SpecError(f"the title has a character that is no text: {bad[0]!r}")
    _, missing = families(title, font)
    if missing:
        complain(
            f"no installed font has {missing[:20]}: these will be boxes; install one "
            "(Noto Sans CJK has Chinese and Japanese) or name one with --font"
        )


def path_of(text: str) -> Path:
    """Return the path of a figure's file; pathlib forgets a / at the end, and makes "" a dot."""
    from actviz.files.formats import suffix_of

    if not text:
        raise SpecError("the output's name is empty: name a file")
    if text.endswith(("/", os.sep)) or os.path.isdir(text):
        raise SpecError(f"{text} is a directory: name a file in it, such as {DEFAULT_OUTPUT}")
    suffix_of(Path(text))
    return Path(text)


def _remove_steps(path: Path, kept: Sequence[Path]) -> None:
    """Remove the steps of a picture's name that an earlier build-up had, but for those to keep."""
    step = re.compile(rf"{re.escape(path.stem)}-step-[0-9]+{re.escape(path.suffix)}")
    for each in path.parent.iterdir():
        if step.fullmatch(each.name) and each not in kept and each.is_file():
            each.unlink()


def metadata(picture: "Picture", command: str) -> "Metadata":
    """Return what the file of `picture` says of itself."""
    import json
    from importlib.metadata import version

    from actviz.files.images import Metadata

    specs = [spec.to_dict() for spec in picture.specs]
    for plain, measuring in zip(specs, picture.measurings, strict=False):
        # What a picture leaves out of a record is no option, and is left out here.
        plain |= {
            name: value for name, value in measuring.to_dict().items() if name != "statistics"
        }
    return Metadata(
        title=picture.title,
        description=picture.description,
        command=command,
        specs=json.dumps(specs, ensure_ascii=False),
        software=", ".join(f"{name} {version(name)}" for name in ("actviz", "matplotlib", "numpy")),
    )


class Explained(Protocol):
    """What is said of a figure beside it: how it is read, and the figure in words."""

    @property
    def explanation(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def description(self) -> str: ...  # noqa: D102


def say_written(figure: Explained, path: Path, *, explain: bool) -> None:
    """Print where a figure is, and before that, if asked, how it is read."""
    if explain:
        print_explained([figure])
        print_text("\n")
    print_text(f"{path}\n")


def print_explained(figures: Sequence[Explained]) -> None:
    """Print how pictures are read: what marks, hues and numbers mean, and each stack in words."""
    print_text("\n")
    for text in dict.fromkeys(text for each in figures for text in each.explanation):
        print_wrapped(text, indent=2)
    for each in figures:
        print_text("\n")
        for text in each.description.splitlines():
            print_wrapped(text, indent=2)


def show(path: Path) -> None:
    """Open a file with the program that the desktop has for it.

    It is written and named already: that it cannot be opened is said in one line, and is no
    failure.
    """
    if sys.platform not in ("darwin", "win32", "cygwin") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    ):
        complain(f"{path} is written and not shown: there is no display here")
    elif typer.launch(os.path.abspath(path)):
        complain(f"{path} is written and not shown: no program here opens it")


#: What changes nothing of a figure.
_NO_PART = ("-o", "--output", "--show", "--no-show", "--explain", "--no-explain")


def typed_command(context: typer.Context, name: str | None = None) -> str:
    """Return the command as typed: where a figure lies, and who opens or explains it, is no part.

    With a `name`, the command that makes the figure of that name alone.
    """
    import shlex

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
        if not argument.startswith(_NO_PART) and not named:
            kept += words
    # An empty word that was typed, as in --title "", is one of them.
    typed = ["actviz", *([command] if command else []), *([name] if name else []), *kept]
    return re.sub(_UNWRITABLE, lambda match: repr(match[0])[1:-1], shlex.join(typed))
