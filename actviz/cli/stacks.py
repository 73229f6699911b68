"""From options and a spec file to StackSpecs, and from these to Records."""

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any

import typer

from actviz.cli import names
from actviz.cli.options import choice
from actviz.cli.output import complain
from actviz.cli.progress import Meter, meter
from actviz.cli.spec_options import Options, SpecOptions, otherwise
from actviz.errors import SpecError
from actviz.layers.initializers import get_initializer
from actviz.layers.signals import BACKWARD
from actviz.records.ensemble import Ensemble
from actviz.records.measuring import OLD_NAMES, Measuring
from actviz.records.record import Record
from actviz.records.spec import DISTRIBUTIONS, DTYPES, RNGS, StackSpec
from actviz.simulation.ensemble import simulate_ensemble
from actviz.simulation.jobs import check_each_fits
from actviz.simulation.memory import bytes_of
from actviz.simulation.stacks import simulate_many

DEFAULT_INITIALIZERS = ("std=1", "std=0.01", "xavier", "he")

#: More stacks than this in one command are a slip of the hand.
MAX_STACKS = 1000

_CHOICES = {"input_distribution": DISTRIBUTIONS, "dtype": DTYPES, "rng": RNGS}


def read_options(options: Options) -> Options:
    """Return the options with those of their spec file, where the command line did not give any.

    Activations and initializers are told one by one, wherever they were given.

    Raises
    ------
    SpecError
        If a name is unknown, or something is wrong in the file.
    """
    options = _told_apart(options)
    if options.spec is None:
        return options
    from actviz.cli.spec_file import KEYS, read_spec_file

    in_file = read_spec_file(options.spec)
    try:
        in_file = _told_apart(in_file)
        _check_each(in_file)
    except SpecError as error:
        raise SpecError(f"{options.spec}: {error}") from error
    # One way to say the shape replaces the other.
    if options.widths is not None:
        in_file = replace(in_file, depth=None, width=None)
    elif options.depth is not None or options.width is not None:
        in_file = replace(in_file, widths=None)
    return otherwise(options, **{key: getattr(in_file, key) for key in KEYS})


def _told_apart(options: Options) -> Options:
    return replace(
        options,
        named=None,
        std=None,
        activation=names.activations(options.named, options.activation),
        init=names.initializers(options.init, options.std),
    )


def specs_of(options: SpecOptions) -> list[StackSpec]:
    """Return the spec of every activation with every initializer, in the order they were named.

    Raises
    ------
    SpecError
        If an option is wrong, or there are more stacks than anyone wants.
    """
    activations = options.activation or names.DEFAULT_ACTIVATIONS
    inits = options.init or DEFAULT_INITIALIZERS
    count = len(activations) * len(inits)
    if count > MAX_STACKS:
        raise SpecError(f"{count} stacks in one command: at most {MAX_STACKS} are run")
    if options.widths is not None and (options.depth, options.width) != (None, None):
        clash = "width" if options.depth is None else "depth"
        raise SpecError(f"--widths says it all: leave --{clash} out")
    same = {name: value for name, value in _fields(options).items() if name not in OLD_NAMES}
    specs = [
        StackSpec(
            activation=activation,
            init=get_initializer(init, gain=options.gain),
            **same,
        )
        for activation in dict.fromkeys(activations)
        for init in dict.fromkeys(inits)
    ]
    specs = list(dict.fromkeys(specs))  # two names of one thing are one stack
    check_each_fits(specs, measuring_of(options), options.memory_limit)
    names.tell_of_xavier(options.init, (specs[0].shapes[0][0], *specs[0].widths))
    return specs


def measuring_of(options: SpecOptions) -> Measuring:
    """Return what is kept of the stacks.

    Raises
    ------
    SpecError
        If an option is wrong.
    """
    found = _fields(options)
    return Measuring(**{name: found[name] for name in OLD_NAMES if name in found})


