"""SweepRecord: the rows of a sweep, tidy, as values, a table of pandas or a cube of xarray."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz.errors import MissingExtraError, SpecError
from actviz.format import counted
from actviz.records.shown import Shown
from actviz.sweeps.row import COLUMNS, FAILED, JUDGED, LEVELS, NOT_JUDGED, TEXTS, Row
from actviz.sweeps.spec import SweepSpec

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRecord(Shown):
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

    def __repr__(self) -> str:
        """Return one line: a row for each stack would be pages."""
        axes = () if self.sweep is None else self.sweep.axes
        over = f" over {', '.join(axis.name for axis in axes)}" if axes else ""
        found = ", ".join(f"{count} {name}" for name, count in self.levels.items())
        return f"<SweepRecord of {counted(len(self), 'stack')}{over}: {found}>"

    @property
    def levels(self) -> dict[str, int]:
        """How many stacks are healthy and so on, and how many are not judged where some are."""
        found = dict.fromkeys(LEVELS, 0) | Counter(row.level for row in self.rows)
        return {name: found[name] for name in (*LEVELS, NOT_JUDGED, FAILED) if name in found}

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
            total = counted(len(self.sweep), "row")
            raise SpecError(f"the sweep has {total}, and here are {len(self.rows):,}: use to_frame")
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
