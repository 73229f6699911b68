"""``actviz figure``: the figures of the literature by name, drawn, listed or checked."""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.cli import look
from actviz.cli import options as opt
from actviz.cli.commands import trained_figures
from actviz.cli.output import complain, say, say_json, say_table
from actviz.errors import SpecError

if TYPE_CHECKING:
    from actviz.cli.look import Look
    from actviz.literature.figure import NamedFigure
    from actviz.literature.trained import TrainedFigure
    from actviz.records.spec import StackSpec

_WHICH = "Which"
PICTURES = ("png", "svg", "pdf")
LISTS = ("table", "json")
BOTH = ("honest", "textbook")

EXAMPLES = """Examples:

actviz figure --list

actviz figure saito-relu-he

actviz figure saito-relu --verify

actviz figure --all -o figures --theme dark
"""


def figure(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME…]",
            show_default=False,
            help="Names that --list has.",
            autocompletion=lambda: list(trained_figures.table()),
        ),
    ] = None,
    every: Annotated[
        bool | None,
        opt.option("--all", metavar="", default=None, panel=_WHICH, help="All of them."),
    ] = None,
    listed: Annotated[
        bool | None,
        opt.option(
            "--list", metavar="", default=None, panel=_WHICH, help="Print their names and stop."
        ),
    ] = None,
    verified: Annotated[
        bool | None,
        opt.option(
            "--verify",
            metavar="",
            default=None,
            panel=_WHICH,
            help="Print the expected numbers, published or calculated, beside those obtained; "
            "exit 1 if one is off.",
        ),
    ] = None,
    output: Annotated[
        str | None,
        opt.option(
            *("-o", "--output"),
            metavar="DIR",
            default="the current directory",
            panel=look.FIGURE,
            help="Where to: a directory, which is made if need be.",
        ),
    ] = None,
    format_: Annotated[
        str | None,
        opt.option(
            "--format",
            metavar="NAME",
            default="png, table",
            panel=look.FIGURE,
            help="png, svg or pdf; with --list or --verify table or json.",
            autocompletion=lambda: [*PICTURES, *LISTS],
        ),
    ] = None,
    style: Annotated[
        str | None,
        opt.option(
            "--style",
            metavar="NAME",
            default="both",
            panel=look.FIGURE,
            help="honest, or textbook: what the source's own page looks like.",
            autocompletion=lambda: list(BOTH),
        ),
    ] = None,
    view: look.View = None,
    signal: opt.Signal = None,
    size: look.Paper = None,
    theme: look.Theme = None,
    font: look.Font = None,
    transparent: look.Transparent = None,
    dpi: look.Dpi = None,
) -> None:
    """Draw the figures of the course books by name.

    Each in two versions: NAME-textbook as its source prints it, and NAME-honest with what that
    hides. Published numbers come with most of them: see --verify.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    chosen = _chosen(names or [], bool(every), bool(listed))
    figures, trained = trained_figures.parted(chosen)
    if listed or verified:
        form = opt.choice("format", "table" if format_ is None else format_, LISTS)
        if listed:
            _list(chosen, form)
            return
        _verify(figures, trained, form, named=bool(names))
        return
    suffix = opt.choice("format", "png" if format_ is None else format_, PICTURES)
    given = {name: value for name, value in context.params.items() if value is not None}
    styles = BOTH if style is None else (opt.choice("style", style, BOTH),)
    if style is None and "view" in given:
        styles = ("honest",)  # the books have no other view
    looks = [look.read_look({**given, "style": name}) for name in styles]
    folder = _folder(output)
    if trained and "view" in given:
        if names:
            raise SpecError(f"figure {trained[0].name} has a view of its own: leave --view out")
        trained = []
    if figures:
        _draw(
            context, figures, looks, folder, suffix, sized=size is not None, viewed=view is not None
        )
    if trained:
        _make(folder)
        trained_figures.draw(
            context, trained, looks, folder, suffix, named=bool(names), sized=size is not None
        )


def _chosen(names: Sequence[str], every: bool, listed: bool) -> "list[NamedFigure | TrainedFigure]":
    from actviz.lookup import lookup

    if names and every:
        raise SpecError("name figures or give --all, not both")
    if not names and not every and not listed:
        raise SpecError("name a figure, or give --all; actviz figure --list has the names")
    table = trained_figures.table()
    chosen = [lookup(table, name, kind="figure") for name in dict.fromkeys(names)]
    return list(dict.fromkeys(chosen)) or list(table.values())


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
        raise SpecError(f"-o names a directory, and {folder} is the name of a file")
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


def _draw(
    context: typer.Context,
    figures: "Sequence[NamedFigure]",
    looks: "Sequence[Look]",
    folder: Path,
    suffix: str,
    *,
    sized: bool,
    viewed: bool,
) -> None:
    """Simulate all of them, draw and write one after the other, and say where each is."""
    from actviz.cli import stacks
    from actviz.files.images import write_figure
    from actviz.plot.views import plot_named

    jobs = [(named, item) for named in figures for item in looks]
    specs = [_specs(named, item) for named, item in jobs]
    # All at once: what figures have in common is drawn and computed once.
    records = stacks.run([spec for own in specs for spec in own])
    _make(folder)
    rest = iter(records)
    for (named, item), own in zip(jobs, specs, strict=True):
        arguments = (item if sized else replace(item, size=None)).arguments()
        shown = list(islice(rest, len(own)))
        view = item.view if viewed else None
        drawn = plot_named(named, shown, style=item.style, view=view, **arguments)  # type: ignore[arg-type]
        path = folder / f"{named.name}-{_version(item)}.{suffix}"
        write_figure(
            drawn,
            path,
            look.metadata(drawn.picture, look.command_of(context, named.name)),
            dpi=item.dpi,
            transparent=item.transparent,
        )
        say(f"{path}\n")
    stacks.exit_if_diverged(records)


def _specs(named: "NamedFigure", item: "Look") -> "Sequence[StackSpec]":
    """Return what a version of a figure shows.

    Raises
    ------
    SpecError
        If it is of a gradient that the source does not have.
    """
    from actviz.layers.signals import BACKWARD

    backward = item.given.get("signal") in BACKWARD
    if item.style == "textbook":
        if backward and not named.specs[0].gradients:
            asked = item.given["signal"]
            raise SpecError(
                f"the textbook version of {named.name} shows no {asked}: add --style honest"
            )
        return named.specs
    more = item.simulated() if item.view == "depth" else {"gradients": True} if backward else {}
    return [replace(spec, **more) for spec in named.honest_specs]


def _make(folder: Path) -> None:
    from actviz.errors import ExportError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"cannot make {folder}: {error.strerror}") from error


def _version(item: "Look") -> str:
    return item.view if item.view != "grid" else item.style


def _list(figures: "Sequence[NamedFigure | TrainedFigure]", form: str) -> None:
    rows = [(item.name, item.line, item.source) for item in figures]
    if form == "json":
        keys = ("name", "line", "source")
        entries = [dict(zip(keys, row, strict=True)) for row in rows]
        say_json(entries, indent=2)
        return
    say_table(("name", "what is seen", "source"), rows, expendable=("source",))


def _verify(
    figures: "Sequence[NamedFigure]", trained: "Sequence[TrainedFigure]", form: str, *, named: bool
) -> None:
    from actviz.cli import stacks
    from actviz.format import significant
    from actviz.literature.figure import verify

    entries = []
    for item in figures:
        if not item.numbers:
            complain(f"{item.name}: its source gives no numbers")
            continue
        entries += list(_verified(item.name, verify(item, stacks.run(item.specs))))
    if trained:
        entries += trained_figures.verified(trained, named=named)
    wrong = sum(not entry["ok"] for entry in entries)
    if form == "json":
        say_json(entries, indent=2)
    else:
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
        say_table(
            (*heads, "allowed", "kind", ""),
            cells,
            numbers=("layer", "expected", "obtained", "difference", "allowed"),
            expendable=("figure",),
        )
        say(f"\n{len(entries) - wrong} of {len(entries)} numbers are within their tolerance\n")
    if wrong:
        raise typer.Exit(1)


def _place(entry: Mapping[str, Any]) -> str:
    return str(entry["layer"]) if "layer" in entry else f"step {entry['step']}"


def _verified(name: str, results: "Sequence[Any]") -> Iterator[dict[str, Any]]:
    from actviz.literature.stacks import get_figure

    specs = get_figure(name).specs
    for result in results:
        number = result.number
        yield {
            "figure": name,
            "activation": specs[number.stack].activation.name,
            "init": specs[number.stack].init_name,
            "layer": number.layer,
            "signal": get_figure(name).signal,
            "statistic": number.statistic,
            "expected": number.value,
            "obtained": result.obtained,
            "difference": result.difference,
            "tolerance": number.tolerance,
            "kind": number.origin,
            "ok": result.ok,
        }
