"""What specs have in common, and what tells one from the others: the names of rows."""

from collections.abc import Sequence
from dataclasses import fields

from actviz.records.recorded_spec import RecordedSpec
from actviz.records.spec import StackSpec
from actviz.words.say import say, saying

#: What a simulation is of, or what was recorded.
Spec = StackSpec | RecordedSpec


def setting(specs: Sequence[Spec]) -> str:
    """Return what all stacks have in common, for the subtitle."""
    first, same = specs[0], common(specs)
    parts = []
    if "depth" in same and "width" in same:
        parts.append(_layers(first))
    elif "depth" in same:
        parts.append(say("setting.depth", depth=first.depth))
    if first.stack is not None:
        parts += _drawn(first.stack, same, specs)
    elif "samples" in same and first.samples:
        parts.append(say("setting.samples", samples=first.samples))
    if first.dtype != "float64" and "dtype" in same:
        parts.append(first.dtype)
    if first.stack is not None and "seed" in same:
        key = "setting.legacy" if first.stack.rng == "legacy" else "setting.seed"
        parts.append(say(key, seed=first.seed))
    return " · ".join(parts)


def _drawn(first: StackSpec, same: set[str], specs: Sequence[Spec]) -> list[str]:
    """Return what the stacks' inputs and biases have in common."""
    parts = []
    if "samples" in same:
        alike = len({spec.shapes[0][0] for spec in specs}) == 1
        law = first.input_distribution
        parts.append(
            say(
                "setting.inputs",
                samples=first.samples,
                width=first.shapes[0][0] if alike else None,
                law=saying(f"law.{law}") if "input_distribution" in same else "",
                std=first.input_std if "input_std" in same else None,
            )
        )
    if first.bias_std and "bias_std" in same:
        parts.append(say("setting.bias", std=first.bias_std))
    return parts


def _layers(spec: Spec) -> str:
    if isinstance(spec.width, int):
        return say("setting.layers", depth=spec.depth, width=spec.width)
    more = ("…",) if len(spec.width) > _MOST_WIDTHS else ()
    return say("setting.widths", depth=spec.depth, widths=(*spec.width[:_MOST_WIDTHS], *more))


#: More widths than this are not named.
_MOST_WIDTHS = 12


#: What is said of layers whatever they come from.
_SHAPES = ("depth", "width", "samples", "dtype")


def common(specs: Sequence[Spec]) -> set[str]:
    """Return the names of the fields that all specs have and agree on."""
    drawn = all(spec.stack is not None for spec in specs)
    names = [item.name for item in fields(StackSpec)] if drawn else _SHAPES
    return {name for name in names if len({getattr(spec, name) for spec in specs}) == 1}


def traits(spec: Spec, specs: Sequence[Spec]) -> str:
    """Return what but its initializer tells a spec from the others, or ""."""
    # Recorded or simulated: the label tells, and the rest only among its own kind.
    told = common([other for other in specs if (other.stack is None) == (spec.stack is None)])
    return ", ".join(text for name, text in _traits(spec).items() if name not in told)


def row_label(spec: Spec, specs: Sequence[Spec]) -> str:
    """Return the name of a row: its initializer, and what else tells it from the others."""
    return ", ".join(filter(None, (spec.label, traits(spec, specs))))


def _traits(spec: Spec) -> dict[str, str]:
    """Return, by the names of fields, what may tell a spec from others."""
    shape = {
        "depth": say("trait.depth", depth=spec.depth),
        "width": say("trait.width", width=spec.width),
    }
    samples = {"samples": say("trait.samples", samples=spec.samples)}
    if (stack := spec.stack) is None:
        return shape | (samples if spec.samples else {})
    return (
        shape
        | {"input_width": say("trait.input_width", width=stack.shapes[0][0])}
        | samples
        | {
            "bias_std": say("trait.bias_std", std=stack.bias_std),
            "input_distribution": say(f"law.{stack.input_distribution}"),
            "input_std": say("trait.input_std", std=stack.input_std),
            "dtype": stack.dtype,
            "seed": say("trait.seed", seed=stack.seed),
            "rng": stack.rng,
        }
    )
