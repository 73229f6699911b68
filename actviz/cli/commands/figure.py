"""``actviz figure``: the figures of the literature by name, drawn, listed or checked."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.cli import look, spec_options, trained_figures
from actviz.cli import options as opt
from actviz.cli.output import complain, print_as, print_table, print_text
from actviz.errors import SpecError

if TYPE_CHECKING:
    from actviz.checks.published import Verified
    from actviz.cli.figure_files import FigureJob
    from actviz.cli.look import CheckedLook
    from actviz.literature.figure import NamedFigure, Number
    from actviz.records.measuring import Measuring

PICTURES = ("png", "svg", "pdf")
LISTS = ("table", "json")
BOTH = ("honest", "textbook")

EXAMPLES = """Examples:

actviz figure --list

actviz figure saito-relu-he

actviz figure saito-relu --verify

actviz figure --all -o figures --theme dark
"""


_which = partial(opt.Option, panel="Which")
_figure = partial(opt.Option, panel=look.FIGURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureOptions:
    """Which figures, what becomes of them, and how they look."""

    names: Annotated[
        tuple[str, ...] | None,
        typer.Argument(
            metavar="NAME",
            show_default=False,
            help="Names that --list has, or numbers of a book's figures, such as 6-10.",
            autocompletion=lambda: list(trained_figures.every_figure_by_name()),
        ),
    ] = None
    every: Annotated[bool | None, _which("All of them.", flags="--all")] = None
    listed: Annotated[bool | None, _which("Print their names and stop.", flags="--list")] = None
    verified: Annotated[
        bool | None,
        _which(
            "Print the expected numbers, published or calculated, beside those obtained; "
            "exit 1 if one is off.",
            flags="--verify",
        ),
    ] = None
    memory_limit: Annotated[str | None, opt.memory_limit("Which")] = None
    output: Annotated[
        str | None,
        _figure(
            "Where to: a directory, which is made if need be.",
            short="-o",
            default="the current directory",
            metavar="DIR",
        ),
    ] = None
    format: Annotated[
        str | None,
        _figure(
            "png, svg or pdf; with --list or --verify table or json.",
            default="png, table",
            names=lambda: [*PICTURES, *LISTS],
        ),
    ] = None
    style: Annotated[
        str | None,
        _figure(
            "honest, or textbook: what the source's own page looks like.",
            default="both",
            names=lambda: list(BOTH),
        ),
    ] = None
    explain: look.ExplainOption = None
    cut: Annotated[
        bool | None,
        _figure(
            "The textbook version of saito-relu with its counts cut at 7000, as a line of the "
            "book's script does; the printed page was not seen.",
            flags="--cut",
        ),
    ] = None
    view: look.ViewOption = None
    signal: spec_options.SignalOption = None
    size: look.PaperOption = None
    theme: look.ThemeOption = None
    font: look.FontOption = None
    transparent: look.TransparentOption = None
    dpi: look.DpiOption = None


def figure(options: FigureOptions, context: typer.Context) -> None:
    """Draw the figures of the course books by name.

    Each in two versions: NAME-textbook as its source prints it, and NAME-honest with what that
    hides. Published numbers come with most of them: see --verify.
    """
    chosen = _chosen(options.names or (), bool(options.every), bool(options.listed))
    figures, trained, nets = trained_figures.parted(chosen)
    named, sized = bool(options.names), options.size is not None
    if options.listed or options.verified:
        form = opt.choice("format", options.format, LISTS)
        if options.listed:
            _list(chosen, form)
            return
        _verify([*figures, *nets], trained, form, options.memory_limit, named=named)
        return
    suffix = opt.choice("format", options.format, PICTURES)
    styles = BOTH if options.style is None else (opt.choice("style", options.style, BOTH),)
    if options.style is None and options.view is not None:
        styles = ("honest",)  # the books have no other view
    if options.cut:
        figures, trained, nets = _cut(chosen, options, named=named), [], []
        styles = ("textbook",)
    looks = [look.read_look(replace(look.of_a_look(options), style=name)) for name in styles]
    folder = _folder(options.output)
    if (own := [*trained, *nets]) and options.view is not None:
        if named:
            raise SpecError(f"figure {own[0].name} has a view of its own: leave --view out")
        trained, nets = [], []
    if nets and "honest" not in styles and named:
        raise SpecError(f"figure {nets[0].name} has the honest version alone: leave --style out")
    trained = trained_figures.those_there(trained, named=named)
    if not sized:  # then each style has its own
        looks = [replace(item, size=None) for item in looks]
    honest = [item for item in looks if item.style != "textbook"]
    same: dict[str, Any] = {"suffix": suffix, "memory_limit": options.memory_limit}
    jobs = [
        *_jobs_of_stacks(context, figures, looks, options, same),
        *_jobs_of_trainings(context, trained, looks, same),
        *(_job(context, [item], honest, same) for item in nets if honest),
    ]
    _check_memory(jobs)
    if jobs:
        from actviz.cli.figure_files import make_figures

        _make(folder)
        make_figures(jobs, folder, explain=bool(options.explain))


def _job(
    context: typer.Context,
    figures: "Sequence[NamedFigure]",
    looks: "Sequence[CheckedLook]",
    same: Mapping[str, Any],
    measurings: "tuple[tuple[Measuring, ...], ...]" = (),
) -> "FigureJob":
    from actviz.cli.figure_files import FigureJob

    commands = tuple(look.typed_command(context, item.name) for item in figures)
    return FigureJob(
        figures=tuple(figures),
        commands=commands,
        looks=tuple(looks),
        measurings=measurings,
        **same,
    )


def _jobs_of_stacks(
    context: typer.Context,
    figures: "Sequence[NamedFigure]",
    looks: "Sequence[CheckedLook]",
    options: FigureOptions,
    same: Mapping[str, Any],
) -> "list[FigureJob]":
    """Return a job for all figures that show some of the same stacks: each is run once."""
    viewed = options.view is not None
    own: dict[str, Any] = {"viewed": viewed, "cut": bool(options.cut), **same}
    measurings = {
        named: tuple(_measuring(named, one, viewed) for one in looks) for named in figures
    }
    return [
        _job(context, group, looks, own, tuple(measurings[named] for named in group))
        for group in _sharing(figures)
    ]


def _sharing(figures: "Sequence[NamedFigure]") -> "list[list[NamedFigure]]":
    """Return figures in groups, of which no two have a stack in common, in the figures' order."""
    groups: list[list[NamedFigure]] = []
    for named in figures:
        own = set(named.specs)
        shared = [group for group in groups if any(own & set(other.specs) for other in group)]
        groups = [group for group in groups if group not in shared]
        groups.append([*(other for group in shared for other in group), named])
    place = {named: index for index, named in enumerate(figures)}
    return sorted(groups, key=lambda group: place[group[0]])


