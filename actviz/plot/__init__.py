"""Records to Figures: the room where matplotlib is at home, with `actviz.export`.

It computes no statistic and imports no producer: a number that is missing here belongs into the
Record.
"""

from actviz.plot.grid import plot_grid
from actviz.plot.textbook import plot_textbook

__all__ = ["plot_grid", "plot_textbook"]
