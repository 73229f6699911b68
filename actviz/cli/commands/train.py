"""``actviz train``: train small nets from several initializers, and print what became of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.cli import look
from actviz.cli import options as opt
from actviz.cli.commands import train_picture
from actviz.cli.output import as_json, complain, say, say_table

if TYPE_CHECKING:
    from actviz.training.data.datasets import Dataset
    from actviz.training.record import TrainingRecord
    from actviz.training.spec import TrainSpec

FORMATS = ("table", "csv", "json")

EXAMPLES = """Examples:

actviz train circles

actviz train circles -i zeros -i he --format csv > circles.csv

actviz train mnist --download --seeds 3

actviz train arrays --x X.npy --y y.npy --hidden 64,64 -a tanh -i xavier -i he
"""

_NET = "The nets: one for every initializer and seed"
_TRAINING = "Their training"
_DATA = "The data"
_OUTPUT = "The output"

#: Steps in the table for people.
_ROWS = 16


def _batch(text: str) -> int | str:
    return text if text == "all" else opt.whole(text)


def train(
    context: typer.Context,
    task: Annotated[
        str,
        typer.Argument(
            metavar="TASK",
            show_default=False,
            help="circles, mnist, digits (scikit-learn's), or arrays of your own.",
            autocompletion=opt.names("actviz.training.tasks", "TASKS"),
        ),
    ],
    init: Annotated[
        list[str] | None,
        opt.option(
            *("-i", "--init"),
            default="the task's own",
            panel=_NET,
            metavar="NAME",
            help="Initializer, such as he, std=0.01 or uniform=0.1; several times for several.",
            autocompletion=opt.names("actviz.layers.initializers", "INITIALIZERS"),
        ),
    ] = None,
    activation: Annotated[
        str | None,
        opt.option(
            *("-a", "--activation"),
            default="relu",
            panel=_NET,
            metavar="NAME",
            help="Activation of the hidden layers.",
            autocompletion=opt.names("actviz.layers.activations", "ACTIVATIONS"),
        ),
    ] = None,
    hidden: Annotated[
        Any,
        opt.option(
            "--hidden",
            default="the task's own",
            panel=_NET,
            parser=opt.wholes,
            metavar="N,N,…",
            help="Units of each hidden layer.",
        ),
    ] = None,
    seed: Annotated[
        int | None,
        opt.option(
            *("-s", "--seed"),
            default="the task's own",
            panel=_NET,
            parser=opt.whole,
            metavar="N",
            help="Of the weights and the batches.",
        ),
    ] = None,
    seeds: Annotated[
        int | None,
        opt.option(
            "--seeds",
            default="1",
            panel=_NET,
            parser=opt.whole,
            metavar="N",
            help="How many seeds each initializer is run with, counted from --seed.",
        ),
    ] = None,
    dtype: Annotated[
        str | None,
        opt.option(
            "--dtype",
            default="the task's own",
            panel=_NET,
            metavar="NAME",
            help="float64 or float32.",
            autocompletion=opt.names("actviz.records.spec", "DTYPES"),
        ),
    ] = None,
    steps: Annotated[
        int | None,
        opt.option(
            "--steps",
            default="the task's own",
            panel=_TRAINING,
            parser=opt.whole,
            metavar="N",
            help="Updates of the weights.",
        ),
    ] = None,
    batch: Annotated[
        Any,
        opt.option(
            "--batch",
            default="the task's own",
            panel=_TRAINING,
            parser=_batch,
            metavar="N|all",
            help="Rows in a step, drawn with replacement, or all of them.",
        ),
    ] = None,
    lr: Annotated[
        float | None,
        opt.option(
            "--lr",
            default="the task's own",
            panel=_TRAINING,
            parser=opt.number,
            metavar="NUMBER",
            help="Learning rate.",
        ),
    ] = None,
    optimizer: Annotated[
        str | None,
        opt.option(
            "--optimizer",
            default="sgd",
            panel=_TRAINING,
            metavar="NAME",
            help="sgd, momentum (0.9) or adam.",
            autocompletion=opt.names("actviz.training.spec", "OPTIMIZERS"),
        ),
    ] = None,
    report_every: Annotated[
        int | None,
        opt.option(
            "--report-every",
            default="1000 for circles, else 100",
            panel=_TRAINING,
            parser=opt.whole,
            metavar="N",
            help="Take the accuracies at every so many steps, and at the last.",
        ),
    ] = None,
    record_every: Annotated[
        int | None,
        opt.option(
            "--record-every",
            default="never",
            panel=_TRAINING,
            parser=opt.whole,
            metavar="N",
            help="Keep every layer's statistics and histograms at so many steps, for json.",
        ),
    ] = None,
    x: Annotated[
        str | None,
        opt.option(
            "--x",
            default=None,
            panel=_DATA,
            metavar="FILE",
            help="Task arrays: the rows, .npy, .npz or .csv.",
        ),
    ] = None,
    y: Annotated[
        str | None,
        opt.option(
            "--y",
            default="in the .npz",
            panel=_DATA,
            metavar="FILE",
            help="Task arrays: a class for each row.",
        ),
    ] = None,
    test_share: Annotated[
        float | None,
        opt.option(
            "--test-share",
            default="0.2",
            panel=_DATA,
            parser=opt.number,
            metavar="NUMBER",
            help="Task arrays: share of the rows that is kept for testing.",
        ),
    ] = None,
    data_dir: Annotated[
        str | None,
        opt.option(
            "--data-dir",
            default="ACTVIZ_DATA_DIR, or the cache",
            panel=_DATA,
            metavar="DIR",
            help="Task mnist: the folder of its four files.",
        ),
    ] = None,
    download: Annotated[
        bool,
        opt.option(
            "--download",
            metavar="",
            default=None,
            panel=_DATA,
            help="Task mnist: fetch what is not there, about 11 MB.",
        ),
    ] = False,
    format: Annotated[  # noqa: A002
        str | None,
        opt.option(
            *("-f", "--format"),
            default="table",
            panel=_OUTPUT,
            metavar="NAME",
            help="table for people; csv, a row for each run and reported step; json, everything.",
            autocompletion=lambda: list(FORMATS),
        ),
    ] = None,
    output: Annotated[
        str | None,
        opt.option(
            *("-o", "--output"),
            metavar="FILE",
            default="actviz.png with format table, else none",
            panel=look.FIGURE,
            help="The picture; its suffix chooses .png, .svg or .pdf.",
        ),
    ] = None,
    view: Annotated[
        str | None,
        opt.option(
            "--view",
            metavar="NAME",
            default="all",
            panel=look.FIGURE,
            help="all, loss, accuracy, boundaries, table; grid and strips of recorded steps.",
            autocompletion=opt.names("actviz.plot.training.views", "TRAINING_VIEWS"),
        ),
    ] = None,
    size: look.Paper = None,
    theme: look.Theme = None,
    title: look.Title = None,
    font: look.Font = None,
    transparent: look.Transparent = None,
    dpi: look.Dpi = None,
) -> None:
    """Train small nets that differ in their initialization alone, and draw what became of them.

    circles is a course's comparison: zeros, too large, and He, on two circles, with its numbers.

    mnist is a textbook's: five layers from std = 0.01, Xavier and He. Ctrl-C keeps what is done.
    """
    from actviz.training.loop import run_training

    options = {name: it for name, it in context.params.items() if it not in (None, [], ())}
    chosen = opt.choice("format", options.get("format", "table"), FORMATS)
    spec = _spec(options)
    picture = train_picture.read(options, spec, pure=chosen != "table")
    data = _data(spec, options)
    with _meter("steps") as meter:
        record = run_training(spec, data, progress=meter.show)
    _report(record)
    _PRINTERS[chosen](record)
    if picture is not None:
        train_picture.write(record, picture, look.command_of(context))
        if chosen == "table":
            say(f"\n{picture.path}\n")
    if record.interrupted:
        raise typer.Exit(130)
    if record.diverged:
        raise typer.Exit(3)


def _meter(what: str) -> Any:
    from actviz.cli.progress import meter

    return meter(what)


# --- from options ---------------------------------------------------------------------------


def _spec(options: Mapping[str, Any]) -> "TrainSpec":
    """Return what is run: the task's own spec, and what was given instead."""
    from actviz.errors import SpecError
    from actviz.records.spec import DTYPES, check_integer
    from actviz.training.spec import MAX_RUNS, OPTIMIZERS
    from actviz.training.tasks import get_task

    spec = get_task(options["task"]).spec
    same = ("activation", "hidden", "steps", "lr", "report_every", "record_every")
    fields = {name: options[name] for name in same if name in options}
    for name, allowed in (("optimizer", OPTIMIZERS), ("dtype", DTYPES)):
        if name in options:
            fields[name] = opt.choice(name, options[name], allowed)
    if "init" in options:
        fields["inits"] = tuple(options["init"])
    if "batch" in options:
        fields["batch"] = None if options["batch"] == "all" else options["batch"]
    count = check_integer("seeds", options.get("seeds", 1), 1, MAX_RUNS)
    first = options.get("seed", spec.seeds[0])
    fields["seeds"] = tuple(range(first, first + count))
    for name in ("x", "y", "test_share"):
        if name in options and spec.task != "arrays":
            flag = name.replace("_", "-")
            raise SpecError(f"--{flag} goes with task arrays (got task {spec.task})")
    if spec.task != "mnist" and (options["download"] or "data_dir" in options):
        raise SpecError(f"--data-dir and --download go with task mnist (got task {spec.task})")
    return replace(spec, **fields)


