"""Where an endpoint is: one address from whatever a user or a serve command says."""

from __future__ import annotations

import ipaddress
import re
import socket
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.endpoint.access import DIRECT, Access
from benchmark.text import one_line

_PORTS = {"http": 80, "https": 443}
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_OPERATION = re.compile(r"/(chat/completions|completions|models)/?$")
_OTHER_OPERATION = re.compile(r"/(responses|messages|embeddings|rerank)/?$")
_APIS = {"chat/completions": "chat", "completions": "completions"}
_PATHS = {"chat": "/chat/completions", "completions": "/completions"}
_VERSION = re.compile(r"/v\d+(?:(?:alpha|beta)\d*)?$")
_LEGAL = "/%:@!$&'()*+,;=~-._"
"""What stands in a path as it is: RFC 3986's characters, and what is encoded already."""

_LONGEST_HOST = 80


class Address(NamedTuple):
    """A server and where its operations are.

    Attributes:
        secure: whether it speaks TLS.
        host: in ASCII letters.
        port: a number.
        base: the path below which operations are, such as `/v1`; empty at the root.
        query: goes with every request, without the question mark; may hold a key.
        target: the path of the one operation that the URL names; None if it names none.
        guessed: `base` is the usual one, since the URL says none.
        access: how the host is reached.
    """

    secure: bool
    host: str
    port: int
    base: str
    query: str = ""
    target: str | None = None
    guessed: bool = False
    access: Access = DIRECT

    @property
    def scheme(self) -> str:
        """`http` or `https`."""
        return "https" if self.secure else "http"

    @property
    def authority(self) -> str:
        """Host and port as they stand in a URL and in the field `Host`; no port if it is usual."""
        usual = self.port == _PORTS[self.scheme]
        return self._bracketed if usual else self.host_and_port

    @property
    def host_and_port(self) -> str:
        """As a proxy is asked for a tunnel to them."""
        return f"{self._bracketed}:{self.port}"

    @property
    def _bracketed(self) -> str:
        # A zone, as in fe80::1%eth0, means something on this machine only.
        name = self.host.partition("%")[0]
        return f"[{name}]" if ":" in name else name

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        """As people write it; the values of a query may be secrets and are hidden."""
        return self._shown(self.base if self.target is None else self.target)

    @property
    def operation(self) -> str | None:
        """The API whose operation the URL names; None if it names none that is known."""
        found = _OPERATION.search(self.target or "")
        return _APIS.get(found[1]) if found else None

    @property
    def root(self) -> str:
        """The path below which servers tell about themselves: `base` without its version."""
        return _VERSION.sub("", self.base)

    @property
    def is_local(self) -> bool:
        """Whether this machine answers there, as far as its name tells."""
        name = self.host.removesuffix(".")
        if name in {"localhost", socket.gethostname()} or name.endswith(".localhost"):
            return True
        with suppress(ValueError):
            address = ipaddress.ip_address(name)
            return address.is_loopback or address.is_unspecified
        return False

    def path(self, api: str) -> str:
        """Where requests of an API go, without the query."""
        return self.base + _PATHS[api] if self.target is None else self.target

    def shown(self, api: str) -> str:
        """The URL of an API's operation, for people."""
        return self._shown(self.path(api))

    def with_query(self, path: str) -> str:
        """A path as it is asked for."""
        return f"{path}?{self.query}" if self.query else path

    @property
    def others(self) -> tuple[Address, ...]:
        """Where the operations may be as well, likeliest first; nowhere if the URL says where."""
        if self.guessed:
            return (self._replace(base="", guessed=False),)
        if self.target is not None or _VERSION.search(self.base):
            return ()
        return self._replace(base=f"{self.base}/v1"), self._replace(target=self.base)

    def _shown(self, path: str) -> str:
        names = [name for name, _ in parse_qsl(self.query, keep_blank_values=True)]
        query = "&".join(f"{quote(name)}=HIDDEN" for name in names)
        return f"{self.origin}{path}{f'?{query}' if query else ''}"


def parse(url: str) -> Address:
    """The address in `url`, which may lack its scheme, name a version or none, or an operation.

    Raises:
        UsageError: if it is none.
    """
    text = url.strip()
    try:
        parts = urlsplit(text if _SCHEME.match(text) else f"http://{text}")
        port = parts.port
    except ValueError:
        # Python's own words repeat parts of the URL, which may be secrets.
        raise _refused("cannot be read", _without_secrets(text)) from None
    if parts.username is not None or parts.password is not None:
        raise _refused("holds a name or a password", parts.hostname or "")
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _refused("is no http or https URL", _without_secrets(text))
    if parts.netloc.endswith(":") or port == 0:
        raise _refused("has no port that can be asked", _without_secrets(text))
    secure, host = parts.scheme == "https", _ascii(parts.hostname)
    usual = _PORTS[parts.scheme] if port is None else port
    place = Address(secure, host, usual, "", quote(parts.query, safe=f"{_LEGAL}?[]"))
    return _placed(place, legal(parts.path))


def legal(path: str) -> str:
    """A path with everything encoded that no request line may hold."""
    return quote(path, safe=_LEGAL)


def _placed(address: Address, path: str) -> Address:
    """With the base and the operation that the path says."""
    if other := _OTHER_OPERATION.search(path):
        raise UsageError(
            f"The endpoint's URL names the operation {other[1]}, which is not measured.",
            hint=N_("Give the URL of chat/completions or completions, or the one before them."),
        )
    found = _OPERATION.search(path)
    base = (path[: found.start()] if found else path).rstrip("/")
    if found and found[1] in _APIS:
        return address._replace(base=base, target=path)
    if not base and not found:
        return address._replace(base="/v1", guessed=True)
    return address._replace(base=base)


def _ascii(host: str) -> str:
    """A name in any script as it is asked for (IDNA), an address as it is."""
    host = host.replace("%25", "%")
    try:
        # A label has at most 63 letters, whatever its script: looking it up raises no OSError.
        named = host.encode("idna").decode()
    except UnicodeError:
        raise _refused("names no host", one_line(host, _LONGEST_HOST)) from None
    return host if host.isascii() else named


def _without_secrets(url: str) -> str:
    return re.split(r"[?#]", url)[0].rpartition("@")[2]


def _refused(problem: str, detail: str) -> UsageError:
    return UsageError(
        f"The endpoint's URL {problem}: {detail}",
        hint=N_("Give it like http://127.0.0.1:8000/v1; a key belongs into OPENAI_API_KEY."),
    )
