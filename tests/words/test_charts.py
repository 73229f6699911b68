"""What is said of maps: findings that the bands bear, and every reason."""

import dataclasses
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from charts.maps import a_map, of_chance, with_nets

from actviz.diagnosis.kept import healthy_band
from actviz.sweeps.map_record import QUANTITIES
from actviz.words import charts as words
from actviz.words.en.table import EN
from actviz.words.say import say


def with_bands(record, *bands):
    names = [one.name for one in record.spec.activations]
    depths = len(record.spec.depths)
    return dataclasses.replace(
        record, bands={name: (band,) * depths for name, band in zip(names, bands, strict=True)}
    )


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        (((0.1, 0.2), (0.1, 0.3)), "Signal and gradient survive in one narrow band"),
        (((0.1, 0.2), (0.1, 3.0)), "Signal and gradient survive together in one band"),
        (((0.1, 0.2), None), "Signal and gradient survive in one narrow band at most"),
        (((0.1, 3.0), None), "Signal and gradient survive in one band at most"),
        (((0.01, None), (None, None)), "Most weight scales here keep both at 50 layers"),
        (((0.01, None), None), "Signal and gradient survive in one band at most"),
        (((0.1, 0.2), (None, None)), "Some weight scales here keep both at 50 layers"),
        (((None, None), None), "Some weight scales here keep both at 50 layers"),
        (((0.1, None), (0.1, 0.2)), "Signal and gradient survive together in one band"),
        ((None, None), "No weight scale here keeps both at 50 layers"),
    ],
)
def test_the_title_is_what_the_bands_are(bands, said):
    assert words.finding(with_bands(a_map("tanh", "relu"), *bands)) == said


def test_one_layer_is_no_layers():
    record = with_bands(a_map("tanh", depth=1), None)
    assert words.finding(record) == "No weight scale here keeps both at 1 layer"
    assert "up to 1 layer of 100 units" in words.alt_text(record)


def test_biases_are_said_where_there_are_some():
    record = a_map("tanh", bias_std=0.25)
    for said in (words.axis_label(record.spec), words.axes_label(record.spec)):
        assert said.endswith("at 100 units and biases of std 0.25")
    assert "of 100 units and biases of std 0.25." in words.alt_text(record)
    plain = a_map("tanh")
    assert words.axis_label(plain.spec) == "weight std, at 100 units"
    assert words.axes_label(plain.spec) == "↑ layers; → weight std, at 100 units"
    assert "bias" not in words.axes_label(plain.spec) + words.alt_text(plain)


def test_two_axes_in_one_line_are_no_quotient():
    """As "layers, over weight std" was, where the row's name says "over" as well."""
    axes = [EN[f"{chart}.axes"] for chart in ("map", "phase", "nets")]
    assert all(wording.startswith("↑ ") and "; → " in wording for wording in axes)


def test_the_chance_has_titles_of_its_own():
    record = of_chance("tanh")
    assert words.finding(record) == "Only in one narrow band are nets likely to train"
    assert words.finding(with_bands(record, None)) == "No weight scale here trains 20 layers safely"


@pytest.mark.parametrize(
    ("names", "bands", "said"),
    [
        (
            ("tanh", "relu"),
            ((0.1, 0.2), (0.1, None)),
            "Nets are likely to train in one band of weight scales",
        ),
        (
            ("sigmoid", "tanh", "relu"),
            (None, (0.1, 0.2), None),
            "At 20 layers only tanh is likely to train",
        ),
        (
            ("selu", "tanh", "relu"),
            ((0.1, 0.2), (0.1, 0.2), None),
            "At 20 layers only SELU and tanh are likely to train",
        ),
        (
            ("leaky_relu", "hard_tanh", "softplus", "relu"),
            ((0.1, 0.2),) * 3 + (None,),
            "At 20 layers only some are likely to train",
        ),
        (("tanh",), ((None, None),), "At every weight scale here nets are likely to train"),
    ],
)
def test_no_title_says_that_nets_train_which_nobody_trained(names, bands, said):
    """A chance is what the judge thinks of a net; and one band of one of three is said to be."""
    record = with_bands(of_chance(*names), *bands)
    for one in (record, with_nets(record)):
        assert words.finding(one) == said
        assert len(said) <= 55


