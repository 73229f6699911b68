"""Record: what a simulation found, as numbers and histograms, never as activations.

This room holds values. It knows no disk, no clock and no randomness; `actviz.simulation`,
`actviz.captured` and `actviz.training` make Records, `actviz.files.records` stores them,
`actviz.plot` draws them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Self

from actviz.errors import RecordError
from actviz.format import UNDEFINED, axis_number, elided
from actviz.layers.activations import Activation
from actviz.layers.initializer_laws import Constant, Initializer
from actviz.layers.signals import BACKWARD, FORWARD, SIGNALS, Signal
from actviz.numbers.scalars import SMALLEST_NORMAL
from actviz.numbers.stats import Statistic
from actviz.numbers.sums import APPROXIMATE
from actviz.records.judged import Judgeable
from actviz.records.kept import left_out
from actviz.records.measuring import OLD_NAMES, Measuring
from actviz.records.plain import schema_of, worded
from actviz.records.recorded_spec import KIND, RecordedSpec, stack_line
from actviz.records.shown import Shown
from actviz.records.signal import LayerRecord, SignalRecord, layer_dict, not_kept, read_layer
from actviz.records.spec import StackSpec

if TYPE_CHECKING:
    import pandas as pd


RECORD_SCHEMA = "actviz.record/2"

#: Of version 0.1.0, whose specs hold what is measured too.
_OLD_SCHEMA = "actviz.record/1"

_DEFAULT = Measuring()

#: Names of the quantiles in rows: the percentiles of a normal at mean + (-1.5, -1, … 1.5) std.
QUANTILE_NAMES = ("q07", "q16", "q31", "q50", "q69", "q84", "q93")

#: The columns of `Record.to_rows`, and of every CSV, in order.
RECORD_COLUMNS = (
    *("activation", "init", "depth", "width", "samples", "seed", "layer", "signal"),
    *("count", "mean", "std", "rms", "min", "max", "skewness", "excess_kurtosis"),
    *("zero_fraction", "saturated_fraction", "dead_unit_fraction"),
    *("within_unit_std", "between_unit_std", "nonfinite", "underflow", "overflow"),
    *(*QUANTILE_NAMES, "constant", "fan_in", "mean_cosine", "effective_rank"),
    *("median_magnitude", "idle_unit_fraction"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Shown, Judgeable):
    """What `simulate` returns: the spec, and every layer that was computed.

    Parameters
    ----------
    spec : StackSpec or RecordedSpec
        What was run, or what is known of arrays that were recorded elsewhere.
    measuring : Measuring
        What is kept of it.
    layers : tuple of LayerRecord
        Layer 1 first. Shorter than the spec's depth where a layer of a simulation stopped being
        finite: that layer is the last one.
    writer : tuple of (str, str)
        Names and versions of what made it; not compared by ``==``.

    Raises
    ------
    RecordError
        If the layers are not layers 1, 2, … that the spec tells of, a signal does not have
        samples * width values, or one that every layer has is missing: the activation, and of a
        simulation the preactivation too.
    """

    spec: StackSpec | RecordedSpec
    measuring: Measuring = _DEFAULT
    layers: tuple[LayerRecord, ...]
    writer: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        found = [(layer.layer, (layer.fan_in, layer.width)) for layer in self.layers]
        known = self.spec.layers[: len(found)]
        expected = [(number, (each.fan_in, each.width)) for number, each in enumerate(known, 1)]
        if not found or found != expected:
            raise RecordError(f"a record of {self.spec.depth} layers cannot hold {found or 'none'}")
        needed = ("activation",) if self.stack is None else FORWARD
        measured = {signal: self.measuring.kept(signal) for signal in SIGNALS}
        spare = {signal: left_out(signal, kept) for signal, kept in measured.items()}
        for layer, told in zip(self.layers, known, strict=True):
            if not layer.is_of(told):
                raise RecordError(f"layer {layer.layer} is not the one that its spec tells of")
            for item in layer.signals:
                weights = item.signal == "weight_gradient"
                rows = (layer.fan_in or 0) if weights else layer.samples
                values = rows * layer.width
                if (item.counted is None) == ("histogram" in measured[item.signal]):
                    has, how = ("a", "without") if item.counted else ("no", "with")
                    raise RecordError(
                        f"the {item.signal} of layer {layer.layer} has {has} histogram, and is "
                        f"measured {how} one"
                    )
                names = spare[item.signal]
                held = list(map(getattr, repeat(item.stats), names))
                if held.count(None) < len(held):
                    name = next(n for n, it in zip(names, held, strict=True) if it is not None)
                    raise RecordError(
                        f"the {item.signal} of layer {layer.layer} has {name}, and is measured "
                        "without it"
                    )
                if item.stats.count + item.stats.nonfinite != values:
                    raise RecordError(
                        f"the {item.signal} of layer {layer.layer} must have {values} values"
                    )
            if missing := set(needed) - {item.signal for item in layer.signals}:
                raise RecordError(f"layer {layer.layer} needs {min(missing)!r}, and it is missing")
            self._check_sample(layer)
        if len(found) == self.spec.depth:
            return
        if self.first_nonfinite_layer is None or self.stack is None:
            raise RecordError(
                f"a record of {self.spec.depth} layers holds {len(found)}, all finite"
            )

    def __repr__(self) -> str:
        """Return one line, with the std of each layer's activation: all numbers would be pages."""
        # Of a layer that is not finite, what is left has a std that nobody should read.
        stds = [layer["activation"].stats.std if layer.finite else None for layer in self.layers]
        texts = [UNDEFINED if std is None else axis_number(std, 2) for std in stds]
        told = [f"std by layer {elided(texts)}"] if any(std is not None for std in stds) else []
        if (layer := self.first_nonfinite_layer) is not None:
            told.append(f"layer {layer} is not finite")
        elif (layer := self.first_nonfinite_gradient_layer) is not None:
            told.append(f"the gradient of layer {layer} is not finite")
        seed = "" if self.spec.seed is None else f", seed {self.spec.seed}"
        return f"<Record of {'; '.join([f'{stack_line(self.spec)}{seed}', *told])}>"

    def _check_sample(self, layer: LayerRecord) -> None:
        """Raise RecordError unless the layer keeps the values that it is measured with."""
        asked, sample = self.measuring.unit_sample, layer["activation"].unit_sample
        sizes = (layer.samples, layer.width)
        expected = None if asked is None else tuple(map(min, asked, sizes))
        found = None if sample is None else sample.values.shape
        if found != expected:
            raise RecordError(
                f"the unit sample of layer {layer.layer} must have shape {expected} (got {found})"
            )

    def check_kept(self, signal: Signal, statistic: Statistic) -> None:
        """Raise RecordError unless a statistic of a signal was measured; the message says how."""
        if statistic not in self.measuring.kept(signal):
            raise RecordError(not_kept(signal, statistic))

    @property
    def stack(self) -> StackSpec | None:
        """What was simulated; None for recorded arrays, which nobody can run again."""
        return self.spec.stack

    @property
    def first_nonfinite_layer(self) -> int | None:
        """The first layer with a NaN or an infinity, after which a simulation stops."""
        return next((layer.layer for layer in self.layers if not layer.finite), None)

    @property
    def first_underflow_layer(self) -> int | None:
        """The first layer whose values are too small for the dtype, though its inputs are not 0.

        Zeros from there on are numbers that float64 or float32 cannot hold, not dead units. None
        for recorded arrays: nobody knows which of their zeros were meant.
        """
        if (stack := self.stack) is None:
            return None
        smallest = SMALLEST_NORMAL[stack.dtype]
        previous = stack.input_std
        for layer, shape in zip(self.layers, stack.shapes, strict=False):
            scale = layer["preactivation"].stats.rms
            small = layer.finite and scale is not None and scale < smallest
            if previous and small and _weighted(stack, shape):
                return layer.layer
            previous = layer["activation"].stats.rms or 0.0
        return None

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Which signals every one of its layers has, in order."""
        common = set.intersection(
            *({item.signal for item in layer.signals} for layer in self.layers)
        )
        return tuple(signal for signal in SIGNALS if signal in common)

    @property
    def approximate(self) -> tuple[str, ...]:
        """Which statistics are approximate in some of its layers: see `SignalRecord`."""
        there = {
            name for layer in self.layers for item in layer.signals for name in item.approximate
        }
        return tuple(name for name in APPROXIMATE if name in there)

    @property
    def first_nonfinite_gradient_layer(self) -> int | None:
        """The layer nearest to the output whose gradients are not all finite."""
        return next((layer.layer for layer in self._backwards() if _nonfinite(layer)), None)

    @property
    def first_underflow_gradient_layer(self) -> int | None:
        """The layer nearest to the output whose gradients are too small for the dtype.

        The gradient with respect to the activation of that layer is a number that float64 or
        float32 holds, the one with respect to its preactivation is not, or has lost digits; or W
        of the layer above made the former too small. None where slopes or weights of 0 end it, and
        for recorded arrays.
        """
        if (stack := self.stack) is None:
            return None
        smallest = SMALLEST_NORMAL[stack.dtype]
        coming = 0.0  # the gradient of the layer above, from which W.T leads down
        for layer in self._backwards():
            entering, rms = (layer[name].stats.rms for name in ("activation_gradient", "gradient"))
            if entering is None or rms is None:
                return None
            if entering == 0:
                weighted = coming and _weighted(stack, stack.shapes[layer.layer])
                return layer.layer if weighted else None
            if rms < smallest:
                # What is no small number becomes 0 where slopes are 0: nothing underflows there.
                return layer.layer if rms or entering < smallest**0.5 else None
            coming = rms
        return None

    @property
    def gradient_factor(self) -> float | None:
        """The factor of the gradient's std from a layer to the one before, in geometric mean.

        ``(std of layer 1 / std of the last layer) ** (1 / (layers - 1))`` of the signal
        "gradient", dimensionless. None without gradients, for a single layer, where a gradient is
        not finite, and where the last layer's is 0.
        """
        stds = [layer["gradient"].stats.std or 0.0 for layer in self.layers if "gradient" in layer]
        if len(stds) < 2 or self.first_nonfinite_gradient_layer is not None or not stds[-1]:
            return None
        # A root of each, since their ratio may be too large or too small for a float.
        root = 1.0 / (len(stds) - 1)
        return float(stds[0] ** root / stds[-1] ** root)

    def _backwards(self) -> list[LayerRecord]:
        """Return the layers that have gradients, the last one first."""
        return [
            layer
            for layer in reversed(self.layers)
            if any(item.signal in BACKWARD for item in layer.signals)
        ]

    def to_rows(self, signals: Sequence[str] = SIGNALS) -> list[dict[str, Any]]:
        """Return one dict for each layer and signal, its keys being `RECORD_COLUMNS`.

        ``width`` is the layer's own. A statistic that is not defined is None.
        """
        wanted = (signals,) if isinstance(signals, str) else signals
        return [
            self._row(layer, item)
            for layer in self.layers
            for item in layer.signals
            if item.signal in wanted
        ]

    def _row(self, layer: LayerRecord, item: SignalRecord) -> dict[str, Any]:
        stats = asdict(item.stats)
        quantiles = stats.pop("quantiles") or (None,) * len(QUANTILE_NAMES)
        row = {
            "activation": layer.activation.name,
            "init": self.spec.init_name,
            "depth": self.spec.depth,
            "width": layer.width,
            "samples": layer.samples,
            "seed": self.spec.seed,
            "layer": layer.layer,
            "signal": item.signal,
            "underflow": None if item.counted is None else item.counted.underflow,
            "overflow": None if item.counted is None else item.counted.overflow,
            "fan_in": layer.fan_in,
            **stats,
            **dict(zip(QUANTILE_NAMES, quantiles, strict=True)),
        }
        return {name: row[name] for name in RECORD_COLUMNS}

    def to_frame(self, signals: Sequence[str] = SIGNALS) -> "pd.DataFrame":
        """Return `to_rows` as a pandas DataFrame; what is undefined is NaN there."""
        import pandas as pd  # 0.3 s, for those who ask for it

        return pd.DataFrame(self.to_rows(signals), columns=list(RECORD_COLUMNS))

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types: numbers, and null where undefined; `from_dict` reads them."""
        return {
            "schema": RECORD_SCHEMA,
            "writer": dict(self.writer),
            "spec": self.spec.to_dict(),
            "measuring": self.measuring.to_dict(),
            "first_nonfinite_layer": self.first_nonfinite_layer,
            "first_underflow_layer": self.first_underflow_layer,
            "layers": [layer_dict(layer) for layer in self.layers],
        }

    @classmethod
    def from_dict(
        cls,
        data: Mapping[str, Any],
        *,
        activations: Sequence[Activation] = (),
        initializers: Sequence[Initializer] = (),
    ) -> Self:
        """Return the record of a dict such as `to_dict` makes.

        Parameters
        ----------
        data : mapping
            The dict.
        activations, initializers : sequences, optional
            The user's own objects that the spec names.

        Raises
        ------
        RecordError
            If the schema is another one, or something is missing, unknown or of a wrong type.
        """
        schema = schema_of(data, "an actviz record", RECORD_SCHEMA, _OLD_SCHEMA)
        with worded("a record", wrong="a value of a wrong type"):
            told, kept = data["spec"], data.get("measuring", {})
            if schema == _OLD_SCHEMA and isinstance(told, Mapping):
                kept = {name: told[name] for name in OLD_NAMES if name in told}
                kept.setdefault("gradients", _has_gradients(data["layers"]))
                told = {name: value for name, value in told.items() if name not in kept}
            spec = _spec(told, activations, initializers)
            # A layer too many is refused as what it is.
            known = chain(spec.layers, repeat(spec.layers[-1]))
            measuring = Measuring.from_dict(kept)
            record = cls(
                spec=spec,
                measuring=measuring,
                layers=tuple(map(read_layer, data["layers"], known, repeat(measuring.kept))),
                writer=_writer(data.get("writer", {})),
            )
            for name in ("first_nonfinite_layer", "first_underflow_layer"):
                if name in data and data[name] != getattr(record, name):
                    told, found = data[name], getattr(record, name)
                    raise RecordError(f"{name} is {told!r:.40}, and its layers say {found}")
            return record


