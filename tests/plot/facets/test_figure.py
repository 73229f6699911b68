"""A figure of curves: whatever draws the stacks is handed all of their curves, once."""

import numpy as np
import pytest
from drawn import record, records, texts_of

from actviz.plot.facets.curves import stack_curves
from actviz.plot.facets.figure import curve_figure
from actviz.plot.heights import Heights
from actviz.plot.paper.look import look_of
from actviz.words.told import tell

HEIGHTS = Heights(signal="activation", share_y="row", values="density", log_y=False)


def made(told, scales=None, **options):
    """Return the figure, and what its drawer was handed."""
    handed = []
    figure = curve_figure(
        told,
        HEIGHTS,
        look_of("slide", "light"),
        scales,
        picture="overlay",
        what="overlay",
        aspect=1.0,
        draw=lambda *given: handed.append(given),
        **options,
    )
    return figure, handed


def test_the_drawer_gets_the_curves_of_every_stack_once():
    told = tell(records(["tanh", "relu"], ["he", "std=0.05"]))
    figure, handed = made(told)
    ((page, fitted, stacks, curves, ticks),) = handed
    assert page.figure is figure
    assert list(stacks) == list(told)
    assert len(ticks) == 4
    assert fitted.layout.shown == 4
    wanted, _ = stack_curves(told, HEIGHTS)
    for own, expected in zip(curves, wanted, strict=True):
        for curve, other in zip(own, expected, strict=True):
            np.testing.assert_array_equal(curve.heights, other.heights)


def test_curves_are_drawn_on_given_scales():
    told = tell([record("tanh", "xavier")])
    _, own = stack_curves(told, HEIGHTS)
    _, given = stack_curves(tell([record("tanh", "std=0.05")]), HEIGHTS)
    (low,), (high,) = ({span.top for span in scales.spans.values()} for scales in (own, given))
    assert high > low
    (alone,), (shared,) = (made(told, scales)[1][0][3] for scales in (None, given))
    for curve, other in zip(alone, shared, strict=True):
        np.testing.assert_allclose(other.heights, curve.heights * low / high)


@pytest.mark.parametrize("more", ["", "And this."])
def test_what_is_more_to_say_stands_in_the_foot(more):
    figure, _ = made(tell([record("tanh", "he")]), more=more)
    assert any("And this." in text for text in texts_of(figure)) == bool(more)
