"""Requests as bytes, in as much of the protocol as a server accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark import __version__, canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmark.canonical import Json
    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.request import Request

_PATHS = {"chat": "/chat/completions", "completions": "/completions"}


class Dialect(NamedTuple):
    """What a server accepts beyond `model`, the prompt and `stream`.

    Attributes:
        length: how an exact length is asked for: `fields` (`ignore_eos`, `min_tokens`: vLLM,
            SGLang, llama.cpp), `generation_config` (transformers serve), `none`.
        usage: ask for token counts in the stream.
        modern: `max_completion_tokens`, and no temperature (OpenAI's reasoning models).
    """

    length: str = "fields"
    usage: bool = True
    modern: bool = False

    @property
    def name(self) -> str:
        """For people."""
        counts = "with usage" if self.usage else "without usage"
        return f"length by {self.length}, {counts}{', max_completion_tokens' * self.modern}"


DIALECTS = (
    Dialect(),
    Dialect(usage=False),
    Dialect("generation_config"),
    Dialect("generation_config", usage=False),
    Dialect("none"),
    Dialect("none", usage=False),
    Dialect("none", modern=True),
)
"""In the order they are tried: from the one that says most."""


class Writer:
    """Writes the requests for one endpoint.

    Args:
        address: of the endpoint.
        api: one of `benchmark.measure.engine_options.APIS`.
        model: the name it is asked for by.
        key: sent as a bearer token; shown nowhere.
        decode: token ids → text, for prompts that were never words.
        dialect: what the server accepts.
    """

    def __init__(
        self,
        address: Address,
        api: str,
        model: str,
        key: str | None,
        decode: Callable[[Sequence[int]], str],
        dialect: Dialect = DIALECTS[0],
    ) -> None:
        self._address = address
        self.api = api
        self._model = model
        self._key = key
        self._decode = decode
        self.dialect = dialect

    @property
    def path(self) -> str:
        """Where requests go."""
        return self._address.base + _PATHS[self.api]

    def generation(self, request: Request, identity: str) -> bytes:
        """A request for exactly `request.output_length` tokens, greedily, streamed."""
        dialect, tokens = self.dialect, request.output_length
        text = self._decode(request.prompt) if request.text is None else request.text
        body: dict[str, Json] = {"model": self._model, "stream": True}
        if self.api == "chat":
            said: list[Json] = [{"role": one.role, "content": one.text} for one in request.history]
            body["messages"] = [*said, {"role": "user", "content": text}]
        else:
            body["prompt"] = "".join([*(one.text for one in request.history), text])
        body["max_completion_tokens" if dialect.modern else "max_tokens"] = tokens
        if not dialect.modern:
            body["temperature"] = 0
        if dialect.usage:
            body["stream_options"] = {"include_usage": True}
        body.update(_exact_length(dialect, tokens))
        fields = {"Accept": "text/event-stream", "X-Request-Id": identity}
        return self._message("POST", self.path, fields, canonical.dumps(body))

    def question(self, path: str) -> bytes:
        """A GET for what a server tells about itself."""
        return self._message("GET", path, {"Accept": "application/json"}, b"")

    def _message(self, method: str, path: str, fields: dict[str, str], body: bytes) -> bytes:
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self._address.authority}",
            f"User-Agent: sagellm-benchmark/{__version__}",
            *(f"{name}: {value}" for name, value in fields.items()),
        ]
        if self._key:
            lines.append(f"Authorization: Bearer {self._key}")
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body


def _exact_length(dialect: Dialect, tokens: int) -> dict[str, Json]:
    if dialect.length == "fields":
        return {"ignore_eos": True, "min_tokens": tokens}
    if dialect.length == "generation_config":
        values: dict[str, Json] = {
            "do_sample": False,
            "max_new_tokens": tokens,
            "min_new_tokens": tokens,
        }
        return {"generation_config": canonical.dumps(values).decode()}
    return {}
