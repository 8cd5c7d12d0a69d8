"""Whatever is sent, what is stored is what its name says."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext, suppress
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from benchmark.localhub.lfs import LfsStore
from benchmark.localhub.problems import HubError
from benchmark.localhub.xet.hashes import chunk_of, from_text
from benchmark.localhub.xet.store import XetStore
from tests.localhub.xet.wire import (
    GROUPED_LZ4,
    LZ4,
    PLAIN,
    File,
    Part,
    packed,
    shard,
    xorb_hash,
)

CHUNKS = [b"first" * 1000, bytes(5000), bytes(range(256)) * 30]
XORB = b"".join(packed(chunk, scheme) for scheme, chunk in enumerate(CHUNKS))
NAME = xorb_hash(CHUNKS)
FILES = (
    File((Part(NAME, 0, tuple(CHUNKS)),)),
    File((Part(NAME, 2, (CHUNKS[2],)), Part(NAME, 0, (CHUNKS[0],)))),
)
SHARD = shard(*FILES)


def damaged(whole: bytes) -> st.SearchStrategy[bytes]:
    """The same with a piece of it lost, or put in place of another, or changed."""
    place = st.integers(0, len(whole))
    piece = st.one_of(st.binary(max_size=9), st.builds(lambda a, b: whole[a:b], place, place))
    return st.builds(lambda a, b, new: whole[:a] + new + whole[b:], place, place, piece)


def with_xorb(folder: str) -> XetStore:
    """A store that was sent `XORB`."""
    store = XetStore(Path(folder) / "xet", LfsStore(Path(folder) / "lfs"))
    with store.xorbs.receive(NAME) as upload:
        upload.write(XORB)
        upload.finish()
    return store


@given(body=damaged(XORB))
def test_a_damaged_xorb_is_refused_or_the_same(body: bytes) -> None:
    """Its chunks are read back as they were."""
    with tempfile.TemporaryDirectory() as folder:
        store = XetStore(Path(folder) / "xet", LfsStore(Path(folder) / "lfs"))
        with suppress(HubError), store.xorbs.receive(NAME) as upload:
            upload.write(body)
            upload.finish()
        entries = store.xorbs.entries(NAME)
        assert entries is None or list(store.xorbs.read(NAME, entries)) == CHUNKS
        assert entries is not None or not list(Path(folder).rglob("*.*"))


@given(
    numbers=st.lists(st.integers(0, 2), max_size=8),
    is_stored=st.booleans(),
    piece=st.sampled_from([1, 6000, 1 << 20]),
)
def test_larger_pieces_are_the_same_data(
    numbers: list[int], piece: int, *, is_stored: bool
) -> None:
    """Of any chunks in any order, as they were sent or in a file; and none is much larger."""
    with (
        tempfile.TemporaryDirectory() as folder,
        patch("benchmark.localhub.xet.xorbs._PIECE", piece),
    ):
        store = with_xorb(folder)
        if is_stored:
            store.register(SHARD, largest=100_000, lock=nullcontext)
        entries = store.xorbs.entries(NAME) or []
        pieces = [*store.xorbs.pieces(NAME, [entries[number] for number in numbers])]
        assert b"".join(pieces) == b"".join(CHUNKS[number] for number in numbers)
        assert all(len(one) <= piece + max(map(len, CHUNKS)) for one in pieces)
        assert len(pieces) < len(numbers) or piece == 1 or numbers != [0, 1, 2] or not is_stored


@given(body=st.one_of(damaged(SHARD), st.binary(max_size=200)))
def test_a_damaged_shard_stores_nothing_that_is_wrong(body: bytes) -> None:
    """Neither content that its name does not fit, nor a file that cannot be put together."""
    with tempfile.TemporaryDirectory() as folder:
        store = with_xorb(folder)
        with suppress(HubError):
            store.register(body, largest=100_000, lock=nullcontext)
        for path in (Path(folder) / "lfs").rglob("*"):
            assert path.is_dir() or sha256(path.read_bytes()).hexdigest() == path.name
        for path in (Path(folder) / "xet").rglob("*.file"):
            known = store.find(from_text(path.stem))
            assert known is not None
            assert known.pointer.oid in {sha256(file.content).hexdigest() for file in FILES}


def test_the_chunks_above_are_in_every_form() -> None:
    """Else the laws would say less than they seem to."""
    assert list(range(len(CHUNKS))) == [PLAIN, LZ4, GROUPED_LZ4]


@given(
    files=st.lists(
        st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3)), min_size=1, max_size=5),
        min_size=1,
        max_size=4,
    ),
    most=st.integers(1, 4),
)
def test_whatever_a_file_was_sent_as_its_own_xorbs_are_the_file(
    files: list[list[tuple[int, int]]], most: int
) -> None:
    """In order, without a gap, each as long as it can be; and the index knows its first chunk."""
    with (
        tempfile.TemporaryDirectory() as folder,
        patch("benchmark.localhub.xet.own_xorbs.MOST_CHUNKS", most),
    ):
        store = with_xorb(folder)
        for ranges in files:
            file = File(tuple(Part(NAME, a, tuple(CHUNKS[a : a + n])) for a, n in ranges))
            store.register(shard(file), largest=10**6, lock=nullcontext)
            known = store.find(file.true_hash)
            assert known is not None
            lists = [store.xorbs.entries(term.xorb) or [] for term in known.terms]
            read = [
                store.xorbs.read(term.xorb, entries)
                for term, entries in zip(known.terms, lists, strict=True)
            ]
            assert b"".join(chunk for chunks in read for chunk in chunks) == file.content
            assert all(len(entries) == most for entries in lists[:-1])
            assert store.offer(chunk_of(file.chunks[0]).hash)
