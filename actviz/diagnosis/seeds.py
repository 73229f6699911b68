"""The chance under several seeds: the median, and how far the seeds are apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from actviz.diagnosis.findings import Findings, Remedy, Severity, State
from actviz.diagnosis.verdict import severity_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedFindings:
    """The findings of one stack under several seeds; one seed is several, too.

    Parameters
    ----------
    found : tuple of Findings
        The stack's own seed first.
    """

    found: tuple[Findings, ...]

    @property
    def chances(self) -> tuple[float, ...] | None:
        """The chance of every seed, 0 where a hard fact prevents training; None if one has none."""
        chances = tuple(each.chance for each in self.found if each.chance is not None)
        return chances if len(chances) == len(self.found) else None

    @property
    def chance(self) -> float | None:
        """The median of the chances."""
        return None if self.chances is None else median(self.chances)

    @property
    def middle(self) -> Findings:
        """What is said of the stack: the findings of the seed in the middle."""
        ranked = sorted(self.found, key=lambda each: (each.severity.rank, -(each.chance or 0.0)))
        return ranked[len(ranked) // 2]

    @property
    def severity(self) -> Severity:
        """That of the median chance; where a seed has none, or thresholds judge, of the middle."""
        return self.middle.severity if self.chance is None else severity_of(self.chance)

    @property
    def state(self) -> State:
        """That of the seed in the middle, no worse and no better than the median's severity."""
        severity, middle = self.severity, self.middle
        if severity is middle.severity:
            return middle.state
        return State.LOST if severity is Severity.ERROR else State.PALE

    def with_remedy(self, remedy: Remedy | None) -> "SeedFindings":
        """Return the same with what mends the stack."""
        return SeedFindings(found=tuple(replace(each, remedy=remedy) for each in self.found))

    def reaches(self, severity: Severity) -> bool:
        """Return whether the stack is as bad as `severity`."""
        return self.severity.rank >= severity.rank

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types: the findings in the middle; of several seeds, the chances."""
        plain = self.middle.to_dict()
        if len(self.found) == 1:
            return plain
        chances = self.chances
        return plain | {
            "chance": self.chance,
            "severity": self.severity.value,
            "state": self.state.value,
            "seeds": len(self.found),
            "chances": None if chances is None else list(chances),
        }


def by_stack(found: Sequence[Findings], seeds: int) -> list[SeedFindings]:
    """Return findings that stand stack by stack, each stack's seeds together."""
    return [
        SeedFindings(found=tuple(found[start : start + seeds]))
        for start in range(0, len(found), seeds)
    ]
