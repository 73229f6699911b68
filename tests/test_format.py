"""Numbers for people: as many digits as asked for, of the value and not of its rounding."""

from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from actviz.format import (
    TIGHT,
    UNDEFINED,
    error_line,
    magnitude,
    percent,
    plain,
    rounded,
    row_of_means,
    row_of_stds,
    significant,
    unbroken,
)

some = settings(max_examples=90)
numbers = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(min_value=1e-12, max_value=1e12)
SUPERSCRIPT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def read(text):
    """The number that a text shows."""
    mantissa, _, exponent = text.replace("−", "-").partition("×10")
    return Decimal(mantissa).scaleb(int(exponent.translate(SUPERSCRIPT) or 0))


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0, 2, "0"),
        (-0.0, 2, "0"),
        (0.12788, 2, "0.13"),
        (0.12788, 1, "0.1"),
        (1.0, 2, "1.0"),
        (9.99, 2, "10"),
        (0.999, 2, "1.0"),
        (0.099951, 3, "0.100"),
        (1865, 2, "1900"),
        (1865.0, 4, "1865"),
        (9949.0, 2, "9900"),
        (9999.0, 2, "1.0×10⁴"),
        (12345.0, 3, "1.23×10⁴"),
        (0.001, 2, "0.0010"),
        (0.00099, 2, "9.9×10⁻⁴"),
        (0.0009996, 2, "0.0010"),
        (1.04e-5, 2, "1.0×10⁻⁵"),
        (-3, 1, "−3"),
        (-0.00042, 2, "−4.2×10⁻⁴"),
        (2.5e-300, 2, "2.5×10⁻³⁰⁰"),
        (1.7e308, 2, "1.7×10³⁰⁸"),
        (5e-324, 1, "5×10⁻³²⁴"),
    ],
)
def test_significant(value, digits, text):
    assert significant(value, digits) == text


@some
@given(numbers, st.integers(1, 5))
@example(9.995, 3)
@example(0.00099995, 4)
def test_significant_shows_the_value_rounded_once(value, digits):
    text = significant(value, digits)
    assert read(text) == Decimal(f"{value:.{digits - 1}e}")
    assert "-" not in text
    assert "e" not in text


@pytest.mark.parametrize(
    ("value", "place", "text"),
    [
        (-0.0004, -2, "0.00"),
        (-0.4, 0, "0"),
        (273.4, 1, "270"),
        (-1.55, -1, "−1.6"),
        (1.0, -2, "1.00"),
        (0.125, -2, "0.12"),
        (12.0, 0, "12"),
        (149.0, 2, "100"),
        (-12.0, 1, "−10"),
    ],
)
def test_rounded(value, place, text):
    assert rounded(value, place) == text


@some
@given(st.floats(-1e6, 1e6), st.integers(-4, 3))
def test_rounded_is_within_half_a_place_and_never_minus_zero(value, place):
    text = rounded(value, place)
    assert abs(read(text) - Decimal(value)) <= Decimal("0.5").scaleb(place)
    assert text[0] != "-"
    if text[0] == "−":
        assert read(text) < 0


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.0, "0 %"),
        (1e-300, "<1 %"),
        (0.001, "<1 %"),
        (0.005, "<1 %"),
        (0.0051, "1 %"),
        (0.014, "1 %"),
        (0.237, "24 %"),
        (0.5, "50 %"),
        (0.9949, "99 %"),
        (0.995, ">99 %"),
        (0.9996, ">99 %"),
        (1 - 1e-16, ">99 %"),
        (1, "100 %"),
        (1.0, "100 %"),
    ],
)
def test_percent(share, text):
    assert percent(share) == text


