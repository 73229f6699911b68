"""The figures of the literature that are of stacks, as data: a new one is one row.

A row says what its source runs, with the source's own range, what the source's page looks like, and
which numbers a simulation must give.

Where the tolerances come from: what RandomState(0) repeats is followed draw by draw, and only the
last bits differ. Everything else holds for a law of weights and not for one seed, which may be 4
standard deviations off, as measured between at least 40 seeds of the very stack. Where the
published number is one such run itself, both have that spread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from math import pi, sqrt
from types import MappingProxyType

from actviz.layers.signals import BACKWARD, Signal
from actviz.literature.figure import (
    DRAWN,
    CalledStack,
    Hidden,
    NamedFigure,
    Number,
    Origin,
    Printed,
    StackLayout,
    by_any_name,
)
from actviz.lookup import Table, lookup
from actviz.records.measuring import OLD_NAMES, Measuring
from actviz.records.spec import StackSpec

#: Numbers that a book has for what is no result, and the figure that shows it: the sketch of
#: Xavier's rule.
MEANT: Mapping[str, str] = Table({"6-12": "6-13"})


def get_figure(name: str) -> NamedFigure:
    """Return the figure of that name or alias, upper and lower case alike.

    Raises
    ------
    UnknownNameError
        If there is none; the message has the closest names.

    Examples
    --------
    >>> [spec.init_name for spec in get_figure("saito-relu").specs]
    ['std=0.01', 'xavier', 'he']
    """
    return lookup(by_any_name(FIGURES.values()), name, kind="figure", meant=MEANT)


# --- numbers by layer, written as they are printed: "layer-1 layer-2 …" --------------------

LayerNumbers = tuple[Number, ...]

#: Standard deviations that one seed may be from an expectation.
_STDS = 4.0
#: And by how many finite width moves the expectation itself: by 0.65 at most, as measured, in the
#: ten layers of tanh with Xavier's uniform law.
_BIAS = 0.7


def _numbers(
    origin: Origin, name: str, text: str, shares: list[float], plus: float = 0, factor: float = 1
) -> LayerNumbers:
    """Return the numbers of `text`, for as many layers as `shares` has.

    A tolerance is a share of the value, plus `plus`. Layer l's value is scaled by factor^l, as
    relu(c x) = c relu(x) for c > 0: with the same draws, weights times c do that.
    """
    values = [float(word) * factor**layer for layer, word in enumerate(text.split(), start=1)]
    return tuple(
        Number(
            stack=0, layer=i, statistic=name, value=v, tolerance=s * abs(v) + plus, origin=origin
        )
        for i, (v, s) in enumerate(zip(values, shares, strict=False), start=1)
    )


def _same_stream(factor: float = 1.0, /, **statistics: str) -> LayerNumbers:
    # Builds of BLAS differ by 1e-15 in a layer, and five layers make 1e-12 of that at most. Counts
    # are neither scaled nor moved: no value is so close to an edge of the range.
    numbers: LayerNumbers = ()
    for name, text in statistics.items():
        share, scale = (0.0, 1.0) if name == DRAWN else (1e-9, factor)
        numbers += _numbers("calculated", name, text, [share] * 5, factor=scale)
    return numbers


def _mean_field(name: str, text: str, spreads: str, factor: float = 1.0) -> LayerNumbers:
    # Spreads are standard deviations between seeds, as shares of the value.
    shares = [(_STDS + _BIAS) * float(spread) for spread in spreads.split()]
    return _numbers("mean field", name, text, shares, factor=factor)


def _published_run(name: str, text: str, spreads: str) -> LayerNumbers:
    # Two runs without a seed differ by sqrt(2) spreads, and the printed one was rounded.
    shares = [_STDS * sqrt(2.0) * float(spread) for spread in spreads.split()]
    last_digit = 0.1 ** len(text.split()[0].partition(".")[2])
    return _numbers("published", name, text, shares, plus=last_digit / 2)


def _relu_field(factor: float, mean_spreads: str, std_spreads: str) -> LayerNumbers:
    # He's own z is N(0, 2) in every layer: relu(z) has the mean 1/sqrt(pi) and the mean square 1.
    mean, std = f"{sqrt(1 / pi)} " * 10, f"{sqrt(1 - 1 / pi)} " * 10
    means = _mean_field("mean", mean, mean_spreads, factor)
    return means + _mean_field("std", std, std_spreads, factor)


def _page(
    rows: Mapping[str, str],
    numbers: Mapping[str, LayerNumbers],
    *,
    source: str,
    layout: StackLayout,
    common: Mapping[str, object],
    unit_range: Sequence[str] = (),
    signal: Signal = "activation",
    view: str = "sheet",
    called: Mapping[str, str] = MappingProxyType({}),
    hides: Sequence[Hidden] = (),
    within: Sequence[str] = (),
    aliases: Mapping[str, str] = MappingProxyType({}),
    cuts: Mapping[str, int] = MappingProxyType({}),
) -> tuple[NamedFigure, ...]:
    """Return the figures of one source.

    A row is a name, and the activation and the inits of its stacks; `numbers` are by
    activation and init; `common` holds the other fields of
    specs and measuring. The range is (0, 1) for the
    activations in `unit_range`, and else (-1, 1), unless `common` has one. `called` has the
    source's words for inits; `within` names the figures that hide the spread within a unit as
    well; `aliases` and `cuts` are by name.
    """
    figures = []
    for name, stacks in rows.items():
        activation, *inits = stacks.split()
        ends = (0.0 if activation in unit_range else -1.0, 1.0)
        told = {"range": ends, **common}
        kept = {name: value for name, value in told.items() if name in OLD_NAMES}
        run = {name: value for name, value in told.items() if name not in OLD_NAMES}
        specs = tuple(
            _called(
                StackSpec.from_dict({"activation": activation, "init": init, **run}),
                called.get(init),
            )
            for init in inits
        )
        held = tuple(
            replace(number, stack=stack)
            for stack, init in enumerate(inits)
            for number in numbers[f"{activation} {init}"]
        )
        figures.append(
            NamedFigure(
                name=name,
                source=source,
                specs=specs,
                measuring=(Printed if signal in BACKWARD else Measuring).from_dict(kept),
                layout=layout,
                numbers=held,
                signal=signal,
                view=view,
                aliases=(aliases[name],) if name in aliases else (),
                hides=(*hides, "within") if name in within else tuple(hides),
                cut=cuts.get(name),
            )
        )
    return tuple(figures)


def _called(spec: StackSpec, word: str | None) -> StackSpec:
    """Return a stack under its source's word for its initializer, where there is one."""
    if word is None:
        return spec
    own = {item.name: getattr(spec, item.name) for item in fields(StackSpec)}
    return CalledStack(**own, called=word)


