"""``actviz train``: train small nets from several initializers, and print what became of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.cli import look
from actviz.cli import options as opt
from actviz.cli.commands import train_picture
from actviz.cli.output import complain, print_as, print_table, print_text

if TYPE_CHECKING:
    from actviz.training.data.datasets import Dataset
    from actviz.training.record import TrainingRecord
    from actviz.training.spec import TrainSpec


EXAMPLES = """Examples:

actviz train circles

actviz train circles -i zeros,he --format csv > circles.csv

actviz train mnist --download --seeds 3

actviz train arrays --x X.npy --y y.npy --hidden 64,64 -a tanh -i lecun,he
"""

_net = partial(opt.Option, panel="The nets: one for every initializer and seed")
_training = partial(opt.Option, panel="Their training")
_data = partial(opt.Option, panel="The data")
_figure = partial(opt.Option, panel=look.FIGURE)

#: Steps in the table for people.
_ROWS = 16


def _batch(text: str) -> int | str:
    return text if text == "all" else opt.whole(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOptions:
    """The nets, how they are trained and on what, and what is made of it."""

    task: Annotated[
        str,
        typer.Argument(
            metavar="TASK",
            show_default=False,
            help="circles, mnist, digits (scikit-learn's), or arrays of your own.",
            autocompletion=opt.names("actviz.training.tasks", "TASKS"),
        ),
    ]
    init: Annotated[
        tuple[str, ...] | None,
        _net(
            "Initializer, or several: std=0.01,xavier,he.",
            short="-i",
            default="the task's own",
            names=opt.names("actviz.layers.initializers", "INITIALIZERS"),
        ),
    ] = None
    std: Annotated[
        tuple[str, ...] | None,
        _net("Std of the weights, or several: the same as -i std=NUMBER.", metavar="NUMBER"),
    ] = None
    activation: Annotated[
        str | None,
        _net(
            "Activation of the hidden layers.",
            short="-a",
            default="relu",
            names=opt.names("actviz.layers.activations", "ACTIVATIONS"),
        ),
    ] = None
    hidden: Annotated[
        tuple[int, ...] | None, _net("Units of each hidden layer.", default="the task's own")
    ] = None
    seed: Annotated[
        int | None,
        _net("Of the weights and the batches.", short="-s", default="the task's own"),
    ] = None
    seeds: Annotated[
        int | None,
        _net("How many seeds each initializer is run with, counted from --seed.", default="1"),
    ] = None
    dtype: Annotated[
        str | None,
        _net(
            "float64 or float32.",
            default="the task's own",
            names=opt.names("actviz.records.spec", "DTYPES"),
        ),
    ] = None
    steps: Annotated[int | None, _training("Updates of the weights.", default="the task's own")] = (
        None
    )
    batch: Annotated[
        int | str | None,
        _training(
            "Rows in a step, drawn with replacement, or all of them.",
            default="the task's own",
            parser=_batch,
            metavar="N|all",
        ),
    ] = None
    lr: Annotated[float | None, _training("Learning rate.", default="the task's own")] = None
    optimizer: Annotated[
        str | None,
        _training(
            "sgd, momentum (0.9) or adam.",
            default="sgd",
            names=opt.names("actviz.training.spec", "OPTIMIZER_NAMES"),
        ),
    ] = None
    report_every: Annotated[
        int | None,
        _training(
            "Take the accuracies at every so many steps, and at the last.",
            default="1000 for circles, else 100",
        ),
    ] = None
    record_every: Annotated[
        int | None,
        _training(
            "Keep every layer's statistics and histograms at so many steps, for json.",
            default="never",
        ),
    ] = None
    x: Annotated[
        str | None, _data("Task arrays: the rows, .npy, .npz or .csv.", metavar="FILE")
    ] = None
    y: Annotated[
        str | None,
        _data("Task arrays: a class for each row.", default="in the .npz", metavar="FILE"),
    ] = None
    test_share: Annotated[
        float | None,
        _data("Task arrays: share of the rows that is kept for testing.", default="0.2"),
    ] = None
    data_dir: Annotated[
        str | None,
        _data(
            "Task mnist: the folder of its four files.",
            default="ACTVIZ_DATA_DIR, or the cache",
            metavar="DIR",
        ),
    ] = None
    download: Annotated[
        bool, _data("Task mnist: fetch what is not there, about 11 MB.", flags="--download")
    ] = False
    format: Annotated[
        str | None,
        opt.form(
            "table for people; csv, a row for each run and reported step; json, everything.",
        ),
    ] = None
    output: Annotated[
        str | None,
        _figure(
            "The picture; its suffix chooses .png, .svg or .pdf.",
            short="-o",
            default="actviz.png with format table, else none",
            metavar="FILE",
        ),
    ] = None
    show: look.ShowOption = None
    explain: look.ExplainOption = None
    view: Annotated[
        str | None,
        _figure(
            "all, loss, accuracy, boundaries, table; grid and strips of recorded steps.",
            default="all",
            names=opt.names("actviz.plot.training.views", "TRAINING_VIEWS"),
        ),
    ] = None
    size: look.PaperOption = None
    theme: look.ThemeOption = None
    title: look.TitleOption = None
    font: look.FontOption = None
    transparent: look.TransparentOption = None
    dpi: look.DpiOption = None


def train(options: TrainOptions, context: typer.Context) -> None:
    """Train small nets that differ in their initialization alone.

    What becomes of them is printed, and drawn into a file.

    circles is a course's comparison: zeros, too large, and He, on two circles, with its numbers.

    mnist is a textbook's: five layers from std = 0.01, Xavier and He. Ctrl-C keeps what is done.
    """
    from actviz.cli.names import initializers, one_activation, tell_of_xavier
    from actviz.training.loop import run_training
    from actviz.training.record import TRAINING_COLUMNS

    options = replace(
        options,
        activation=one_activation(options.activation),
        init=initializers(options.init, options.std),
        std=None,
    )
    chosen = opt.choice("format", options.format, opt.FORMATS)
    spec = _spec(options)
    asked = replace(
        look.of_a_look(options),
        output=options.output,
        show=options.show,
        explain=options.explain,
    )
    picture = train_picture.read_picture_options(asked, spec, pure=chosen != "table")
    data = _dataset(spec, options)
    tell_of_xavier(options.init, (data.n_features, *spec.hidden, _outputs(len(data.classes))))
    with _meter("steps") as meter:
        record = run_training(spec, data, progress=meter.show)
    _report(record)
    print_as(
        chosen,
        table=lambda: _print_table(record),
        plain=record.to_dict,
        rows=record.to_rows,
        columns=TRAINING_COLUMNS,
        indent=None,  # it has some 100 000 numbers
    )
    if picture is not None:
        figure = train_picture.draw_and_write(record, picture, look.typed_command(context))
        if chosen == "table":
            if options.explain:
                look.print_explained([figure])
            print_text(f"\n{picture.path}\n")
        if options.show:
            look.show(picture.path)
    if record.interrupted:
        raise typer.Exit(130)
    if record.diverged:
        raise typer.Exit(3)


def _meter(what: str) -> Any:
    from actviz.cli.progress import meter

    return meter(what)


# --- from options ---------------------------------------------------------------------------


def _spec(options: TrainOptions) -> "TrainSpec":
    """Return what is run: the task's own spec, and what was given instead."""
    from actviz.errors import SpecError
    from actviz.records.spec import DTYPES, seeds_from
    from actviz.training.spec import MAX_RUNS, OPTIMIZER_NAMES
    from actviz.training.tasks import get_task

    spec = get_task(options.task).spec
    asked = {
        "inits": options.init,
        "activation": options.activation,
        "hidden": options.hidden,
        "steps": options.steps,
        "lr": options.lr,
        "optimizer": options.optimizer,
        "dtype": options.dtype,
        "report_every": options.report_every,
        "record_every": options.record_every,
    }
    fields: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    for name, allowed in (("optimizer", OPTIMIZER_NAMES), ("dtype", DTYPES)):
        if name in fields:
            fields[name] = opt.choice(name, fields[name], allowed)
    if options.batch is not None:
        fields["batch"] = None if options.batch == "all" else options.batch
    first, count = opt.given(options.seed, spec.seeds[0]), opt.given(options.seeds, 1)
    fields["seeds"] = tuple(seeds_from(first, count, most=MAX_RUNS, rng=spec.rng))
    for name in ("x", "y", "test_share"):
        if getattr(options, name) is not None and spec.task != "arrays":
            flag = name.replace("_", "-")
            raise SpecError(f"--{flag} goes with task arrays (got task {spec.task})")
    if spec.task != "mnist" and (options.download or options.data_dir is not None):
        raise SpecError(f"--data-dir and --download go with task mnist (got task {spec.task})")
    return replace(spec, **fields)


