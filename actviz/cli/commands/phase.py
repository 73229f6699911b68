"""``actviz phase``: where deep stacks lie between order and chaos, as a picture and as numbers."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.cli import charts, look, spec_options
from actviz.cli import options as opt
from actviz.cli.output import print_as, print_table, print_text

if TYPE_CHECKING:
    from actviz.sweeps.phase_record import PhaseQuantity, PhaseRecord, PhaseSpec, Plane

EXAMPLES = """Examples:

actviz phase

actviz phase tanh hard_tanh --bias-std 0..2 -o phase.png

actviz phase --quantity cosine --theme dark

actviz phase tanh --theory-only --format csv > phase.csv
"""

_phase = partial(opt.Option, panel="The diagram")

#: Points along the weight stds, of as many activations as share a page, and along the bias stds: of
#: 0..1 every sixtieth, so that the quarters that the table names, and the tenths of the dots, are
#: some of them.
_ACROSS, _UP = {1: 288, 2: 192}, 61

#: The same where there are more, and how many stacks along both.
_MANY, _DOTS = 144, (9, 5)

#: Bias stds that the table names, and cosines.
_TOLD, _COSINES = 5, (0.9, 0.5)

#: Layers of the stacks: two inputs take longer to come together, or to part.
_DEPTH, _DEPTH_OF_COSINES = 20, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseOptions:
    """Which plane, what of it, and how the picture looks."""

    named: charts.NamedArgument = None
    activation: Annotated[
        tuple[str, ...] | None,
        _phase(
            "Activation, or several: tanh,relu; four side by side on a page.",
            short="-a",
            default="sigmoid, tanh, relu",
            names=opt.names("actviz.layers.activations", "ACTIVATIONS"),
        ),
    ] = None
    quantity: Annotated[
        str | None,
        _phase(
            "gradient: its factor from layer to layer; cosine: between two inputs after many "
            "layers; scale: the signal's std there.",
            short="-q",
            default="gradient",
            names=opt.names("actviz.sweeps.phase_record", "PHASE_QUANTITIES"),
        ),
    ] = None
    std: Annotated[
        str | None,
        _phase(
            "From the least to the greatest weight std: 0.001..3; 0.001..3:60 for 60 of them; "
            "logspace:-3:0.5:60 from 10^-3 to 10^0.5.",
            default="around Xavier's, from 0.005 or less to 3 or more",
            metavar="RANGE",
        ),
    ] = None
    bias_std: Annotated[
        str | None,
        _phase("Bias stds, evenly spaced: 0..2; 0..2:60 for 60.", default="0..1", metavar="RANGE"),
    ] = None
    width: Annotated[int | None, _phase("Units of every layer.", short="-w", default="100")] = None
    depth: Annotated[
        int | None,
        _phase(
            "Layers of the simulated stacks.",
            short="-d",
            also="--layers",
            default="20; 50 for the cosine",
        ),
    ] = None
    samples: Annotated[
        int | None,
        opt.Option("Rows of the input.", panel=spec_options.INPUT, short="-n", default="100"),
    ] = None
    seed: charts.SeedOption = None
    seeds: charts.MedianSeedsOption = None
    memory_limit: spec_options.MemoryLimitOption = None
    theory_only: Annotated[
        bool | None,
        _phase(
            "Mean field, the theory of wide layers, alone: no dots.",
            flags="--theory-only",
            default="no",
        ),
    ] = None
    format: Annotated[
        str | None,
        opt.form("table for people; csv, a row for each point and stack; json, lines too."),
    ] = None
    output: charts.OutputOption = None
    show: look.ShowOption = None
    size: look.PaperOption = None
    theme: look.ThemeOption = None
    title: look.TitleOption = None
    font: look.FontOption = None
    transparent: look.TransparentOption = None
    dpi: look.DpiOption = None


def phase(options: PhaseOptions, context: typer.Context) -> None:
    """Draw where deep stacks lie between order and chaos.

    Over weight and bias std: colours are the gradient by mean field, the theory of wide layers;
    lines are the edge of chaos and mean field's depth limit; dots are simulated stacks in the same
    colours, hardly seen where theory is right.
    """
    from actviz.cli.progress import meter
    from actviz.sweeps.phase_making import check_size, make_phase, phase_slowdown

    chosen = opt.choice("format", options.format, opt.FORMATS)
    charts.check_theory_alone(options)
    spec = _spec(options)
    check_size(spec, options.memory_limit)
    paper = charts.paper_of(options, chosen)
    charts.check_paper(paper, partial(_check_room, spec))
    total = spec.simulated_layers
    charts.tell_how_long("diagram", spec, phase_slowdown)
    with meter("layers") as bar:
        record = make_phase(
            spec,
            progress=lambda done: bar.show(min(done, total), total),
            memory_limit=options.memory_limit,
        )
    print_as(
        chosen,
        table=lambda: _print_table(record),
        plain=record.to_dict,
        rows=record.to_rows,
        columns=record.columns(),
        indent=None,
    )
    if paper is not None:
        from actviz.plot.charts.phase import plot_phase

        plot = partial(plot_phase, record)
        charts.write_chart(paper, plot, options, context, named=chosen == "table")


def _check_room(spec: "PhaseSpec", **look: Any) -> None:
    from dataclasses import replace

    from actviz.plot.charts.phase import check_phase
    from actviz.sweeps.phase_making import make_phase

    check_phase(make_phase(replace(spec, dot_stds=(), dot_biases=())), **look)


def _spec(options: PhaseOptions) -> "PhaseSpec":
    from actviz.cli.names import DEFAULT_ACTIVATIONS, activations
    from actviz.errors import SpecError
    from actviz.layers.activations import get_activation
    from actviz.numbers.scalars import check_integer, short
    from actviz.records.spec import seeds_from
    from actviz.sweeps.phase_record import PHASE_QUANTITIES, PhaseSpec
    from actviz.sweeps.size import MOST_LAYERS

    if "," in (options.quantity or ""):
        raise SpecError(
            f"a diagram shows one quantity at a time: {', '.join(PHASE_QUANTITIES)} "
            f"(got {short(options.quantity)})"
        )
    quantity = opt.choice("quantity", opt.given(options.quantity, "gradient"), PHASE_QUANTITIES)
    named = activations(options.named, options.activation) or DEFAULT_ACTIVATIONS
    width = check_integer("width", opt.given(options.width, 100), 1, 100_000)
    seeds = seeds_from(opt.given(options.seed, 0), opt.given(options.seeds, 1), most=1000)
    usual = _DEPTH_OF_COSINES if quantity == "cosine" else _DEPTH
    depth = check_integer("depth", opt.given(options.depth, usual), 2, MOST_LAYERS)
    stds = _stds(options.std, width, _ACROSS.get(len(named), _MANY))
    biases = _biases(options.bias_std)
    dots = () if options.theory_only else (_some(stds, _DOTS[0]), _some(biases, _DOTS[1]))
    return PhaseSpec(
        activations=tuple(get_activation(name) for name in named),
        quantity=quantity,
        stds=stds,
        biases=biases,
        dot_stds=dots[0] if dots else (),
        dot_biases=dots[1] if dots else (),
        width=width,
        depth=depth,
        seeds=tuple(seeds),
        samples=opt.given(options.samples, 100),
    )


def _stds(text: str | None, width: int, count: int) -> tuple[float, ...]:
    """Return the weight stds: by default from far below Xavier's to far above, std = 1 included."""
    if text is None:
        low, high = min(0.005, 0.05 / width**0.5), max(3.0, 30 / width**0.5)
        text = f"{low:.3g}..{high:.3g}"
    return _values("std", f"{text}:{count}" if _is_bare(text) else text, typed=text)


