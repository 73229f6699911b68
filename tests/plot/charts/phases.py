"""Phase diagrams to draw: mean field's numbers, and dots that nobody simulated."""

from dataclasses import replace
from functools import cache

import numpy as np

from actviz.sweeps.phase_making import make_phase
from actviz.sweeps.phase_record import PhaseRecord, PhaseSpec

STDS = tuple(float(f"{std:.4g}") for std in np.geomspace(0.005, 3, 24))
BIASES = (0.0, 0.25, 0.5, 0.75, 1.0)


@cache
def a_phase(
    *names,
    quantity="gradient",
    width=100,
    stds=STDS,
    biases=BIASES,
    dots=False,
    seeds=(0,),
    lost=False,
):
    """Return a diagram; its dots are 1 % or 2 % off mean field, whatever the seeds."""
    spec = PhaseSpec(
        activations=names or ("sigmoid", "tanh", "relu"),
        quantity=quantity,
        stds=stds,
        biases=biases,
        width=width,
        seeds=seeds,
    )
    record = make_phase(spec)
    if not dots:
        return record
    spec = replace(spec, dot_stds=stds[2::10], dot_biases=BIASES)
    planes = []
    for plane in record.planes:
        told = plane.values[:, 2::10]
        off = np.where(np.arange(told.size) % 4 == 0, 1.019, 1.009).reshape(told.shape)
        found = np.minimum(told * off, 1.0) if quantity == "cosine" else told * off
        if lost:
            found[0, 0] = np.nan
        planes.append(replace(plane, found=found, predicted=told))
    return PhaseRecord(spec=spec, planes=tuple(planes))
