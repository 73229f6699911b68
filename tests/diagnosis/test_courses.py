"""What becomes of a signal and a gradient: mean field's word, the record's, and their borders."""

from dataclasses import replace
from math import exp, inf, log, nextafter, sqrt

import numpy as np
import pytest
from handmade import of_gradients, of_stds, record

from actviz.captured.arrays import record_from_arrays
from actviz.diagnosis.course import (
    LEAST_FACTOR,
    LEAST_TOTAL,
    MOST_FACTOR,
    MOST_TOTAL,
    MUCH,
    Becomes,
    Course,
)
from actviz.diagnosis.courses import courses
from actviz.diagnosis.rules import DEFAULT
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate, simulate_many
from actviz.theory.prediction import scales
from actviz.words.told import change

#: What the judge asks a simulation for.
JUDGED = DEFAULT.measuring


def of(activation, init, **fields):
    spec = StackSpec(activation=activation, init=init, **{"samples": 200} | fields)
    (made,) = simulate_many([spec], JUDGED)
    return courses(made)


def words(found):
    return found.signal.becomes, found.gradient.becomes


# --- stacks that an expert knows ----------------------------------------------------------

K, D, G, V, X = Becomes.KEEPS, Becomes.DECLINES, Becomes.GROWS, Becomes.VANISHES, Becomes.EXPLODES


@pytest.mark.parametrize(
    ("activation", "init", "depth", "expected"),
    [
        # The textbook's: 5 layers of 100 units. Pooled, sigmoid's std is kept whatever it says.
        ("sigmoid", "std=1", 5, (K, K)),
        ("sigmoid", "std=0.01", 5, (K, V)),
        ("sigmoid", "xavier", 5, (K, V)),
        ("tanh", "std=1", 5, (K, X)),
        ("tanh", "std=0.01", 5, (V, V)),
        ("tanh", "xavier", 5, (K, K)),
        ("tanh", "he", 5, (K, K)),
        ("relu", "std=1", 5, (X, X)),
        ("relu", "std=0.01", 5, (V, V)),
        ("relu", "xavier", 5, (D, D)),
        ("relu", "he", 5, (K, K)),
        # 2^(-1/2) a layer: a thirtieth is passed in 10 steps, and not in 9.
        ("relu", "xavier", 10, (D, D)),
        ("relu", "xavier", 11, (V, V)),
        # No threshold of a layer: what is lost slowly is kept, however deep.
        ("tanh", "xavier", 20, (K, K)),
        ("tanh", "xavier", 50, (K, K)),
        ("relu", "he", 50, (K, K)),
        ("identity", "orthogonal", 10, (K, K)),
        ("relu", "lecun(gain=2)", 5, (G, G)),
    ],
)
def test_a_known_stack(activation, init, depth, expected):
    assert words(of(activation, init, depth=depth)) == expected


def test_zeros_overflow_underflow_and_what_is_not_there():
    assert words(of("relu", "zeros")) == (Becomes.ZERO, Becomes.ZERO)
    stopped = of("relu", "std=1", depth=60, dtype="float32", samples=20)
    assert words(stopped) == (Becomes.OVERFLOWS, Becomes.ABSENT)
    made = simulate(activation="tanh", init="std=1e-70", depth=8, samples=5, gradients=True)
    lost = courses(made)
    assert words(lost) == (Becomes.UNDERFLOWS, Becomes.UNDERFLOWS)
    assert (lost.signal.layer, lost.gradient.layer) == (
        made.first_underflow_layer,
        made.first_underflow_gradient_layer,
    )
    assert courses(simulate(activation="tanh", init="he", samples=5)).gradient == Course(
        becomes=Becomes.ABSENT
    )
    broken = courses(record({}, {"gradient": {"nonfinite": 2}}, {})).gradient
    assert (broken.becomes, broken.layer) == (Becomes.OVERFLOWS, 2)


def test_a_single_layer_keeps_what_it_has():
    for course in (courses(of_stds(1e9)).signal, courses(of_gradients(1e9)).gradient):
        assert (course.becomes, course.steps, course.total, course.factor) == (K, 0, None, None)
    assert words(of("tanh", "std=1e-3", depth=1)) == (K, K)


# --- thresholds ---------------------------------------------------------------------------


def test_the_thresholds_are_the_documented_ones():
    assert (LEAST_FACTOR, MOST_FACTOR, LEAST_TOTAL, MOST_TOTAL, MUCH) == (
        0.77,
        1 / 0.77,
        0.35,
        3.4,
        30.0,
    )


#: Both ways: sizes from the start to the end, as a record has them.
WAYS = [
    (of_stds, lambda found: found.signal),
    (lambda *sizes: of_gradients(*sizes[::-1]), lambda found: found.gradient),
]

HAIR = 1e-9


