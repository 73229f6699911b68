"""The chance: its evidence in closed form, what each number takes, and where there is none."""

from dataclasses import replace
from itertools import pairwise
from math import exp, log, log10, sqrt

import numpy as np
import pytest
from handmade import judged, of_gradients, record

from actviz.captured.arrays import record_from_arrays
from actviz.diagnosis import calibration
from actviz.diagnosis.chance import (
    ENOUGH_DIRECTIONS,
    HARMLESS_SATURATION,
    Evidence,
    evidence,
    threshold,
    told,
)
from actviz.diagnosis.course import LEAST_FACTOR, MUCH
from actviz.diagnosis.courses import courses
from actviz.diagnosis.findings import Kind, Severity, State, Unknown
from actviz.diagnosis.verdict import diagnose, severity_of
from actviz.layers.activations import ACTIVATIONS, Activation
from actviz.records.measuring import JUDGED_ROWS, RANK_WIDTH, Measuring
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate, simulate_many

LOWER, UPPER = calibration.CUTS

NOTHING_LOST = Evidence(grows=0.0, shrinks=0.0, flat=0.0, saturated=0.0)


def weighed(made):
    return evidence(made, courses(made))


# --- the numbers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rms", "grows", "shrinks"),
    [
        ((1.0, 1.0), 0.0, 0.0),
        ((1000.0, 7.0, 1.0), 3.0, 0.0),  # the first layer over the last: it grows on its way back
        ((0.02, 1e9, 2.0), 0.0, 2.0),  # the ends alone
        ((1e-300, 1e300), 0.0, 323.3),  # as far as floats go
        ((1e300, 1e-300), 308.25, 0.0),
    ],
)
def test_decades_of_the_gradient(rms, grows, shrinks):
    found = weighed(of_gradients(*rms, make=judged))
    assert (found.grows, found.shrinks) == (
        pytest.approx(grows, rel=1e-4),
        pytest.approx(shrinks, rel=1e-4),
    )


def test_decades_are_apart_from_what_the_widths_do():
    """√(fan_out / fan_in): a gradient that grows by it alone has lost nothing."""
    alone = weighed(of_gradients(2.0, 1.0, width=(20, 80), init="identity"))
    assert (alone.grows, alone.shrinks) == (pytest.approx(0.0, abs=1e-12), pytest.approx(0.0))
    kept = weighed(of_gradients(1.0, 1.0, width=(20, 80), init="identity"))
    assert kept.shrinks == pytest.approx(log10(2))


@pytest.mark.parametrize(
    ("rank", "flat"),
    [
        (ENOUGH_DIRECTIONS, 0.0),
        (100.0, 0.0),
        (1.0, 1.0),
        (0.999999, 1.0),  # a rank is 1 or more, but for rounding
        (sqrt(8), 0.5),
        (2.0, 2 / 3),
    ],
)
def test_how_flat_the_last_layer_is(rank, flat):
    assert weighed(judged({"effective_rank": 99.0}, {"effective_rank": rank})).flat == (
        pytest.approx(flat, abs=1e-12)
    )


def test_the_rank_is_that_of_the_last_layer_of_16_units_or_more():
    layers = [{"effective_rank": 99.0}, {"effective_rank": 2.0}, {"effective_rank": 1.0}]
    assert weighed(judged(*layers, width=(20, 16, 15))).flat == pytest.approx(2 / 3)
    assert weighed(judged(*layers, width=(20, 16, 16))).flat == 1.0
    assert weighed(judged(*layers, width=(20, 10, 15))).flat == 0.0


def test_saturated_shares_beyond_a_third_are_summed():
    shares = ({"saturated_fraction": s} for s in (0.9, HARMLESS_SATURATION, 0.1, None, 0.5))
    assert weighed(judged(*shares)).saturated == pytest.approx(0.9 + 0.5 - 2 / 3)
    # Where there are not two bounds, flat is not saturated.
    assert weighed(judged({"saturated_fraction": 1.0}, {}, activation="relu")).saturated == 0.0


