"""The words of the pictures of training: what is seen, what was done, how to read it."""

from collections.abc import Sequence
from math import isfinite, log
from statistics import median

from actviz.format import significant
from actviz.training.curves import final_loss
from actviz.training.record import TrainingRecord
from actviz.training.runs import Reported, Run
from actviz.words.stacks import listed

#: A loss that ends within this share of where guessing begins has not been learned.
STUCK = 0.98
#: And below this share it has been.
LEARNED = 0.2

READ_LOSS = (
    "curves: median of neighbouring steps and of seeds, shades their range; dotted: a guess that "
    "knows nothing"
)
READ_ACCURACY = (
    "accuracy: full lines on test rows, dashed on training rows; shades are the range over seeds"
)
READ_MAPS = "maps: what the net answers there, paler where it is less sure; the line: one half"
READ_TABLE = "ranks of each W's change: 0 has not moved, 1 has moved all units of a layer alike"
READ_GRID = (
    "a panel: one layer's activations over the step's rows, before its update, each scaled by its "
    "own highest bar; a stem: the share that is exactly 0"
)
READ_STRIPS = (
    "a strip: layers from above, steps from the left, on the scale at its right, which all "
    "initializers share; a cross: not defined, or 0 on a logarithmic scale"
)


def chance(record: TrainingRecord) -> float:
    """Return the loss of a guess that knows nothing: ln of the number of classes."""
    return log(len(record.data.classes))


def number(value: float | None) -> str:
    """Return a loss for people."""
    return "-" if value is None else significant(value, 2)


def finding(record: TrainingRecord) -> str:
    """Return what became of the initializers, from their last losses."""
    level = chance(record)
    groups: dict[str, list[tuple[float, str]]] = {"well": [], "half": [], "not": [], "off": []}
    for name in record.spec.init_names:
        runs = record.runs_of(name)
        loss = final_loss(runs)
        if loss is None or all(run.end == "diverged" for run in runs):
            groups["off"].append((0.0, name))
            continue
        kind = "not" if loss >= STUCK * level else "half" if loss > LEARNED * level else "well"
        groups[kind].append((loss, name))
    parts = []
    if well := sorted(groups["well"]):
        parts.append(
            f"{listed([name for _, name in well])} {'learns' if len(well) == 1 else 'learn'}"
        )
    if half := sorted(groups["half"]):
        ends = [f"{name} ends at {number(loss)}" for loss, name in half]
        parts.append(listed(ends))
    if stuck := groups["not"]:
        names = listed([name for _, name in stuck])
        verb = "stays" if len(stuck) == 1 else "stay"
        parts.append(f"{names} {verb} at {number(stuck[0][0])}")
    if off := groups["off"]:
        names = listed([name for _, name in off])
        done = any(run.losses.size for _, name in off for run in record.runs_of(name))
        verb = ("diverges" if len(off) == 1 else "diverge") if done else "did not begin"
        parts.append(f"{names} {verb}")
    return "; ".join(parts)


def subtitle(record: TrainingRecord) -> str:
    """Return what was done."""
    spec, data = record.spec, record.data
    outputs = 1 if len(data.classes) == 2 else len(data.classes)
    layers = "-".join(map(str, (data.n_features, *spec.hidden, outputs)))
    batch = "all rows a step" if spec.batch is None else f"batches of {spec.batch}"
    seeds = f"seed {spec.seeds[0]}" if len(spec.seeds) == 1 else f"{len(spec.seeds)} seeds"
    return (
        f"{data.name}: {layers}, {spec.activation.label}, biases begin at 0; {spec.optimizer}, "
        f"rate {spec.lr:g}, {batch}, {spec.steps} steps, {seeds}"
    )


def notes(record: TrainingRecord) -> list[str]:
    """Return what must be said of the runs: where they stopped, what is infinite."""
    said = []
    for run in record.diverged:
        said.append(f"{run.init_name}, seed {run.seed}: diverged at step {run.diverged_at}")
    for run in record.runs:
        if run.end == "interrupted":
            done = "before its first step" if run.last_step is None else f"at step {run.last_step}"
            said.append(f"{run.init_name}, seed {run.seed}: stopped {done}")
    for name in record.spec.init_names:
        if (item := _infinite(record.runs_of(name))) is not None:
            said.append(
                f"{name}: the formula −log(a) gives inf at step {item.step}, where the loss is "
                f"{number(item.stable_loss)}"
            )
    kept = said[:4]
    return [*kept, f"and {len(said) - 4} more"] if len(said) > 4 else kept


def _infinite(runs: Sequence[Run]) -> Reported | None:
    for run in runs:
        for item in run.reported:
            if not isfinite(item.loss) and isfinite(item.stable_loss):
                return item
    return None


def symmetry(record: TrainingRecord) -> str:
    """Return which initializers have not broken the symmetry of their layers, or ""."""
    told = []
    for name in record.spec.init_names:
        ranks = [run.weight_change_rank for run in record.runs_of(name) if run.weight_change_rank]
        # The last W of one output has rank 1 in any case.
        if ranks and all(rank <= 1 for found in ranks for rank in found):
            text = " ".join(map(str, ranks[0]))
            told.append(f"{name} does not break symmetry: its weights' changes have rank {text}")
    return "; ".join(told)


def accuracies(record: TrainingRecord, name: str) -> tuple[str, str]:
    """Return the last accuracies of an initializer on training and on test rows, as texts."""
    last = [run.reported[-1] for run in record.runs_of(name) if run.reported]
    texts = []
    for values in (
        [item.train_accuracy for item in last],
        [item.test_accuracy for item in last],
    ):
        known = [value for value in values if value is not None]
        texts.append(f"{100 * median(known):.1f} %" if known else "-")
    return texts[0], texts[1]


def verdict(record: TrainingRecord, name: str) -> str:
    """Return in a few words what became of an initializer."""
    runs = record.runs_of(name)
    if any(run.end == "diverged" for run in runs):
        return "diverges"
    loss = final_loss(runs)
    if loss is None:
        return "did not begin"
    ranks = [rank for run in runs for rank in run.weight_change_rank]
    if ranks and max(ranks) <= 1:
        return "does not break symmetry"
    if loss >= STUCK * chance(record):
        return "does not learn"
    firsts = [float(run.losses[0]) for run in runs if run.losses.size]
    if firsts and median(firsts) > 3 * chance(record):
        return f"too large: begins at {number(median(firsts))}"
    return "learns"


def alt_text(record: TrainingRecord, kind: str) -> str:
    """Return the picture in words, for readers who cannot see it."""
    parts = [f"{kind}. {finding(record)}. {subtitle(record)}."]
    for name in record.spec.init_names:
        train, test = accuracies(record, name)
        loss = number(final_loss(record.runs_of(name)))
        parts.append(
            f"{name}: loss {loss}, accuracy {train} on training rows, {test} on test rows, "
            f"{verdict(record, name)}."
        )
    return " ".join([*parts, *(f"{note}." for note in notes(record))])
