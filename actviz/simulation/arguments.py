"""What callers hand to those who simulate, looked at before any work."""

from collections.abc import Iterable

from actviz.errors import SpecError
from actviz.numbers.scalars import short
from actviz.records.spec import StackSpec


def specs_in(specs: object, takes: str) -> list[StackSpec]:
    """Return the stacks that were given, one by one.

    Parameters
    ----------
    specs : object
        What was given.
    takes : str
        Who takes what, in words, for the message: "simulate_many takes a list of StackSpec".

    Raises
    ------
    SpecError
        If it is no sequence of StackSpec.
    """
    if isinstance(specs, StackSpec):
        raise SpecError(f"{takes}: put one alone in a list (got {short(specs)})")
    if not isinstance(specs, Iterable) or isinstance(specs, str | bytes):
        raise SpecError(f"{takes} (got {short(specs)})")
    found = list(specs)
    for place, spec in enumerate(found):
        if not isinstance(spec, StackSpec):
            raise SpecError(f"{takes}, and number {place} of these is none (got {short(spec)})")
    return found


def check_executor(executor: object) -> None:
    """Raise SpecError unless it takes work, as those of `concurrent.futures` do, or is None."""
    takes_work = callable(getattr(executor, "submit", None)) and not isinstance(executor, type)
    if executor is not None and not takes_work:
        raise SpecError(
            f"executor must be one of concurrent.futures, with submit (got {short(executor)})"
        )


def check_progress(progress: object) -> None:
    """Raise SpecError unless it can be called, or is None."""
    if progress is not None and not callable(progress):
        raise SpecError(
            "progress must be a function that is called with how much is done, such as print "
            f"(got {short(progress)})"
        )
