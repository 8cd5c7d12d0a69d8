"""What a server says it is: its models, its name and its version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from benchmark.measure.endpoint.ask import ask

if TYPE_CHECKING:
    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.body import Writer

_PATIENCE_S = 10.0
_OK = 200
_OWNERS = {"vllm": "vllm", "sglang": "sglang", "llamacpp": "llama.cpp"}


class Served(NamedTuple):
    """A model in a server's list."""

    name: str
    owner: str


class Server(NamedTuple):
    """Which software answers; None is what it does not tell."""

    name: str | None = None
    version: str | None = None


def list_models(address: Address, writer: Writer) -> list[Served]:
    """The models a server lists; some servers answer with errors, and list none."""
    listed = _get(address, writer, f"{address.base}/models").get("data")
    if not isinstance(listed, list):
        return []
    return [
        Served(str(one["id"]), str(one.get("owned_by", "")))
        for one in listed
        if isinstance(one, dict) and "id" in one
    ]


def identify(address: Address, writer: Writer, known: str | None) -> Server:
    """Which server this is, by what it tells.

    Args:
        address: of the endpoint.
        writer: of requests.
        known: the name, if a command told it.
    """
    owners = {one.owner for one in list_models(address, writer)}
    name = known or next((_OWNERS[owner] for owner in sorted(owners & set(_OWNERS))), None)
    for candidate, path, field in _TELLTALES:
        if name in {None, candidate} or candidate is None:
            told = _get(address, writer, address.root + path).get(field)
            if isinstance(told, str) and told:
                return Server(name or candidate, told)
    return Server(name)


_TELLTALES = (
    ("sglang", "/get_server_info", "version"),
    ("sglang", "/server_info", "version"),
    ("llama.cpp", "/props", "build_info"),
    ("tgi", "/info", "version"),
    (None, "/version", "version"),
)
"""Server, path, field; the last path is vLLM's, but not only."""


def _get(address: Address, writer: Writer, path: str) -> dict[str, Any]:
    """The object at `path`, empty if there is none."""
    exchange = ask(address, writer.question(path), _PATIENCE_S)
    if exchange.status != _OK or exchange.error:
        return {}
    try:
        value = orjson.loads(bytes(exchange.raw))  # noqa: TID251 - foreign data, judged by its reader
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
