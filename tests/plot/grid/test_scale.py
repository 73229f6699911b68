"""The scales of a grid: one for all that share it, and those that are given."""

import numpy as np
import pytest
from drawn import record

from actviz.plot.grid.content import Content
from actviz.plot.grid.view import grid_figure, grid_scales
from actviz.plot.heights import (
    Scales,
    Span,
    common_scales,
)
from actviz.plot.paper.style import look_of
from actviz.words.told import tell

LOOK = look_of("slide", "light")

#: Two moments of a stack: the second is less spread, and so higher.
RANGE = {"range": (-1.0, 1.0)}


def frames():
    return [tell([record("tanh", init, **RANGE)]) for init in ("xavier", "std=0.05")]


def bars(figure):
    values = figure.axes[0].patches[0].get_data().values
    return values[np.isfinite(values)]


def test_grids_on_common_scales_have_bars_in_proportion():
    content = Content()
    each = [grid_scales(told, content, LOOK) for told in frames()]
    common = common_scales(each)
    own = [bars(grid_figure(told, content, LOOK)) for told in frames()]
    shared = [bars(grid_figure(told, content, LOOK, common)) for told in frames()]
    for scales, alone, together in zip(each, own, shared, strict=True):
        (mine,), (theirs,) = scales.spans.values(), common.spans.values()
        factor = mine.top / theirs.top * theirs.free / mine.free
        np.testing.assert_allclose(together, alone * factor)
    assert max(together.max() for together in shared) == pytest.approx(
        next(iter(common.spans.values())).free
    )


def test_a_grid_given_its_own_scales_is_the_same():
    told, content = frames()[0], Content()
    scales = grid_scales(told, content, LOOK)
    np.testing.assert_array_equal(
        bars(grid_figure(told, content, LOOK, scales)), bars(grid_figure(told, content, LOOK))
    )


def test_what_a_given_scale_cuts_is_said():
    told, content = frames()[0], Content()
    (key, span), *_ = grid_scales(told, content, LOOK).spans.items()
    low = Scales(windows={}, spans={key: Span(top=span.top / 4, least=None)})
    made = grid_figure(told, content, LOOK, low)
    texts = [text.get_text() for ax in made.axes for text in ax.texts]
    assert bars(made).max() <= 1.0
    assert any(text.startswith("▴ ×") for text in texts)
