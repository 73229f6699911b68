"""Text that fits: never wider than asked, never a word lost unless an ellipsis says so."""

from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.style import context
from actviz.plot.paper.typeset import (
    Paragraph,
    fits_whole,
    paragraph,
    printable,
    write,
    write_paragraph,
)

many = settings(max_examples=60, deadline=None)

words = st.text(st.sampled_from("abcMW.…－权重 \n·"), max_size=120) | st.lists(
    st.sampled_from(["the", "weights", "σ", "x" * 60, "标" * 30, "ReLU’s", "=", "0.01"]),
    max_size=40,
).map(" ".join)
looks = st.fixed_dictionaries(
    {
        "width": st.floats(0.8, 13.0),
        "points": st.sampled_from([7.0, 12.0, 22.2]),
        "weight": st.sampled_from(["normal", "bold"]),
        "most_lines": st.integers(1, 4),
    },
    optional={"smallest": st.sampled_from([7.0, 6.0])},
)


def letters(text):
    return "".join(text.split())


NARROW = {"width": 1.5, "points": 22.2, "weight": "normal", "most_lines": 3}


@many
@given(words, looks)
@example("ReLU’s = the", NARROW)
@example("x = " + "the" * 5, NARROW)  # a whole equation that no line is wide enough for
def test_a_paragraph_fits(text, look):
    made = paragraph(text, **look)
    assert len(made.lines) <= look["most_lines"]
    assert min(look.get("smallest", 99), look["points"]) <= made.points <= look["points"]
    for line in made.lines:
        assert text_width(line, made.points, weight=made.weight) <= look["width"] + 1e-9
        assert line == line.strip()
        assert line
    assert made.weight == look["weight"]
    assert made.height == pytest.approx(len(made.lines) * made.points * 1.3 / 72)


@many
@given(words, looks)
def test_a_paragraph_loses_nothing_unless_an_ellipsis_says_so(text, look):
    kept = letters(" ".join(paragraph(text, **look).lines))
    if kept != letters(text):
        assert kept.endswith("…")
        assert letters(text).startswith(kept[:-1])


@many
@given(words, looks)
def test_type_shrinks_before_words_are_lost(text, look):
    made = paragraph(text, **look)
    if letters(" ".join(made.lines)) != letters(text):
        # Sizes go down by half a point.
        assert made.points - look.get("smallest", look["points"]) < 0.5


def test_a_line_is_as_long_as_it_can_be():
    made = paragraph("one two three four five six seven", width=1.0, points=12, most_lines=9)
    for line, following in pairwise(made.lines):
        assert text_width(f"{line} {following.split()[0]}", 12) > 1.0


def test_a_little_smaller_is_better_than_a_last_line_of_one_word():
    text = "the scale of the weights decides"
    width = 0.95 * text_width(text, 20)
    assert paragraph(text, width=width, points=20, smallest=10).lines == (text,)
    assert paragraph(text, width=width, points=20).lines == (
        "the scale of the weights",
        "decides",
    )
    # More than a seventh smaller is not.
    made = paragraph(text, width=0.8 * text_width(text, 20), points=20, smallest=10)
    assert (len(made.lines), made.points) == (2, 20)


def test_a_text_s_own_lines_are_kept():
    assert paragraph("one\ntwo", width=9, points=12).lines == ("one", "two")
    assert paragraph("", width=9, points=12).lines == ()
    assert paragraph(" \n ", width=9, points=12).height == 0


def test_words_without_spaces_are_broken_anywhere():
    made = paragraph("权" * 40, width=2.0, points=12, most_lines=9)
    assert "".join(made.lines) == "权" * 40
    assert len({len(line) for line in made.lines[:-1]}) == 1


