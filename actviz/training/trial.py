"""Trial: how far plain gradient descent brought a net, and what "trains" means.

The one definition that the judge's chance is fitted on, that a map's dots show and that the figure
of Schoenholz et al. is drawn from. `actviz.training.trying` does it; this module holds values.
"""

from dataclasses import dataclass

from actviz.lookup import Table

#: A net trains if it reaches this accuracy on training rows, at the best of the rates.
TRAINS = 0.8
#: How many outputs it has, one for each class, and what a guess reaches.
OUTPUTS = 10
GUESS = 1 / OUTPUTS

#: The likeliest first: a net that trains is done with the first rate at which it does.
RATES = (0.1, 0.03, 0.3, 0.01, 1.0, 0.003)

#: Updates at a rate, rows of each, and after how many updates the accuracy of how many rows is
#: taken.
STEPS, BATCH, LOOK, JUDGED = 500, 128, 50, 2000
#: Updates of a net at all rates.
MOST_STEPS = STEPS * len(RATES)

#: Where half of the steps have brought less than this, the other half is not waited for.
HOPELESS = 0.15
#: Nor is any step where all rows come out alike but for such a share of a logit, in float32's last
#: digits: what tells them apart is lost in rounding on the way forward, and so is its gradient.
SAME_LOGITS = 1e-6

#: How many inputs a net has of what trials may be of, the better one first: pixels.
INPUTS = Table({"mnist": 14 * 14, "digits": 8 * 8})
DATA = tuple(INPUTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How far a net got on training rows: at the best of `RATES`, and at which step.

    Parameters
    ----------
    accuracy : float
        0 to 1. A net that reaches `TRAINS` goes no further.
    rate : float
        0 if it was nowhere finite.
    step : int
    """

    accuracy: float
    rate: float
    step: int

    @property
    def trains(self) -> bool:
        """Whether it got far enough."""
        return self.accuracy >= TRAINS
