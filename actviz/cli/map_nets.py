"""Nets of a map from the command line: what is kept of them, and what a stop leaves."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path

from actviz.cli.output import complain, tell_what_is_done, tell_what_is_left
from actviz.cli.progress import meter
from actviz.errors import SpecError
from actviz.files.kept import KeptRows, begin_or_resume, keeping
from actviz.files.nets import NETS
from actviz.files.parts import part_path
from actviz.sweeps.map_heading import NetsHeading
from actviz.sweeps.map_nets import LostNet, MapNet
from actviz.sweeps.map_record import MapRecord, MapSpec
from actviz.sweeps.map_trying import (
    check_training,
    gathered,
    train_each,
    training_estimate,
    training_slowdown,
    updates_of,
)
from actviz.training.trying import data_there, trial_data


@dataclass(frozen=True, slots=True, kw_only=True)
class NetsPlan:
    """How the nets of a map are trained.

    Parameters
    ----------
    data : str
        What they learn.
    path : Path or None
        Where those that are done are kept meanwhile.
    kept : KeptRows
        What it holds already.
    memory_limit : str or None
        How much memory their training may take.
    """

    data: str
    path: Path | None
    kept: KeptRows[NetsHeading, MapNet]
    memory_limit: str | None


def plan_nets(
    spec: MapSpec,
    output: Path | None,
    *,
    resume: bool,
    at_most: float,
    memory_limit: str | None,
) -> NetsPlan:
    """Return how the nets of a map are trained; nothing is begun yet.

    Parameters
    ----------
    output : Path or None
        The picture, beside which they are kept.
    resume : bool
        Whether to go on with those that are kept there.
    at_most : float
        More hours than these are refused.

    Raises
    ------
    SpecError
        If it would take too long or too much memory, nets are kept that nobody goes on with, or
        there is nothing to go on with beside a picture that is done.
    RecordError
        If those that are kept are of another map.
    MissingExtraError
        If a library is missing that the data need.
    """
    if resume and output is None:
        raise SpecError("--resume needs -o FILE, beside which the nets are kept")
    data = data_there()
    path: Path | None = None
    kept: KeptRows[NetsHeading, MapNet] = KeptRows(heading=None, rows=(), size=0)
    if output is not None:
        path = part_path(output)
        if resume and output.exists() and not path.exists():
            raise SpecError(
                f"{output} is there already, and a map that is done keeps no nets to go on with: "
                "leave --resume out to train all of them again"
            )
        kept = begin_or_resume(path, NETS, NetsHeading.today(spec, data), resume=resume)
    check_training(spec, at_most=at_most, done=kept.rows, memory_limit=memory_limit)
    trial_data(data)
    if resume and not kept.rows:
        complain(f"no nets are kept beside {output}: all of them are trained")
    return NetsPlan(data=data, path=path, kept=kept, memory_limit=memory_limit)


def train_nets(spec: MapSpec, plan: NetsPlan, nets: list[MapNet | LostNet]) -> None:
    """Train the nets, saying beforehand how long that may take.

    `nets` has each when it is done, those that were kept first.
    """
    nets += plan.kept.rows
    done = plan.kept.rows
    slowdown = training_slowdown(spec, plan.data, done)
    complain(training_estimate(spec, done, slowdown=slowdown))
    total = updates_of(spec)
    with ExitStack() as stack:
        append = None
        if plan.path is not None:
            heading = NetsHeading.today(spec, plan.data)
            append = stack.enter_context(keeping(plan.path, heading, plan.kept))
        bar = stack.enter_context(meter("layer updates"))
        found = train_each(
            spec,
            plan.data,
            memory_limit=plan.memory_limit,
            at_most=inf,
            done=plan.kept.rows,
            progress=lambda done: bar.show(done, total),
        )
        for net in stack.enter_context(closing(found)):
            if append is not None and isinstance(net, MapNet):
                append(net)
            nets.append(net)


def with_nets(record: MapRecord, plan: NetsPlan, nets: Sequence[MapNet | LostNet]) -> MapRecord:
    """Return a map with the nets that are done, if there are any, and say which are not."""
    found = gathered(record.spec, plan.data, nets)
    width = record.spec.width
    tell_what_is_left(
        "net",
        [
            (f"{net.activation} with std={net.std:.4g}, {net.depth} layers of {width}", net.reason)
            for net in found.lost
        ],
    )
    if 0 < len(found.nets) + len(found.lost) < found.asked:
        tell_what_is_done("net", len(found.nets), found.asked, plan.path)
    return replace(record, nets=found) if found.nets else record
