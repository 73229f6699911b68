"""Panels as data: heights on shared scales, stems, and the shares that are written."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from actviz import simulate
from actviz.plot.bars import PanelSize, panels_of
from actviz.plot.layout import thin
from actviz.plot.panels import NOTE_STEP, NOTE_TOP, Note, Panel, draw_strip
from actviz.plot.style import get_theme

ROOM = PanelSize(width=2.0, height=3.0, gap=0.2, points=10.0, line=0.18)
RECORDS = [simulate(activation="relu", init=init, samples=300) for init in ("he", "xavier")]


def panels(records=RECORDS, *, with_notes=True, share_y="row", values="density", log_y=False):
    layers = {
        (0, row, column): layer
        for row, record in enumerate(records)
        for column, layer in enumerate(record.layers)
    }
    made = panels_of(
        layers,
        signal="activation",
        stacks=range(len(records)),
        lefts=[2.2 * column for column in range(5)],
        room=ROOM,
        share_y=share_y,
        values=values,
        log_y=log_y,
        with_notes=with_notes,
    )
    return layers, made


def expected(layer):
    """Return the density of a layer's values that are not 0, by numpy's own means."""
    item = layer["activation"]
    counts = item.histogram.counts.copy()
    counts[0] -= round(item.stats.zero_fraction * item.stats.count)  # relu's 0 is in bin 1
    return counts / item.stats.count / np.diff(item.histogram.edges)


@pytest.mark.parametrize("share_y", ["row", "column", "all", "none"])
def test_the_panels_of_a_group_have_one_scale(share_y):
    layers, made = panels(share_y=share_y, with_notes=False)
    group = {
        "row": lambda place: place[1],
        "column": lambda place: place[2],
        "all": lambda place: 0,
        "none": lambda place: place,
    }[share_y]
    for place, panel in made.items():
        others = [layers[p] for p in layers if group(p) == group(place)]
        # Never below the level of values that are spread evenly over the range of 4.
        top = max(1 / 4, *(expected(layer).max() for layer in others))
        np.testing.assert_allclose(panel.heights, expected(layers[place]) / top, rtol=1e-12)


def test_log_heights_begin_at_half_a_count():
    layers, made = panels(RECORDS[:1], log_y=True, with_notes=False, share_y="none", values="count")
    for place, panel in made.items():
        item = layers[place]["activation"]
        counts = item.counts_without_zeros()
        top = max(counts.max(), item.stats.count / 30)
        seen = counts > 0
        wanted = np.log(2 * counts[seen]) / np.log(2 * top)
        np.testing.assert_allclose(panel.heights[seen], wanted, rtol=1e-12)
        assert (panel.heights[~seen] == 0).all()


def test_the_zeros_are_a_stem_with_their_share():
    layers, made = panels(with_notes=False)
    for place, panel in made.items():
        share = layers[place]["activation"].stats.zero_fraction
        assert panel.stem == pytest.approx((0.0, share))


def test_what_is_beyond_the_axis_is_written_exactly_when_there_is_some():
    layers, made = panels()
    for place, panel in made.items():
        beyond = layers[place]["activation"].histogram.overflow
        alarms = [note.text for note in panel.notes if note.alarm]
        assert len(alarms) == (beyond > 0)
        assert all(text.endswith("%▸") for text in alarms)


def test_no_bar_reaches_a_note():
    _, made = panels()
    for panel in made.values():
        for note in panel.notes:
            first = max(0, int((note.start - panel.left) / ROOM.width * 30))
            last = max(first + 1, int(np.ceil((note.end - panel.left) / ROOM.width * 30)))
            lines = NOTE_TOP + note.line * NOTE_STEP
            digits = 0.73 * ROOM.points / 72  # their height in DejaVu Sans
            under = 1.0 - (lines * ROOM.line + digits) / ROOM.height
            assert panel.heights[first:last].max(initial=0.0) <= under


def test_a_strip_is_one_patch_with_gaps_and_leaves_no_axis():
    heights = np.array([0.2, 0.9, 0.4])
    note = Note(text="3%▸", side="right", line=0, start=0.5, end=1.0, alarm=True)
    strip = [
        Panel(left=0.0, heights=heights, stem=(0.0, 0.5)),
        Panel(left=1.2, heights=heights[::-1], notes=(note,)),
        Panel(left=2.4, heights=heights, hollow=True),
    ]
    ax = Figure().add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 4), ylim=(0, 1))
    drawn = draw_strip(
        ax, strip, width=1.0, points=8, line=0.1, color="#123456", theme=get_theme("light")
    )
    values, edges, _ = drawn.filled.get_data()
    np.testing.assert_array_equal(values, [*heights, np.nan, *heights[::-1]])
    np.testing.assert_allclose(edges, [0, 1 / 3, 2 / 3, 1, 1.2, 1.2 + 1 / 3, 1.2 + 2 / 3, 2.2])
    assert drawn.filled.get_fill()
    assert not drawn.outlined.get_fill()
    np.testing.assert_array_equal(drawn.outlined.get_data().values, heights)
    assert drawn.stems.get_xydata()[:2].tolist() == [[0.0, 0.0], [0.0, 0.5]]
    assert [text.get_text() for text in drawn.notes] == ["3%▸"]
    assert not ax.axison


@pytest.mark.parametrize("count", [1, 2, 5, 17, 60])
@pytest.mark.parametrize("most", [1, 2, 3, 9, 100])
def test_thinning_keeps_the_ends(count, most):
    kept = thin(count, most)
    assert len(kept) <= most
    assert kept[-1] == count - 1
    assert kept[0] == 0 or most == 1
    assert list(kept) == sorted(set(kept))
