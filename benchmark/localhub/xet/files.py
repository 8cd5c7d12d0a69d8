"""What is known of files that came by Xet: their sha-256, their size, their terms."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from benchmark.localhub.durable import Unfinished, make_folders, settle_all, sync
from benchmark.localhub.lfs import Pointer
from benchmark.localhub.xet.hashes import to_text
from benchmark.localhub.xet.shard import Term

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = struct.Struct("<32sQ")
_TERM = struct.Struct("<32sIII")


class KnownFile(NamedTuple):
    """A file that is stored, and what it was made of."""

    hash: bytes
    pointer: Pointer
    terms: tuple[Term, ...]


class FileStore:
    """The files of one repository that came by Xet, by their Xet hash and by their sha-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, file: bytes) -> KnownFile | None:
        """A file by its Xet hash."""
        try:
            data = self._path(to_text(file)).read_bytes()
        except FileNotFoundError:
            return None
        return _unpack(file, data)

    def hash_of(self, oid: str) -> str | None:
        """The Xet hash, as text, of the file with this sha-256."""
        try:
            return self._path(oid, ".sha256").read_text("ascii")
        except FileNotFoundError:
            return None

    def add(self, file: KnownFile) -> None:
        """Remember a file, durably."""
        text = to_text(file.hash)
        by_hash, by_sha256 = self._path(text), self._path(file.pointer.oid, ".sha256")
        for path in (by_hash, by_sha256):
            make_folders(path.parent)
        with Unfinished(by_hash) as one, Unfinished(by_sha256) as other:
            one.file.write(_pack(file))
            other.file.write(text.encode())
            settle_all([one, other])
            one.name()
            sync(by_hash.parent)
            # Found by its sha-256 only when it can be found by its hash.
            other.name()
            sync(by_sha256.parent)

    def _path(self, name: str, ending: str = ".file") -> Path:
        return self._folder / name[:2] / (name + ending)


def _pack(file: KnownFile) -> bytes:
    head = _HEAD.pack(bytes.fromhex(file.pointer.oid), file.pointer.size)
    return head + b"".join(_TERM.pack(*term) for term in file.terms)


def _unpack(file: bytes, data: bytes) -> KnownFile:
    oid, size = _HEAD.unpack_from(data)
    terms = tuple(Term(*fields) for fields in _TERM.iter_unpack(data[_HEAD.size :]))
    return KnownFile(file, Pointer(oid.hex(), size), terms)
