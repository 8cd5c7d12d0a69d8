"""The forward proxy that the environment names, in the words of curl and of Python's own library.

`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in small letters too, as `urllib.request`
reads them; `NO_PROXY` may hold networks besides, as `10.0.0.0/8`. What is on this machine is never
asked through a proxy.
"""

from __future__ import annotations

import ipaddress
from base64 import b64encode
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from urllib.request import (  # type: ignore[attr-defined] # typeshed has no proxy_bypass_environment
    getproxies_environment,
    proxy_bypass_environment,
)

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.endpoint.access import Proxy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.measure.endpoint.address import Address

_PORT = 80
_VARIABLES = {"http": "HTTP_PROXY", "https": "HTTPS_PROXY", "all": "ALL_PROXY"}


def through_proxy(address: Address) -> Address:
    """The address, reached through the proxy that the environment names for it, if any.

    Raises:
        UsageError: if that is a kind of proxy which cannot be used.
    """
    known = getproxies_environment()
    proxy = None if address.is_local or _is_excepted(address, known) else _named(address, known)
    return address._replace(access=address.access._replace(proxy=proxy))


def _is_excepted(address: Address, known: Mapping[str, str]) -> bool:
    if proxy_bypass_environment(f"{address.host}:{address.port}", dict(known)):
        return True
    with suppress(ValueError):
        host = ipaddress.ip_address(address.host)
        return any(_holds(part.strip(), host) for part in known.get("no", "").split(","))
    return False


def _holds(network: str, host: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    with suppress(ValueError):
        return host in ipaddress.ip_network(network.strip("[]"), strict=False)
    return False


def _named(address: Address, known: Mapping[str, str]) -> Proxy | None:
    kind = address.scheme if known.get(address.scheme) else "all"
    url = known.get(kind, "")
    return _parse(url, _VARIABLES[kind]) if url else None


def _parse(url: str, variable: str) -> Proxy:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = parts.hostname, parts.port or _PORT
    except ValueError:
        raise _unusable(variable) from None
    if parts.scheme != "http" or not host:
        raise _unusable(variable)
    return Proxy(host, port, variable, _authorization(parts.username, parts.password))


def _unusable(variable: str) -> UsageError:
    """Its value may hold a password, and is not shown."""
    return UsageError(
        f"The proxy in {variable} cannot be used: only http://HOST:PORT can.",
        hint=N_("Name another proxy there, or add the endpoint's host to NO_PROXY."),
    )


def _authorization(name: str | None, password: str | None) -> str | None:
    if name is None:
        return None
    pair = f"{unquote(name)}:{unquote(password or '')}"
    return f"Basic {b64encode(pair.encode()).decode()}"
