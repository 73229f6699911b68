"""What can be written, and how large."""

import pytest

from actviz.errors import SpecError
from actviz.files.formats import MAX_DPI, MAX_PIXELS, MIN_DPI, SUFFIXES, check_pixels, suffix_of
from actviz.files.images import WRITERS


def test_there_is_a_writer_for_every_suffix():
    assert tuple(WRITERS) == SUFFIXES


@pytest.mark.parametrize("name", ["a.png", "a.PNG", "a.b.Svg", "a.pdf", "权 重.pdf", ".a.svg"])
def test_a_suffix_with_a_writer(name, tmp_path):
    assert suffix_of(tmp_path / name) == f".{name.lower().rpartition('.')[2]}"


def test_pictures_that_are_too_large():
    side = MAX_PIXELS**0.5 / MAX_DPI
    check_pixels(side * 0.999, side * 0.999, MAX_DPI)
    check_pixels(60, 60, MIN_DPI)
    with pytest.raises(SpecError, match=r"9 x 9.5 in at 1200 dpi has 123 million pixels"):
        check_pixels(9, 9.5, MAX_DPI)
