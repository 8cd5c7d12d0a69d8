"""What one attempt of a publish would do.

The definition is `full`: parse everything, join, encode, compare. `fast` comes to the same bytes
and the same words where the manifest fits, from the leaderboards and the submission alone
(tests/property/test_plan_laws.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import garbage
from benchmark.derived import MisfitError, fitting
from benchmark.errors import InvalidDataError
from benchmark.plan.fast import fast_plan
from benchmark.plan.full import full_plan
from benchmark.plan.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.leaderboard import Snapshot
    from benchmark.submission import SubmittedFile

__all__ = ["Plan", "fast_plan", "full_plan", "plan_for"]


def plan_for(snapshot: Snapshot, files: Sequence[SubmittedFile], *, month: str) -> Plan:
    """Merge `files` into `snapshot`; the plan has no files where there is nothing new.

    Raises:
        InvalidDataError: if a file of the dataset itself is unreadable.
    """
    with garbage.uncollected():
        return _plan_for(snapshot, files, month)


def _plan_for(snapshot: Snapshot, files: Sequence[SubmittedFile], month: str) -> Plan:
    manifest = fitting(snapshot)
    if manifest is not None:
        try:
            return fast_plan(snapshot, manifest, files, month=month)
        except (MisfitError, InvalidDataError):
            pass  # what there is to say of it, the definition says
    return full_plan(snapshot, files, month=month)
