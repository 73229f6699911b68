"""Which shares are written, and how loud: one rule for all views."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actviz.plot.marks.shares import ALARMING, CHANGE, LEAST_SHARE, changes, color_of, tone_of
from actviz.plot.paper.style import THEMES


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_a_share_is_grey_from_one_percent_and_red_from_five(theme):
    assert (LEAST_SHARE, ALARMING) == (0.01, 0.05)
    assert color_of(tone_of(0.01), theme) == theme.muted
    assert color_of(tone_of(0.0499), theme) == theme.muted
    assert color_of(tone_of(0.05), theme) == theme.alarm


@given(st.lists(st.floats(0, 1), max_size=9))
def test_who_reads_on_from_the_last_share_that_is_written_is_never_far_off(shares):
    said = changes(shares)
    assert len(said) == len(shares)
    assert said[:1] in ([], [True])
    last = None
    for share, written in zip(shares, said, strict=True):
        last = share if written else last
        assert abs(share - last) < CHANGE
