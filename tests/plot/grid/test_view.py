"""plot_grid: what it accepts, what it refuses, and the Figure it returns."""

import pytest
from drawn import FOUR, THREE, record, records, written
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from actviz import plot_grid, plot_textbook
from actviz.errors import SpecError
from actviz.plot.paper.style import SIZES, THEMES, get_size
from actviz.words.stacks import finding
from actviz.words.told import tell


@pytest.mark.parametrize("plot", [plot_grid, plot_textbook])
@pytest.mark.parametrize(
    ("options", "fragment"),
    [
        ({"signal": "gradients"}, r"signal must be preactivation or activation .* 'gradients'\)"),
        ({"share_y": "some"}, "share_y must be row or column or all or none"),
        ({"values": "mass"}, "values must be density or count"),
        ({"size": "slid"}, "did you mean 'slide'"),
        ({"size": "1x1"}, "from 1.5 to 60 inches"),
        ({"theme": "drak"}, "did you mean 'dark'"),
        ({"font": "No Such Font"}, "not installed"),
    ],
)
def test_options_that_are_wrong(plot, options, fragment):
    with pytest.raises(SpecError, match=fragment):
        plot([record("tanh", "he")], **options)


@pytest.mark.parametrize("plot", [plot_grid, plot_textbook])
def test_records_that_make_no_figure(plot):
    with pytest.raises(SpecError, match="at least one record"):
        plot([])
    with pytest.raises(SpecError, match="different histogram edges"):
        plot([record("tanh", "he"), record("tanh", "xavier", bins=20)])


@pytest.mark.parametrize("plot", [plot_grid, plot_textbook])
@pytest.mark.parametrize("size", [*SIZES, "10x5.6"])
def test_the_figure_has_the_size_it_was_asked_for(plot, size):
    fig = plot([record("tanh", "he")], size=size, theme="dark")
    wanted = get_size(size)
    width, height = fig.get_size_inches()
    assert width == pytest.approx(wanted.width)
    assert wanted.height is None or height == pytest.approx(wanted.height)
    assert fig.dpi == wanted.dpi
    assert to_hex(fig.get_facecolor()) == THEMES["dark"].page
    assert isinstance(fig, Figure)


def test_names_and_objects_mean_the_same():
    made = [
        plot_grid([record("tanh", "he")], size=size, theme=theme)
        for size, theme in (("column", "dark"), (SIZES["column"], THEMES["dark"]))
    ]
    one, other = ([(i.text, i.box.extents.tolist()) for i in written(fig)] for fig in made)
    assert one == other


def test_the_title_is_the_finding_or_one_s_own_or_none():
    asked = records(["tanh"], ["he", "std=0.01"])
    assert written(plot_grid(asked))[0].text == finding(tell(asked))
    assert written(plot_grid(asked, title="$5 & <b>"))[0].text == "$5 & <b>"
    assert written(plot_grid(asked, title=""))[0].text.startswith("5 layers")


def test_hues_belong_to_activations():
    fig = plot_grid(records(THREE, ["he"]))
    light = THEMES["light"]
    headings = {i.text: to_hex(i.artist.get_color()) for i in written(fig)}
    assert [headings[name] for name in ("sigmoid", "tanh", "ReLU")] == list(light.hues[:3])


def test_bars_are_the_record_s_densities():
    """From the Record to the patch, for all panels of a figure that nothing is written on."""
    asked = [record("tanh", init, width=100, samples=200) for init in FOUR[:3]]
    fig = plot_grid(asked)
    assert len(fig.axes) == 3
    for ax, r in zip(fig.axes, asked, strict=True):
        (patch,) = ax.patches
        values = patch.get_data().values.tolist()
        panels = [values[31 * i : 31 * i + 30] for i in range(5)]
        densities = [layer["activation"].histogram.density() for layer in r.layers]
        top = max(max(d.max() for d in densities), 0.5)
        for heights, density in zip(panels, densities, strict=True):
            assert heights == pytest.approx((density / top).tolist())
