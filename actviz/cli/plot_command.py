"""``actviz plot``: simulate, draw, write a file, and say in a table what it shows."""

import json
import logging
import os
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.cli import options as opt
from actviz.cli.output import complain, say, say_table
from actviz.errors import SpecError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from actviz.export import Metadata
    from actviz.record import Record

DEFAULT_OUTPUT = "actviz.png"
STYLES = ("honest", "textbook")
_FIGURE = "The figure"

#: Control characters but tab and newline, halves of surrogate pairs, noncharacters: XML has none.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

EXAMPLES = """Examples:

actviz plot

actviz plot -a relu -i std=0.01 -i xavier -i he --depth 10 -o relu.svg

actviz plot -a sigmoid -i std=1 --style textbook -o book.pdf
"""


def plot(
    context: typer.Context,
    activation: opt.Activation = None,
    init: opt.Init = None,
    gain: opt.Gain = None,
    depth: opt.Depth = None,
    width: opt.Width = None,
    widths: opt.Widths = None,
    bias_std: opt.BiasStd = None,
    spec: opt.Spec = None,
    input_width: opt.InputWidth = None,
    samples: opt.Samples = None,
    input_distribution: opt.InputDistribution = None,
    input_std: opt.InputStd = None,
    seed: opt.Seed = None,
    rng: opt.Rng = None,
    dtype: opt.Dtype = None,
    bins: opt.Bins = None,
    range: opt.Range = None,  # noqa: A002  # the option's own name
    signal: opt.Signal = None,
    output: Annotated[
        str | None,
        opt.option(
            *("-o", "--output"),
            metavar="FILE",
            default=DEFAULT_OUTPUT,
            panel=_FIGURE,
            help="Where to; the suffix chooses .png, .svg or .pdf.",
        ),
    ] = None,
    style: Annotated[
        str | None,
        opt.option(
            "--style",
            metavar="NAME",
            default="honest",
            panel=_FIGURE,
            help="honest, or textbook: the books' bare look, values beyond (0, 1) dropped.",
            autocompletion=lambda: list(STYLES),
        ),
    ] = None,
    size: Annotated[
        str | None,
        opt.option(
            "--size",
            metavar="NAME|WxH",
            default="slide",
            panel=_FIGURE,
            help="slide, half-slide, column, two-column, textbook, or inches such as 10x5.6.",
            autocompletion=opt.names("actviz.plot.style", "SIZES"),
        ),
    ] = None,
    theme: Annotated[
        str | None,
        opt.option(
            "--theme",
            metavar="NAME",
            default="light",
            panel=_FIGURE,
            help="light, dark or print.",
            autocompletion=opt.names("actviz.plot.style", "THEMES"),
        ),
    ] = None,
    share_y: Annotated[
        str | None,
        opt.option(
            "--share-y",
            metavar="NAME",
            default="row",
            panel=_FIGURE,
            help="Which panels of an activation have one vertical scale: row, column, all, none.",
            autocompletion=opt.names("actviz.plot.bars", "SHARE_Y"),
        ),
    ] = None,
    density: Annotated[
        bool | None,
        opt.option(
            "--density/--count",
            metavar="",
            default="density",
            panel=_FIGURE,
            help="What the height of a bar is.",
        ),
    ] = None,
    log_y: Annotated[
        bool | None,
        opt.option(
            "--log-y/--no-log-y",
            metavar="",
            default="no",
            panel=_FIGURE,
            help="Logarithmic heights.",
        ),
    ] = None,
    title: Annotated[
        str | None,
        opt.option(
            "--title",
            metavar="TEXT",
            default="the finding",
            panel=_FIGURE,
            help='Your own title; "" for none.',
        ),
    ] = None,
    font: Annotated[
        str | None,
        opt.option(
            "--font",
            metavar="FAMILY",
            default="DejaVu Sans",
            panel=_FIGURE,
            help="An installed font family, for a title in another script.",
        ),
    ] = None,
    transparent: Annotated[
        bool | None,
        opt.option(
            "--transparent/--no-transparent",
            metavar="",
            default="no",
            panel=_FIGURE,
            help="No page behind the figure.",
        ),
    ] = None,
    dpi: Annotated[
        float | None,
        opt.option(
            "--dpi",
            parser=opt.number,
            metavar="NUMBER",
            default="the size's own",
            panel=_FIGURE,
            help="Dots per inch of a PNG; 144 makes a slide 1920 x 1080.",
        ),
    ] = None,
) -> None:
    """Draw the histograms of every layer.

    Into a file, with a short table of what it shows. With no option: sigmoid, tanh and ReLU under
    four initializers through five layers, on one slide.
    """
    # Where it keeps its cache is no concern of who wants a figure.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from actviz.cli import stacks
    from actviz.export import check_pixels, suffix_of, write_figure
    from actviz.io import check_writable
    from actviz.plot import plot_grid, plot_textbook
    from actviz.plot.bars import SHARE_Y
    from actviz.plot.style import get_size, get_theme
    from actviz.spec import SIGNALS

    options = stacks.read_options(context)
    path = _path(options.get("output", DEFAULT_OUTPUT))
    suffix_of(path)
    draw: Callable[..., Figure] = plot_grid
    if opt.choice("style", options.get("style", "honest"), STYLES) == "textbook":
        draw = plot_textbook
        options = {"range": (0.0, 1.0), "size": "textbook"} | options
    paper = get_size(options.get("size", "slide"))
    look: dict[str, Any] = {"size": paper, "theme": get_theme(options.get("theme", "light"))}
    look["signal"] = opt.choice("signal", options.get("signal", "activation"), SIGNALS)
    if "share_y" in options:
        look["share_y"] = opt.choice("share-y", options["share_y"], SHARE_Y)
    if "density" in options:
        look["values"] = "density" if options["density"] else "count"
    look |= {name: options[name] for name in ("log_y", "title", "font") if name in options}
    dots = options.get("dpi", paper.dpi)
    check_pixels(paper.width, paper.height or 1.0, dots)
    _check_title(options)
    specs = stacks.specs_of(options)
    check_writable(path)

    records = stacks.run(specs)
    figure = draw(records, **look)
    metadata = _metadata(context, records, look)
    write_figure(figure, path, metadata, dpi=dots, transparent=options.get("transparent", False))
    _say_what_it_shows(records, path)
    stacks.exit_if_diverged(records)