@pytest.mark.parametrize(("activation", "init"), [("relu", "xavier"), ("sigmoid", "std=1")])
def test_the_evidence_of_a_simulation_is_in_its_record(activation, init):
    made = simulate(activation=activation, init=init, samples=200, gradients=True)
    first, *_, last = made.layers
    lost = log10(first["gradient"].stats.rms / last["gradient"].stats.rms)
    shares = [layer["activation"].stats.saturated_fraction for layer in made.layers]
    beyond = sum(max(0.0, share - 1 / 3) for share in shares) if activation == "sigmoid" else 0.0
    assert weighed(made) == Evidence(
        grows=pytest.approx(max(lost, 0.0)),
        shrinks=pytest.approx(max(-lost, 0.0)),
        flat=max(0.0, 1 - log(last["activation"].stats.effective_rank) / log(8)),
        saturated=pytest.approx(beyond),
    )


# --- the fit ------------------------------------------------------------------------------

#: Of each number: what it is the sign of, and what of it the regression reads on its own.
FIELDS = {
    "grows": (Kind.EXPLODING_GRADIENT, lambda x: x * x),
    "shrinks": (Kind.VANISHING_GRADIENT, lambda x: x * x),
    "flat": (Kind.FEW_DIRECTIONS, lambda x: x * x),
    "saturated": (Kind.SATURATED, lambda x: x),
}


def test_the_log_odds_are_the_calibration_s():
    found = Evidence(grows=0.7, shrinks=1.1, flat=0.3, saturated=2.0)
    takes = calibration.TAKES
    expected = (
        calibration.BEGINS
        + 0.49 * takes[Kind.EXPLODING_GRADIENT]
        + 1.21 * takes[Kind.VANISHING_GRADIENT]
        + 0.09 * takes[Kind.FEW_DIRECTIONS]
        # What saturation does to a gradient that grows is in its growth already.
        + 2.0 / 1.49 * takes[Kind.SATURATED]
    )
    assert found.log_odds == pytest.approx(expected, rel=1e-14)
    assert found.chance == pytest.approx(1 / (1 + exp(-expected)), rel=1e-14)
    assert NOTHING_LOST.log_odds == calibration.BEGINS
    assert set(takes) == {kind for kind, _ in FIELDS.values()}


@pytest.mark.parametrize("field", FIELDS)
def test_whatever_is_lost_lowers_the_log_odds(field):
    odds = [replace(NOTHING_LOST, **{field: x}).log_odds for x in (0.0, 1e-6, 0.5, 1.0, 300.0)]
    assert odds == sorted(odds, reverse=True)
    assert len(set(odds)) == len(odds)
    chances = [replace(NOTHING_LOST, **{field: x}).chance for x in np.linspace(0, 1, 11)]
    assert all(one > other for one, other in pairwise(chances))


@pytest.mark.parametrize("field", FIELDS)
def test_what_takes_most_is_named(field):
    kind, read = FIELDS[field]
    assert replace(NOTHING_LOST, **{field: 0.5}).worst is kind
    # Each of the others takes as much as this one, less a little.
    own = -replace(NOTHING_LOST, **{field: 1.0}).taken[kind]
    others = {}
    for other, (what, _) in FIELDS.items():
        share = 0.9 * own / -calibration.TAKES[what]
        others[other] = share if other == "saturated" else sqrt(share)
    found = replace(Evidence(**others), **{field: 1.0})
    if field != "saturated":
        assert found.worst is kind
    assert found.taken[kind] <= calibration.TAKES[kind] * read(1.0) or field == "saturated"


def test_a_chance_is_a_probability_at_every_end():
    assert replace(NOTHING_LOST, shrinks=1e6).chance == pytest.approx(0.0, abs=1e-300)
    assert 0 <= replace(NOTHING_LOST, grows=1e6).chance <= 1e-300
    assert UPPER < NOTHING_LOST.chance < 1


