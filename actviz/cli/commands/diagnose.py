"""``actviz diagnose``: simulate, or read a record, and say what is wrong and what mends it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.cli import options as opt
from actviz.cli.output import say, say_json

if TYPE_CHECKING:
    from actviz.diagnosis.findings import Finding, Findings
    from actviz.records.record import Record

FORMATS = ("table", "json")
LEVELS = ("warning", "error")

_JUDGE = "The verdict"

EXAMPLES = """Examples:

actviz diagnose -a sigmoid -i xavier

actviz diagnose -a relu -i he --depth 50 --fail-on error

actviz diagnose -a tanh -i std=0.01 --format json | jq .verdict

actviz diagnose --record record.json --profile published
"""


def diagnose(
    context: typer.Context,
    activation: opt.Activation = None,
    init: opt.Init = None,
    gain: opt.Gain = None,
    depth: opt.Depth = None,
    width: opt.Width = None,
    widths: opt.Widths = None,
    bias_std: opt.BiasStd = None,
    spec: opt.Spec = None,
    input_width: opt.InputWidth = None,
    samples: opt.Samples = None,
    input_distribution: opt.InputDistribution = None,
    input_std: opt.InputStd = None,
    seed: opt.Seed = None,
    rng: opt.Rng = None,
    dtype: opt.Dtype = None,
    record: Annotated[
        str | None,
        opt.option(
            "--record",
            default=None,
            panel=_JUDGE,
            metavar="FILE.json",
            help="Judge a record that is there already, instead of simulating stacks.",
        ),
    ] = None,
    profile: Annotated[
        str | None,
        opt.option(
            "--profile",
            default="default",
            panel=_JUDGE,
            metavar="NAME",
            help="Whose thresholds: default, our own; published, SageMaker Debugger's.",
            autocompletion=opt.names("actviz.diagnosis.rules", "PROFILES"),
        ),
    ] = None,
    remedies: Annotated[
        bool | None,
        opt.option(
            "--remedies/--no-remedies",
            metavar="",
            default="yes",
            panel=_JUDGE,
            help="Simulate other initializers and activations until one helps.",
        ),
    ] = None,
    fail_on: Annotated[
        str | None,
        opt.option(
            "--fail-on",
            default=None,
            panel=_JUDGE,
            metavar="LEVEL",
            help="Exit with code 1 if a stack is as bad as warning, or error.",
            autocompletion=lambda: list(LEVELS),
        ),
    ] = None,
    format: Annotated[  # noqa: A002
        str | None,
        opt.option(
            *("-f", "--format"),
            default="table",
            panel=_JUDGE,
            metavar="NAME",
            help="table for people; json, the verdict and every finding.",
            autocompletion=lambda: list(FORMATS),
        ),
    ] = None,
) -> None:
    """Say what is wrong with a stack, how wrong, and what mends it.

    Each finding has its number, the threshold it crossed, where that comes from, and a remedy that
    was simulated. json is an object for one stack, a list of them for several.

    With --fail-on, a stack that is as bad exits with 1, also one that stopped being finite; without
    it, such a stack exits with 3.
    """
    from actviz.cli import stacks
    from actviz.diagnosis.findings import Severity
    from actviz.diagnosis.remedies import prescribe
    from actviz.diagnosis.rules import PROFILES
    from actviz.diagnosis.verdict import diagnose as judge_alone

    options = stacks.read_options(context)
    chosen = opt.choice("format", options.get("format", "table"), FORMATS)
    whose = opt.choice("profile", options.get("profile", "default"), tuple(PROFILES))
    level = options.get("fail_on")
    limit = None if level is None else Severity(opt.choice("fail-on level", level, LEVELS))
    records = _records(options)
    judge = prescribe if options.get("remedies", True) else judge_alone
    found = [judge(each, whose) for each in records]
    _PRINTERS[chosen](found)
    if limit is not None and any(each.reaches(limit) for each in found):
        raise typer.Exit(1)
    stacks.exit_if_diverged(records)


def _records(options: Mapping[str, Any]) -> "list[Record]":
    """Return the records to judge: the one of a file, or those of the stacks that are named."""
    from actviz.cli import stacks
    from actviz.errors import SpecError

    if "record" not in options:
        return stacks.run(stacks.specs_of({**options, "gradients": True}))
    from actviz.files.records import load

    own = {"record", "profile", "remedies", "fail_on", "format"}
    if clash := sorted(options.keys() - own):
        name = clash[0].replace("_", "-")
        raise SpecError(f"--record has its stack in the file: leave --{name} out")
    return [load(options["record"])]


def _print_table(found: "Sequence[Findings]") -> None:
    for number, each in enumerate(found):
        say(f"{chr(10) if number else ''}{each.sentence}.\n")
        for finding in each.stack:
            if finding.value is not None:
                say("".join(f"{line}\n" for line in _lines(finding)))


def _lines(finding: "Finding") -> list[str]:
    where = f" in {_layers(finding.layers)}" if finding.layers else ""
    lines = [
        f"  {finding.severity}: {finding.kind.words}{where}",
        f"    {finding.measure}: {finding.value:.4g} (threshold {finding.threshold:.4g})",
        f"    threshold: {finding.source}",
    ]
    return lines if finding.remedy is None else [*lines, f"    remedy: {finding.remedy}"]


def _layers(layers: Sequence[int]) -> str:
    """Return layers in words, those in a row as a range."""
    parts: list[list[int]] = []
    for layer in layers:
        if parts and parts[-1][-1] == layer - 1:
            parts[-1] = [parts[-1][0], layer]
        else:
            parts.append([layer])
    texts = ["–".join(map(str, part)) for part in parts]
    return f"layer{'s' * (len(layers) > 1)} {', '.join(texts)}"


def _print_json(found: "Sequence[Findings]") -> None:
    plain = [each.to_dict() for each in found]
    chosen = plain[0] if len(plain) == 1 else plain
    say_json(chosen)


_PRINTERS = {"table": _print_table, "json": _print_json}
