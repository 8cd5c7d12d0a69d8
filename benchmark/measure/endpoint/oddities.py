"""What is odd about how an endpoint is reached and asked: written with the entry, and said.

An entry is public, and where an endpoint or a proxy is concerns nobody: no host is named here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.caveat import caveat
from benchmark.measure.endpoint.dialect import NONE
from benchmark.measure.recorded.urls import recorded_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmark.canonical import Json
    from benchmark.measure.caveat import Caveat
    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.dialect import Dialect


def of_access(address: Address) -> Iterator[Caveat]:
    """A proxy, and a certificate that was not looked at."""
    access = address.access
    if access.proxy is not None:
        yield caveat("proxy", variable=access.proxy.variable)
    if access.insecure and address.secure:
        yield caveat("tls-unverified")


def of_asking(asked: str, api: str, extra: Mapping[str, Json]) -> Iterator[Caveat]:
    """An API that the URL decides, and fields that only the user knows the meaning of."""
    if asked not in {api, _DEFAULT_API}:
        yield caveat("api-by-url", api=api, asked=asked)
    if extra:
        yield caveat("extra-body", names=", ".join(sorted(extra)))


def redirected(given: Address, path: str, found: Address, model: str) -> Caveat:
    """A server that sends requests for `path` on; either path may hold a key."""
    case = "" if found.origin == given.origin else "host"
    before, after = recorded_path(path, model), recorded_path(found.target or "", model)
    return caveat("redirected", case, path=before, target=after)


def dropped(dialect: Dialect, fields: Sequence[str]) -> Iterator[Caveat]:
    """Fields that the server refused and that figures depend on."""
    if "ignore_eos" not in fields or dialect.length != NONE:
        return
    yield caveat("length-not-forced")


_DEFAULT_API = "chat"
