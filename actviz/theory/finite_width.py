"""Finite width: how far one network's scale is from another's, where that is known.

Mean field is the limit of many units, in which all networks of one law are alike; these are not.
"""

from itertools import accumulate
from math import exp, log1p, sqrt

from actviz.layers.activations import ACTIVATIONS
from actviz.layers.defaults import law_of_weights
from actviz.layers.initializer_laws import Normal, Uniform, VarianceScaling
from actviz.records.spec import StackSpec

#: The 95 % quantile of the standard normal law.
_Z95 = 1.6448536269514722


def relu_std_range(spec: StackSpec) -> tuple[tuple[float, float], ...] | None:
    """Return by which factors 5 and 95 % of the networks leave mean field's size for one input.

    For one fixed input, the mean square of layer L over its units has the relative variance
    v = prod(1 + 5/n_l) - 1 between networks (`relu_norm_spread`). Of the law with that variance,
    log-normal in deep stacks, the quantiles are exp(-s²/2 ± 1.645 s) with s² = log(1 + v); a root
    mean square goes with the root. The std of a layer is over many inputs: in deep stacks, whose
    inputs have become alike, it has the same range, and in the first layers a narrower one.

    Parameters
    ----------
    spec : StackSpec
        The stack.

    Returns
    -------
    tuple of (float, float), or None
        None where it does not apply: for another activation than ReLU, with biases, and for
        weights that are not independent around 0.

    References
    ----------
    Hanin & Rolnick (2018), "How to start training"; Hanin & Nica (2020), "Products of many large
    random matrices and gradients in deep neural networks", for the log-normal law.

    Examples
    --------
    >>> from actviz.records.spec import StackSpec
    >>> low, high = relu_std_range(StackSpec(activation="relu", init="he", depth=10))[-1]
    >>> round(low, 2), round(high, 2)
    (0.5, 1.57)
    """
    init = law_of_weights(spec.init)
    # Of independent entries with the mean 0; laws of an own class are not known to be.
    independent = type(init) in (VarianceScaling, Normal) or (
        type(init) is Uniform and init.low == -init.high
    )
    if spec.activation is not ACTIVATIONS["relu"] or spec.bias_std_of(1) or not independent:
        return None
    variances = accumulate(log1p(5 / width) for width in spec.widths)
    return tuple(
        (exp(-s2 / 4 - _Z95 * sqrt(s2) / 2), exp(-s2 / 4 + _Z95 * sqrt(s2) / 2)) for s2 in variances
    )