# --- Saito: RandomState(0), float64, the order of the book's draws ------------------------

_HE = {
    "mean": "0.560950642886 0.573457553584 0.622347627519 0.661350577731 0.659524987237",
    "std": "0.827514691509 0.824897153949 0.945092557916 0.946639229195 1.00101690187",
}
_SMALL, _XAVIER = sqrt(1 / 200), sqrt(1 / 2)  # std=0.01 and sqrt(1/100), over He's sqrt(2/100)

_SAITO = _page(
    {
        "saito-sigmoid-std-1": "sigmoid std=1",
        "saito-sigmoid-std-0.01": "sigmoid std=0.01",
        "saito-sigmoid-xavier": "sigmoid xavier",
        "saito-relu-std-0.01": "relu std=0.01",
        "saito-relu-xavier": "relu xavier",
        "saito-relu-he": "relu he",
        "saito-tanh-xavier": "tanh xavier",
        "saito-sigmoid": "sigmoid std=1 std=0.01 xavier",
        "saito-relu": "relu std=0.01 xavier he",
    },
    {
        "sigmoid std=1": _same_stream(
            mean="0.499065231235 0.517688021873 0.513979070566 0.535976286387 0.542967326137",
            std="0.458325255376 0.438014259119 0.442287428849 0.437274324446 0.436805316314",
        ),
        "sigmoid std=0.01": _same_stream(
            mean="0.499955480668 0.500758398731 0.500738900378 0.502402618463 0.501074693421",
            std="0.024933288531 0.0117913986092 0.0133381055418 0.0120600868533 0.0115082470718",
        ),
        # Called healthy; but nearly all of the std is between units, the same for every input.
        "sigmoid xavier": _same_stream(
            mean="0.499520249222 0.507056913564 0.507489166616 0.521841984334 0.509921094759",
            std="0.207836502984 0.121967035566 0.132746663484 0.118414130469 0.116056127535",
            within_unit_std="0.207726224556 0.0484483523996 0.0114430203016 "
            "0.00270407044765 0.000621957464336",
        ),
        "relu std=0.01": _same_stream(_SMALL, **_HE, drawn="100000 100000 100000 100000 100000"),
        "relu xavier": _same_stream(_XAVIER, **_HE, drawn="84362 92213 96047 99357 99875"),
        "relu he": _same_stream(**_HE, drawn="76320 75749 74854 72617 73062"),
        "tanh xavier": _same_stream(
            std="0.626202626785 0.482533039359 0.4086068062 0.356791720207 0.313520365955"
        ),
    },
    source="K. Saito, Deep Learning from Scratch, O'Reilly Japan, 2016, chapter 6",
    layout="row",
    # The book's Xavier is sqrt(1/n), n the units of the layer before: "lecun" elsewhere, and the
    # same as "xavier" where every layer is as wide as the one before. So it is in CS231n.
    common={"depth": 5, "width": 100, "samples": 1000, "seed": 0, "rng": "legacy"},
    unit_range=("sigmoid", "relu"),
    # Its histogram is of all units together, and it draws no gradient: by the fifth layer nearly
    # all of Xavier's std is between units, and of std = 0.01's.
    hides=("gradient",),
    within=(
        "saito-sigmoid-std-1",
        "saito-sigmoid-std-0.01",
        "saito-sigmoid-xavier",
        "saito-sigmoid",
    ),
    # The numbers by readers' notes and O'Reilly's preview of the English edition; a printed page of
    # the Japanese one was not seen. 6-12 is a sketch of a net; 6-15 is `saito-mnist`.
    aliases={
        "saito-sigmoid-std-1": "6-10",
        "saito-sigmoid-std-0.01": "6-11",
        "saito-sigmoid-xavier": "6-13",
        "saito-relu": "6-14",
    },
    # plt.ylim(0, 7000): a line of the book's script, in one version of it a comment.
    cuts=dict.fromkeys(
        ("saito-relu-std-0.01", "saito-relu-xavier", "saito-relu-he", "saito-relu"), 7000
    ),
)

