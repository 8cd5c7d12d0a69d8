"""Which process of this machine serves at a port."""

from __future__ import annotations

import importlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from benchmark.measure.host import processes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FORWARDERS = frozenset(
    {
        "caddy",
        "com.docker.backend",
        "conmon",
        "docker-proxy",
        "envoy",
        "gvproxy",
        "haproxy",
        "kubectl",
        "nginx",
        "pasta",
        "passt",
        "rootlessport",
        "slirp4netns",
        "socat",
        "ssh",
        "sshd",
        "traefik",
        "wslrelay",
    }
)
"""Programs that listen for a server which is another process, often in a container."""

ELSEWHERE = frozenset({"ssh", "kubectl"})
"""Those of them whose server is on another machine."""


def listening(port: int) -> tuple[int, ...]:
    """The processes that accept connections at a port, as far as the system tells.

    Other users' processes are told to root only, and on macOS all of them.
    """
    psutil = importlib.import_module("psutil")
    found: dict[int, None] = {}
    with suppress(psutil.Error, OSError):
        for one in psutil.net_connections("tcp"):
            if one.status == psutil.CONN_LISTEN and one.laddr.port == port and one.pid:
                found[one.pid] = None
    return tuple(found)


def program(pid: int) -> str:
    """What runs in a process, without its folder and `.exe`; empty if it is gone."""
    psutil = importlib.import_module("psutil")
    with suppress(psutil.Error):
        return str(psutil.Process(pid).name()).casefold().removesuffix(".exe")
    return ""


def forwarder(port: int) -> str | None:
    """The program that only forwards what is sent to a port, None if none is seen."""
    return next((name for pid in listening(port) if (name := program(pid)) in FORWARDERS), None)


def server_at(port: int, started: int | None, is_server: Callable[[list[str]], bool]) -> int | None:
    """The first process of the server at a port.

    Args:
        port: on this machine.
        started: a process that was started to serve there, None for a server that was found.
        is_server: whether a command line is that of a server, whose other processes may listen.

    Returns:
        None if the process is another user's, in a container or behind a forwarder.
    """
    psutil = importlib.import_module("psutil")
    found = listening(port)
    if not found:
        # macOS tells nobody but root; what was started here is nevertheless known.
        return started if started is not None and psutil.MACOS else None
    family = {one.pid for one in processes.tree(started)} if started is not None else set()
    if started is not None and family & set(found):
        return started
    if any(program(pid) in FORWARDERS for pid in found):
        return None
    return _root(psutil, found, is_server)


def _root(psutil: Any, found: Sequence[int], is_server: Callable[[list[str]], bool]) -> int | None:  # noqa: ANN401 - psutil has no types
    """The oldest ancestor of a listener that is still the server's."""
    with suppress(psutil.Error):
        process = psutil.Process(found[0])
        ours = {one.pid for one in psutil.Process().parents()}
        for parent in process.parents():
            is_same = parent.pid in found or is_server(parent.cmdline())
            if parent.pid in ours or not is_same:
                break
            process = parent
        return int(process.pid)
    return None
