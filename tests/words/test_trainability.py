"""What is said of trained nets: no more than the rows bear."""

from dataclasses import replace

import pytest

from actviz.literature.net_rows import schoenholz
from actviz.sweeps.trainability import trainability
from actviz.words import trainability as words

RECORD = trainability(schoenholz())


def test_the_title_fits_a_slide_and_is_what_the_rows_say():
    """Most nets up to 6 ξ train, not all, and few beyond."""
    assert words.finding().startswith("Most nets train up to")
    assert len(words.finding()) <= 55
    (inside, of_inside), (beyond, of_beyond) = (RECORD.counts(beyond=b) for b in (False, True))
    assert 0.85 < inside / of_inside < 1
    assert beyond / of_beyond < 0.35


def test_the_nets_are_counted_on_either_side_of_the_line():
    (inside, of_inside), (beyond, of_beyond) = (RECORD.counts(beyond=b) for b in (False, True))
    said = words.nets_within_reach(RECORD)
    assert f"{inside} of {of_inside} nets train, beyond it {beyond} of {of_beyond}" in said


@pytest.mark.parametrize("variance", [0.05, 0.1])
def test_the_biases_are_said_at_the_top(variance):
    """Without any, χ = 1 would stand at Xavier."""
    said = words.nets_within_reach(trainability(replace(schoenholz(), sigma_b2=variance)))
    assert said.startswith(f"With biases of variance {variance}, up to 6 ξ (dashed) ")


def test_it_is_said_how_the_nets_were_trained_and_whose_figure_it_is():
    foot = " ".join(words.foot(RECORD))
    for part in ("Schoenholz et al. 2017, figure 5", "MNIST at 14 × 14", "100 units", "500 steps"):
        assert part in foot
    brief = " ".join(words.brief_foot(RECORD))
    assert len(brief) < len(foot) / 2
    for part in ("Schoenholz et al. 2017", "MNIST at 14 × 14", "100 units", "500 steps"):
        assert part in brief
    assert "6 rates from 0.003 to 1" in foot
    assert foot in words.alt_text(RECORD).replace("\n", " ")
