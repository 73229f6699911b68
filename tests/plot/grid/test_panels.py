"""Bars as data: heights on shared scales, atoms as stems, shares in words and out of the way."""

import math
from itertools import pairwise

import numpy as np
import pytest
from drawn import record
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from actviz.diagnosis.verdict import collapsed
from actviz.numbers.histogram import Histogram
from actviz.numbers.stats import SignalStats
from actviz.plot.grid.panels import PanelSize, panels_of, shares_of
from actviz.plot.heights import SHARE_Y, VALUES, Heights, half_a_count
from actviz.plot.marks.strip import NOTE_DEPTH, NOTE_STEP, NOTE_TOP
from actviz.plot.paper.fonts import text_width
from actviz.records.signal import LayerRecord, SignalRecord
from actviz.records.spec import StackSpec

many = settings(max_examples=40, deadline=None)
ROOM = PanelSize(width=2.0, height=3.0, points=10.0, line=0.18)
#: From one panel to the next.
GAP = 0.2
#: The height of digits, per cent signs and arrows in DejaVu Sans, of the type size.
DIGITS = 0.76
#: What notes leave the bars at least, in a panel that is too low for so many.
LEAST = 0.2


def layer_of(counts, ends=(0.0, 1.0), *, zeros=0, below=0, above=0, nonfinite=0, within=1.0):
    """Return a layer with these numbers and nothing else."""
    finite = sum(counts) + below + above
    histogram = Histogram(
        edges=np.linspace(*ends, len(counts) + 1),
        counts=np.array(counts, dtype=np.int64),
        underflow=below,
        overflow=above,
        nonfinite=nonfinite,
    )
    stats = SignalStats(
        count=finite,
        nonfinite=nonfinite,
        std=1.0,
        within_unit_std=within,
        zero_fraction=zeros / finite if finite else None,
    )
    item = SignalRecord(signal="activation", stats=stats, counted=histogram)
    known = StackSpec(activation="relu", init="he", depth=1, width=1, samples=1).layers[0]
    return LayerRecord.of(known, 1, (item,))


def bin_of_zero(ends, bins):
    """Return which bin holds 0, or None; the last one holds its right edge too."""
    low, high = ends
    if not low <= 0.0 <= high:
        return None
    edges = np.linspace(low, high, bins + 1)
    return next(i for i in range(bins) if edges[i + 1] > 0.0 or i == bins - 1)


ENDS = ((0.0, 1.0), (-1.0, 1.0), (0.0, 4.0), (-4.0, 4.0), (1.0, 2.0), (-2.0, 0.0))


@st.composite
def layers(draw, ends=None):
    ends = draw(st.sampled_from(ENDS)) if ends is None else ends
    counts = draw(st.lists(st.integers(0, 400), min_size=1, max_size=12))
    home = bin_of_zero(ends, len(counts))
    beyond = st.integers(0, 400) | st.just(0)
    return layer_of(
        counts,
        ends,
        zeros=0 if home is None else draw(st.integers(0, counts[home]) | st.just(0)),
        below=draw(beyond),
        above=draw(beyond),
        nonfinite=draw(st.integers(0, 3)),
        within=draw(st.sampled_from([0.0, 0.05, 1.0])),
    )


@st.composite
def grids(draw):
    """Return layers by block, row and column, those of a block over the same range."""
    return {
        (block, row, column): draw(layers(ends=ends))
        for block in range(draw(st.integers(1, 2)))
        for ends in [draw(st.sampled_from(ENDS))]
        for row in range(draw(st.integers(1, 2)))
        for column in range(draw(st.integers(1, 3)))
    }


rooms = st.builds(
    lambda width, height, points: PanelSize(
        width=width, height=height, points=points, line=points * 1.3 / 72
    ),
    st.floats(0.2, 3.0),
    st.floats(0.1, 3.0),
    st.sampled_from([7.0, 9.0, 12.0]),
)


SCALED = ("share_y", "values", "log_y")


def draw_panels(grid, *, stacks=(0, 1, 2), room=ROOM, **options):
    asked = {"share_y": "row", "values": "density", "log_y": False} | options
    heights = Heights(signal="activation", **{key: asked.pop(key) for key in SCALED})
    look = {"with_notes": False} | asked
    lefts = [column * (room.width + GAP) for column in range(9)]
    made, _ = panels_of(grid, heights, stacks=stacks, lefts=lefts, room=room, **look)
    return made


def raw(layer, values):
    """Return the heights before any scale, from the counts alone."""
    item = layer["activation"]
    counts = item.histogram.counts.astype(float)
    ends = item.histogram.edges[0], item.histogram.edges[-1]
    if (home := bin_of_zero(ends, len(counts))) is not None:
        counts[home] -= round((item.stats.zero_fraction or 0.0) * item.stats.count)
    if values == "count":
        return counts
    return counts / max(item.stats.count, 1) / ((ends[1] - ends[0]) / len(counts))


