"""Baseline: the Record that a check expects, and how its statistics spread between seeds.

A value: it runs nothing and opens no file. `actviz.checks.comparison` compares,
`actviz.files.records` stores.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from actviz.checks.measures import LEAST_SAMPLES, LEAST_WIDTH, MEASURES, Measure
from actviz.errors import RecordError, SpecError
from actviz.layers.signals import FORWARD, SIGNALS
from actviz.numbers.scalars import check_integer, is_finite
from actviz.records.plain import schema_of, worded
from actviz.records.record import Record
from actviz.records.signal import LayerRecord, SignalRecord
from actviz.records.spec import MAX_SEEDS

BASELINE_SCHEMA = "actviz.baseline/1"

#: With fewer seeds nobody knows a spread.
MIN_SEEDS = 5

#: Digits of a mean and of a standard deviation, of which one or two are known: a diff is read.
_DIGITS = (9, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a statistic of one signal of one layer is over seeds, on its measure's scale.

    Parameters
    ----------
    mean, sd : float
        Mean and sample standard deviation over the seeds, on the scale.
    count : int
        How many seeds.
    """

    mean: float
    sd: float
    count: int

    def __post_init__(self) -> None:
        for name in ("mean", "sd"):
            value = getattr(self, name)
            if not is_finite(value):
                raise RecordError(f"{name} of a spread must be a finite number (got {value!r:.40})")
            object.__setattr__(self, name, float(value))
        if self.sd < 0:
            raise RecordError(f"sd of a spread must be >= 0 (got {self.sd!r})")
        check_integer("count", self.count, 2, 2**31)


MeasureKey = tuple[int, str, str]
"""Layer, signal and the name of a measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a check holds a Record against.

    Parameters
    ----------
    record : Record
        Of the first seed.
    seeds : int
        Of how many seeds the spread is known; 1 where it is not, for exact comparison only.
    spread : mapping
        (layer, signal, measure) to `Expected`: what every seed has, up to the first layer that is
        not finite in one of them.
    """

    record: Record
    seeds: int = 1
    spread: Mapping[MeasureKey, Expected]

    def __repr__(self) -> str:
        """Return one line, without its numbers."""
        return f"<Baseline of {self.seeds} seed{'s' * (self.seeds > 1)}, the first {self.record!r}>"

    @classmethod
    def of(cls, records: Sequence[Record]) -> Self:
        """Return the baseline of one record, or of one for each seed.

        Raises
        ------
        SpecError
            If there are 2 to 4: that is no spread; or they differ in more than their seed.
        """
        records = list(records)
        if not records or 1 < len(records) < MIN_SEEDS:
            raise SpecError(f"a baseline needs 1 record or at least {MIN_SEEDS} seeds")
        first = records[0]
        for other in records[1:]:
            if odd := difference(first, other):
                raise SpecError(f"the records of a baseline differ in their {odd}")
        spread = dict(_spread(records)) if len(records) > 1 else {}
        return cls(record=first, seeds=len(records), spread=spread)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; `from_dict` reads them."""
        nested: dict[str, Any] = {}
        for (layer, signal, name), item in self.spread.items():
            place = nested.setdefault(str(layer), {}).setdefault(signal, {})
            scale = MEASURES[name].scale
            place[name] = {
                "count": item.count,
                "mean": item.mean,
                "scale": scale,
                "sd": item.sd,
            }
        return {
            "schema": BASELINE_SCHEMA,
            "seeds": self.seeds,
            "record": self.record.to_dict(),
            "spread": nested,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], **own: Any) -> Self:
        """Return the baseline of a dict such as `to_dict` makes.

        Parameters
        ----------
        data : mapping
            The dict.
        **own
            activations and initializers of the user, as `Record.from_dict` takes them.

        Raises
        ------
        RecordError
            If the schema is another one, or something is missing, unknown or of a wrong type.
        """
        schema_of(data, "an actviz baseline", BASELINE_SCHEMA)
        with worded("a baseline", wrong="a wrong spread"):
            if odd := sorted({"schema", "seeds", "record", "spread"} ^ set(data)):
                raise RecordError(f"a baseline has schema, seeds, record and spread: {odd[0]!r}?")
            record = Record.from_dict(data["record"], **own)
            seeds = check_integer("seeds", data["seeds"], 1, MAX_SEEDS)
            spread = dict(_read_spread(data["spread"], record, seeds))
            return cls(record=record, seeds=seeds, spread=spread)


def difference(one: Record, other: Record) -> str | None:
    """Return the first field of their specs in which two records differ, but for the seed."""
    first, second = (each.spec.to_dict() | each.measuring.to_dict() for each in (one, other))
    for name in [*first, *(name for name in second if name not in first)]:
        if name not in ("seed", "label", "bins", "range") and first.get(name) != second.get(name):
            return f"{name} ({first.get(name)!r} and {second.get(name)!r})"
    return None


def measured(layers: Sequence[LayerRecord]) -> Iterator[tuple[MeasureKey, Measure, SignalRecord]]:
    """Yield what is measured of layers, in reading order."""
    for layer in layers:
        for item in layer.signals:
            for measure in MEASURES.values():
                if item.signal in measure.signals:
                    yield (layer.layer, item.signal, measure.name), measure, item


def _spread(records: Sequence[Record]) -> Iterator[tuple[MeasureKey, Expected]]:
    check_sized([layer.width for layer in records[0].layers], records[0].spec.samples)
    reached = min(_finite_layers(record) for record in records)
    per_record = [measured(record.layers[:reached]) for record in records]
    for row in zip(*per_record, strict=True):
        key, measure, _ = row[0]
        values = [measure.of(item.stats) for _, _, item in row]
        cosines = [_cosine(record, key) for record in records]
        counts = [item.stats.count for _, _, item in row]
        known = [
            value
            for value, cosine in zip(values, cosines, strict=True)
            if value is not None and measure.means_something(cosine)
        ]
        if len(known) < len(values) or any(item.stats.nonfinite for _, _, item in row):
            continue
        places = [measure.forward(v, n) for v, n in zip(known, counts, strict=True)]
        kept = np.array([place for place in places if place is not None])
        if len(kept) == len(values):
            found = (float(kept.mean()), float(kept.std(ddof=1)))
            mean, sd = (float(f"{x:.{n}g}") for x, n in zip(found, _DIGITS, strict=True))
            yield key, Expected(mean=mean, sd=sd, count=len(kept))


def check_sized(widths: Sequence[int], samples: int | None) -> None:
    """Raise SpecError if a stack is too small for the rate of false alarms that is promised.

    `samples` is None where layers differ in it.
    """
    least = "the rate of false alarms of a statistical check is kept from"
    remedy = "check exactly (a baseline of one seed is enough)"
    for layer, width in enumerate(widths, start=1):
        if width < LEAST_WIDTH:
            units = f"{width} unit{'s' if width > 1 else ''}"
            raise SpecError(
                f"layer {layer} has {units}: {least} {LEAST_WIDTH} units on; {remedy}, or leave "
                "the layer out"
            )
    if samples is not None and samples < LEAST_SAMPLES:
        given = f"{samples} sample{'s' if samples > 1 else ''}"
        raise SpecError(f"{given}: {least} {LEAST_SAMPLES} samples on; {remedy}, or take more")


def _cosine(record: Record, key: MeasureKey) -> float | None:
    """Return the mean cosine of a layer's inputs: of the signal itself, or of what it goes with."""
    layer = record.layers[key[0] - 1]
    signal = key[1] if key[1] in FORWARD else "activation"
    return layer[signal].stats.mean_cosine if signal in layer else None


