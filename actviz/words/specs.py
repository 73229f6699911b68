"""What specs have in common, and what tells one from the others: the names of rows."""

from collections.abc import Sequence
from dataclasses import fields

from actviz.records.recorded_spec import RecordedSpec
from actviz.records.spec import StackSpec

#: What a simulation is of, or what was recorded.
Spec = StackSpec | RecordedSpec


def setting(specs: Sequence[Spec]) -> str:
    """Return what all stacks have in common, for the subtitle."""
    first, same = specs[0], common(specs)
    parts = []
    if "depth" in same and "width" in same:
        parts.append(_layers(first))
    elif "depth" in same:
        parts.append(f"{first.depth} layers")
    if isinstance(first, StackSpec):
        parts += _drawn(first, same, specs)
    elif "samples" in same and first.samples:
        parts.append(f"{first.samples} samples")
    if first.dtype != "float64" and "dtype" in same:
        parts.append(first.dtype)
    if isinstance(first, StackSpec) and "seed" in same:
        legacy = " (legacy stream)" if first.rng == "legacy" else ""
        parts.append(f"seed {first.seed}{legacy}")
    return " · ".join(parts)


def _drawn(first: StackSpec, same: set[str], specs: Sequence[Spec]) -> list[str]:
    """Return what the stacks' inputs and biases have in common."""
    parts = []
    if "samples" in same:
        law = f"{_LAWS[first.input_distribution]} " if "input_distribution" in same else ""
        wide = f" × {first.shapes[0][0]}" if len({s.shapes[0][0] for s in specs}) == 1 else ""
        std = f" of std {_plain(first.input_std)}" if "input_std" in same else ""
        parts.append(f"{first.samples}{wide} {law}inputs{std}")
    if first.bias_std and "bias_std" in same:
        parts.append(f"biases of std {_plain(first.bias_std)}")
    return parts


_LAWS = {"normal": "Gaussian", "uniform": "uniform"}


def _layers(spec: Spec) -> str:
    count = f"{spec.depth} layer{'s' if spec.depth > 1 else ''}"
    if isinstance(spec.width, int):
        return f"{count} of {spec.width} unit{'s' if spec.width > 1 else ''}"
    widths = ", ".join(map(str, spec.width[:12])) + (", …" if len(spec.width) > 12 else "")
    return f"{count} of {widths} units"


def _plain(value: float) -> str:
    return f"{value:g}"


#: What is said of layers whatever they come from.
_SHAPES = ("depth", "width", "samples", "dtype")


def common(specs: Sequence[Spec]) -> set[str]:
    """Return the names of the fields that all specs have and agree on."""
    drawn = all(isinstance(spec, StackSpec) for spec in specs)
    names = [item.name for item in fields(StackSpec)] if drawn else _SHAPES
    return {name for name in names if len({getattr(spec, name) for spec in specs}) == 1}


def traits(spec: Spec, specs: Sequence[Spec]) -> str:
    """Return what but its initializer tells a spec from the others, or ""."""
    # Recorded or simulated: the label tells, and the rest only among its own kind.
    told = common([other for other in specs if type(other) is type(spec)])
    return ", ".join(text for name, text in _traits(spec).items() if name not in told)


def row_label(spec: Spec, specs: Sequence[Spec]) -> str:
    """Return the name of a row: its initializer, and what else tells it from the others."""
    return ", ".join(filter(None, (spec.label, traits(spec, specs))))


def _traits(spec: Spec) -> dict[str, str]:
    """Return, by the names of fields, what may tell a spec from others."""
    shape = {"depth": f"{spec.depth} layers", "width": f"width {spec.width}"}
    if isinstance(spec, RecordedSpec):
        return shape | ({"samples": f"{spec.samples} samples"} if spec.samples else {})
    return shape | {
        "input_width": f"{spec.shapes[0][0]} inputs",
        "samples": f"{spec.samples} samples",
        "bias_std": f"bias {_plain(spec.bias_std)}",
        "input_distribution": _LAWS[spec.input_distribution],
        "input_std": f"input {_plain(spec.input_std)}",
        "dtype": spec.dtype,
        "seed": f"seed {spec.seed}",
        "rng": spec.rng,
    }
