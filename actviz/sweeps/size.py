"""How large a sweep is: in stacks, time and bytes of rows, before any of it is made.

Times are those of a machine that does nothing else, on as many cores as the caller says; this room
of values asks no machine how many it has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, prod

from actviz.errors import SpecError
from actviz.format import counted
from actviz.numbers.scalars import is_number, short

#: So many stacks are run without a question.
MOST_UNASKED = 100_000

#: So many rows are held in memory at the end, where each takes a kilobyte: more are several sweeps.
MOST_EVER = 2_000_000

#: Layers of a map's and a diagram's stacks at most: nobody builds one of more.
MOST_LAYERS = 10_000

#: A picture that is estimated to take longer is a slip of the hand.
_MOST_HOURS = 2.0

#: Work on several cores takes so much longer than its share of one core's.
_TOGETHER = 1.2

#: What a row takes in a file, in bytes.
ROW_BYTES = 400

#: What a stack takes, in seconds of one core, measured roughly at 30 to 2000 units: a value of a
#: layer, a product of a sample and a weight, a weight that is drawn; and a stack and a layer of no
#: size.
_VALUE, _PRODUCT, _WEIGHT, _LAYER, _STACK = 65e-9, 0.06e-9, 25e-9, 1e-3, 3e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A stack in the middle of a sweep, by what it takes.

    Parameters
    ----------
    depth, width, samples : float
        As in `StackSpec`; means over a sweep.
    """

    depth: float
    width: float
    samples: float

    @property
    def seconds(self) -> float:
        """About how long one core takes, forward and back."""
        values, weights = self.samples * self.width, self.width**2
        products = 3 * self.samples * weights
        layer = _VALUE * values + _PRODUCT * products + _WEIGHT * weights + _LAYER
        return _STACK + self.depth * layer


def check_there_can_be(counts: Mapping[str, int], work: Work) -> None:
    """Raise SpecError if a sweep has more stacks than there ever can be.

    Parameters
    ----------
    counts : mapping
        How many values each axis has, and how many ``seeds`` there are.
    work : Work
        Of one stack.
    """
    if prod(counts.values()) > MOST_EVER:
        raise SpecError(
            f"{estimate(counts, work)}, and at most {MOST_EVER:,} are run: "
            f"take fewer values of {_longest(counts)}"
        )


def check_size(counts: Mapping[str, int], work: Work, *, here: int, most: int) -> None:
    """Raise SpecError if `here` stacks of a sweep, run by this process, are more than `most`."""
    if not is_number(most) or not most >= 1:
        raise SpecError(f"at_most must be a number of stacks, at least 1 (got {short(most)})")
    if here > most:
        part = f", {here:,} of them here" if here < prod(counts.values()) else ""
        raise SpecError(
            f"{estimate(counts, work)}{part}: take fewer values of {_longest(counts)}, run a part "
            "of them on each of several machines with --part K/N, or say --yes (in Python, at_most)"
        )


def estimate(counts: Mapping[str, int], work: Work) -> str:
    """Return how large a sweep is, for people, wherever it is to be run.

    Examples
    --------
    >>> estimate({"std": 60, "seeds": 5}, Work(depth=50, width=100, samples=1000))
    '300 stacks (60 std × 5 seeds), about 3 minutes on one core and 0.1 MB of rows'
    """
    count = prod(counts.values())
    several = [f"{number:,} {name}" for name, number in counts.items() if number > 1]
    made = f" ({' × '.join(several)})" if len(several) > 1 else ""
    took = on_cores(count * work.seconds, 1)
    return f"{counted(count, 'stack')}{made}, about {took} and {_bytes(count * ROW_BYTES)} of rows"


def check_hours(
    what: str, layers: int, width: int, samples: int, *, cores: int, remedy: str
) -> None:
    """Raise SpecError if simulating so many layers would take hours: a slip of the hand.

    `what` is simulated, and the `remedy` is what to take less of; the message has the estimate.
    """
    if simulation_seconds(layers, width, samples) > _MOST_HOURS * 3600 * cores:
        told = simulation_estimate(what, layers, width, samples, cores)
        raise SpecError(f"{told}: take {remedy}")


def simulation_seconds(layers: int, width: int, samples: int, *, stacks: int = 1) -> float:
    """Return about how long one core takes to simulate so many layers, those of `stacks`."""
    one = Work(depth=layers / stacks, width=width, samples=samples) if layers else None
    return 0.0 if one is None else stacks * one.seconds


def simulation_estimate(
    what: str, layers: int, width: int, samples: int, cores: int, *, seconds: float | None = None
) -> str:
    """Return how long that takes, for people; `what` is simulated.

    `seconds` of one core are what is known of it better than from its layers.

    Examples
    --------
    >>> simulation_estimate("map", 20_000, 100, 200, 2)
    'this map simulates 20,000 layers of 100 units, about 35 seconds on 2 cores'
    """
    known = simulation_seconds(layers, width, samples) if seconds is None else seconds
    made_of = f"{counted(layers, 'layer')} of {counted(width, 'unit')}"
    return f"this {what} simulates {made_of}, about {on_cores(known, cores)}"


def on_cores(seconds: float, cores: int) -> str:
    """Return for people how long work of so many seconds of one core takes where several share it.

    Examples
    --------
    >>> on_cores(400, 2), on_cores(400, 1)
    ('4 minutes on 2 cores', '7 minutes on one core')
    """
    took = duration(shared(seconds, cores))
    return f"{took} on {f'{cores} cores' if cores > 1 else 'one core'}"


def shared(seconds: float, cores: int) -> float:
    """Return how long work of so many seconds of one core takes where several share it.

    A fifth more than their share, since processes start, share memory, and end one after another.
    """
    return seconds if cores == 1 else _TOGETHER * seconds / cores


def duration(seconds: float) -> str:
    """Return a time for people, in its own unit, rounded up: who waits is glad of less.

    Examples
    --------
    >>> duration(20.2), duration(400), duration(20_000), duration(3e6)
    ('25 seconds', '7 minutes', '6 hours', '840 hours')
    """
    if seconds <= 90:
        count = ceil(seconds) if seconds <= 10 else 5 * ceil(seconds / 5)
        return "1 second" if count <= 1 else f"{count} seconds"
    if seconds <= 5400:
        return f"{ceil(seconds / 60)} minutes"
    hours = ceil(seconds / 3600)
    step = 10 ** max(len(str(hours)) - 2, 0)
    return f"{-(-hours // step) * step:,} hours"


def _bytes(size: float) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB"


def _longest(counts: Mapping[str, int]) -> str:
    return max(counts, key=lambda name: counts[name])
