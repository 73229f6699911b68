"""The numbers of the named figures are held to scripts that know nothing of them.

That the figures give these numbers is asked in `docs/test_named_figures`, where all are simulated.
"""

from dataclasses import replace
from math import pi, sqrt

import numpy as np
import pytest
from oracles import mean_field
from oracles import textbook_scripts as scripts

from actviz.checks.published import Verified
from actviz.errors import UnknownNameError
from actviz.literature.figure import DRAWN, by_any_name
from actviz.literature.stacks import FIGURES, get_figure
from actviz.literature.trained import TRAINED_FIGURES
from actviz.records.measuring import Measuring
from actviz.records.spec import StackSpec

pytestmark = pytest.mark.usefixtures("one_blas_thread")

# --- the table ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", FIGURES)
def test_every_layer_of_every_stack_is_held_to_something(name):
    figure = FIGURES[name]
    places = {(number.stack, number.layer) for number in figure.numbers}
    assert places == {
        (stack, layer)
        for stack, spec in enumerate(figure.specs)
        for layer in range(1, spec.depth + 1)
    }


def test_the_rows_are_named_and_different():
    assert list(FIGURES) == [row.name for row in FIGURES.values()]
    assert len({repr((r.specs, r.measuring)) for r in FIGURES.values()}) == len(FIGURES)
    assert all(row.source for row in FIGURES.values())
    with pytest.raises(TypeError):
        FIGURES["new"] = FIGURES["saito-relu"]


def test_the_layouts_are_those_of_the_pages():
    layouts = {name: row.layout for name, row in FIGURES.items()}
    for number in (6, 7, 8):
        assert layouts.pop(f"glorot-bengio-{number}") == "overlay"
    for name, layout in layouts.items():
        ten = name.startswith("cs231n") and "six" not in name
        assert layout == ("row-and-trends" if ten else "row")


def test_a_comparison_shows_the_stacks_of_the_single_figures():
    for group in ("saito-sigmoid", "saito-relu"):
        singles = [row for name, row in FIGURES.items() if name.startswith(f"{group}-")]
        assert FIGURES[group].specs == tuple(row.specs[0] for row in singles)
        expected = [replace(n, stack=i) for i, row in enumerate(singles) for n in row.numbers]
        assert list(FIGURES[group].numbers) == expected


@pytest.mark.parametrize("name", FIGURES)
def test_the_honest_version_is_of_the_same_stacks_without_a_range(name):
    figure = FIGURES[name]
    assert type(figure.honest) is Measuring
    shown = {"gradient": {"gradients": True}, "within": {"unit_histograms": True}}
    more = {key: value for what in figure.hides for key, value in shown[what].items()}
    if figure.view == "units":
        more["unit_sample"] = [60, 60]
    assert figure.honest.to_dict() == figure.measuring.to_dict() | {"range": None} | more


def test_what_a_page_of_activations_hides_is_said_of_it():
    """No page of Saito or CS231n has gradients, and Saito's sigmoids pool what units share."""
    for name, figure in FIGURES.items():
        assert ("gradient" in figure.hides) == name.startswith(
            ("saito", "cs231n-tanh", "cs231n-relu")
        )
        assert ("within" in figure.hides) == name.startswith("saito-sigmoid")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("saito-sigmoid", ["std = 1", "std = 0.01", "Xavier"]),
        ("saito-relu", ["std = 0.01", "Xavier", "He"]),
        ("glorot-bengio-6", ["standard", "normalized"]),
        ("glorot-bengio-7", ["standard", "normalized"]),
        ("glorot-bengio-8", ["standard", "normalized"]),
    ],
)
def test_initializers_have_the_names_that_the_source_gives_them(name, words):
    specs = FIGURES[name].specs
    assert [spec.label for spec in specs] == words
    for spec in specs:
        plain = StackSpec.from_dict(spec.to_dict())  # the name is no part of what is run
        assert plain.to_dict() == spec.to_dict()
        assert (plain.init, plain.shapes) == (spec.init, spec.shapes)


