"""Requests as bytes, in as much of the protocol as a server accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark import __version__, canonical
from benchmark.measure.endpoint.dialect import (
    CONTINUOUS,
    GENERATION_CONFIG,
    IGNORE_EOS,
    LENGTH_FIELDS,
    MIN_TOKENS,
    NONE,
    Dialect,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmark.canonical import Json
    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.headers import Headers
    from benchmark.measure.request import Request


class Asking(NamedTuple):
    """What every request says, whatever its prompt.

    Attributes:
        api: one of `benchmark.measure.engine_options.APIS`.
        model: the name it is asked for by.
        sampling: the user's own fields for it, `top_p` and the like.
        extra: further fields of the user's, merged into the body last.
    """

    api: str
    model: str
    sampling: Mapping[str, float]
    extra: Mapping[str, Json]


class Writer:
    """Writes the requests for one endpoint.

    Args:
        address: of the endpoint.
        asking: what every request says.
        headers: the user's fields; shown nowhere.
        decode: token ids → text, for prompts that were never words.

    Attributes:
        address: where requests go, as far as it is known now.
        dialect: what the server accepts, likewise.
        dropped: the fields that it refuses.
    """

    def __init__(
        self,
        address: Address,
        asking: Asking,
        headers: Headers,
        decode: Callable[[Sequence[int]], str],
    ) -> None:
        self.address = address
        self._asking = asking
        self._headers = headers
        self._decode = decode
        self.dialect = Dialect()
        self.dropped: tuple[str, ...] = ()

    @property
    def api(self) -> str:
        """Which API is asked; the operation that the URL names decides."""
        return self.address.operation or self._asking.api

    @property
    def model(self) -> str:
        """The name it is asked for by."""
        return self._asking.model

    @property
    def holds_secrets(self) -> bool:
        """Whether requests say something that belongs to their receiver alone."""
        return bool(self._headers.secrets)

    @property
    def path(self) -> str:
        """Where requests go, without the query."""
        return self.address.path(self.api)

    def generation(self, request: Request, identity: str) -> bytes:
        """A streamed request for the tokens asked for, greedily unless the user says otherwise."""
        body = _merged(self._body(request), {**self._asking.sampling, **self._asking.extra})
        fields = {"Accept": "text/event-stream, */*", "X-Request-Id": identity}
        return self._message("POST", self.path, fields, canonical.dumps(body))

    def question(self, path: str) -> bytes:
        """A GET for what a server tells about itself."""
        return self._message("GET", path, {"Accept": "application/json"}, b"")

    def _body(self, request: Request) -> dict[str, Json]:
        dialect, tokens = self.dialect, request.output_length
        text = self._decode(request.prompt) if request.text is None else request.text
        body: dict[str, Json] = {"model": self._asking.model, "stream": True, dialect.limit: tokens}
        if self.api == "chat":
            said: list[Json] = [{"role": one.role, "content": one.text} for one in request.history]
            body["messages"] = [*said, {"role": "user", "content": text}]
        else:
            body["prompt"] = "".join([*(one.text for one in request.history), text])
        if dialect.temperature:
            body["temperature"] = 0
        if request.exact:
            body.update(_exact_length(dialect, tokens))
        body.update(_counts(dialect))
        return body

    def _message(self, method: str, path: str, fields: dict[str, str], body: bytes) -> bytes:
        every = {
            "Host": self.address.authority,
            "User-Agent": f"sagellm-benchmark/{__version__}",
            "Accept-Encoding": "identity",
            **fields,
        }
        if body:
            every |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        target = self.address.with_query(path)
        proxy = self.address.access.proxy
        if proxy is not None and not self.address.secure:
            # RFC 9112, section 3.2.2: a proxy is asked for the whole URL.
            target = f"{self.address.origin}{target}"
            if proxy.authorization:
                every["Proxy-Authorization"] = proxy.authorization
        lines = [f"{name}: {value}" for name, value in self._with_users(every).items()]
        return "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode() + body

    def _with_users(self, fields: dict[str, str]) -> dict[str, str]:
        """The user's own fields take the place of ours of the same name."""
        given = {name.lower() for name in self._headers.fields}
        kept = {name: value for name, value in fields.items() if name.lower() not in given}
        return {**kept, **self._headers.fields}


def _exact_length(dialect: Dialect, tokens: int) -> dict[str, Json]:
    generation: dict[str, Json] = {
        "do_sample": False,
        "max_new_tokens": tokens,
        "min_new_tokens": tokens,
    }
    values: dict[str, Json] = {
        IGNORE_EOS: True,
        MIN_TOKENS: tokens,
        GENERATION_CONFIG: canonical.dumps(generation).decode(),
    }
    return {name: values[name] for name in LENGTH_FIELDS[dialect.length]}


def _counts(dialect: Dialect) -> dict[str, Json]:
    """How token counts are asked for."""
    found: dict[str, Json] = {"timings_per_token": True} if dialect.timings else {}
    if dialect.usage != NONE:
        options: dict[str, Json] = {"include_usage": True}
        if dialect.usage == CONTINUOUS:
            options["continuous_usage_stats"] = True
        found["stream_options"] = options
    return found


def _merged(into: Mapping[str, Json], more: Mapping[str, Json]) -> dict[str, Json]:
    """Both; objects inside are merged too, and of everything else `more`'s stands."""
    found = dict(into)
    for name, value in more.items():
        known = found.get(name)
        if isinstance(known, dict) and isinstance(value, dict):
            found[name] = _merged(known, value)
        else:
            found[name] = value
    return found
