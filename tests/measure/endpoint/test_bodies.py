"""What an answer is, is told by its bytes; what cannot be measured, by its true reason."""

from __future__ import annotations

import gzip
import json
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.errors import BenchmarkError
from benchmark.measure.endpoint.encoding import UndecodableError, decoders
from benchmark.measure.endpoint.exchange import Exchange
from benchmark.measure.endpoint.payload import EVENTS, LINES, WHOLE, Payload
from benchmark.measure.samples import Sample
from tests.measure.endpoint.wire import Asked, chunk, events, head, objects, plain, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GAP_S = 0.01
TOKENS = 8


def played(*pieces: bytes, **fields: str) -> Callable[[Asked], Iterator[bytes | float]]:
    """A server that sends these pieces, one by one, whatever is asked."""

    def play(asked: Asked) -> Iterator[bytes | float]:
        if asked.method != "POST":
            yield from plain(404)
            return
        yield head(**fields)
        for piece in pieces:
            yield GAP_S
            yield chunk(piece)
        yield chunk(b"")

    return play


def flushed(wbits: int, pieces: list[bytes]) -> list[bytes]:
    """Compressed, each piece so that it can be read when it arrives."""
    squeeze = zlib.compressobj(wbits=wbits)
    found = [squeeze.compress(one) + squeeze.flush(zlib.Z_SYNC_FLUSH) for one in pieces]
    return [*found, squeeze.flush()]


def lines(api: str = "chat") -> list[bytes]:
    """Chunks of an answer, one object on a line."""
    return [f"{one}\n".encode() for one in objects(TOKENS, api=api)]


SSE = events(TOKENS)


@pytest.mark.parametrize(
    ("pieces", "fields"),
    [
        *((SSE, {"Content_Type": kind}) for kind in ("application/json", "text/plain")),
        *((SSE, {"Content_Type": kind}) for kind in ("application/octet-stream", "text/html")),
        (SSE, {"Content_Type": "Text/Event-Stream; charset=UTF-8"}),
        (SSE, {"X_Nothing": "1", "Content_Type": ""}),
        ([b"\xef\xbb\xbf", *SSE], {"Content_Type": "text/plain"}),
        ([b"\r\n\r\n", b": ", b"hello\n\n", *SSE], {"Content_Type": "text/plain"}),
        ([b"d", b"at", SSE[0][3:], *SSE[1:]], {"Content_Type": "text/plain"}),
        ([b"event: message\n" + one for one in SSE], {"Content_Type": "application/json"}),
        ([b"retry: 3\n\nid: 1\n\n", *SSE], {"Content_Type": "application/json"}),
        (lines(), {"Content_Type": "application/x-ndjson"}),
        (lines(), {"Content_Type": "text/event-stream"}),
        ([b"".join(lines())[:-1]], {"Content_Type": "application/json"}),
        (flushed(31, SSE), {"Content_Encoding": "gzip"}),
        (flushed(31, SSE)[:-1], {"Content_Encoding": "x-gzip"}),
        (flushed(15, SSE), {"Content_Encoding": "Deflate"}),
        (flushed(-15, SSE), {"Content_Encoding": "deflate"}),
        ([gzip.compress(one) for one in SSE], {"Content_Encoding": "gzip"}),
        ([gzip.compress(b"".join(SSE))], {"Content_Encoding": "gzip"}),
        (flushed(31, SSE), {"Transfer_Encoding": "gzip, chunked"}),
        (SSE, {"Content_Encoding": "identity"}),
    ],
)
def test_a_stream_is_a_stream_whatever_is_said_of_it(
    pieces: list[bytes],
    fields: dict[str, str],
    reach: Callable[..., Any],
    drive: Callable[..., Any],
) -> None:
    """By its first bytes, whatever its type and however it was compressed."""
    with serve(played(*pieces, **fields)) as wire:
        (one,) = drive(reach(f"http://{wire.host}/v1"), 1, TOKENS)
        assert isinstance(one, Sample)
        assert one.output_tokens == TOKENS
        assert {asked.fields["accept-encoding"] for asked in wire.asked} == {"identity"}


