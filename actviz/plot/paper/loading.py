"""Loading matplotlib for a process that draws our pictures and ends: what it never needs stays out.

A quarter of what `import matplotlib.figure` takes goes into texts for readers, lists of properties
for every class of artists, and into axes of three dimensions. A library leaves both alone, since
its users may want them; the command line loads matplotlib here, before its first picture.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from warnings import catch_warnings, filterwarnings

#: Which matplotlib tries to import, and does without.
_THREE_DIMENSIONS: Any = "mpl_toolkits.mplot3d"


def load_matplotlib() -> None:
    """Load matplotlib for two dimensions and without its lists of properties, if it is not here.

    It then says errors only: where its cache is, is no concern of who wants a figure. Whoever
    imports it, or its third dimension, afterwards has all of it, those lists aside.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    if "matplotlib.artist" in sys.modules or _THREE_DIMENSIONS in sys.modules:
        return
    from matplotlib import artist

    signed = "_update_set_signature_and_docstring"
    sys.modules[_THREE_DIMENSIONS] = None  # type: ignore[assignment]  # as one that is not there
    try:
        with (
            catch_warnings(),
            _instead(artist, "kwdoc", lambda artist: ""),
            # Without a signature of its own, `set` of a class is that of all artists.
            _instead(artist.Artist, signed, classmethod(lambda artist: None)),
        ):
            filterwarnings("ignore", ".*Axes3D", UserWarning)
            import matplotlib.figure  # noqa: F401
    finally:
        del sys.modules[_THREE_DIMENSIONS]


@contextmanager
def _instead(owner: object, name: str, value: object) -> Iterator[None]:
    """Put a value in the place of an attribute for a while; nothing where there is none."""
    if name not in vars(owner):  # of a matplotlib that does without
        yield
        return
    kept = vars(owner)[name]
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, kept)