def _finite_layers(record: Record) -> int:
    stop = record.first_nonfinite_layer
    return len(record.layers) if stop is None else stop - 1


def _read_spread(data: object, record: Record, seeds: int) -> Iterator[tuple[MeasureKey, Expected]]:
    """Yield what a file's spread says of the layers of its record, every one up to its last."""
    layers = _named(data, "a spread")
    numbers = [_layer_number(name, record) for name in layers]
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        raise RecordError(f"a spread has the layers 1, 2, … (got {', '.join(layers):.40})")
    for number, signals in zip(numbers, layers.values(), strict=True):
        known = record.layers[number - 1]
        run = SIGNALS if record.stack is None else record.measuring.signals
        for signal, names in _named(signals, f"layer {number} of a spread").items():
            # What nobody recorded, or what running the stack again will not give.
            if signal not in known or signal not in run:
                raise RecordError(f"a baseline's record has no signal {signal!r:.40}")
            yield from _read_measures(number, signal, names, seeds)
        if seeds > 1 and not {"preactivation", "activation"} & set(signals):
            raise RecordError(f"layer {number} of a spread has no activation")


def _read_measures(
    layer: int, signal: str, names: object, seeds: int
) -> Iterator[tuple[MeasureKey, Expected]]:
    for name, item in _named(names, f"the {signal} of layer {layer}").items():
        fields = dict(_named(item, f"the spread of {name}"))
        if name not in MEASURES or fields.pop("scale", None) != MEASURES[name].scale:
            raise RecordError(f"a baseline has no measure {name!r:.40} on this scale")
        if signal not in MEASURES[name].signals:
            raise RecordError(f"a baseline has no {name} of a signal {signal!r:.40}")
        expected = Expected(**fields)
        if expected.count > seeds:
            raise RecordError(f"{name} is of {expected.count} seeds, and the baseline of {seeds}")
        if abs(expected.mean) > MEASURES[name].farthest:
            raise RecordError(f"the mean of {name} cannot be {expected.mean!r}")
        yield (layer, signal, name), expected


def _named(data: object, what: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise RecordError(f"{what} must be an object of names (got {data!r:.40})")
    return data


def _layer_number(name: str, record: Record) -> int:
    count = len(record.layers)
    if not (name.isascii() and name.isdigit() and 1 <= int(f"{name:.9}") <= count):
        raise RecordError(f"a layer of a spread must be from 1 to {count} (got {name!r:.40})")
    return int(name)
