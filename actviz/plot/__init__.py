"""Records to Figures: the room where matplotlib is at home, with `actviz.export`.

It computes no statistic and imports no producer: a number that is missing here belongs into the
Record.
"""

from actviz.plot.depth import plot_depth
from actviz.plot.grid import plot_grid
from actviz.plot.overlay import plot_overlay
from actviz.plot.ridge import plot_ridge
from actviz.plot.textbook import plot_textbook
from actviz.plot.training import plot_training
from actviz.plot.training_curves import plot_accuracy, plot_loss
from actviz.plot.training_inside import plot_strips, plot_training_grid
from actviz.plot.training_maps import plot_boundaries, plot_training_table

__all__ = [
    "plot_accuracy",
    "plot_boundaries",
    "plot_depth",
    "plot_grid",
    "plot_loss",
    "plot_overlay",
    "plot_ridge",
    "plot_strips",
    "plot_textbook",
    "plot_training",
    "plot_training_grid",
    "plot_training_table",
]
