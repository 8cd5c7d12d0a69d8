"""The Hub as a publisher feels it: a head, a lock, a quota, and time that everything takes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmark.errors import ConflictError, QuotaError

if TYPE_CHECKING:
    from collections.abc import Collection

HOUR = 3600.0


@dataclass(frozen=True)
class Limits:
    """What a Hub takes and allows, in seconds and commits.

    Attributes:
        read: from asking for the head until everything is read and merged.
        apply: while a commit holds the branch's lock.
        answer: of a commit, besides: the way there and back.
        quota: commits in any hour; seen in the field
            (https://github.com/braindecode/braindecode/issues/947). Refused ones do not count.
    """

    read: float = 1.5
    apply: float = 0.5
    answer: float = 1.0
    quota: int = 128


@dataclass
class SimulatedHub:
    """One branch.

    Attributes:
        limits: of this Hub.
        head: how many commits there are.
        landed: submission → when it landed.
        conflicts: commits refused because the head was not their parent.
        refused: commits refused for the quota.
    """

    limits: Limits
    head: int = 0
    landed: dict[int, float] = field(default_factory=dict)
    conflicts: int = 0
    refused: int = 0
    _applied: deque[float] = field(default_factory=deque)
    _free_at: float = 0.0

    def busy(self, now: float) -> float:
        """Seconds until the branch's lock is free."""
        return max(0.0, self._free_at - now)

    def commit(
        self, submissions: Collection[int], parent: int, now: float
    ) -> ConflictError | QuotaError | None:
        """Apply a commit, or say why not: the quota is used up, or the head is not its parent."""
        while self._applied and self._applied[0] <= now - HOUR:
            self._applied.popleft()
        if len(self._applied) >= self.limits.quota:
            self.refused += 1
            return QuotaError("128 per hour")
        if parent != self.head:
            self.conflicts += 1
            return ConflictError("412")
        self.head += 1
        self._applied.append(now)
        self._free_at = now + self.limits.apply
        for submission in submissions:
            self.landed.setdefault(submission, now)
        return None
