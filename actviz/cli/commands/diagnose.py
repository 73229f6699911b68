"""``actviz diagnose``: simulate, or read a record, and say what is wrong and what mends it."""

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from actviz.cli import options as opt
from actviz.cli import spec_options
from actviz.cli.output import say, say_as

if TYPE_CHECKING:
    from actviz.diagnosis.findings import Findings
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


_verdict = partial(opt.Option, panel=_JUDGE)


class DiagnoseOptions(spec_options.SpecOptions):
    """What is judged, by whom, and what is said of it."""

    __slots__ = ()

    record: Annotated[
        str | None,
        _verdict(
            "Judge a record that is there already, instead of simulating stacks.",
            metavar="FILE.json",
        ),
    ]
    profile: Annotated[
        str | None,
        _verdict(
            "Whose thresholds: default, our own; published, SageMaker Debugger's.",
            default="default",
            names=opt.names("actviz.diagnosis.rules", "PROFILES"),
        ),
    ]
    remedies: Annotated[
        bool | None,
        _verdict("Simulate other initializers and activations until one helps.", default="yes"),
    ]
    fail_on: Annotated[
        str | None,
        _verdict(
            "Exit with code 1 if a stack is as bad as warning, or error.",
            metavar="LEVEL",
            names=lambda: list(LEVELS),
        ),
    ]
    format: Annotated[
        str | None,
        opt.form("table for people; json, the verdict and every finding.", FORMATS, _JUDGE),
    ]


def diagnose(options: DiagnoseOptions) -> None:
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

    options = stacks.read_options(options)
    chosen = opt.choice("format", options.format, FORMATS)
    whose = opt.choice("profile", opt.given(options.profile, "default"), tuple(PROFILES))
    level = options.fail_on
    limit = None if level is None else Severity(opt.choice("fail-on level", level, LEVELS))
    records = _records(options)
    judge = judge_alone if options.remedies is False else prescribe
    found = [judge(each, whose) for each in records]
    say_as(chosen, table=lambda: _say_table(found), plain=lambda: _plain(found))
    if limit is not None and any(each.reaches(limit) for each in found):
        raise typer.Exit(1)
    stacks.exit_if_diverged(records)


def _records(options: DiagnoseOptions) -> "list[Record]":
    """Return the records to judge: the one of a file, or those of the stacks that are named."""
    from actviz.cli import stacks
    from actviz.errors import SpecError

    if options.record is None:
        options = replace(options, gradients=True)
        return stacks.run(stacks.specs_of(options), stacks.measuring_of(options))
    from actviz.files.records import load

    own = {"spec", "record", "profile", "remedies", "fail_on", "format"}
    others = sorted({field.name for field in fields(options)} - own)
    for name in others:
        if getattr(options, name) is not None:
            flag = name.replace("_", "-")
            raise SpecError(f"--record has its stack in the file: leave --{flag} out")
    return [load(options.record)]


def _say_table(found: "Sequence[Findings]") -> None:
    from actviz.words import findings as words

    for number, each in enumerate(found):
        say(f"{chr(10) if number else ''}{words.sentence(each)}.\n")
        for finding in each.stack:
            if finding.value is not None:
                say("".join(f"{line}\n" for line in words.lines(finding)))


def _plain(found: "Sequence[Findings]") -> object:
    plain = [each.to_dict() for each in found]
    return plain[0] if len(plain) == 1 else plain
