"""The verdict: canonical stacks, every kind, and both sides of every threshold by a hair."""

from dataclasses import replace
from math import exp, inf, log, nextafter, sqrt

import numpy as np
import pytest
from handmade import judged, of_gradients, of_stds, record

from actviz.captured.arrays import record_from_arrays
from actviz.diagnosis import calibration
from actviz.diagnosis.chance import threshold
from actviz.diagnosis.course import MOST_FACTOR, MUCH, Becomes
from actviz.diagnosis.courses import courses
from actviz.diagnosis.findings import Kind, Severity, State, Unknown
from actviz.diagnosis.remedies import prescribe
from actviz.diagnosis.rules import DEFAULT
from actviz.diagnosis.verdict import collapsed, diagnose, verdict
from actviz.errors import UnknownNameError
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate, simulate_many
from actviz.words.findings import sentence


def kinds(findings):
    return {(each.kind, each.severity) for each in findings.stack}


# --- stacks that an expert knows ----------------------------------------------------------

LOST, PALE, FULL = {State.LOST}, {State.PALE}, {State.FULL}

CANONICAL = [
    ("sigmoid", "xavier", 5, {Kind.COLLAPSED}, LOST),
    ("sigmoid", "std=0.01", 5, {Kind.COLLAPSED}, LOST),
    # Saturated, and still the one that trains where it is shallow.
    ("sigmoid", "std=1", 5, {Kind.HEALTHY}, PALE),
    ("tanh", "std=0.01", 5, {Kind.VANISHING_GRADIENT}, LOST),
    ("tanh", "std=1", 5, {Kind.EXPLODING_GRADIENT}, PALE),
    ("tanh", "std=1", 10, {Kind.EXPLODING_GRADIENT}, LOST),
    ("tanh", "xavier", 5, {Kind.HEALTHY}, FULL),
    ("tanh", "xavier", 10, {Kind.HEALTHY}, FULL),
    ("tanh", "xavier", 50, {Kind.HEALTHY, Kind.VANISHING_GRADIENT}, FULL | PALE),
    ("relu", "he", 5, {Kind.HEALTHY}, FULL),
    ("relu", "he", 10, {Kind.HEALTHY}, FULL),
    # Trained, it reaches .43: its inputs spread in one or two directions.
    ("relu", "he", 50, {Kind.HEALTHY, Kind.FEW_DIRECTIONS}, LOST | PALE),
    ("relu", "orthogonal(gain=1.414)", 20, {Kind.HEALTHY}, FULL),
    ("relu", "xavier", 5, {Kind.HEALTHY}, PALE),
    ("relu", "xavier", 20, {Kind.VANISHING_GRADIENT}, LOST | PALE),
    ("relu", "xavier", 50, {Kind.VANISHING_GRADIENT}, LOST),
    ("relu", "std=1", 50, {Kind.EXPLODING_GRADIENT}, LOST),
    ("identity", "xavier", 10, {Kind.HEALTHY}, FULL),
    ("identity", "orthogonal", 10, {Kind.HEALTHY}, FULL),
    ("selu", "lecun", 10, {Kind.HEALTHY}, FULL),
    ("relu", "zeros", 5, {Kind.DEAD_UNITS}, LOST),
    ("sigmoid", "zeros", 5, {Kind.SYMMETRIC_UNITS}, LOST),
    ("tanh", "ones", 5, {Kind.SYMMETRIC_UNITS}, LOST),
]


@pytest.mark.wide
@pytest.mark.parametrize(("activation", "init", "depth", "verdicts", "states"), CANONICAL)
def test_the_verdict_on_a_known_stack_is_the_same_for_every_seed(
    activation, init, depth, verdicts, states
):
    spec = StackSpec(activation=activation, init=init, depth=depth, samples=200)
    measuring = DEFAULT.measuring
    records = simulate_many([replace(spec, seed=seed) for seed in range(3)], measuring)
    several = [diagnose(each) for each in records]
    assert {each.verdict for each in several} <= verdicts
    assert {each.state for each in several} <= states
    assert [verdict(each) for each in records] == [each.verdict for each in several]