def even(layer, values):
    """Return the height of bars over which all values are spread evenly."""
    item = layer["activation"]
    if values == "count":
        return item.stats.count / len(item.histogram.counts)
    return 1.0 / (item.histogram.edges[-1] - item.histogram.edges[0])


def group(share_y, place, stacks=(0, 1, 2)):
    block, row, column = place
    return {
        "row": (block, stacks[row]),
        "column": (block, column),
        "all": block,
        "none": place,
    }[share_y]


@many
@given(grids(), st.sampled_from(SHARE_Y), st.sampled_from(VALUES))
def test_heights_are_shares_of_their_group_s_top(grid, share_y, values):
    made = draw_panels(grid, share_y=share_y, values=values)
    assert set(made) == set(grid)
    for place, panel in made.items():
        mates = [grid[p] for p in grid if group(share_y, p) == group(share_y, place)]
        top = max(max(raw(m, values).max(), even(m, values)) for m in mates)
        wanted = raw(grid[place], values) / (top or 1.0)
        np.testing.assert_allclose(panel.heights, wanted, atol=1e-12)
        assert panel.heights.max() <= 1.0 + 1e-12


@many
@given(layers(), st.sampled_from(VALUES))
def test_few_values_inside_the_range_look_few(layer, values):
    """Normalising each panel by its own peak lies: bars that hold 5 % cover 5 % at the most."""
    item = layer["activation"]
    assume(item.stats.count)
    (panel,) = draw_panels({(0, 0, 0): layer}, values=values).values()
    inside = 1 - (item.histogram.underflow + item.histogram.overflow) / item.stats.count
    assert panel.heights.mean() <= inside + 1e-9


@many
@given(grids(), st.sampled_from(SHARE_Y), st.sampled_from(VALUES))
def test_log_heights_run_from_half_a_count_to_the_top(grid, share_y, values):
    made = draw_panels(grid, share_y=share_y, values=values, log_y=True)
    for place, panel in made.items():
        mates = [grid[p] for p in grid if group(share_y, p) == group(share_y, place)]
        top = max(max(raw(m, values).max(), even(m, values)) for m in mates)
        least = min(half_a_count(m["activation"], values) for m in mates)
        top = max(top, 2 * least)  # one value
        for height, value in zip(panel.heights, raw(grid[place], values), strict=True):
            if value == 0:
                assert height == 0
            else:
                wanted = math.log(value / least) / math.log(top / least)
                assert height == pytest.approx(min(max(wanted, 0.0), 1.0), abs=1e-9)
                assert height > 0


@pytest.mark.parametrize(("values", "height"), [("count", 0.5), ("density", 0.5 / 8 / 0.25)])
def test_half_a_count_is_the_height_of_half_a_value(values, height):
    item = layer_of([3, 5, 0, 0])["activation"]
    assert half_a_count(item, values) == pytest.approx(height)


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("log_y", [False, True])
@pytest.mark.parametrize("numbers", [{"nonfinite": 5}, {"above": 3}, {}])
def test_a_panel_without_values_is_empty(numbers, log_y, values):
    grid = {(0, 0, 0): layer_of([0] * 30, **numbers)}
    (panel,) = draw_panels(grid, values=values, log_y=log_y, with_notes=True).values()
    assert panel.heights.tolist() == [0.0] * 30


def test_rows_of_a_folded_grid_share_one_scale():
    low, high = layer_of([2, 2], above=6), layer_of([10, 0])
    grid = {(0, 0, 0): low, (0, 1, 0): high}
    folded = draw_panels(grid, stacks=(7, 7))
    apart = draw_panels(grid, stacks=(7, 8))
    # Densities of the low one are 0.4 each; of the high one 2; spread evenly 1.
    assert folded[0, 0, 0].heights.tolist() == pytest.approx([0.2, 0.2])
    assert apart[0, 0, 0].heights.tolist() == pytest.approx([0.4, 0.4])
    assert folded[0, 1, 0].heights.tolist() == apart[0, 1, 0].heights.tolist() == [1.0, 0.0]