def test_fits_whole():
    width = text_width("Xavier", 12, weight="bold") + 0.01
    assert fits_whole("Xavier", width=width, points=12, most_lines=1)
    assert not fits_whole("Xavier uni", width=width, points=12, most_lines=1)
    assert fits_whole("Xavier uni", width=width, points=12, most_lines=2)
    assert not fits_whole("Xavier1", width=width, points=12, most_lines=2)  # broken in the word


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ünïcödé, 权重, 🙂, a\nb", "plain, ünïcödé, 权重, 🙂, a\nb"),
        ("a\tb\rc\x0bd\x85e", "a b c d e"),
        ("a\0b\x01c\x1bd\x7fe", "a�b�c�d�e"),
        ("a\udcffb\ud800", "a�b�"),
        ("a\uffffb\ufffe", "a�b�"),
        ("e\u0301 \u200d \u200f \ue000", "e\u0301 \u200d \u200f \ue000"),
    ],
)
def test_printable(text, shown):
    assert printable(text) == shown


def test_write_stands_at_its_inches():
    fig = Figure(figsize=(10, 5))
    text = write(fig, 2.5, 1.0, "a\0$x", points=9, color="#112233", ha="right")
    assert text.get_position() == (0.25, 0.2)
    assert text.get_text() == "a�$x"
    assert (text.get_fontsize(), text.get_color(), text.get_ha()) == (9, "#112233", "right")


def test_a_paragraph_is_written_from_its_top_down():
    fig = Figure(figsize=(10, 5))
    item = Paragraph(lines=("one", "two", "three"), points=36, weight="bold")
    assert write_paragraph(fig, 1.0, 4.0, item, color="#000000") == pytest.approx(4.0 - 1.95)
    assert [text.get_text() for text in fig.texts] == ["one", "two", "three"]
    heights = [text.get_position()[1] * 5 for text in fig.texts]
    assert [a - b for a, b in pairwise(heights)] == pytest.approx([0.65, 0.65])
    assert 4.0 - 0.65 < heights[0] < 4.0
    assert {text.get_weight() for text in fig.texts} == {"bold"}


def test_a_sentence_is_cut_between_two_words():
    made = paragraph("Xavier and He keep the signal", width=1.0, points=9.0, most_lines=1)
    assert made.lines == ("Xavier and…",)
    (name,) = paragraph(
        "Weight-normalised-initialization", width=1.0, points=9.0, most_lines=1
    ).lines
    assert name.startswith("Weight-norm")
    assert name.endswith("…")


NARROW = "\N{NARROW NO-BREAK SPACE}"


def test_no_line_ends_in_an_equation_or_a_product():
    text = "at 14 × 14 heavy where χ = 1, and n × d = m or 5 of a = b is as it was"
    for width in np.linspace(1.0, 5.0, 41):
        made = paragraph(text, width=width, points=10, most_lines=20)
        assert " ".join(made.lines) == text
        for whole in ("14 × 14", "χ = 1,", "d = m", "a = b"):
            assert any(whole in line for line in made.lines)


def test_no_line_ends_between_a_name_and_what_its_range_is():
    text = (
        "χ = 1 at: tanh 0.10 (Xavier) → 0.19, leaky ReLU 0.14 (He), SELU 0.069 → 0.11, ELU 0.1–0.2"
    )
    wholes = ("tanh 0.10 (Xavier) → 0.19,", "SELU 0.069 → 0.11,", "ELU 0.1–0.2")
    for width in np.linspace(2.5, 6.0, 41):
        made = paragraph(text, width=width, points=10, most_lines=20)
        assert " ".join(made.lines) == text
        for whole in wholes:
            assert any(whole in line for line in made.lines)


def test_no_line_ends_between_a_number_and_its_per_cent_sign():
    text = "of tanh 5 to 95 % trains 87 % and 3 %"
    for width in np.linspace(0.4, 3.0, 40):
        made = paragraph(text, width=width, points=10, most_lines=9)
        assert not any(line.startswith("%") for line in made.lines)
        assert " ".join(made.lines) == text.replace(" %", f"{NARROW}%")
    assert write(Figure(), 1, 1, "87 %", points=10, color="k").get_text() == f"87{NARROW}%"
    assert text_width("87 %", 10) == text_width(f"87{NARROW}%", 10)


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_every_file_has_a_glyph_for_it(kind, weight):
    """matplotlib warns of a glyph that is missing, and warnings are errors here."""
    with context():
        figure = Figure()
        write(figure, 1, 1, "trains 87 %", points=10, color="k", weight=weight)
        figure.savefig(BytesIO(), format=kind)