def test_what_else_is_wrong_with_the_textbook_stacks():
    def found(activation, init):
        stack = simulate(activation=activation, init=init, gradients=True, samples=300)
        return {each.kind for each in diagnose(stack).stack}

    assert found("sigmoid", "xavier") == {Kind.COLLAPSED, Kind.VANISHING_GRADIENT}
    assert found("tanh", "std=0.01") == {Kind.VANISHING_SIGNAL, Kind.VANISHING_GRADIENT}
    assert found("tanh", "std=1") == {Kind.SATURATED, Kind.EXPLODING_GRADIENT}
    assert found("relu", "xavier") == {
        Kind.HEALTHY,
        Kind.VANISHING_SIGNAL,
        Kind.VANISHING_GRADIENT,
    }
    # Its gradient is kept, by few entries.
    assert found("sigmoid", "std=1") == {Kind.HEALTHY, Kind.SATURATED, Kind.FEW_ENTRIES}
    assert Kind.VANISHING_GRADIENT in found("relu", "zeros")


def test_the_gradient_s_loss_of_sigmoid_with_xavier_is_the_published_one():
    """facts.md section 2: 6.5e-4 in layer 1 and 0.23 in layer 5, 4.2 times a layer."""
    stack = simulate(activation="sigmoid", init="xavier", gradients=True)
    (factor,) = (f for f in diagnose(stack).stack if f.measure == "gradient factor a layer")
    assert factor.value == pytest.approx((6.5e-4 / 0.23) ** (1 / 4), rel=0.03)
    assert 1 / factor.value == pytest.approx(4.2, rel=0.05)


# --- both sides of every threshold --------------------------------------------------------

HAIR = 1e-9


def sides(make, at, kind, severity, *, profile="default", above=True, hair=HAIR):
    """Assert that a number is found on the bad side of `at`, and not on the other."""
    bad, good = (at + hair, at - hair) if above else (at - hair, at + hair)
    worst = diagnose(make(bad), profile)
    assert (kind, severity) in kinds(worst)
    assert (kind, severity) not in kinds(diagnose(make(good), profile))
    return worst


W, E = Severity.WARNING, Severity.ERROR


@pytest.mark.parametrize(
    ("field", "at", "kind", "severity"),
    [
        ("dead_unit_fraction", 0.95, Kind.DEAD_UNITS, E),
        ("dead_unit_fraction", 0.75, Kind.DEAD_UNITS, W),
        ("mean_cosine", 0.9999, Kind.COLLAPSED, E),
    ],
)
def test_a_number_of_a_layer(field, at, kind, severity):
    found = sides(lambda v: record({}, {field: v}), at, kind, severity)
    assert found.verdict is kind
    whole, layer = found.findings
    assert (whole.layer, whole.layers, layer.layer) == (None, (2,), 2)
    assert whole.value == layer.value == at + HAIR
    assert whole.threshold == layer.threshold == pytest.approx(at)


@pytest.mark.parametrize(
    ("field", "at", "kind", "above"),
    [
        ("saturated_fraction", 1 / 3, Kind.SATURATED, True),
        ("effective_rank", 3.0, Kind.FEW_DIRECTIONS, False),
    ],
)
def test_a_number_that_is_told_and_leaves_a_stack_healthy(field, at, kind, above):

    def made(value):  # wide enough to be asked for its directions, and without a chance
        return record({}, {field: value}, width=20, gradients=False)

    found = sides(made, at, kind, Severity.INFO, above=above)
    assert found.verdict is Kind.HEALTHY
    assert not found.reaches(W)


def test_a_gradient_that_few_entries_carry():
    def carried(share, zeros=0.0):
        fields = {"median_magnitude": share, "std": 1.0, "zero_fraction": zeros}
        return record({"gradient": fields}, {})

    found = sides(carried, 0.1, Kind.FEW_ENTRIES, Severity.INFO, above=False)
    assert (found.verdict, found.slow) == (Kind.HEALTHY, ())
    # Half of ReLU's gradients are 0, as they should be.
    assert len(diagnose(carried(0.0, zeros=0.5)).stack) == 1
    # Where the gradient is lost, that is what is said of it.
    lost = record({"gradient": {"median_magnitude": 0.0, "rms": 0.01}}, {})
    assert {each.kind for each in diagnose(lost).stack} == {Kind.VANISHING_GRADIENT}


def test_the_spread_within_units():
    sides(lambda v: record({"within_unit_std": v}), 0.1, Kind.COLLAPSED, W, above=False)
    within = record({"within_unit_std": 0.1, "std": 1.0}).layers[0]
    assert collapsed(within)
    assert not collapsed(record({"within_unit_std": nextafter(0.1, 1)}).layers[0])
    assert collapsed(record({"std": 0.0, "within_unit_std": 0.0}).layers[0])
    for field in ("std", "within_unit_std"):
        assert not collapsed(record({field: None}).layers[0])


