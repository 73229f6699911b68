"""What an eye finds in a layer's single values: noise, stripes, or one tone.

The one place where the view of units judges. The numbers are those of the record, and the few
values that it keeps tell only what the numbers can't: whether units are one and the same.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from sys import float_info

import numpy as np

from actviz.diagnosis.measures import within_share
from actviz.diagnosis.rules import COLLAPSED_SHARE
from actviz.records.record import Record
from actviz.records.signal import LayerRecord
from actviz.records.unit_sample import UnitSample

#: Without bounds, a scale ends at so many times the first layer's rms: of a Gaussian 1 % lies
#: beyond. Our own.
COLOR_REACH = 2.5

#: A std of this share of the scale or less is one tone: a step that no eye sees. Our own.
GONE_SHARE = 0.02

#: Below this share of the std, what inputs change is a quarter of the variance: stripes are seen,
#: with noise on them. Our own.
STRIPED_SHARE = 0.5

#: Below this share it is three quarters, and a quarter is the units' own: some stripes are seen in
#: the noise. Our own.
STREAKED_SHARE = 0.866


class Pattern(StrEnum):
    """What is seen in a layer."""

    NONFINITE = "nonfinite"
    GONE = "gone"
    ACROSS = "across"
    DOWN = "down"
    STRIPED = "striped"
    STREAKED = "streaked"
    NOISE = "noise"

    @property
    def stripes(self) -> bool:
        """Whether stripes go down, with noise on them or without."""
        return self in (Pattern.DOWN, Pattern.STRIPED, Pattern.STREAKED)

    @property
    def noisy(self) -> bool:
        """Whether most of what is seen is noise: inputs differ."""
        return self in (Pattern.STREAKED, Pattern.NOISE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The values that a stack's layers are all shown between: one scale, or none could compare.

    Parameters
    ----------
    center : float
        Half-way between two bounds, else 0.
    reach : float
        From the center to either end: to the bounds, else `COLOR_REACH` times the first layer's
        rms.
    signed : bool
        Whether values lie on both sides of the center.
    bounded : bool
        Whether the ends are bounds.
    """

    center: float
    reach: float
    signed: bool
    bounded: bool


def scale_of(record: Record) -> Scale:
    """Return the scale of a stack's activations."""
    low, high = record.spec.activation.bounds
    if isfinite(low) and isfinite(high):
        return Scale(center=low / 2 + high / 2, reach=high / 2 - low / 2, signed=True, bounded=True)
    rms = record.layers[0]["activation"].stats.rms or 0.0
    reach = min(COLOR_REACH * rms, float_info.max) or 1.0
    return Scale(center=0.0, reach=reach, signed=low < 0 < high, bounded=False)


def patterns(record: Record) -> tuple[Pattern, ...]:
    """Return what is seen in each layer of a stack, the first that applies.

    - nonfinite: it has a NaN or an infinity;
    - gone: its std is no more than `GONE_SHARE` of the stack's scale;
    - across: its units are one and the same, so that an input is a stripe across them;
    - down: a unit gives nearly the same for every input, as `COLLAPSED_SHARE` says;
    - striped: that share is below `STRIPED_SHARE`;
    - streaked: it is below `STREAKED_SHARE`;
    - noise: none of these.
    """
    scale = scale_of(record)
    return tuple(_pattern(layer, scale) for layer in record.layers)


def _pattern(layer: LayerRecord, scale: Scale) -> Pattern:
    item = layer["activation"]
    if item.stats.nonfinite:
        return Pattern.NONFINITE
    if (item.stats.std or 0.0) <= GONE_SHARE * scale.reach:
        return Pattern.GONE
    if item.stats.between_unit_std == 0 and _same_units(item.unit_sample):
        return Pattern.ACROSS
    share = within_share(item.stats)
    if share is None or share >= STREAKED_SHARE:
        return Pattern.NOISE
    if share >= STRIPED_SHARE:
        return Pattern.STREAKED
    return Pattern.DOWN if share <= COLLAPSED_SHARE else Pattern.STRIPED


def _same_units(sample: UnitSample | None) -> bool:
    """Return whether units are the same: means alone are alike in a normalized layer too."""
    if sample is None or sample.values.shape[1] < 2:
        return False
    return bool(np.all(sample.values == sample.values[:, :1]))