@pytest.mark.parametrize(("wbits", "said"), [(31, "gzip"), (15, "deflate"), (-15, "deflate")])
def test_what_was_flushed_is_stamped_when_it_arrived(wbits: int, said: str) -> None:
    """Compressed pieces are not held together: every token has the stamp of its own piece."""
    exchange = Exchange(None, b"", 0)
    exchange.status, exchange.fields["content-encoding"] = 200, said
    for number, piece in enumerate(flushed(wbits, SSE)):
        exchange.pieces.append((number, piece))
    exchange.conclude()
    assert exchange.answer.content_ns == [*range(TOKENS)]


def test_answers_that_announce_another_one_are_passed_over(
    reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """103 comes with fields of its own, and an encoding may be said in two lines."""
    twice = [gzip.compress(one) for one in flushed(15, SSE)]
    early = b"HTTP/1.1 103 Early Hints\r\nContent-Encoding: br\r\n\r\n"
    said = b"Content-Encoding: deflate\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"

    def play(asked: Asked) -> Iterator[bytes | float]:
        if asked.method != "POST":
            yield from plain(404)
            return
        yield from (early, b"HTTP/1.1 200 OK\r\n" + said + b"\r\n", *map(chunk, twice), chunk(b""))

    with serve(play) as wire:
        (one,) = drive(reach(f"http://{wire.host}/v1"), 1, TOKENS)
        assert isinstance(one, Sample)


@pytest.mark.parametrize("http", [b"HTTP/1.0 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_an_answer_without_a_length_ends_with_its_connection(
    http: bytes, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """HTTP/1.0 knows nothing else; there is no type either."""

    def play(asked: Asked) -> Iterator[bytes | float]:
        asked.fields["x-close"] = "yes"
        yield from [http, *SSE] if asked.method == "POST" else plain(404)

    with serve(play) as wire:
        (one,) = drive(reach(f"http://{wire.host}/v1"), 1, TOKENS)
        assert isinstance(one, Sample)


WHOLE_CHAT = json.dumps({"choices": [{"message": {"content": "all"}}], "usage": {}})
WHOLE_TEXT = json.dumps({"choices": [{"text": "all", "finish_reason": "length"}]})
PRETTY = json.dumps(json.loads(WHOLE_CHAT), indent=2)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (plain(200, WHOLE_CHAT), "answered in one piece: it does not stream"),
        (plain(200, PRETTY), "answered in one piece: it does not stream"),
        (plain(200, WHOLE_TEXT + "\n"), "answered in one piece: it does not stream"),
        (
            plain(200, WHOLE_CHAT, Content_Type="text/event-stream"),
            "answered in one piece: it does not stream",
        ),
        (plain(200, '{"error": {"message": "too busy"}}'), "answered with an error: too busy"),
        (plain(200, '{"error": "too busy"}\n'), "answered with an error: too busy"),
        (plain(200, '{"hello": 1}'), "no stream of events but application/json"),
        (plain(200, "hello", Content_Type="text/plain"), "no stream of events but text/plain"),
        (plain(200, "", Content_Type="text/event-stream"), "the answer is empty"),
        (plain(204, ""), "the answer is empty"),
        (plain(200, "<!DOCTYPE html>", Content_Type="text/plain"), "with a web page"),
        (plain(200, "x", Content_Encoding="br"), "compressed as br, which was not asked for"),
        (plain(200, "x", Content_Encoding="zstd"), "compressed as zstd"),
        (plain(200, "no gzip", Content_Encoding="gzip"), "the compressed answer is broken"),
        (plain(429, '{"error": "slow down"}'), "HTTP 429: slow down"),
        (plain(413, "too large", Content_Type="text/plain"), "HTTP 413: too large"),
        (plain(403, '{"detail": "no"}'), "refuses the key or wants one: HTTP 403: no"),
        (plain(405, "{}"), "has no such path or model"),
        (plain(500, '{"message": "broken model"}'), "cannot answer: HTTP 500: broken model"),
        (plain(501, '{"error": "no streams"}'), "cannot answer: HTTP 501: no streams"),
        (plain(503, "<html>no</html>", Content_Type="text/html"), "cannot answer: HTTP 503: "),
        ([b"\0\0\x12\x04\0\0\0\0\0" + bytes(18)], "nothing but HTTP/2"),
        ([b"\x15\x03\x01\x00\x02\x02\x46"], "speaks TLS: its URL begins with https"),
        ([b"SSH-2.0-OpenSSH_9.2\r\n"], "the answer is no HTTP"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_its_true_reason(
    answer: list[bytes], said: str, reach: Callable[..., Any]
) -> None:
    """Before anything is measured, and with what to do."""

    def play(asked: Asked) -> Iterator[bytes | float]:
        asked.fields["x-close"] = "yes"
        yield from answer

    with serve(play) as wire, pytest.raises(BenchmarkError, match=said) as refused:
        reach(f"http://{wire.host}/v1")
    assert refused.value.hint
    assert refused.value.exit_code in {2, 69, 77}


def test_chunks_count_where_a_length_stands_beside_them(
    reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """As RFC 9112 has it; a proxy may add one."""
    pieces = played(*SSE, Content_Length="5")
    with serve(pieces) as server:
        samples = drive(reach(f"http://{server.host}/v1", natural_length=True), 1, TOKENS)
    assert [type(one) for one in samples] == [Sample]


BARE = b"HTTP/1.1 200 OK\nContent-Type: text/event-stream\n"


@pytest.mark.parametrize(
    "answer",
    [
        [BARE, b"Transfer-Encoding: chunked\n\n", *map(chunk, SSE), chunk(b"")],
        [BARE, b"Content-Length: %d\n\n" % len(b"".join(SSE)), *SSE],
        [
            BARE,
            b"X-Odd: na\xefve \x01\nTransfer-Encoding: chunked\n\n",
            *map(chunk, SSE),
            chunk(b""),
        ],
        [head(), *(chunk(one).replace(b"\r\n", b"  \r\n", 1) for one in [*SSE, b""])],
        [head()[:-2], b"X-Long: begins\r\n and goes on\r\n\r\n", *map(chunk, SSE), chunk(b"")],
    ],
)
def test_an_answer_that_other_clients_read_is_read(
    answer: list[bytes], reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """Lines that end without CR, odd letters in fields, blanks after a chunk's size."""

    def play(asked: Asked) -> Iterator[bytes | float]:
        yield from answer if asked.method == "POST" else plain(404)

    with serve(play) as server:
        samples = drive(reach(f"http://{server.host}/v1", natural_length=True), 2, TOKENS)
    assert [type(one) for one in samples] == [Sample] * 2


def test_an_error_in_a_list_is_an_error() -> None:
    """Google's gateways answer so."""
    exchange = Exchange(None, b"", 0)
    exchange.status, exchange.fields = 200, {"content-type": "application/json"}
    exchange.pieces.append((1, b'[{"error": {"code": 400, "message": "no such key"}}]'))
    exchange.conclude()
    assert exchange.trouble() == "the server answered with an error: no such key"


cut = st.lists(st.integers(0, 400), max_size=12)


def pieces_of(data: bytes, cuts: list[int]) -> list[bytes]:
    """Cut anywhere."""
    ends = sorted({min(one, len(data)) for one in cuts} | {len(data)})
    return [data[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@given(cut, st.sampled_from([31, 15, -15, 0]), st.booleans(), st.booleans())
def test_an_answer_is_the_same_however_it_is_cut_and_compressed(
    cuts: list[int], wbits: int, as_lines: bool, typed: bool
) -> None:
    """Law: neither where packets end nor what is said of them changes what is understood."""
    data = b"".join(lines() if as_lines else SSE)
    exchange = Exchange(None, b"", 0)
    exchange.status = 200
    if typed:
        exchange.fields["content-type"] = "text/event-stream"
    if wbits:
        data = b"".join(flushed(wbits, [data]))
        exchange.fields["content-encoding"] = "gzip" if wbits == 31 else "deflate"
    for stamp, piece in enumerate(pieces_of(data, cuts)):
        exchange.pieces.append((stamp, piece))
    exchange.conclude()
    assert exchange.trouble() is None
    assert len(exchange.answer.content_ns) == TOKENS
    assert exchange.answer.completion_tokens == TOKENS
    assert exchange.answer.content_ns == sorted(exchange.answer.content_ns)


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_something(data: bytes, typed: bool) -> None:
    """Law: nothing raises, and in the end it is known what came."""
    payload = Payload(typed=typed)
    payload.feed(data)
    payload.end()
    assert payload.kind in {EVENTS, LINES, WHOLE}


@given(st.binary(max_size=100), st.sampled_from(["gzip", "deflate", "gzip, deflate"]))
def test_no_bytes_break_a_decoder(data: bytes, said: str) -> None:
    """Law: they are decoded, or refused in words and by nothing else."""
    with suppress(UndecodableError):
        for decoder in decoders(said):
            data = decoder.feed(data)
            assert isinstance(data, bytes)