def _biases(text: str | None) -> tuple[float, ...]:
    """Return the bias stds: a range is even, since it begins at 0."""
    text = typed = "0..1" if text is None else text
    if ".." in text and "," not in text:
        first, _, rest = text.partition("..")
        last, _, count = rest.partition(":")
        text = f"linspace:{first}:{last}:{count or _UP}"
    return _values("bias_std", text, typed=typed)


def _is_bare(text: str) -> bool:
    """Return whether a range says nothing of how many values it has."""
    return ".." in text and ":" not in text


def _values(name: str, text: str, *, typed: str) -> tuple[float, ...]:
    from actviz.errors import SpecError
    from actviz.sweeps.axes import read_axis
    from actviz.sweeps.phase_record import MOST_POINTS

    grid = read_axis(name, text, typed=typed)
    if grid.count > MOST_POINTS:
        raise SpecError(
            f"{name} has {grid.count:,} values: at most {MOST_POINTS:,} points are made, so take "
            f"fewer, such as {'0.001..3:60' if name == 'std' else '0..2:60'}"
        )
    return grid.values()


def _some(values: tuple[float, ...], count: int) -> tuple[float, ...]:
    """Return so many of the values, those in the middle of equal parts, or all of fewer."""
    if len(values) <= count:
        return values
    return tuple(values[int((index + 0.5) / count * len(values))] for index in range(count))


