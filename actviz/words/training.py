"""The words of the pictures of training: what is seen, what was done, how to read it."""

from collections.abc import Sequence
from math import isfinite, log
from statistics import median

from actviz.format import percent, significant
from actviz.training.curves import curve_end, final_loss
from actviz.training.record import TrainingRecord
from actviz.training.runs import Reported, Run
from actviz.words.keys import Key
from actviz.words.say import Saying, say, saying

#: A loss that ends within this share of where guessing begins has not been learned.
STUCK = 0.98
#: And below this share it has been.
LEARNED = 0.2


def chance(record: TrainingRecord) -> float:
    """Return the loss of a guess that knows nothing: ln of the number of classes."""
    return log(len(record.data.classes))


def called(record: TrainingRecord, name: str) -> str:
    """Return what a figure calls an initializer, such as ``"He"`` for ``"he"``."""
    return record.spec.labels[name]


def loss_text(value: float | None) -> str:
    """Return a loss for people: two digits, from 1 to 99 two decimals at most."""
    if value is None:
        return "-"
    return significant(value, 3 if 1 <= value < 10 else 2)


def _last_tenth(record: TrainingRecord, runs: Sequence[Run]) -> float | None:
    """Return the mean loss of the last tenth of the steps, of 100 at most."""
    return final_loss(runs, last=max(1, min(100, record.spec.steps // 10)))


#: Shares of rows that differ by less are one number in a title.
_ALIKE = 0.05
#: More characters than these are not read from the last row.
_TITLE = 55


def _shortest(candidates: Sequence[Sequence[Saying]]) -> str:
    """Return the first title that is short enough, else the last one."""
    titles = [say("train.title", parts=parts) for parts in candidates]
    return next((title for title in titles if len(title) <= _TITLE), titles[-1])


def _groups(record: TrainingRecord) -> dict[str, list[str]]:
    """Return which initializers learned well, half, not, or stopped; the best ones first."""
    level = chance(record)
    found: dict[str, list[tuple[float, str]]] = {"well": [], "half": [], "not": [], "off": []}
    for name in record.spec.init_names:
        runs = record.runs_of(name)
        loss = _last_tenth(record, runs)
        if loss is None or all(run.end == "diverged" for run in runs):
            found["off"].append((0.0, name))
            continue
        kind = "not" if loss >= STUCK * level else "half" if loss > LEARNED * level else "well"
        found[kind].append((loss, name))
    ordered = {kind: sorted(group) for kind, group in found.items() if kind in ("well", "half")}
    return {kind: [n for _, n in ordered.get(kind, group)] for kind, group in found.items()}


def finding(record: TrainingRecord) -> str:
    """Return what became of the initializers, from where their losses end."""
    groups, level = _groups(record), chance(record)
    ends = {name: curve_end(record.runs_of(name)) or 0.0 for name in groups["not"]}
    stay = [name for name, end in ends.items() if abs(end - level) <= 0.05 * level]
    off = _off(record, groups["off"])
    parts = []
    if well := groups["well"]:
        parts.append(saying("train.learn", who=_called(record, well)))
    if half := [*groups["half"], *(name for name in ends if name not in stay)]:
        parts.append(saying("train.ends", ends=_ends(record, half)))
    best = [saying("train.ends", ends=_ends(record, (*well, *groups["half"])[:1]))]
    best = best if well or groups["half"] else []
    # The first number of a title says what it is of.
    stuck = _stuck(record, stay, named=not half)
    few, all_of = len(groups["not"]), len(record.spec.inits)
    counted = [saying("train.stay_count", count=few, of=all_of)] if few else []
    later = _stuck(record, stay, named=not best)
    return _shortest([[*parts, *stuck, *off], [*best, *later, *off], [*best, *counted, *off]])


def _called(record: TrainingRecord, names: Sequence[str]) -> list[str]:
    return [called(record, name) for name in names]


def _ends(record: TrainingRecord, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return names and where their losses end; the first number says that it is a loss."""
    texts = [loss_text(curve_end(record.runs_of(name))) for name in names]
    named = [say("train.loss", loss=text) for text in texts[:1]]
    return list(zip(_called(record, names), [*named, *texts[1:]], strict=True))


def _stuck(record: TrainingRecord, names: Sequence[str], *, named: bool) -> list[Saying]:
    """Return who stays at the loss of a guess; `named` says whether it says that it is a loss."""
    if not names:
        return []
    loss = loss_text(curve_end(record.runs_of(names[0])))
    at = say("train.loss", loss=loss) if named else loss
    return [saying("train.stay", who=_called(record, names), at=at)]


def _off(record: TrainingRecord, names: Sequence[str]) -> list[Saying]:
    if not names:
        return []
    begun = any(run.losses.size for name in names for run in record.runs_of(name))
    key = "train.diverge" if begun else "train.not_begun"
    return [saying(key, who=_called(record, names))]


def accuracy_finding(record: TrainingRecord) -> str:
    """Return which share of the rows the nets answer right in the end."""
    groups = _groups(record)
    shares = {name: _accuracy(record, name) for name in record.spec.init_names}
    known = {name: share for name, share in shares.items() if share is not None}
    off = _off(record, [name for name in groups["off"] if name not in known])
    middle = median(known.get(name, 0.0) for name in groups["not"]) if groups["not"] else 0.0
    stuck = [n for n in groups["not"] if n in known and abs(known[n] - middle) < _ALIKE]
    reached = sorted((name for name in known if name not in stuck), key=lambda name: -known[name])

    def reach(names: Sequence[str]) -> list[Saying]:
        ends = [(called(record, name), percent(known[name])) for name in names]
        if len(ends) == 1:
            return [saying("train.reach", name=ends[0][0], share=ends[0][1])]
        return [saying("train.ends", ends=ends)] if ends else []

    def stay(counted: bool = False) -> list[Saying]:
        if not stuck:
            return []
        at = _between([known[name] for name in stuck])
        if counted:
            return [saying("train.stay_near", count=len(stuck), of=len(shares), at=at)]
        return [saying("train.stay", who=_called(record, stuck), at=at)]

    fewer = reached[:1] if stuck else [*reached[:1], *reached[1:][-1:]]
    return _shortest(
        [
            [*reach(reached), *stay(), *off],
            [*reach(fewer), *stay(), *off],
            [*reach(reached[:1]), *stay(counted=True), *off],
        ]
    )


def activation_finding(record: TrainingRecord) -> str:
    """Return how the spread of the last hidden layer's activations changes while learning."""
    changes, ends = [], []
    for name in record.spec.init_names:
        snapshots = record.runs_of(name)[0].snapshots
        stds = [item.record.layers[-1]["activation"].stats.std for item in snapshots]
        known = [std for std in stds if std is not None]
        if known:
            text = say("train.from_to", first=_std(known[0]), last=_std(known[-1]))
            changes.append((known[-1], text, called(record, name)))
            ends.append((known[-1], _std(known[-1]), called(record, name)))
    if not ends:
        return finding(record)
    layer = len(record.spec.hidden)
    return _numbers(
        (saying("train.spread", layer=layer), changes),
        (saying("train.last_spread", layer=layer), ends),
    )


def gradient_finding(record: TrainingRecord) -> str:
    """Return how large the first layer's gradients are at the first recorded step."""
    first = min((item.step for run in record.runs for item in run.snapshots), default=0)
    found = []
    for name in record.spec.init_names:
        for item in record.runs_of(name)[0].snapshots:
            std = item.record.layers[0]["gradient"].stats.std
            if item.step == first and std is not None:
                found.append((std, _std(std), called(record, name)))
    if not found:
        return finding(record)
    return _numbers((saying("train.first_gradient", layer=1), found))


def _numbers(*forms: tuple[Saying, Sequence[tuple[float, str, str]]]) -> str:
    """Return the first title that is short enough: of all numbers, or of the ends of their range.

    A form is a head, and for each initializer what it is sorted by, its numbers and its name.
    """
    title = ""
    for head, found in forms:
        order = sorted(found, reverse=True)
        for some in (order, [*order[:1], *order[1:][-1:]]):
            numbers = [(number, name) for _, number, name in some]
            title = say("train.numbers", head=head, numbers=numbers)
            if len(title) <= _TITLE:
                return title
    return title


def _std(value: float) -> str:
    return significant(value, 1 if value < 0.001 else 2)


def _accuracy(record: TrainingRecord, name: str) -> float | None:
    """Return the last accuracy on the test rows, or where there are none on the training rows."""
    last = [run.reported[-1] for run in record.runs_of(name) if run.reported]
    test = record.data.n_test > 0
    values = [item.test_accuracy if test else item.train_accuracy for item in last]
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _between(shares: Sequence[float]) -> str:
    """Return shares as one number where all round to it, else as a range."""
    low, high = percent(min(shares)), percent(max(shares))
    return low if low == high else say("train.between", low=low.removesuffix(" %"), high=high)


#: How people write the data sets that there are; others have the name that they were given.
_NAMES = {name: say(f"data.{name}") for name in ("circles", "digits", "mnist")}


def subtitle(record: TrainingRecord) -> str:
    """Return what was done."""
    return subtitles(record)[0]


def subtitles(record: TrainingRecord) -> list[str]:
    """Return what was done, the fullest form first."""
    spec, data = record.spec, record.data
    outputs = 1 if len(data.classes) == 2 else len(data.classes)
    layers = "-".join(map(str, (data.n_features, *spec.hidden, outputs)))
    whole, alone = spec.batch is None, len(spec.seeds) == 1
    done = {
        "data": _NAMES.get(data.name, data.name),
        "layers": layers,
        "activation": spec.activation.label,
        "optimizer": say(f"optimizer.{spec.optimizer}"),
        "rate": spec.lr,
        "batch": saying("train.all_rows") if whole else saying("train.batches", rows=spec.batch),
        "steps": spec.steps,
        "seeds": saying("train.seed", seed=spec.seeds[0])
        if alone
        else saying("train.seeds", count=len(spec.seeds)),
    }
    forms = ("train.subtitle", "train.subtitle_short", "train.subtitle_least")
    return [say(form, **done) for form in forms]


def _stops(record: TrainingRecord) -> list[str]:
    """Return where runs stopped."""
    said = []
    for run in record.diverged:
        of = {"init": called(record, run.init_name), "seed": run.seed}
        said.append(say("train.diverged", **of, step=run.diverged_at))
    for run in record.runs:
        if run.end == "interrupted":
            of = {"init": called(record, run.init_name), "seed": run.seed}
            key = "train.stopped_before" if run.last_step is None else "train.stopped"
            said.append(say(key, **of, step=run.last_step))
    return said


def infinite(record: TrainingRecord) -> list[str]:
    """Return where a formula gives an infinite loss."""
    said = []
    for name in record.spec.init_names:
        if (item := _infinite(record.runs_of(name))) is not None:
            loss = loss_text(item.stable_loss)
            said.append(say("train.infinite", name=called(record, name), step=item.step, loss=loss))
    return said


def notes(record: TrainingRecord) -> list[str]:
    """Return where runs stopped and what is infinite, at most four and how many more."""
    return _most([*_stops(record), *infinite(record)])


def _most(said: Sequence[str]) -> list[str]:
    return [*said[:4], say("train.more", count=len(said) - 4)] if len(said) > 4 else [*said]


def reading_keys(record: TrainingRecord, reading: Sequence[Key]) -> list[Key]:
    """Return all that there is to say below a picture, the most important first."""
    first, last = _most(_stops(record)), [*infinite(record), symmetry(record)]
    before, after = (
        [Key(short=text, full=say("alt.note", note=text)) for text in texts if text]
        for texts in (first, last)
    )
    return [*before, *reading, *after]


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
            told.append(say("train.symmetry", name=called(record, name), ranks=found))
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


def became_of(record: TrainingRecord, name: str) -> str:
    """Return in a few words what became of an initializer."""
    runs = record.runs_of(name)
    if any(run.end == "diverged" for run in runs):
        return say("became.diverges")
    loss = _last_tenth(record, runs)
    if loss is None:
        return say("became.nothing")
    ranks = [rank for run in runs for rank in run.weight_change_rank]
    if ranks and max(ranks) <= 1:
        return say("became.symmetric")
    if loss >= STUCK * chance(record):
        return say("became.stuck")
    firsts = [float(run.losses[0]) for run in runs if run.losses.size]
    if firsts and median(firsts) > 3 * chance(record):
        return say("became.too_large", loss=loss_text(median(firsts)))
    return say("became.learned")


def alt_text(record: TrainingRecord, kind: Saying, title: str) -> str:
    """Return a kind of picture in words, for readers who cannot see it."""
    parts = [say("alt.train", picture=kind, title=title, done=subtitle(record))]
    for name in record.spec.init_names:
        train, test = accuracies(record, name)
        loss = loss_text(curve_end(record.runs_of(name)))
        became = became_of(record, name)
        own = {
            "name": called(record, name),
            "loss": loss,
            "train": train,
            "test": test,
            "became": became,
        }
        parts.append(say("alt.train_init", **own))
    return " ".join([*parts, *(say("alt.note", note=note) for note in notes(record))])
