"""How a host is reached: directly or through a proxy, and whose certificates are believed."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import NamedTuple

from benchmark import canonical
from benchmark.errors import UsageError
from benchmark.i18n import N_

_MOST = 16 * 1024 * 1024
"""Bytes of certificates; all that browsers believe take a quarter of one."""


class Proxy(NamedTuple):
    """A forward proxy.

    Attributes:
        host: its name.
        port: where it listens.
        variable: the environment variable that names it.
        authorization: the value of `Proxy-Authorization`; shown nowhere.
    """

    host: str
    port: int
    variable: str
    authorization: str | None = None

    @property
    def shown(self) -> str:
        """For people; without any password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


class Access(NamedTuple):
    """What stands between this machine and an endpoint.

    Attributes:
        proxy: None for none.
        insecure: believe any certificate.
        ca_file: certificates to believe besides the system's, PEM.
    """

    proxy: Proxy | None = None
    insecure: bool = False
    ca_file: str | None = None


DIRECT = Access()


def tls_context(access: Access) -> ssl.SSLContext:
    """For connections to an endpoint; `SSL_CERT_FILE` and `SSL_CERT_DIR` are OpenSSL's own.

    Raises:
        UsageError: if the file of certificates holds none.
    """
    context = ssl.create_default_context()
    # Said, so that a server which speaks nothing else than HTTP/2 refuses instead of answering so.
    context.set_alpn_protocols(["http/1.1"])
    if access.ca_file is not None:
        try:
            # By its bytes, for OpenSSL would wait for a pipe, and read a device without end.
            pem = canonical.read_bytes(Path(access.ca_file), _MOST).decode("ascii", "ignore")
            context.load_verify_locations(cadata=pem)
        except (OSError, ValueError):
            raise UsageError(
                f"{access.ca_file} holds no certificates that can be read.",
                hint=N_(
                    "Give --ca-file a file in PEM: it begins with -----BEGIN CERTIFICATE-----."
                ),
            ) from None
    if access.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
