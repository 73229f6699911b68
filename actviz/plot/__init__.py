"""Records to Figures: the room where matplotlib is at home, with `actviz.files.images`.

It computes no statistic and imports no producer: a number that is missing here belongs into the
Record.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from actviz.plot.books.stacks import plot_textbook as plot_textbook
    from actviz.plot.facets.depth import plot_depth as plot_depth
    from actviz.plot.facets.layers import plot_overlay as plot_overlay
    from actviz.plot.facets.layers import plot_ridge as plot_ridge
    from actviz.plot.grid.view import plot_grid as plot_grid
    from actviz.plot.overview.view import plot_overview as plot_overview
    from actviz.plot.training.views import plot_accuracy as plot_accuracy
    from actviz.plot.training.views import plot_boundaries as plot_boundaries
    from actviz.plot.training.views import plot_loss as plot_loss
    from actviz.plot.training.views import plot_strips as plot_strips
    from actviz.plot.training.views import plot_training as plot_training
    from actviz.plot.training.views import plot_training_grid as plot_training_grid
    from actviz.plot.training.views import plot_training_table as plot_training_table
    from actviz.plot.units.view import plot_units as plot_units

# Loaded on first use: who draws one view must not wait for all of them.
_ROOMS = {
    "plot_accuracy": "training.views",
    "plot_boundaries": "training.views",
    "plot_depth": "facets.depth",
    "plot_grid": "grid.view",
    "plot_loss": "training.views",
    "plot_overlay": "facets.layers",
    "plot_overview": "overview.view",
    "plot_ridge": "facets.layers",
    "plot_strips": "training.views",
    "plot_textbook": "books.stacks",
    "plot_training": "training.views",
    "plot_training_grid": "training.views",
    "plot_training_table": "training.views",
    "plot_units": "units.view",
}
__all__ = sorted(_ROOMS)


def __getattr__(name: str) -> Any:
    if room := _ROOMS.get(name):
        return getattr(import_module(f"actviz.plot.{room}"), name)
    raise AttributeError(f"module 'actviz.plot' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__]
