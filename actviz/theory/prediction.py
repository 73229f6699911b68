"""predict(spec) -> Prediction: what mean field says of every layer of a stack, without a draw.

The same statistics as a Record has, under the same names, for layers so wide that units are
independent and preactivations normal. Nothing here is fitted to a simulation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import isfinite, sqrt

from actviz.errors import SpecError
from actviz.format import axis_number, counted, elided
from actviz.layers.initializer_laws import Constant, Identity, Initializer, Uniform
from actviz.layers.signals import BACKWARD, Signal
from actviz.records.recorded_spec import stack_line
from actviz.records.spec import StackSpec
from actviz.theory.expectations import Moments, half_distance, moments
from actviz.theory.shares import saturated_share, zero_share


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalPrediction:
    """Predicted statistics of one signal, under the names of `SignalStats`.

    Parameters
    ----------
    mean, std, rms : float
        Of all samples × units values, in their own unit.
    within_unit_std, between_unit_std : float or None
        Spread over the samples of one unit, and over units of their means; None for one sample,
        and for one unit.
    mean_cosine : float or None
        Cosine between two samples' vectors, without centring, in [-1, 1]; None where all is 0.
    zero_fraction, saturated_fraction : float
        Share of exact zeros, and of entries with less than 5 % of the largest slope.
    """

    mean: float
    std: float
    rms: float
    within_unit_std: float | None
    between_unit_std: float | None
    mean_cosine: float | None
    zero_fraction: float
    saturated_fraction: float


#: What is predicted of a preactivation and of an activation.
STATISTICS = tuple(field.name for field in fields(SignalPrediction))


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerPrediction:
    """What mean field says of one layer.

    Parameters
    ----------
    layer : int
        Counted from 1.
    fan_in, width : int
        Rows and columns of W.
    sigma_w2, sigma_b2 : float
        fan_in times the variance of a weight, and the variance of a bias.
    q : float
        Second moment of the preactivations, dimensionless.
    c : float or None
        Correlation of the preactivations of two different inputs; None where q is 0.
    chi : float
        Factor of the gradient's variance through this layer, from the activation to the layer's
        input: width × variance of a weight × E φ'(z)². At constant width, sigma_w2 E φ'(z)².
    preactivation, activation : SignalPrediction
    gradient_std, activation_gradient_std, weight_gradient_std : float
        Standard deviations (their means are 0) of the gradient with respect to the preactivation,
        the activation and the weights, for a standard normal cotangent of the last activation.
    """

    layer: int
    fan_in: int
    width: int
    sigma_w2: float
    sigma_b2: float
    q: float
    c: float | None
    chi: float
    preactivation: SignalPrediction
    activation: SignalPrediction
    gradient_std: float
    activation_gradient_std: float
    weight_gradient_std: float

    def __repr__(self) -> str:
        """Return one line, with what its statistics follow from."""
        return (
            f"<LayerPrediction {self.layer} of {counted(self.width, 'unit')}: q {self.q:.3g}, "
            f"chi {self.chi:.3g}, std {self.activation.std:.3g}>"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What mean field says of a stack.

    Parameters
    ----------
    spec : StackSpec
        The stack.
    layers : tuple of LayerPrediction
        One for each layer. A stack whose q leaves the range of floats ends before that layer.
    """

    spec: StackSpec
    layers: tuple[LayerPrediction, ...]

    def __repr__(self) -> str:
        """Return one line, with the std of each layer's activation."""
        stds = elided([axis_number(layer.activation.std, 2) for layer in self.layers])
        told = f"; std by layer {stds}" if self.layers else ""
        return f"<Prediction of {stack_line(self.spec)}{told}>"

    def value(self, layer: int, signal: Signal, statistic: str) -> float | None:
        """Return what is predicted of a statistic, by the names that `Ensemble.spread` has too.

        Parameters
        ----------
        layer : int
            From 1.
        signal : str
            Of `actviz.layers.signals.SIGNALS`.
        statistic : str
            Of `STATISTICS`; of gradients, mean, std and rms.

        Returns
        -------
        float or None
            None for a statistic that is not predicted, not defined, or beyond the floats.
        """
        if not 1 <= layer <= len(self.layers):
            return None
        found = self.layers[layer - 1]
        number: float | None = None
        if signal in BACKWARD:
            std: float = getattr(found, f"{signal}_std")
            number = {"mean": 0.0, "std": std, "rms": std}.get(statistic)
        elif statistic in STATISTICS:
            number = getattr(getattr(found, signal), statistic)
        return number if number is not None and isfinite(number) else None


