"""What publish needs of the place where a dataset lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from benchmark.leaderboard import Changes, Revision, Snapshot


class Store(Protocol):
    """Where a dataset lives: snapshots, and commits conditional on a parent."""

    def read(self) -> Snapshot:
        """The dataset at the head of its branch.

        Raises:
            HubUnreachableError: if anything of it could not be read.
        """

    def commit(self, files: Changes, *, parent: Revision, message: str) -> Revision:
        """Write and remove `files` in one commit iff the head is `parent`; the new revision.

        Raises:
            TryAgainError: ConflictError, BusyError or QuotaError if it was not applied,
                OutcomeUnknownError if that is not known.
        """