def _jobs_of_trainings(
    context: typer.Context,
    figures: "Sequence[NamedFigure]",
    looks: "Sequence[CheckedLook]",
    same: Mapping[str, Any],
) -> "list[FigureJob]":
    """Return a job for each training, with all figures that show it."""
    groups: dict[Any, list[NamedFigure]] = {}
    for item in figures:
        groups.setdefault(item.training, []).append(item)
    return [_job(context, group, looks, same) for group in groups.values()]


def _check_memory(jobs: "Sequence[FigureJob]") -> None:
    from actviz.simulation.jobs import check_each_fits

    for job in jobs:
        for figure, measurings in zip(job.figures, job.measurings, strict=False):
            for measuring in measurings:
                check_each_fits(figure.specs, measuring, job.memory_limit)


def _chosen(names: Sequence[str], every: bool, listed: bool) -> "list[NamedFigure]":
    from actviz.literature.stacks import MEANT
    from actviz.lookup import lookup

    if names and every:
        raise SpecError("name figures or give --all, not both")
    if not names and not every and not listed:
        raise SpecError("name a figure, or give --all; actviz figure --list has the names")
    known = trained_figures.every_figure_by_name()
    chosen = [lookup(known, name, kind="figure", meant=MEANT) for name in dict.fromkeys(names)]
    return list(dict.fromkeys(chosen or known.values()))


def _cut(
    chosen: "Sequence[NamedFigure]", options: FigureOptions, *, named: bool
) -> "list[NamedFigure]":
    """Return those figures whose source's script cuts them.

    Raises
    ------
    SpecError
        If another version is asked for, or a figure that was named is not cut.
    """
    if options.view is not None or (options.style or "textbook").strip().lower() != "textbook":
        raise SpecError("--cut is of the textbook version: leave --style and --view out")
    found = [item for item in chosen if item.cut is not None]
    if named and (others := [item.name for item in chosen if item.cut is None]):
        have = [
            item.name for item in trained_figures.every_figure().values() if item.cut is not None
        ]
        raise SpecError(f"the script of {others[0]} cuts nothing; --cut is of {', '.join(have)}")
    return found


def _folder(output: str | None) -> Path:
    """Return the directory to write to; it is made when there is something to put into it.

    Raises
    ------
    SpecError
        If it is a file, or its name says that one is meant.
    ExportError
        If it cannot be written to.
    """
    from actviz.errors import ExportError

    if output == "":
        raise SpecError("the output's name is empty: name a directory")
    folder = Path(output or ".")
    if "\0" in str(folder):
        raise SpecError("the output's name has a NUL character: name a directory")
    if folder.suffix[1:].lower() in PICTURES and not folder.is_dir():
        raise SpecError(
            f"-o names a directory, in which each picture is named after its figure, and {folder} "
            f"is the name of a file: write -o {folder.with_suffix('')} "
            f"--format {folder.suffix[1:].lower()}"
        )
    there = folder
    try:
        while not there.exists() and not there.is_symlink():
            there = there.parent
    except OSError as error:
        raise ExportError(f"cannot write to {folder}: {error.strerror}") from error
    if not there.exists():
        raise ExportError(f"cannot write to {folder}: {there} is a link to nowhere")
    if not there.is_dir():
        raise SpecError(f"{there} is a file: -o names a directory")
    if not os.access(there, os.W_OK | os.X_OK):
        raise ExportError(f"cannot write to {there}: permission denied")
    return folder


