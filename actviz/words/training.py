"""The words of the pictures of training: what is seen, what was done, how to read it."""

from collections.abc import Sequence
from math import isfinite, log
from statistics import median

from actviz.format import significant
from actviz.training.curves import final_loss
from actviz.training.record import TrainingRecord
from actviz.training.runs import Reported, Run
from actviz.words.say import Saying, say, saying

#: A loss that ends within this share of where guessing begins has not been learned.
STUCK = 0.98
#: And below this share it has been.
LEARNED = 0.2


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
        parts.append(saying("train.learn", who=[name for _, name in well]))
    if half := sorted(groups["half"]):
        ends = [saying("train.ends", name=name, loss=number(loss)) for loss, name in half]
        parts.append(saying("train.end", parts=ends))
    if stuck := groups["not"]:
        names = [name for _, name in stuck]
        parts.append(saying("train.stay", who=names, loss=number(stuck[0][0])))
    if off := groups["off"]:
        names = [name for _, name in off]
        begun = any(run.losses.size for name in names for run in record.runs_of(name))
        parts.append(saying("train.diverge" if begun else "train.not_begun", who=names))
    return say("train.title", parts=parts)


def subtitle(record: TrainingRecord) -> str:
    """Return what was done."""
    spec, data = record.spec, record.data
    outputs = 1 if len(data.classes) == 2 else len(data.classes)
    layers = "-".join(map(str, (data.n_features, *spec.hidden, outputs)))
    whole, alone = spec.batch is None, len(spec.seeds) == 1
    return say(
        "train.subtitle",
        data=data.name,
        layers=layers,
        activation=spec.activation.label,
        optimizer=str(spec.optimizer),
        rate=spec.lr,
        batch=saying("train.all_rows") if whole else saying("train.batches", rows=spec.batch),
        steps=spec.steps,
        seeds=saying("train.seed", seed=spec.seeds[0])
        if alone
        else saying("train.seeds", count=len(spec.seeds)),
    )


def notes(record: TrainingRecord) -> list[str]:
    """Return what must be said of the runs: where they stopped, what is infinite."""
    said = []
    for run in record.diverged:
        of = {"init": run.init_name, "seed": run.seed}
        said.append(say("train.diverged", **of, step=run.diverged_at))
    for run in record.runs:
        if run.end == "interrupted":
            of = {"init": run.init_name, "seed": run.seed}
            key = "train.stopped_before" if run.last_step is None else "train.stopped"
            said.append(say(key, **of, step=run.last_step))
    for name in record.spec.init_names:
        if (item := _infinite(record.runs_of(name))) is not None:
            loss = number(item.stable_loss)
            said.append(say("train.infinite", name=name, step=item.step, loss=loss))
    kept = said[:4]
    return [*kept, say("train.more", count=len(said) - 4)] if len(said) > 4 else kept


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
            found = " ".join(map(str, ranks[0]))
            told.append(say("train.symmetry", name=name, ranks=found))
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
        return say("became.diverges")
    loss = final_loss(runs)
    if loss is None:
        return say("became.nothing")
    ranks = [rank for run in runs for rank in run.weight_change_rank]
    if ranks and max(ranks) <= 1:
        return say("became.symmetric")
    if loss >= STUCK * chance(record):
        return say("became.stuck")
    firsts = [float(run.losses[0]) for run in runs if run.losses.size]
    if firsts and median(firsts) > 3 * chance(record):
        return say("became.too_large", loss=number(median(firsts)))
    return say("became.learned")


def alt_text(record: TrainingRecord, kind: Saying) -> str:
    """Return a kind of picture in words, for readers who cannot see it."""
    done = subtitle(record)
    parts = [say("alt.train", picture=kind, title=finding(record), done=done)]
    for name in record.spec.init_names:
        train, test = accuracies(record, name)
        loss = number(final_loss(record.runs_of(name)))
        became = verdict(record, name)
        own = {"name": name, "loss": loss, "train": train, "test": test, "became": became}
        parts.append(say("alt.train_init", **own))
    return " ".join([*parts, *(say("alt.note", note=note) for note in notes(record))])
