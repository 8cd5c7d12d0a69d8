"""Files and answers served to a browser on loopback."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from typing_extensions import Self


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answers: Mapping[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.asked: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer what is there to any page, as the Hub does for public datasets."""
        server = cast("_Server", self.server)
        server.asked.append(self.path)
        body = server.answers.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header(
            "Content-Type", _TYPES.get(self.path.rsplit(".", 1)[-1], "application/json")
        )
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


_TYPES = {"html": "text/html"}


class Served:
    """Answers by path, for as long as it is open."""

    def __init__(self, answers: Mapping[str, bytes]) -> None:
        self._server = _Server(answers)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def asked(self) -> list[str]:
        """Every path asked for, in order."""
        return self._server.asked

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
