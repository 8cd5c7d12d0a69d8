"""Whether two sets of runs differ by more than chance: of each figure a ratio with an interval.

Runs of one machine differ by more than the requests within them do, so both levels count
(T. Kalibera, R. Jones, Rigorous Benchmarking in Reasonable Time, ISMM 2013). A figure is taken as
its logarithm, for slow-downs multiply. What chance does to it is known from

- the runs, where a side has several: their pooled variance, and Student's t of its degrees of
  freedom;
- the requests of each run: a moving-block bootstrap of its samples, or, where those are not at
  hand, the confidence interval that the entry itself states.

The larger of both counts. With one run on each side nothing is known of how runs differ, so
`RUN_NOISE` is allowed for it, and said.
"""

from benchmark.significance.evidence import METRICS, Evidence, Metric, Request
from benchmark.significance.judgement import (
    BETTER,
    CANNOT_JUDGE,
    NO_DIFFERENCE,
    RUN_NOISE,
    WORSE,
    Interval,
    Judged,
    judge,
)

__all__ = [
    "BETTER",
    "CANNOT_JUDGE",
    "METRICS",
    "NO_DIFFERENCE",
    "RUN_NOISE",
    "WORSE",
    "Evidence",
    "Interval",
    "Judged",
    "Metric",
    "Request",
    "judge",
]
