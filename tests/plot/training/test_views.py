"""The pictures of training, as data: what is drawn is what the record holds, and words fit."""

from dataclasses import replace
from itertools import product
from math import log

import numpy as np
import pytest
from matplotlib.colors import to_hex

import actviz
from actviz.errors import SpecError, UnknownNameError
from actviz.plot.books.training import PAGES, plot_training_textbook
from actviz.plot.paper.style import THEMES, context
from actviz.plot.training.curves import plot_accuracy, plot_loss
from actviz.plot.training.inside import plot_strips, plot_training_grid
from actviz.plot.training.maps import plot_boundaries
from actviz.plot.training.views import TRAINING_VIEWS, get_training_view
from actviz.training.curves import smoothed
from actviz.words.training import finding

INITS = ("zeros", "std=10", "he")


@pytest.fixture(scope="module")
def record():
    return actviz.train("circles", inits=INITS, steps=250, report_every=50, record_every=50)


@pytest.fixture(scope="module")
def seeds():
    return actviz.train("circles", inits=("he",), steps=60, seeds=(1, 2, 3), report_every=20)


@pytest.fixture(scope="module")
def stopped(record):
    """The record with its last run diverged at step 80."""
    whole = record.runs[-1]
    losses = np.append(whole.losses[:80], np.nan)
    early = [item for item in whole.reported if item.step < 80]
    run = replace(
        whole, losses=losses, reported=tuple(early), snapshots=(), maps=(), end="diverged"
    )
    return replace(record, runs=(*record.runs[:-1], run))


def curve(figure, name):
    (line,) = [line for ax in figure.axes for line in ax.lines if line.get_gid() == name]
    return line


def texts(figure):
    return [text.get_text() for text in figure.texts]


@pytest.mark.parametrize("name", INITS)
def test_a_curve_is_the_run_s_losses(record, name):
    line = curve(plot_loss(record), name)
    np.testing.assert_array_equal(line.get_xdata(), np.arange(250))
    np.testing.assert_array_equal(line.get_ydata(), record.runs_of(name)[0].losses)
    hue = dict(zip(INITS, THEMES["light"].hues, strict=False))[name]
    assert to_hex(line.get_color()) == hue


def test_zeros_stay_at_the_dotted_line_of_a_guess(record):
    figure = plot_loss(record)
    (ax,) = figure.axes
    dotted = [line for line in ax.lines if line.get_gid() is None and len(line.get_xdata()) == 2]
    assert any(np.allclose(line.get_ydata(), log(2)) for line in dotted)
    np.testing.assert_allclose(curve(figure, "zeros").get_ydata(), log(2), atol=1e-9)
    assert ax.get_ylim()[1] == pytest.approx(1.25 * log(2))  # not where std=10 begins


def test_seeds_are_a_band_from_the_smallest_to_the_largest(seeds):
    figure = plot_loss(seeds)
    table = np.array([run.losses for run in seeds.runs])
    np.testing.assert_allclose(curve(figure, "he").get_ydata(), np.median(table, axis=0))
    (band,) = figure.axes[0].collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (table.min(), table.max())
    assert any("3 seeds" in text for text in texts(figure))


def test_accuracies_are_those_reported(record):
    line = curve(plot_accuracy(record), "he")
    found = record.runs_of("he")[0].reported
    assert list(line.get_xdata()) == [item.step for item in found]
    assert list(line.get_ydata()) == [item.test_accuracy for item in found]


def test_boundaries_have_a_map_for_every_initializer_and_moment(record):
    figure = plot_boundaries(record)
    moments, rest = divmod(sum(len(ax.images) for ax in figure.axes), len(INITS))
    assert rest == 0
    assert 2 <= moments <= 4
    assert {"0", "249"} <= set(texts(figure))
    image = figure.axes[0].images[0].get_array()
    # zeros are not sure of anything, so that their ground is the page
    np.testing.assert_allclose(image, 1.0, atol=1e-3)


def test_what_has_no_boundary_or_no_recorded_step_is_refused(record):
    bare = replace(record, runs=tuple(replace(r, maps=(), snapshots=()) for r in record.runs))
    for plot, word in (
        (plot_boundaries, "two columns"),
        (plot_strips, "record-every"),
        (plot_training_grid, "record-every"),
    ):
        with pytest.raises(SpecError, match=word):
            plot(bare)
    with pytest.raises(SpecError, match="a TrainingRecord is drawn here"):
        plot_loss("record")
    with pytest.raises(UnknownNameError, match="boundaries"):
        get_training_view("boundary")


def test_strips_have_a_cross_where_nothing_is_defined(record):
    figure = plot_strips(record)
    maps = [ax for ax in figure.axes if any(line.get_marker() == "x" for line in ax.lines)]
    assert len(maps) == 5 * len(INITS)
    first = maps[0]  # std of zeros: 0 in both layers at all steps, which no logarithm has
    steps = len(record.runs[0].snapshots)
    (cross,) = [line for line in first.lines if line.get_marker() == "x"]
    assert len(cross.get_xdata()) == 2 * steps
    (he,) = [line for line in maps[2].lines if line.get_marker() == "x"]
    assert len(he.get_xdata()) == 0


def test_the_darkest_cell_of_a_strip_is_its_largest_value(record):
    figure = plot_strips(record)
    images = [ax.images[0].get_array() for ax in figure.axes if ax.images][: len(INITS)]
    stds = {
        (number, layer, place): item.record.layers[layer]["activation"].stats.std
        for number, name in enumerate(INITS)
        for place, item in enumerate(record.runs_of(name)[0].snapshots)
        for layer in range(2)
    }
    number, layer, place = max(stds, key=stds.get)
    light = [np.sum(image, axis=2) for image in images]
    assert light[number][layer, place] == min(item.min() for item in light)