# --- units that are one and the same ------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "init", "expected"),
    [
        ({"between_unit_std": 0.0, "effective_rank": 1.0}, "he", Kind.SYMMETRIC_UNITS),
        ({"between_unit_std": 0.0, "effective_rank": 1.0 + 1e-9}, "he", Kind.SYMMETRIC_UNITS),
        # As every normalized layer has it: no spread between means, and many directions.
        ({"between_unit_std": 0.0, "effective_rank": 1.001}, "he", Kind.HEALTHY),
        ({"between_unit_std": 0.0}, "ones", Kind.HEALTHY),
        ({"between_unit_std": 5e-324, "effective_rank": 1.0}, "he", Kind.HEALTHY),
        ({"between_unit_std": None, "effective_rank": 1.0}, "he", Kind.HEALTHY),
        # Not measured: the weights must be one number.
        ({"between_unit_std": 0.0, "effective_rank": None}, "constant=0.63", Kind.SYMMETRIC_UNITS),
        ({"between_unit_std": 0.0, "effective_rank": None}, "he", Kind.HEALTHY),
    ],
)
def test_the_std_between_units_that_are_one_and_the_same(fields, init, expected):
    assert verdict(record(fields, {}, init=init)) is expected


@pytest.mark.parametrize("init", ["ones", "constant=0.63", "constant=-0.01"])
@pytest.mark.parametrize("width", [20, 140])
def test_units_of_constant_weights_are_all_the_same(init, width):
    made = simulate(activation="tanh", init=init, width=width, samples=50, gradients=True)
    found = diagnose(made)
    assert (found.verdict, found.chance) == (Kind.SYMMETRIC_UNITS, 0.0)
    assert found.stack[0].layers == (1, 2, 3, 4, 5)


@pytest.mark.parametrize("width", [20, 200])
def test_a_normalized_layer_is_not_symmetric(width):
    values = np.random.default_rng(0).normal(size=(64, width))
    normal = (values - values.mean(axis=0)) / values.std(axis=0)
    # Means that are exactly 0, as a symmetric batch has them.
    normal = np.concatenate([normal, -normal])
    made = record_from_arrays({"a": normal, "b": normal}, activation="tanh")
    assert made.layers[0]["activation"].stats.between_unit_std == 0
    assert verdict(made) is Kind.HEALTHY


def test_a_single_unit_and_random_weights_are_not_symmetric():
    for fields in ({"init": "ones", "width": 1}, {"init": "xavier", "width": 20}):
        made = simulate(activation="tanh", samples=50, gradients=True, **fields)
        assert Kind.SYMMETRIC_UNITS not in {each.kind for each in diagnose(made).findings}


def test_dead_layers_are_called_dead_before_they_are_called_symmetric():
    zeros = {"dead_unit_fraction": 1.0, "between_unit_std": 0.0, "effective_rank": 1.0}
    found = diagnose(record(zeros, zeros, init="zeros"))
    assert [each.kind for each in found.stack[:2]] == [Kind.DEAD_UNITS, Kind.SYMMETRIC_UNITS]
    assert diagnose(simulate(activation="relu", init="zeros", samples=9)).verdict is Kind.DEAD_UNITS


# --- the stack ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "grows", "fades"),
    [
        (of_stds, Kind.EXPLODING_SIGNAL, Kind.VANISHING_SIGNAL),
        (
            lambda *sizes: of_gradients(*sizes[::-1]),
            Kind.EXPLODING_GRADIENT,
            Kind.VANISHING_GRADIENT,
        ),
    ],
)
def test_what_grows_or_fades_over_the_stack(make, grows, fades):
    # Through many layers, so that the factor a layer is no matter.
    for at, severity in ((30.0, W), (1e3, E)):
        sides(lambda v: make(*np.geomspace(1.0, v, 60)), at, grows, severity)
    for at, severity in ((1 / 30, W), (1e-3, E)):
        sides(lambda v: make(*np.geomspace(1.0, v, 60)), at, fades, severity, above=False)
    # A factor a layer: 0.77, once it adds up to 0.35.
    layers = 6
    for sign, kind in ((-1, fades), (1, grows)):
        edge = exp(sign * -log(0.77) * (layers - 1))
        one, other = edge * exp(sign * HAIR), edge * exp(-sign * HAIR)
        assert (kind, W) in kinds(diagnose(make(*np.geomspace(1.0, one, layers))))
        assert kinds(diagnose(make(*np.geomspace(1.0, other, layers)))) == {
            (Kind.HEALTHY, Severity.INFO)
        }
        short = 0.35 if sign < 0 else 3.4
        assert verdict(make(1.0, short * exp(sign * HAIR))) is kind
        assert verdict(make(1.0, short * exp(-sign * HAIR))) is Kind.HEALTHY


