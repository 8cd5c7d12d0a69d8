"""Uploads: what is right is stored as a plain file, and nothing else is kept."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub
from benchmark.localhub.xet.hashes import chunk_of, term_hash
from tests.localhub.wire import REPO, ask, large_body
from tests.localhub.xet.wire import (
    FOOTER,
    GROUPED_LZ4,
    LZ4,
    PLAIN,
    Client,
    File,
    Part,
    file_of,
    header,
    packed,
    shard,
    xorb_hash,
)

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub


def stored(hub: RunningHub) -> dict[str, bytes]:
    """Every large file that the hub holds, by its sha-256."""
    folder = hub.root / "datasets" / f"{REPO}.git" / "lfs" / "objects"
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def sent(hub: RunningHub) -> list[Path]:
    """Every xorb, whole or in part, that lies in the hub as it was sent."""
    folder = hub.root / "datasets" / f"{REPO}.git" / "xet"
    return [*folder.rglob("*.xorb"), *folder.rglob(".tmp-*")]


@pytest.mark.parametrize("scheme", [PLAIN, LZ4, GROUPED_LZ4])
def test_a_file_sent_as_chunks_is_stored_as_it_is(
    hub: RunningHub, xet: Client, chunks: list[bytes], scheme: int
) -> None:
    """However they were compressed; and once it is stored, they are not kept a second time."""
    assert xet.send_chunks(chunks, scheme).json == {"was_inserted": True}
    assert len(sent(hub)) == 1
    file = file_of(chunks)
    assert xet.send_shard(file).json == {"result": 1}
    digest = sha256(file.content).hexdigest()
    assert stored(hub) == {digest: file.content}
    assert sent(hub) == []
    body = large_body("large.bin", digest, len(file.content))
    assert ask(hub.endpoint, "POST", f"/api/datasets/{REPO}/commit/main", body).status == 200
    assert hub.files(REPO)["large.bin"] == file.content


def test_the_footer_of_a_xorb_is_no_chunk(xet: Client, chunks: list[bytes]) -> None:
    """Older clients send one."""
    body = b"".join(packed(chunk) for chunk in chunks) + FOOTER
    assert xet.send_xorb(body, xorb_hash(chunks)).status == 200
    assert xet.send_shard(file_of(chunks)).status == 200


def test_a_xorb_or_file_that_is_there_is_not_stored_again(
    hub: RunningHub, xet: Client, chunks: list[bytes]
) -> None:
    """Before the file is stored, and after."""
    xet.send_chunks(chunks)
    assert xet.send_chunks(chunks, LZ4).json == {"was_inserted": False}
    assert xet.send_shard(file_of(chunks)).status == 200
    assert xet.send_chunks(chunks).json == {"was_inserted": False}
    assert xet.send_shard(file_of(chunks)).status == 200
    assert sent(hub) == []
    assert len(stored(hub)) == 1


def test_a_file_of_chunks_from_here_and_there_is_put_together(
    hub: RunningHub, xet: Client, chunks: list[bytes]
) -> None:
    """From a xorb just sent, from one that lies in a stored file, repeated, in any order."""
    xet.send_chunks(chunks)
    xet.send_shard(file_of(chunks))
    new = [b"new" * 3000, b"other" * 2000]
    xet.send_chunks(new)
    old, fresh = xorb_hash(chunks), xorb_hash(new)
    parts = (
        Part(fresh, 1, (new[1],)),
        Part(old, 2, tuple(chunks[2:5])),
        Part(fresh, 1, (new[1],)),
        Part(old, 0, (chunks[0],)),
    )
    assert xet.send_shard(File(parts)).status == 200
    assert File(parts).content in stored(hub).values()
    assert len(sent(hub)) == 1
    rest = File((Part(fresh, 0, (new[0],)), Part(fresh, 1, (new[1],))))
    assert xet.send_shard(rest).status == 200
    assert rest.content in stored(hub).values()
    assert sent(hub) == []


def wrong_xorbs() -> dict[str, bytes]:
    """Bodies that are not the xorb of the chunk `b"x" * 9000`, whose name they are sent under."""
    right, data = packed(b"x" * 9000), b"x" * 9000
    squeezed = packed(data, LZ4)
    return {
        "empty": b"",
        "another chunk": packed(b"y" * 9000),
        "one chunk more": right + packed(b"y"),
        "cut in a header": right[:5],
        "cut in the data": right[:-1],
        "rest of a header": right + b"\0\0\0",
        "another version": header(9000, PLAIN, 9000, version=1) + data,
        "unknown compression": header(9000, 3, 9000) + data,
        "not compressed": header(9000, LZ4, 9000) + data,
        "size too small": header(len(squeezed) - 8, LZ4, 8999) + squeezed[8:],
        "size too large": header(len(squeezed) - 8, LZ4, 9001) + squeezed[8:],
        "plain with two sizes": header(9000, PLAIN, 8999) + data,
        "chunk too large": header(131_073, PLAIN, 131_073) + bytes(131_073),
        "chunk of nothing": header(0, PLAIN, 0) + right,
        "more behind the frame": header(len(squeezed) - 7, LZ4, 9000) + squeezed[8:] + b"!",
        "text": b"<html>" * 2000,
    }


@pytest.mark.parametrize("case", wrong_xorbs())
def test_what_is_not_the_announced_xorb_is_refused(hub: RunningHub, xet: Client, case: str) -> None:
    """400, and nothing of it is left."""
    answer = xet.send_xorb(wrong_xorbs()[case], xorb_hash([b"x" * 9000]))
    assert answer.status == 400, answer
    assert sent(hub) == []
    assert xet.send_shard(file_of([b"x" * 9000])).status == 400


def test_a_xorb_has_its_limits(hub: RunningHub, xet: Client) -> None:
    """In number of chunks, in plain bytes however small they were sent, and in bytes sent."""
    many = packed(b"x") * 8193
    assert xet.send_xorb(many, bytes(32)).status == 400
    bomb = packed(bytes(131_072), LZ4) * 513
    assert len(bomb) < 1_000_000
    assert xet.send_xorb(bomb, bytes(32)).status == 400
    assert sent(hub) == []


def test_a_body_without_end_is_cut_off(
    hub: RunningHub, xet: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """413 once it is longer than any xorb, and nothing of it is left."""
    monkeypatch.setattr("benchmark.localhub.xet.upload.LONGEST_UPLOAD", 9000)
    assert xet.send_xorb(packed(b"x" * 9000), xorb_hash([b"x" * 9000])).status == 413
    assert sent(hub) == []


def wrong_files(chunks: list[bytes]) -> dict[str, File]:
    """Files that a shard describes wrongly."""
    right = file_of(chunks)
    part = right.parts[0]
    others = tuple(chunk_of(chunk) for chunk in chunks[1:])
    return {
        "another hash": right.but(hash=bytes(32)),
        "another sha-256": right.but(sha256="0" * 64),
        "another term hash": right.but(term_hashes=(term_hash(others),)),
        "another size": right.but(sizes=(len(right.content) + 1,)),
        "unknown xorb": File((Part(bytes(32), 0, part.chunks),)),
        "chunks beyond the xorb": File((Part(part.xorb, 1, part.chunks),)),
        "other chunks of the xorb": File((Part(part.xorb, 1, part.chunks[:2]),)),
        "no chunks": File((Part(part.xorb, 0, ()),), hash=right.true_hash),
        "no terms": File((), hash=right.true_hash),
        "no term hashes": right.but(flags=1 << 30),
    }


@pytest.mark.parametrize("case", wrong_files([b"x"]))
def test_a_file_that_is_not_what_a_shard_says_is_refused(
    hub: RunningHub, xet: Client, chunks: list[bytes], case: str
) -> None:
    """400 whether or not the content is there already, and only right content is stored."""
    xet.send_chunks(chunks)
    wrong = wrong_files(chunks)[case]
    assert xet.send_shard(wrong).status == 400
    assert stored(hub) == {}
    assert xet.send_shard(file_of(chunks)).status == 200
    assert xet.send_shard(wrong).status == 400
    assert list(stored(hub).values()) == [b"".join(chunks)]


def test_a_file_without_a_sha256_is_stored_under_its_own(
    hub: RunningHub, xet: Client, chunks: list[bytes]
) -> None:
    """A client may leave it out."""
    xet.send_chunks(chunks)
    assert xet.send_shard(file_of(chunks).but(flags=1 << 31)).status == 200
    content = b"".join(chunks)
    assert stored(hub) == {sha256(content).hexdigest(): content}


@pytest.mark.parametrize("body", [b"", b"x" * 100, shard()[:-49], shard()[:20], b"\xff" * 5000])
def test_what_is_no_shard_is_refused(xet: Client, body: bytes) -> None:
    """400."""
    assert xet.ask("POST", "/v1/shards", body).status == 400


def test_a_file_is_not_larger_than_the_hub_allows(tmp_path: Path, chunks: list[bytes]) -> None:
    """413 before anything is read: a few terms can stand for any number of bytes."""
    with running_hub(tmp_path, settings=HubSettings(max_lfs_object=1_000_000)) as hub:
        hub.create(REPO)
        xet = Client(hub.endpoint)
        xet.send_chunks(chunks)
        part = Part(xorb_hash(chunks), 1, (chunks[1],))
        assert xet.send_shard(File((part,) * 8)).status == 413
        assert xet.send_shard(File((part,) * 7)).status == 200


def test_a_file_of_dust_is_refused(xet: Client) -> None:
    """The protocol's smallest chunk keeps the work in proportion to the content."""
    dust = [b"x"] * 1000
    xet.send_chunks(dust)
    assert xet.send_shard(file_of(dust)).status == 400


def test_an_object_that_came_by_lfs_is_the_same_object(
    hub: RunningHub, xet: Client, chunks: list[bytes]
) -> None:
    """It is checked and then left alone."""
    content = b"".join(chunks)
    digest = sha256(content).hexdigest()
    folder = hub.root / "datasets" / f"{REPO}.git" / "lfs" / "objects" / digest[:2] / digest[2:4]
    folder.mkdir(parents=True)
    (folder / digest).write_bytes(content)
    xet.send_chunks(chunks)
    before = (folder / digest).stat().st_ino
    assert xet.send_shard(file_of(chunks)).status == 200
    assert (folder / digest).stat().st_ino == before
    assert sent(hub) == []
