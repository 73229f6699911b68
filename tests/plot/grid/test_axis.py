"""The heights' axis: every label stands at the height that it names."""

import numpy as np
import pytest
from drawn import FOUR, THREE, record, records, ruled, texts_of
from hypothesis import given
from hypothesis import strategies as st

from actviz import plot_grid
from actviz.format import power_of_ten, significant
from actviz.plot.grid.axis import height_ticks, possible_labels
from actviz.plot.grid.content import Content
from actviz.plot.heights import ALL, Span, heights_of

tops = st.floats(1e-6, 1e9)
frees = st.floats(0.2, 1.0)


@given(tops, st.floats(1e-12, 1.0), frees, st.floats(0.3, 1.0))
def test_decades_stand_at_their_logarithms(top, share, free, most):
    span = Span(top=top, least=top * share, free=free)
    high = max(top, 2 * top * share)
    ticks = height_ticks(span, most)
    for place, text in ticks:
        exponent = next(e for e in range(-30, 12) if power_of_ten(e) == text)
        law = np.log(10.0**exponent / span.least) / np.log(high / span.least)
        assert place == pytest.approx(law.clip(0, 1) * free, abs=1e-9)
        assert 0 <= place <= most
    assert len({text for _, text in ticks}) == len(ticks)
    if len(ticks) > 1:  # the ends first
        assert ticks[0][0] == max(place for place, _ in ticks)
        assert ticks[1][0] == min(place for place, _ in ticks)


@given(tops, frees, st.floats(0.3, 1.0))
def test_a_round_count_stands_at_its_height(top, free, most):
    (place, text), zero = height_ticks(Span(top=top, least=None, free=free), most)
    value = place / free * top
    assert text == significant(value, 1)
    assert f"{value:.0e}"[0] in "125"
    assert place <= most + 1e-9
    assert place > 0.39 * min(most, free)  # not far below the highest
    assert zero == (0.0, "0")


@pytest.mark.wide
@pytest.mark.parametrize("values", ["density", "count"])
@pytest.mark.parametrize("log_y", [True, False])
@pytest.mark.parametrize("share_y", ["row", "all"])
def test_what_is_labelled_was_given_room(values, log_y, share_y):
    shown = records(THREE, FOUR)
    made = plot_grid(shown, values=values, log_y=log_y, share_y=share_y, signal="activation")
    content = Content(values=values, log_y=log_y, share_y=share_y)
    known = possible_labels(
        [("activation", layer) for each in shown for layer in each.layers], content, ALL
    )
    left = [text for text in made.texts if text.get_ha() == "right" and text.get_text() in known]
    assert bool(left) is content.axis
    xs = sorted({round(text.get_position()[0], 4) for text in left})
    assert len(xs) == (3 if content.axis else 0)  # one axis for each activation


def test_the_label_of_a_count_is_that_of_the_bars():
    asked = record("tanh", "xavier", width=100, samples=200)
    made = plot_grid([asked], values="count", signal="activation", theory=False)
    (label,) = [
        text
        for text in made.texts
        if text.get_ha() == "right" and text.get_text() in ("1000", "2000", "500")
    ]
    (ax,) = made.axes
    box = ax.get_position()
    baseline = label.get_position()[1] + 0.28 * 12 * 1.3 / 72 / 7.5
    share = (baseline - box.y0) / box.height
    (bars,) = [patch for patch in ax.patches if patch.get_fill()]
    counts = np.array([heights_of(x["activation"], "count") for x in asked.layers])
    drawn = np.nan_to_num(bars.get_data().values).max()
    assert share / drawn * counts.max() == pytest.approx(float(label.get_text()), rel=1e-6)


def test_panels_of_several_scales_have_bare_marks():
    made = plot_grid([record("tanh", "he")], log_y=True, share_y="none", signal="activation")
    assert not {text for text in texts_of(made) if text.startswith("10")}
    assert "powers of ten" in " ".join(texts_of(made))


@pytest.mark.wide
@pytest.mark.parametrize("look", [{"log_y": True}, {"values": "count"}])
@pytest.mark.parametrize("size", ["20x30", "slide"])
def test_no_line_of_heights_runs_through_a_share(look, size):
    made = ruled(plot_grid(records(THREE, FOUR), size=size, signal="activation", **look))
    seen = 0
    for ax in made.axes:
        (marks,) = [line for line in ax.lines if line.get_zorder() < 1]
        xs, ys = (np.asarray(side).reshape(-1, 3) for side in marks.get_data())
        through = ys[xs[:, 1] > 0.0, 0]
        seen += len(through)
        boxes = [note.get_window_extent().transformed(ax.transData.inverted()) for note in ax.texts]
        lowest = min((box.y0 + 0.2 * (box.y1 - box.y0) for box in boxes), default=1.0)
        assert not len(through) or through.max() <= lowest
    assert seen


def test_no_line_of_heights_crosses_a_number_between_the_panels():
    made = plot_grid(records(("relu",), FOUR, gradients=True, depth=3), log_y=True)
    numbers = [text for text in made.texts if text.get_text().startswith("mean ")]
    starts = {round(text.get_position()[0], 6) for text in numbers}
    assert len(starts) == 3
    for ax in made.axes:
        (marks,) = [line for line in ax.lines if line.get_zorder() < 1]
        xs = np.asarray(marks.get_xdata()).reshape(-1, 3)
        places = ax.transData.transform([(x, 0.0) for x in xs[:, :2].ravel()])[:, 0]
        left, right = (places / made.bbox.width).reshape(-1, 2).T
        assert not [s for s in starts for a, b in zip(left, right, strict=True) if a < s < b]
