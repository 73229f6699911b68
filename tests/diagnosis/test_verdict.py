"""The verdict: canonical stacks, every kind, and both sides of every threshold by a hair."""

from dataclasses import replace
from math import exp, inf, log, nextafter, sqrt

import numpy as np
import pytest

from actviz.captured.arrays import record_from_arrays
from actviz.diagnosis.findings import Kind, Severity
from actviz.diagnosis.remedies import prescribe
from actviz.diagnosis.rules import DEFAULT
from actviz.diagnosis.verdict import diagnose, verdict
from actviz.errors import UnknownNameError
from actviz.layers.signals import SIGNALS
from actviz.numbers.histogram import Histogram
from actviz.numbers.stats import SignalStats
from actviz.records.measuring import Measuring
from actviz.records.record import Record
from actviz.records.signal import LayerRecord, SignalRecord
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate, simulate_many
from actviz.words.findings import sentence

WIDTH, SAMPLES = 2, 3
NUMBER = WIDTH * SAMPLES

#: A layer that nothing is wrong with.
GOOD = {
    "std": 1.0,
    "rms": 1.0,
    "zero_fraction": 0.0,
    "saturated_fraction": 0.0,
    "dead_unit_fraction": 0.0,
    "idle_unit_fraction": 0.0,
    "within_unit_std": 1.0,
    "between_unit_std": 0.5,
    "mean_cosine": 0.0,
}


def _signal(signal, nonfinite=0, **fields):
    count = (WIDTH**2 if signal == "weight_gradient" else NUMBER) - nonfinite
    stats = SignalStats(count=count, nonfinite=nonfinite, **{**GOOD, **fields})
    counts = Histogram(edges=np.array([-1.0, 1.0]), counts=np.array([count]), nonfinite=nonfinite)
    return SignalRecord(signal=signal, stats=stats, counted=counts)


def record(*layers, activation="tanh", gradients=True, **spec):
    """Return a record; a layer is a dict of its activation's fields and `gradient`, its rms."""
    made = []
    for given in layers:
        fields = dict(given)
        signals = {name: {} for name in (SIGNALS if gradients else SIGNALS[:2])}
        for name in SIGNALS[:1] + SIGNALS[2:]:
            if name in signals:
                signals[name] = fields.pop(name, {})
        signals["activation"] = fields
        found = tuple(_signal(name, **values) for name, values in signals.items())
        made.append(found)
    fields = {"init": "he", "depth": len(layers), "width": WIDTH, "samples": SAMPLES} | spec
    spec = StackSpec(activation=activation, **fields)
    return Record(
        spec=spec,
        measuring=Measuring(gradients=gradients),
        layers=tuple(map(LayerRecord.of, spec.layers, range(1, len(made) + 1), made)),
    )


def kinds(findings):
    return {(each.kind, each.severity) for each in findings.stack}


def of_stds(*stds):
    return record(*({"std": std, "within_unit_std": std} for std in stds))


def of_gradients(*values):
    return record(*({"gradient": {"rms": value}} for value in values))


# --- stacks that an expert knows ----------------------------------------------------------

CANONICAL = [
    ("sigmoid", "xavier", 5, {Kind.COLLAPSED}),
    ("sigmoid", "std=0.01", 5, {Kind.COLLAPSED}),
    ("sigmoid", "std=1", 5, {Kind.SATURATED}),
    ("tanh", "std=0.01", 5, {Kind.VANISHING_SIGNAL}),
    ("tanh", "std=1", 5, {Kind.SATURATED}),
    ("tanh", "xavier", 5, {Kind.HEALTHY}),
    ("tanh", "xavier", 10, {Kind.HEALTHY}),
    ("tanh", "xavier", 50, {Kind.HEALTHY}),
    ("relu", "he", 5, {Kind.HEALTHY}),
    ("relu", "he", 10, {Kind.HEALTHY}),
    ("relu", "he", 50, {Kind.HEALTHY}),
    ("relu", "xavier", 5, {Kind.VANISHING_SIGNAL}),
    ("relu", "xavier", 10, {Kind.VANISHING_SIGNAL}),
    ("relu", "std=1", 50, {Kind.EXPLODING_SIGNAL}),
    ("identity", "xavier", 10, {Kind.HEALTHY}),
    ("identity", "orthogonal", 10, {Kind.HEALTHY}),
    ("selu", "lecun", 10, {Kind.HEALTHY}),
    ("relu", "zeros", 5, {Kind.SYMMETRIC_UNITS}),
    ("tanh", "ones", 5, {Kind.SYMMETRIC_UNITS}),
]


