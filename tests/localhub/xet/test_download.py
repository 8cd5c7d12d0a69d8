"""Downloads by Xet: any range of any file, put together as the protocol says."""

from __future__ import annotations

import random
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.localhub.xet.chunks import plain_header
from benchmark.localhub.xet.entries import Entry
from benchmark.localhub.xet.hashes import chunk_of, to_text
from benchmark.localhub.xet.reconstruction import plan, serialize, serialized_size
from benchmark.localhub.xet.shard import Term
from tests.localhub.wire import REPO, ask, large_body
from tests.localhub.xet.wire import Client, File, Part, file_of, unpacked, xorb_hash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmark.localhub.testing import RunningHub

Xorbs = dict[bytes, list[bytes]]


def listed(chunks: Sequence[bytes]) -> list[Entry]:
    """A xorb's list; the position of a chunk is its number, for `reader` to find it."""
    return [Entry(chunk_of(chunk), number) for number, chunk in enumerate(chunks)]


@st.composite
def files(draw: st.DrawFn) -> tuple[Xorbs, list[Term]]:
    """Some xorbs, and a file of any of their chunks."""
    sizes = st.lists(st.integers(1, 9), min_size=1, max_size=5)
    source = random.Random(draw(st.integers(0, 99)))  # noqa: S311 - reproducible, not secret
    xorbs = {}
    for _ in range(draw(st.integers(1, 3))):
        chunks = [source.randbytes(size) for size in draw(sizes)]
        xorbs[xorb_hash(chunks)] = chunks
    terms = []
    for _ in range(draw(st.integers(1, 6))):
        xorb = draw(st.sampled_from(sorted(xorbs)))
        start = draw(st.integers(0, len(xorbs[xorb]) - 1))
        stop = draw(st.integers(start + 1, len(xorbs[xorb])))
        terms.append(Term(xorb, start, stop, len(b"".join(xorbs[xorb][start:stop]))))
    return xorbs, terms


def content_of(xorbs: Xorbs, terms: Sequence[Term]) -> bytes:
    """What these terms stand for."""
    return b"".join(b"".join(xorbs[term.xorb][term.start : term.stop]) for term in terms)


@given(file=files(), data=st.data())
def test_a_plan_gives_exactly_the_range_that_was_asked_for(
    file: tuple[Xorbs, list[Term]], data: st.DataObject
) -> None:
    """For any file and any range, and every term lies within something to fetch."""
    xorbs, terms = file
    content = content_of(xorbs, terms)
    start = data.draw(st.integers(0, len(content) - 1))
    stop = data.draw(st.integers(start + 1, len(content)))
    found = plan(terms, start, stop, lambda xorb: listed(xorbs[xorb]))
    assert content_of(xorbs, found.terms)[found.skip :][: stop - start] == content[start:stop]
    assert [len(content_of(xorbs, [term])) for term in found.terms] == [
        term.size for term in found.terms
    ]
    for term in found.terms:
        spans = [span.chunks for span in found.spans[term.xorb]]
        assert any(first <= term.start < term.stop <= last for first, last in spans)


@given(file=files(), data=st.data())
def test_a_plan_asks_for_no_chunk_outside_the_range(
    file: tuple[Xorbs, list[Term]], data: st.DataObject
) -> None:
    """Its first and its last chunk have bytes of it; and a chunk is fetched once."""
    xorbs, terms = file
    size = len(content_of(xorbs, terms))
    start = data.draw(st.integers(0, size - 1))
    stop = data.draw(st.integers(start + 1, size))
    found = plan(terms, start, stop, lambda xorb: listed(xorbs[xorb]))
    first, last = found.terms[0], found.terms[-1]
    length = len(content_of(xorbs, found.terms))
    assert found.skip < len(xorbs[first.xorb][first.start])
    surplus = length - found.skip - (stop - start)
    assert 0 <= surplus < len(xorbs[last.xorb][last.stop - 1])
    for spans in found.spans.values():
        bounds = [bound for span in spans for bound in span.chunks]
        assert bounds == sorted(set(bounds))


