"""Which commit last changed a path: what `expand=true` adds to a listing.

One walk along the first parents answers for every path. It goes on where an earlier question
stopped, also one whose client has gone, and takes over what is known of an older commit.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from benchmark.localhub.rawtree import changed, records

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dulwich.objects import Commit, ObjectID

    from benchmark.localhub.rawtree import ReadRecords

_REMEMBERED_TREES = 256


class Readable(Protocol):
    """What is read of a repository; each of them may raise if nobody waits any longer."""

    def commit(self, sha: ObjectID) -> Commit:
        """A commit."""

    def root(self, commit: ObjectID) -> ObjectID:
        """The root tree of a commit."""

    def raw_tree(self, sha: ObjectID) -> bytes:
        """A tree, as git keeps it."""


class Step(NamedTuple):
    """Paths by the commit that changed them, and the commit to look at next."""

    found: dict[str, ObjectID]
    following: ObjectID | None


class LastChanges:
    """What is known of the paths at one commit. Thread-safe: one walks, others wait."""

    def __init__(self, head: ObjectID) -> None:
        self.head = head
        self._found: dict[str, ObjectID] = {}
        self._next: ObjectID | None = head
        self._guard = threading.Lock()

    def of(
        self, repo: Readable, paths: Iterable[str], earlier: Iterable[LastChanges] = ()
    ) -> dict[str, ObjectID]:
        """For each path the commit that gave it its content; `earlier` may spare some steps."""
        wanted = set(paths)
        others = {walk.head: walk for walk in earlier if walk is not self}

        # The old tree of one step is the new one of the next.
        @lru_cache(maxsize=_REMEMBERED_TREES)
        def read(sha: ObjectID) -> dict[bytes, bytes]:
            return records(repo.raw_tree(sha))

        with self._guard:
            missing = wanted - self._found.keys()
            while self._next is not None and missing:
                known = others[self._next].known() if self._next in others else None
                found, self._next = known or _step(repo, self._next, read)
                missing -= found.keys()
                self._take(found)
            return {path: self._found[path] for path in wanted}

    def known(self) -> Step | None:
        """What was found, and where the walk goes on; None while somebody walks."""
        if not self._guard.acquire(blocking=False):
            return None
        try:
            return Step(dict(self._found), self._next) if self._found else None
        finally:
            self._guard.release()

    def _take(self, found: dict[str, ObjectID]) -> None:
        for path, commit in found.items():
            # A later commit's word counts.
            self._found.setdefault(path, commit)


def _step(repo: Readable, current: ObjectID, read: ReadRecords) -> Step:
    parents = repo.commit(current).parents
    parent = parents[0] if parents else None
    before = repo.root(parent) if parent else None
    return Step(dict.fromkeys(changed(read, before, repo.root(current)), current), parent)
