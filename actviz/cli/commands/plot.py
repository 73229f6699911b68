"""``actviz plot``: simulate, draw, write a file, and say in a table what it shows."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from actviz.cli import look, spec_options
from actviz.cli import options as opt
from actviz.cli.output import cell, print_table, print_text
from actviz.errors import SpecError

if TYPE_CHECKING:
    from actviz.plot.paper.picture import RecordFigure
    from actviz.records.ensemble import Ensemble
    from actviz.records.measuring import Measuring
    from actviz.records.spec import StackSpec
    from actviz.words.told import Told

EXAMPLES = """Examples:

actviz plot

actviz plot relu -i std=0.01,xavier,he --layers 10 -o relu.svg

actviz plot tanh --layers 20 --view depth --seeds 40 -o depth.png

actviz plot sigmoid -i std=1 --style textbook -o book.pdf
"""


_figure = partial(opt.Option, panel=look.FIGURE)


class PlotOptions(spec_options.SpecOptions):
    """What is drawn, and how it looks."""

    __slots__ = ()

    seeds: spec_options.SeedsOption
    rng: spec_options.RngOption  # these two stand below --seeds
    dtype: spec_options.DtypeOption
    bins: spec_options.BinsOption
    range: spec_options.RangeOption
    signal: spec_options.SignalOption
    output: Annotated[
        str | None,
        _figure(
            "Where to; the suffix chooses .png, .svg or .pdf.",
            short="-o",
            default=look.DEFAULT_OUTPUT,
            metavar="FILE",
        ),
    ]
    show: look.ShowOption
    explain: look.ExplainOption
    view: look.ViewOption
    style: Annotated[
        str | None,
        _figure(
            "honest, or textbook: the books' bare look, between the activation's bounds "
            "or else 0 and 1.",
            default="honest",
            names=opt.names("actviz.plot.views", "STYLES"),
        ),
    ]
    size: look.PaperOption
    theme: look.ThemeOption
    numbers: Annotated[
        str | None,
        _figure(
            "Of view overview: none; std, of each layer, or of the first and the last; or all, the "
            "gradient's factor or the means as well.",
            default="none, of one activation std",
            names=opt.names("actviz.plot.overview.content", "NUMBERS"),
        ),
    ]
    caption: Annotated[
        str | None,
        _figure(
            "Of view overview: how much is said around it: none, short or full.",
            default="short",
            names=opt.names("actviz.plot.overview.content", "CAPTIONS"),
        ),
    ]
    verdict: Annotated[
        str | None,
        _figure(
            "Of view overview: show, or hide what becomes of each stack.",
            default="show",
            names=opt.names("actviz.plot.overview.content", "VERDICTS"),
        ),
    ]
    build: Annotated[
        str | None,
        _figure(
            "Of view overview: write FILE-step-1 and so on, with more of it each time: rows, "
            "columns, or the verdict last.",
            names=opt.names("actviz.plot.overview.content", "BUILDS"),
        ),
    ]
    panel: Annotated[
        tuple[str, ...] | None,
        _figure(
            "Of view depth: values, std, between (units), gradient, cosine, rank; "
            "several times for several.",
            default="all but between, as far as they fit",
            names=opt.names("actviz.plot.facets.series", "PANEL_NAMES"),
        ),
    ]
    theory: Annotated[
        bool | None, _figure("Dashed lines with what mean field predicts.", default="theory")
    ]
    pool: Annotated[
        str | None,
        _figure(
            "Of view sheet: all values of a layer; unit: about each unit's own mean in front of "
            "these.",
            default="all",
            names=opt.names("actviz.plot.grid.content", "POOLS"),
        ),
    ]
    share_y: Annotated[
        str | None,
        _figure(
            "Which panels of an activation have one vertical scale: row, column, all, none.",
            default="row",
            names=opt.names("actviz.plot.heights", "SHARE_Y"),
        ),
    ]
    density: Annotated[
        bool | None,
        _figure("What the height of a bar is.", default="density", flags="--density/--count"),
    ]
    log_y: Annotated[bool | None, _figure("Logarithmic heights.", default="no")]
    title: look.TitleOption
    font: look.FontOption
    transparent: look.TransparentOption
    dpi: look.DpiOption


def plot(options: PlotOptions, context: typer.Context) -> None:
    """Draw the histograms of every layer.

    Into a file, with a short table of what it shows. With no option: sigmoid, tanh and ReLU under
    four initializers through five layers, on one slide.

    --view sheet has every number; there one activation shows its gradients below where there is
    room, else the rows say what becomes of them, and --signal draws one signal alone.
    """
    from actviz.cli import stacks

    options = stacks.read_options(options)
    specs = stacks.specs_of(options)  # what is wrong with a stack is said before matplotlib is here
    from actviz.files.disk import check_writable
    from actviz.layers.signals import BACKWARD
    from actviz.simulation.jobs import check_each_fits

    path = look.path_of(opt.given(options.output, look.DEFAULT_OUTPUT))
    looks = look.read_look(options, "overview")
    if looks.style == "textbook" and looks.given.get("signal") in BACKWARD:
        raise SpecError(f"style textbook shows no {options.signal}: leave one of the two out")
    asked = spec_options.otherwise(options, **looks.simulated())
    measuring = replace(
        stacks.measuring_of(asked), statistics=looks.reads(specs), unit_sample=looks.unit_sample()
    )
    check_each_fits(specs, measuring, options.memory_limit)
    check_writable(path)

    arguments = looks.arguments()
    if options.seeds is not None:
        arguments["ensembles"] = stacks.run_ensembles(
            specs, options.seeds, measuring, options.memory_limit
        )
        records = [ensemble.records[0] for ensemble in arguments["ensembles"]]
    else:
        printed = looks.style == "textbook" and options.range is None
        kept = [_as_printed(spec, measuring) for spec in specs] if printed else measuring
        records = stacks.simulate_specs(specs, kept, options.memory_limit)
    if looks.style == "textbook":
        from actviz.plot.books.stacks import plot_textbook

        figures: Sequence[RecordFigure] = [plot_textbook(records, **arguments)]
    else:
        from actviz.plot.views import get_view

        figures = get_view(looks.view).draw(records, **arguments)
    paths = looks.write_all(figures, path, look.typed_command(context))
    shown = {id(one.record): one for each in figures for one in each.told}
    told = [shown[id(one)] for one in records if id(one) in shown]
    of = {id(each.records[0]): each for each in arguments.get("ensembles", ())}
    hidden = looks.given.get("verdict") == "hide"
    _say_what_it_shows(told, [of.get(id(one.record)) for one in told], hidden=hidden)
    if options.explain:
        look.print_explained(figures)
    print_text("\n" + "".join(f"{path}\n" for path in paths))
    if options.show:
        look.show(paths[0])
    if options.seeds is not None:
        stacks.exit_if_none_is_left(arguments["ensembles"])
    else:
        stacks.exit_if_diverged(records)


def _as_printed(spec: "StackSpec", measuring: "Measuring") -> "Measuring":
    """Return a measuring with the range of the books: the activation's bounds, else (0, 1)."""
    from math import isfinite

    bounds = spec.activation.bounds
    return replace(measuring, range=bounds if all(map(isfinite, bounds)) else (0.0, 1.0))


