"""What is odd about how an endpoint is reached and asked: written with the entry, and said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure.caveat import Caveat
from benchmark.measure.endpoint.dialect import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmark.canonical import Json
    from benchmark.measure.endpoint.access import Access
    from benchmark.measure.endpoint.address import Address
    from benchmark.measure.endpoint.dialect import Dialect


def of_access(access: Access) -> Iterator[Caveat]:
    """A proxy, and certificates that were not looked at."""
    if access.proxy is not None:
        yield Caveat(
            "proxy",
            f"Requests went through the proxy {access.proxy.shown} ({access.proxy.variable}); "
            "its time is in the figures.",
        )
    if access.insecure:
        yield Caveat("tls-unverified", "The server's certificate was not verified (--insecure).")


def of_asking(asked: str, api: str, extra: Mapping[str, Json]) -> Iterator[Caveat]:
    """An API that the URL decides, and fields that only the user knows the meaning of."""
    if asked not in {api, _DEFAULT_API}:
        yield Caveat("api-by-url", f"The URL names the operation of {api}; {asked} was asked for.")
    if extra:
        names = ", ".join(sorted(extra))
        yield Caveat("extra-body", f"Every request held further fields: {names}.")


def redirected(url: str, address: Address) -> Caveat:
    """A server that sends requests on."""
    return Caveat("redirected", f"{url} redirects; requests were sent to {address.url} directly.")


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
