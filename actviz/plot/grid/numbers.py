"""The two numbers of every panel: its std, and what stands with it, in so much room.

With the std of a forward signal stands the mean; of a gradient the median of |g|, since a few
entries may carry it; of a signal that is shown about its units' means the std within a unit; of an
ensemble the range between its seeds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from actviz.format import UNDEFINED, magnitude, row_of_means, row_of_stds, significant
from actviz.layers.signals import Signal
from actviz.records.signal import LayerRecord
from actviz.words.told import Told

#: More zeros than this share, and a median stands near their edge.
_MOST_ZEROS = 1 / 3

Fits = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """The number that stands with the std.

    Parameters
    ----------
    kind : {"mean", "median", "unit", "range"}
        Which one it is.
    name : str
        Beside it.
    """

    kind: str
    name: str

    def tells(self, layers: Sequence[LayerRecord], signal: Signal) -> bool:
        """Return whether it says anything of a row: no median does where about half is exactly 0.

        It is 0 in one layer and the least of what is not in the next, as ReLU's gradients have it.
        """
        stats = [layer[signal].stats for layer in layers]
        return self.kind != "median" or all((s.zero_fraction or 0) <= _MOST_ZEROS for s in stats)

    def row(
        self, layers: Sequence[LayerRecord], told: Told, signal: Signal, fits: Fits
    ) -> list[str]:
        """Return the texts of a row of panels, with as many digits, the same for all, as fit."""
        stats = [layer[signal].stats for layer in layers]
        if self.kind == "mean":
            return row_of_means([s.mean for s in stats], [s.std for s in stats], fits)
        if self.kind == "median":
            return row_of_stds([s.median_magnitude for s in stats], fits)
        if self.kind == "unit":
            return row_of_stds([s.within_unit_std for s in stats], fits)
        ends = [_ends(told, layer.layer, signal) for layer in layers]
        forms = [lambda x: significant(x, 2), lambda x: significant(x, 1), magnitude]
        texts: list[str] = []
        for form in forms:
            texts = [UNDEFINED if e is None else f"{form(e[0])}–{form(e[1])}" for e in ends]
            if all(map(fits, texts)):
                break
        return texts


def _ends(told: Told, layer: int, signal: Signal) -> tuple[float, float] | None:
    """Return the 5 and 95 % quantiles of a layer's std between seeds."""
    spread = told.ensemble.spread(layer, signal, "std") if told.ensemble else None
    return None if spread is None else (spread.quantiles[0], spread.quantiles[-1])