def predict(spec: StackSpec) -> Prediction:
    """Return what every layer of a stack looks like in the limit of infinite width.

    Parameters
    ----------
    spec : StackSpec
        Any widths. Of the initializer only the variance of an entry counts, ``init.std(fan_in,
        fan_out)**2``: normal, uniform, truncated and orthogonal weights are all the same to it.
        Of the input only `input_std`: its entries are independent, so that two inputs are
        uncorrelated. Seed, dtype and histograms do not matter.

    Returns
    -------
    Prediction

    Raises
    ------
    SpecError
        If the weights do not have the mean 0 (a constant other than 0, a uniform law off centre),
        or are not random (identity): mean field says nothing of them. An initializer of your own
        is taken to have mean 0, independent entries and the std that it names.

    Notes
    -----
    Layer 1 has q = sigma_w2 input_std² + sigma_b2, and layer l + 1 has q' = sigma_w2 E φ² +
    sigma_b2. The covariance of a unit's values for two inputs goes along by `half_distance`.

    The spreads are those that `actviz.numbers.stats.describe` finds in a table of `samples` rows
    and `width` columns: a unit's variance over n rows is on average 1 - 1/n of its law's, its mean
    keeps 1/n of that, and the variance of w columns' means is 1 - 1/w of theirs. All else of finite
    width is left out: a layer's numbers differ from network to network by a share of the order of
    sqrt(layer / width), and their mean from these by the order of layer / width. That shows where
    what is predicted is small itself: units of layer 1 differ in the norm of their weights by 1 /
    sqrt(2 fan_in), which spreads ReLU's means over units more than uncorrelated inputs do.

    Going back, the gradient is taken to be independent of the values it passes (Schoenholz et al.
    2017): var(dL/dz) = E φ'² var(dL/da), and the layer below has fan_out × var(W) of that. An entry
    of dL/dW = x.T @ dL/dz is a sum over samples whose cotangents are independent, so that its
    variance is samples × E x² × var(dL/dz), however alike the inputs have become.

    Examples
    --------
    >>> layers = predict(StackSpec(activation="sigmoid", init="xavier")).layers
    >>> [f"{layer.activation.within_unit_std:.2g}" for layer in layers]
    ['0.21', '0.049', '0.012', '0.0027', '0.00064']
    """
    _check_law(spec.init)
    forward = _forward(spec)
    pairs, gradients = _apart(spec, forward), _backward(spec, forward)
    layers = tuple(
        _layer(spec, number, pair, activation_gradient)
        for number, (pair, activation_gradient) in enumerate(
            zip(pairs, gradients, strict=True), start=1
        )
    )
    return Prediction(spec=spec, layers=layers)


def _check_law(init: Initializer) -> None:
    wrong = {
        Constant: "constant weights other than 0 have a mean",
        Uniform: "uniform weights need low = -high: otherwise they have a mean",
        Identity: "identity weights are not random",
    }
    centred = (isinstance(init, Constant) and init.value == 0) or (
        isinstance(init, Uniform) and init.low == -init.high
    )
    if type(init) in wrong and not centred:
        raise SpecError(f"theory needs random weights around 0: {wrong[type(init)]}")


@dataclass(frozen=True, slots=True)
class _Scale:
    """One layer on the way forward: what goes in, the preactivation, what comes out."""

    weight: float  # variance of an entry of W
    bias: float  # variance of an entry of b
    q: float
    input_second: float
    out: Moments


@dataclass(frozen=True, slots=True)
class _Pair:
    """The same layer, of two inputs: how far apart they are before it and after it."""

    scale: _Scale
    distance: float
    out_distance: float