def test_the_cuts_part_three_severities():
    assert 0 < LOWER < UPPER < 1
    below, between = np.nextafter([LOWER, UPPER], 0)
    assert severity_of(below) is Severity.ERROR
    assert severity_of(LOWER) is severity_of(between) is Severity.WARNING
    assert severity_of(UPPER) is Severity.INFO


@pytest.mark.parametrize("cut", [0.15, 0.5, 0.8])
@pytest.mark.parametrize("field", FIELDS)
def test_a_number_at_its_threshold_brings_the_chance_to_the_cut(field, cut):
    kind = FIELDS[field][0]
    taken = (log(cut / (1 - cut)) - calibration.BEGINS) / calibration.TAKES[kind]
    at = taken if field == "saturated" else sqrt(taken)
    found = replace(NOTHING_LOST, **{field: at})
    assert found.chance == pytest.approx(cut, rel=1e-12)
    if field != "flat" or at <= 1:
        assert told(kind, found) == pytest.approx(threshold(kind, cut), rel=1e-12)
    else:  # a rank of less than 1 there is not: with it alone the chance stays above the cut
        assert threshold(kind, cut) == 1.0


def test_numbers_are_told_in_the_unit_that_people_read():
    found = Evidence(grows=0.0, shrinks=3.0, flat=0.5, saturated=1.5)
    expected = {
        Kind.EXPLODING_GRADIENT: 1.0,
        Kind.VANISHING_GRADIENT: 1e-3,
        Kind.FEW_DIRECTIONS: sqrt(8),
        Kind.SATURATED: 1.5,
    }
    assert {kind: told(kind, found) for kind in found.taken} == pytest.approx(expected)
    assert told(Kind.EXPLODING_GRADIENT, replace(found, grows=2.0)) == pytest.approx(100.0)
    assert told(Kind.FEW_DIRECTIONS, replace(found, flat=None)) == 8.0


@pytest.mark.parametrize("cut", calibration.CUTS)
def test_a_record_at_the_threshold_of_its_gradient_has_the_cut_as_chance(cut):
    for kind in (Kind.EXPLODING_GRADIENT, Kind.VANISHING_GRADIENT):
        at = threshold(kind, cut)
        found = diagnose(of_gradients(at, 1.0, 1.0, make=judged))
        assert found.chance == pytest.approx(cut, rel=1e-9)
        for times, other in ((1 - 1e-6, 1 + 1e-6), (1 + 1e-6, 1 - 1e-6)):
            better = at**times if kind is Kind.EXPLODING_GRADIENT else at**other
            side = diagnose(of_gradients(better, 1.0, 1.0, make=judged)).chance
            assert (side > cut) is (abs(log(better)) < abs(log(at)))


# --- hard facts, and what is not known ----------------------------------------------------


def test_a_hard_fact_is_a_chance_of_0_whatever_the_rest_says():
    for fields in ({"dead_unit_fraction": 0.96}, {"mean_cosine": 1.0}, {"nonfinite": 1}):
        made = judged({}, fields)
        found = diagnose(made)
        assert (found.chance, found.unknown, found.state) == (0.0, None, State.LOST)
        if "nonfinite" not in fields:
            assert weighed(made).chance > UPPER
    # Also where there is no evidence, since it needs none.
    without = diagnose(record({}, {"mean_cosine": 1.0}, gradients=False))
    assert (without.chance, without.verdict) == (0.0, Kind.COLLAPSED)


def _own_activation():
    own = Activation(
        name="own",
        label="own",
        fn=np.tanh,
        derivative=lambda x: 1 - np.tanh(x) ** 2,
        bounds=(-1.0, 1.0),
        max_slope=1.0,
        formula="tanh x",
        source="a test",
    )
    return simulate(activation=own, init="xavier", width=20, samples=30, gradients=True)


def _recorded():
    rng = np.random.default_rng(0)
    return record_from_arrays(
        {
            name: {"activation": rng.normal(size=(50, 20)), "gradient": rng.normal(size=(50, 20))}
            for name in "ab"
        },
        activation="tanh",
    )


