"""Sizes of type of an overview: what is promised of a slide, a stage and a poster."""

from dataclasses import replace

import pytest

from actviz.plot.overview.type import LEADING, type_of
from actviz.plot.paper.style import SIZES, get_size


@pytest.mark.parametrize(
    ("size", "body", "least"), [("slide", 16.0, 13.0), ("stage", 18.0, 18.0), ("column", 7.0, 7.0)]
)
def test_the_smallest_type_is_what_is_promised(size, body, least):
    words = type_of(get_size(size))
    assert min(words.body, words.small, words.foot) >= least
    assert words.body >= body
    assert words.small <= words.body < words.heading < words.title
    assert words.body <= words.least_title <= words.title


def test_a_poster_has_the_type_of_a_slide_of_its_size():
    slide, poster = type_of(SIZES["slide"]), type_of(get_size("26.6666667x15"))
    for name in ("body", "small", "foot", "heading", "title", "least_title"):
        assert getattr(poster, name) == pytest.approx(2 * getattr(slide, name), abs=0.1)
    # A banner is no larger than its shorter side.
    banner = type_of(replace(get_size("40x7.5"), text=SIZES["slide"].text))
    assert banner.body == slide.body


def test_lines_are_as_high_as_their_leading():
    assert type_of(SIZES["slide"]).inches(72.0) == LEADING


@pytest.mark.parametrize(("size", "lines"), [("slide", 1), ("half-slide", 2), ("column", 2)])
def test_narrow_pages_have_two_lines_for_the_title(size, lines):
    words = type_of(get_size(size))
    assert (words.title_lines, words.subtitle_lines) == (lines, lines)