def _say_what_it_shows(
    stacks: "Sequence[Told]", seeds: "Sequence[Ensemble | None]", *, hidden: bool
) -> None:
    """Print a row for each stack; of several seeds the chance is their median, with its range.

    What a picture hides is `hidden` here too.
    """
    stds = ("std, layer 1", "last layer")
    rows = []
    for told, ensemble in zip(stacks, seeds, strict=True):
        ends = [told.layers[i]["activation"].stats.std for i in (0, -1)]
        spec = told.spec
        judged = () if hidden else (told.word, _chance(told, ensemble) or "-")
        rows.append((spec.activation.name, spec.init_name, *map(cell, ends), *judged))
    heads = () if hidden else ("the signal", "chance")
    print_table(("activation", "init", *stds, *heads), rows, numbers=stds)


def _chance(told: "Told", ensemble: "Ensemble | None") -> str:
    """Return the chance to train, of several seeds the median and the range; "" without one."""
    if ensemble is None or len(ensemble.records) == 1:
        return told.chance
    from actviz.diagnosis.seeds import SeedFindings
    from actviz.diagnosis.verdict import diagnose
    from actviz.words.findings import trains_of

    found = SeedFindings(found=(told.findings, *map(diagnose, ensemble.records[1:])))
    return "" if found.chance is None else trains_of(found)
