"""The exceptions of actviz. This room imports nothing but the standard library.

Every message is one line that says what was given, what is allowed and what to do.
Only the command line's one translation point catches :class:`ActvizError`.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import partial
from typing import Any


class ActvizError(Exception):
    """Anything that actviz refuses on purpose."""


class SpecError(ActvizError, ValueError):
    """A value of a specification is out of its range."""


#: What `actviz list` lists.
_LISTED = frozenset({"activation", "initializer", "figure"})


class UnknownNameError(SpecError):
    """A name that is not in a table.

    It is answered with the closest name, and with all but where those are `actviz list`'s.

    Attributes
    ----------
    kind : str
        What the name is of, such as ``"activation"``.
    name : str
        The name as it was given.
    known : tuple of str
        The names of the table, in its reading order.
    meant : str or None
        What whoever gave the name means by it, where that is known; else the closest name.
    """

    def __init__(
        self, kind: str, name: str, known: Iterable[str], meant: str | None = None
    ) -> None:
        self.kind = kind
        self.name = name
        self.known = tuple(known)
        close = get_close_matches(name.lower(), self.known, n=1, cutoff=0.5)
        self.meant = meant or (close[0] if close else None)
        hint = f": did you mean {self.meant!r}?" if self.meant else ";"
        listed = self.meant and kind in _LISTED
        rest = "actviz list has all" if listed else f"known are {', '.join(self.known)}"
        super().__init__(f"unknown {kind} {name!r}{hint} {rest}")

    def __reduce__(self) -> tuple[type, tuple[str, str, tuple[str, ...], str | None]]:
        # Exceptions are made again from their message, which is not what this one is made of.
        return type(self), (self.kind, self.name, self.known, self.meant)


class RecordError(ActvizError, ValueError):
    """A record, or the file of one, is not what its schema says."""


class ExportError(ActvizError, OSError):
    """The machine refused to write a file (disk, permission, name), or the network to give one."""


class WorkersError(ActvizError, RuntimeError):
    """Those who were to share the work cannot, or are of another version of actviz."""


class NoWorkersError(WorkersError):
    """No worker process can be started, or none can load what it is to do."""


class MissingExtraError(ActvizError, ImportError):
    """Something needs a library that is not installed.

    Attributes
    ----------
    extra : str
        The extra of actviz that brings it.
    """

    def __init__(self, what: str, library: str, *, extra: str) -> None:
        self.extra = extra
        self._made_of = what, library
        super().__init__(f"{what} needs {library}: pip install 'actviz[{extra}]'")

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), extra=self.extra), self._made_of
