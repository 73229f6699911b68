"""Which statistics are kept: the ways to write it, what is refused, and what is a part of what."""

import json
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actviz.errors import SpecError
from actviz.layers.signals import BACKWARD, SIGNALS
from actviz.numbers.stats import STATISTICS
from actviz.records.kept import at_level, checked, every, possible, together
from actviz.records.measuring import Measuring

#: Any statistics of any signals, as far as these can have them.
ASKED = st.fixed_dictionaries(
    {}, optional={signal: st.sets(st.sampled_from(possible(signal))) for signal in SIGNALS}
)


def fields(kept):
    return {name for each in kept for name in STATISTICS[each]}


def test_all_of_the_signals_fields_are_in_all():
    for signal in SIGNALS:
        assert fields(every(signal)) == fields(possible(signal))
        assert dict(at_level("all"))[signal] == every(signal)
    assert Measuring().kept("preactivation") == (
        *("scale", "shape", "saturated", "quantiles", "cosine", "histogram"),
    )


@given(ASKED)
def test_what_is_asked_for_is_kept_with_its_size_and_nothing_else(asked):
    found = dict(checked(asked)) if not isinstance(checked(asked), str) else None
    measuring = Measuring(gradients=True, statistics=asked)
    for signal in SIGNALS:
        wanted = asked.get(signal, set())
        kept = measuring.kept(signal)
        assert found is None or kept == found[signal]
        least = {"rms", "zero_fraction"} if wanted or signal != "weight_gradient" else set()
        assert fields(kept) == fields(wanted) | least
        assert ("histogram" in kept) == ("histogram" in wanted)
        assert list(kept) == [each for each in STATISTICS if each in kept]


@given(ASKED)
def test_it_is_one_value_however_it_is_written(asked):
    one = Measuring(statistics=asked)
    again = Measuring(statistics={signal: list(one.kept(signal)) for signal in SIGNALS[::-1]})
    assert (again, hash(again)) == (one, hash(one))
    assert Measuring(statistics=one.statistics) == one
    assert Measuring.from_dict(json.loads(json.dumps(one.to_dict()))) == one


def test_levels_have_a_short_name_and_are_levels_of_a_signal_too():
    for level in ("all", "moments"):
        assert checked(dict.fromkeys(SIGNALS, level)) == level
        assert checked(dict(at_level(level))) == level
    assert dict(checked({"gradient": "moments"}))["gradient"] == ("scale", "shape", "saturated")
    assert dict(checked({"gradient": "moments"}))["activation"] == ("size",)


def test_names_alone_are_of_every_signal_that_has_them():
    found = dict(checked(["cosine", "median"]))
    for signal in SIGNALS:
        assert found[signal] == ("size", "median" if signal in BACKWARD else "cosine")
    assert dict(checked(())) == {s: () if s == "weight_gradient" else ("size",) for s in SIGNALS}


@given(ASKED, ASKED)
def test_several_readers_read_what_each_does(one, other):
    both = together(one, other)
    assert set(both) == set(one) | set(other)
    for signal, names in both.items():
        assert names == set(one.get(signal, ())) | set(other.get(signal, ()))


def test_a_part_is_not_named_beside_its_whole():
    parts = {
        ("scale", "size"): "size",
        ("rank", "judged_rank"): "judged_rank",
        ("scale", "median", "few_entries"): "few_entries",
    }
    for signal in ("activation", "gradient"):
        for names in chain.from_iterable(combinations(possible(signal), n) for n in (1, 2, 3)):
            kept = dict(checked({signal: names}))[signal]
            for together_, part in parts.items():
                assert not set(together_) <= set(kept), (names, part)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("full", 'statistics must be "all", "moments", names, or names for each signal (got'),
        (3, 'statistics must be "all", "moments", names, or names for each signal (got 3)'),
        (None, 'statistics must be "all", "moments", names, or names for each signal (got None)'),
        (["scal"], "statistics must be of size, scale, shape, saturated, quantiles, median, few_"),
        (
            {"actvation": "all"},
            "statistics are of signals, preactivation, activation, gradient, ac",
        ),
        (
            {"activation": "scale"},
            "statistics of the activation must be a list of names of size, scale, shape, sat",
        ),
        ({"activation": 3}, "statistics of the activation must be a list of names of size, scale"),
        (
            {"gradient": ["cosine"]},
            "statistics of the gradient must be of size, scale, shape, satu",
        ),
        ({"preactivation": ["rank"]}, "statistics of the preactivation must be of size"),
        ({"weight_gradient": ["saturated"]}, "statistics of the weight_gradient must be of size"),
        ([("activation", "all", 3)], "statistics are of signals"),
    ],
)
def test_what_is_no_choice_of_statistics_is_refused(value, says):
    with pytest.raises(SpecError) as caught:
        Measuring(statistics=value)
    assert str(caught.value).startswith(says)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("value", "where"),
    [
        (["scale", "std"], ": std is in scale"),
        (["rms"], ": rms is in scale"),  # of which the size is a part
        ({"activation": "std"}, ": std is in scale"),
        ({"gradient": ["median_magnitude"]}, ": median_magnitude is in median"),
        ({"activation": ["median_magnitude"]}, ""),  # which it does not have
        (["standard"], ""),
    ],
)
def test_a_number_s_name_is_told_with_the_statistic_that_it_is_in(value, where):
    with pytest.raises(SpecError) as caught:
        checked(value)
    assert str(caught.value).partition(")")[2] == where
