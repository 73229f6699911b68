"""Where the chance to train crosses a cut of the judge's, as lines over a map."""

from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from actviz.diagnosis import calibration
from actviz.diagnosis.kept import harm
from actviz.sweeps.map_record import Field, MapLine, MapSpec


def cut_lines(field: Field, spec: MapSpec) -> tuple[MapLine, ...]:
    """Return the lines on which a chance is one of the judge's cuts, as far as the cells reach.

    Between the middles of four cells the harm (`actviz.diagnosis.kept.harm`) is taken for straight
    along their sides, over log std and depth. No line goes where there is no chance.
    """
    from contourpy import LineType, contour_generator  # 6 ms that mean field alone need not spend

    known = ~np.isnan(field.values)
    if not known.any():
        return ()
    rows, columns = (_from_to(known.any(axis=axis)) for axis in (1, 0))
    harms = np.pad(harm(field.values[rows, columns]), 1, mode="edge")
    field_of_harm = contour_generator(
        x=_edged(np.log(spec.stds), columns),
        y=_edged(np.array(spec.depths, dtype=float), rows),
        z=np.ma.masked_invalid(harms),
        corner_mask=False,
        line_type=LineType.Separate,
    )
    found = []
    for cut in calibration.CUTS:
        for line in cast(list[NDArray[np.float64]], field_of_harm.lines(float(harm(cut)))):
            points = np.column_stack([np.exp(line[:, 0]), line[:, 1]])
            found.append(MapLine(kind="cut", points=points, level=cut))
    return tuple(found)


def _from_to(known: ArrayLike) -> slice:
    """Return the places from the first that is known to the last."""
    first, last = np.flatnonzero(known)[[0, -1]].tolist()
    return slice(first, last + 1)


def _edged(middles: NDArray[np.float64], shown: slice) -> NDArray[np.float64]:
    """Return the middles of the cells that are shown, between the outer edges of these.

    The first and the last cell of all reach as far beyond their middles as the next ones are away,
    halved.
    """
    if len(middles) == 1:
        return np.array([middles[0] - 0.5, middles[0], middles[0] + 0.5])
    first, last = (middles[1] - middles[0]) / 2, (middles[-1] - middles[-2]) / 2
    edges = np.array([middles[0] - first, *(middles[1:] + middles[:-1]) / 2, middles[-1] + last])
    return np.array([edges[shown.start], *middles[shown], edges[shown.stop]])