@some
@given(st.floats(0, 1))
@example(0.005)
@example(0.995)
@example(0.9949999999999999)
@example(0.005000000000000001)
def test_what_is_neither_none_nor_all_never_reads_so(share):
    assert (percent(share) == "0 %") is (share == 0)
    assert (percent(share) == "100 %") is (share == 1)
    shown = float(percent(share).strip("<>% "))
    assert abs(shown - 100 * share) <= 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.43, "0.4"),
        (0.0, "0"),
        (2e7, "10⁷"),
        (6e7, "10⁸"),
        (-6.1e-9, "−10⁻⁸"),
        (3e-300, "10⁻³⁰⁰"),
        (-2.0, "−2"),
    ],
)
def test_magnitude(value, text):
    assert magnitude(value) == text


def anything(text):
    return True


def at_most(length):
    return lambda text: len(text) <= length


def test_a_row_of_stds_has_as_many_digits_as_fit_everywhere():
    stds = [0.628, 0.4885, None, 0.0, 0.0123]
    assert row_of_stds(stds, anything) == ["0.63", "0.49", UNDEFINED, "0", "0.012"]
    # The last one needs 5 characters with two digits, so that none has two.
    assert row_of_stds(stds, at_most(4)) == ["0.6", "0.5", UNDEFINED, "0", "0.01"]


def test_a_row_of_stds_that_never_fit_shows_powers_of_ten():
    assert row_of_stds([2e-7, 0.628], at_most(4)) == ["10⁻⁷", "0.6"]


@some
@given(st.lists(st.none() | st.just(0.0) | positive, max_size=6), st.integers(1, 9))
def test_every_std_of_a_row_is_said(stds, length):
    texts = row_of_stds(stds, at_most(length))
    assert len(texts) == len(stds)
    for std, text in zip(stds, texts, strict=True):
        assert (text == UNDEFINED) is (std is None)
        assert (text == "0") is (std == 0)


def test_a_mean_has_the_digits_of_its_std():
    means = [0.5003, 0.0004, -0.0004, 123.456, -0.25, None]
    stds = [0.458, 0.96, 0.96, 7.2, 0.0121, None]
    expected = ["0.50", "0", "0", "123.5", "−0.250", UNDEFINED]
    assert row_of_means(means, stds, anything) == expected


def test_a_mean_that_is_like_its_std_keeps_the_zeros_at_its_end():
    """ReLU under He and Xavier: 0.66, 0.7 and 0.10, 0.07, 0.047 are no rows of equal digits."""
    assert row_of_means([0.656, 0.701], [0.95, 1.02], anything) == ["0.66", "0.70"]
    assert row_of_means([0.102, 0.0701, 0.0472], [0.15, 0.11, 0.069], anything) == [
        "0.10",
        "0.070",
        "0.047",
    ]
    assert row_of_means([0.012], [0.96], anything) == ["0.01"]  # the rest is noise


def test_the_mean_of_a_constant_has_two_digits():
    assert row_of_means([0.5, 0.0], [0.0, 0.0], anything) == ["0.50", "0"]
    assert row_of_means([0.5], [None], anything) == ["0.50"]


@some
@given(st.lists(st.tuples(st.none() | numbers, st.none() | st.just(0.0) | positive), max_size=6))
def test_every_mean_of_a_row_is_said(pairs):
    means, stds = [mean for mean, _ in pairs], [std for _, std in pairs]
    texts = row_of_means(means, stds, at_most(6))
    assert len(texts) == len(pairs)
    for (mean, std), text in zip(pairs, texts, strict=True):
        assert (text == UNDEFINED) is (mean is None)
        if mean and std and abs(mean) > std:
            assert text not in ("0", "−0")


def test_a_share_that_is_set_is_one_word_and_can_be_read_back():
    text = "trains 96 %, 5 to 95 % · % alone, 46%▸"
    assert unbroken(text) == "trains 96\u202f%, 5 to 95\u202f% · % alone, 46%▸"
    assert plain(unbroken(text)) == text
    assert percent(0.46, TIGHT) == "46%"


def test_an_error_that_says_nothing_is_its_kind():
    assert error_line(TimeoutError()) == "TimeoutError"
    assert error_line(ValueError("a\n b")) == "ValueError: a b"
