"""What is said of a stack, made once and read by all: judged here, and nowhere else in a figure."""

from collections.abc import Sequence
from dataclasses import dataclass

from actviz.diagnosis.verdict import Fate, Trend, collapsed, fate, trend
from actviz.format import significant
from actviz.layers.signals import Signal
from actviz.records.ensemble import Ensemble
from actviz.records.record import Record
from actviz.records.signal import LayerRecord
from actviz.words.predicted import Predicted, predicted
from actviz.words.say import say
from actviz.words.specs import Spec, traits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Told:
    """What is said of one stack among those of a figure.

    Parameters
    ----------
    record : Record
        The stack; its layers have the numbers that are printed.
    label : str
        Its initializer, and what else tells it from the others.
    own : str
        What else alone; "" where the initializer tells enough.
    fate, trend : Fate, Trend
        What becomes of its signal, and of its gradient.
    factor : float or None
        Of the gradient's std from a layer to the one before, in geometric mean.
    alike : tuple of int
        The layers, from 1, whose units hardly vary over the inputs.
    gradient_underflows : int or None
        The layer nearest to the output whose gradients are too small for the dtype.
    verdict : str
        What becomes of the signal, in one to three words.
    gradient : str
        What becomes of the gradient, to be read after the word "gradient".
    ensemble : Ensemble or None
        The stack under several seeds.
    predicted : Predicted or None
        What mean field says of it.
    """

    record: Record
    label: str
    own: str
    fate: Fate
    trend: Trend
    factor: float | None
    alike: tuple[int, ...]
    gradient_underflows: int | None
    verdict: str
    gradient: str
    ensemble: Ensemble | None = None
    predicted: Predicted | None = None

    @property
    def spec(self) -> Spec:
        """What was simulated, or recorded."""
        return self.record.spec

    @property
    def layers(self) -> tuple[LayerRecord, ...]:
        """The layers that it has."""
        return self.record.layers

    @property
    def name(self) -> str:
        """Its activation and its initializer, as people write them."""
        return say("stack.name", activation=self.spec.activation.label, init=self.spec.label)

    @property
    def captions(self) -> tuple[str, ...]:
        """What a row says of it that shows its activations only, the fullest form first."""
        both = say("caption.both", verdict=self.verdict, gradient=self.gradient)
        return both, say("caption.gradient", gradient=self.gradient)

    @property
    def symmetric(self) -> bool:
        """Whether all units of every layer are one and the same, which no histogram shows."""
        return self.fate is Fate.SYMMETRIC

    def having(self, signal: Signal) -> list[LayerRecord]:
        """Return the layers that have a signal."""
        return [layer for layer in self.layers if signal in layer]


def tell(
    records: Sequence[Record],
    *,
    ensembles: Sequence[Ensemble | None] | None = None,
    theory: bool = False,
) -> tuple[Told, ...]:
    """Return what is said of each record of a figure.

    Parameters
    ----------
    records : sequence of Record
        All that the figure shows: what tells one from the others depends on these.
    ensembles : sequence of Ensemble or None, optional
        One for each record.
    theory : bool
        Whether to tell what mean field predicts.
    """
    specs = [record.spec for record in records]
    beside = [None] * len(records) if ensembles is None else ensembles
    return tuple(_told(*pair, specs, theory) for pair in zip(records, beside, strict=True))


def _told(record: Record, ensemble: Ensemble | None, specs: Sequence[Spec], theory: bool) -> Told:
    factor, what = record.gradient_factor, fate(record)
    # Of gradients that some layers lack no figure shows anything.
    way = trend(record, factor) if "gradient" in record.signals else Trend.ABSENT
    own = traits(record.spec, specs)
    return Told(
        record=record,
        label=", ".join(filter(None, (record.spec.label, own))),
        own=own,
        fate=what,
        trend=way,
        factor=factor,
        alike=tuple(layer.layer for layer in record.layers if collapsed(layer)),
        gradient_underflows=record.first_underflow_gradient_layer,
        verdict=say(f"fate.{what.name.lower()}"),
        gradient=_gradient(record, way, factor),
        ensemble=ensemble,
        predicted=predicted(record) if theory else None,
    )


def _gradient(record: Record, what: Trend, factor: float | None) -> str:
    """Return what becomes of the gradient.

    Its factor from a layer to the one before where there is one: ``"×0.24 a layer"``.
    """
    if what is Trend.ABSENT:
        return say("gradient.absent")
    if what is Trend.OVERFLOWS:
        return say("gradient.overflows", layer=record.first_nonfinite_gradient_layer)
    if what is Trend.UNDERFLOWS:
        return say("gradient.underflows", layer=record.first_underflow_gradient_layer)
    if what is Trend.ZERO:
        return say("gradient.zero")
    if factor is None:
        std = record.layers[0]["gradient"].stats.std
        return "" if std is None else say("gradient.std", std=significant(std, 2))
    return say("gradient.factor", factor=significant(factor, 2))
