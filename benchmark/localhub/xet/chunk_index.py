"""In which xorbs a chunk lies that another client may ask for.

https://huggingface.co/docs/xet/deduplication. Clients ask for few chunks: the first one of a file,
and those whose hash is a multiple of 1024. The index is a hint: an entry may be lost or half
written, so whoever reads it looks whether the xorbs are there.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from benchmark.localhub.xet.hashes import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmark.localhub.xet.entries import Entry

_HASH_SIZE = 32
_MODULUS = 1024
# Some 1 GiB; for what lies behind it, clients ask again.
_MOST_XORBS = 16


class ChunkIndex:
    """The chunks of one repository that clients may ask for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, xorbs: Sequence[tuple[bytes, Sequence[Entry]]]) -> None:
        """Remember where a file's chunks lie, in place of an earlier file that has them too.

        Args:
            xorbs: of which the file is made, in its order.
        """
        names = [xorb for xorb, _ in xorbs]
        for at, (_, entries) in enumerate(xorbs):
            hint = b"".join(names[at : at + _MOST_XORBS])
            for chunk in _eligible(entries, is_start=at == 0):
                # Only deduplication suffers without it.
                with suppress(OSError):
                    self._write(chunk, hint)

    def find(self, chunk: bytes) -> list[bytes]:
        """The xorb that may have this chunk, and those that follow it in a file."""
        try:
            hint = self._path(chunk).read_bytes()
        except OSError:
            return []
        whole = len(hint) - len(hint) % _HASH_SIZE
        return [hint[at : at + _HASH_SIZE] for at in range(0, whole, _HASH_SIZE)]

    def _write(self, chunk: bytes, hint: bytes) -> None:
        path = self._path(chunk)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(hint)

    def _path(self, chunk: bytes) -> Path:
        name = to_text(chunk)
        return self._folder / name[:2] / name


def _eligible(entries: Sequence[Entry], *, is_start: bool) -> Iterator[bytes]:
    for number, entry in enumerate(entries):
        digest = entry.chunk.hash
        is_first = is_start and number == 0
        if is_first or int.from_bytes(digest[-8:], "little") % _MODULUS == 0:
            yield digest
