"""Whoever opens connections and does not go on is shown out; everybody else is served meanwhile."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from benchmark.localhub.patience import Patience
from benchmark.localhub.testing import running_hub
from tests.localhub.serving import serving
from tests.localhub.test_durability import hub_process
from tests.localhub.wire import REPO, ask, commit_body

if TYPE_CHECKING:
    from pathlib import Path

HASTY = Patience(head=0.5, progress=0.5)
COMMIT = f"POST /api/datasets/{REPO}/commit/main HTTP/1.1\r\nHost: hub\r\n"
LARGE = bytes(40_000_000)
STALLED = {
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost: h",
    "half a body": f"{COMMIT}Content-Length: 1000\r\n\r\nabc".encode(),
    "half a chunk": f"{COMMIT}Transfer-Encoding: chunked\r\n\r\nff\r\nabc".encode(),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The root of a hub with a dataset."""
    with running_hub(tmp_path) as hub:
        hub.create(REPO, {"a.json": b"[]"})
    return tmp_path


def is_ended(connection: socket.socket) -> bool:
    """Whether the other side ends it within a time that is far longer than its patience."""
    connection.settimeout(30)
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_client_that_stalls_is_shown_out(root: Path) -> None:
    """Before a request, within its head, within its body; another client is served meanwhile."""
    with serving(root, HASTY) as (address, _):
        stalled = [socket.create_connection(address) for _ in STALLED]
        for connection, sent in zip(stalled, STALLED.values(), strict=True):
            connection.sendall(sent)
        endpoint = f"http://{address[0]}:{address[1]}"
        assert ask(endpoint, "GET", f"/api/datasets/{REPO}").status == 200
        assert [is_ended(connection) for connection in stalled] == [True] * len(STALLED)
        body = commit_body({"b.json": b"[]"})
        assert ask(endpoint, "POST", f"/api/datasets/{REPO}/commit/main", body).status == 200
        for connection in stalled:
            connection.close()


def test_a_head_of_a_byte_now_and_then_is_too_slow(root: Path) -> None:
    """However long it goes on."""
    with serving(root, HASTY) as (address, _), socket.create_connection(address) as connection:
        connection.settimeout(0.1)
        sent = 0
        with pytest.raises((BrokenPipeError, ConnectionResetError)):  # noqa: PT012 - a loop
            while sent < 600:
                connection.sendall(b"G")
                sent += 1
                try:
                    assert connection.recv(1) == b""
                except TimeoutError:
                    continue
                raise ConnectionResetError
        assert sent < 600


def test_a_client_that_does_not_take_its_answer_is_shown_out(root: Path) -> None:
    """What it was sent is not kept for it."""
    with running_hub(root) as hub:
        hub.create(REPO, {"large.txt": LARGE})
    with serving(root, HASTY) as (address, server), socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(address)
        path = f"/datasets/{REPO}/resolve/main/large.txt"
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: hub\r\n\r\n".encode())
        assert connection.recv(1)
        for _ in range(300):
            if not server.server_state.connections:
                break
            threading.Event().wait(0.1)
        assert not server.server_state.connections
        taken = 1
        with suppress(ConnectionResetError):
            while data := connection.recv(1 << 20):
                taken += len(data)
    assert taken < len(LARGE)


def test_a_slow_client_that_goes_on_is_served(root: Path) -> None:
    """For much longer than the patience with one that does not."""
    body = commit_body({"slow.json": b"[1]"})
    head = f"{COMMIT}Connection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with (
        serving(root, Patience(head=0.5, progress=3)) as (address, _),
        socket.create_connection(address) as connection,
    ):
        connection.sendall(head)
        for place in range(0, len(body), 20):
            connection.sendall(body[place : place + 20])
            threading.Event().wait(0.4)
        with connection.makefile("rb") as answer:
            assert answer.readline().startswith(b"HTTP/1.1 200")


def test_a_head_without_end_is_refused(root: Path) -> None:
    """Before it fills the memory, whatever parsers are installed."""
    with serving(root) as hub:
        with socket.create_connection(hub.address) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: hub\r\nX: ")
            with pytest.raises((BrokenPipeError, ConnectionResetError)):
                connection.sendall(b"a" * 100_000_000)
        assert ask(hub.endpoint, "GET", "/").status == 200


def test_connections_are_served_up_to_what_the_machine_allows(root: Path) -> None:
    """Not to the 1,024 files that a service begins with."""
    resource = pytest.importorskip("resource")
    soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, most))
    with ExitStack() as ending:
        try:
            _, endpoint = ending.enter_context(hub_process(root))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, most))
        address = urlsplit(endpoint)
        for _ in range(200):
            connection = socket.create_connection((address.hostname, address.port), timeout=30)
            ending.enter_context(connection)
        assert ask(endpoint, "GET", f"/api/datasets/{REPO}").status == 200
