"""What no picture can be drawn of: each refused with what was given and what to do."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from actviz.errors import SpecError
from actviz.layers.signals import BACKWARD, FORWARD, SIGNALS, Signal
from actviz.plot.heights import SHARE_Y, VALUES, HeightUnit, ShareY
from actviz.records.ensemble import Ensemble
from actviz.records.record import Record


def check_choices(records: Sequence[Record], *choices: tuple[str, str, Sequence[str]]) -> None:
    """Raise SpecError if there is nothing to draw, or an option is none of the allowed values.

    A choice is its name, its value and what is allowed.
    """
    if not records:
        raise SpecError("a figure needs at least one record")
    for name, value, allowed in choices:
        if value not in allowed:
            raise SpecError(f"{name} must be {' or '.join(allowed)} (got {value!r})")


def check_forward(
    records: Sequence[Record], signal: Signal, share_y: ShareY, values: HeightUnit
) -> None:
    """Raise SpecError unless a forward signal of the records can be drawn."""
    check_choices(
        records,
        ("signal", signal, FORWARD),
        ("share_y", share_y, SHARE_Y),
        ("values", values, VALUES),
    )
    check_edges(records, signal)


def check_records(
    records: Sequence[Record],
    *,
    signal: Signal,
    share_y: ShareY = "all",
    values: HeightUnit = "density",
) -> None:
    """Raise SpecError unless a signal of every record can be drawn whole."""
    if signal in BACKWARD:
        for record in records:
            if signal not in record.signals:
                name = f"{record.spec.activation.name} with {record.spec.init_name}"
                raise SpecError(
                    f"{name} has no {signal}: simulate with gradients=True, and leave out stacks "
                    "that overflow"
                )
        check_edges(records, signal)
    check_forward(records, "activation" if signal in BACKWARD else signal, share_y, values)


def check_compared(records: Sequence[Record], signal: Signal | None) -> None:
    """Raise SpecError unless stacks can be compared by a signal, or by all where it is None."""
    if signal not in (None, *SIGNALS):
        raise SpecError(f"signal must be {' or '.join(SIGNALS)} (got {signal!r})")
    if signal in BACKWARD and not any(signal in record.signals for record in records):
        raise SpecError(f"these records have no {signal}: simulate with gradients=True")
    check_records(records, signal=signal if signal and signal not in BACKWARD else "activation")


def check_ensembles(records: Sequence[Record], ensembles: Sequence[Ensemble] | None) -> None:
    """Raise SpecError unless there is an ensemble of each record's spec, from any seed on."""
    if ensembles is None:
        return
    specs = [stack and replace(stack, seed=0) for stack in (record.stack for record in records)]
    if [replace(ensemble.spec, seed=0) for ensemble in ensembles] != specs:
        raise SpecError("ensembles must be of the records' specs, one for each, in their order")


def check_signal(records: Sequence[Record], signal: Signal) -> None:
    """Raise SpecError unless all records have the signal.

    A stack that overflowed on the way forward has no gradients, and that is what it shows.
    """
    if not all(has_signal(record, signal) for record in records):
        how = ": simulate with gradients=True" if signal in BACKWARD else ""
        raise SpecError(f"these records have no {signal}{how}")


def check_units(records: Sequence[Record]) -> None:
    """Raise SpecError unless single values of every record can be drawn."""
    for record in records:
        if any(layer["activation"].unit_sample is None for layer in record.layers):
            name = f"{record.spec.activation.name} with {record.spec.init_name}"
            again = "record" if record.stack is None else "simulate"
            raise SpecError(
                f"{name} was measured without single values: {again} it again with "
                "unit_sample=(60, 60)"
            )


def has_signal(record: Record, signal: Signal) -> bool:
    """Return whether a record has a signal, or would if its stack had not overflowed."""
    asked = record.stack is not None and signal in record.measuring.signals
    return asked or all(signal in layer for layer in record.layers)


def check_edges(records: Sequence[Record], signal: Signal) -> None:
    """Raise SpecError unless the records of each activation count over the same edges.

    They share one axis, so that shrinking and growing can be seen, and it is of values or of
    magnitudes: a picture has not both.
    """
    first: dict[str, Record] = {}
    kinds: dict[str, str] = {}
    for record in records:
        if signal not in record.layers[0]:
            continue  # its stack overflowed on the way forward
        name = record.spec.activation.name
        kinds[record.layers[0][signal].histogram.kind] = name
        if len(kinds) > 1:
            raise SpecError(
                f"the {signal} of {kinds['magnitudes']} is counted by magnitude, and of "
                f"{kinds['values']} with its sign, as 0.1.0 did with a range: make these again"
            )
        other = first.setdefault(name, record)
        first_edges, edges = (item.layers[0][signal].histogram.edges for item in (other, record))
        if not np.array_equal(first_edges, edges):
            raise SpecError(f"records of {name} have different histogram edges: give one range")
