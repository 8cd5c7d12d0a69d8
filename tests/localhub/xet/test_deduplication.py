"""Queries for chunks: who has a file's first chunk is told where the others lie, and no more."""

from __future__ import annotations

import os
import random
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import pytest

from benchmark.localhub.lfs import LfsStore
from benchmark.localhub.problems import HubError
from benchmark.localhub.store import Store
from benchmark.localhub.xet.hashes import chunk_of, to_text
from benchmark.localhub.xet.store import XetStore
from tests.localhub.wire import REPO
from tests.localhub.xet.told import Told
from tests.localhub.xet.wire import Client, File, Part, file_of, packed, shard, xorb_hash

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub
    from tests.localhub.wire import Answer

NEW = [b"new" * 3000, b"newer" * 2000]


def query(client: Client, chunk: bytes, prefix: str = "default") -> Answer:
    """Ask for a chunk."""
    return client.ask("GET", f"/v1/chunks/{prefix}/{to_text(chunk_of(chunk).hash)}")


def told(client: Client, chunk: bytes) -> Told:
    """What the hub tells whoever has this chunk."""
    answer = query(client, chunk)
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "application/octet-stream"
    return Told(answer.body)


def send(client: Client, chunks: list[bytes]) -> File:
    """A file that is one xorb."""
    assert client.send_chunks(chunks).status == 200
    file = file_of(chunks)
    assert client.send_shard(file).status == 200
    return file


def eligible(seed: int) -> bytes:
    """A chunk whose hash is a multiple of 1024."""
    source = random.Random(seed)  # noqa: S311 - reproducible, not secret
    while True:
        chunk = source.randbytes(8192)
        if int(to_text(chunk_of(chunk).hash)[-16:], 16) % 1024 == 0:
            return chunk


def test_who_has_the_first_chunk_is_told_where_all_of_the_file_lies(
    xet: Client, chunks: list[bytes]
) -> None:
    """By the front of the shard and by each of its tables; and there is no file in it."""
    send(xet, chunks)
    answer = told(xet, chunks[0])
    name = xorb_hash(chunks)
    assert [answer.search(chunk) for chunk in chunks] == [
        (name, number, len(chunk)) for number, chunk in enumerate(chunks)
    ]
    assert answer.search(NEW[0]) is None
    (listed,) = answer.xorbs().values()
    assert [start for _, start, _ in listed] == [
        len(b"".join(chunks[:number])) for number in range(len(chunks))
    ]
    assert answer.heads() == {int.from_bytes(name[:8], "little"): name}
    assert answer.file_table[1] == answer.size_of_files == 0
    assert answer.size == answer.size_on_disk == len(b"".join(chunks))


def test_nobody_learns_the_hash_of_a_chunk_that_he_has_not(
    xet: Client, chunks: list[bytes]
) -> None:
    """With a hash one could take part of a file without ever having had it."""
    send(xet, chunks)
    answer = told(xet, chunks[0])
    assert answer.key != bytes(32)
    assert not [chunk for chunk in chunks if chunk_of(chunk).hash in answer.body]


def test_a_chunk_is_asked_for_by_either_name_of_the_store(xet: Client, chunks: list[bytes]) -> None:
    """That of the specification, and that of clients; there is no other."""
    send(xet, chunks)
    for prefix, status in (("default", 200), ("default-merkledb", 200), ("other", 404)):
        assert query(xet, chunks[0], prefix).status == status
    assert xet.ask("GET", "/v1/chunks/default/xyz").status == 400


def test_only_chunks_that_clients_ask_for_are_known(xet: Client, chunks: list[bytes]) -> None:
    """A file's first one, and those whose hash is a multiple of 1024, wherever they are."""
    rare = eligible(1)
    send(xet, [*chunks, rare])
    known = [query(xet, chunk).status for chunk in (*chunks, rare, NEW[0])]
    assert known == [200, *[404] * (len(chunks) - 1), 200, 404]


def test_what_is_no_file_yet_is_not_offered(xet: Client, chunks: list[bytes]) -> None:
    """It may be removed again; also what lies in a xorb beside the chunk of a file."""
    xet.send_chunks(chunks)
    assert query(xet, chunks[0]).status == 404
    assert xet.send_shard(File((Part(xorb_hash(chunks), 0, (chunks[0],)),))).status == 200
    answer = told(xet, chunks[0])
    assert [chunk for chunk in chunks if answer.search(chunk)] == [chunks[0]]
    assert xet.send_shard(file_of(chunks)).status == 200
    answer = told(xet, chunks[0])
    assert [chunk for chunk in chunks if answer.search(chunk)] == chunks


