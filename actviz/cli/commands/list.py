"""``actviz list``: every activation and initializer, with formula and source."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from actviz.cli.options import Option, given
from actviz.cli.output import print_table, print_text

EXAMPLES = """Examples:

actviz list

actviz list --width 50 --input-width 784
"""


_shape = partial(Option, panel="The W that the stds are of")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions:
    """The shape that the standard deviations are for."""

    width: Annotated[
        int | None, _shape("Units of its layer: fan_out.", short="-w", default="100")
    ] = None
    input_width: Annotated[int | None, _shape("What comes in: fan_in.", default="as many")] = None


def list_names(options: ListOptions) -> None:
    """List activations, initializers and the named figures.

    With formula and source, and the std that an initializer gives at a width.
    """
    from actviz.format import significant
    from actviz.layers.activations import ACTIVATIONS
    from actviz.layers.initializers import INITIALIZERS
    from actviz.numbers.scalars import check_integer
    from actviz.records.spec import MAX_SIZE

    fan_out = check_integer("width", given(options.width, 100), 1, MAX_SIZE)
    fan_in = check_integer("input_width", given(options.input_width, fan_out), 1, MAX_SIZE)
    print_text("Activations\n\n")
    rows = []
    for name, activation in ACTIVATIONS.items():
        if name == activation.name:
            also = [key for key, row in ACTIVATIONS.items() if row is activation and key != name]
            low, high = (f"{bound:.4g}".replace("inf", "∞") for bound in activation.bounds)
            bounds = f"{low} … {high}"
            rows.append((name, ", ".join(also), activation.formula, bounds, activation.source))
    print_table(("name", "also", "formula", "bounds", "source"), rows, joined="also")

    print_text(
        f"\nInitializers, std of an entry of W with fan_in {fan_in} and fan_out {fan_out}\n\n"
    )
    presets = [
        (
            preset.usage,
            ", ".join(preset.aliases),
            preset.formula,
            significant(preset.law.std(fan_in, fan_out), 3) if preset.complete else "",
            "--gain" if preset.takes_gain else "",
            preset.source,
        )
        for key, preset in INITIALIZERS.items()
        if key == preset.name
    ]
    print_table(("name", "also", "W", "std", "gain", "source"), presets, joined="also")

    from actviz.cli import trained_figures
    from actviz.words.literature import seen

    print_text("\nFigures, which actviz figure NAME draws\n\n")
    found = trained_figures.every_figure().values()
    figures = [(item.name, ", ".join(item.aliases), seen(item)) for item in found]
    print_table(("name", "also", "what is seen"), figures)
