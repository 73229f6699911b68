"""How a Record reaches the judge, a room far above it: with `shown`, the one arrow upwards."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actviz.diagnosis.findings import Findings

#: Who judges.
JUDGING = "actviz.diagnosis.verdict"


class Judgeable:
    """What can be asked what is wrong with it."""

    __slots__ = ()

    def diagnose(self, profile: str = "default") -> "Findings":
        """Return what is wrong with the stack, and how wrong: see `actviz.diagnosis.verdict`.

        Parameters
        ----------
        profile : str
            Whose thresholds: a name of `actviz.diagnosis.rules.PROFILES`.

        Raises
        ------
        UnknownNameError
            If there is no such profile.
        """
        found: Findings = import_module(JUDGING).diagnose(self, profile)
        return found
