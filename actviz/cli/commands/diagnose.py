"""``actviz diagnose``: simulate, or read a record, and say what is wrong and what mends it."""

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from actviz.cli import options as opt
from actviz.cli import spec_options
from actviz.cli.output import complain, print_as, print_text, print_wrapped
from actviz.numbers.scalars import check_integer

if TYPE_CHECKING:
    from actviz.diagnosis.findings import Severity
    from actviz.diagnosis.seeds import SeedFindings
    from actviz.records.measuring import Measuring
    from actviz.records.record import Record

FINDINGS_FORMATS = ("table", "json")
FAIL_ON = ("warning", "error")

_JUDGE = "The verdict"

EXAMPLES = """Examples:

actviz diagnose -a sigmoid -i xavier

actviz diagnose -a relu -i he --depth 20 --seeds 9 --fail-under 0.8

actviz diagnose -a relu -i he --explain --fail-on error

actviz diagnose -a tanh -i std=0.01 --format json | jq .chance

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
    explain: Annotated[
        bool | None,
        _verdict("Say all that was found, with thresholds and where they come from."),
    ]
    seeds: Annotated[
        int | None,
        _verdict("Judge N seeds, from the seed on: the median chance and its range.", metavar="N"),
    ]
    fail_on: Annotated[
        str | None,
        _verdict(
            "Exit with code 1 if a stack is as bad as warning, or error.",
            metavar="LEVEL",
            names=lambda: list(FAIL_ON),
        ),
    ]
    fail_under: Annotated[
        float | None,
        _verdict(
            "Exit with code 1 if a stack's chance to train is below this.",
            metavar="CHANCE",
            parser=opt.as_chance,
        ),
    ]
    format: Annotated[
        str | None,
        opt.form(
            "table for people; json, the verdict and every finding.", FINDINGS_FORMATS, _JUDGE
        ),
    ]


def diagnose(options: DiagnoseOptions) -> None:
    """Say how likely a stack trains, why, and what mends it.

    A line a stack: ✓ trains, – slowly or perhaps, ✗ does not; the chance that plain gradient
    descent learns; the worst number; and a command that mends it, which was simulated. json is an
    object for one stack, a list of them for several.

    With --fail-on or --fail-under, a stack that is as bad exits with 1, also one that stopped being
    finite, and one whose chance is not known exits with 2; without them, a stack that stopped being
    finite exits with 3.
    """
    from actviz.cli import stacks
    from actviz.diagnosis.findings import Severity
    from actviz.diagnosis.remedies import prescribe
    from actviz.diagnosis.rules import PROFILES
    from actviz.diagnosis.seeds import by_stack
    from actviz.diagnosis.verdict import diagnose as judge_alone
    from actviz.records.spec import MAX_SEEDS

    typed = options.fail_under is not None
    options = stacks.read_options(options)
    chosen = opt.choice("format", options.format, FINDINGS_FORMATS)
    whose = opt.choice("profile", opt.given(options.profile, "default"), tuple(PROFILES))
    level = options.fail_on
    limit = None if level is None else Severity(opt.choice("fail-on level", level, FAIL_ON))
    name = "--fail-under" if typed else f"{options.spec}: fail-under"
    least = _checked_chance(name, options.fail_under)
    seeds = check_integer("seeds", opt.given(options.seeds, 1), 1, MAX_SEEDS)
    records = _records(options, seeds, PROFILES[whose].measuring)
    found = by_stack([judge_alone(each, whose) for each in records], seeds)
    if options.remedies is not False:
        memory = options.memory_limit
        own = [prescribe(each, whose, memory_limit=memory).remedy for each in records[::seeds]]
        found = [each.with_remedy(remedy) for each, remedy in zip(found, own, strict=True)]
    print_as(
        chosen,
        table=lambda: _print_table(found, explain=bool(options.explain)),
        plain=lambda: _plain(found),
    )
    failing = [each for each in found if _fails(each, limit, least)]
    for each in failing:
        complain(_why(each, limit, least))
    if failing:
        raise typer.Exit(1)
    if limit is not None or least is not None:
        _refuse_unknown(found, whose if least is None else None)
    stacks.exit_if_diverged(records)


def _checked_chance(name: str, value: float | None) -> float | None:
    from actviz.errors import SpecError

    if value is None or 0 < value <= 1:
        return value
    percent = f": {value:g} % is {value / 100:g}" if 1 < value <= 100 else ""
    raise SpecError(f"{name} is a chance, above 0 and at most 1 (got {value:g}){percent}")


def _fails(found: "SeedFindings", limit: "Severity | None", least: float | None) -> bool:
    """Return whether a stack is as bad as a gate says, as far as its chance is known."""
    too_bad = limit is not None and found.reaches(limit)
    return too_bad or (least is not None and found.chance is not None and found.chance < least)


def _why(found: "SeedFindings", limit: "Severity | None", least: float | None) -> str:
    """Return which gate a stack does not pass, and by what."""
    from actviz.format import axis_number
    from actviz.words import findings as words

    name = words.name_of(found.middle)
    if least is not None and found.chance is not None and found.chance < least:
        chance = axis_number(found.chance, 2)
        return f"{name}: its chance to train, {chance}, is below {axis_number(least)}"
    return f"{name}: its verdict is {found.severity}, and --fail-on is {limit}"


def _refuse_unknown(found: "Sequence[SeedFindings]", thresholds: str | None) -> None:
    """Raise SpecError where a gate meets a stack without a chance, which must never pass.

    Severities of a profile that has `thresholds` alone are no less known for it.
    """
    from actviz.errors import SpecError
    from actviz.words import findings as words

    if thresholds == "published":
        return
    for each in found:
        if each.chance is None and (why := each.middle.unknown) is not None:
            name = words.name_of(each.middle)
            raise SpecError(f"{name} has no chance to hold a gate to: {words.why_unknown(why)}")


def _records(options: DiagnoseOptions, seeds: int, judged: "Measuring") -> "list[Record]":
    """Return the records to judge: the one of a file, or the seeds of the stacks that are named."""
    from actviz.cli import stacks
    from actviz.errors import SpecError
    from actviz.simulation.jobs import check_each_fits

    if options.record is None:
        options = replace(options, gradients=True)
        named = stacks.specs_of(options)
        check_each_fits(named, judged, options.memory_limit)  # and all that is tried as a remedy
        specs = [replace(spec, seed=spec.seed + more) for spec in named for more in range(seeds)]
        measuring = replace(judged, effective_rank=options.effective_rank)
        return stacks.simulate_specs(specs, measuring, options.memory_limit)
    from actviz.files.records import load

    own = {"spec", "record", "profile", "remedies", "explain", "fail_on", "fail_under", "format"}
    others = sorted({field.name for field in fields(options)} - own)
    for name in others:
        if getattr(options, name) is not None:
            flag = name.replace("_", "-")
            raise SpecError(f"--record has its stack in the file: leave --{flag} out")
    return [load(options.record)]


def _print_table(found: "Sequence[SeedFindings]", *, explain: bool) -> None:
    from actviz.diagnosis.calibration import NETS
    from actviz.words import findings as words

    for number, each in enumerate(found):
        print_wrapped(words.line(each), indent=2)
        if explain:
            for text in words.explanation_of(each.middle):
                print_wrapped(text, indent=6)
            print_text("\n" if number < len(found) - 1 else "")
    if any(each.chance is not None for each in found):
        print_text("\n")
        print_wrapped(words.meant(NETS))


def _plain(found: "Sequence[SeedFindings]") -> object:
    plain = [each.to_dict() for each in found]
    return plain[0] if len(plain) == 1 else plain
