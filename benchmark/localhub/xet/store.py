"""What one repository keeps for Xet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.localhub.problems import bad_request
from benchmark.localhub.xet.access import Access
from benchmark.localhub.xet.assembly import Assembly
from benchmark.localhub.xet.files import FileStore
from benchmark.localhub.xet.shard import read_files
from benchmark.localhub.xet.xorbs import XorbStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from benchmark.localhub.lfs import LfsStore
    from benchmark.localhub.xet.files import KnownFile
    from benchmark.localhub.xet.shard import ShardFile


class XetStore:
    """The xorbs and files of one repository.

    Without its folder, nothing that was committed is lost: files are then fetched without Xet, and
    clients, to whom the store has a new address, send what they need again.
    """

    def __init__(self, folder: Path, lfs: LfsStore) -> None:
        self._lfs = lfs
        self.access = Access(folder / "key")
        self.xorbs = XorbStore(folder / "xorbs", lfs)
        self.files = FileStore(folder / "files")

    def register(
        self, shard: bytes, *, largest: int, lock: Callable[[], AbstractContextManager[None]]
    ) -> None:
        """Store every file of a shard, durably.

        Args:
            shard: as it was sent.
            largest: the most bytes that a file may have.
            lock: held while the places of chunks are changed.

        Raises:
            HubError: 400 or 413 for the first file that is not right; those before it are stored.
        """
        for file in read_files(shard):
            assembly = Assembly(self.xorbs, self._lfs, file, largest=largest)
            if not self._is_stored(file):
                self._store(assembly, lock)

    def _store(self, assembly: Assembly, lock: Callable[[], AbstractContextManager[None]]) -> None:
        known = assembly.store()
        with lock():
            for xorb, places in assembly.places(known.pointer.oid).items():
                self.xorbs.place(xorb, places)
        self.files.add(known)

    def find(self, file: bytes) -> KnownFile | None:
        """A file by its Xet hash, if its content is there."""
        known = self.files.find(file)
        if known is None or self._lfs.size(known.pointer.oid) != known.pointer.size:
            return None
        return known

    def _is_stored(self, file: ShardFile) -> bool:
        known = self.find(file.hash)
        if known and file.sha256 not in {None, known.pointer.oid}:
            raise bad_request("The content has not the sha-256 that the shard says")
        return known is not None
