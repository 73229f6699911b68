"""The page of a training: its words have their place, and a page without room is refused."""

from functools import cache
from itertools import product

import pytest
from matplotlib.colors import to_hex

from actviz.errors import SpecError
from actviz.plot.paper.style import THEMES, context
from actviz.plot.training.views import TRAINING_VIEWS, plot_loss
from actviz.words.training import (
    accuracy_finding,
    activation_finding,
    finding,
    gradient_finding,
)

#: What the title of each view is about.
TITLES = {
    "all": finding,
    "loss": finding,
    "accuracy": accuracy_finding,
    "boundaries": accuracy_finding,
    "table": accuracy_finding,
    "grid": activation_finding,
    "strips": gradient_finding,
}


def texts(figure):
    return [text.get_text() for text in figure.texts]


#: Every view on the widest and the narrowest page, all of them together on those between.
PLACES = [
    (view, size)
    if view == "all" or size in ("slide", "column")
    else pytest.param(view, size, marks=pytest.mark.heavy)
    for view, size in product(TRAINING_VIEWS, ("slide", "half-slide", "column", "10x5.6"))
]


@pytest.mark.wide
@pytest.mark.parametrize(("view", "size"), PLACES)
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


@pytest.fixture(scope="module")
def drawn(record):
    """Draw a view of the training, the first time that it is asked for."""
    return cache(lambda view, size="slide": TRAINING_VIEWS[view].plot(record, size=size))


def test_a_size_without_room_is_refused(record):
    with pytest.raises(SpecError, match="no room"):
        plot_loss(record, size="2x1.5")


def test_a_title_of_ones_own_and_none(record):
    assert texts(plot_loss(record, title="Mine"))[0] == "Mine"
    assert texts(plot_loss(record, title=""))[0].startswith("Circles: 2-10-5-1")


@pytest.mark.wide
@pytest.mark.parametrize("view", TRAINING_VIEWS)
def test_a_picture_of_training_says_what_it_is_as_those_of_stacks_do(record, drawn, view):
    figure = drawn(view)
    picture = figure.picture
    assert picture.title == TITLES[view](record)
    assert picture.specs == (record.spec,)
    assert picture.title in picture.description
    assert picture.caption
    assert TRAINING_VIEWS[view].plot(record, title="Mine").picture.title == "Mine"


@pytest.mark.wide
@pytest.mark.parametrize("size", ["slide", "half-slide", "column"])
@pytest.mark.parametrize("view", TRAINING_VIEWS)
def test_a_foot_has_one_line_and_the_caption_all_that_there_is_to_say(drawn, view, size):
    figure = drawn(view, size)
    lowest = min(text.get_position()[1] for text in figure.texts)
    feet = [t for t in figure.texts if t.get_position()[1] < lowest + 0.02 and "·" in t.get_text()]
    assert len(feet) <= 1
    assert "the formula −log(a) gives inf" in figure.caption
    assert all(len(text) < 160 for text in texts(figure))


@pytest.mark.parametrize("view", TRAINING_VIEWS)
def test_type_is_large_on_a_slide(drawn, view):
    figure = drawn(view)
    sizes = {text.get_fontsize() for text in figure.texts if text.get_text()}
    assert min(sizes) >= (13 if view == "all" else 16)
    _, subtitle, *_ = texts(figure)
    assert sum(text.startswith("Circles: ") for text in texts(figure)) == 1
    assert subtitle.startswith("Circles: 2-10-5-1, ReLU")


@pytest.mark.wide
@pytest.mark.parametrize("view", TRAINING_VIEWS)
def test_a_stage_has_a_foot_only_where_something_is_missing(record, view):
    figure = TRAINING_VIEWS[view].plot(record, size="stage")
    told = " ".join(texts(figure))
    assert ("no room for the table and boundaries" in told) == (view == "all")
    for word in ("shades:", "dotted:", "maps:", "cross:", "stem:", "ranks of change: 1"):
        assert word not in told
    assert figure.explanation[-1].startswith("What was run: Circles: 2-10-5-1")


def test_marks_are_explained_where_they_are_seen(record, seeds):
    """Zeros lie on the loss of a guess, and have what no logarithm has; He has neither."""

    def foot(view, one):
        return texts(TRAINING_VIEWS[view].plot(one))

    assert not any("dotted: a guess" in text for text in foot("loss", record))
    assert any("dotted: a guess" in text for text in foot("loss", seeds))
    assert any("shades: range of steps and seeds" in text for text in foot("loss", seeds))
    assert any("cross: not defined" in text for text in foot("strips", record))
    alone = record.only(("he",))
    assert not any("cross: not defined" in text for text in foot("strips", alone))
    assert any("stem: share exactly 0" in text for text in foot("grid", alone))
