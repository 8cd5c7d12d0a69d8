"""The network interface that leads to node 0, and what it is."""

from __future__ import annotations

import importlib
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

_CLASS = Path("/sys/class/net")
_KINDS = {"1": "Ethernet", "32": "InfiniBand"}
"""ARPHRD_ETHER and ARPHRD_INFINIBAND of linux/if_arp.h."""

_MBIT_PER_GBIT = 1000


class Network(NamedTuple):
    """What connects the nodes; None is what could not be detected."""

    kind: str | None = None
    gbps: float | None = None


def interface_towards(host: str) -> str | None:
    """The name of the interface that packets to a host leave through; None if unknown.

    Gloo would else ask the resolver for this machine's own name, which need not know it.
    """
    with suppress(OSError):
        family, kind, _, _, target = socket.getaddrinfo(host, 9, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as probe:
            # Connecting a datagram socket sends nothing; it only chooses the route.
            probe.connect(target)
            return _named(probe.getsockname()[0])
    return None


def describe(interface: str | None) -> Network:
    """What the kernel says about a card; a virtual interface's speed is invented, so not told."""
    if interface is None or not (_CLASS / interface / "device").exists():
        return Network()
    speed = _psutil().net_if_stats()[interface].speed
    return Network(_kind(interface), speed / _MBIT_PER_GBIT if speed > 0 else None)


def _named(address: str) -> str | None:
    for name, addresses in _psutil().net_if_addrs().items():
        if any(one.address.partition("%")[0] == address for one in addresses):
            return str(name)
    return None


def _kind(interface: str) -> str | None:
    with suppress(OSError):
        return _KINDS.get((_CLASS / interface / "type").read_text(encoding="ascii").strip())
    return None


def _psutil() -> Any:  # noqa: ANN401 - it has no types
    return importlib.import_module("psutil")
