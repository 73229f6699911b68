"""The words around an overview: as many lines as they are given, and none that does not fit."""

from dataclasses import replace

import pytest
from drawn import FOUR, THREE, records, written

from actviz import plot_overview
from actviz.plot.overview.around import Edges, foot_height, head_height
from actviz.plot.overview.content import Content
from actviz.plot.overview.type import type_of
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


@pytest.mark.parametrize("size", ["slide", "half-slide", "column"])
def test_keys_that_have_no_room_are_left_out_from_the_last(size):
    figure = plot_overview(records(THREE, FOUR), size=size)
    keys = figure.picture.caption.split(" · ")
    (foot,) = (item.text for item in written(figure) if item.text.startswith(keys[0]))
    shown = " ".join(foot.split()).split(" · ")
    assert shown == keys[: len(shown)]
    if size == "slide":
        assert shown == keys
    if size == "column":
        assert len(shown) < len(keys)