def test_whoever_asks_later_is_told_of_the_later_file(xet: Client, chunks: list[bytes]) -> None:
    """It has more in common with what he is about to send."""
    send(xet, chunks)
    later = [chunks[0], *NEW]
    send(xet, later)
    assert told(xet, chunks[0]).search(NEW[1]) == (xorb_hash(later), 2, len(NEW[1]))


def test_a_file_is_made_of_what_was_offered_and_what_was_sent(
    hub: RunningHub, xet: Client, chunks: list[bytes]
) -> None:
    """Nothing is sent twice, and what comes out is whole, for the hub and for others."""
    send(xet, chunks)
    name = told(xet, chunks[0]).search(chunks[0])
    assert name
    xet.send_chunks(NEW)
    parts = (
        Part(name.xorb, 0, tuple(chunks[:2])),
        Part(xorb_hash(NEW), 0, tuple(NEW)),
        Part(name.xorb, 3, tuple(chunks[3:])),
    )
    edited = File(parts)
    assert xet.send_shard(edited).status == 200
    assert Client(hub.endpoint, kind="read").fetch(edited.true_hash) == edited.content


def test_a_file_of_many_xorbs_is_one_for_whoever_comes_next(
    xet: Client, chunks: list[bytes]
) -> None:
    """After any number of versions: to fetch it, and to send the next one."""
    now = list(chunks)
    send(xet, now)
    for number in range(12):
        new = b"%d" % number * 9000
        place = number * 5 % len(now) + 1
        xet.send_chunks([new])
        spots = [told(xet, now[0]).search(chunk) for chunk in now]
        assert {spot and spot.xorb for spot in spots} == {xorb_hash(now)}
        before = Part(xorb_hash(now), 0, tuple(now[:place]))
        behind = [Part(xorb_hash(now), place, tuple(now[place:]))] if now[place:] else []
        version = File((before, Part(xorb_hash([new]), 0, (new,)), *behind))
        assert xet.send_shard(version).status == 200
        now.insert(place, new)
        path = f"/v1/reconstructions/{to_text(version.true_hash)}"
        assert len(xet.ask("GET", path).json["terms"]) == 1
        assert xet.fetch(version.true_hash) == b"".join(now)