def scales(spec: StackSpec) -> tuple[tuple[float, float], ...]:
    """Return of every layer the std of the activation and that of the gradient.

    The part of `predict` that takes no time: the std over units and inputs together, and of the
    gradient with respect to the preactivation, for a standard normal cotangent.

    Raises
    ------
    SpecError
        As for `predict`.
    """
    _check_law(spec.init)
    forward = _forward(spec)
    back = _backward(spec, forward)
    return tuple(
        (sqrt(max(each.out.variance, 0.0)), gradient * sqrt(each.out.slope_second))
        for each, gradient in zip(forward, back, strict=True)
    )


def _forward(spec: StackSpec) -> list[_Scale]:
    """Return the layers up to the last one whose second moments are floats."""
    second = spec.input_std * spec.input_std
    found = []
    for number, (fan_in, fan_out) in enumerate(spec.shapes, start=1):
        std, bias_std = spec.init.std(fan_in, fan_out), spec.bias_std_of(number)
        weight, bias = std * std, bias_std * bias_std  # inf where too large: ** would raise
        q = fan_in * weight * second + bias
        if not isfinite(q):
            break
        out = moments(spec.activation, q)
        if not isfinite(out.second):
            break
        found.append(_Scale(weight, bias, q, second, out))
        second = out.second
    return found


def _apart(spec: StackSpec, scales: Sequence[_Scale]) -> list[_Pair]:
    """Return how far apart two inputs are in every layer."""
    apart = spec.input_std * spec.input_std
    found = []
    for scale, (fan_in, _) in zip(scales, spec.shapes, strict=False):
        distance = fan_in * scale.weight * apart
        apart = half_distance(spec.activation, scale.q, min(distance, 2 * scale.q))
        found.append(_Pair(scale, distance, apart))
    return found


def _backward(spec: StackSpec, scales: Sequence[_Scale]) -> list[float]:
    """Return the std of the gradient with respect to each layer's activation."""
    std, found = 1.0, []
    for scale, (_, width) in zip(
        reversed(scales), reversed(spec.shapes[: len(scales)]), strict=True
    ):
        found.append(std)
        std *= sqrt(scale.out.slope_second) * sqrt(width * scale.weight)
    return found[::-1]


def _layer(
    spec: StackSpec, number: int, pair: _Pair, activation_gradient: float
) -> LayerPrediction:
    (fan_in, width), state = spec.shapes[number - 1], pair.scale
    saturated = saturated_share(spec.activation, state.q)
    gradient = activation_gradient * sqrt(state.out.slope_second)
    return LayerPrediction(
        layer=number,
        fan_in=fan_in,
        width=width,
        sigma_w2=fan_in * state.weight,
        sigma_b2=state.bias,
        q=state.q,
        c=1 - pair.distance / state.q if state.q else None,
        chi=width * state.weight * state.out.slope_second,
        preactivation=_signal(
            spec.samples,
            width,
            mean=0.0,
            variance=state.q,
            distance=pair.distance,
            zero=float(state.q == 0),
            saturated=saturated,
        ),
        activation=_signal(
            spec.samples,
            width,
            mean=state.out.mean,
            variance=state.out.variance,
            distance=pair.out_distance,
            zero=zero_share(spec.activation, state.q),
            saturated=saturated,
        ),
        gradient_std=gradient,
        activation_gradient_std=activation_gradient,
        weight_gradient_std=sqrt(spec.samples) * sqrt(state.input_second) * gradient,
    )


def _signal(
    samples: int,
    width: int,
    *,
    mean: float,
    variance: float,
    distance: float,
    zero: float,
    saturated: float,
) -> SignalPrediction:
    """Return what a table of samples × width shows of units with such a law.

    `distance` is the part of a unit's variance that is not common to all samples.
    """
    second = variance + mean**2
    within = distance * (1 - 1 / samples)
    between = (max(variance - distance, 0.0) + distance / samples) * (1 - 1 / width)
    return SignalPrediction(
        mean=mean,
        std=sqrt(within + between),
        rms=sqrt(second),
        within_unit_std=sqrt(within) if samples > 1 else None,
        between_unit_std=sqrt(between) if width > 1 else None,
        mean_cosine=1 - distance / second if second and samples > 1 else None,
        zero_fraction=zero,
        saturated_fraction=saturated,
    )
