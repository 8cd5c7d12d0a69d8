"""The models that a server lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.endpoint.pages import object_at

if TYPE_CHECKING:
    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.body import Writer


class Served(NamedTuple):
    """A model in a server's list."""

    name: str
    owner: str


def list_models(address: Address, writer: Writer) -> list[Served]:
    """The models a server lists; some servers answer with errors, and list none."""
    listed = object_at(address, writer, f"{address.base}/models").get("data")
    if not isinstance(listed, list):
        return []
    return [
        Served(str(one["id"]), str(one.get("owned_by", "")))
        for one in listed
        if isinstance(one, dict) and "id" in one
    ]