def _fields(options: SpecOptions) -> dict[str, Any]:
    """Return the fields that the specs of all stacks have in common: options of the same name."""
    every = [*(item.name for item in fields(StackSpec)), *OLD_NAMES]
    own = [name for name in every if name not in ("activation", "init", "measuring")]
    found = {name: value for name in own if (value := getattr(options, name)) is not None}
    if options.widths is not None:
        found["width"] = options.widths
    for name, allowed in _CHOICES.items():
        if name in found:
            found[name] = choice(name, found[name], allowed)
    if options.signal in BACKWARD and not found.setdefault("gradients", True):
        raise SpecError(f"signal {options.signal} needs the gradients: leave one of the two out")
    return found


def _check_each(options: SpecOptions) -> None:
    """Raise SpecError if one of the values is wrong by itself."""
    found = _fields(options)
    bins = {"bins": found.get("bins", 1)}  # a range is right or wrong for so many bins
    for name, value in found.items():
        if name in OLD_NAMES:
            Measuring(**bins | {name: value})
        else:
            StackSpec(**{"activation": "relu", "init": "he", name: value})
    if options.memory_limit is not None:
        bytes_of(options.memory_limit)


def simulate_specs(
    specs: Sequence[StackSpec],
    measuring: Measuring | Sequence[Measuring] | None = None,
    memory_limit: int | str | None = None,
    *,
    watched: bool = True,
) -> list[Record]:
    """Simulate every spec, with a progress bar on a terminal once it takes a while.

    A stack that stops being finite, or whose values underflow, is named on standard error. Where it
    is not `watched`, as in one of several processes, there is no bar.
    """
    total = sum(spec.depth for spec in specs)
    with meter("layers") as bar:
        records = simulate_many(
            specs,
            measuring,
            progress=(lambda done: bar.show(done, total)) if watched else None,
            memory_limit=memory_limit,
        )
    for record in records:
        _report(record)
    return records


def run_ensembles(
    specs: Sequence[StackSpec],
    seeds: int,
    measuring: Measuring | None = None,
    memory_limit: str | None = None,
) -> list[Ensemble]:
    """Simulate every spec under several seeds, with a progress bar as `simulate_specs` has it.

    How many seeds stopped being finite is said on standard error; the others are kept.
    """
    total = sum(spec.depth for spec in specs) * seeds
    ensembles: list[Ensemble] = []
    with meter("layers") as bar:
        for number, spec in enumerate(specs):
            before = seeds * sum(other.depth for other in specs[:number])
            show = partial(_show, bar, before, total)
            found = simulate_ensemble(
                spec, measuring=measuring, seeds=seeds, progress=show, memory_limit=memory_limit
            )
            ensembles.append(found)
    for ensemble in ensembles:
        if count := len(ensemble.overflowed):
            spec = ensemble.spec
            kept = "the others are kept" if count < seeds else "none is left"
            complain(
                f"{spec.activation.name} with {spec.init_name}: {count} of {seeds} seeds stop "
                f"being finite in {spec.dtype}; {kept}"
            )
    return ensembles


def exit_if_diverged(records: Sequence[Record]) -> None:
    """Exit with code 3 if a stack stopped being finite; what it gave until then is out already."""
    if any(record.first_nonfinite_layer is not None for record in records):
        raise typer.Exit(3)


def exit_if_none_is_left(ensembles: Sequence[Ensemble]) -> None:
    """Exit with code 3 if all seeds of a stack stopped being finite."""
    if any(len(one.overflowed) == len(one.records) for one in ensembles):
        raise typer.Exit(3)


def _report(record: Record) -> None:
    name = f"{record.spec.activation.name} with {record.spec.init_name}"
    if (layer := record.first_nonfinite_layer) is not None:
        complain(
            f"{name}: layer {layer} is not finite in {record.spec.dtype}, and the stack stops there"
        )
    if (layer := record.first_underflow_layer) is not None:
        complain(
            f"{name}: from layer {layer} on, values are too small for {record.spec.dtype} "
            "(underflow)"
        )
    if (layer := record.first_nonfinite_gradient_layer) is not None:
        complain(
            f"{name}: from layer {layer} down, gradients are not finite in {record.spec.dtype}"
        )
    elif (layer := record.first_underflow_gradient_layer) is not None:
        complain(
            f"{name}: from layer {layer} down, gradients are too small for {record.spec.dtype} "
            "(underflow)"
        )


def _show(bar: Meter, before: int, total: int, done: int) -> None:
    bar.show(before + done, total)