def _data(spec: "TrainSpec", options: Mapping[str, Any]) -> "Dataset":
    from actviz.errors import SpecError
    from actviz.training import loop
    from actviz.training.data import datasets, mnist

    if spec.task == "arrays":
        if "x" not in options:
            raise SpecError("task arrays needs --x FILE, and --y FILE unless that is a .npz")
        share = options.get("test_share", 0.2)
        return datasets.from_files(options["x"], options.get("y"), test_share=share)
    if options["download"]:
        with _meter("bytes") as bar:
            folder = mnist.download(options.get("data_dir"), bar=bar)
        return mnist.load_mnist(folder)
    return loop.load(spec.task, data_dir=options.get("data_dir"))


# --- to standard output ---------------------------------------------------------------------


def _report(record: "TrainingRecord") -> None:
    from actviz.training.loop import where_stopped

    for run in record.diverged:
        complain(
            f"{run.init_name}, seed {run.seed}: diverged at step {run.diverged_at}, where its loss "
            "or its weights are not finite; it stops there (a smaller --lr may help)"
        )
    if record.interrupted:
        complain(where_stopped(record))


def _print_table(record: "TrainingRecord") -> None:
    from actviz.format import significant

    spec, data = record.spec, record.data
    layers = "-".join(map(str, (data.n_features, *spec.hidden, _outputs(len(data.classes)))))
    rate = f"{spec.optimizer}, rate {spec.lr:g}"
    batch = "all rows" if spec.batch is None else f"batches of {spec.batch}"
    seeds = "" if len(spec.seeds) == 1 else f", medians of {len(spec.seeds)} seeds"
    say(f"{data.name}: {layers}, {spec.activation.name}; {rate}, {batch}{seeds}\n\n")
    _say_losses(record, significant)
    _say_ends(record)