@pytest.mark.parametrize(("make", "way"), WAYS)
def test_both_sides_of_every_threshold(make, way):
    def becomes(total, layers):
        return way(courses(make(*np.geomspace(1.0, total, layers)))).becomes

    # Thirtyfold, whatever the factor a layer is.
    for layers in (2, 60):
        assert becomes(MUCH * exp(HAIR), layers) is X
        assert becomes(exp(-HAIR) / MUCH, layers) is V
    assert becomes(MUCH * exp(-HAIR), 2) is G
    assert becomes(exp(HAIR) / MUCH, 2) is D
    assert becomes(MUCH * exp(-HAIR), 60) is becomes(exp(HAIR) / MUCH, 60) is K
    # The factor a layer, once it adds up to something; and the total, where the factor is bad.
    for factor, total, what in ((LEAST_FACTOR, LEAST_TOTAL, D), (MOST_FACTOR, MOST_TOTAL, G)):
        out = HAIR if what is G else -HAIR
        for layers, edge in ((7, factor**6), (2, total)):
            assert becomes(edge * exp(out), layers) is what
            assert becomes(edge * exp(-out), layers) is K


@pytest.mark.parametrize(
    ("make", "way", "sizes"),
    [(*way, sizes) for way in WAYS for sizes in ((1e-300, 1e300), (1e-5, 1.0))]
    + [(*WAYS[0], (5e-324, 1.7e308))],  # a gradient of that size underflows
)
def test_any_growth_explodes_and_any_loss_vanishes(make, way, sizes):
    for given, what in ((sizes, X), (sizes[::-1], V)):
        found = way(courses(make(*given)))
        assert found.becomes is what
        assert 0 <= found.total < inf
        assert found.factor == pytest.approx(found.total, rel=1e-12)


def test_a_signal_that_is_gone_has_vanished():
    gone = courses(of_stds(1.0, 0.0)).signal
    assert (gone.becomes, gone.total, gone.factor) == (V, 0.0, 0.0)
    # Of what begins with nothing there is no total.
    assert courses(of_stds(0.0, 1.0)).signal.total is None


def test_the_ends_decide_whatever_is_between():
    assert courses(of_stds(1.0, 100.0, 1.1)).signal.becomes is K
    assert courses(of_gradients(1.1, 1e-9, 1.0)).gradient.becomes is K


@pytest.mark.parametrize("layers", [2, 5, 30])
def test_total_and_factor_are_the_ends_and_their_root(layers):
    given = courses(of_stds(*np.geomspace(2.0, 0.5, layers))).signal
    assert given.steps == layers - 1
    assert given.total == pytest.approx(0.25, rel=1e-15)
    assert given.factor == pytest.approx(0.25 ** (1 / (layers - 1)), rel=1e-14)


# --- mean field ---------------------------------------------------------------------------


def test_mean_field_is_the_reference_and_has_no_seed():
    """facts.md section 3: ReLU loses half of the mean square a layer, up and back."""
    found = [of("relu", "xavier", seed=seed) for seed in range(5)]
    for each in found:
        assert each.signal.expected == pytest.approx(2**-2, rel=1e-6)
        assert each.gradient.expected == pytest.approx(2**-2, rel=1e-6)
        assert each.signal.judged == each.signal.expected
        assert each.signal.judged_factor == pytest.approx(2**-0.5, rel=1e-6)
        assert not each.signal.differs
    assert len({each.signal.total for each in found}) == 5
    kept = of("relu", "he").gradient
    assert kept.judged == pytest.approx(1.0, rel=1e-6)
    assert kept.total != kept.judged


def test_the_reference_is_that_of_the_theory_s_room():
    spec = StackSpec(activation="tanh", init="std=0.2", depth=6, samples=50)
    layers = scales(spec)
    found = of("tanh", "std=0.2", depth=6, samples=50)
    assert found.signal.expected == layers[-1][0] / layers[0][0]
    assert found.gradient.expected == layers[0][1] / layers[-1][1]


@pytest.mark.parametrize(
    ("fields", "known"),
    [
        ({"init": "he"}, True),
        ({"init": "orthogonal"}, True),
        ({"init": "identity"}, False),
        ({"init": "ones"}, False),
        ({"init": "he", "width": 16}, True),
        # Narrower layers are judged by the simulation alone.
        ({"init": "he", "width": 15}, False),
        ({"init": "he", "width": (40, 40, 15, 40)}, False),
        ({"init": "he", "width": (40, 40, 40, 10)}, False),
        ({"init": "he", "depth": 1}, False),
        ({"init": "std=1e200", "activation": "identity", "depth": 1}, False),
    ],
)
def test_where_mean_field_has_a_word(fields, known):
    found = of(
        fields.get("activation", "tanh"), **{k: v for k, v in fields.items() if k != "activation"}
    )
    for course in (found.signal, found.gradient):
        assert (course.expected is not None) is known
        if not known:
            assert course.judged == course.total
            assert not course.differs


def test_recorded_layers_have_no_reference():
    rng = np.random.default_rng(0)
    layers = {
        name: {"activation": rng.normal(size=(50, 20)), "gradient": rng.normal(size=(50, 20))}
        for name in "ab"
    }
    found = courses(record_from_arrays(layers, activation="tanh"))
    assert words(found) == (K, K)
    assert found.signal.expected is found.gradient.expected is None