def test_the_numbers_of_a_book_are_aliases():
    """Of the Japanese edition; its 6-12 is a sketch, and 6-15 is of trained nets."""
    book = {"6-10": "std-1", "6-11": "std-0.01", "6-13": "xavier"}
    for alias, name in book.items():
        assert get_figure(alias) is FIGURES[f"saito-sigmoid-{name}"]
    assert get_figure("6-14") is FIGURES["saito-relu"]
    every = by_any_name([*FIGURES.values(), *TRAINED_FIGURES.values()])
    assert every["6-15"] is TRAINED_FIGURES["saito-mnist"]
    assert list(every)[: len(FIGURES)] == list(FIGURES)
    with pytest.raises(UnknownNameError, match="did you mean '6-13'"):
        get_figure("6-12")
    assert "6-12" not in every
    with pytest.raises(UnknownNameError, match=r"did you mean '6-1[0-4]'"):
        get_figure("6-1")


def test_only_the_script_of_relu_has_a_cut():
    cuts = {name: figure.cut for name, figure in FIGURES.items() if figure.cut is not None}
    assert cuts == {name: 7000 for name in FIGURES if name.startswith("saito-relu")}


# --- where the numbers come from ----------------------------------------------------------


def numbers_of(name, origin, statistic, stack=0):
    found = [
        number
        for number in FIGURES[name].numbers
        if (number.origin, number.statistic, number.stack) == (origin, statistic, stack)
    ]
    assert [number.layer for number in found] == list(range(1, len(found) + 1))
    return np.array([number.value for number in found])


SAITO = {
    "saito-sigmoid-std-1": ("sigmoid", 1.0),
    "saito-sigmoid-std-0.01": ("sigmoid", 0.01),
    "saito-sigmoid-xavier": ("sigmoid", sqrt(1 / 100)),
    "saito-relu-std-0.01": ("relu", 0.01),
    "saito-relu-xavier": ("relu", sqrt(1 / 100)),
    "saito-relu-he": ("relu", sqrt(2 / 100)),
    "saito-tanh-xavier": ("tanh", sqrt(1 / 100)),
}


@pytest.mark.parametrize("name", SAITO)
def test_the_books_script_gives_its_numbers(name):
    layers = scripts.normal_run(*SAITO[name], samples=1000, width=100, depth=5)
    for statistic in {number.statistic for number in FIGURES[name].numbers}:
        expected = [getattr(layer, statistic) for layer in layers]
        # Twelve digits were kept, and BLAS differs by less.
        rtol = 0 if statistic == DRAWN else 1e-11
        found = numbers_of(name, "calculated", statistic)
        np.testing.assert_allclose(found, expected, rtol=rtol, atol=0)


TANH_FIELDS = [  # figure, stack, sigma_w^2
    ("cs231n-tanh-std-0.01", 0, 500 * 0.01**2),
    ("cs231n-tanh-std-1", 0, 500.0),
    ("cs231n-tanh-xavier", 0, 1.0),
    ("cs231n-tanh-xavier-uniform", 0, 1.0),
    ("cs231n-six-tanh", 0, 4096 * 0.01**2),
    ("cs231n-six-tanh", 1, 4096 * 0.05**2),
    ("cs231n-six-tanh", 2, 1.0),
    ("glorot-bengio-6", 0, 1 / 3),
    ("glorot-bengio-6", 1, 1.0),
]


@pytest.mark.parametrize(("name", "stack", "sigma_w2"), TANH_FIELDS)
def test_the_mean_field_of_tanh(name, stack, sigma_w2):
    depth = FIGURES[name].specs[stack].depth
    expected = mean_field.stds(np.tanh, sigma_w2, depth)
    found = numbers_of(name, "mean field", "std", stack)
    np.testing.assert_allclose(found, expected, rtol=5e-6)  # six digits are written


BACKWARD_FIELDS = [  # stack, sigma_w^2
    (0, 1 / 3),
    (1, 1.0),
]


