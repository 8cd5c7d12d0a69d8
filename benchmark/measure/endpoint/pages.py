"""What a server tells about itself on its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from benchmark.measure.endpoint.ask import ask

if TYPE_CHECKING:
    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.body import Writer

_PATIENCE_S = 10.0
_OK = 200


def text_at(address: Address, writer: Writer, path: str) -> bytes:
    """The page at `path`, empty if there is none."""
    exchange = ask(address, writer.question(path), _PATIENCE_S)
    return b"" if exchange.status != _OK or exchange.error else bytes(exchange.raw)


def object_at(address: Address, writer: Writer, path: str) -> dict[str, Any]:
    """The JSON object at `path`, empty if there is none."""
    try:
        value = orjson.loads(text_at(address, writer, path))  # noqa: TID251 - foreign data, judged by its reader
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