def test_blocks_never_share_a_scale():
    grid = {(0, 0, 0): layer_of([1, 1]), (1, 0, 0): layer_of([10, 0])}
    for share_y in SHARE_Y:
        assert draw_panels(grid, share_y=share_y)[0, 0, 0].heights.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("ends", "counts", "place", "rest"),
    [
        ((0.0, 4.0), [60, 20, 10, 10], 0.0, [10, 20, 10, 10]),
        ((-4.0, 4.0), [10, 10, 60, 20], 0.5, [10, 10, 10, 20]),
        ((-1.0, 3.0), [10, 60, 20, 10], 0.25, [10, 10, 20, 10]),
        ((-4.0, 0.0), [10, 10, 20, 60], 1.0, [10, 10, 20, 10]),  # the last bin holds its edge
    ],
)
def test_the_values_that_are_exactly_zero_are_a_stem(ends, counts, place, rest):
    (panel,) = draw_panels({(0, 0, 0): layer_of(counts, ends, zeros=50)}, values="count").values()
    assert panel.stem == pytest.approx((place, 0.5))
    assert panel.heights.tolist() == pytest.approx([n / 25 for n in rest])


@pytest.mark.parametrize(("ends", "zeros"), [((0.0, 1.0), 0), ((1.0, 2.0), 3)])
def test_without_zeros_on_the_axis_there_is_no_stem(ends, zeros):
    (panel,) = draw_panels({(0, 0, 0): layer_of([4, 4], ends, zeros=zeros)}).values()
    assert panel.stem is None


@pytest.mark.parametrize(
    ("within", "hollow"), [(1.0, False), (0.11, False), (0.1, True), (0, True)]
)
def test_collapsed_layers_are_hollow(within, hollow):
    place, layer = (0, 0, 0), layer_of([4, 4], within=within)
    alike = [place] if collapsed(layer) else []
    (panel,) = draw_panels({place: layer}, hollow=alike).values()
    assert panel.hollow is hollow


@pytest.mark.parametrize(
    ("numbers", "texts"),
    [
        ({"above": 24, "inside": 76}, ["24%▸"]),
        ({"below": 3, "inside": 97}, ["◂3%"]),
        ({"above": 1, "inside": 1999}, []),
        ({"above": 99, "inside": 9901}, []),
        ({"above": 1, "inside": 99}, ["1%▸"]),
        ({"nonfinite": 1, "inside": 1999}, ["<1% inf"]),
        ({"above": 1999, "inside": 1}, [">99%▸"]),
        ({"above": 10, "inside": 0}, ["100%▸"]),
        ({"nonfinite": 12, "inside": 88}, ["12% inf"]),
        ({"nonfinite": 5, "inside": 0}, ["100% inf"]),
        ({"zeros": 50, "inside": 100}, ["50%"]),
        ({"zeros": 1, "inside": 1000}, []),
        ({"below": 10, "above": 20, "inside": 70}, ["◂10%", "20%▸"]),
        (
            {"zeros": 10, "below": 10, "above": 20, "nonfinite": 100, "inside": 70},
            ["10%", "◂10%", "20%▸", "50% inf"],
        ),
        ({"inside": 100}, []),
        ({"inside": 0}, []),
    ],
)
def test_shares_are_written_from_one_percent_on(numbers, texts):
    numbers = dict(numbers)
    layer = layer_of([numbers.pop("inside"), 0], **numbers)
    assert [share.note for share in shares_of(layer["activation"])] == texts
    (panel,) = draw_panels({(0, 0, 0): layer}, with_notes=True).values()
    assert [note.text for note in panel.notes] == texts
    (quiet,) = draw_panels({(0, 0, 0): layer}).values()
    assert quiet.notes == ()


@pytest.mark.parametrize(
    ("numbers", "tones"),
    [
        ({"above": 4, "inside": 96}, ["muted"]),
        ({"below": 1, "above": 5, "inside": 94}, ["muted", "alarm"]),
        ({"zeros": 50, "inside": 100}, ["ink"]),
        ({"nonfinite": 1, "inside": 999}, ["alarm"]),
    ],
)
def test_a_few_percent_beyond_the_axis_are_no_alarm(numbers, tones):
    numbers = dict(numbers)
    layer = layer_of([numbers.pop("inside"), 0], **numbers)
    (panel,) = draw_panels({(0, 0, 0): layer}, with_notes=True).values()
    assert [note.tone for note in panel.notes] == tones


@many
@given(layers())
def test_a_share_is_written_if_and_only_if_it_is_large_enough(layer):
    item = layer["activation"]
    kinds = {share.kind for share in shares_of(item)}
    counted = {
        "zero": round((item.stats.zero_fraction or 0.0) * item.stats.count),
        "below": item.histogram.underflow,
        "above": item.histogram.overflow,
        "nonfinite": item.histogram.nonfinite,
    }
    least = dict.fromkeys(counted, 0.01 * item.histogram.n_finite) | {"nonfinite": 0}
    assert kinds == {kind for kind, count in counted.items() if count and count >= least[kind]}
    assert not {"0%", "100%"} & {
        share for share, kind, _ in shares_of(item) if kind == "zero" and 0 < counted[kind] < 1
    }


