"""Puts a file together from the chunks that a shard names, checks it, and stores it."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from benchmark.localhub.lfs import Pointer
from benchmark.localhub.problems import bad_request, too_large
from benchmark.localhub.xet.chunks import MOST_CHUNKS
from benchmark.localhub.xet.entries import Place
from benchmark.localhub.xet.files import KnownFile
from benchmark.localhub.xet.hashes import file_hash, term_hash, to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmark.localhub.lfs import LfsStore
    from benchmark.localhub.xet.entries import Entry
    from benchmark.localhub.xet.hashes import Chunk
    from benchmark.localhub.xet.shard import ShardFile, Term
    from benchmark.localhub.xet.xorbs import XorbStore

# Chunks have 8 KiB or more, except a file's last one; a client may cut somewhat finer.
_SMALLEST_MEAN = 4 * 1024
_REMEMBERED_XORBS = 64


class Part(NamedTuple):
    """A term with its chunks."""

    term: Term
    entries: list[Entry]


class Assembly:
    """One file of a shard, its chunks found and its hashes checked.

    Raises:
        HubError: 400 if a xorb isn't there or a hash is wrong, 413 if the file is too large.
    """

    def __init__(self, xorbs: XorbStore, lfs: LfsStore, file: ShardFile, *, largest: int) -> None:
        self._xorbs = xorbs
        self._lfs = lfs
        self._file = file
        self._size = _checked_size(file, largest)
        self._parts = list(_parts(xorbs, file))
        _check_hashes(file, self._parts)

    def store(self) -> KnownFile:
        """Put the content under its sha-256, durably.

        Raises:
            HubError: 400 if that isn't the sha-256 that the shard says.
        """
        pointer = Pointer(self._file.sha256 or self._digest(), self._size)
        if self._lfs.size(pointer.oid) != pointer.size:
            with self._lfs.receive(pointer) as upload:
                for data in self._content():
                    upload.write(data)
                upload.finish()
        elif self._file.sha256 and self._digest() != pointer.oid:
            raise bad_request("The content has not the sha-256 that the shard says")
        return KnownFile(self._file.hash, pointer, self._file.terms)

    @property
    def chunks(self) -> list[Chunk]:
        """All of them, in order."""
        return [entry.chunk for part in self._parts for entry in part.entries]

    def places(self, oid: str) -> dict[bytes, dict[int, Place]]:
        """Where each chunk lies in the stored file, by xorb and number, if it lay in none."""
        found: dict[bytes, dict[int, Place]] = {}
        offset = 0
        for term, entries in self._parts:
            if not all(entry.place for entry in entries):
                found.setdefault(term.xorb, {}).update(_places(oid, offset, term.start, entries))
            offset += term.size
        return found

    def _content(self) -> Iterator[bytes]:
        for term, entries in self._parts:
            yield from self._xorbs.pieces(term.xorb, entries)

    def _digest(self) -> str:
        digest = sha256()
        for data in self._content():
            digest.update(data)
        return digest.hexdigest()


def _checked_size(file: ShardFile, largest: int) -> int:
    size = sum(term.size for term in file.terms)
    if size > largest:
        raise too_large(largest)
    if any(not 0 <= term.start < term.stop <= MOST_CHUNKS for term in file.terms):
        raise bad_request("A term has no chunks that a xorb could have")
    count = sum(term.stop - term.start for term in file.terms)
    if count > size // _SMALLEST_MEAN + len(file.terms):
        raise bad_request("The chunks of a file are smaller than the protocol allows")
    return size


def _parts(xorbs: XorbStore, file: ShardFile) -> Iterator[Part]:
    entries_of = lru_cache(_REMEMBERED_XORBS)(xorbs.entries)
    for term in file.terms:
        entries = entries_of(term.xorb)
        if entries is None:
            raise bad_request(f"The xorb {to_text(term.xorb)} was not uploaded")
        part = entries[term.start : term.stop]
        if len(part) != term.stop - term.start or _size(part) != term.size:
            raise bad_request("A term is not what its xorb has there")
        yield Part(term, part)


def _places(
    oid: str, offset: int, number: int, entries: Iterable[Entry]
) -> Iterator[tuple[int, Place]]:
    for at, entry in enumerate(entries, number):
        yield at, Place(oid, offset)
        offset += entry.chunk.size


def _size(entries: Iterable[Entry]) -> int:
    return sum(entry.chunk.size for entry in entries)


def _check_hashes(file: ShardFile, parts: list[Part]) -> None:
    for part, expected in zip(parts, file.term_hashes, strict=True):
        if term_hash(entry.chunk for entry in part.entries) != expected:
            raise bad_request("The hash of a term is not that of its chunks")
    if file_hash([entry.chunk for part in parts for entry in part.entries]) != file.hash:
        raise bad_request("The hash of a file is not that of its chunks")