def _measuring(named: "NamedFigure", item: "CheckedLook", viewed: bool) -> "Measuring":
    """Return what a version of a figure shows of its stacks.

    Raises
    ------
    SpecError
        If it is of a gradient that the source does not have.
    """
    from actviz.layers.signals import BACKWARD
    from actviz.records.unit_sample import MOST

    backward = item.given.get("signal") in BACKWARD
    if item.style == "textbook":
        if backward and not named.measuring.gradients:
            asked = item.given["signal"]
            raise SpecError(
                f"the textbook version of {named.name} shows no {asked}: add --style honest"
            )
        return named.measuring
    if viewed and item.view == "units":
        return replace(named.honest, unit_sample=MOST)
    asks = item.view in ("depth", "overview")
    more = item.simulated() if asks else {"gradients": True} if backward else {}
    return replace(named.honest, **more)


def _make(folder: Path) -> None:
    from actviz.errors import ExportError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"cannot make {folder}: {error.strerror}") from error


def _list(figures: "Sequence[NamedFigure]", form: str) -> None:
    from actviz.words.literature import seen

    keys = ("name", "line", "source", "versions")
    heads = ("name", "also", "what is seen", "source")
    rows = [
        (item.name, seen(item), item.source, ["honest"] if item.nets else list(BOTH))
        for item in figures
    ]
    named = [(i.name, ", ".join(i.aliases), seen(i), i.source) for i in figures]
    print_as(
        form,
        table=lambda: print_table(heads, named, expendable=("source",)),
        plain=lambda: [dict(zip(keys, row, strict=True)) for row in rows],
        indent=2,
    )


def _verify(
    figures: "Sequence[NamedFigure]",
    trained: "Sequence[NamedFigure]",
    form: str,
    memory_limit: str | None,
    *,
    named: bool,
) -> None:
    from actviz.checks.published import verify
    from actviz.cli import stacks
    from actviz.simulation.jobs import check_each_fits

    for item in figures:
        check_each_fits(item.specs, item.measuring, memory_limit)
    entries: list[dict[str, Any]] = []
    for item in figures:
        if not item.numbers:
            complain(f"{item.name}: its source gives no numbers to verify")
            continue
        records = stacks.simulate_specs(item.specs, item.measuring, memory_limit)
        entries += _entries(item, verify(item, records))
    if trained:
        for item, record in trained_figures.train_all(trained, named=named):
            entries += _entries(item, verify(item, record))
    if entries or form != "table":
        print_as(form, table=lambda: _say_entries(entries), plain=lambda: entries, indent=2)
    if not all(entry["ok"] for entry in entries):
        raise typer.Exit(1)


def _say_entries(entries: Sequence[Mapping[str, Any]]) -> None:
    from actviz.format import significant

    heads = ("figure", "stack", "layer", "number", "expected", "obtained", "difference")
    cells = [
        (
            *(entry["figure"], f"{entry['activation']}, {entry['init']}", _place(entry)),
            entry["statistic"],
            f"{entry['expected']:.6g}",
            "-" if entry["obtained"] is None else f"{entry['obtained']:.6g}",
            "-" if entry["difference"] is None else significant(entry["difference"], 1),
            f"±{significant(entry['tolerance'], 1)}",
            entry["kind"],
            "ok" if entry["ok"] else "OFF",
        )
        for entry in entries
    ]
    print_table(
        (*heads, "allowed", "kind", ""),
        cells,
        numbers=("layer", "expected", "obtained", "difference", "allowed"),
        expendable=("figure",),
    )
    right = sum(entry["ok"] for entry in entries)
    print_text(f"\n{right} of {len(entries)} numbers are within their tolerance\n")


def _place(entry: Mapping[str, Any]) -> str:
    return str(entry["layer"]) if "layer" in entry else f"step {entry['step']}"


def _entries(figure: "NamedFigure", results: "Sequence[Verified]") -> Iterator[dict[str, Any]]:
    for result in results:
        number = result.number
        yield {
            "figure": figure.name,
            **_held(figure, number),
            "statistic": number.statistic,
            "expected": number.value,
            "obtained": result.obtained,
            "difference": result.difference,
            "tolerance": number.tolerance,
            "kind": number.origin,
            "ok": result.ok,
        }


def _held(figure: "NamedFigure", number: "Number") -> dict[str, Any]:
    """Return what a number is of: a layer's signal, or a step of a training."""
    if (spec := figure.training) is not None:
        return {
            "activation": spec.activation.name,
            "init": spec.init_names[number.stack],
            "step": spec.steps - 1 if number.step is None else number.step,
        }
    stack = figure.specs[number.stack]
    return {
        "activation": stack.activation.name,
        "init": stack.init_name,
        "layer": number.layer,
        "signal": figure.signal,
    }