@pytest.mark.parametrize(("stack", "sigma_w2"), BACKWARD_FIELDS)
def test_the_mean_field_of_the_gradients_of_tanh(stack, sigma_w2):
    spec = FIGURES["glorot-bengio-7"].specs[stack]
    of_z, of_w = mean_field.gradient_stds(
        np.tanh, lambda z: 1 - np.tanh(z) ** 2, sigma_w2, spec.depth, samples=spec.samples
    )
    found = [
        numbers_of(name, "mean field", "std", stack)
        for name in ("glorot-bengio-7", "glorot-bengio-8")
    ]
    np.testing.assert_allclose(found, [of_z, of_w], rtol=5e-6)  # six digits are written


@pytest.mark.parametrize(("stack", "limit"), [(0, sqrt(1 / 500)), (1, sqrt(3 / 500))])
def test_gradients_of_a_plain_script_are_within_the_tolerances(stack, limit):
    spec = FIGURES["glorot-bengio-7"].specs[stack]
    sizes = {"samples": spec.samples, "width": spec.width, "depth": spec.depth}
    of_z, of_w = scripts.uniform_gradients(limit, 7, **sizes)
    for name, stds in (("glorot-bengio-7", of_z), ("glorot-bengio-8", of_w)):
        numbers = [n for n in FIGURES[name].numbers if n.stack == stack]
        assert [n for n in numbers if not Verified(number=n, obtained=stds[n.layer - 1]).ok] == []


def test_weight_gradients_are_flat_where_gradients_fade():
    """What figures 7 and 8 say together: a twelvefold loss beside a spread of 3 %."""
    fading, flat = (
        numbers_of(name, "mean field", "std") for name in ("glorot-bengio-7", "glorot-bengio-8")
    )
    assert fading[-1] / fading[0] > 12
    assert flat.max() / flat.min() < 1.03


def test_the_mean_field_of_relu():
    for name, stack, mean_square in (
        ("cs231n-relu-std-0.01", 0, 500 * 0.01**2 / 2),
        ("cs231n-relu-xavier", 0, 1 / 2),
        ("cs231n-relu-he", 0, 1.0),
        ("cs231n-six-relu", 0, 1 / 2),
        ("cs231n-six-relu", 1, 1.0),
    ):
        # E relu(z)^2 = q/2 and E relu(z) = sqrt(q / (2 pi)), z ~ N(0, q).
        q = 2 * mean_square ** np.arange(1, FIGURES[name].specs[stack].depth + 1)
        found = [numbers_of(name, "mean field", s, stack) for s in ("mean", "std")]
        expected = [np.sqrt(q / (2 * pi)), np.sqrt(q / 2 - q / (2 * pi))]
        np.testing.assert_allclose(found, expected, rtol=1e-12)


PLAIN_RUNS = {  # the oracle's run, the std or limit of its weights, by figure and stack
    ("cs231n-tanh-std-0.01", 0): (scripts.normal_run, 0.01),
    ("cs231n-tanh-std-1", 0): (scripts.normal_run, 1.0),
    ("cs231n-tanh-xavier", 0): (scripts.normal_run, sqrt(1 / 500)),
    ("cs231n-tanh-xavier-uniform", 0): (scripts.uniform_run, sqrt(3 / 500)),
    ("cs231n-relu-std-0.01", 0): (scripts.normal_run, 0.01),
    ("cs231n-relu-xavier", 0): (scripts.normal_run, sqrt(1 / 500)),
    ("cs231n-relu-he", 0): (scripts.normal_run, sqrt(2 / 500)),
    ("glorot-bengio-6", 0): (scripts.uniform_run, sqrt(1 / 1000)),
    ("glorot-bengio-6", 1): (scripts.uniform_run, sqrt(3 / 1000)),
}