def test_the_ends_of_the_range_of_floats_and_a_single_layer():
    for stds in ((5e-324, 1.7e308), (1e-300, 1e300)):
        assert verdict(of_stds(*stds)) is Kind.EXPLODING_SIGNAL
        assert verdict(of_stds(*reversed(stds))) is Kind.VANISHING_SIGNAL
        for each in diagnose(of_stds(*stds)).findings:
            assert -inf < each.value < inf
    assert verdict(of_stds(1.0, 0.0)) is Kind.VANISHING_SIGNAL
    assert verdict(of_stds(1e9)) is Kind.HEALTHY
    assert verdict(record({"std": None}, {"std": None})) is Kind.HEALTHY


def test_gradients_that_are_all_zero_or_not_finite_are_named():
    def zeros(share):
        return record({"gradient": {"zero_fraction": share, "rms": 1.0}}, {})

    sides(zeros, 0.99, Kind.VANISHING_GRADIENT, E)
    none = record({"gradient": {"zero_fraction": 1.0, "rms": 0.0}}, {})
    found = diagnose(none)
    assert "share of gradients that are exactly 0" in {each.measure for each in found.stack}
    assert not any("underflow" in each.measure for each in found.stack)
    broken = diagnose(record({}, {"gradient": {"nonfinite": 2}}, {}))
    assert (broken.verdict, broken.stack[0].value) == (Kind.NON_FINITE, 2)
    assert broken.stack[0].layers == (2,)


def test_underflow_is_named_as_what_it_is():
    made = simulate(activation="tanh", init="std=1e-70", depth=8, samples=5, gradients=True)
    found = diagnose(made)
    underflows = [each for each in found.stack if each.measure.startswith("underflow")]
    assert {each.kind for each in underflows} == {Kind.VANISHING_SIGNAL, Kind.VANISHING_GRADIENT}
    # Zeros from there on are no dead units, and no constant, and not all alike.
    assert {each.kind for each in found.findings} == {each.kind for each in underflows}
    lost = made.first_underflow_layer, made.first_underflow_gradient_layer
    assert [each.layers for each in underflows] == [(lost[0],), (lost[1],)]


def test_a_stack_that_stops_being_finite():
    made = simulate(
        activation="relu", init="std=1", depth=60, dtype="float32", samples=20, gradients=True
    )
    found = diagnose(made)
    assert found.verdict is Kind.NON_FINITE
    assert found.stack[0].layers == (made.first_nonfinite_layer,)
    assert not found.has_gradients
    assert "recorded" not in sentence(found)


def test_without_gradients_nothing_is_said_of_them_and_that_is_said():
    alone = diagnose(record({}, {}, gradients=False))
    assert alone.verdict is Kind.HEALTHY
    assert sentence(alone) == "tanh with he is healthy (its gradients were not recorded)"
    assert not alone.to_dict()["has_gradients"]
    both = diagnose(simulate(activation="sigmoid", init="xavier", samples=50))
    assert {each.kind for each in both.stack} == {Kind.COLLAPSED}


# --- the chance judges --------------------------------------------------------------------

LOWER, UPPER = calibration.CUTS


def test_healthy_is_never_spoiled_by_what_is_slow():
    found = diagnose(judged({}, {"saturated_fraction": 0.4}, {"saturated_fraction": 0.4}))
    assert (found.verdict, found.severity, found.state) == (
        Kind.HEALTHY,
        Severity.INFO,
        State.PALE,
    )
    assert [each.kind for each in found.slow] == [Kind.SATURATED]
    assert not found.reaches(W)
    head = found.findings[0]
    assert (head.value, head.threshold) == (found.chance, UPPER)
    assert head.measure == "chance to train by plain gradient descent"


