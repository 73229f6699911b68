"""Row: one stack of a sweep and what the judge says of it, as numbers and names.

A row of the same stack is the same whoever computed it, so that it holds no time and no machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from actviz.diagnosis.findings import Findings, Kind, Severity, State, Unknown
from actviz.errors import RecordError
from actviz.layers.initializer_laws import Orthogonal, VarianceScaling
from actviz.layers.initializers import initializer_name
from actviz.numbers.scalars import is_finite, is_integer, short
from actviz.records.measuring import judged_layer
from actviz.records.record import Record
from actviz.records.spec import StackSpec
from actviz.sweeps.seeds import said_shortly


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the judge says of a stack, and the numbers that it says it from.

    Parameters
    ----------
    chance : float or None
        How likely it trains by plain gradient descent, 0 to 1.
    no_chance : str or None
        Why there is no chance, of `actviz.diagnosis.findings.Unknown`.
    verdict, severity : str or None
        Of `Kind` and `Severity`; None of a stack that has no chance and in which no threshold was
        crossed: nobody has judged it, and it is not healthy.
    state : str
        Of `State`; "not_judged" where there is no verdict.
    signal_first, signal_last : float or None
        Within-unit std of the activations of layer 1, and of the last layer that was computed.
    gradient_first, gradient_last : float or None
        Rms of the gradient of layer 1, and of the last layer.
    gradient_total : float or None
        The first over the last, without what the widths alone do to it.
    effective_rank : float or None
        Of the activations of the last layer of 16 units or more.
    saturated : float or None
        The largest share of saturated activations of a layer.
    first_nonfinite_layer : int or None
        Where the forward pass stops being finite.
    """

    chance: float | None = None
    no_chance: str | None = None
    verdict: str | None = Kind.HEALTHY.value
    severity: str | None = Severity.INFO.value
    state: str = State.FULL.value
    signal_first: float | None = None
    signal_last: float | None = None
    gradient_first: float | None = None
    gradient_last: float | None = None
    gradient_total: float | None = None
    effective_rank: float | None = None
    saturated: float | None = None
    first_nonfinite_layer: int | None = None

    def __post_init__(self) -> None:
        for name, kind in _KINDS.items():
            value = getattr(self, name)
            if value not in tuple(kind) and not (value is None and name != "state"):
                raise RecordError(f"{name} is none of {', '.join(kind)} (got {short(value)})")
        for name in ("verdict", "severity"):
            value = getattr(self, name)
            if (value is None) != (self.state == State.NOT_JUDGED.value):
                raise RecordError(f"{name} cannot be {short(value)} of a state {self.state}")
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name not in _KINDS and value is not None and not is_finite(value):
                raise RecordError(f"{item.name} must be a number or null (got {short(value)})")
        stops = self.first_nonfinite_layer
        if stops is not None and not is_integer(stops):
            raise RecordError(f"first_nonfinite_layer must be an integer (got {short(stops)})")
        for name in ("chance", "saturated"):
            share = getattr(self, name)
            if share is not None and not 0 <= share <= 1:
                raise RecordError(f"{name} must be from 0 to 1 (got {short(share)})")

    @classmethod
    def of(cls, record: Record, found: Findings) -> Self:
        """Return what is kept of a record and of what the judge found in it."""
        first, last = record.layers[0], record.layers[-1]
        gradients = [layer["gradient"].stats.rms for layer in (first, last) if "gradient" in layer]
        judged = judged_layer([layer.width for layer in record.layers])
        wide = record.layers[judged - 1]["activation"] if judged is not None else None
        shares = [layer["activation"].stats.saturated_fraction for layer in record.layers]
        known = found.state is not State.NOT_JUDGED
        return cls(
            chance=found.chance,
            no_chance=found.unknown and found.unknown.value,
            verdict=found.verdict.value if known else None,
            severity=found.severity.value if known else None,
            state=found.state.value,
            signal_first=first["activation"].stats.within_unit_std,
            signal_last=last["activation"].stats.within_unit_std,
            gradient_first=gradients[0] if gradients else None,
            gradient_last=gradients[-1] if gradients else None,
            gradient_total=found.courses.gradient.total,
            effective_rank=None if wide is None else wide.stats.effective_rank,
            saturated=max((share for share in shares if share is not None), default=None),
            first_nonfinite_layer=record.first_nonfinite_layer,
        )