def _path(text: str) -> Path:
    """Return the path of the figure's file; pathlib forgets a / at the end, and makes "" a dot."""
    if not text:
        raise SpecError("the output's name is empty: name a file")
    if text.endswith(("/", os.sep)) or os.path.isdir(text):
        raise SpecError(f"{text} is a directory: name a file in it, such as {DEFAULT_OUTPUT}")
    return Path(text)


def _check_title(options: Mapping[str, Any]) -> None:
    """Refuse characters that no file format holds; say once which ones no font here has.

    Raises
    ------
    SpecError
        If there is a control character, half of a surrogate pair or a noncharacter.
    """
    from actviz.plot.style import families

    title = options.get("title", "")
    if bad := _UNWRITABLE.search(title):
        raise SpecError(f"the title has a character that is no text: {bad[0]!r}")
    _, missing = families(title, options.get("font"))
    if missing:
        complain(
            f"no installed font has {missing[:20]}: these will be boxes; install one "
            "(Noto Sans CJK has Chinese and Japanese) or name one with --font"
        )


def _metadata(
    context: typer.Context, records: "Sequence[Record]", look: Mapping[str, Any]
) -> "Metadata":
    from importlib.metadata import version

    from actviz.export import Metadata
    from actviz.plot.words import alt_text, finding

    description = alt_text(records, look["signal"])
    return Metadata(
        title=look.get("title") or finding(records),
        description=description,
        command=_command(context),
        specs=json.dumps([record.spec.to_dict() for record in records], ensure_ascii=False),
        software=", ".join(f"{name} {version(name)}" for name in ("actviz", "matplotlib", "numpy")),
    )


def _command(context: typer.Context) -> str:
    """Return the command as typed, without its output: where a figure lies is no part of it."""
    options = context.command.params
    valued = {flag for item in options if not getattr(item, "is_flag", False) for flag in item.opts}
    kept: list[str] = []
    arguments = iter(context.find_root().obj or ())
    for argument in arguments:
        words = [argument]
        if argument in valued:
            words.append(next(arguments))
        if not argument.startswith(("-o", "--output")):
            kept += words
    return _UNWRITABLE.sub(lambda match: repr(match[0])[1:-1], shlex.join(["actviz", *kept]))


def _say_what_it_shows(records: "Sequence[Record]", path: Path) -> None:
    from actviz._format import significant
    from actviz.diagnose import fate

    stds = ("std, layer 1", "last layer")
    rows = []
    for record in records:
        ends = [record.layers[i]["activation"].stats.std for i in (0, -1)]
        texts = ["-" if std is None else significant(std, 3) for std in ends]
        spec = record.spec
        rows.append((spec.activation.name, spec.init_name, *texts, fate(record).sentence))
    say_table(("activation", "init", *stds, "the signal"), rows, numbers=stds)
    say(f"\n{path}\n")