@many
@given(grids(), st.sampled_from(SHARE_Y), st.sampled_from(VALUES), st.booleans(), rooms)
def test_nothing_reaches_a_note_above_it(grid, share_y, values, log_y, room):
    options = {"share_y": share_y, "values": values, "log_y": log_y, "room": room}
    made = draw_panels(grid, with_notes=True, **options)
    for panel in made.values():
        edges = panel.left + np.linspace(0.0, room.width, len(panel.heights) + 1)
        for note in panel.notes:
            from_top = NOTE_TOP + note.line * NOTE_STEP
            under = 1 - (from_top * room.line + DIGITS * room.points / 72) / room.height
            kept = 1 - (from_top + NOTE_DEPTH) * room.line / room.height
            limit = under if kept >= LEAST else max(LEAST, kept) + 1e-9
            below = (edges[1:] > note.start) & (edges[:-1] < note.end)
            assert panel.heights[below].max(initial=0.0) <= limit
            if panel.stem:
                place = panel.left + panel.stem[0] * room.width
                if note.start <= place <= note.end:
                    assert panel.stem[1] <= limit


@many
@given(grids(), st.sampled_from(SHARE_Y), rooms)
def test_notes_lower_all_panels_of_a_scale_alike(grid, share_y, room):
    plain = draw_panels(grid, share_y=share_y, room=room)
    noted = draw_panels(grid, share_y=share_y, room=room, with_notes=True)
    factors = {}
    for place in grid:
        for before, after in zip(plain[place].heights, noted[place].heights, strict=True):
            assert after <= before
            if before > 0:
                factors.setdefault(group(share_y, place), []).append(after / before)
        if plain[place].stem and plain[place].stem[1]:
            factor = noted[place].stem[1] / plain[place].stem[1]
            factors.setdefault(group(share_y, place), []).append(factor)
    for several in factors.values():
        assert max(several) == pytest.approx(min(several), rel=1e-9)
        assert min(several) > 0


@many
@given(layers(), rooms)
def test_notes_stand_apart(layer, room):
    """No two on one line overlap, and each is as wide as its text."""
    (panel,) = draw_panels({(0, 0, 0): layer}, room=room, with_notes=True).values()
    for note in panel.notes:
        assert note.end - note.start == pytest.approx(text_width(note.text, room.points))
    for line in {note.line for note in panel.notes}:
        mates = sorted((n for n in panel.notes if n.line == line), key=lambda n: n.start)
        for a, b in pairwise(mates):
            assert a.end < b.start
    # What lies below stands at the left end, what lies above ends at the right one.
    for note in panel.notes:
        if note.text.startswith("◂"):
            assert note.start == panel.left
        if note.text.endswith("▸"):
            assert note.end == pytest.approx(panel.left + room.width)


def test_a_tall_stem_keeps_off_a_wide_note():
    """ReLU under std = 1: all that is left inside is the stem, right under the share beyond."""
    room = PanelSize(width=0.3, height=0.6, points=10.0, line=0.18)
    layer = layer_of([50, 0, 0, 0], (0.0, 4.0), zeros=50, above=50)
    (panel,) = draw_panels({(0, 0, 0): layer}, room=room, with_notes=True).values()
    alarm = panel.notes[1]
    assert alarm.start < panel.left  # wide
    assert (
        panel.stem[1] * room.height
        <= room.height - (NOTE_TOP + alarm.line * NOTE_STEP + NOTE_DEPTH) * room.line + 1e-9
    )


def test_a_panel_too_low_for_its_notes_keeps_a_part():
    """All values lie beyond, and two notes need more than the panel: nothing to divide by."""
    room = PanelSize(width=1.0, height=0.2, points=12.0, line=12 * 1.3 / 72)
    empty = layer_of([0, 0], below=5, above=5)
    (panel,) = draw_panels({(0, 0, 0): empty}, room=room, with_notes=True).values()
    assert panel.heights.tolist() == [0.0, 0.0]
    full = layer_of([0, 90], above=10)
    (panel,) = draw_panels({(0, 0, 0): full}, room=room, with_notes=True).values()
    assert panel.heights.max() == pytest.approx(LEAST)


BACK = {"gradients": True}

WIDE = {"width": 100, "samples": 200}


def test_zero_shares_of_gradients_are_counted_and_marked():
    item = record("relu", "he", **WIDE, **BACK).layers[2]["gradient"]
    assert item.zeros > 0
    kinds = {kind: share for share, kind, _ in shares_of(item)}
    assert kinds["zero"] == f"{100 * item.zeros / item.stats.count:.0f}%"
    assert "below" not in kinds
