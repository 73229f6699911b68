"""What the chance to train was fitted on, and what came out: written by a benchmark.

``python benchmarks/trainability.py fit`` makes this file of the rows beside it.
"""

from actviz.diagnosis.findings import Kind

#: How many nets, and when they were trained.
NETS, DATE = 300, "2026-11-29"

#: The log odds where nothing is lost.
BEGINS = 4.6575

#: What a unit of each number takes from them.
TAKES = {
    Kind.EXPLODING_GRADIENT: -2.0048,
    Kind.VANISHING_GRADIENT: -0.7508,
    Kind.FEW_DIRECTIONS: -9.7329,
    Kind.SATURATED: -2.6389,
}

#: Chances below the first are an error, above the second healthy.
CUTS = (0.07, 0.79)