@given(file=files(), data=st.data())
def test_any_bytes_of_a_xorb_are_those_of_the_whole(
    file: tuple[Xorbs, list[Term]], data: st.DataObject
) -> None:
    """It is never written down as a whole, only read where it is wanted."""
    chunks = next(iter(file[0].values()))
    whole = b"".join(plain_header(len(chunk)) + chunk for chunk in chunks)
    entries = listed(chunks)
    assert serialized_size(entries) == len(whole)
    start = data.draw(st.integers(0, len(whole) - 1))
    stop = data.draw(st.integers(start + 1, len(whole)))

    def read(wanted: Sequence[Entry]) -> Iterator[bytes]:
        return (chunks[entry.position] for entry in wanted)

    assert b"".join(serialize(entries, read, range(start, stop))) == whole[start:stop]
    assert unpacked(whole) == chunks


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    ("wanted", "span"),
    [
        ("", slice(None)),
        ("bytes=0-0", slice(1)),
        ("bytes=9000-140071", slice(9000, 140_072)),
        ("bytes=8999-140072", slice(8999, 140_073)),
        ("bytes=200000-", slice(200_000, None)),
        # Clients that don't know the size ask for the largest number there is.
        ("bytes=100-18446744073709551614", slice(100, None)),
    ],
)
def test_a_range_of_a_file_is_put_together(
    xet: Client, chunks: list[bytes], version: int, wanted: str, span: slice
) -> None:
    """In both forms of the answer."""
    xet.send_chunks(chunks)
    file = File((
        Part(xorb_hash(chunks), 0, tuple(chunks)),
        Part(xorb_hash(chunks), 1, tuple(chunks[1:2])),
    ))  # fmt: skip
    xet.send_shard(file)
    length = len(file.content[span])
    assert xet.fetch(file.true_hash, wanted, version)[:length] == file.content[span]


def test_what_there_is_not_cannot_be_put_together(xet: Client, chunks: list[bytes]) -> None:
    """404 for an unknown file, also while only its chunks are known; 416 beyond its end."""
    file = file_of(chunks)
    path = f"/v1/reconstructions/{to_text(file.true_hash)}"
    xet.send_chunks(chunks)
    assert xet.ask("GET", path).status == 404
    xet.send_shard(file)
    assert xet.ask("GET", path, range=f"bytes={len(file.content)}-").status == 416
    assert xet.ask("GET", "/v1/reconstructions/x").status == 400


def test_a_resolved_file_says_how_to_fetch_it_by_xet(
    hub: RunningHub, xet: Client, chunks: list[bytes]
) -> None:
    """Its hash and where to ask for a token; listings say the hash. The plain bytes come too."""
    xet.send_chunks(chunks)
    xet.send_shard(file_of(chunks))
    content = b"".join(chunks)
    body = large_body("large.bin", sha256(content).hexdigest(), len(content))
    head = ask(hub.endpoint, "POST", f"/api/datasets/{REPO}/commit/main", body).json["commitOid"]
    plain = ask(hub.endpoint, "GET", f"/datasets/{REPO}/resolve/main/large.bin")
    assert plain.body == content
    assert plain.headers["x-xet-hash"] == to_text(file_of(chunks).true_hash)
    url = f"{hub.endpoint}/api/datasets/{REPO}/xet-read-token/{head}"
    assert plain.headers["link"] == f'<{url}>; rel="xet-auth"'
    tree = ask(hub.endpoint, "GET", f"/api/datasets/{REPO}/tree/main").json
    assert {item["path"]: item.get("xetHash") for item in tree} == {
        ".gitattributes": None,
        "large.bin": plain.headers["x-xet-hash"],
    }


def test_a_file_that_did_not_come_by_xet_is_fetched_without_it(hub: RunningHub) -> None:
    """No header sends a client to where the file is not."""
    hub.write(REPO, {"small.json": b"[]"})
    answer = ask(hub.endpoint, "HEAD", f"/datasets/{REPO}/resolve/main/small.json")
    assert answer.status == 200
    assert not {name for name in answer.headers if "xet" in name or name == "link"}