def _told(biases: tuple[float, ...]) -> tuple[float, ...]:
    """Return the bias stds that the table names: from the first to the last."""
    places = [index * (len(biases) - 1) / (_TOLD - 1) for index in range(_TOLD)]
    return tuple(dict.fromkeys(biases[round(place)] for place in places))


def _own_heads(quantity: "PhaseQuantity") -> tuple[str, ...]:
    """Return what stands in the table of a quantity alone: of the gradient χ = 1 says it."""
    from actviz.sweeps.phase_record import SCALE_LEVELS

    if quantity == "scale":
        return tuple(f"signal {level:g} at" for level in SCALE_LEVELS)
    return tuple(f"cosine {level:g} at" for level in _COSINES) if quantity == "cosine" else ()


def _own(record: "PhaseRecord", plane: "Plane", bias: float) -> list[str]:
    """Return the weight stds of these columns; of a cosine, how it is where it crosses none."""
    from actviz.sweeps.phase_record import SCALE_LEVELS

    quantity, row = record.spec.quantity, record.spec.biases.index(bias)
    if quantity == "cosine":
        below = [plane.values[row, 0] < level for level in _COSINES]
        found = [record.std_across(plane, row, level) for level in _COSINES]
        return [
            f"{'below' if so else 'above'} everywhere" if std is None else _cell(std)
            for std, so in zip(found, below, strict=True)
        ]
    if quantity == "gradient":
        return []
    lines = {line.level: line for line in plane.lines if line.kind == "level"}
    return [_cell(lines[one].std_at(bias) if one in lines else None) for one in SCALE_LEVELS]


def _cell(std: float | None) -> str:
    from actviz.format import significant

    return "-" if std is None else significant(std, 3)


def _print_table(record: "PhaseRecord") -> None:
    """Write for people where the edge of chaos is and what the quantity is, bias by bias."""
    from actviz.format import axis_number, significant
    from actviz.words.charts import marks

    spec = record.spec
    rows = [
        (
            plane.activation.name,
            axis_number(bias, 3),
            _cell(None if plane.critical is None else plane.critical.std_at(bias)),
            *_own(record, plane, bias),
        )
        for plane in record.planes
        for bias in _told(spec.biases)
    ]
    heads = ("activation", "bias std", "χ = 1 at weight std", *_own_heads(spec.quantity))
    print_table(heads, rows, numbers=heads[1:])
    named = ", ".join(
        f"{label} is {significant(std, 3)}"
        for std, label in marks(spec.width)
        if not label.startswith("std")  # which is its name already
    )
    print_text(f"\nat {spec.width:,} units: {named}\n")
