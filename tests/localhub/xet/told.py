"""Reads the shard that answers a query for a chunk as a client does, by its lookup tables."""

from __future__ import annotations

import struct
from bisect import bisect_left
from typing import NamedTuple

from blake3 import blake3

from benchmark.localhub.xet.hashes import chunk_of

HEADER, FOOTER = struct.Struct("<32sQQ"), struct.Struct("<9Q32s2Q6Q4Q")
END = b"\xff" * 32 + bytes(16)
TAG = b"HFRepoMetaData\0" + bytes.fromhex("556967456a7b815783a5bdd95ccdd14aa9")


class Spot(NamedTuple):
    """Where a chunk is told to lie: its number in a xorb, and its size in bytes."""

    xorb: bytes
    number: int
    size: int


class Told:
    """What a shard tells of xorbs; as strict as xet-core's reader, `MDBShardInfo`."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        tag, version, footer = HEADER.unpack_from(body)
        assert (tag, version, footer) == (TAG, 2, FOOTER.size)
        numbers = FOOTER.unpack_from(body, len(body) - footer)
        assert numbers[0] == 1
        self.files, self.section, *tables = numbers[1:9]
        self.key, self.made, self.expires = numbers[9:12]
        assert numbers[12:18] == (0,) * 6
        self.size_on_disk, self.size_of_files, self.size, self.end = numbers[18:]
        assert self.end == len(body) - footer
        self.file_table, self.xorb_table, self.chunk_table = zip(
            tables[::2], tables[1::2], strict=True
        )

    def xorbs(self) -> dict[bytes, list[tuple[bytes, int, int]]]:
        """Every xorb's chunks in order: keyed hash, start and size; read from the front."""
        assert self.body[self.files : self.section] == END
        found: dict[bytes, list[tuple[bytes, int, int]]] = {}
        at = self.section
        while self.body[at : at + 48] != END:
            xorb, flags, count, size, on_disk = struct.unpack_from("<32sIIII", self.body, at)
            rows = struct.iter_unpack("<32sIIQ", self.body[at + 48 : at + 48 * (count + 1)])
            chunks = [(digest, start, length) for digest, start, length, _ in rows]
            assert flags == 0
            assert sum(length for _, _, length in chunks) == size == on_disk
            found[xorb] = chunks
            at += 48 * (count + 1)
        assert at + 48 == self.file_table[0]
        return found

    def search(self, chunk: bytes) -> Spot | None:
        """Where this chunk lies, as a client finds it."""
        keyed = blake3(chunk_of(chunk).hash, key=self.key).digest()
        start, count = self.chunk_table
        rows = [struct.unpack_from("<QII", self.body, start + 16 * at) for at in range(count)]
        wanted = int.from_bytes(keyed[:8], "little")
        at = bisect_left(rows, (wanted,))
        if at == count or rows[at][0] != wanted:
            return None
        _, head, number = rows[at]
        xorb = self.body[self.section + 48 * head :][:32]
        entry = self.section + 48 * (head + 1 + number)
        digest, _, size, _ = struct.unpack_from("<32sIIQ", self.body, entry)
        assert digest == keyed
        return Spot(xorb, number, size)

    def heads(self) -> dict[int, bytes]:
        """The xorbs by the table of xorbs: the start of each hash, and what stands where."""
        start, count = self.xorb_table
        rows = [struct.unpack_from("<QI", self.body, start + 12 * at) for at in range(count)]
        assert rows == sorted(rows)
        return {short: self.body[self.section + 48 * head :][:32] for short, head in rows}
