"""How a figure is asked to look: names become values, and a title replaces the finding."""

import pytest

from actviz.errors import SpecError
from actviz.plot.paper.look import Look, look_of
from actviz.plot.paper.style import SIZES, THEMES


def test_names_and_values_are_the_same_look():
    by_name = look_of("slide", "dark", "Mine", "DejaVu Sans")
    assert by_name == Look(
        size=SIZES["slide"], theme=THEMES["dark"], title="Mine", font="DejaVu Sans"
    )
    assert look_of(SIZES["slide"], THEMES["dark"], "Mine", "DejaVu Sans") == by_name


@pytest.mark.parametrize(("title", "drawn"), [(None, "Found"), ("", ""), ("Mine", "Mine")])
def test_the_title_is_the_finding_or_one_s_own_or_none(title, drawn):
    assert look_of("slide", "light", title).heading("Found") == drawn


@pytest.mark.parametrize(("size", "theme"), [("slides", "light"), ("slide", "lite")])
def test_unknown_names_are_refused(size, theme):
    with pytest.raises(SpecError):
        look_of(size, theme)
