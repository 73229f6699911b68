"""SweepRecord: the rows of a sweep, tidy, as values, a table of pandas or a cube of xarray."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz.errors import MissingExtraError, SpecError
from actviz.sweeps.row import COLUMNS, JUDGED, TEXTS, Row
from actviz.sweeps.spec import SweepSpec

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRecord:
    """What `sweep` returns.

    Parameters
    ----------
    sweep : SweepSpec or None
        Which stacks there are; None of stacks that were named one by one.
    rows : tuple of Row
        One for each stack, in the order of their numbers.
    """

    sweep: SweepSpec | None
    rows: tuple[Row, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a dict for each row, its keys being `actviz.sweeps.row.COLUMNS`."""
        return [row.to_dict() for row in self.rows]

    def to_frame(self) -> "pd.DataFrame":
        """Return `to_rows` as a pandas DataFrame."""
        import pandas as pd  # 0.3 s, for those who ask for it

        return pd.DataFrame(self.to_rows(), columns=list(COLUMNS))

    def to_xarray(self) -> Any:
        """Return an xarray Dataset: a dimension for each axis and ``seed_number``, what is judged.

        Raises
        ------
        MissingExtraError
            If xarray is not installed.
        SpecError
            If the stacks were named one by one, which have no axes, or a row is missing.
        """
        try:
            import xarray as xr
        except ImportError as error:
            raise MissingExtraError("to_xarray", "xarray", extra="xarray") from error
        if self.sweep is None:
            raise SpecError("stacks that were named one by one have no axes: use to_frame")
        if len(self.rows) != len(self.sweep):
            missing = len(self.sweep) - len(self.rows)
            raise SpecError(f"{missing} rows of the sweep are missing: use to_frame")
        import numpy as np

        axes: dict[str, list[Any]] = {axis.name: list(axis.plain) for axis in self.sweep.axes}
        first = self.sweep.base.seed
        axes["seed_number"] = list(range(first, first + self.sweep.seeds))
        rows = self.to_rows()
        return xr.Dataset(
            {
                name: (
                    tuple(axes),
                    np.array(
                        [row[name] for row in rows], object if name in TEXTS else float
                    ).reshape(self.sweep.shape),
                )
                for name in (*JUDGED, "failed")
            },
            coords=axes,
        )
