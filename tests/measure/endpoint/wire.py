"""A server in a thread that answers with exactly the bytes a test wants, and remembers requests."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Callable, Iterable, Iterator

    Play = Callable[["Asked"], Iterable[bytes | float]]
    """What to send to a request: bytes, and seconds to wait in between."""


class Asked(NamedTuple):
    """One request as it arrived; names of fields in lower case."""

    method: str
    target: str
    fields: dict[str, str]
    data: bytes

    @property
    def path(self) -> str:
        """Without the query."""
        return self.target.partition("?")[0]

    @property
    def body(self) -> dict[str, Any]:
        """Of a POST."""
        value: dict[str, Any] = json.loads(self.data)
        return value


class Wire:
    """A running server."""

    def __init__(self, play: Play, tls: ssl.SSLContext | None) -> None:
        self.asked: list[Asked] = []
        self._play = play
        wire = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    wire.talk(
                        tls.wrap_socket(self.request, server_side=True) if tls else self.request
                    )

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def host(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    @property
    def generations(self) -> list[Asked]:
        """The requests for answers."""
        return [one for one in self.asked if one.method == "POST"]

    def talk(self, peer: socket.socket) -> None:
        """Answer one connection's requests, one after the other."""
        with peer, peer.makefile("rb") as stream:
            while asked := _read(peer, stream):
                self.asked.append(asked)
                for one in self._play(asked):
                    if isinstance(one, float):
                        time.sleep(one)
                    else:
                        peer.sendall(one)
                if asked.fields.get("x-close"):
                    return

    def stop(self) -> None:
        """Take no more connections."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def serve(play: Play, tls: ssl.SSLContext | None = None) -> Iterator[Wire]:
    """A server on a free port of this machine."""
    wire = Wire(play, tls)
    try:
        yield wire
    finally:
        wire.stop()


def _read(peer: socket.socket, stream: Any) -> Asked | None:
    words = stream.readline().decode("latin-1").split()
    if len(words) != 3:
        peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" if words else b"")
        return None
    method, target, _ = words
    fields: dict[str, str] = {}
    while line := stream.readline().strip():
        name, _, value = line.decode("latin-1").partition(":")
        fields[name.lower()] = value.strip()
    return Asked(method, target, fields, stream.read(int(fields.get("content-length", 0))))


def head(status: int = 200, **fields: str) -> bytes:
    """The beginning of a chunked answer; underscores in names are hyphens."""
    fields = {"Content_Type": "text/event-stream", "Transfer_Encoding": "chunked", **fields}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([f"HTTP/1.1 {status} Whatever", *lines, "", ""]).encode()


def chunk(data: bytes) -> bytes:
    """One piece of a chunked body; the empty one ends it."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def plain(status: int, text: str = "{}", **fields: str) -> list[bytes]:
    """A whole answer."""
    body = text.encode()
    fields = {"Content_Type": "application/json", "Content_Length": str(len(body)), **fields}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return ["\r\n".join([f"HTTP/1.1 {status} Whatever", *lines, "", ""]).encode() + body]


def objects(tokens: int, *, api: str = "chat", usage: bool = True) -> list[str]:
    """The chunks of an answer of so many words, as JSON."""
    last = {"finish_reason": "length"}
    if api == "chat":
        choices = [{"delta": {"content": " word"}} for _ in range(tokens)]
        choices.append({"delta": {}, **last})
    else:
        choices = [{"text": " word"} for _ in range(tokens)]
        choices.append({"text": "", **last})
    found: list[dict[str, Any]] = [{"choices": [one]} for one in choices]
    if usage:
        found.append({"choices": [], "usage": {"completion_tokens": tokens}})
    return [json.dumps(one) for one in found]


def events(tokens: int, *, api: str = "chat") -> list[bytes]:
    """The same as server-sent events with an end marker."""
    return [f"data: {one}\n\n".encode() for one in [*objects(tokens, api=api), "[DONE]"]]


def streamed(asked: Asked, gap_s: float = 0.001, **fields: str) -> Iterator[bytes | float]:
    """As many tokens as were asked for, one by one; everything else is not there."""
    if asked.method != "POST":
        yield from plain(404)
        return
    body = asked.body
    tokens = body.get("max_tokens") or body["max_completion_tokens"]
    yield head(**fields)
    for one in events(tokens, api="chat" if "messages" in body else "completions"):
        yield gap_s
        yield chunk(one)
    yield chunk(b"")
