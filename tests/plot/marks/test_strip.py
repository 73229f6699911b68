"""draw_strip: what it is given comes back from its artists, and nothing else is drawn."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from actviz.plot.marks.strip import NOTE_STEP, NOTE_TOP, Note, Panel, StripArtists, draw_strip
from actviz.plot.paper.style import THEMES

THEME = THEMES["light"]
HEIGHTS = np.array([0.2, 0.9, 0.4])


def note(text="3%▸", side="right", line=0, tone="alarm"):
    return Note(text=text, side=side, line=line, start=1.3, end=2.1, tone=tone)


def draw(*panels, **look):
    ax = Figure().add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 4), ylim=(0, 1))
    options = {"width": 1.0, "points": 8, "line": 0.1, "color": "#123456", "theme": THEME} | look
    return ax, draw_strip(ax, panels, **options)


def test_the_bars_of_all_panels_are_one_patch_with_gaps():
    _, drawn = draw(Panel(left=0.0, heights=HEIGHTS), Panel(left=1.2, heights=HEIGHTS[::-1]))
    values, edges, baseline = drawn.filled.get_data()
    np.testing.assert_array_equal(values, [*HEIGHTS, np.nan, *HEIGHTS[::-1]])
    np.testing.assert_allclose(edges, [0, 1 / 3, 2 / 3, 1, 1.2, 1.2 + 1 / 3, 1.2 + 2 / 3, 2.2])
    assert baseline == 0
    assert drawn.filled.get_fill()
    assert to_hex(drawn.filled.get_facecolor()) == "#123456"
    assert drawn.filled.get_linewidth() == 0
    assert drawn.outlined is None


@pytest.mark.parametrize("bins", [1, 2, 30, 1000])
@pytest.mark.parametrize("width", [0.05, 1.0, 7.5])
def test_bars_fill_their_panel_whatever_its_width(bins, width):
    heights = np.linspace(0, 1, bins)
    _, drawn = draw(Panel(left=0.5, heights=heights), width=width)
    values, edges, _ = drawn.filled.get_data()
    np.testing.assert_array_equal(values, heights)
    np.testing.assert_allclose(edges, np.linspace(0.5, 0.5 + width, bins + 1))


def test_hollow_panels_are_outlined_and_not_filled():
    _, drawn = draw(
        Panel(left=0.0, heights=HEIGHTS),
        Panel(left=1.2, heights=HEIGHTS[::-1], hollow=True),
        Panel(left=2.4, heights=HEIGHTS),
        Panel(left=3.6, heights=HEIGHTS, hollow=True),
    )
    values, edges, _ = drawn.outlined.get_data()
    np.testing.assert_array_equal(values, [*HEIGHTS[::-1], np.nan, *HEIGHTS])
    assert edges[[0, 4]].tolist() == [1.2, 3.6]
    assert not drawn.outlined.get_fill()
    assert to_hex(drawn.outlined.get_edgecolor()) == "#123456"
    assert drawn.outlined.get_linewidth() > 0
    assert drawn.filled.get_data().edges[[0, 4]].tolist() == [0.0, 2.4]


def test_without_filled_panels_there_is_no_filled_patch():
    _, drawn = draw(Panel(left=0.0, heights=HEIGHTS, hollow=True))
    assert drawn.filled is None
    assert drawn.stems is None
    assert drawn.notes == []


def test_stems_stand_at_the_place_of_zero_with_a_head_and_beside_bars_that_begin_there():
    _, drawn = draw(
        Panel(left=0.0, heights=HEIGHTS, stem=(0.0, 0.5)),
        Panel(left=1.2, heights=HEIGHTS),
        Panel(left=2.4, heights=HEIGHTS, stem=(0.25, 0.75)),
        width=0.8,
    )
    gap = [np.nan, np.nan]
    half = 8 / 3.2 / 72 / 2  # of a head, in inches
    wanted = [[-half, 0.0], [-half, 0.5], gap, [2.6, 0.0], [2.6, 0.75], gap]
    np.testing.assert_allclose(drawn.stems.get_xydata(), wanted)
    heads = drawn.stems.get_xydata()[drawn.stems.get_markevery()]
    np.testing.assert_allclose(heads, [[-half, 0.5], [2.6, 0.75]])
    assert drawn.stems.get_marker() == "o"
    assert drawn.stems.get_color() == THEME.mark
    assert not drawn.stems.get_clip_on()  # half of a head at the panel's end would be lost


def test_a_baseline_runs_under_every_panel():
    _, drawn = draw(Panel(left=0.0, heights=HEIGHTS), Panel(left=1.2, heights=HEIGHTS))
    gap = [np.nan, np.nan]
    wanted = [[0.0, 0.0], [1.0, 0.0], gap, [1.2, 0.0], [2.2, 0.0], gap]
    np.testing.assert_allclose(drawn.baseline.get_xydata(), wanted)


def test_notes_are_written_where_they_are_wanted():
    notes = (
        note("50%", side="left", tone="ink"),
        note("24%▸", line=1, tone="muted"),
        note("12% inf", line=2),
    )
    _, drawn = draw(Panel(left=1.2, heights=HEIGHTS, notes=notes))
    assert [text.get_text() for text in drawn.notes] == ["50%", "24%▸", "12% inf"]
    assert [text.get_position()[0] for text in drawn.notes] == [1.3, 2.1, 2.1]
    assert [text.get_ha() for text in drawn.notes] == ["left", "right", "right"]
    tops = [1.0 - (NOTE_TOP + line * NOTE_STEP) * 0.1 for line in range(3)]
    assert [text.get_position()[1] for text in drawn.notes] == pytest.approx(tops)
    assert [text.get_color() for text in drawn.notes] == [THEME.ink, THEME.muted, THEME.alarm]
    assert {text.get_fontsize() for text in drawn.notes} == {8}
    assert {text.get_va() for text in drawn.notes} == {"top"}


def test_the_axes_are_left_without_axis_and_with_their_limits():
    ax, drawn = draw(Panel(left=0.0, heights=HEIGHTS, stem=(0.0, 1.0), notes=(note(),)))
    assert not ax.axison
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 4), (0, 1))
    assert isinstance(drawn, StripArtists)
    on_paper = [*ax.patches, *ax.lines, *ax.texts]
    assert set(on_paper) == {drawn.filled, drawn.stems, drawn.baseline, *drawn.notes}
    assert ax.get_legend() is None
    assert ax.get_title() == ""


def test_panels_and_notes_are_values():
    panel = Panel(left=0.0, heights=HEIGHTS)
    for value, name in ((panel, "left"), (note(), "text")):
        with pytest.raises(AttributeError):
            setattr(value, name, 1.0)


def test_a_bar_of_any_width_stands_in_front_of_pale_bars():
    _, drawn = draw(
        Panel(left=0.0, heights=HEIGHTS, inner=HEIGHTS / 2),
        Panel(left=1.2, heights=HEIGHTS, bar=(0.5, 0.2, 0.7)),
        Panel(left=2.4, heights=HEIGHTS, bar=(0.5, 1e-9, 1.0)),
        Panel(left=3.6, heights=HEIGHTS, bar=(0.0, 1e-9, 1.0)),
    )
    values, edges, _ = drawn.inner.get_data()
    np.testing.assert_array_equal(values, [*HEIGHTS / 2, np.nan, 0.7, np.nan, 1.0, np.nan, 1.0])
    np.testing.assert_allclose(edges[4:6], [1.6, 1.8])
    least = 8 / 72 / 14
    np.testing.assert_allclose(edges[6:8], [2.9 - least / 2, 2.9 + least / 2])
    np.testing.assert_allclose(edges[8:], [3.6, 3.6 + least])


def test_a_bar_and_a_band_are_as_tall_as_they_are():
    bar = Panel(left=0.0, heights=HEIGHTS, bar=(0.9, 0.01, 0.8))
    np.testing.assert_array_equal(bar.tallest, [0.2, 0.9, 0.8])
    band = Panel(left=0.0, heights=HEIGHTS, band=(HEIGHTS / 2, HEIGHTS + 0.1))
    np.testing.assert_allclose(band.tallest, HEIGHTS + 0.1)
    assert bar.times(0.5).bar == (0.9, 0.01, 0.4)
    np.testing.assert_allclose(band.times(0.5).band, (HEIGHTS / 4, HEIGHTS / 2 + 0.05))


def test_a_band_is_shaded_and_what_it_covers_is_outlined():
    _, drawn = draw(
        Panel(left=0.0, heights=HEIGHTS, band=(HEIGHTS / 2, HEIGHTS + 0.1)),
        Panel(left=1.2, heights=HEIGHTS),
    )
    high, edges, low = drawn.bands.get_data()
    np.testing.assert_allclose(high, HEIGHTS + 0.1)
    np.testing.assert_allclose(low, HEIGHTS / 2)
    np.testing.assert_allclose(edges, [0, 1 / 3, 2 / 3, 1])
    np.testing.assert_array_equal(drawn.outlined.get_data().values, HEIGHTS)
    assert to_hex(drawn.bands.get_facecolor()) not in ("#123456", THEME.page)