def test_a_page_has_the_title_and_the_words_of_its_own_activations():
    record = with_bands(of_chance("tanh", "relu"), (0.1, 0.2), None)
    assert words.finding(record, ["relu"]).startswith("No weight scale here")
    said = words.alt_text(record, ["relu"])
    assert "tanh" not in said
    assert words.finding(record, ["relu"]) in said
    nets = words.judged_nets(with_nets(record), ["relu"])
    assert nets in words.alt_text(with_nets(record), ["relu"])
    assert nets != words.judged_nets(with_nets(record))


def test_one_quantity_says_what_it_is_of():
    for name in ("signal", "gradient"):
        assert name in words.finding(a_map("tanh", quantities=(name,)))


def test_all_titles_fit_a_slide():
    records = [a_map(), of_chance(), *(a_map(quantities=(n,)) for n in ("signal", "gradient"))]
    for record in records:
        none = with_bands(record, *[None] * len(record.spec.activations))
        assert max(len(words.finding(one)) for one in (record, none)) <= 55


def test_every_activation_has_its_band_or_none():
    record = with_bands(a_map("tanh", "relu"), (0.0971, 0.152), None)
    said = "Kept at 50 layers by mean field: tanh at weight std 0.097–0.15; ReLU nowhere here"
    assert words.kept_stds(record) == said
    assert said in words.alt_text(record)


def test_in_short_the_axis_says_what_the_numbers_are_and_the_title_of_what():
    bands = ((0.0971, 0.152), None)
    both = with_bands(a_map("tanh", "relu"), *bands)
    said = "Mean field at 50 layers: tanh 0.097–0.15; ReLU nowhere here"
    assert words.below_title(both, ["tanh", "relu"], short=True) == said
    one = with_bands(a_map("tanh", "relu", quantities=("signal",)), *bands)
    said = "Signal and gradient kept at 50 layers by mean field: tanh 0.097–0.15; ReLU nowhere here"
    assert words.kept_stds(one, short=True) == said
    chance = with_bands(of_chance("tanh", "relu"), *bands)
    assert words.kept_stds(chance, short=True).startswith("Healthy at 20 layers: tanh 0.097–0.15;")


def test_activations_without_a_band_are_named_together():
    record = with_bands(of_chance("sigmoid", "tanh", "relu"), None, (0.094, 0.15), None)
    said = "Healthy at 20 layers: tanh at weight std 0.094–0.15; sigmoid and ReLU nowhere here"
    assert words.kept_stds(record) == said
    none = with_bands(of_chance("tanh", "relu"), None, None)
    assert words.kept_stds(none) == "Healthy at 20 layers: tanh and ReLU nowhere here"


def test_the_noun_is_said_once_and_both_are_named_where_one_is_drawn():
    record = with_bands(a_map("tanh", "relu", quantities=("signal",)), (0.1, 0.2), (0.14, 0.15))
    said = "Signal and gradient kept at 50 layers by mean field: tanh at weight std 0.10–0.20, "
    assert words.kept_stds(record) == f"{said}ReLU 0.14–0.15"


@pytest.mark.parametrize(
    ("band", "said", "table"),
    [
        ((0.32, None), "0.32 and up", ("0.320", "≥ 3.00")),
        ((None, 0.05), "0.050 and down", ("≤ 0.00500", "0.0500")),
        ((0.1, 0.2), "0.10–0.20", ("0.100", "0.200")),
    ],
)
def test_an_end_beyond_the_map_is_no_bound(band, said, table):
    record = with_bands(a_map("tanh"), band)
    assert words.kept_stds(record).endswith(f"tanh at weight std {said}")
    assert words.table_ends(band, record.spec) == table


