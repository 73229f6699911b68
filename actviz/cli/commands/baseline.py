"""``actviz baseline``: simulate a stack under several seeds and keep what a check expects of it."""

import os
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from actviz.cli import options as opt
from actviz.cli import spec_options
from actviz.cli.output import print_text
from actviz.errors import SpecError

if TYPE_CHECKING:
    from actviz.records.spec import StackSpec

EXAMPLES = """Examples:

actviz baseline -a relu -i he --depth 10 -o baselines/relu-he.json

actviz baseline -a tanh -i xavier --seeds 100 -o tanh.json && actviz check tanh.json
"""


_output = partial(opt.Option, panel=opt.OUTPUT)


class BaselineOptions(spec_options.SpecOptions):
    """What a baseline is of, and where it goes."""

    __slots__ = ()

    gradients: spec_options.GradientsOption
    bins: spec_options.BinsOption
    range: spec_options.RangeOption
    seeds: Annotated[
        int | None,
        _output(
            "Seeds that the spread is measured over, at least 5; 1 for exact checks alone.",
            default="40",
        ),
    ]
    output: Annotated[
        str | None,
        _output(
            "Where to; its folder is made if it is not there. DIR/ names the file itself.",
            short="-o",
            metavar="FILE",
        ),
    ]


def baseline(options: BaselineOptions) -> None:
    """Write what a check expects of a stack.

    Its Record, and how its statistics spread over seeds. One activation with one initializer. The
    file is JSON that can be read in a diff.
    """
    from actviz.checks.baseline import MIN_SEEDS, Baseline, check_sized
    from actviz.cli import stacks
    from actviz.files.disk import check_writable, make_folder
    from actviz.files.records import save_baseline
    from actviz.simulation.ensemble import DEFAULT_SEEDS

    options = stacks.read_options(options)
    if not options.output:
        raise SpecError("name the file to write: -o baselines/relu-he.json")
    if not (options.activation and options.init):
        raise SpecError("a baseline is of one stack: name it, such as -a relu -i he")
    specs = stacks.specs_of(options)
    if len(specs) > 1:
        raise SpecError(f"a baseline is of one stack (got {len(specs)}): a file for each")
    path = _path(options.output, specs[0])
    count = opt.given(options.seeds, DEFAULT_SEEDS)
    if 1 < count < MIN_SEEDS or count < 1:
        raise SpecError(
            f"a spread needs at least {MIN_SEEDS} seeds, and an exact check 1 (got {count})"
        )
    if count > 1:
        check_sized(specs[0].widths, specs[0].samples)
    make_folder(path.parent)
    check_writable(path)
    ensembles = stacks.run_ensembles(
        specs, count, stacks.measuring_of(options), options.memory_limit
    )
    stacks.exit_if_none_is_left(ensembles)
    found = Baseline.of(ensembles[0].records)
    save_baseline(found, path)
    if count == 1:
        print_text(f"{path}: 1 seed, for exact checks\n")
    else:
        print_text(f"{path}: {found.seeds} seeds, {len(found.spread)} statistics\n")


def _path(text: str, spec: "StackSpec") -> Path:
    """Return the file to write: what ends in a slash is a folder, whatever is there."""
    if not text.endswith(("/", os.sep)):
        return Path(text)
    name = re.sub(r"[^\w.+=-]+", "_", f"{spec.activation.name}-{spec.init_name}").strip("_.")
    return Path(text) / f"{name}.json"