def test_what_a_rule_finds_is_no_worse_than_the_chance():
    """A signal that is lost, whose gradient is not, as where later layers make up for it."""
    alone = diagnose(judged({}, {"std": 1e-4, "within_unit_std": 1e-6}, gradients=False))
    assert alone.severity is E
    with_chance = diagnose(judged({}, {"std": 1e-4, "within_unit_std": 1e-6}))
    assert with_chance.chance > UPPER
    assert {each.severity for each in with_chance.findings} == {Severity.INFO}
    assert {each.kind for each in with_chance.findings if each.layer} == {Kind.COLLAPSED}
    assert with_chance.state is State.PALE


@pytest.mark.parametrize(
    ("grown", "severity", "state"), [(1.01, E, State.LOST), (0.99, W, State.PALE)]
)
def test_the_verdict_is_what_took_most_with_its_number_and_the_cut_s(grown, severity, state):
    kind = Kind.EXPLODING_GRADIENT
    at = threshold(kind, LOWER) ** grown
    found = diagnose(of_gradients(at, 1.0, 1.0, make=judged))
    head, *others = found.stack
    assert (head.kind, head.severity, head.layers) == (kind, severity, ())
    assert head.value == pytest.approx(at)
    assert head.threshold == threshold(kind, LOWER if severity is E else UPPER)
    assert head.source.startswith("our own: alone it would bring the chance to ")
    assert found.state is state
    # Its own number is not told twice, and the factor a layer is no worse than the verdict.
    assert [(each.measure, each.severity) for each in others] == [("gradient factor a layer", W)]


def test_a_hard_fact_comes_first_and_is_the_verdict():
    found = diagnose(judged({"gradient": {"rms": 1e-9}}, {"mean_cosine": 1.0}))
    assert [each.kind for each in found.stack[:2]] == [Kind.COLLAPSED, Kind.VANISHING_GRADIENT]
    assert (found.chance, found.severity) == (0.0, E)
    # What only warns of the same is no fact.
    warned = diagnose(judged({}, {"dead_unit_fraction": 0.8}))
    assert warned.chance > UPPER


def test_a_gradient_that_took_the_chance_is_not_said_to_be_kept():
    """Little a layer, and too much over the stack."""
    at = threshold(Kind.EXPLODING_GRADIENT, UPPER) * 1.01
    assert at < MUCH
    assert at < MOST_FACTOR**39
    made = of_gradients(*np.geomspace(at, 1.0, 40), make=judged)
    assert courses(made).gradient.becomes is Becomes.KEEPS
    found = diagnose(made)
    assert (found.verdict, found.severity) == (Kind.EXPLODING_GRADIENT, W)
    assert found.courses.gradient == replace(courses(made).gradient, becomes=Becomes.GROWS)
    assert found.courses.signal == courses(made).signal
    # What was no "keeps" stays what it was.
    more = of_gradients(2 * MUCH, 1.0, make=judged)
    assert diagnose(more).courses == courses(more)


def test_a_flat_half_is_no_saturation_where_there_is_no_bound():
    assert verdict(record({"saturated_fraction": 0.9}, activation="relu")) is Kind.HEALTHY


# --- the findings as a value --------------------------------------------------------------


def test_errors_before_warnings_and_causes_before_what_follows():
    found = diagnose(
        record({}, {"saturated_fraction": 0.4, "mean_cosine": 1.0, "dead_unit_fraction": 0.8})
    )
    assert [each.kind for each in found.stack] == [
        Kind.COLLAPSED,
        Kind.DEAD_UNITS,
        Kind.SATURATED,
    ]
    assert (found.verdict, found.severity) == (Kind.COLLAPSED, E)
    assert found.reaches(W)
    assert found.reaches(E)
    mild = diagnose(record({"dead_unit_fraction": 0.8}))
    assert mild.reaches(W)
    assert not mild.reaches(E)
    assert not diagnose(record({})).reaches(W)


def test_the_stack_has_the_worst_of_its_layers():
    found = diagnose(record(*({"dead_unit_fraction": s} for s in (0.8, 0.1, 0.97, 0.96))))
    whole, *layers = found.findings
    assert (whole.severity, whole.value, whole.layers) == (E, 0.97, (1, 3, 4))
    assert [(each.layer, each.severity) for each in layers] == [(1, W), (3, E), (4, E)]


