"""Bounds for who judges at a glance: a little stricter than those of the looks in full.

So that the order of operations and their rounding do not matter.
"""

from __future__ import annotations

from benchmark.verdict.reason import FACTOR, QUARTER

EXACTLY = 1 - 1e-9
SURELY = QUARTER * EXACTLY
SURELY_FACTOR = FACTOR * EXACTLY
