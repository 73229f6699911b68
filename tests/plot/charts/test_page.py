"""The page around the fields: names, ticks, marks and the key; and nothing global is touched."""

from itertools import pairwise

import matplotlib
import pytest
from charts.maps import a_map, of_chance
from charts.phases import a_phase
from charts.test_fields import a_chart
from drawn import texts_of, written

from actviz.files.images import Metadata, write_figure
from actviz.plot.charts.map import plot_map
from actviz.plot.charts.page import draw_chart
from actviz.plot.charts.phase import plot_phase
from actviz.plot.paper.style import look_of


def test_what_a_chart_says_is_written():
    texts = texts_of(draw_chart(a_chart(), look_of("slide", "light")))
    assert {"A title", "row", "column", "one", "thirty", "across", "up", "0"} <= set(texts)


@pytest.mark.heavy
def test_below_the_title_of_four_activations_is_one_line_on_a_stage():
    names = ("sigmoid", "tanh", "relu", "gelu")
    for (figure,) in (
        plot_map(a_map(*names), size="stage"),
        plot_phase(a_phase(*names), size="stage"),
    ):
        (said,) = [text for text in texts_of(figure) if "GELU " in text]
        assert said.startswith(
            ("Mean field at 50 layers: sigmoid ", "χ = 1 at weight std: sigmoid ")
        )
    (figure,) = plot_map(a_map("tanh"), size="stage")
    assert any(text.startswith("Kept at 50 layers by mean") for text in texts_of(figure))


@pytest.mark.heavy
def test_four_long_names_are_whole_on_a_stage_and_stand_apart():
    names = ("leaky_relu", "hard_tanh", "softplus", "selu")
    for (figure,) in (
        plot_map(a_map(*names), size="stage"),
        plot_phase(a_phase(*names), size="stage"),
        plot_map(of_chance(*names), size="stage"),
    ):
        place = {item.text: item.box for item in written(figure)}
        boxes = [place[name] for name in ("leaky ReLU", "hard tanh", "softplus", "SELU")]
        assert all(left.x1 + 5 < right.x0 for left, right in pairwise(boxes))


def test_a_narrow_page_names_both_axes_below():
    texts = texts_of(draw_chart(a_chart(), look_of("column", "light")))
    assert "up, over across" in texts
    assert "up" not in texts


def test_the_names_of_the_axes_stay_between_the_margins():
    for bias_std in (0.051, 0.051234):
        (figure,) = plot_map(a_map("tanh", width=1000, bias_std=bias_std), size="2.4x3")
        (said,) = [one for one in written(figure) if one.text.endswith(f"std {bias_std}")]
        edge = min(one.box.x0 for one in written(figure) if one.artist.get_weight() == "bold")
        assert edge - 0.5 <= said.box.x0
        assert said.box.x1 <= 72 * 2.4 - edge + 0.5


def test_activations_are_rows_where_a_page_is_narrow():
    (figure,) = plot_map(a_map(), size="column")
    place = {item.text: item.box for item in written(figure)}
    assert place["sigmoid"].y0 > place["tanh"].y0 > place["ReLU"].y0
    assert place["signal"].x0 < place["gradient"].x0


def test_every_activation_has_its_own_colours_in_the_key_of_chances():
    (figure,) = plot_map(of_chance("sigmoid", "tanh", "relu"))
    ramps = [image for ax in figure.axes for image in ax.images]
    ends = {tuple(image.get_cmap()(1.0)) for image in ramps}
    assert (len(ramps), len(ends)) == (3, 3)


@pytest.mark.parametrize("suffix", ["svg", "pdf"])
def test_the_same_map_is_the_same_file(tmp_path, suffix):
    about = Metadata(title="", description="", command="", specs="", software="")
    for name in ("one", "two"):
        (figure,) = plot_map(a_map("relu"))
        write_figure(figure, tmp_path / f"{name}.{suffix}", about)
    one, two = ((tmp_path / f"{name}.{suffix}").read_bytes() for name in ("one", "two"))
    assert one == two


def test_a_user_s_settings_are_left_alone():
    plot_map(a_map("relu"))  # what seaborn itself does as it is imported is done
    matplotlib.rcParams["lines.linewidth"] = 3.25
    before = dict(matplotlib.rcParams)
    plot_map(a_map("relu"))
    assert dict(matplotlib.rcParams) == before
    matplotlib.rcdefaults()