# --- CS231n, 2015 to 2017: ten layers of 500; spreads between 40 seeds --------------------

_CS231N = "CS231n: Convolutional Neural Networks for Visual Recognition, Stanford"

_TANH_SMALL = "0.0017 0.0030 0.0045 0.0057 0.0069 0.0075 0.0096 0.0113 0.0120 0.0129"
_TANH_LARGE = "0.00013 " * 10  # the layers differ by less than 40 seeds can tell
# Of normal weights; those of uniform ones are no larger.
_TANH_XAVIER = "0.0010 0.0015 0.0024 0.0029 0.0038 0.0045 0.0057 0.0070 0.0070 0.0076"
# The same for every scale of the weights.
_RELU_MEAN = "0.0028 0.032 0.051 0.052 0.072 0.082 0.090 0.112 0.112 0.114"
_RELU_STD = "0.0024 0.018 0.032 0.044 0.060 0.073 0.075 0.093 0.102 0.113"

# A slide's run of relu with He.
_HE_RUN_MEAN = (
    "0.562488 0.553614 0.545867 0.565396 0.547678 0.587103 0.596867 0.623214 0.567498 0.552531"
)
_HE_RUN_STD = (
    "0.825232 0.827835 0.813855 0.826902 0.834092 0.860035 0.870610 0.889348 0.845357 0.844523"
)

