"""``actviz map``: for which weight scales and depths a stack works, as a picture and as numbers."""

from dataclasses import dataclass
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.cli import charts, look, spec_options
from actviz.cli import options as opt
from actviz.cli.output import print_as, print_csv, print_table, print_text

if TYPE_CHECKING:
    from pathlib import Path

    from actviz.cli.map_nets import NetsPlan
    from actviz.sweeps.axes import AxisGrid
    from actviz.sweeps.map_nets import MapNet
    from actviz.sweeps.map_record import MapRecord, MapSpec, StdRange

EXAMPLES = """Examples:

actviz map

actviz map relu gelu --depth 30 -o map.png

actviz map relu --depth 1000 --width 1000 --theory-only

actviz map --quantity chance --theme dark

actviz map tanh --theory-only --format csv > map.csv
"""

_map = partial(opt.Option, panel="The map")

#: Cells along the weight stds of a range: where every depth comes from one stack, and where not.
_DEEP, _CHANCE = 42, 19

#: Depths of a map: as many as are seen; and where each is a simulation of its own.
_DEPTHS, _CHANCE_DEPTHS = 100, 14

#: Depths that the table for people names.
_TOLD = (5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOptions:
    """Which stacks, what of them, and how the picture looks."""

    named: charts.NamedArgument = None
    activation: Annotated[
        tuple[str, ...] | None,
        _map(
            "Activation, or several: tanh,relu; four side by side on a page.",
            short="-a",
            default="sigmoid, tanh, relu",
            names=opt.names("actviz.layers.activations", "ACTIVATIONS"),
        ),
    ] = None
    quantity: Annotated[
        tuple[str, ...] | None,
        _map(
            "signal, gradient, or both; or chance: how likely plain gradient descent trains a "
            "stack, by a simulation for each cell, which takes a minute.",
            short="-q",
            default="signal,gradient; chance with --train",
            names=opt.names("actviz.sweeps.map_record", "QUANTITIES"),
        ),
    ] = None
    std: Annotated[
        str | None,
        _map(
            "From the least to the greatest weight std: 0.001..3; 0.001..3:60 for 60 of them; "
            "logspace:-3:0.5:60 from 10^-3 to 10^0.5.",
            default="around Xavier's, from 0.005 or less to 3 or more",
            metavar="RANGE",
        ),
    ] = None
    depth: Annotated[
        int | None, _map("Layers of the deepest stacks.", short="-d", also="--layers", default="50")
    ] = None
    width: Annotated[int | None, _map("Units of every layer.", short="-w", default="100")] = None
    bias_std: Annotated[float | None, _map("Standard deviation of the biases.", default="0")] = None
    samples: Annotated[
        int | None,
        opt.Option("Rows of the input.", panel=spec_options.INPUT, short="-n", default="200"),
    ] = None
    seed: charts.SeedOption = None
    seeds: charts.MedianSeedsOption = None
    memory_limit: spec_options.MemoryLimitOption = None
    theory_only: Annotated[
        bool | None,
        _map(
            "Mean field, the theory of wide layers, alone: nothing is simulated.",
            flags="--theory-only",
            default="no",
        ),
    ] = None
    train: Annotated[
        bool | None,
        _map(
            "Train nets on up to 7 × 4 cells of the map of the chance, and draw them as dots: on "
            "MNIST (196 inputs) if it is there, else on digits (64), with 10 outputs. That takes "
            "minutes; Ctrl-C keeps what is done.",
            flags="--train",
            default="no",
        ),
    ] = None
    resume: Annotated[
        bool | None,
        _map(
            "With --train, go on with the nets that are kept beside -o.",
            flags="--resume",
            default="no",
        ),
    ] = None
    yes: Annotated[
        bool | None,
        _map("Let --train take more than an hour.", flags="--yes", default="no"),
    ] = None
    format: Annotated[
        str | None,
        opt.form("table for people; csv, a row for each cell; json, lines and bands too."),
    ] = None
    output: charts.OutputOption = None
    show: look.ShowOption = None
    size: look.PaperOption = None
    theme: look.ThemeOption = None
    title: look.TitleOption = None
    font: look.FontOption = None
    transparent: look.TransparentOption = None
    dpi: look.DpiOption = None


def draw_map(options: MapOptions, context: typer.Context) -> None:
    """Draw for which weight scales and depths a stack works.

    Colours are what is left of signal and gradient over weight std and depth, simulated; lines
    over them are mean field, the theory of wide layers. --quantity chance draws the chance to train
    instead.
    """
    chosen = opt.choice("format", options.format, opt.FORMATS)
    charts.check_theory_alone(options)
    spec = _spec(options)
    cells = chosen == "csv" and options.theory_only
    if cells and options.output is None:
        charts.paper_of(options, chosen)  # its checks: nothing is drawn
        _print_cells(spec)
        return
    from actviz.cli.progress import meter
    from actviz.sweeps.map_making import check_size, make_map, map_slowdown
    from actviz.sweeps.map_nets import LostNet

    check_size(spec, options.memory_limit)
    paper = charts.paper_of(options, chosen)
    charts.check_paper(paper, partial(_check_room, spec))
    plan = _training_plan(options, spec, None if paper is None else paper.path)
    total = spec.simulated_layers
    charts.tell_how_long("map", spec, map_slowdown)
    with meter("layers") as bar:
        record = make_map(
            spec,
            progress=lambda done: bar.show(min(done, total), total),
            memory_limit=options.memory_limit,
        )
    nets: list[MapNet | LostNet] = []
    stopped: BaseException | None = None
    if plan is not None:
        from actviz.cli.map_nets import train_nets, with_nets

        try:
            train_nets(spec, plan, nets)
        except (KeyboardInterrupt, SystemExit) as stop:  # what is done is shown
            stopped = stop
        record = with_nets(record, plan, nets)
    print_as(
        chosen,
        table=lambda: _print_table(record),
        plain=record.to_dict,
        rows=record.to_rows,
        columns=record.columns(),
        indent=None,
    )
    if paper is not None:
        from actviz.plot.charts.map import plot_map

        plot = partial(plot_map, record)
        charts.write_chart(paper, plot, options, context, named=chosen == "table")
    if stopped is not None:
        raise stopped
    if any(isinstance(net, LostNet) for net in nets):
        raise typer.Exit(1)
    if plan is not None and plan.path is not None:
        plan.path.unlink(missing_ok=True)


def _print_cells(spec: "MapSpec") -> None:
    """Write mean field's rows, for which no line is looked for and no simulation imported."""
    from actviz.sweeps.map_record import MapRecord
    from actviz.sweeps.map_theory import fields

    record = MapRecord(spec=spec, fields=fields(spec))
    print_csv(record.columns(), record.to_rows())


def _check_room(spec: "MapSpec", **look: Any) -> None:
    from actviz.plot.charts.map import check_map
    from actviz.sweeps.map_making import before_stacks

    check_map(before_stacks(spec), **look)


def _training_plan(
    options: MapOptions, spec: "MapSpec", output: "Path | None"
) -> "NetsPlan | None":
    """Return how nets are to be trained, None for none; checked before anything is simulated.

    Raises
    ------
    SpecError
        If it would take too long, or too much memory.
    RecordError
        If what is kept is of another map.
    MissingExtraError
        If a library is missing that the data need.
    """
    if not options.train:
        return None
    from actviz.cli.map_nets import plan_nets
    from actviz.sweeps.map_trying import MOST_HOURS

    return plan_nets(
        spec,
        output,
        resume=bool(options.resume),
        at_most=inf if options.yes else MOST_HOURS,
        memory_limit=options.memory_limit,
    )


def _spec(options: MapOptions) -> "MapSpec":
    from actviz.cli.names import DEFAULT_ACTIVATIONS, activations, several
    from actviz.errors import SpecError
    from actviz.layers.activations import get_activation
    from actviz.numbers.scalars import check_integer
    from actviz.records.spec import seeds_from
    from actviz.simulation.cores import cpus
    from actviz.sweeps.axes import check_once
    from actviz.sweeps.map_record import MOST_CELLS, QUANTITIES, MapSpec
    from actviz.sweeps.size import MOST_LAYERS, Work, on_cores

    for name in ("yes", "resume"):
        if getattr(options, name) and not options.train:
            raise SpecError(f"--{name} is of --train: leave it out")
    if options.train and options.theory_only:
        raise SpecError(
            "--train trains nets, and --theory-only runs nothing: leave one of them out"
        )
    asked = options.quantity or (("chance",) if options.train else ())
    found = [opt.choice("quantity", name, QUANTITIES) for name in several(asked)]
    check_once("quantity", found)
    quantities = tuple(name for name in QUANTITIES if name in (found or QUANTITIES[:2]))
    chance = "chance" in quantities
    if options.train and not chance:
        raise SpecError("--train shows whether nets train: it goes with --quantity chance")
    if chance and len(quantities) > 1:
        raise SpecError("the chance has a map of its own: leave the other quantities out")
    width = check_integer("width", opt.given(options.width, 100), 1, 100_000)
    depth = check_integer("depth", opt.given(options.depth, 50), 1, MOST_LAYERS)
    seeds = seeds_from(opt.given(options.seed, 0), opt.given(options.seeds, 1), most=1000)
    names = activations(options.named, options.activation) or DEFAULT_ACTIVATIONS
    depths = _depths_apart(depth) if chance else _depths(depth)
    samples = opt.given(options.samples, 200)
    grid = _stds(options.std, width, chance=chance)
    # Before they are made: there may be 10^9 of them.
    stacks = grid.count * len(names) * len(seeds)
    if (cells := stacks * len(depths) * len(quantities)) > MOST_CELLS * len(seeds):
        layers = stacks * (sum(depths) if chance else depth)
        work = Work(depth=layers, width=width, samples=samples)
        took = "" if options.theory_only else f", about {on_cores(work.seconds, cpus())}"
        raise SpecError(
            f"a map of {cells:,} cells{took}: at most {MOST_CELLS:,} are made, so take fewer stds, "
            "such as 0.001..3:60"
        )
    return MapSpec(
        activations=tuple(map(get_activation, names)),
        quantities=quantities,
        stds=grid.values(),
        depths=depths,
        width=width,
        seeds=tuple(seeds),
        simulated=not options.theory_only,
        samples=samples,
        bias_std=opt.given(options.bias_std, 0.0),
    )


def _stds(text: str | None, width: int, *, chance: bool) -> "AxisGrid":
    """Return the weight stds: by default from far below Xavier's to far above, std = 1 included.

    Where cells are few, those of the chance, Xavier's and He's are two of them: what lies between
    two cells is not known.
    """
    from math import ceil, floor, log2

    from actviz.sweeps.axes import read_axis

    if text is None:
        xavier = width**-0.5
        low, high = min(0.005, 0.05 * xavier), max(3.0, 30 * xavier)
        text = f"{low:.3g}..{high:.3g}"
        if chance:
            steps = range(ceil(2 * log2(low / xavier)), floor(2 * log2(high / xavier)) + 1)
            text = ",".join(f"{xavier * 2 ** (step / 2):.10g}" for step in steps)
    count = _CHANCE if chance else _DEEP
    # Of a range alone, the map knows how many it can show.
    bare = ".." in text and ":" not in text
    return read_axis("std", f"{text}:{count}" if bare else text, typed=text)


def _depths(deepest: int) -> tuple[int, ...]:
    """Return depths at even distances, the deepest included; all of them where they are few."""
    if deepest <= _DEPTHS:
        return tuple(range(1, deepest + 1))
    return tuple(sorted({round(deepest * (index + 1) / _DEPTHS) for index in range(_DEPTHS)}))


def _depths_apart(deepest: int) -> tuple[int, ...]:
    """Return depths that are apart by factors, as shallow stacks differ more than deep ones do.

    From two layers on: one alone has no chance, and is refused by who makes maps.
    """
    if deepest < 2:
        return (deepest,)
    factor = (deepest / 2) ** (1 / (_CHANCE_DEPTHS - 1))
    return tuple(sorted({round(2 * factor**index) for index in range(_CHANCE_DEPTHS)}))


def _print_table(record: "MapRecord") -> None:
    """Write for people which weight stds keep both, by mean field, depth by depth."""
    from actviz.sweeps.row import NOT_JUDGED
    from actviz.words.charts import is_judged, judged_nets, marks, table_ends

    spec = record.spec
    told = (*(depth for depth in _TOLD if depth < spec.depths[-1]), spec.depths[-1])
    near = (min(spec.depths, key=lambda depth: abs(depth - one)) for one in told)
    shown = dict.fromkeys(near)
    rows = []
    for activation in spec.activations:
        for depth in shown:
            row = spec.depths.index(depth)
            band = record.bands[activation.name][row]
            inside = [name for std, name in marks(spec.width) if band and _in(band, std, spec)]
            ends = table_ends(band, spec)
            if band is None and is_judged(record, activation.name, row) != "all":
                ends = (NOT_JUDGED, NOT_JUDGED)
            rows.append((activation.name, str(depth), *ends, ", ".join(inside) or "-"))
    kept = "both kept" if len(spec.quantities) > 1 else "signal and gradient kept"
    what = "healthy" if "chance" in spec.quantities else f"{kept} by mean field"
    heads = ("activation", "layers", f"{what} from std", "to std", "of these")
    print_table(heads, rows, numbers=heads[1:4])
    if record.nets is not None:
        print_text(f"\n{judged_nets(record)}\n")


def _in(band: "StdRange", std: float, spec: "MapSpec") -> bool:
    """Return whether a weight std of the map is in a band, whose ends are rounded."""
    low, high = band[0] or spec.stds[0], band[1] or spec.stds[-1]
    return low * (1 - 1e-3) <= std <= high * (1 + 1e-3)
