"""What can be sent to a worker process, and errors that are sent back.

A worker imports modules and never runs the caller's script, so that less can be sent than pickle
takes: a function of a script has a name there, and no worker finds it. Here alone every error is
caught: it goes from one process to another as a value.
"""

import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from types import FunctionType
from typing import Any, NamedTuple

from actviz.format import error_line


class Answer(NamedTuple):
    """What became of something: a result, or an error of its own."""

    result: Any
    error: Exception | None = None


def attempted(work: Callable[..., Any], *given: Any) -> Answer:
    """Call it, and return what it returns, or the error that it raises."""
    try:
        return Answer(work(*given))
    except Exception as error:
        return Answer(None, error)


def unsendable(value: object) -> str | None:
    """Return why a value cannot be sent to worker processes, in one line; None if it can.

    Examples
    --------
    >>> unsendable(max)
    >>> print(unsendable([1, 2, (n for n in [3])]))
    TypeError: cannot pickle 'generator' object
    """
    error = attempted(pickled, value).error
    return None if error is None else error_line(error)


class _Pickler(pickle.Pickler):
    """Pickles what a process that does not run the caller's script can make again."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, (FunctionType, type)):
            kind = "class" if isinstance(value, type) else "function"
            name, module = value.__qualname__, value.__module__
            if module == "__main__":
                raise pickle.PicklingError(
                    f"the {kind} {name} is defined in the script or notebook itself, which "
                    "workers do not run: import it from a module"
                )
            if isinstance(value, FunctionType) and not _is_found(value):
                raise pickle.PicklingError(
                    f"the {kind} {name} of {module} cannot be imported by its name: "
                    "define it at the top of a module"
                )
        return NotImplemented


def _is_found(function: FunctionType) -> bool:
    found: object = sys.modules.get(function.__module__)
    for part in function.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is function


def pickled(value: object) -> bytes:
    """Return a value pickled.

    Raises
    ------
    Exception
        If it cannot be sent; the message names the function or the class that is in the way.
    """
    buffer = BytesIO()
    _Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()


def as_sent(error: BaseException) -> Exception:
    """Return an error that arrives: its own, or one with its words."""
    with suppress(Exception):
        if isinstance(error, Exception) and isinstance(pickle.loads(pickled(error)), type(error)):
            return error
    return RuntimeError(error_line(error))
