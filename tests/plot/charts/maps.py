"""Maps to draw, made of numbers that are known."""

from dataclasses import replace
from functools import cache

import numpy as np

from actviz.sweeps.map_making import make_map
from actviz.sweeps.map_nets import MapNet, MapNets
from actviz.sweeps.map_record import Field, MapRecord, MapSpec
from actviz.training.trial import Trial

STDS = tuple(float(f"{std:.4g}") for std in np.geomspace(0.005, 3, 12))


@cache
def a_map(*names, depth=50, width=100, stds=STDS, quantities=("signal", "gradient"), bias_std=0.0):
    """Return a map of mean field, which takes no time."""
    depths = tuple(sorted({max(1, round(depth * n / 6)) for n in range(1, 7)}))
    return make_map(
        MapSpec(
            activations=names or ("sigmoid", "tanh", "relu"),
            stds=stds,
            depths=depths,
            width=width,
            quantities=quantities,
            bias_std=bias_std,
            simulated=False,
        )
    )


def with_nets(record, trains=lambda chance: chance > 0.5):
    """Return a map with a net on every second cell, which trains as its chance says, or not."""
    spec = record.spec
    nets = [
        MapNet(
            activation=field.activation.name,
            std=std,
            depth=depth,
            trial=Trial(
                accuracy=0.9 if trains(field.values[row, column]) else 0.1, rate=0.1, step=50
            ),
        )
        for field in record.fields
        for column, std in list(enumerate(spec.stds))[::2]
        for row, depth in enumerate(spec.depths)
    ]
    return replace(record, nets=MapNets(data="mnist", nets=tuple(nets), asked=len(nets)))


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
