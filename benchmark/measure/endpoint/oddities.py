"""What is odd about how an endpoint is reached and asked: written with the entry, and said.

An entry is public, and where an endpoint or a proxy is concerns nobody: no host is named here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.caveat import Caveat
from benchmark.measure.endpoint.dialect import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmark.canonical import Json
    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.dialect import Dialect


def of_access(address: Address) -> Iterator[Caveat]:
    """A proxy, and a certificate that was not looked at."""
    access = address.access
    if access.proxy is not None:
        yield Caveat(
            "proxy",
            f"Requests went through the proxy that {access.proxy.variable} names; its time is in "
            "the figures.",
        )
    if access.insecure and address.secure:
        yield Caveat("tls-unverified", "The server's certificate was not verified (--insecure).")


def of_asking(asked: str, api: str, extra: Mapping[str, Json]) -> Iterator[Caveat]:
    """An API that the URL decides, and fields that only the user knows the meaning of."""
    if asked not in {api, _DEFAULT_API}:
        yield Caveat("api-by-url", f"The URL names the operation of {api}; {asked} was asked for.")
    if extra:
        names = ", ".join(sorted(extra))
        yield Caveat("extra-body", f"Every request held further fields: {names}.")


def redirected(given: Address, path: str, found: Address) -> Caveat:
    """A server that sends requests for `path` on."""
    whose = "" if found.origin == given.origin else " of another host"
    return Caveat(
        "redirected",
        f"{path} redirects; requests were sent to {found.target}{whose} directly.",
    )


def dropped(dialect: Dialect, fields: Sequence[str]) -> Iterator[Caveat]:
    """Fields that the server refused and that figures depend on."""
    if "ignore_eos" not in fields or dialect.length != NONE:
        return
    yield Caveat(
        "length-not-forced",
        "The server refuses every field that forces a length; answers that ended early count as "
        "failed, unless --natural-length is given.",
    )


_DEFAULT_API = "chat"
