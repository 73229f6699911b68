"""The words around an overview: as many lines as they are given, and none that does not fit."""

from dataclasses import replace

import pytest
from drawn import FOUR, THREE, records, written

from actviz import plot_overview
from actviz.plot.overview.around import Edges, Head, foot_height, head_height
from actviz.plot.overview.content import Content
from actviz.plot.overview.type import type_of
from actviz.plot.overview.view import overview_pages
from actviz.plot.paper.style import look_of

SLIDE = look_of("slide", "light")
TYPE = type_of(SLIDE.size)


def test_what_is_left_out_takes_no_room():
    def head(caption, look=SLIDE):
        return head_height(TYPE, look, Content(caption=caption))

    line, title = TYPE.inches(TYPE.body), TYPE.inches(TYPE.title)
    assert head("short") - head("none") == pytest.approx(TYPE.subtitle_lines * line)
    assert head("full") - head("short") == pytest.approx(line)
    untitled = replace(SLIDE, title="")
    assert head("short") - head("short", untitled) == pytest.approx(TYPE.title_lines * title)


def test_a_foot_has_the_lines_that_it_may_have():
    assert foot_height(TYPE, Content(foot=False)) == 0.0
    one, two = (foot_height(TYPE, Content(caption=each)) for each in ("short", "full"))
    assert two - one == pytest.approx(TYPE.inches(TYPE.foot))


def test_between_the_margins_lies_the_rest_of_the_page():
    assert Edges(type=TYPE, side=0.5, above=0.3, width=13.0).inner == 12.0


def _foot(figure, first):
    """Return the keys that stand below a figure."""
    texts = [item.text for item in written(figure)]
    start = next(n for n, text in enumerate(texts) if text.startswith(first))
    lines = [text for text in texts[start : start + 2] if "·" in text or text == texts[start]]
    return " ".join(lines).split(" · ")


@pytest.mark.parametrize("size", ["slide", "half-slide", "column"])
def test_every_mark_has_a_key_and_a_short_one_rather_than_none(size):
    figure = plot_overview(records(THREE, FOUR), size=size)
    keys = figure.picture.caption.split(" · ")
    shown = _foot(figure, keys[0])
    heads = [key.partition(":")[0] for key in keys]
    assert [key.partition(":")[0] for key in shown] == heads
    assert {"stem", "gap"} <= set(heads)


def test_with_all_numbers_a_slide_still_has_the_key_of_its_gaps():
    figure = plot_overview(records(THREE, FOUR, gradients=True, width=100), numbers="all")
    shown = _foot(figure, "✓ healthy")
    assert [key.partition(":")[0] for key in shown][-2:] == ["stem", "gap"]
    assert any(key.startswith("below: std, first") for key in shown)


def test_a_small_page_has_whole_keys_or_none():
    """Where a line is broken is known before it is known which keys fit."""
    for figure in overview_pages(records(THREE, FOUR, gradients=True, width=100), size="2x2"):
        assert not any("…" in item.text for item in written(figure))


def test_a_slide_of_ten_layers_has_the_key_of_its_stems():
    made = records(["relu"], ["std=0.01", "xavier", "he"], depth=10, width=100, gradients=True)
    shown = _foot(plot_overview(made), "✓")
    assert "stem: zeros" in shown
    assert any(key.startswith("trains: ") for key in shown)


def test_the_head_takes_the_lines_that_it_has():
    head = Head(title="One line", subtitles=["and another"], done="")
    small = look_of("half-slide", "light")
    type_ = type_of(small.size)
    content = Content()
    most, own = (
        head_height(type_, small, content),
        head_height(type_, small, content, heads=[head], inner=6.0),
    )
    lines = type_.inches(type_.title) + type_.inches(type_.body)
    assert most - own == pytest.approx(lines)