@pytest.mark.wide
@pytest.mark.parametrize(("name", "stack"), PLAIN_RUNS)
def test_a_plain_script_with_another_seed_is_within_the_tolerances(name, stack):
    figure, (run, scale) = FIGURES[name], PLAIN_RUNS[name, stack]
    spec = figure.specs[stack]
    sizes = {"samples": spec.samples, "width": spec.width, "depth": spec.depth}
    layers = run(spec.activation.name, scale, 7, **sizes)
    for number in figure.numbers:
        if number.stack == stack:
            obtained = float(getattr(layers[number.layer - 1], number.statistic))
            assert Verified(number=number, obtained=obtained).ok, number


#: Figure, stack, activation, the std of its weights, and what the table has of it.
FEW_SAMPLES = {"samples": 16, "width": 4096, "depth": 6}
SPREADS = [
    ("cs231n-six-tanh", 0, "tanh", 0.01, ["std"]),
    pytest.param("cs231n-six-tanh", 1, "tanh", 0.05, ["std"], marks=pytest.mark.heavy),
    pytest.param("cs231n-six-tanh", 2, "tanh", sqrt(1 / 4096), ["std"], marks=pytest.mark.heavy),
    ("cs231n-six-relu", 1, "relu", sqrt(2 / 4096), ["mean", "std"]),
]


@pytest.mark.parametrize(("name", "stack", "activation", "scale", "statistics"), SPREADS)
def test_the_tolerances_are_four_deviations_from_seed_to_seed(
    name, stack, activation, scale, statistics
):
    seeds = 40
    runs = [scripts.few_samples_run(activation, scale, s, **FEW_SAMPLES) for s in range(seeds)]
    for statistic in statistics:
        spread = np.std([[getattr(x, statistic) for x in run] for run in runs], axis=0, ddof=1)
        tolerances = [
            number.tolerance
            for number in FIGURES[name].numbers
            if number.stack == stack and number.statistic == statistic
        ]
        # 0.7 deviations are for what finite width does to the expectation.
        quotients = np.array(tolerances) / 4.7 / spread
        # A deviation of 40 seeds has a standard error of 1 / sqrt(2 * 39), that of 200 less.
        error = sqrt(1 / (2 * 39) + 1 / (2 * 199))
        assert np.all(np.abs(np.log(quotients)) < 4 * error), quotients


def test_the_published_numbers_are_those_that_were_printed():
    assert numbers_of("cs231n-tanh-std-0.01", "published", "std").tolist() == [
        *(0.213081, 0.047551, 0.010630, 0.002378, 0.000532)
    ]
    assert numbers_of("cs231n-tanh-std-1", "published", "std").tolist() == [0.98212]
    assert len(numbers_of("cs231n-relu-he", "published", "mean")) == 10
    assert len(numbers_of("cs231n-relu-he", "published", "std")) == 10


def test_the_published_runs_are_within_one_runs_spread_of_the_mean_field():
    """The two origins are independent, and must not contradict each other."""
    for name in ("cs231n-tanh-std-0.01", "cs231n-tanh-std-1", "cs231n-relu-he"):
        numbers = FIGURES[name].numbers
        field = {(n.layer, n.statistic): n for n in numbers if n.origin == "mean field"}
        for number in numbers:
            expected = field[number.layer, number.statistic]
            assert abs(number.value - expected.value) <= expected.tolerance + 0.5e-6


def test_units_that_start_the_same_stay_the_same():
    for name in ("symmetry-zeros", "symmetry-ones", "symmetry-constant"):
        for number in FIGURES[name].numbers:
            assert (number.statistic, number.value) == ("between_unit_std", 0.0)
            assert number.tolerance < 1e-11
        assert FIGURES[name].view == "units"  # where that is seen
    assert all(number.tolerance == 0 for number in FIGURES["symmetry-zeros"].numbers)


# --- get_figure ----------------------------------------------------------------------------


def test_a_figure_is_found_by_its_name():
    assert get_figure(" Saito-ReLU-He ") is FIGURES["saito-relu-he"]
    with pytest.raises(UnknownNameError, match=r"unknown figure 'saito-rellu'.*'saito-relu'"):
        get_figure("saito-rellu")
