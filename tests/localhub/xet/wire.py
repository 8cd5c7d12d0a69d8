"""Xorbs and shards as a client would send them, and also as none would."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import lz4.frame

from benchmark.localhub.xet.hashes import chunk_of, file_hash, from_text, term_hash, to_text
from benchmark.localhub.xet.hashes import xorb_hash as hash_of_chunks
from tests.localhub.wire import REPO, Answer, ask

if TYPE_CHECKING:
    from collections.abc import Sequence

PLAIN, LZ4, GROUPED_LZ4 = range(3)
FOOTER = b"XETBLOB\x01" + bytes(88)
_TAG = b"HFRepoMetaData\0" + bytes.fromhex("556967456a7b815783a5bdd95ccdd14aa9")


def packed(data: bytes, scheme: int = PLAIN) -> bytes:
    """A chunk with its header."""
    groups = b"".join(data[group::4] for group in range(4))
    stored = {PLAIN: data, LZ4: _lz4(data), GROUPED_LZ4: _lz4(groups)}[scheme]
    return header(len(stored), scheme, len(data)) + stored


def header(stored: int, scheme: int, size: int, version: int = 0) -> bytes:
    """The header of a chunk."""
    return struct.pack("<II", version | stored << 8, scheme | size << 8)


def _lz4(data: bytes) -> bytes:
    compressed: bytes = lz4.frame.compress(data)
    return compressed


def xorb_hash(chunks: Sequence[bytes]) -> bytes:
    """The hash of a xorb of these chunks."""
    return hash_of_chunks([chunk_of(chunk) for chunk in chunks])


@dataclass(frozen=True)
class Part:
    """Chunks of a xorb, in a file."""

    xorb: bytes
    start: int
    chunks: tuple[bytes, ...]


@dataclass(frozen=True)
class File:
    """A file in a shard; a field that is given is sent in place of what is true."""

    parts: tuple[Part, ...]
    hash: bytes | None = None
    sha256: str | None = None
    term_hashes: tuple[bytes, ...] | None = None
    sizes: tuple[int, ...] | None = None
    flags: int = 0b11 << 30

    @property
    def chunks(self) -> list[bytes]:
        """All of them, in order."""
        return [chunk for part in self.parts for chunk in part.chunks]

    @property
    def content(self) -> bytes:
        """The whole file."""
        return b"".join(self.chunks)

    @property
    def true_hash(self) -> bytes:
        """Its Xet hash."""
        return file_hash([chunk_of(chunk) for chunk in self.chunks])

    def but(self, **changes: Any) -> File:
        """The same file, told otherwise."""
        return replace(self, **changes)

    def pack(self) -> bytes:
        """The file's part of a shard."""
        sizes = self.sizes or tuple(len(b"".join(part.chunks)) for part in self.parts)
        proofs = self.term_hashes or tuple(
            term_hash(chunk_of(chunk) for chunk in part.chunks) for part in self.parts
        )
        digest = self.sha256 or sha256(self.content).hexdigest()
        return b"".join([
            struct.pack("<32sIIQ", self.hash or self.true_hash, self.flags, len(self.parts), 0),
            *(
                struct.pack(
                    "<32sIIII", part.xorb, 0, size, part.start, part.start + len(part.chunks)
                )
                for part, size in zip(self.parts, sizes, strict=True)
            ),
            *(proof + bytes(16) for proof in proofs if self.flags >> 31),
            from_text(digest) + bytes(16) if self.flags >> 30 & 1 else b"",
        ])  # fmt: skip


def shard(*files: File) -> bytes:
    """A shard with these files and nothing about xorbs."""
    last = b"\xff" * 32 + bytes(16)
    return struct.pack("<32sQQ", _TAG, 2, 0) + b"".join(file.pack() for file in files) + last + last


def file_of(chunks: Sequence[bytes]) -> File:
    """A file that is one whole xorb."""
    return File((Part(xorb_hash(chunks), 0, tuple(chunks)),))


class Client:
    """Speaks Xet to a hub, as whoever has `token`."""

    def __init__(
        self, endpoint: str, *, kind: str = "write", token: str = "", repo: str = REPO
    ) -> None:
        path = f"/api/datasets/{repo}/xet-{kind}-token/main"
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self.granted = ask(endpoint, "GET", path, **headers).json
        self.endpoint = endpoint
        self.path = self.granted["casUrl"].removeprefix(endpoint)
        self.token = self.granted["accessToken"]

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """A request with the Xet token."""
        headers = {"authorization": f"Bearer {self.token}", **headers}
        return ask(self.endpoint, method, self.path + path, body, **headers)

    def send_xorb(self, body: bytes, name: bytes) -> Answer:
        """Upload a xorb under this hash."""
        return self.ask("POST", f"/v1/xorbs/default/{to_text(name)}", body)

    def send_chunks(self, chunks: Sequence[bytes], scheme: int = PLAIN) -> Answer:
        """Upload a right xorb."""
        body = b"".join(packed(chunk, scheme) for chunk in chunks)
        return self.send_xorb(body, xorb_hash(chunks))

    def send_shard(self, *files: File) -> Answer:
        """Upload a shard."""
        return self.ask("POST", "/v1/shards", shard(*files))

    def fetch(self, file: bytes, wanted: str = "", version: int = 1) -> bytes:
        """A file or a range of it, put together as the protocol says."""
        headers = {"range": wanted} if wanted else {}
        answer = self.ask("GET", f"/v{version}/reconstructions/{to_text(file)}", **headers)
        assert answer.status == 200, answer
        data = b"".join(self._term(answer.json, term) for term in answer.json["terms"])
        return data[answer.json["offset_into_first_range"] :]

    def _term(self, plan: Any, term: Any) -> bytes:
        start, stop = term["range"]["start"], term["range"]["end"]
        for fetch in _fetches(plan, term["hash"]):
            if fetch["chunks"]["start"] <= start < stop <= fetch["chunks"]["end"]:
                chunks = unpacked(self._download(fetch["url"], fetch["bytes"]))
                first = start - fetch["chunks"]["start"]
                data = b"".join(chunks[first : first + stop - start])
                assert len(data) == term["unpacked_length"]
                return data
        raise AssertionError(f"nothing fetches {term}")

    def _download(self, url: str, span: Any) -> bytes:
        path = url.removeprefix(self.endpoint)
        answer = ask(self.endpoint, "GET", path, range=f"bytes={span['start']}-{span['end']}")
        assert answer.status == 206, answer
        assert len(answer.body) == span["end"] - span["start"] + 1
        return answer.body


def unpacked(data: bytes) -> list[bytes]:
    """The chunks of a part of a xorb that is not compressed."""
    chunks = []
    while data:
        first, second = struct.unpack("<II", data[:8])
        assert (first & 0xFF, second & 0xFF, first >> 8) == (0, PLAIN, second >> 8)
        chunks.append(data[8 : 8 + (first >> 8)])
        data = data[8 + (first >> 8) :]
    return chunks


def _fetches(plan: Any, xorb: str) -> list[Any]:
    if "fetch_info" in plan:
        return [
            {"url": item["url"], "chunks": item["range"], "bytes": item["url_range"]}
            for item in plan["fetch_info"][xorb]
        ]
    return [{"url": item["url"], **span} for item in plan["xorbs"][xorb] for span in item["ranges"]]