def test_what_is_kept_at_every_weight_std_is_no_band():
    """One layer of tanh is, as nothing has had time to be lost."""
    record = with_bands(a_map("tanh", "relu", depth=1), (None, None), (None, None))
    assert words.finding(record) == "Every weight scale here keeps both at 1 layer"
    said = "Kept at 1 layer by mean field: tanh and ReLU everywhere here"
    assert words.kept_stds(record) == said
    some = with_bands(a_map("tanh", "relu"), (0.1, 0.2), (None, None))
    assert words.kept_stds(some).endswith("tanh at weight std 0.10–0.20; ReLU everywhere here")
    assert words.table_ends((None, None), record.spec) == ("≤ 0.00500", "≥ 3.00")


def test_a_page_tells_of_its_own_activations():
    record = with_bands(a_map("tanh", "relu"), (0.1, 0.2), None)
    assert words.kept_stds(record, ["relu"]) == "Kept at 50 layers by mean field: ReLU nowhere here"


def test_the_foot_explains_the_lines_that_are_drawn_and_no_others():
    record = a_map("tanh")
    assert words.foot(record, ()) == ("Colours: mean field.",)
    assert "χ = 1" in words.foot(record, ("critical",))[-1]
    assert "7 % and 79 %" in words.foot(of_chance(), ("cut",))[-1]
    # Of whose lines the judge's cuts are some.
    assert words.foot(of_chance(), ("critical", "cut"))[0] == "Colours: simulated, 200 inputs."


@pytest.mark.parametrize("kind", ["critical", "reach", "level"])
def test_simulated_colours_and_lines_of_mean_field_are_told_apart(kind):
    record = a_map("tanh")
    record = replace(record, spec=replace(record.spec, simulated=True, seeds=(0, 1)))
    said = words.foot(record, (kind,))[0]
    assert said == "Colours: simulated, 200 inputs, median of 2 seeds; lines: mean field."


def test_marks_are_those_of_square_layers():
    found = {label: std for std, label in words.marks(50)}
    assert found["He"] == pytest.approx((2 / 50) ** 0.5)
    assert found["Xavier"] == pytest.approx((1 / 50) ** 0.5)


def test_dots_are_explained_where_there_are_some_and_counted_by_what_the_judge_says():
    record = with_nets(of_chance("tanh"), trains=lambda chance: chance >= 0.5)
    assert words.foot(record, ())[0] == (
        "Dots: nets trained on MNIST (196 inputs, 10 outputs), full at 80 %."
    )
    # Chances of 1 and ½ twice, in every second column and at three depths.
    said = "trained on MNIST: 3 of 3 that are healthy train, 6 of 6 warnings, 0 of 9 errors"
    assert words.judged_nets(record) == said
    assert said in words.alt_text(record)
    assert "Dots" not in " ".join(words.foot(of_chance("tanh"), ()))


def test_below_the_title_are_the_nets_of_the_page_s_activations_where_any_were_trained():
    record = of_chance("tanh", "relu")
    kept = words.kept_stds(record, ["tanh"])
    assert words.below_title(record, ["tanh"]) == kept
    trained = with_nets(record, trains=lambda chance: chance >= 0.5)
    assert words.below_title(trained, ["tanh"]) == f"{kept}; 9 of 18 nets train"
    both = words.below_title(trained, ["tanh", "relu"])
    assert both == f"{words.kept_stds(record)}; 18 of 36 nets train"


def test_nets_whose_chance_is_not_known_are_counted_apart():
    record = with_nets(of_chance("tanh", unknown=True))
    assert words.judged_nets(record).endswith("0 of 7 errors, 0 of 2 that are not judged train")


def unjudged(record, *names):
    """Return a map of chances that these activations have none of."""
    fields = tuple(
        replace(one, values=np.full_like(one.values, np.nan), unknown=((2, 0, "unknown.narrow"),))
        if one.activation.name in names
        else one
        for one in record.fields
    )
    bands = {name: (None,) * 3 if name in names else own for name, own in record.bands.items()}
    return replace(record, fields=fields, bands=bands)


