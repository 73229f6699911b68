"""How much memory there is, asked before it is taken: for files and for nets."""

import os

from actviz.errors import SpecError


def check_memory(needed: float, what: str, remedy: str, *, share: float) -> None:
    """Raise SpecError if `needed` bytes are more than a `share` of this machine's memory.

    The message begins with `what` needs them, and ends with the `remedy`.
    """
    try:
        present = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not a POSIX machine: nothing to compare with
        return
    if needed > share * present:
        raise SpecError(
            f"{what} about {needed / 1e9:,.1f} GB and the machine has {present / 1e9:,.0f} GB of "
            f"memory: {remedy}"
        )