def test_the_grid_shows_the_histograms(record):
    figure = plot_training_grid(record)
    strips = [ax for ax in figure.axes if ax.patches]
    assert len(strips) == len(INITS) * 6 or len(strips) == len(INITS) * len(
        record.runs[0].snapshots
    )
    values = strips[1].patches[0].get_data().values
    bins = record.runs[1].snapshots[0].record.layers[0]["activation"].histogram.n_bins
    assert values.size == 2 * bins + 1
    assert np.nanmax(values) <= 1


def test_the_symmetry_of_zeros_is_said(record):
    for view in ("all", "boundaries", "strips"):
        words = " ".join(texts(TRAINING_VIEWS[view].plot(record)))
        assert "zeros does not break symmetry" in words
        assert "0 0 0" in words
    assert "he does not break" not in words


def test_inf_and_a_diverged_run_are_said_in_words(record, stopped):
    assert "std=10: the formula −log(a) gives inf at step 0" in " ".join(texts(plot_loss(record)))
    figure = plot_loss(stopped)
    assert "diverged at step 80" in " ".join(texts(figure))
    assert texts(figure)[0].endswith("he diverges")
    assert len(curve(figure, "he").get_xdata()) == 80
    assert "diverges" in figure.description


@pytest.mark.parametrize("view", TRAINING_VIEWS)
def test_a_run_that_was_stopped_before_its_first_step_is_drawn(record, view):
    empty = replace(
        record.runs[-1], losses=np.array([]), reported=(), snapshots=(), maps=(), end="interrupted"
    )
    figure = TRAINING_VIEWS[view].plot(replace(record, runs=(*record.runs[:-1], empty)))
    assert "stopped before its first step" in figure.description


@pytest.mark.parametrize(
    ("view", "size"), [*product(TRAINING_VIEWS, ("slide", "half-slide", "column", "10x5.6"))]
)
def test_every_word_is_on_the_page(record, view, size):
    figure = TRAINING_VIEWS[view].plot(record, size=size, theme="dark")
    with context():
        figure.draw_without_rendering()
        page = figure.bbox
        for text in figure.texts:
            box = text.get_window_extent()
            assert box.x0 >= page.x0 - 1, text
            assert box.x1 <= page.x1 + 1, text
            assert box.y0 >= page.y0 - 1, text
            assert box.y1 <= page.y1 + 1, text
    assert to_hex(figure.get_facecolor()) == THEMES["dark"].page


def test_a_size_without_room_is_refused(record):
    with pytest.raises(SpecError, match="no room"):
        plot_loss(record, size="2x1.5")


def test_a_title_of_ones_own_and_none(record):
    assert texts(plot_loss(record, title="Mine"))[0] == "Mine"
    assert texts(plot_loss(record, title=""))[0].startswith("circles: 2-10-5-1")


def test_in_print_lines_differ_by_their_dashes(record):
    figure = plot_loss(record, theme="print")
    looks = {str(curve(figure, name)._dash_pattern) for name in INITS}
    assert len(looks) == len(INITS)


# --- the sources' own pages ---------------------------------------------------------------


def test_saito_s_page(record):
    figure = plot_training_textbook(record, "losses")
    (ax,) = figure.axes
    assert ax.get_ylim() == (0, 2.5)
    assert [line.get_marker() for line in ax.lines] == ["o", "s", "D"]
    assert {line.get_markevery() for line in ax.lines} == {100}
    np.testing.assert_array_equal(ax.lines[2].get_ydata(), smoothed(record.runs[2].losses))


def test_the_course_s_pages(record):
    figure = plot_training_textbook(record, "costs")
    costs = [item.loss for item in record.runs[1].reported if item.step % 50 == 0]
    assert costs[0] == np.inf
    drawn = figure.axes[1].lines[0].get_ydata()
    assert np.isnan(drawn[0])
    np.testing.assert_array_equal(drawn[1:], costs[1:])
    for ax in plot_training_textbook(record, "boundaries").axes:
        assert (ax.get_xlim(), ax.get_ylim()) == ((-1.5, 1.5), (-1.5, 1.5))
    said = texts(plot_training_textbook(record, "table"))
    for words in ("fails to break symmetry", "too large weights", "recommended method"):
        assert words in said
    with pytest.raises(SpecError, match="page must be losses"):
        plot_training_textbook(record, "cost")


@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_unparsed_math(record, page):
    figure = plot_training_textbook(record, page, title="Mine")
    with context():
        figure.draw_without_rendering()
        labels = [
            label.get_text()
            for ax in figure.axes
            for label in (*ax.get_xticklabels(), *ax.get_yticklabels())
        ]
    assert not any("$" in label for label in labels)
    assert texts(figure)[0] == "Mine"


@pytest.mark.parametrize("view", TRAINING_VIEWS)
def test_a_picture_of_training_says_what_it_is_as_those_of_stacks_do(record, view):
    figure = TRAINING_VIEWS[view].plot(record)
    picture = figure.picture
    assert picture.title == finding(record)
    assert picture.specs == (record.spec,)
    assert picture.title in picture.description
    assert picture.caption
    assert TRAINING_VIEWS[view].plot(record, title="Mine").picture.title == "Mine"


def test_a_notebook_shows_a_picture_of_training_without_numbers_of_stacks(record):
    html = plot_loss(record)._repr_html_()
    assert "<img alt=" in html
    assert "actviz-numbers" not in html
    assert plot_loss(record)._repr_png_().startswith(b"\x89PNG")
