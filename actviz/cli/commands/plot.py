"""``actviz plot``: simulate, draw, write a file, and say in a table what it shows."""

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from actviz.cli import look
from actviz.cli import options as opt
from actviz.cli.output import say, say_table
from actviz.errors import SpecError

if TYPE_CHECKING:
    from actviz.words.told import Told

DEFAULT_OUTPUT = "actviz.png"

EXAMPLES = """Examples:

actviz plot

actviz plot -a relu -i std=0.01 -i xavier -i he --depth 10 -o relu.svg

actviz plot -a tanh --depth 20 --view depth --seeds 40 -o depth.png

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
    seeds: opt.Seeds = None,
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
            panel=look.FIGURE,
            help="Where to; the suffix chooses .png, .svg or .pdf.",
        ),
    ] = None,
    view: look.View = None,
    style: look.Style = None,
    size: look.Paper = None,
    theme: look.Theme = None,
    panel: look.Panel = None,
    theory: look.Theory = None,
    pool: look.Pool = None,
    share_y: look.ShareY = None,
    density: look.Density = None,
    log_y: look.LogY = None,
    title: look.Title = None,
    font: look.Font = None,
    transparent: look.Transparent = None,
    dpi: look.Dpi = None,
) -> None:
    """Draw the histograms of every layer.

    Into a file, with a short table of what it shows. With no option: sigmoid, tanh and ReLU under
    four initializers through five layers, on one slide.

    One activation shows its gradients below; several say what becomes of them. --signal draws one
    signal alone.
    """
    # Where it keeps its cache is no concern of who wants a figure.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from actviz.cli import stacks
    from actviz.files.disk import check_writable
    from actviz.files.images import suffix_of, write_figure
    from actviz.layers.signals import BACKWARD
    from actviz.plot.books.stacks import plot_textbook
    from actviz.plot.views import get_view

    options = stacks.read_options(context)
    path = _path(options.get("output", DEFAULT_OUTPUT))
    suffix_of(path)
    looks = look.read_look(options)
    if looks.style == "textbook":
        options = {"range": (0.0, 1.0)} | options
    if looks.style == "textbook" and looks.given.get("signal") in BACKWARD:
        raise SpecError(f"style textbook shows no {options['signal']}: leave one of the two out")
    options = looks.simulated() | options
    specs = stacks.specs_of(options)
    check_writable(path)

    arguments = looks.arguments()
    if "seeds" in options:
        arguments["ensembles"] = stacks.run_ensembles(specs, options["seeds"])
        records = [ensemble.records[0] for ensemble in arguments["ensembles"]]
    else:
        records = stacks.run(specs)
    draw = plot_textbook if looks.style == "textbook" else get_view(looks.view).plot
    figure = draw(records, **arguments)
    write_figure(
        figure,
        path,
        look.metadata(figure.picture, look.command_of(context)),
        dpi=looks.dpi,
        transparent=looks.transparent,
    )
    _say_what_it_shows(figure.told, path)
    if "seeds" in options:
        stacks.exit_if_none_is_left(arguments["ensembles"])
    else:
        stacks.exit_if_diverged(records)


def _path(text: str) -> Path:
    """Return the path of the figure's file; pathlib forgets a / at the end, and makes "" a dot."""
    if not text:
        raise SpecError("the output's name is empty: name a file")
    if text.endswith(("/", os.sep)) or os.path.isdir(text):
        raise SpecError(f"{text} is a directory: name a file in it, such as {DEFAULT_OUTPUT}")
    return Path(text)


def _say_what_it_shows(stacks: "Sequence[Told]", path: Path) -> None:
    from actviz.format import significant

    stds = ("std, layer 1", "last layer")
    rows = []
    for told in stacks:
        ends = [told.layers[i]["activation"].stats.std for i in (0, -1)]
        texts = ["-" if std is None else significant(std, 3) for std in ends]
        spec = told.spec
        rows.append((spec.activation.name, spec.init_name, *texts, told.fate.sentence))
    say_table(("activation", "init", *stds, "the signal"), rows, numbers=stds)
    say(f"\n{path}\n")
