"""How a figure is asked to look: one value for its size, its theme, its title and its font."""

from dataclasses import dataclass

from actviz.plot.paper.style import Size, Theme, get_size, get_theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a figure looks.

    Parameters
    ----------
    size : Size
        In inches, and of its type.
    theme : Theme
        Its colours.
    title : str, optional
        Instead of the finding; "" for none.
    font : str, optional
        A family to ask before DejaVu Sans.
    """

    size: Size
    theme: Theme
    title: str | None = None
    font: str | None = None

    def heading(self, finding: str) -> str:
        """Return the title that is drawn."""
        return finding if self.title is None else self.title


def look_of(
    size: str | Size, theme: str | Theme, title: str | None = None, font: str | None = None
) -> Look:
    """Return the look of names, or of values.

    Raises
    ------
    SpecError
        If there is no such size or theme.
    """
    return Look(
        size=get_size(size) if isinstance(size, str) else size,
        theme=get_theme(theme) if isinstance(theme, str) else theme,
        title=title,
        font=font,
    )
