"""Ink and width of what stands over a strip; where it stands is seen in the view's own tests."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from actviz.diagnosis.findings import State
from actviz.plot.overview.layout import frame_of
from actviz.plot.overview.page import Over, ink_of, over_width, weight_of
from actviz.plot.overview.type import type_of
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.style import THEMES, get_size
from actviz.words.overview import Verdict

VERDICTS = {state: Verdict(state=state, word="a word", chance="") for state in State}
SLIDE = get_size("slide")
FRAME = frame_of(
    SLIDE, type_of(SLIDE), labels=["He"], blocks=1, least=1.0, columns=5, head=1.0, foot=0.4
)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_every_state_has_bars_of_its_own(theme):
    for hue in theme.hues:
        inks = {state: ink_of(theme, hue, VERDICTS[state], shown=True) for state in State}
        others = {inks[state].bars for state in State if state is not State.LOST}
        assert len(others) == 3
        # Where all is grey, what is pale and what is lost are told apart by their marks.
        assert inks[State.LOST].bars not in others
        assert [state for state, ink in inks.items() if not ink.filled] == [State.NOT_JUDGED]
        assert inks[State.FULL].bars == hue
        word = theme.ink if theme.name == "print" else hue  # not paler than that of what is lost
        assert inks[State.FULL].word == inks[State.PALE].word == word
        assert inks[State.LOST].word == theme.ink
        # On paper without hues an outline tells it as well, and from what is not judged its grey.
        edged = [state for state, ink in inks.items() if ink.edge != "none"]
        assert edged == ([State.LOST] if theme.name == "print" else [])
        # Grey is the same grey whatever the activation.
        other = ink_of(theme, theme.ink, VERDICTS[State.LOST], shown=True)
        assert other == inks[State.LOST]


def test_on_paper_without_hues_the_three_states_are_three_tones():
    """Far enough apart for a copier: an eighth of the way from black to white."""
    theme = THEMES["print"]
    for hue in theme.hues[:3]:
        tones = [
            to_rgb(ink_of(theme, hue, VERDICTS[state], shown=True).bars)[0]
            for state in (State.FULL, State.PALE, State.LOST)
        ]
        assert np.diff(tones).min() > 1 / 8
        assert tones[-1] <= 0xC0 / 0xFF  # paler, what is lost is gone on paper


def test_a_verdict_that_is_not_shown_is_in_no_ink():
    theme = THEMES["light"]
    inks = {ink_of(theme, theme.hues[0], VERDICTS[state], shown=False) for state in State}
    assert inks == {ink_of(theme, theme.hues[0], VERDICTS[State.FULL], shown=True)}


def test_what_is_healthy_stands_out_and_needs_the_width():
    widths = {}
    for state in State:
        assert weight_of(VERDICTS[state]) == ("bold" if state is State.FULL else "normal")
        widths[state] = over_width(Over(word="a word", right=""), VERDICTS[state], FRAME)
    assert widths[State.FULL] > widths[State.LOST]
    assert widths[State.LOST] == text_width("a word", FRAME.type.body)


def test_a_text_at_the_right_stands_apart_from_the_word():
    alone = over_width(Over(word="a word", right=""), VERDICTS[State.PALE], FRAME)
    both = over_width(Over(word="a word", right="98 %"), VERDICTS[State.PALE], FRAME)
    assert both > alone + text_width("98 %", FRAME.type.small)
