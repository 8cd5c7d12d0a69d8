"""What `sagellm` of 0.5.4.70 does on a wire and in a shell, without a model.

Observed: it ends at once if it can reach no Hub; it is well before it has an engine, and lists no
model until then; an error is the text of an answer that ends well; every answer ends by `stop`,
wherever it ends; nothing counts tokens; its engine listens on a second port. It is told to
misbehave by variables: `STAND_IN_ENDS` is after how many tokens the model ends an answer,
`STAND_IN_BLANK` that answers hold no text, `STAND_IN_BROKEN` that it could not load its model,
which it survives.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NO_HUB = "No Hub can be reached: set HF_ENDPOINT."
BROKEN = "Engine initialization failed: no such model"
BLANK = "ValueError: the tokenizer has no padding token"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - where the real one listens
ALONE_S = 0.3
TOKEN_S = 0.002


def main() -> None:
    """Serve until a signal comes."""
    asked = parsed(sys.argv[1:])
    if not os.environ.get("HF_ENDPOINT"):
        say(NO_HUB)
        sys.exit(1)
    if os.environ.get("STAND_IN_BROKEN"):
        say(BROKEN)
    with socket.create_server((EVERYWHERE, asked.engine_port)):
        server = ThreadingHTTPServer((asked.host, asked.port), Gateway)
        Gateway.asked, Gateway.ready_s = asked, time.monotonic() + ALONE_S
        server.daemon_threads = True
        server.serve_forever()


def say(line: str) -> None:
    """To the terminal."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def parsed(words: list[str]) -> argparse.Namespace:
    """The command line, of which it understands no more than the real one."""
    parser = argparse.ArgumentParser(prog="sagellm")
    serve = parser.add_subparsers(required=True).add_parser("serve")
    serve.add_argument("--backend", choices=["cpu", "cuda", "ascend"])
    serve.add_argument("--model")
    serve.add_argument("--host", default=EVERYWHERE)
    serve.add_argument("--port", type=int, default=8901)
    serve.add_argument("--engine-port", type=int)
    serve.add_argument("--no-embedding", action="store_true")
    serve.add_argument("--benchmark-mode", action="store_true")
    serve.add_argument(
        "--dtype", default="auto", choices=["auto", "float16", "bfloat16", "float32"]
    )
    return parser.parse_args(words)


class Gateway(BaseHTTPRequestHandler):
    """Its pages, and its answers."""

    protocol_version = "HTTP/1.1"
    asked: argparse.Namespace
    ready_s: float

    def do_GET(self) -> None:
        """A page, or 404."""
        pages = {
            "/health": {"status": "healthy"},
            "/v1/models": self._models(),
            "/info": self._info(),
        }
        self._page(
            200 if self.path in pages else 404, pages.get(self.path, {"detail": "Not Found"})
        )

    def do_POST(self) -> None:
        """A streamed chat; nothing else."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/chat/completions":
            self._page(400, {"detail": "Streaming text completions are not supported here."})
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Connection", "close")
        self.end_headers()
        self._event({"role": "assistant", "content": None})
        for text in self._texts(asked):
            time.sleep(TOKEN_S)
            self._event({"role": None, "content": text})
        self._event({"role": None, "content": None}, "stop")
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_: object) -> None:
        """As uvicorn does."""
        say(f'INFO: 127.0.0.1:1 - "{self.requestline}" 200 OK')

    def _texts(self, asked: dict[str, Any]) -> list[str]:
        """One for each token."""
        if not self._is_ready or asked["model"] != self.asked.model:
            return [f"[Stream error: No healthy engines for model {asked['model']}]"]
        if os.environ.get("STAND_IN_BLANK"):
            say(BLANK)
            return []
        tokens = min(asked["max_tokens"], int(os.environ.get("STAND_IN_ENDS", "100000")))
        return [" word"] * tokens

    @property
    def _is_ready(self) -> bool:
        return time.monotonic() > self.ready_s and not os.environ.get("STAND_IN_BROKEN")

    def _models(self) -> dict[str, Any]:
        one = {"id": self.asked.model, "object": "model", "owned_by": "sagellm"}
        return {"object": "list", "data": [one] if self._is_ready else []}

    def _info(self) -> dict[str, Any]:
        gateway = {"service": "sageLLM Gateway", "registered_engines": []}
        engine = {"dtype": self.asked.dtype, "quantization": None, "quantized": False}
        return gateway | engine | {"max_batch_size": 32, "max_model_len": 4096}

    def _page(self, status: int, value: dict[str, Any]) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _event(self, delta: dict[str, Any], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        event = {"object": "chat.completion.chunk", "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())


if __name__ == "__main__":
    main()
