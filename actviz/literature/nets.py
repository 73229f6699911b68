"""The figures of the literature that are of many trained nets, as data: a new one is one row.

They are drawn from committed rows (`actviz.literature.net_rows`) and have one version, the honest:
the source's own nets are not printed as numbers, so that there is nothing of its page to repeat.
"""

from collections.abc import Mapping

from actviz.literature.figure import NamedFigure
from actviz.literature.net_rows import schoenholz
from actviz.lookup import Table

NET_FIGURES: Mapping[str, NamedFigure] = Table(
    {
        row.name: row
        for row in (
            NamedFigure(
                name="schoenholz-trainability",
                source="S. S. Schoenholz, J. Gilmer, S. Ganguli, J. Sohl-Dickstein, "
                "Deep Information Propagation, ICLR, 2017, figure 5",
                nets=schoenholz(),
                layout="map",
            ),
        )
    }
)