#: How well a stack is, for people; the last two only of those that nothing is known of.
HEALTHY, NOT_JUDGED, FAILED = "healthy", "not judged", "failed"
LEVELS = (HEALTHY, Severity.WARNING.value, Severity.ERROR.value)

_KINDS = {"no_chance": Unknown, "verdict": Kind, "severity": Severity, "state": State}

#: The columns of a row that hold texts; the others hold numbers.
TEXTS = (
    *("activation", "init", "input_distribution", "dtype", "rng"),
    *(*_KINDS, "failed"),
)

#: What is judged, by its columns.
JUDGED = tuple(item.name for item in fields(Judged))

_SPEC = (
    *("activation", "init", "bias_std", "input_std", "width", "depth"),
    *("input_width", "samples", "input_distribution", "dtype", "rng", "seed"),
)

#: The columns of a row, in order.
COLUMNS = (
    *("number", *_SPEC[:2], "std", "gain", *_SPEC[2:], "seed_number"),
    *(*JUDGED, "failed"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A stack of a sweep, and what became of it.

    Parameters
    ----------
    number : int
        Which stack of the sweep, from 0 on.
    seed_number : int or None
        Which seed of its parameters; None of a stack that was named with its seed.
    spec : StackSpec
        The stack itself.
    judged : Judged or None
        What the judge says; None if there was nothing to judge.
    failed : str or None
        Why there was nothing, in words.
    """

    number: int
    seed_number: int | None
    spec: StackSpec
    judged: Judged | None = None
    failed: str | None = None

    @property
    def level(self) -> str:
        """How well it is: of `LEVELS`, or "not judged", or "failed"."""
        if self.judged is None:
            return FAILED
        severity = self.judged.severity
        if severity is None:
            return NOT_JUDGED
        return HEALTHY if severity == Severity.INFO.value else severity

    @property
    def in_words(self) -> str:
        """Which stack it is of, for people."""
        spec = self.spec
        name = f"{spec.activation.name} with {spec.init_name}, {spec.depth} layers of {spec.width}"
        return f"stack {self.number} ({name}, seed {spec.seed})"

    def to_dict(self) -> dict[str, Any]:
        """Return the columns, null where something is not defined.

        ``std`` is that of the weights' entries in the last layer, as the initializer states it;
        ``gain`` that of initializers which take one, whose name in ``init`` is then without it.
        """
        found = _of_stack(self.spec) | {
            "number": self.number,
            "seed_number": self.seed_number,
            "failed": self.failed,
        }
        judged = self.judged
        found |= {name: judged and getattr(judged, name) for name in JUDGED}
        return {name: found[name] for name in COLUMNS}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], stack: StackSpec) -> Self:
        """Return the row of a dict that `to_dict` made of this stack.

        Raises
        ------
        RecordError
            If it is of another stack, or something is missing or of a wrong type.
        """
        if missing := [name for name in COLUMNS if name not in data]:
            raise RecordError(f"a row needs {missing[0]!r}")
        for name, own in _of_stack(stack).items():
            if data[name] != own:
                raise RecordError(
                    f"row {short(data['number'])} is of another stack: its {name} is "
                    f"{short(data[name])}, and this one's {short(own)}"
                )
        for name in ("number", "seed_number"):
            if data[name] is not None and not is_integer(data[name]):
                raise RecordError(f"{name} must be an integer (got {short(data[name])})")
        failed = data["failed"]
        if failed is not None and not isinstance(failed, str):
            raise RecordError(f"failed must be a text (got {short(failed)})")
        return cls(
            number=data["number"],
            seed_number=data["seed_number"],
            spec=stack,
            judged=None if failed else Judged(**{name: data[name] for name in JUDGED}),
            failed=failed,
        )


def _of_stack(spec: StackSpec) -> dict[str, Any]:
    """Return the columns that say which stack it is."""
    plain, init = said_shortly(spec).to_dict(), spec.init
    found = {name: plain[name] for name in _SPEC}
    gain = None
    if isinstance(init, VarianceScaling | Orthogonal):
        found["init"], gain = initializer_name(replace(init, gain=1.0)), init.gain
    return found | {"std": init.std(*spec.shapes[-1]), "gain": gain}