def test_of_what_nobody_judged_nothing_is_claimed():
    record = unjudged(of_chance("tanh", "relu", "sigmoid"), "tanh", "sigmoid")
    said = "Healthy at 20 layers: ReLU at weight std 0.10–0.20; tanh and sigmoid not judged"
    assert words.kept_stds(record) == said
    assert words.finding(record) == "Some of the stacks judged here are likely to train"
    none = replace(record, bands=dict.fromkeys(record.bands, (None,) * 3))
    assert words.kept_stds(none) == (
        "Healthy at 20 layers: ReLU nowhere here; tanh and sigmoid not judged"
    )
    assert words.finding(none) == "No stack judged here trains 20 layers safely"
    record = unjudged(of_chance("tanh"), "tanh")
    assert words.finding(record) == "At 20 layers no stack is judged"
    assert words.kept_stds(record) == "No chance is known, since no layer has 16 units or more"
    assert words.is_judged(record, "tanh", 0) == "none"
    assert words.is_judged(of_chance("tanh", unknown=True), "tanh", 0) == "some"
    assert words.is_judged(of_chance("tanh", unknown=True), "tanh", 1) == "all"


def test_where_some_cells_are_judged_it_is_of_these_that_none_trains():
    """As of sigmoid's stacks of 10 units, whose gradient vanishes whoever judges."""
    record = of_chance("sigmoid")
    values = np.where(np.arange(12) < 6, 0.01, np.nan) * np.ones((3, 1))
    missing = ((2, 11, "unknown.narrow"),)
    fields = (replace(record.fields[0], values=values, unknown=missing),)
    record = replace(record, fields=fields, bands={"sigmoid": (None,) * 3})
    assert words.finding(record) == "No stack judged here trains 20 layers safely"
    assert words.kept_stds(record) == "Healthy at 20 layers: sigmoid nowhere that is judged"


def test_one_layer_keeps_its_gradient_by_definition():
    every = "Every weight scale here keeps the gradient"
    assert words.finding(a_map("tanh", depth=1, quantities=("gradient",))) == every
    assert words.finding(a_map(depth=1)) == "Most weight scales here keep both at 1 layer"


#: What each title claims of a map of mean field: of which of the deepest cells keep both, (names,
#: stds), with how many weight stds make a factor of 4.
OF_BOTH = {
    "map.title.both.narrow": lambda both, most: (both.sum(axis=1) <= most + 1).all(),
    "map.title.both.narrow_some": lambda both, most: (
        (both.sum(axis=1) <= most + 1).all() and not both.any(axis=1).all()
    ),
    "map.title.both.band": lambda both, most: (
        both.any() and (both.sum(axis=1) < both.shape[1]).all()
    ),
    "map.title.both.band_some": lambda both, most: (
        both.any() and not both.any(axis=1).all() and (both.sum(axis=1) < both.shape[1]).all()
    ),
    "map.title.both.most": lambda both, most: (both.mean(axis=1) > 0.45).all() and not both.all(),
    "map.title.both.part": lambda both, most: both.any() and not both.all(),
    "map.title.both.all": lambda both, most: both.all(),
    "map.title.both.none": lambda both, most: not both.any(),
}


@pytest.mark.wide
@pytest.mark.parametrize("seed", range(16))
def test_no_title_claims_what_mean_field_s_cells_deny(seed):
    random = Random(seed)
    for _ in range(4):
        low, high = sorted(random.sample((0.005, 0.02, 0.05, 0.09, 0.12, 0.2, 0.5, 1.0, 3.0), 2))
        record = a_map(
            *random.sample(("sigmoid", "tanh", "relu", "gelu", "selu"), random.choice((1, 2, 3))),
            depth=random.choice((1, 1, 2, 5, 20, 60)),
            stds=tuple(np.geomspace(low, high, 40)),
            bias_std=random.choice((0.0, 0.0, 0.3)),
        )
        said = words.finding(record)
        key = next(key for key in OF_BOTH if say(key, depth=record.spec.depths[-1]) == said)
        signal, gradient = (
            np.array([record.of(one.name, name).values[-1] for one in record.spec.activations])
            for name in record.spec.quantities
        )
        both = (signal > 1 / 30) & (signal < 30) & (gradient > 0.0078) & (gradient < 19.3)
        most = np.log(4) / np.log(high / low) * 39
        assert OF_BOTH[key](both, most), f"{said}: {record!r} {both.sum(axis=1)}"


