"""Which fonts cover a text, and how wide it is: the width is what matplotlib draws."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from actviz.errors import SpecError
from actviz.plot.paper import fonts
from actviz.plot.paper.fonts import families, text_width
from actviz.plot.paper.style import context


def test_families_for_what_dejavu_has():
    assert families("σ² ≤ 10⁻³, Ünïcödé ◂▸ −√") == (("DejaVu Sans",), "")


def test_families_name_the_characters_that_nobody_has(monkeypatch):
    monkeypatch.setattr(fonts, "FALLBACK_FONTS", ())
    assert families("标a题标") == (("DejaVu Sans",), "标题")
    # What cannot be seen cannot be missed.
    assert families("\u200d\t\n\0") == (("DejaVu Sans",), "")


def test_families_ask_the_fallbacks_and_take_those_that_help(monkeypatch):
    # Computer Modern's symbols stand where a machine would have a Chinese font.
    monkeypatch.setattr(fonts, "FALLBACK_FONTS", ("No Such Font", "cmr10", "STIXNonUnicode"))
    private = next(
        chr(code)
        for code in sorted(fonts._charmap(fonts._path("STIXNonUnicode", "normal")))
        if code >= 0xE000 and code not in fonts._charmap(fonts._path("DejaVu Sans", "normal"))
    )
    # isprintable() is False for private characters, so that they are not asked for.
    assert families(private) == (("DejaVu Sans",), "")
    monkeypatch.setattr(
        fonts, "_covered", lambda family, missing: missing & {"标"} if family == "cmr10" else set()
    )
    assert families("标题") == (("DejaVu Sans", "cmr10"), "题")


def test_a_family_of_one_s_own_comes_first():
    assert families("a", "STIXGeneral") == (("STIXGeneral", "DejaVu Sans"), "")
    with pytest.raises(SpecError, match="'No Such Font' is not installed"):
        families("a", "No Such Font")


TEXTS = [
    "sigmoid",
    "std = 0.01",
    "7.3×10⁻¹¹",
    "−0.004",
    "<1%▸",
    "◂34%",
    "Only He keeps tanh’s and ReLU’s signal, none keeps sigmoid’s",
    "5 layers of 100 units · 1000 × 100 Gaussian inputs of std 1 · seed 0",
    "Outlined: the units hardly vary over the inputs (within-unit std ≤ 10% of std).",
]


@pytest.mark.wide
@pytest.mark.parametrize("font", ["DejaVu Sans", "DejaVu Sans Mono", "STIXGeneral"])
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_text_width_is_what_is_drawn(weight, font):
    with context((font, "DejaVu Sans")):
        for dpi in (72, 144, 300):
            fig = Figure(figsize=(30, 2), dpi=dpi)
            renderer = FigureCanvasAgg(fig).get_renderer()
            for points in (7, 12, 22.2):
                for text in TEXTS:
                    drawn = fig.text(0, 0, text, fontsize=points, weight=weight)
                    extent = drawn.get_window_extent(renderer).width / dpi
                    planned = text_width(text, points, weight=weight)
                    assert planned == pytest.approx(extent, rel=0.02, abs=1.5 / dpi), text


@pytest.mark.filterwarnings("ignore:Glyph .* missing")
def test_text_width_counts_the_box_for_what_no_font_has():
    with context():
        fig = Figure(dpi=72)
        renderer = FigureCanvasAgg(fig).get_renderer()
        drawn = fig.text(0, 0, "权重", fontsize=20).get_window_extent(renderer).width / 72
        assert text_width("权重", 20) == pytest.approx(drawn, rel=0.02)


def test_text_width_is_additive_and_scales():
    assert text_width("", 12) == 0
    assert text_width("ab", 12) == pytest.approx(text_width("a", 12) + text_width("b", 12))
    assert text_width("abc", 24) == pytest.approx(2 * text_width("abc", 12))
    assert text_width("abc", 12, weight="bold") > text_width("abc", 12)