# The root of E tanh^2 from layer to layer, by quadrature: sigma_w^2 = 500 * 0.01^2, and 1.
_FADING = (
    "0.213546 0.0476421 0.0106519 0.00238182 0.000532592 "
    "0.000119091 0.0000266296 5.95456e-6 1.33148e-6 2.97728e-7"
)
_FIELD = "0.627929 0.486262 0.408236 0.357638 0.321622 0.294390 0.272911 0.255430 0.240856 0.228473"

_TEN_LAYERS = _page(
    {
        "cs231n-tanh-std-0.01": "tanh std=0.01",
        "cs231n-tanh-std-1": "tanh std=1",
        "cs231n-tanh-xavier": "tanh xavier",
        "cs231n-tanh-xavier-uniform": "tanh glorot_uniform",
        "cs231n-relu-std-0.01": "relu std=0.01",
        "cs231n-relu-xavier": "relu xavier",
        "cs231n-relu-he": "relu he",
    },
    {
        "tanh std=0.01": _published_run(
            "std", "0.213081 0.047551 0.010630 0.002378 0.000532", _TANH_SMALL
        )
        + _mean_field("std", _FADING, _TANH_SMALL),
        "tanh std=1": _published_run("std", "0.98212", _TANH_LARGE)
        + _mean_field("std", "0.982012 0.981680" + " 0.981673" * 8, _TANH_LARGE),
        "tanh xavier": _mean_field("std", _FIELD, _TANH_XAVIER),
        "tanh glorot_uniform": _mean_field("std", _FIELD, _TANH_XAVIER),
        # Over He's sqrt(2/500).
        "relu std=0.01": _relu_field(0.01 * sqrt(500 / 2), _RELU_MEAN, _RELU_STD),
        "relu xavier": _relu_field(_XAVIER, _RELU_MEAN, _RELU_STD),
        "relu he": _published_run("mean", _HE_RUN_MEAN, _RELU_MEAN)
        + _published_run("std", _HE_RUN_STD, _RELU_STD)
        + _relu_field(1.0, _RELU_MEAN, _RELU_STD),
    },
    source=f"F.-F. Li, A. Karpathy, J. Johnson, S. Yeung, {_CS231N}, 2015-2017, slides",
    layout="row-and-trends",
    hides=("gradient",),
    common={"depth": 10, "width": 500, "samples": 1000},
)

# --- CS231n, 2018 and later: six layers of 4096; spreads between 200 seeds ----------------

_SIX_MEAN = "0.0063 0.0135 0.020 0.023 0.026 0.032"
_SIX_STD = "0.0049 0.0089 0.0143 0.019 0.023 0.027"

_SIX_LAYERS = _page(
    # One row an activation, and none for each stack: a stack draws 100 million weights, and the
    # slides are about the difference between them.
    {
        "cs231n-six-tanh": "tanh std=0.01 std=0.05 xavier",
        "cs231n-six-relu": "relu xavier he",
    },
    {
        "tanh std=0.01": _mean_field(
            "std",
            "0.492171 0.289229 0.179219 0.113236 0.0720948 0.0460429",
            "0.0025 0.0031 0.0040 0.0045 0.0054 0.0063",
        ),
        "tanh std=0.05": _mean_field(
            "std", "0.871735 0.853020 0.849840 0.849286 0.849189 0.849172", "0.0010 " * 6
        ),
        "tanh xavier": _mean_field("std", _FIELD, "0.0019 0.0022 0.0028 0.0031 0.0035 0.0039"),
        "relu xavier": _relu_field(_XAVIER, _SIX_MEAN, _SIX_STD),
        "relu he": _relu_field(1.0, _SIX_MEAN, _SIX_STD),
    },
    source=f"F.-F. Li, J. Johnson, S. Yeung and others, {_CS231N}, 2018 and later, slides",
    layout="row",
    common={"depth": 6, "width": 4096, "samples": 16},
)

# --- Glorot and Bengio 2010; spreads between 40 seeds -------------------------------------

#: The paper's words for its two laws.
_LAWS = {"torch_linear": "standard", "glorot_uniform": "normalized"}
_GLOROT = (
    "X. Glorot, Y. Bengio, Understanding the difficulty of training deep feedforward neural "
    "networks, AISTATS 2010"
)

