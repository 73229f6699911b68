"""What is seen in the figures of the literature."""

from actviz.literature.figure import NamedFigure
from actviz.words.say import say


def seen(figure: NamedFigure) -> str:
    """Return what a figure shows, in one line."""
    return say(f"figure.{figure.name}")
