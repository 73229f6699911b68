"""What overlay and ridge say of values beyond their axis, against a plain script's raw values.

The script is `oracles.forward`, which knows nothing of histograms: it counts the values themselves.
"""

import numpy as np
import pytest
from drawn import record, written
from matplotlib.colors import to_hex
from oracles import forward

from actviz import plot_overlay, plot_ridge
from actviz.format import plain
from actviz.plot.paper.style import THEMES

SAMPLES, WIDTH, DEPTH = 60, 30, 3


def shares_of(activation: str, init: str, beyond) -> list[float]:
    """Return, in percent and by layer, the share of a plain script's values that are beyond."""
    layers = forward.forward(
        forward.ACTIVATIONS[activation],
        forward.INITIALIZERS[init],
        (WIDTH,) * DEPTH,
        forward.spawned(0),
        samples=SAMPLES,
        input_width=WIDTH,
    )
    return [100 * np.mean(beyond(layer.a)) for layer in layers]


def as_text(shares: list[float]) -> str:
    """From the least to the most, in whole percent; none of them is near 0 or 100."""
    low, high = (f"{share:.0f}" for share in (min(shares), max(shares)))
    return f"{low}%" if low == high else f"{low}–{high}%"


@pytest.mark.parametrize("plot", [plot_overlay, plot_ridge])
@pytest.mark.parametrize(
    ("activation", "init", "fields", "beyond", "mark"),
    [
        ("relu", "std=0.5", {}, lambda a: a > 4.0, "{}▸"),
        ("relu", "he", {"range": (0.0, 0.5)}, lambda a: a > 0.5, "{}▸"),
        ("tanh", "he", {"range": (-0.25, 0.5)}, lambda a: a < -0.25, "◂{}"),
        ("tanh", "he", {"range": (-0.25, 0.5)}, lambda a: a > 0.5, "{}▸"),
        ("relu", "he", {}, lambda a: a == 0.0, "{} are 0"),
    ],
    ids=["beyond 4", "beyond a range", "below a range", "above a range", "zeros"],
)
def test_the_share_is_that_of_the_values_themselves(plot, activation, init, fields, beyond, mark):
    shares = shares_of(activation, init, beyond)
    assert 1 < min(shares) < max(shares) < 99
    shown = record(activation, init, depth=DEPTH, **fields)
    # In words there is a narrow space before the sign, in a mark of a panel there is none.
    texts = plain(" ".join(text.text for text in written(plot([shown])))).replace(" %", "%")
    assert mark.format(as_text(shares)) in texts


@pytest.mark.parametrize("plot", [plot_overlay, plot_ridge])
def test_less_than_a_hundredth_beyond_the_axis_is_not_said(plot):
    shares = shares_of("relu", "xavier", lambda a: a > 1.8)
    assert 0 < min(shares) < 0.9 < 1.1 < max(shares)
    known = plot([record("relu", "xavier", depth=DEPTH, range=(0.0, 1.8))])
    assert f"≤{max(shares):.0f}%▸" in " ".join(text.text for text in written(known))
    shares = shares_of("relu", "he", lambda a: a > 5.0)
    assert 0 < max(shares) < 1
    figure = plot([record("relu", "he", depth=DEPTH, range=(0.0, 5.0))])
    assert not any("▸" in text.text for text in written(figure))


@pytest.mark.parametrize("plot", [plot_overlay, plot_ridge])
@pytest.mark.parametrize(("end", "alarm"), [(1.8, False), (0.5, True)])
def test_what_is_beyond_is_red_from_five_percent_and_zeros_never(plot, end, alarm):
    beyond = shares_of("relu", "xavier", lambda a: a > end)
    assert (max(beyond) >= 5) == alarm
    figure = plot([record("relu", "xavier", depth=DEPTH, range=(0.0, end))])
    theme = THEMES["light"]
    colors = {text.get_text(): to_hex(text.get_color()) for text in figure.texts}
    (above,) = [color for text, color in colors.items() if "▸" in text and "%" in text]
    (zeros,) = [color for text, color in colors.items() if "are 0" in text]
    assert (above, zeros) == (theme.alarm if alarm else theme.muted, theme.muted)
