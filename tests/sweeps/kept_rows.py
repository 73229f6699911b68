"""Rows of a small sweep, and what writes them to a part file."""

from functools import cache

from actviz.files.kept import begin_or_resume, keeping
from actviz.files.parts import ROWS
from actviz.sweeps.parts import Part, PartHeading
from actviz.sweeps.running import sweep
from actviz.sweeps.spec import SweepSpec

GIVEN = {"activation": "tanh", "std": "0.01..1:4", "depth": 2, "width": 20, "samples": 20}
SWEEP = SweepSpec.of(**GIVEN)
HEADING = PartHeading.today(SWEEP, Part())


@cache
def rows_of_it():
    return sweep(SWEEP).rows


def write(path, rows, heading=HEADING, resume=False):
    kept = begin_or_resume(path, ROWS, heading, resume=resume)
    with keeping(path, heading, kept) as append:
        for row in rows:
            append(row)
