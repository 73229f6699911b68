"""Sizes, themes and type: what a name gives, and that it can be read by everyone."""

from itertools import combinations

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actviz import ACTIVATIONS
from actviz.errors import SpecError, UnknownNameError
from actviz.layers.initializers import get_initializer
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.style import (
    SIZES,
    THEMES,
    WELL_KNOWN,
    Look,
    context,
    get_size,
    get_theme,
    hues,
    initializer_hues,
    look_of,
    no_room,
)

INCHES = {
    "slide": (40 / 3, 7.5),
    "half-slide": (6.4, 5.6),
    "column": (3.4, None),
    "two-column": (7.0, None),
    "textbook": (8.0, None),
    "stage": (40 / 3, 7.5),
}


@pytest.mark.parametrize("name", INCHES)
def test_sizes(name):
    size = get_size(name)
    assert size is SIZES[name]
    assert (size.width, size.height) == INCHES[name]
    assert size.text < size.heading <= size.title
    assert 7 <= size.text <= (18 if name == "stage" else 12)
    assert size.line == pytest.approx(size.text * 1.3 / 72)
    assert list(INCHES) == list(SIZES)


def test_slides_have_nothing_under_12_points_and_a_full_hd_slide_whole_pixels():
    assert SIZES["slide"].text == SIZES["half-slide"].text == 12
    assert SIZES["stage"].text == 18
    slide = SIZES["slide"]
    assert (slide.width * slide.dpi, slide.height * slide.dpi) == (1920, 1080)


@pytest.mark.parametrize(
    ("text", "width", "height"),
    [
        ("10x5.6", 10, 5.6),
        ("10X5.6", 10, 5.6),
        ("10×5.6", 10, 5.6),
        (" 10 x 5.6 in ", 10, 5.6),
        ("10 x 5.6 IN", 10, 5.6),
        ("1.5x60", 1.5, 60),
        ("60x1.5", 60, 1.5),
        ("007x5", 7, 5),
    ],
)
def test_inches(text, width, height):
    size = get_size(text)
    assert (size.width, size.height, size.name) == (width, height, text)
    assert 7 <= size.text <= (12 if width < 14 else 54)


def test_type_grows_with_a_poster_and_shrinks_with_a_low_strip():
    assert get_size("13.333x7.5").text == 12
    assert get_size("30x20").text == 27  # 12 pt of a slide's 13.3 in
    assert get_size("26.667x15").text == 24
    assert get_size("20x4").text == get_size("7.11x4").text < 9


@pytest.mark.parametrize(
    "text", ["1x5", "61x5", "5x1.4", "5x60.1", "0x0", "1e3x5", "100000000000x5"]
)
def test_pages_too_small_or_too_large(text):
    with pytest.raises(SpecError) as caught:
        get_size(text)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "5x",
        "x5",
        "5",
        "5x5x5",
        "5,5x6",
        "-5x5",
        "nanxnan",
        "infx5",
        "１０x5",
        "5 5",
        "big",
    ],
)
def test_texts_that_are_no_size(text):
    with pytest.raises(UnknownNameError, match="known are slide, half-slide"):
        get_size(text)


@pytest.mark.parametrize(("given", "meant"), [("slid", "slide"), ("colum", "column")])
def test_a_size_that_was_nearly_typed(given, meant):
    with pytest.raises(UnknownNameError, match=f"did you mean '{meant}'"):
        get_size(given)


def test_names_of_sizes_and_themes_are_read_in_any_case():
    assert get_size("Slide") is SIZES["slide"]
    assert get_theme("DARK") is THEMES["dark"]


def test_themes():
    assert [get_theme(name).name for name in THEMES] == ["light", "dark", "print"]
    with pytest.raises(UnknownNameError, match="did you mean 'dark'"):
        get_theme("drak")


def test_a_page_without_room_is_named():
    assert "size 3x2 has no room" in str(no_room(get_size("3x2")))


# Colours ------------------------------------------------------------------------------------------


def linear(color):
    """Return sRGB as light (IEC 61966-2-1)."""
    coded = np.array(matplotlib.colors.to_rgb(color))
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    """Return the contrast ratio of WCAG 2."""
    darker, lighter = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (a, b))
    return (lighter + 0.05) / (darker + 0.05)


# Full dichromats, on linear RGB: Machado, Oliveira and Fernandes 2009, table 1.
SEEN_BY = {
    "protanopes": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopes": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "all others": np.eye(3),
}


