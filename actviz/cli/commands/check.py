"""``actviz check``: hold stacks, or a Record made elsewhere, against their baselines."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from actviz.cli import options as opt
from actviz.cli.output import print_as, print_text
from actviz.errors import SpecError
from actviz.format import one_line

if TYPE_CHECKING:
    from actviz.checks.baseline import Baseline
    from actviz.checks.report import Report
    from actviz.records.record import Record

REPORT_FORMATS = ("table", "json", "junit", "github")

EXAMPLES = """Examples:

actviz check baselines/*.json

actviz check baselines/relu-he.json --seeds 10 --diff-dir drifts

actviz check baselines/relu-he.json --against record.json --format github
"""

_how = partial(opt.Option, panel="How to compare")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """The baselines, how they are compared, and what is said of it."""

    baselines: Annotated[
        tuple[str, ...] | None,
        typer.Argument(metavar="BASELINE", show_default=False, help="Files of actviz baseline."),
    ] = None
    against: Annotated[
        str | None,
        _how(
            "A Record made elsewhere, to compare with one baseline.",
            default="the baseline's own stack, run again",
            metavar="RECORD.json",
        ),
    ] = None
    kind: Annotated[
        str | None,
        _how(
            "statistical: another seed of the law passes; exact: the same numbers; "
            "theory: mean field, where --against needs no baseline.",
            default="statistical",
            names=lambda: ["statistical", "exact", "theory"],
        ),
    ] = None
    seeds: Annotated[
        int | None,
        _how("Compare the mean over so many seeds: smaller changes are seen.", default="1"),
    ] = None
    false_alarm: Annotated[
        float | None,
        _how(
            "How often an unchanged stack may fail a statistical check.",
            default="0.001",
            metavar="SHARE",
        ),
    ] = None
    memory_limit: Annotated[str | None, opt.memory_limit("How to compare")] = None
    format: Annotated[
        str | None,
        opt.form(
            "table, json, junit, or github for annotations of a pull request.", REPORT_FORMATS
        ),
    ] = None
    diff_dir: Annotated[
        str | None,
        opt.Option(
            "Folder for a picture of each baseline that fails.", panel=opt.OUTPUT, metavar="DIR"
        ),
    ] = None


def check(options: CheckOptions) -> None:
    """Check that stacks still do what their baselines say.

    Exit code 0: all within tolerance. 1: something drifted. 2: a file cannot be used.
    """
    from actviz.checks.comparison import FALSE_ALARM, KINDS, compare
    from actviz.files.records import load, load_baseline

    chosen = opt.choice("format", options.format or None, REPORT_FORMATS)
    how = opt.choice("kind", options.kind or None, KINDS)
    alarm = opt.given(options.false_alarm, FALSE_ALARM)
    baselines, against = options.baselines, options.against
    if not baselines and how == "theory" and against is not None:
        report = compare(load(against), kind=how, name=against, false_alarm=alarm)
        _print([report], [against], chosen, {})
        raise typer.Exit(not report)
    if not baselines:
        raise SpecError("name the baselines to check, such as baselines/*.json")
    if against is not None and (len(baselines) > 1 or options.seeds is not None):
        raise SpecError("--against compares one record with one baseline, without --seeds")
    if against is not None and options.memory_limit is not None:
        raise SpecError("--against has a record, and runs nothing: leave --memory-limit out")
    for path in baselines:
        if not os.path.lexists(path) and "\0" not in path:
            make = f"make it with actviz baseline -a NAME -i NAME -o {path}"
            raise SpecError(f"{path} is not there: {make}")
    loaded = [load_baseline(path) for path in baselines]
    given = None if against is None else [load(against)]
    folder = None if options.diff_dir is None else _folder(options.diff_dir)
    pictures = _pictures(baselines)
    reports, drawn = [], dict[str, str]()
    if given is None:
        found = _rerun(loaded, opt.given(options.seeds, 1), options.memory_limit)
    else:
        found = [given]
    for path, baseline, records in zip(baselines, loaded, found, strict=True):
        report = compare(records, baseline, kind=how, name=path, false_alarm=alarm)
        reports.append(report)
        if folder is not None and not report.ok:
            from actviz.files.drift import draw_drift_to

            draw_drift_to(folder / pictures[path], report, baseline, records[0])
            drawn[path] = str(folder / pictures[path])
    _print(reports, baselines, chosen, drawn)
    if not all(reports):
        raise typer.Exit(1)


def _rerun(
    baselines: "Sequence[Baseline]", seeds: int, memory_limit: str | None
) -> "list[list[Record]]":
    """Return the records of every baseline's stack, with a progress bar once it takes a while."""
    from actviz.checks.making import rerun_all
    from actviz.cli.progress import meter

    stacks = (baseline.record.stack for baseline in baselines)
    total = seeds * sum(stack.depth for stack in stacks if stack is not None)
    with meter("layers") as bar:
        return rerun_all(
            baselines,
            seeds,
            progress=lambda done: bar.show(done, total),
            memory_limit=memory_limit,
        )


def _pictures(paths: Sequence[str]) -> dict[str, str]:
    """Return a name of its own for each baseline's picture: its stem, and its folders if need be.

    Names that differ in upper and lower case only are one name on many a disk.
    """
    found: dict[str, str] = {}
    for path in dict.fromkeys(paths):
        parts = [part for part in Path(path).with_suffix("").parts if part not in ("/", ".", "..")]
        names = ["-".join(parts[-count:]) for count in range(1, len(parts) + 1)]
        names += [f"{names[-1]}-{number}" for number in range(2, len(paths) + 2)]
        taken = {name.lower() for name in found.values()}
        found[path] = next(f"{name}.png" for name in names if f"{name}.png".lower() not in taken)
    return found


def _folder(text: str) -> Path:
    from actviz.files.disk import make_folder

    return make_folder(Path(text))


def _print(
    reports: "list[Report]", paths: Sequence[str], chosen: str, drawn: Mapping[str, str]
) -> None:
    from actviz.checks.report import to_github, to_junit

    if chosen == "junit":
        print_text(to_junit(reports))
    elif chosen == "github":
        print_text(to_github(reports, paths))
    else:
        print_as(
            chosen,
            table=lambda: print_text("".join(_texts(reports, paths, drawn))),
            plain=lambda: [
                report.to_dict() | ({"picture": drawn[path]} if path in drawn else {})
                for report, path in zip(reports, paths, strict=True)
            ],
        )


def _texts(
    reports: "list[Report]", paths: Sequence[str], drawn: Mapping[str, str]
) -> Iterator[str]:
    for report, path in zip(reports, paths, strict=True):
        yield f"{report.to_text()}\n"
        if path in drawn:
            yield f"  drawn in {one_line(drawn[path])}\n"