def _dataset(spec: "TrainSpec", options: TrainOptions) -> "Dataset":
    from actviz.errors import SpecError
    from actviz.training import loop
    from actviz.training.data import datasets, mnist

    if spec.task == "arrays":
        if options.x is None:
            raise SpecError("task arrays needs --x FILE, and --y FILE unless that is a .npz")
        share = opt.given(options.test_share, 0.2)
        return datasets.from_files(options.x, options.y, test_share=share)
    if options.download:
        with _meter("bytes") as bar:
            folder = mnist.download(options.data_dir, bar=bar)
        return mnist.load_mnist(folder)
    return loop.load_data(spec.task, data_dir=options.data_dir)


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
    print_text(f"{data.name}: {layers}, {spec.activation.name}; {rate}, {batch}{seeds}\n\n")
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
    print_table(("loss at step", *names), rows, numbers=("loss at step", *names))
    if any("(" in text for row in rows for text in row):
        print_text(
            "inf is what the formula -log(a) gives; in brackets the loss that it should be\n"
        )


def _foretold(record: "TrainingRecord") -> "tuple[dict[str, str], list[str]]":
    """Return what the judge foretells of each initializer, from its stack alone, and why not more.

    It is "-" where there is nothing.

    Of the hidden layers, on normal inputs, under the seed of the first run.
    """
    from actviz.diagnosis.rules import DEFAULT
    from actviz.diagnosis.verdict import diagnose
    from actviz.records.spec import StackSpec
    from actviz.simulation.stacks import simulate_many
    from actviz.words.findings import trains
    from actviz.words.told import chance_of

    spec = record.spec
    stacks = [
        StackSpec(
            activation=spec.activation,
            init=init,
            width=spec.hidden,
            input_width=record.data.n_features,
            seed=spec.seeds[0],
            dtype=spec.dtype,
        )
        for init in spec.inits
    ]
    found = [diagnose(each) for each in simulate_many(stacks, DEFAULT.measuring)]
    told = [chance_of(each) or "-" for each in found]
    why = dict.fromkeys(trains(each) for each in found if each.chance is None)
    return dict(zip(spec.init_names, told, strict=True)), list(why)


def _say_ends(record: "TrainingRecord") -> None:
    accuracies = ("train accuracy", "test accuracy")
    heads: tuple[str, ...] = ("init", "foretold", *accuracies, "rank of each W's change", "end")
    foretold, why = _foretold(record)
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
        rows.append([name, foretold[name], train, test, ", ".join(ranks), ", ".join(ends)])
    if nothing := set(foretold.values()) == {"-"}:  # too narrow, or of an activation of one's own
        heads, rows = (heads[0], *heads[2:]), [[row[0], *row[2:]] for row in rows]
    print_text("\n")
    print_table(heads, rows, numbers=accuracies)
    for reason in () if nothing else why:
        print_text(f"-: {reason}\n")


def _shares(values: list[float | None]) -> str:
    from statistics import median

    known = [value for value in values if value is not None]
    if not known:
        return "-"
    middle = f"{median(known):.4f}"
    return middle if len(known) == 1 else f"{middle} ({min(known):.4f}–{max(known):.4f})"
