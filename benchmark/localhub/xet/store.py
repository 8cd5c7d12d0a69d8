"""What one repository keeps for Xet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain, islice, starmap
from typing import TYPE_CHECKING, NamedTuple

from benchmark.localhub.problems import bad_request, entry_not_found
from benchmark.localhub.xet.access import Access
from benchmark.localhub.xet.assembly import Assembly
from benchmark.localhub.xet.chunk_index import ChunkIndex
from benchmark.localhub.xet.files import FileStore
from benchmark.localhub.xet.own_xorbs import own_xorbs, places_of, whole
from benchmark.localhub.xet.shard import read_files
from benchmark.localhub.xet.xorbs import XorbStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from benchmark.localhub.lfs import LfsStore
    from benchmark.localhub.xet.entries import Entry, Place
    from benchmark.localhub.xet.files import KnownFile
    from benchmark.localhub.xet.hashes import Chunk
    from benchmark.localhub.xet.shard import ShardFile


_BATCH = 32
_AT_ONCE = 8


class Stored(NamedTuple):
    """A file that was stored.

    Attributes:
        places: where in it the chunks of xorbs lie, by xorb and number.
        own: the file's own xorbs, in its order.
    """

    known: KnownFile
    places: dict[bytes, dict[int, Place]]
    own: list[tuple[bytes, list[Entry]]]


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
        self._index = ChunkIndex(folder / "chunks")

    def register(
        self, shard: bytes, *, largest: int, lock: Callable[[], AbstractContextManager[None]]
    ) -> None:
        """Store every file of a shard, durably.

        Args:
            shard: as it was sent.
            largest: the most bytes that a file may have.
            lock: held while the places of chunks are changed.

        Raises:
            HubError: 400 or 413 if a file is not right; others may have been stored.
        """
        files = read_files(shard)
        # Disks make all writes that wait at the same time durable at once.
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="hub-xet") as pool:
            while batch := list(islice(files, _BATCH)):
                store = partial(self._store, largest=largest)
                stored = [item for item in pool.map(store, batch) if item]
                self._place(stored, lock)
                # Known only now, or a kill between would leave it to xorbs that the sweep removes.
                list(pool.map(self.files.add, (item.known for item in stored)))
                for item in stored:
                    self._index.add(item.own)

    def _store(self, file: ShardFile, *, largest: int) -> Stored | None:
        """Store a file and say where its chunks lie; None if all that is known."""
        assembly = Assembly(self.xorbs, self._lfs, file, largest=largest)
        if self._is_stored(file):
            return None
        known = assembly.store()
        own = list(own_xorbs(assembly.chunks, known.pointer.oid))
        known = known._replace(terms=tuple(starmap(whole, own)))
        return Stored(known, assembly.places(known.pointer.oid), own)

    def _place(
        self, stored: Iterable[Stored], lock: Callable[[], AbstractContextManager[None]]
    ) -> None:
        places: dict[bytes, dict[int, Place]] = {}
        own: dict[bytes, list[Entry]] = {}
        for item in stored:
            own.update(item.own)
            for xorb, found in chain(item.places.items(), places_of(item.own)):
                places.setdefault(xorb, {}).update(found)
        with lock():
            for item in stored:
                self._check_there(item)
            self.xorbs.place(places, own)

    def _check_there(self, stored: Stored) -> None:
        """A file may have been deleted since it was stored; nothing must come to refer to it."""
        if self._lfs.size(stored.known.pointer.oid) is None:
            raise entry_not_found(stored.known.pointer.oid)

    def offer(self, chunk: bytes) -> list[tuple[bytes, list[Chunk]]]:
        """Xorbs for a client that has this chunk, with their chunks; none if it is not known.

        They can be read as long as there is this store: all their chunks lie in stored files.
        """
        found = ((xorb, self.xorbs.entries(xorb) or []) for xorb in self._index.find(chunk))
        return [
            (xorb, [entry.chunk for entry in entries])
            for xorb, entries in found
            if entries and self._lie_in_files(entries)
        ]

    def _lie_in_files(self, entries: Iterable[Entry]) -> bool:
        owners = {entry.place and entry.place.oid for entry in entries}
        return all(oid and self._lfs.size(oid) is not None for oid in owners)

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