def test_a_record_that_differs_from_mean_field_is_judged_by_itself():
    """At 3 standard deviations between seeds: those of ln(total), by Hanin & Rolnick (2018)."""
    width, layers = 20, 5
    spread = sqrt((layers - 1) * np.log1p(5 / width)) / 2
    expected = courses(of_stds(*[1.0] * layers, width=width, init="he")).signal.expected
    for sign in (-1, 1):
        for times, differs in ((3 - HAIR, False), (3 + HAIR, True)):
            total = expected * exp(sign * times * spread)
            stds = np.geomspace(1.0, total, layers)
            found = courses(of_stds(*stds, width=width, init="he")).signal
            assert found.differs is differs
            assert found.judged == (pytest.approx(total) if differs else expected)
            assert found.to_dict()["differs"] is differs
    # Far away: its own word, not mean field's "keeps".
    far = courses(of_stds(*np.geomspace(1.0, 1e-4, layers), width=width, init="he")).signal
    assert (far.becomes, far.differs) == (V, True)
    back = courses(of_gradients(1e4, 1.0, 1.0, width=width, init="he")).gradient
    assert (back.becomes, back.differs) == (X, True)


@pytest.mark.parametrize(("activation", "init"), [("relu", "he"), ("tanh", "xavier")])
def test_seeds_hardly_ever_differ_from_mean_field(activation, init):
    """Three standard deviations of a nearly normal logarithm: 0.3 % of both courses of 30 seeds."""
    specs = [
        StackSpec(activation=activation, init=init, width=20, samples=50, seed=seed)
        for seed in range(30)
    ]
    found = [courses(each) for each in simulate_many(specs, JUDGED)]
    apart = sum(each.signal.differs + each.gradient.differs for each in found)
    assert apart <= 1


# --- widths -------------------------------------------------------------------------------


@pytest.mark.parametrize("widths", [(20, 80), (80, 20), (30, 50, 30)])
def test_what_the_widths_alone_do_to_the_gradient_is_taken_out(widths):
    """Layer by layer √(fan_out / fan_in): in all, the root of last over first."""
    sizes = np.geomspace(3.0, 2.0, len(widths))
    found = courses(of_gradients(*sizes, width=widths, init="identity")).gradient
    assert found.widths == pytest.approx(sqrt(widths[-1] / widths[0]))
    assert found.total == pytest.approx(1.5 / found.widths)
    signal = courses(of_stds(1.0, 2.0, width=(20, 80), init="identity")).signal
    assert (signal.widths, signal.total) == (1.0, 2.0)


@pytest.mark.parametrize("widths", [(400, 100, 25), (25, 100, 400)])
def test_he_keeps_the_gradient_through_unequal_widths(widths):
    """He divides by fan_in: back through (fan_in, fan_out) the rms is √(fan_out / fan_in)."""
    found = of("relu", "he", width=widths, input_width=widths[0], samples=300)
    assert found.gradient.becomes is K
    assert found.gradient.expected == pytest.approx(1.0, rel=1e-6)
    assert found.gradient.widths == pytest.approx(sqrt(widths[-1] / widths[0]))
    assert abs(log(found.gradient.total)) < 3 * sqrt(sum(np.log1p(5 / n) for n in widths[1:])) / 2


# --- words --------------------------------------------------------------------------------


@pytest.mark.parametrize("becomes", [D, G, V, X])
@pytest.mark.parametrize("total", [0.3, 2.9, 0.9, 1.3])
@pytest.mark.parametrize("steps", [4, 29, 200])
def test_no_factor_that_rounds_to_one_stands_beside_a_change(becomes, total, steps):
    said = change(Course(becomes=becomes, steps=steps, total=total))
    assert "×1.0 a" not in said
    assert "×1 a" not in said
    if 0.95 < total ** (1 / steps) < 1.05 and f"{total ** (1 / steps):.2g}" == "1":
        assert said.endswith(f" over {steps + 1} layers")


def test_a_change_says_where_the_widths_are_taken_out():
    course = Course(becomes=D, steps=4, total=0.25)
    assert change(course) == "×0.71 a layer"
    assert change(replace(course, widths=2.0)) == "×0.71 a layer beyond widths"
    slow = Course(becomes=X, steps=29, total=2.9, widths=0.5)
    assert change(slow) == "×2.9 over 30 layers beyond widths"
    assert change(Course(becomes=Becomes.ZERO)) == ""


def test_as_plain_types():
    found = courses(of_stds(1.0, 0.25, nextafter(0.25, 0))).signal.to_dict()
    assert found == {
        "becomes": "declines",
        "factor": pytest.approx(0.5),
        "total": pytest.approx(0.25),
        "widths": 1.0,
        "mean_field": None,
        "differs": False,
        "layer": None,
    }
    assert type(found["becomes"]) is str
