"""The xorbs of one repository: which chunks they have, and where the data of each chunk lies.

At first that is the xorb as it was sent. Once a file made of its chunks is stored, they lie in the
file; when all of a xorb's chunks do, what was sent is removed. Clients go on to refer to chunks of
earlier uploads for weeks, so the list of chunks stays.
"""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack, suppress
from itertools import groupby, islice
from typing import TYPE_CHECKING

from benchmark.localhub.durable import Unfinished, make_folders, settle_all, sync_all
from benchmark.localhub.xet.chunks import read_chunk
from benchmark.localhub.xet.entries import Entry, Place, pack, unpack
from benchmark.localhub.xet.hashes import to_text
from benchmark.localhub.xet.upload import XorbUpload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from benchmark.localhub.lfs import LfsStore

_PIECE = 1024 * 1024
_AT_ONCE = 32


class XorbStore:
    """The xorbs of one repository."""

    def __init__(self, folder: Path, lfs: LfsStore) -> None:
        self._folder = folder
        self._lfs = lfs

    def entries(self, xorb: bytes) -> list[Entry] | None:
        """The chunks of a xorb, None if it isn't there."""
        try:
            return unpack(self._list(xorb).read_bytes())
        except FileNotFoundError:
            return None

    def receive(self, xorb: bytes) -> XorbUpload:
        """Start receiving a xorb."""
        return XorbUpload(xorb, self._sent(xorb), self._list(xorb))

    def read(self, xorb: bytes, entries: Sequence[Entry]) -> Iterator[bytes]:
        """The plain data of some chunks of a xorb, chunk by chunk.

        Raises:
            HubError: 400 if a chunk is damaged.
            OSError: if its data is gone.
        """
        for oid, group in groupby(entries, key=lambda entry: entry.place and entry.place.oid):
            run = list(group)
            yield from self._read_file(oid, run) if oid else self._read_sent(xorb, run)

    def pieces(self, xorb: bytes, entries: Sequence[Entry]) -> Iterator[bytes]:
        """The same data in larger pieces, where chunks lie one behind the other in a stored file.

        Raises:
            HubError, OSError: as `read`.
        """
        for oid, group in groupby(entries, key=lambda entry: entry.place and entry.place.oid):
            run = list(group)
            yield from self._read_spans(oid, run) if oid else self._read_sent(xorb, run)

    def place(
        self,
        places: Mapping[bytes, Mapping[int, Place]],
        own: Mapping[bytes, Sequence[Entry]],
    ) -> None:
        """Say durably what lies in stored files; the caller holds a lock.

        Args:
            places: of chunks, by xorb and number.
            own: the lists of those xorbs among them that may not have been sent.
        """
        lists = self._placed(places, own)
        while batch := dict(islice(lists, _AT_ONCE)):
            self._write(batch)
            for xorb, entries in batch.items():
                if all(entry.place for entry in entries):
                    # Windows does not remove a file that somebody reads; then it stays, to no harm.
                    with suppress(FileNotFoundError, PermissionError):
                        self._sent(xorb).unlink()

    def _placed(
        self,
        places: Mapping[bytes, Mapping[int, Place]],
        own: Mapping[bytes, Sequence[Entry]],
    ) -> Iterator[tuple[bytes, list[Entry]]]:
        """The lists that change, as they are then."""
        for xorb, found in places.items():
            entries = self.entries(xorb)
            placed = [
                entry if entry.place else entry._replace(place=found.get(number))
                for number, entry in enumerate(own.get(xorb, []) if entries is None else entries)
            ]
            if placed and placed != entries:
                yield xorb, placed

    def _write(self, lists: Mapping[bytes, Iterable[Entry]]) -> None:
        folders = {self._list(xorb).parent for xorb in lists}
        for folder in folders:
            make_folders(folder)
        with ExitStack() as stack:
            files = [stack.enter_context(Unfinished(self._list(xorb))) for xorb in lists]
            for file, entries in zip(files, lists.values(), strict=True):
                file.file.write(pack(entries))
            settle_all(files)
            for file in files:
                file.name()
        sync_all(folders)

    def _read_file(self, oid: str, run: list[Entry]) -> Iterator[bytes]:
        with self._lfs.path(oid).open("rb") as file:
            for entry in run:
                if entry.place:
                    file.seek(entry.place.offset)
                    yield file.read(entry.chunk.size)

    def _read_spans(self, oid: str, run: Iterable[Entry]) -> Iterator[bytes]:
        with self._lfs.path(oid).open("rb") as file:
            for start, stop in _spans(run):
                file.seek(start)
                yield file.read(stop - start)

    def _read_sent(self, xorb: bytes, run: list[Entry]) -> Iterator[bytes]:
        try:
            file = self._sent(xorb).open("rb")
        except FileNotFoundError:
            # All of its chunks have got a place since its list was read.
            yield from self._read_placed(xorb, run)
            return
        with file:
            for entry in run:
                yield read_chunk(file, entry.position)

    def _read_placed(self, xorb: bytes, run: list[Entry]) -> Iterator[bytes]:
        wanted = {entry.position for entry in run}
        found = [entry for entry in self.entries(xorb) or [] if entry.position in wanted]
        if not all(entry.place for entry in found):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return self.read(xorb, found)

    def _sent(self, xorb: bytes) -> Path:
        return self._path(xorb, ".xorb")

    def _list(self, xorb: bytes) -> Path:
        return self._path(xorb, ".chunks")

    def _path(self, xorb: bytes, ending: str) -> Path:
        name = to_text(xorb)
        return self._folder / name[:2] / (name + ending)


def _spans(run: Iterable[Entry]) -> list[tuple[int, int]]:
    """Where in a stored file its chunks lie, in bytes; neighbours together."""
    spans: list[tuple[int, int]] = []
    for place, size in ((entry.place, entry.chunk.size) for entry in run):
        start, stop = spans[-1] if spans else (0, 0)
        if place and place.offset == stop and 0 < stop - start < _PIECE:
            spans[-1] = (start, stop + size)
        elif place:
            spans.append((place.offset, place.offset + size))
    return spans
