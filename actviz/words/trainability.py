"""What is said of trained nets over the variance of their weights and their depth."""

from actviz.format import percent, significant
from actviz.sweeps.trainability import TrainabilityRecord
from actviz.training.trial import GUESS, JUDGED, RATES, STEPS, TRAINS
from actviz.words.say import Saying, say, saying, text


def finding() -> str:
    """Return one sentence of at most 55 characters, for the title."""
    return say("nets.title")


def nets_within_reach(record: TrainabilityRecord) -> str:
    """Return how many of the nets train on either side of 6 ξ, and with what biases.

    It is these that put χ = 1 to the right of Xavier.
    """
    (inside, of_inside), (beyond, of_beyond) = (record.counts(beyond=b) for b in (False, True))
    return say(
        "nets.counted",
        bias=record.rows.sigma_b2,
        inside=inside,
        of_inside=of_inside,
        beyond=beyond,
        of_beyond=of_beyond,
    )


def foot(record: TrainabilityRecord) -> tuple[str, ...]:
    """Return how to read it, the most needed first, and how the nets were trained."""
    return tuple(map(text, _foot(record)))


def brief_foot(record: TrainabilityRecord) -> tuple[str, ...]:
    """Return each sentence of the foot as short as it can be, "" for one that can be left out."""
    return tuple(say(f"{one.key}.brief", **one.fields) for one in _foot(record))


def _foot(record: TrainabilityRecord) -> list[Saying]:
    rows = record.rows
    data = saying(f"nets.data.{rows.data}")
    return [
        saying("nets.lines"),
        saying("nets.done", data=data, width=rows.width, steps=STEPS),
        saying("nets.more", rates=len(RATES), low=min(RATES), high=max(RATES), rows=JUDGED),
    ]


def alt_text(record: TrainabilityRecord) -> str:
    """Return the figure in words, for readers who cannot see it."""
    low, high = (significant(end, 2) for end in (record.sigma_w2[0], record.sigma_w2[-1]))
    head = say(
        "nets.alt",
        name=record.rows.activation.label,
        nets=len(record.rows.nets),
        low=low,
        high=high,
        first=record.depths[0],
        last=record.depths[-1],
        guess=percent(GUESS),
        trains=percent(TRAINS),
    )
    found = say("alt.note", note=nets_within_reach(record))
    return "\n".join((say("alt.title", title=finding()), head, found, *foot(record)))
