"""A server in this process that tells what a test wants it to tell, and answers in words."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Page = str | Mapping[str, Any] | Callable[[], str]

JSON, TEXT = "application/json", "text/plain"


class Telling(BaseHTTPRequestHandler):
    """Pages for GET; for POST as many words as asked for, one an event."""

    protocol_version = "HTTP/1.1"
    pages: Mapping[str, Page]
    usage: Mapping[str, Any]

    def do_GET(self) -> None:
        """A page, or 404."""
        page = self.pages.get(self.path)
        text = page() if callable(page) else page
        body = text if isinstance(text, str) else json.dumps(text or {})
        self.send_response(404 if page is None else 200)
        self.send_header("Content-Type", TEXT if isinstance(text, str) else JSON)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_POST(self) -> None:
        """An answer of the length asked for."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        tokens, prompt = asked["max_tokens"], asked["messages"][0]["content"]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for _ in range(tokens):
            self._event({"choices": [{"delta": {"content": " word"}, "finish_reason": None}]})
        self._event({"choices": [{"delta": {}, "finish_reason": "length"}]})
        counts = {"prompt_tokens": len(prompt.split()), "completion_tokens": tokens}
        self._event({"choices": [], "usage": {**counts, **self.usage}})
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _event(self, value: Mapping[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(value)}\n\n".encode())


@contextmanager
def telling(pages: Mapping[str, Page], usage: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Its URL; `/v1/models` lists a model of nobody unless `pages` say otherwise.

    Args:
        pages: what is told, by path: text as it is, everything else as JSON.
        usage: what is told with every answer besides the counts.
    """
    models = {"/v1/models": {"data": [{"id": "m", "owned_by": ""}]}}
    told = {"pages": {**models, **pages}, "usage": usage or {}}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Told", (Telling,), told))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
