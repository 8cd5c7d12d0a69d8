"""The folders that commits wrote last, taken apart: the next commit changes most of them again.

With thousands of files in a folder that costs more than all the rest of a commit.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dulwich.objects import ObjectID

_MOST_RECORDS = 200_000


class KnownTrees:
    """The records of trees by the tree's id, of which they are a pure function. Thread-safe."""

    def __init__(self) -> None:
        self._trees: dict[ObjectID, Mapping[bytes, bytes]] = {}
        self._records = 0
        self._guard = threading.Lock()

    def get(self, sha: ObjectID) -> Mapping[bytes, bytes] | None:
        """A tree that is remembered."""
        with self._guard:
            found = self._trees.pop(sha, None)
            if found is not None:
                self._trees[sha] = found
        return found

    def put(self, sha: ObjectID, records: Mapping[bytes, bytes]) -> None:
        """Remember a tree, whose records nobody changes any more; forget the longest unused."""
        with self._guard:
            if sha in self._trees:
                return
            self._trees[sha] = records
            self._records += len(records)
            while self._records > _MOST_RECORDS:
                self._records -= len(self._trees.pop(next(iter(self._trees))))