def cielab(light):
    """Return CIE 1976 L*a*b* of linear sRGB under D65."""
    to_xyz = [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
    ratio = to_xyz @ light / [0.95047, 1.0, 1.08883]
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def differences(colors, seen_by):
    """Return the CIE76 distance of every two colours; about 2.3 can just be told apart."""
    labs = [cielab((SEEN_BY[seen_by] @ linear(color)).clip(0, 1)) for color in colors]
    return [float(np.linalg.norm(a - b)) for a, b in combinations(labs, 2)]


def test_the_measures_are_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    np.testing.assert_allclose(cielab(linear("#ff0000")), [53.24, 80.09, 67.20], atol=0.01)
    (red_green,) = differences(["#ff0000", "#00ff00"], "all others")
    assert red_green == pytest.approx(170.6, abs=0.1)
    for matrix in SEEN_BY.values():
        np.testing.assert_allclose(np.sum(matrix, axis=1), 1, atol=1e-5)  # greys stay grey


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_text_and_marks_stand_out_from_the_page(theme):
    for color in (theme.ink, theme.muted, theme.alarm):
        assert contrast(color, theme.page) >= 4.5
    for color in (theme.mark, *theme.hues, *theme.inits, *theme.others):
        assert contrast(color, theme.page) >= 3.0
    assert contrast(theme.ink, theme.page) > contrast(theme.muted, theme.page)
    assert contrast(theme.muted, theme.page) > contrast(theme.line, theme.page)


@pytest.mark.parametrize("seen_by", SEEN_BY)
@pytest.mark.parametrize("name", ["light", "dark"])
def test_hues_can_be_told_apart(name, seen_by):
    assert min(differences(THEMES[name].hues[:3], seen_by)) >= 25
    assert min(differences(THEMES[name].hues, seen_by)) >= (28 if seen_by == "all others" else 12)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_no_activation_has_a_grey_which_is_what_is_lost(name):
    for hue in THEMES[name].hues:
        _, a, b = cielab(linear(hue))
        assert np.hypot(a, b) >= 28


@pytest.mark.parametrize("seen_by", SEEN_BY)
@pytest.mark.parametrize("name", ["light", "dark"])
def test_hues_of_initializers_can_be_told_apart(name, seen_by):
    theme = THEMES[name]
    assert min(differences(theme.inits, seen_by)) >= 30
    # And from those of sigmoid, tanh and ReLU, and of the first four that have none of their own.
    for init in theme.inits:
        assert min(differences([init, hue], seen_by)[0] for hue in theme.hues[:3]) >= 13
    labels = [*WELL_KNOWN, "zeros", "LeCun", "orthogonal", "torch Linear"]
    assert min(differences(initializer_hues(theme, labels).values(), seen_by)) >= 13


@pytest.mark.parametrize("name", ["light", "dark"])
def test_other_initializers_have_hues_that_are_nobody_s(name):
    """LeCun was sigmoid's blue, and std = 10 ReLU's green."""
    theme = THEMES[name]
    fixed = [*theme.hues[:3], *theme.inits]
    assert len(theme.others) == 8  # twelve initializers, four of them well known
    assert min(differences(theme.others, "all others")) >= 20
    for hue in theme.others:
        for other in (*fixed, theme.alarm, theme.ink):
            assert differences([hue, other], "all others")[0] >= 20
        for eye in ("protanopes", "deuteranopes"):
            assert min(differences([hue, other], eye)[0] for other in fixed) >= 10


LABELS = (*WELL_KNOWN, "zeros", "LeCun", "orthogonal", "He, seed 1", "Xavier uniform", "mine")


@given(st.lists(st.sampled_from(LABELS), unique=True, max_size=7))
def test_well_known_initializers_have_a_hue_of_their_own_in_every_figure(labels):
    for theme in THEMES.values():
        chosen = initializer_hues(theme, labels)
        assert list(chosen) == labels
        assert len(set(chosen.values())) == len(labels)
        for label, hue in zip(WELL_KNOWN, theme.inits, strict=True):
            assert chosen.get(label, hue) == hue
        if theme.name != "print":  # which has no more than seven greys
            others = {chosen[label] for label in labels if label not in WELL_KNOWN}
            assert others.isdisjoint(theme.inits)


def test_well_known_initializers_are_called_so():
    names = ("std=1", "std=0.01", "xavier", "he")
    assert tuple(get_initializer(name).label for name in names) == WELL_KNOWN


def test_greys_of_a_print_differ_where_they_stand_side_by_side():
    assert min(differences(THEMES["print"].hues[:3], "all others")) >= 7
    assert min(differences(THEMES["print"].inits, "all others")) >= 6
    assert all(len({h[1:3], h[3:5], h[5:7]}) == 1 for h in THEMES["print"].hues)


BUILT_IN = [name for name, each in ACTIVATIONS.items() if name == each.name]
OWN = ["my own", "another"]


@given(st.lists(st.sampled_from([*BUILT_IN, *OWN]), unique=True, max_size=len(BUILT_IN)))
def test_every_activation_has_one_hue_in_all_figures_and_no_two_share_one(names):
    """GELU was hard tanh's purple, and ELU softplus's blue, on two pages of one command."""
    for theme in THEMES.values():
        chosen = hues(theme, names)
        assert list(chosen) == names
        assert len(set(chosen.values())) == len(names)
        for own, hue in zip(BUILT_IN, theme.hues, strict=True):
            assert chosen.get(own, hue) == hue


def test_the_fonts_of_a_context_end_with_it():
    outside = text_width("mmm", 12)
    with context(("DejaVu Sans Mono",)):
        assert text_width("mmm", 12) < outside
        with pytest.raises(ValueError, match="inside"), context(("STIXGeneral",)):
            raise ValueError("inside")
        assert text_width("mmm", 12) == pytest.approx(3 * text_width("i", 12))
    assert text_width("mmm", 12) == outside


@pytest.mark.filterwarnings("ignore")
def test_a_context_leaves_the_user_s_options_alone():
    odd = {"font.size": 3, "text.usetex": True, "path.sketch": (1, 2, 3), "axes.grid": True}
    with matplotlib.rc_context(odd):
        before = dict(matplotlib.rcParams)
        with context():
            inside = dict(matplotlib.rcParams)
        assert dict(matplotlib.rcParams) == before
        with context():
            matplotlib.rcParams["font.size"] = 99
        assert dict(matplotlib.rcParams) == before
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        with context():
            plain = dict(matplotlib.rcParams)
    assert {k: v for k, v in inside.items() if k != "backend"} == {
        k: v for k, v in plain.items() if k != "backend"
    }


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


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_a_book_s_way_to_write_an_initializer_has_its_hue(theme):
    assert initializer_hues(theme, ["std=0.01"])["std=0.01"] == theme.inits[1]
    assert initializer_hues(theme, ["mine", "std=1"])["mine"] != theme.inits[0]


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_more_activations_than_hues_share_them(theme):
    names = [*BUILT_IN, *OWN]
    found = hues(theme, names)
    assert list(found) == names
    assert set(found.values()) <= set(theme.hues)
