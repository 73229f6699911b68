"""Record × baseline -> Report: is it still the same law? No pytest, no printing, no disk.

Three kinds of comparison. `exact` asks for the same numbers, `statistical` for numbers that another
seed of the same law could have given, with one false alarm in a thousand checks, and `theory` for
those of mean field theory, without a baseline.
"""

from collections.abc import Sequence
from typing import get_args

from actviz.checks.baseline import Baseline, difference
from actviz.checks.exact import exact_report
from actviz.checks.report import CheckKind, Report
from actviz.checks.statistical import statistical_report
from actviz.checks.theory import theory_report
from actviz.errors import SpecError
from actviz.numbers.scalars import is_number
from actviz.records.record import Record

KINDS: tuple[CheckKind, ...] = get_args(CheckKind)

#: Of a whole check: over all its layers, signals and statistics together.
FALSE_ALARM = 1e-3


def compare(
    obtained: Record | Sequence[Record],
    baseline: Baseline | Record | None = None,
    *,
    kind: CheckKind = "statistical",
    name: str = "baseline",
    false_alarm: float = FALSE_ALARM,
    rtol: float | None = None,
) -> Report:
    """Return in which statistics a record is not what a baseline expects.

    Parameters
    ----------
    obtained : Record, or a sequence of them
        What to check; several are seeds of one stack, and their mean is compared, which sees
        smaller changes.
    baseline : Baseline or Record, optional
        What is expected; a Record only for an exact comparison, and nothing for theory.
    kind : {"statistical", "exact", "theory"}
        How. The seed may differ for "statistical", and must not for "exact".
    name : str
        Of the baseline, for the report.
    false_alarm : float
        The probability that a statistical check of an unchanged stack fails, over all layers,
        signals and statistics together, from 1e-9 to 0.5.
    rtol : float, optional
        What "exact" allows, relative to each statistic (to the rms, where that is larger). Default:
        1e-9, and 1e-3 for stacks in float32.

    Raises
    ------
    SpecError
        If the records' specs are not the baseline's: the message names the field. Also where the
        baseline's spread is not known, the kind is another one, or nothing is left to compare.

    Notes
    -----
    On its measure's scale (the logarithm of a size, the logit of a share), the mean of N seeds is
    compared with that of the baseline's n seeds, of standard deviation s. It passes within
    t s sqrt(1/n + 1/N): a prediction interval, t being Student's quantile for n - 1 degrees of
    freedom at false_alarm / (2 k) for k comparisons (Bonferroni; they are correlated, so that the
    rate is lower than said). t has at most 30 degrees of freedom, for measures of a layer's shape
    and in stacks with a layer below 28 units 12, and for a mean 8: what seeds scatter has heavier
    tails than a normal distribution. With these, the rate was kept in stacks of at least 20 units,
    and a statistical check of narrower layers is refused. Of layers in which all inputs look alike
    (mean cosine within 1e-6 of 1) it is not compared how much they differ: that is rounding.
    """
    records = [obtained] if isinstance(obtained, Record) else list(obtained)
    if kind not in KINDS:
        raise SpecError(f"kind must be {' or '.join(KINDS)} (got {kind!r})")
    check_limits(false_alarm=false_alarm, rtol=rtol)
    if not records:
        raise SpecError("nothing to check: give one record at least")
    if kind == "theory":
        return theory_report(records, name, false_alarm)
    if baseline is None:
        raise SpecError(f"a check of kind {kind} needs a baseline; theory needs none")
    expected = Baseline.of([baseline]) if isinstance(baseline, Record) else baseline
    for record in records:
        if odd := difference(expected.record, record):
            raise SpecError(f"{name} is of another stack: they differ in {odd}")
    if kind == "exact":
        return exact_report(records, expected.record, name, rtol)
    return statistical_report(records, expected, name, false_alarm)


def check_limits(*, false_alarm: float = FALSE_ALARM, rtol: float | None = None) -> None:
    """Raise SpecError if a limit is out of its range."""
    if not is_number(false_alarm) or not 1e-9 <= false_alarm <= 0.5:
        raise SpecError(f"false_alarm must be from 1e-9 to 0.5 (got {false_alarm!r})")
    if rtol is not None and (not is_number(rtol) or not 0 <= rtol < 1):
        raise SpecError(f"rtol must be from 0 to below 1 (got {rtol!r})")