def _outputs(classes: int) -> int:
    return 1 if classes == 2 else classes


def _say_losses(record: "TrainingRecord", number: Callable[[float, int], str]) -> None:
    from math import isfinite
    from statistics import median

    names = list(record.spec.init_names)
    found: dict[int, dict[str, list[Any]]] = {}
    for run in record.runs:
        for item in run.reported:
            found.setdefault(item.step, {}).setdefault(run.init_name, []).append(item)
    steps = sorted(found)
    stride = -(-len(steps) // _ROWS)
    shown = [*steps[:-1:stride], *steps[-1:]]

    def cell(items: list[Any]) -> str:
        if not items:
            return ""
        loss, stable = (median(getattr(i, it) for i in items) for it in ("loss", "stable_loss"))
        if isfinite(loss):
            return number(loss, 4)
        return f"{loss} ({number(stable, 4)})" if isfinite(stable) else str(stable)

    rows = [[str(s), *(cell(found[s].get(name, [])) for name in names)] for s in shown]
    say_table(("loss at step", *names), rows, numbers=("loss at step", *names))
    if any("(" in text for row in rows for text in row):
        say("inf is what the formula -log(a) gives; in brackets the loss that it should be\n")


def _say_ends(record: "TrainingRecord") -> None:
    heads = ("init", "train accuracy", "test accuracy", "rank of each W's change", "end")
    rows = []
    for name in record.spec.init_names:
        runs = record.runs_of(name)
        last = [run.reported[-1] for run in runs if run.reported]
        ranks = dict.fromkeys(" ".join(map(str, run.weight_change_rank)) for run in runs)
        ends = dict.fromkeys(run.end for run in runs)
        train, test = (
            _shares([getattr(item, it) for item in last])
            for it in ("train_accuracy", "test_accuracy")
        )
        rows.append([name, train, test, ", ".join(ranks), ", ".join(ends)])
    say("\n")
    say_table(heads, rows, numbers=heads[1:3])


def _shares(values: list[float | None]) -> str:
    from statistics import median

    known = [value for value in values if value is not None]
    if not known:
        return "-"
    middle = f"{median(known):.4f}"
    return middle if len(known) == 1 else f"{middle} ({min(known):.4f}–{max(known):.4f})"


def _print_csv(record: "TrainingRecord") -> None:
    import csv
    from io import StringIO

    from actviz.training.record import COLUMNS

    buffer = StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(record.to_rows())
    say(buffer.getvalue())


def _print_json(record: "TrainingRecord") -> None:
    from actviz.files.records import to_json

    say(as_json(to_json(record)))


_PRINTERS = {"table": _print_table, "csv": _print_csv, "json": _print_json}
