"""A trial as a value: when a net trains."""

from actviz.training.trial import GUESS, HOPELESS, TRAINS, Trial


def test_a_net_trains_from_the_stated_accuracy_on():
    trains = [
        Trial(accuracy=a, rate=0.1, step=50).trains for a in (0.0, GUESS, TRAINS - 1e-4, TRAINS, 1)
    ]
    assert trains == [False, False, False, True, True]
    assert GUESS < HOPELESS < TRAINS
