"""Maps to draw, made of numbers that are known."""

from functools import cache

import numpy as np

from actviz.sweeps.map_making import make_map
from actviz.sweeps.map_record import Field, MapRecord, MapSpec

STDS = tuple(float(f"{std:.4g}") for std in np.geomspace(0.005, 3, 12))


@cache
def a_map(*names, depth=50, width=100, stds=STDS, quantities=("signal", "gradient")):
    """Return a map of mean field, which takes no time."""
    depths = tuple(sorted({max(1, round(depth * n / 6)) for n in range(1, 7)}))
    return make_map(
        MapSpec(
            activations=names or ("sigmoid", "tanh", "relu"),
            stds=stds,
            depths=depths,
            width=width,
            quantities=quantities,
            simulated=False,
        )
    )


@cache
def of_chance(*names, unknown=False):
    """Return a map of chances that nobody simulated: 1 in one column, and less beside it."""
    spec = MapSpec(
        activations=names or ("tanh", "relu"),
        stds=STDS,
        depths=(5, 10, 20),
        quantities=("chance",),
    )
    values = np.tile(np.clip(1 - abs(np.arange(12) - 6) / 4, 0, 1), (3, 1))
    missing = ()
    if unknown:
        values[0, :3] = np.nan
        missing = tuple((0, column, "unknown.narrow") for column in range(3))
    fields = tuple(
        Field(activation=one, quantity="chance", values=values, unknown=missing)
        for one in spec.activations
    )
    bands = {one.name: ((0.1, 0.2),) * 3 for one in spec.activations}
    return MapRecord(spec=spec, fields=fields, bands=bands)
