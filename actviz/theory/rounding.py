"""How far rounding reaches: up to which layer two machines' results of one stack are the same.

Another BLAS, another number of its threads or another kind of processor sums in another order, and
every product differs in its last bits. What a stack makes of that is mean field's to say.
"""

import numpy as np

from actviz.errors import SpecError
from actviz.records.spec import StackSpec
from actviz.theory.expectations import moments
from actviz.theory.prediction import predict


def reproducible_depth(spec: StackSpec, *, rtol: float = 1e-9) -> int:
    """Return up to which layer rounding changes a stack's values by less than `rtol`.

    Parameters
    ----------
    spec : StackSpec
        The stack.
    rtol : float, default 1e-9
        Of the root mean square over units, dimensionless, above 0 and below 1.

    Returns
    -------
    int
        From 0 to the stack's depth, and the depth for weights that theory does not know. Beyond it
        only statistics over seeds mean something, not the numbers of one.

    Raises
    ------
    SpecError
        If `rtol` is not above 0 and below 1.

    Notes
    -----
    Two runs whose preactivations differ by a part d of their mean square differ in the next layer
    by sigma_w2 E φ'(z)² q / q' times d: the slope of the correlation map at c = 1, which is chi
    where q is at rest (Poole et al. 2016; Schoenholz et al. 2017). Each layer adds its own
    rounding: sums of n products differ by sqrt(n) eps, relative to their size. Where chi > 1 the
    stack is chaotic, and d grows to 1 from any beginning.

    Examples
    --------
    >>> chaotic = StackSpec(activation="tanh", init="std=1", depth=50)
    >>> reproducible_depth(chaotic), reproducible_depth(chaotic, rtol=1e-3)
    (16, 32)
    >>> reproducible_depth(StackSpec(activation="relu", init="he", depth=50))
    50
    """
    if not 0 < rtol < 1:
        raise SpecError(f"rtol must be above 0 and below 1 (got {rtol!r})")
    try:
        layers = predict(spec).layers
    except SpecError:  # weights that are not random around 0: nothing is known
        return spec.depth
    eps = float(np.finfo(spec.dtype).eps)
    apart = 0.0
    for layer, before in zip(layers, (None, *layers), strict=False):
        if before is not None and layer.q:
            slope = moments(spec.activation, before.q).slope_second
            apart *= layer.sigma_w2 * slope * before.q / layer.q
        apart += layer.fan_in * eps**2
        if apart > rtol**2:
            return layer.layer - 1
    return spec.depth