WHY = {
    Unknown.NO_GRADIENTS: lambda: judged({}, {}, gradients=False),
    Unknown.NO_RANK: lambda: judged({}, {"effective_rank": None}),
    Unknown.RECORDED: _recorded,
    Unknown.ACTIVATION: _own_activation,
    Unknown.ONE_LAYER: lambda: judged({}),
    Unknown.NARROW: lambda: judged({}, {}, width=15),
}


@pytest.mark.parametrize("why", WHY)
def test_why_there_is_no_chance(why):
    found = diagnose(WHY[why]())
    assert (found.chance, found.unknown) == (None, why)
    assert (found.severity, found.state) == (Severity.INFO, State.NOT_JUDGED)
    plain = found.to_dict()
    assert (plain["chance"], plain["no_chance"], plain["state"]) == (None, why, "not_judged")


def test_every_reason_has_its_test_and_the_published_profile_is_one():
    assert {*WHY, Unknown.PROFILE} == set(Unknown)
    published = diagnose(judged({}, {}), "published")
    assert (published.chance, published.unknown) == (None, Unknown.PROFILE)


def test_with_no_chance_thresholds_judge():
    assert diagnose(judged({}, {"std": 1e-3}, gradients=False)).severity is Severity.WARNING
    assert diagnose(judged({}, {"std": 9e-4}, gradients=False)).severity is Severity.ERROR
    found = diagnose(of_gradients(1e-2, 1.0))
    assert (found.chance, found.severity, found.state) == (None, Severity.WARNING, State.PALE)


def test_with_the_rank_alone_missing_the_most_that_the_chance_can_be_is_said():
    full = of_gradients(0.1, 1.0, make=judged)
    missing = judged({"gradient": {"rms": 0.1}}, {"effective_rank": None})
    known, found = diagnose(full), diagnose(missing)
    assert known.at_most is None
    assert (found.chance, found.at_most) == (None, known.chance)
    assert found.to_dict()["chance_at_most"] == known.chance
    assert weighed(missing).flat is None
    assert weighed(missing).log_odds == weighed(full).log_odds


def test_where_even_full_rank_is_too_little_it_is_an_error():
    at = threshold(Kind.VANISHING_GRADIENT, LOWER)

    def missing(rms):
        return diagnose(judged({"gradient": {"rms": rms}}, {"effective_rank": None}))

    lost, open_ = missing(at / 1.001), missing(at * 1.001)
    assert (lost.chance, lost.unknown) == (None, Unknown.NO_RANK)
    assert lost.at_most < LOWER < open_.at_most
    assert (lost.severity, lost.state, lost.verdict) == (
        Severity.ERROR,
        State.LOST,
        Kind.VANISHING_GRADIENT,
    )
    # Not so bad that it is known: thresholds judge.
    assert open_.unknown is Unknown.NO_RANK
    assert open_.verdict is Kind.VANISHING_GRADIENT
    assert {each.threshold for each in open_.stack} <= {1e-3, 1 / MUCH, LEAST_FACTOR}


def test_wide_layers_have_a_chance_from_the_last_one_alone():
    """Beyond 128 units the rank is that of at most 1,024 rows of the last layer."""
    wide = RANK_WIDTH + 2
    fields = {"activation": "relu", "init": "he", "width": wide, "depth": 3, "gradients": True}
    made = simulate(samples=JUDGED_ROWS + 6, **fields)
    ranks = [layer["activation"].stats.effective_rank for layer in made.layers]
    assert [rank is None for rank in ranks] == [True, True, False]
    assert diagnose(made).chance == weighed(made).chance > UPPER
    (bare,) = simulate_many(
        [StackSpec(**{k: v for k, v in fields.items() if k != "gradients"}, samples=50)],
        Measuring(gradients=True, effective_rank=False),
    )
    assert diagnose(bare).unknown is Unknown.NO_RANK


def test_every_activation_that_it_was_fitted_on_has_a_chance():
    for activation in ACTIVATIONS.values():
        made = simulate(
            activation=activation, init="xavier", width=20, depth=2, samples=30, gradients=True
        )
        assert diagnose(made).chance is not None