#: The same of a map of chances: healthy and judged cells, (names, stds).
OF_CHANCE = {
    "map.title.chance.all": lambda healthy, judged: healthy.all(),
    "map.title.chance.none": lambda healthy, judged: judged.all() and not healthy.any(),
    "map.title.chance.unknown": lambda healthy, judged: not judged.any(),
    "map.title.chance.judged_none": lambda healthy, judged: (
        judged.any() and not judged.all() and not healthy.any()
    ),
    "map.title.chance.judged": lambda healthy, judged: healthy.any() and not judged.all(),
    "map.title.chance.part": lambda healthy, judged: healthy.any() and not healthy.all(),
    "map.title.chance.most": lambda healthy, judged: (healthy.mean(axis=1) > 0.4).all(),
    "map.title.chance.only": lambda healthy, judged: not healthy.any(axis=1).all(),
    "map.title.chance.some": lambda healthy, judged: not healthy.any(axis=1).all(),
    "map.title.chance.narrow": lambda healthy, judged: (
        judged.all() and in_one_run(healthy) and (healthy.sum(axis=1) <= 4).all()
    ),
    "map.title.chance.band": lambda healthy, judged: judged.all() and in_one_run(healthy),
}


def in_one_run(healthy):
    return (np.abs(np.diff(healthy, axis=1, prepend=False, append=False)).sum(axis=1) == 2).all()


@pytest.mark.parametrize("seed", range(200))
def test_no_title_claims_what_chances_deny(seed):
    rng = np.random.default_rng(seed)
    record = of_chance(*["tanh", "relu", "sigmoid"][: rng.integers(1, 4)])
    fields, bands = [], {}
    for field in record.fields:
        middle, wide = rng.uniform(-4, 16), rng.choice([0.4, 2.0, 6.0, 20.0])
        row = np.where(abs(np.arange(12) - middle) < wide, 0.95, 0.02)
        if rng.random() < 0.2:
            row[rng.integers(12)] = rng.choice([0.02, 0.3])
        if rng.random() < 0.2:
            row[rng.random(12) < rng.choice([0.2, 1.0])] = np.nan
        missing = tuple((2, column, "unknown.narrow") for column in np.flatnonzero(np.isnan(row)))
        fields.append(replace(field, values=np.tile(row, (3, 1)), unknown=missing))
        bands[field.activation.name] = (healthy_band(record.spec.stds, row),) * 3
    record = replace(record, fields=tuple(fields), bands=bands)
    said = words.finding(record)
    rows = np.array([field.values[-1] for field in fields])
    labels = [one.label for one in record.spec.activations if bands[one.name][-1] is not None]
    key = next(key for key in OF_CHANCE if say(key, depth=20, names=labels or ["nobody"]) == said)
    assert OF_CHANCE[key](rows >= 0.79, ~np.isnan(rows)), f"{said}: {rows}"


def test_every_title_of_a_map_has_its_claim():
    of_one = {f"map.title.{name}{all_of}" for name in QUANTITIES[:2] for all_of in ("", ".all")}
    titles = {key for key in EN if key.startswith("map.title.")}
    assert titles == {*OF_BOTH, *OF_CHANCE} | of_one
    assert max(len(say(key, depth=100, names=["tanh"])) for key in titles) <= 55


def test_ends_of_a_band_that_print_alike_are_one_number():
    record = with_bands(a_map("tanh"), (0.0447214, 0.0447220))
    assert words.kept_stds(record).endswith("tanh at weight std 0.0447")
