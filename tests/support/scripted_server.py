"""A server that plays scripts, and remembers when it really generated each token.

It runs in threads of the test's own process, so that starting one costs nothing. The short request
that `run` tries first is answered plainly, whatever the script.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmark.measure.endpoint.exchange import Exchange
from tests.support import scripts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from benchmark.measure.request import Request
    from tests.support.scripts import Script, Step

NS_PER_MS = 1_000_000


class Truth(NamedTuple):
    """What really happened in one answer. Stamps are `time.perf_counter_ns`."""

    received_ns: int
    token_ns: list[int]

    @property
    def decode_tps(self) -> float:
        """Tokens per second after the first one."""
        return (len(self.token_ns) - 1) / (self.token_ns[-1] - self.token_ns[0]) * 1e9


def played(script: Script, request: Request | None = None) -> tuple[Exchange, Truth]:
    """The exchange that a client would see if nothing took any time but the script; it has ended.

    The stamps are exact, so what is made of them can be compared with the truth to the last digit.
    """
    now, exchange = NS_PER_MS, Exchange(request, b"", NS_PER_MS)
    truth = Truth(now, [])
    exchange.status, exchange.fields = 200, {"content-type": "text/event-stream"}
    for step in script:
        now += round(step.wait_ms * NS_PER_MS)
        truth.token_ns.extend([now] * step.tokens)
        if step.data:
            exchange.pieces.append((now, step.data))
    exchange.last_ns, exchange.ended = now, True
    return exchange, truth


class ScriptedServer(ThreadingHTTPServer):
    """Plays `script(tokens)` to every measured request, at most `slots` at a time."""

    daemon_threads = True

    def __init__(self, script: Callable[[int], Iterable[Step]], slots: int = 64) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.slots = threading.Semaphore(slots)
        self.truths: list[Truth] = []
        self.headers: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        """The base that `run` is given."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, *_: Any) -> None:
        """A client that goes away is no error."""


@contextmanager
def serving(script: Callable[[int], Iterable[Step]], slots: int = 64) -> Iterator[ScriptedServer]:
    """A server that runs inside the block."""
    server = ScriptedServer(script, slots)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: ScriptedServer

    def do_GET(self) -> None:
        """It tells nothing about itself but its model."""
        known = self.path == "/v1/models"
        body = json.dumps({"data": [{"id": "scripted"}]} if known else {"detail": "Not Found"})
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_POST(self) -> None:
        """Wait for a slot, then play."""
        received = time.perf_counter_ns()
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        tokens = asked.get("max_tokens") or asked["max_completion_tokens"]
        truth = Truth(received, [])
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        is_trial = self.headers["X-Request-Id"] == "preflight"
        if not is_trial:
            self.server.truths.append(truth)
        with self.server.slots, suppress(ConnectionError):
            self._play(
                scripts.one_by_one(tokens) if is_trial else self.server.script(tokens), truth
            )

    def _play(self, script: Iterable[Step], truth: Truth) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        due = time.perf_counter_ns()
        for step in script:
            due += round(step.wait_ms * NS_PER_MS)
            time.sleep(max(0, due - time.perf_counter_ns()) / 1e9)
            truth.token_ns.extend([time.perf_counter_ns()] * step.tokens)
            if step.data:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(step.data), step.data))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
