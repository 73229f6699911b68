"""What is said of the figures of the literature."""

from actviz.literature.nets import NET_FIGURES
from actviz.literature.stacks import FIGURES
from actviz.literature.trained import TRAINED_FIGURES
from actviz.words.literature import seen

#: Characters of a line, so that a list of figures fits a terminal.
MOST = 90


def test_every_figure_has_a_line_of_its_own_that_fits_a_terminal():
    figures = [*FIGURES.values(), *TRAINED_FIGURES.values(), *NET_FIGURES.values()]
    lines = {seen(figure) for figure in figures}
    assert len(lines) == len(figures)
    assert all(0 < len(line.strip()) <= MOST for line in lines)
