"""Records to Figures: the room where matplotlib is at home, with `actviz.files.images`.

It computes no statistic and imports no producer: a number that is missing here belongs into the
Record.
"""

from actviz.plot.books.stacks import plot_textbook
from actviz.plot.facets.depth import plot_depth
from actviz.plot.facets.layers import plot_overlay, plot_ridge
from actviz.plot.grid.view import plot_grid
from actviz.plot.overview.view import plot_overview
from actviz.plot.training.views import (
    plot_accuracy,
    plot_boundaries,
    plot_loss,
    plot_strips,
    plot_training,
    plot_training_grid,
    plot_training_table,
)
from actviz.plot.units.view import plot_units

__all__ = [
    "plot_accuracy",
    "plot_boundaries",
    "plot_depth",
    "plot_grid",
    "plot_loss",
    "plot_overlay",
    "plot_overview",
    "plot_ridge",
    "plot_strips",
    "plot_textbook",
    "plot_training",
    "plot_training_grid",
    "plot_training_table",
    "plot_units",
]