def test_a_file_that_repeats_itself_is_whole(
    xet: Client, chunks: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where two of its own xorbs are the same one."""
    monkeypatch.setattr("benchmark.localhub.xet.own_xorbs.MOST_CHUNKS", 2)
    xet.send_chunks(chunks)
    pair = Part(xorb_hash(chunks), 0, tuple(chunks[:2]))
    file = File((pair, pair, Part(xorb_hash(chunks), 4, (chunks[4],)), pair, pair))
    assert xet.send_shard(file).status == 200
    assert xet.fetch(file.true_hash) == file.content
    assert xet.fetch(file.true_hash, "bytes=1000-")[:400_000] == file.content[1000:401_000]


def test_a_large_file_is_offered_from_where_the_chunk_lies(
    xet: Client, chunks: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many xorbs of it; for those behind them, a client asks again."""
    monkeypatch.setattr("benchmark.localhub.xet.own_xorbs.MOST_CHUNKS", 2)
    monkeypatch.setattr("benchmark.localhub.xet.chunk_index._MOST_XORBS", 2)
    rare = eligible(2)
    content = [*chunks[:4], rare, *chunks[4:]]
    xet.send_chunks(content)
    name = xorb_hash(content)
    file = File(tuple(Part(name, at, (chunk,)) for at, chunk in enumerate(content)))
    assert xet.send_shard(file).status == 200
    for first, last in ((0, 4), (4, 7)):
        answer = told(xet, content[first])
        offered = [chunk for chunk in content if answer.search(chunk)]
        assert offered == content[first:last]


@pytest.mark.parametrize("hint", [b"", b"x", b"x" * 32, bytes(100), None])
def test_without_the_index_nothing_is_known_and_nothing_else_is_lost(
    hub: RunningHub, xet: Client, chunks: list[bytes], hint: bytes | None
) -> None:
    """It may be half written, or gone; the next file writes it anew."""
    file = send(xet, chunks)
    (path,) = [path for path in (hub.root).rglob("xet/chunks/*/*") if path.is_file()]
    if hint is None:
        path.unlink()
    else:
        path.write_bytes(hint)
    assert query(xet, chunks[0]).status == 404
    assert xet.fetch(file.true_hash) == file.content
    send(xet, [chunks[0], *NEW])
    assert query(xet, chunks[0]).status == 200


def test_an_index_cut_off_tells_of_what_is_left_of_it(
    hub: RunningHub, xet: Client, chunks: list[bytes]
) -> None:
    """A write that was killed."""
    send(xet, chunks)
    (path,) = [path for path in (hub.root).rglob("xet/chunks/*/*") if path.is_file()]
    path.write_bytes(path.read_bytes() + b"half")
    assert told(xet, chunks[0]).search(chunks[5])


def test_a_hub_that_cannot_write_its_index_stores_files_as_ever(
    hub: RunningHub, xet: Client, chunks: list[bytes]
) -> None:
    """A full disk costs no more than that others send what they need not."""
    (hub.root / "datasets" / f"{REPO}.git" / "xet" / "chunks").write_bytes(b"in the way")
    file = send(xet, chunks)
    assert xet.fetch(file.true_hash) == file.content
    assert query(xet, chunks[0]).status == 404


def test_a_xorb_whose_content_has_gone_is_not_offered(
    hub: RunningHub, xet: Client, chunks: list[bytes]
) -> None:
    """Neither with its file nor without its list."""
    send(xet, chunks)
    (content,) = [path for path in hub.root.rglob("lfs/objects/*/*/*") if path.is_file()]
    kept = content.read_bytes()
    content.unlink()
    assert query(xet, chunks[0]).status == 404
    content.write_bytes(kept)
    assert query(xet, chunks[0]).status == 200
    (listed,) = hub.root.rglob("*.chunks")
    listed.unlink()
    assert query(xet, chunks[0]).status == 404


def test_what_is_offered_outlives_the_sweep(
    hub: RunningHub, xet: Client, chunks: list[bytes]
) -> None:
    """However old it is, a client that is told of it can use it at any time."""
    send(xet, chunks)
    xet.send_chunks(NEW)
    mixed = File((Part(xorb_hash(chunks), 0, (chunks[0],)), Part(xorb_hash(NEW), 1, (NEW[1],))))
    mixed = mixed.but(parts=(*mixed.parts, *mixed.parts))
    assert xet.send_shard(mixed).status == 200
    spots = [told(xet, chunks[0]).search(chunk) for chunk in mixed.chunks]
    for path in hub.root.rglob("*"):
        os.utime(path, (1.0, 1.0))
    Store(hub.root, lock_timeout=1).sweep(before=1000.0)
    assert [told(xet, chunks[0]).search(chunk) for chunk in mixed.chunks] == spots
    assert spots[1]
    part = Part(spots[1].xorb, spots[1].number, (NEW[1],))
    assert xet.send_shard(File((part, part))).status == 200
    assert xet.fetch(mixed.true_hash) == mixed.content


def test_a_file_that_is_deleted_before_its_chunks_are_placed_is_referred_to_by_nobody(
    tmp_path: Path, chunks: list[bytes]
) -> None:
    """404, and the client may send it again."""
    store = XetStore(tmp_path / "xet", LfsStore(tmp_path / "lfs"))
    with store.xorbs.receive(xorb_hash(chunks)) as upload:
        upload.write(b"".join(packed(chunk) for chunk in chunks))
        upload.finish()
    part = Part(xorb_hash(chunks), 1, tuple(chunks[1:3]))
    file = File((part, part))

    @contextmanager
    def after_a_deletion() -> Iterator[None]:
        for path in (tmp_path / "lfs").glob("*/*/*"):
            path.unlink()
        yield

    with pytest.raises(HubError, match="Entry not found"):
        store.register(shard(file), largest=10**6, lock=after_a_deletion)
    assert store.find(file.true_hash) is None
    assert [path.name for path in tmp_path.rglob("*.chunks")] == [
        f"{to_text(xorb_hash(chunks))}.chunks"
    ]
    store.register(shard(file), largest=10**6, lock=nullcontext)
    assert store.find(file.true_hash)
