"""What ``actviz map`` and ``actviz phase`` have in common: options, and pages that are written."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

import typer

from actviz.cli import look, spec_options
from actviz.cli import options as opt
from actviz.cli.output import complain, print_text

if TYPE_CHECKING:
    from actviz.plot.paper.picture import RecordFigure
    from actviz.sweeps.map_record import MapSpec
    from actviz.sweeps.phase_record import PhaseSpec

#: What a chart is made of.
ChartSpec = TypeVar("ChartSpec", "MapSpec", "PhaseSpec")

NamedArgument = Annotated[
    tuple[str, ...] | None,
    typer.Argument(
        metavar="ACTIVATION",
        show_default=False,
        help="The same as -a ACTIVATION.",
        autocompletion=opt.names("actviz.layers.activations", "ACTIVATIONS"),
    ),
]
SeedOption = Annotated[
    int | None,
    opt.Option("Seed of all random numbers.", panel=spec_options.INPUT, short="-s", default="0"),
]
MedianSeedsOption = Annotated[
    int | None,
    opt.Option(
        "How many seeds, from --seed on: the median is shown.",
        panel=spec_options.INPUT,
        default="1",
    ),
]
OutputOption = Annotated[
    str | None,
    opt.Option(
        "The picture; its suffix chooses .png, .svg or .pdf.",
        panel=look.FIGURE,
        short="-o",
        default="actviz.png with format table, else none",
        metavar="FILE",
    ),
]

#: Asks for a picture where --format asks for numbers.
_ASKING = ("output", "show", "size", "theme", "title", "font", "transparent", "dpi")

#: What stacks have that are simulated, and mean field has not.
_SIMULATED = ("samples", "seed", "seeds", "memory_limit")

#: What a chart takes of a look.
_TAKEN = ("size", "theme", "title", "font")


def check_theory_alone(options: Any) -> None:
    """Refuse what only simulated stacks have, where nothing is simulated.

    Raises
    ------
    SpecError
    """
    from actviz.errors import SpecError

    for name in _SIMULATED if options.theory_only else ():
        if getattr(options, name) is not None:
            raise SpecError(
                f"--{name.replace('_', '-')} is of simulated stacks, and --theory-only simulates "
                "none: leave one of them out"
            )


class Paper(NamedTuple):
    """Where a picture is written, and how it looks."""

    path: Path
    looks: look.CheckedLook


def paper_of(options: Any, chosen: str) -> Paper | None:
    """Return where the picture goes, checked before any work; None for numbers alone.

    Raises
    ------
    SpecError
        If an option is of a picture that nobody asked for, or is wrong.
    """
    from actviz.errors import SpecError

    if chosen != "table" and options.output is None:
        if asked := [name for name in _ASKING if getattr(options, name) not in (None, False)]:
            raise SpecError(f"--{asked[0]} is of a picture: name its file with -o")
        return None
    from actviz.files.disk import check_writable

    path = look.path_of(opt.given(options.output, look.DEFAULT_OUTPUT))
    looks = look.read_look(look.of_a_look(options))
    check_writable(path)
    return Paper(path, looks)


def check_paper(paper: Paper | None, check: Callable[..., None]) -> None:
    """Raise SpecError before the work if a size in inches has no room; those of a name have."""
    from actviz.plot.paper.style import SIZES

    if paper is not None and paper.looks.size is not None and paper.looks.size.name not in SIZES:
        check(**_taken(paper))


def _taken(paper: Paper) -> dict[str, Any]:
    arguments = paper.looks.arguments()
    return {name: arguments[name] for name in _TAKEN if name in arguments}


def tell_how_long(what: str, spec: ChartSpec, slowdown: Callable[[ChartSpec], float]) -> None:
    """Say on standard error how long the stacks take, where that is more than a moment.

    `slowdown` tells how many times as long as foretold they take here and now.
    """
    from actviz.cli.progress import WAIT
    from actviz.simulation.cores import cpus
    from actviz.sweeps.size import simulation_estimate, simulation_seconds

    cores, size = cpus(), (spec.simulated_layers, spec.width, spec.samples)
    seconds = simulation_seconds(*size, stacks=spec.simulated_stacks)
    if seconds > WAIT * cores:
        seconds *= slowdown(spec)
        complain(simulation_estimate(what, *size, cores, seconds=seconds))


def write_chart(
    paper: Paper,
    plot: "Callable[..., list[RecordFigure]]",
    options: Any,
    context: typer.Context,
    *,
    named: bool,
) -> None:
    """Write the pages that `plot` draws; say where, if they are to be `named`."""
    pages = plot(**_taken(paper))
    paths = paper.looks.write_all(pages, paper.path, look.typed_command(context))
    if named:
        print_text("\n" + "".join(f"{one}\n" for one in paths))
    if options.show:
        look.show(paths[0])
