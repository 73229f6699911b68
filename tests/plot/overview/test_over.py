"""What stands over the strips: the fullest form that fits, and a briefer word where none does."""

from dataclasses import replace

import pytest

from actviz.plot.overview.content import NO_RIGHT, RIGHTS
from actviz.plot.overview.layout import frame_of
from actviz.plot.overview.over import fullest
from actviz.plot.overview.page import Over, over_width
from actviz.plot.overview.type import type_of
from actviz.plot.paper.style import get_size
from actviz.words.overview import Verdict

SLIDE = get_size("slide")
FRAME = frame_of(
    SLIDE, type_of(SLIDE), labels=["He"], blocks=1, least=1.0, columns=5, head=1.0, foot=0.4
)
JUDGED = {
    0: Verdict(state="full", word="keeps", chance="trains 99 %"),
    1: Verdict(state="lost", word="gradient explodes", chance="trains 14 %", brief="grad explodes"),
}
LONG, SHORT = RIGHTS["none"][:2]


def form(right, chances):
    return {
        key: Over(word=f"✓ {JUDGED[key].word}", right=chance, form=right)
        for key, chance in enumerate(chances)
    }


FORMS = [
    form(LONG, ["trains 99 %", "trains 14 %"]),
    form(SHORT, ["99 %", "14 %"]),
    form(NO_RIGHT, ["", ""]),
]


def width(over, key):
    return over_width(over, JUDGED[key], FRAME)


def test_the_fullest_form_is_taken_where_all_fits():
    assert fullest(FORMS, JUDGED, replace(FRAME, block=9.0)) == FORMS[0]


@pytest.mark.parametrize("slack", [0.0, 0.05])
def test_all_chances_have_one_form(slack):
    """A bare number beside others that say what they are would be read as something else."""
    block = width(FORMS[1][1], 1) + slack
    assert width(FORMS[0][0], 0) <= block < width(FORMS[0][1], 1)
    brief = replace(FORMS[0][1], word="✓ grad explodes")
    assert width(brief, 1) > block
    assert fullest(FORMS, JUDGED, replace(FRAME, block=block)) == FORMS[1]


def test_a_word_without_room_gives_way_to_a_briefer_one_and_the_chance_stays():
    brief = replace(FORMS[1][1], word="✓ grad explodes")
    found = fullest(FORMS[1:], JUDGED, replace(FRAME, block=width(brief, 1)))
    assert found[1] == brief
    assert found[0].word == "✓ keeps"
