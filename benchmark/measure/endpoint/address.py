"""Where an endpoint is: one address from whatever a user or a serve command says."""

from __future__ import annotations

import ipaddress
import re
import socket
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from benchmark.errors import UsageError
from benchmark.i18n import N_

_PORTS = {"http": 80, "https": 443}
_OPERATIONS = re.compile(r"/(chat/completions|completions|models)$")
_VERSION = re.compile(r"/v\d+$")


class Address(NamedTuple):
    """A server and the path below which its operations are.

    Attributes:
        base: begins with a slash and ends with the version, `/v1`.
    """

    secure: bool
    host: str
    port: int
    base: str

    @property
    def authority(self) -> str:
        """Host and port as they stand in a URL and in the field `Host`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """As people write it."""
        return f"{'https' if self.secure else 'http'}://{self.authority}{self.base}"

    @property
    def root(self) -> str:
        """The path below which servers tell about themselves: `base` without its version."""
        return _VERSION.sub("", self.base)

    @property
    def is_local(self) -> bool:
        """Whether this machine answers there, as far as its name tells."""
        if self.host in {"localhost", socket.gethostname()}:
            return True
        with suppress(ValueError):
            address = ipaddress.ip_address(self.host)
            return address.is_loopback or address.is_unspecified
        return False


def parse(url: str) -> Address:
    """The address in `url`, which may lack its scheme and `/v1`, or name an operation.

    Raises:
        UsageError: if it is none.
    """
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port
    except ValueError as error:
        raise _refused("cannot be read", str(error)) from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _refused("is no http or https URL", url.rpartition("@")[2])
    if parts.username or parts.password:
        raise _refused("holds a name or a password", parts.hostname)
    base = _OPERATIONS.sub("", parts.path.rstrip("/"))
    if not _VERSION.search(base):
        base += "/v1"
    return Address(parts.scheme == "https", parts.hostname, port or _PORTS[parts.scheme], base)


def _refused(problem: str, detail: str) -> UsageError:
    return UsageError(
        f"The endpoint's URL {problem}: {detail}",
        hint=N_("Give it like http://127.0.0.1:8000/v1; a key belongs into OPENAI_API_KEY."),
    )
