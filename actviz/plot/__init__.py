"""Records to Figures: the room where matplotlib is at home, with `actviz.export`.

It computes no statistic and imports no producer: a number that is missing here belongs into the
Record.
"""

from actviz.plot.depth import plot_depth
from actviz.plot.grid import plot_grid
from actviz.plot.overlay import plot_overlay
from actviz.plot.ridge import plot_ridge
from actviz.plot.textbook import plot_textbook

__all__ = ["plot_depth", "plot_grid", "plot_overlay", "plot_ridge", "plot_textbook"]
