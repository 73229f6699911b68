"""How a value reaches the rooms above that show and say it: with `judged`, the one arrow upwards.

A reader has a Record in hand and asks it to show itself; the rooms that can are far above it, and
are called by their names when they are asked. No other module does so: see ``tests/architecture``.
"""

from importlib import import_module

#: Who shows, and who finds words.
SHOWING, SAYING = "actviz.files.notebook", "actviz.words.findings"


class Shown:
    """What a notebook shows: its picture and its numbers, as `actviz.files.notebook` makes them.

    One method a format, not one ``_repr_mimebundle_``: IPython in a terminal calls that one too,
    and would wait for a picture that it then drops.
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(import_module(SHOWING).html_of(self))

    def _repr_png_(self) -> bytes | None:
        png: bytes | None = import_module(SHOWING).png_of(self)
        return png


class Said:
    """What has words: as text it is what `actviz.words.findings` says of it."""

    __slots__ = ()

    def __str__(self) -> str:
        return str(import_module(SAYING).remedy(self))
