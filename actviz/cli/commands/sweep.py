"""``actviz sweep``: run and judge many stacks, and say for which of them it works."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.cli import options as opt
from actviz.cli import spec_options
from actviz.cli.output import complain, print_as, print_text

if TYPE_CHECKING:
    from pathlib import Path

    from actviz.cli.sweep_runs import SweepPlan
    from actviz.sweeps.record import SweepRecord
    from actviz.sweeps.row import Row
    from actviz.sweeps.spec import SweepSpec


EXAMPLES = """Examples:

actviz sweep -a tanh --std logspace:-3:0.5:60 --depth 50 --seeds 5

actviz sweep -a tanh,relu -i xavier,he --depth 10..50:5 --format csv > rows.csv

actviz sweep -a relu -i he --gain 0.5..2:16 --depth 5,10,20,50 -o rows.csv --resume

actviz sweep -a tanh --std 0.001..3:1000 --part 3/10 -o rows.csv

actviz sweep --merge rows.csv.part-*-of-10 -o rows.csv
"""

_axis = partial(opt.Option, panel="What is varied: every value with every other")
_same = partial(opt.Option, panel=spec_options.INPUT)
_run = partial(opt.Option, panel="How they are run")
_rows = partial(opt.Option, panel=opt.OUTPUT)


def _texts(help: str, metavar: str = "VALUES", **more: Any) -> Any:  # noqa: A002
    return _axis(help, metavar=metavar, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepOptions:
    """Which stacks are run, and what is made of their rows."""

    named: Annotated[
        tuple[str, ...] | None,
        typer.Argument(
            metavar="ACTIVATION",
            show_default=False,
            help="The same as -a ACTIVATION; with --merge, the files.",
            autocompletion=opt.names("actviz.layers.activations", "ACTIVATIONS"),
        ),
    ] = None
    activation: Annotated[
        tuple[str, ...] | None,
        _axis(
            "Activation, or several: tanh,relu.",
            short="-a",
            default="tanh",
            names=opt.names("actviz.layers.activations", "ACTIVATIONS"),
        ),
    ] = None
    init: Annotated[
        tuple[str, ...] | None,
        _axis(
            "Initializer, or several: he,xavier.",
            short="-i",
            names=opt.names("actviz.layers.initializers", "INITIALIZERS"),
        ),
    ] = None
    std: Annotated[
        tuple[str, ...] | None,
        _texts(
            "Std of normal weights: 0.01,0.1; 0.001..3:60, sixty of them by equal factors; "
            "linspace:0.1:0.2:11, evenly; logspace:-3:0.5:60, from 10^-3 to 10^0.5.",
            default="logspace:-3:0.5:30, unless -i is given",
        ),
    ] = None
    gain: Annotated[
        tuple[str, ...] | None,
        _texts("Factor of the initializers' std, for those that take one: 0.5..2:16; 1.0,2.0."),
    ] = None
    depth: Annotated[
        tuple[str, ...] | None,
        _texts(
            "Layers: 5,10,20; 10..100:10, evenly spaced; 8..12, all of them.",
            short="-d",
            default="50",
        ),
    ] = None
    width: Annotated[
        tuple[str, ...] | None,
        _texts("Units of every layer, as --depth.", short="-w", default="100"),
    ] = None
    bias_std: Annotated[
        tuple[str, ...] | None, _texts("Std of the biases: linspace:0:0.5:6.", default="0")
    ] = None
    input_std: Annotated[
        tuple[str, ...] | None,
        _texts("Std of the input's entries: 0.5,1.5; 0.1..10:5.", default="1"),
    ] = None
    seeds: Annotated[
        int | None,
        _axis("With how many random seeds each combination is run.", default="1"),
    ] = None
    samples: Annotated[int | None, _same("Rows of the input.", short="-n", default="1000")] = None
    input_distribution: Annotated[
        str | None,
        _same(
            "Law of the input's entries: normal or uniform, around 0.",
            default="normal",
            names=opt.names("actviz.records.spec", "DISTRIBUTIONS"),
        ),
    ] = None
    seed: Annotated[int | None, _same("The first seed.", short="-s", default="0")] = None
    input_width: spec_options.InputWidthOption = None
    rng: spec_options.RngOption = None
    dtype: spec_options.DtypeOption = None
    workers: Annotated[
        int | None,
        _run("How many processes share the stacks.", default="as many as CPUs and memory allow"),
    ] = None
    scheduler: Annotated[
        str | None,
        _run(
            "Run them on a Dask cluster instead: the address of its scheduler.",
            metavar="tcp://HOST:PORT",
        ),
    ] = None
    memory_limit: Annotated[str | None, opt.memory_limit("How they are run")] = None
    part: Annotated[
        str | None,
        _run("Run the K-th of N parts, for --merge; it keeps its rows beside -o.", metavar="K/N"),
    ] = None
    resume: Annotated[
        bool, _run("Go on with the rows that are kept beside -o.", flags="--resume")
    ] = False
    yes: Annotated[bool, _run("Run more than 100,000 stacks.", flags="--yes")] = False
    force: Annotated[
        bool, _rows("Replace a file that holds something else than these rows.", flags="--force")
    ] = False
    merge: Annotated[
        bool, _rows("Put the rows of several parts together, and run nothing.", flags="--merge")
    ] = False
    output: Annotated[
        str | None,
        _rows(
            "The rows as .csv, .json or .jsonl; while it runs, they are kept in FILE.part.",
            short="-o",
            metavar="FILE",
        ),
    ] = None
    format: Annotated[
        str | None,
        opt.form("table, a summary for people; csv, a row for each stack; json, a list of them."),
    ] = None


def sweep(options: SweepOptions) -> None:
    """Run and judge many stacks, to see for which it works.

    Every value of every option is combined with every other: --depth 5,10 --std 0.01..1:3 is six
    stacks. A row has a stack's parameters, its chance to train, its verdict, and the numbers behind
    them. The same stack gives the same row, in whatever sweep it is.

    Ctrl-C keeps what is done. A stack that kills the process it runs in is named and left out, and
    --resume runs it again; then, and where --merge misses rows or two of one stack do not agree,
    the exit code is 1.
    """
    from actviz.cli.sweep_runs import run_sweep
    from actviz.errors import WorkersError
    from actviz.files.parts import part_path
    from actviz.files.rows import check_replaceable, rows_path, write_rows
    from actviz.sweeps.parts import merged
    from actviz.sweeps.record import SweepRecord

    chosen = opt.choice("format", options.format, opt.FORMATS)
    if options.merge:
        _merge(options, chosen)
        return
    what = _sweep_of(options)
    output = None if options.output is None else rows_path(options.output)
    plan = _plan(options, output)
    if output is not None and plan.part.count == 1 and not options.force:
        there = check_replaceable(output, what, range(len(what)))
        done = len(there) == len(what) and all(row.failed is None for row in there)
        if options.resume and done and not part_path(output, plan.part).exists():
            complain(f"{output} is complete already, with {len(there):,} rows: nothing is run")
            _print(SweepRecord(sweep=what, rows=there), chosen, output)
            return
    rows: list[Row] = []
    try:
        record = run_sweep(what, plan, rows)
    except (KeyboardInterrupt, SystemExit, WorkersError):
        if rows and output is None:  # nobody else has them
            _print(SweepRecord(sweep=what, rows=merged(rows)), chosen, None)
        raise
    failed = any(row.failed is not None for row in record.rows)
    path = plan.kept_in
    if output is not None and path is not None and plan.part.count == 1:
        write_rows(record, output)
        if not failed:  # else --resume runs those again
            path.unlink(missing_ok=True)
        path = output
    _print(record, chosen, path)
    if failed:
        raise typer.Exit(1)


def _print(record: "SweepRecord", chosen: str, path: "Path | None") -> None:
    """Write the rows to standard output, or their summary and where they are."""
    from actviz.cli.sweep_table import print_summary
    from actviz.sweeps.row import COLUMNS

    print_as(
        chosen,
        table=lambda: print_summary(record),
        plain=record.to_rows,
        rows=record.to_rows,
        columns=COLUMNS,
    )
    if path is not None and chosen == "table":
        print_text(f"\n{path}\n")


def _merge(options: SweepOptions, chosen: str) -> None:
    """Put the rows of several files together, and say which are missing."""
    from pathlib import Path

    from actviz.cli.sweep_runs import tell_what_failed
    from actviz.errors import SpecError
    from actviz.files.parts import merge_parts
    from actviz.files.rows import check_replaceable, rows_path, write_rows
    from actviz.format import counted
    from actviz.sweeps.parts import missing, numbers_in_words

    if not options.named or not all(options.named):
        raise SpecError(
            "--merge needs the files of the parts: actviz sweep --merge rows.csv.part-*"
        )
    own = ("named", "merge", "output", "force", "format")
    for item in fields(options):
        if item.name not in own and getattr(options, item.name) != item.default:
            flag = item.name.replace("_", "-")
            raise SpecError(f"--merge has the sweep in its files: leave --{flag} out")
    output = None if options.output is None else rows_path(options.output)
    record, apart = merge_parts([Path(name) for name in options.named])
    assert record.sweep is not None
    if output is not None:
        if not options.force:
            check_replaceable(output, record.sweep, {row.number for row in record.rows})
        write_rows(record, output)
    lacking = missing(record.sweep, record.rows)
    if lacking:
        total = len(record.sweep)
        are = "is" if len(lacking) == 1 else "are"
        left = f"{len(lacking):,} of {counted(total, 'row')} {are} missing"
        complain(f"{left}: {numbers_in_words(lacking)}")
    if apart is not None:
        complain(apart)
    tell_what_failed(record.rows, None)
    _print(record, chosen, output)
    if lacking or apart or any(row.failed is not None for row in record.rows):
        raise typer.Exit(1)


def _plan(options: SweepOptions, output: "Path | None") -> "SweepPlan":
    from actviz.cli.sweep_runs import SweepPlan
    from actviz.errors import SpecError
    from actviz.sweeps.parts import Part
    from actviz.sweeps.size import MOST_EVER, MOST_UNASKED

    if output is None:
        for name in ("part", "resume"):
            if getattr(options, name):
                raise SpecError(f"--{name} needs -o FILE, beside which the rows are kept")
    if options.scheduler is not None and options.workers is not None:
        raise SpecError("--scheduler has workers of its own: leave --workers out")
    return SweepPlan(
        part=Part() if options.part is None else Part.read(options.part),
        output=output,
        resume=options.resume,
        at_most=MOST_EVER if options.yes else MOST_UNASKED,
        workers=options.workers,
        scheduler=options.scheduler,
        memory_limit=options.memory_limit,
    )


def _sweep_of(options: SweepOptions) -> "SweepSpec":
    """Return which stacks the options name."""
    from actviz.cli import names
    from actviz.records.spec import DISTRIBUTIONS, DTYPES, RNGS
    from actviz.sweeps.size import MOST_UNASKED
    from actviz.sweeps.spec import SweepSpec

    init = names.initializers(options.init)
    choices = {"input_distribution": DISTRIBUTIONS, "dtype": DTYPES, "rng": RNGS}
    chosen = {
        name: None if (given := getattr(options, name)) is None else opt.choice(name, given, among)
        for name, among in choices.items()
    }
    default = None if init else "logspace:-3:0.5:30"
    whole = not (options.yes or options.part or options.resume)
    found = SweepSpec.of(
        at_most=MOST_UNASKED if whole else None,  # of a part, what is left is counted later
        activation=names.activations(options.named, options.activation) or "tanh",
        init=init,
        std=opt.given(_joined(options.std), default),
        gain=_joined(options.gain),
        depth=opt.given(_joined(options.depth), "50"),
        width=_joined(options.width),
        bias_std=_joined(options.bias_std),
        input_std=_joined(options.input_std),
        input_width=options.input_width,
        samples=options.samples,
        seed=options.seed,
        seeds=opt.given(options.seeds, 1),
        **chosen,
    )
    names.tell_of_xavier(init, (found.largest.shapes[0][0], *found.largest.widths))
    return found


def _joined(texts: Sequence[str] | None) -> str | None:
    """Return the values of an option that was given several times as one text."""
    return None if texts is None else ", ".join(texts)
