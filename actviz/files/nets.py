"""The nets of a map while they are trained, in a file beside the picture."""

from typing import Any

from actviz.errors import RecordError
from actviz.files.kept import LineKind
from actviz.sweeps.map_heading import NetsHeading
from actviz.sweeps.map_nets import MapNet


def _net(heading: NetsHeading, data: Any) -> MapNet:
    net = MapNet.from_dict(data)
    if not heading.has(net):
        raise RecordError("it is no net of its map")
    return net


NETS = LineKind(rows="nets", work="a map", item="net", heading=NetsHeading.from_dict, row=_net)