_GLOROT_BENGIO = _page(
    # The paper's standard law, U(±1/√n) of variance 1/(3n), is "torch_linear".
    {"glorot-bengio-6": "tanh torch_linear glorot_uniform"},
    {
        "tanh torch_linear": _mean_field(
            "std",
            "0.460299 0.249501 0.141195 0.0809857 0.0466554",
            "0.0015 0.0017 0.0023 0.0030 0.0036",
        ),
        "tanh glorot_uniform": _mean_field("std", _FIELD, "0.0011 0.0012 0.0015 0.0020 0.0021"),
    },
    called=_LAWS,
    source=f"{_GLOROT}, figure 6",
    layout="overlay",
    common={"depth": 5, "width": 1000, "samples": 300},
)

# Figures 7 and 8, back from a standard normal cotangent, through layers of half the paper's width:
# what a gradient loses from layer to layer on the way back, the layer's input has more of, so that
# the product of both, the gradient of the weights, stays where it is.
_GRADIENTS = {"depth": 5, "width": 500, "samples": 300, "bins": 80, "gradients": True}

_GLOROT_BENGIO_BACK = _page(
    {
        "glorot-bengio-7": "tanh torch_linear glorot_uniform",
    },
    {
        "tanh torch_linear": _mean_field(
            "std",
            "0.0830045 0.176021 0.323978 0.572342 0.997828",
            "0.0076 0.0063 0.0046 0.0030 0.0018",
        ),
        "tanh glorot_uniform": _mean_field(
            "std",
            "0.370842 0.544179 0.682068 0.800095 0.904874",
            "0.0071 0.0060 0.0049 0.0032 0.0018",
        ),
    },
    called=_LAWS,
    source=f"{_GLOROT}, figure 7",
    layout="overlay",
    common={**_GRADIENTS, "range": (-2.0, 2.0)},
    signal="gradient",
    view="overlay",
)

_GLOROT_BENGIO_WEIGHTS = _page(
    {
        "glorot-bengio-8": "tanh torch_linear glorot_uniform",
    },
    {
        "tanh torch_linear": _mean_field(
            "std",
            "1.43768 1.40335 1.40006 1.39971 1.39967",
            "0.0090 0.0075 0.0079 0.0074 0.0070",
        ),
        "tanh glorot_uniform": _mean_field(
            "std",
            "6.42318 5.91852 5.74458 5.65735 5.60521",
            "0.0085 0.0073 0.0080 0.0062 0.0051",
        ),
    },
    called=_LAWS,
    source=f"{_GLOROT}, figure 8",
    layout="overlay",
    common={**_GRADIENTS, "range": (-20.0, 20.0)},
    signal="weight_gradient",
    view="overlay",
)

# --- weights that are all the same --------------------------------------------------------


def _one_unit(weight: float) -> LayerNumbers:
    # Every unit adds the same 100 terms, of at most `weight` in size from layer 2 on; an end column
    # that BLAS adds in another order differs by at most n eps times the sum of the sizes.
    rounding = 100 * 2.0**-52 * 100 * weight
    return _numbers("calculated", "between_unit_std", "0 " * 5, [0.0] * 5, plus=rounding)


_SYMMETRY = _page(
    {
        "symmetry-zeros": "tanh zeros",
        "symmetry-ones": "tanh ones",
        "symmetry-constant": "tanh constant=0.63",
    },
    {
        "tanh zeros": _one_unit(0.0),
        "tanh ones": _one_unit(1.0),
        "tanh constant=0.63": _one_unit(0.63),
    },
    source="PyTorch contributors, torch.nn.init, pytorch.org, 2016 and later",
    layout="row",
    common={"depth": 5, "width": 100, "samples": 1000},
    view="units",
)

#: The figures by name, in reading order.
FIGURES: Mapping[str, NamedFigure] = Table(
    {
        row.name: row
        for row in (
            *(*_SAITO, *_TEN_LAYERS, *_SIX_LAYERS),
            *(*_GLOROT_BENGIO, *_GLOROT_BENGIO_BACK, *_GLOROT_BENGIO_WEIGHTS),
            *_SYMMETRY,
        )
    }
)