@pytest.mark.parametrize(("activation", "init", "depth", "expected"), CANONICAL)
def test_the_verdict_on_a_known_stack_is_the_same_for_every_seed(activation, init, depth, expected):
    spec = StackSpec(
        activation=activation, init=init, depth=depth, samples=200,
    )  # fmt: skip
    measuring = Measuring(gradients=True, effective_rank=False)
    records = simulate_many([replace(spec, seed=seed) for seed in range(3)], measuring)
    assert {verdict(each) for each in records} == expected


def test_what_else_is_wrong_with_the_textbook_stacks():
    def found(activation, init):
        stack = simulate(activation=activation, init=init, gradients=True, samples=300)
        return {each.kind for each in diagnose(stack).stack}

    assert found("sigmoid", "xavier") == {Kind.COLLAPSED, Kind.VANISHING_GRADIENT}
    assert found("tanh", "std=0.01") == {Kind.VANISHING_SIGNAL, Kind.VANISHING_GRADIENT}
    assert found("tanh", "std=1") == {Kind.SATURATED, Kind.EXPLODING_GRADIENT}
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
        ("saturated_fraction", 1 / 2, Kind.SATURATED, E),
        ("saturated_fraction", 1 / 3, Kind.SATURATED, W),
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


def test_the_share_within_units_and_the_std_between_them():
    sides(lambda v: record({"within_unit_std": v}), 0.1, Kind.COLLAPSED, W, above=False)
    for between, expected in [(0.0, Kind.SYMMETRIC_UNITS), (5e-324, Kind.HEALTHY)]:
        assert verdict(record({"between_unit_std": between})) is expected
    assert verdict(record({"between_unit_std": None})) is Kind.HEALTHY


@pytest.mark.parametrize(
    ("make", "grows", "fades"),
    [
        (of_stds, Kind.EXPLODING_SIGNAL, Kind.VANISHING_SIGNAL),
        (lambda first, *rest: of_gradients(*rest[::-1], first),
         Kind.EXPLODING_GRADIENT, Kind.VANISHING_GRADIENT),
    ],
)  # fmt: skip
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
    mild = diagnose(record({"saturated_fraction": 0.4}))
    assert mild.reaches(W)
    assert not mild.reaches(E)
    assert not diagnose(record({})).reaches(W)


def test_the_stack_has_the_worst_of_its_layers():
    found = diagnose(record(*({"saturated_fraction": s} for s in (0.4, 0.1, 0.7, 0.6))))
    whole, *layers = found.findings
    assert (whole.severity, whole.value, whole.layers) == (E, 0.7, (1, 3, 4))
    assert [(each.layer, each.severity) for each in layers] == [(1, W), (3, E), (4, E)]


def test_an_unknown_profile_and_the_method_of_a_record():
    with pytest.raises(UnknownNameError, match="did you mean 'published'"):
        record({}).diagnose("publishd")
    assert record({}).diagnose() == diagnose(record({}), DEFAULT)
    assert record({}).diagnose("published").profile == "published"


# --- the published profile ----------------------------------------------------------------


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
    assert verdict(record({"saturated_fraction": 0.5})) is Kind.SATURATED  # a warning, still
    assert diagnose(record({"saturated_fraction": 0.5})).severity is W


def test_layers_that_were_recorded_elsewhere_are_judged_too():
    rng = np.random.default_rng(0)
    good = rng.standard_normal((50, 20))
    flat = np.repeat(rng.standard_normal((1, 20)), 50, axis=0) + 1e-4 * good
    found = prescribe(record_from_arrays({"a": good, "b": flat}, label="my net"))
    assert found.verdict is Kind.COLLAPSED
    assert sentence(found).startswith("my net collapses")
    assert found.stack[0].layers == (2,)
    assert str(found.stack[0].remedy).startswith("not looked for")
    dropped = good.copy()
    dropped[3, 4] = np.nan
    names = {"a": {"activation": dropped, "gradient": good}, "b": {"activation": good}}
    broken = record_from_arrays(names, activation="tanh").diagnose("published")
    assert (broken.verdict, broken.stack[0].layers) == (Kind.NON_FINITE, (1,))