@pytest.mark.parametrize(
    ("findings", "chance", "state"),
    [
        ([(Kind.COLLAPSED, E)], 0.0, State.LOST),
        ([(Kind.VANISHING_SIGNAL, E)], None, State.LOST),
        ([(Kind.VANISHING_GRADIENT, W)], 0.5, State.PALE),
        ([(Kind.VANISHING_GRADIENT, W)], None, State.PALE),
        ([(Kind.HEALTHY, Severity.INFO)], 0.9, State.FULL),
        ([(Kind.HEALTHY, Severity.INFO), (Kind.FEW_ENTRIES, Severity.INFO)], 0.9, State.FULL),
        ([(Kind.HEALTHY, Severity.INFO), (Kind.FEW_DIRECTIONS, Severity.INFO)], 0.9, State.PALE),
        ([(Kind.HEALTHY, Severity.INFO), (Kind.SATURATED, Severity.INFO)], None, State.NOT_JUDGED),
        ([(Kind.HEALTHY, Severity.INFO)], None, State.NOT_JUDGED),
    ],
)
def test_the_state_is_the_verdict_at_first_sight(findings, chance, state):
    base = diagnose(record({}))
    made = tuple(
        replace(base.findings[0], kind=kind, severity=severity) for kind, severity in findings
    )
    assert replace(base, findings=made, chance=chance).state is state


def test_an_unknown_profile_and_the_method_of_a_record():
    with pytest.raises(UnknownNameError, match="did you mean 'published'"):
        record({}).diagnose("publishd")
    assert record({}).diagnose() == diagnose(record({}), DEFAULT)
    assert record({}).diagnose("published").profile == "published"


# --- the published profile ----------------------------------------------------------------


def test_the_published_profile_has_its_own_severities_and_no_chance():
    made = simulate(activation="relu", init="xavier", samples=200, gradients=True)
    own, found = diagnose(made), diagnose(made, "published")
    assert (own.severity, own.chance is None) == (Severity.INFO, False)
    assert (found.verdict, found.severity, found.state) == (
        Kind.VANISHING_SIGNAL,
        E,
        State.LOST,
    )
    assert (found.chance, found.unknown) == (None, Unknown.PROFILE)
    assert found.courses == own.courses
    healthy = diagnose(simulate(activation="tanh", init="he", gradients=True), "published")
    assert (healthy.verdict, healthy.state) == (Kind.HEALTHY, State.NOT_JUDGED)
    # No fact makes a chance of 0 here: the rules are theirs.
    assert diagnose(record({}, {"nonfinite": 1}), "published").chance is None


def test_both_sides_of_the_published_thresholds():
    sides(lambda v: record({"idle_unit_fraction": v}), 0.5, Kind.DEAD_UNITS, E, profile="published")
    edge = sqrt(10)
    sides(lambda v: of_stds(1.0, v), edge, Kind.EXPLODING_SIGNAL, E, profile="published")
    sides(
        lambda v: of_stds(1.0, v), 1 / edge, Kind.VANISHING_SIGNAL, E, profile="published",
        above=False,
    )  # fmt: skip
    sides(
        lambda v: of_gradients(v, 1.0), 1e-7, Kind.VANISHING_GRADIENT, E, profile="published",
        above=False, hair=1e-16,
    )  # fmt: skip
    broken = record({}, {"gradient": {"nonfinite": 1}})
    assert verdict(broken, "published") is Kind.NON_FINITE


def test_a_value_just_at_a_threshold_is_on_the_documented_side():
    assert verdict(record({"mean_cosine": 0.9999})) is Kind.COLLAPSED
    assert verdict(record({"mean_cosine": nextafter(0.9999, 0)})) is Kind.HEALTHY
    assert len(diagnose(record({"saturated_fraction": 1 / 3})).stack) == 1
    assert len(diagnose(record({"effective_rank": 3.0}, width=20)).stack) == 1


def test_layers_that_were_recorded_elsewhere_are_judged_too():
    rng = np.random.default_rng(0)
    good = rng.standard_normal((50, 20))
    flat = np.repeat(rng.standard_normal((1, 20)), 50, axis=0) + 1e-4 * good
    found = prescribe(record_from_arrays({"a": good, "b": flat}, label="my net"))
    assert found.verdict is Kind.COLLAPSED
    assert sentence(found).startswith("my net collapses")
    assert found.stack[0].layers == (2,)
    assert str(found.remedy).startswith("not looked for")
    dropped = good.copy()
    dropped[3, 4] = np.nan
    names = {"a": {"activation": dropped, "gradient": good}, "b": {"activation": good}}
    broken = record_from_arrays(names, activation="tanh").diagnose("published")
    assert (broken.verdict, broken.stack[0].layers) == (Kind.NON_FINITE, (1,))
