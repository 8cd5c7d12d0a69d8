"""Whether a dataset is what it must be, and what of it can be repaired without judgement."""

from benchmark.doctor.check import Check, Problem
from benchmark.doctor.examination import examined
from benchmark.doctor.treatment import treated

__all__ = ["Check", "Problem", "examined", "treated"]
