"""The endpoints of Xet: a token for a dataset, then xorbs, shards and reconstructions with it.

https://huggingface.co/docs/xet/api. Every dataset has a store of its own at a URL of its own, so a
token and an address are good for that dataset only, and a client that asks for a chunk is told of
xorbs of that dataset. One part of the protocol is left out, as a server may: the second version of
the upload of shards is answered 404, after which clients use the first.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from benchmark.localhub.call import Call, answer
from benchmark.localhub.problems import entry_not_found
from benchmark.localhub.resolve import byte_range
from benchmark.localhub.xet.dedup_shard import Validity, dedup_shard
from benchmark.localhub.xet.hashes import from_text, to_text
from benchmark.localhub.xet.reconstruction import plan, serialize, serialized_size

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    from benchmark.canonical import Json
    from benchmark.localhub.repository import Repository
    from benchmark.localhub.xet.access import Scope
    from benchmark.localhub.xet.entries import Entry
    from benchmark.localhub.xet.reconstruction import Span
    from benchmark.localhub.xet.shard import Term
    from benchmark.localhub.xet.store import XetStore

_PIECE = 1024 * 1024
_REMEMBERED_XORBS = 64
_PREFIXES = {"default", "default-merkledb"}
# Clients keep a shard until it expires, and ask for no chunk that is in it: soon enough, they are
# told of what others have sent. Whoever asks again within the hour gets the same bytes.
_HOUR = 3600


def write_token(call: Call) -> Response:
    """GET /api/datasets/NS/NAME/xet-write-token/REV."""
    call.writer(call.repo)
    return _token(call, "write")


def read_token(call: Call) -> Response:
    """GET /api/datasets/NS/NAME/xet-read-token/REV."""
    return _token(call, "read")


def _token(call: Call, scope: Scope) -> Response:
    expires = int(call.hub.settings.clock() + call.hub.settings.token_lifetime)
    with call.open() as repo:
        access = repo.xet.access
        access.prepare(_lock(call, repo))
        token = access.token(scope, expires)
        url = f"{call.endpoint}/datasets/{call.repo}.git/xet/{access.address}"
    headers = {
        "x-xet-cas-url": url,
        "x-xet-access-token": token,
        "x-xet-token-expiration": str(expires),
        "cache-control": "no-store",
    }
    body: Json = {"casUrl": url, "accessToken": token, "exp": expires}
    return answer(body, headers=headers)


async def upload_xorb(call: Call) -> Response:
    """POST …/v1/xorbs/default/HASH: durable once answered."""
    with call.granted() as repo:
        store = _opened(call, repo, writing=True)
        with store.xorbs.receive(from_text(call.parameter("hash"))) as upload:
            async for piece in _larger(call.request.stream()):
                await run_in_threadpool(upload.write, piece)
            inserted = await run_in_threadpool(upload.finish)
    return answer({"was_inserted": inserted})


def upload_shard(call: Call) -> Response:
    """POST …/v1/shards: every file of it is stored, checked and durable once answered."""
    with call.granted() as repo:
        store = _opened(call, repo, writing=True)
        largest = call.hub.settings.max_lfs_object
        store.register(call.body, largest=largest, lock=_lock(call, repo))
    return answer({"result": 1})


def query_chunk(call: Call) -> Response:
    """GET …/v1/chunks/PREFIX/HASH: the xorbs of a file that has this chunk, as a shard.

    The prefix is `default-merkledb` in the specification, `default` in what clients ask for.
    """
    with call.granted() as repo:
        store = _opened(call, repo, writing=False)
        text = call.parameter("hash")
        offered = store.offer(from_text(text))
        if call.parameter("prefix") not in _PREFIXES or not offered:
            raise entry_not_found(text)
        made = int(call.hub.settings.clock()) // _HOUR * _HOUR
        expires = made + 2 * _HOUR
        shard = dedup_shard(offered, Validity(store.access.chunk_key(expires), made, expires))
    return Response(shard, media_type="application/octet-stream")


def reconstruction(call: Call) -> Response:
    """GET …/v1/reconstructions/FILE: how to put together the file, or the range asked for."""
    return _reconstruction(call, "fetch_info", _first_form)


def reconstruction_2(call: Call) -> Response:
    """GET …/v2/reconstructions/FILE: the same in another form."""
    return _reconstruction(call, "xorbs", _second_form)


def _reconstruction(call: Call, key: str, form: Callable[[str, Span], Json]) -> Response:
    with call.granted() as repo:
        store = _opened(call, repo, writing=False)
        text = call.parameter("file")
        known = store.find(from_text(text))
        if known is None:
            raise entry_not_found(text)
        size = known.pointer.size
        start, stop = byte_range(call.request.headers.get("range", ""), size) or (0, size)
        found = plan(known.terms, start, stop, lru_cache(_REMEMBERED_XORBS)(_reader(store)))
        fetches: Json = {
            to_text(xorb): [form(_address(call, store, to_text(xorb)), span) for span in spans]
            for xorb, spans in found.spans.items()
        }
    terms = [_term(term) for term in found.terms]
    return answer({"offset_into_first_range": found.skip, "terms": terms, key: fetches})


def _reader(store: XetStore) -> Callable[[bytes], list[Entry]]:
    def entries(xorb: bytes) -> list[Entry]:
        found = store.xorbs.entries(xorb)
        if found is None:
            raise entry_not_found(to_text(xorb))
        return found

    return entries


def _term(term: Term) -> Json:
    chunks: Json = {"start": term.start, "end": term.stop}
    return {"hash": to_text(term.xorb), "unpacked_length": term.size, "range": chunks}


def _first_form(url: str, span: Span) -> Json:
    return {"url": url, "range": _range(*span.chunks), "url_range": _inclusive(*span.bytes)}


def _second_form(url: str, span: Span) -> Json:
    return {
        "url": url,
        "ranges": [{"chunks": _range(*span.chunks), "bytes": _inclusive(*span.bytes)}],
    }


def _range(start: int, stop: int) -> Json:
    return {"start": start, "end": stop}


def _inclusive(start: int, stop: int) -> Json:
    return _range(start, stop - 1)


def _address(call: Call, store: XetStore, xorb: str) -> str:
    expires = int(call.hub.settings.clock() + call.hub.settings.token_lifetime)
    base = f"{call.endpoint}/datasets/{call.repo}.git/xet/{store.access.address}"
    return f"{base}/xorbs/{xorb}?key={store.access.sign_xorb(xorb, expires)}"


def download_xorb(call: Call) -> Response:
    """GET …/xorbs/HASH: a range of a xorb, from a reconstruction."""
    text = call.parameter("hash")
    with call.granted() as repo:
        store = repo.xet
        store.access.check_xorb(text, call.query("key"), now=call.hub.settings.clock())
        xorb = from_text(text)
        entries = _reader(store)(xorb)
    size = serialized_size(entries)
    span = byte_range(call.request.headers.get("range", ""), size)
    start, stop = span or (0, size)
    headers = {"content-length": str(stop - start), "accept-ranges": "bytes"}
    if span:
        headers["content-range"] = f"bytes {start}-{stop - 1}/{size}"
    pieces = serialize(entries, partial(store.xorbs.read, xorb), range(start, stop))
    kind = "application/octet-stream"
    return StreamingResponse(_joined(pieces), 206 if span else 200, headers, kind)


async def _larger(pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in larger pieces: each is handed from thread to thread."""
    buffer = bytearray()
    async for piece in pieces:
        buffer += piece
        if len(buffer) >= _PIECE:
            yield bytes(buffer)
            buffer.clear()
    yield bytes(buffer)


def _joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same for what is sent."""
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        if len(buffer) >= _PIECE:
            yield bytes(buffer)
            buffer.clear()
    yield bytes(buffer)


def _opened(call: Call, repo: Repository, *, writing: bool) -> XetStore:
    """The store, for whoever has a token for it.

    Raises:
        HubError: 401 or 403 for anybody else, 404 if another store was here when it was given.
    """
    access = repo.xet.access
    authorization = call.request.headers.get("authorization", "")
    access.check_token(authorization, writing=writing, now=call.hub.settings.clock())
    if call.parameter("store") != access.address:
        raise entry_not_found(call.parameter("store"))
    return repo.xet


def _lock(call: Call, repo: Repository) -> Callable[[], AbstractContextManager[None]]:
    return partial(call.hub.store.locks.hold, repo.git)