def _has_gradients(layers: Sequence[Mapping[str, Any]]) -> bool:
    return any(signal in BACKWARD for layer in layers for signal in layer["signals"])


def _spec(
    data: Mapping[str, Any],
    activations: Sequence[Activation],
    initializers: Sequence[Initializer],
) -> StackSpec | RecordedSpec:
    if isinstance(data, Mapping) and data.get("kind") == KIND:
        return RecordedSpec.from_dict(data, activations=activations)
    return StackSpec.from_dict(data, activations=activations, initializers=initializers)


def _weighted(stack: StackSpec, shape: tuple[int, int]) -> bool:
    """Return whether weights of this shape are not all 0."""
    # A constant has std 0 as well, and only zeros give a 0 that is meant.
    constant = isinstance(stack.init, Constant) and stack.init.value != 0
    return constant or stack.init.std(*shape) > 0


def _nonfinite(layer: LayerRecord) -> bool:
    return any(item.stats.nonfinite for item in layer.signals if item.signal in BACKWARD)


def _writer(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    if not isinstance(data, Mapping):
        raise RecordError(f"writer must be an object of names and versions (got {data!r:.40})")
    pairs = tuple(data.items())
    for name, version in pairs:
        if not isinstance(version, str):
            raise RecordError(f"writer {name!r:.40} must be a text (got {version!r:.40})")
    return pairs
