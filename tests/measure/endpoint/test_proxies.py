"""Forward proxies: used for what is not on this machine, and told."""

from __future__ import annotations

import os
import socket
import socketserver
import ssl
import threading
from base64 import b64encode
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from benchmark.errors import PermissionDeniedError, UsageError
from benchmark.measure.endpoint.address import parse
from benchmark.measure.endpoint.proxies import through_proxy
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.samples import Sample
from tests.measure.endpoint.wire import Asked, Wire, plain, serve, streamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HARDWARE = {
    "hardware": {
        "vendor": "NVIDIA",
        "chip_model": "H100 80GB",
        "chip_count": 1,
        "memory_per_chip_gb": 80,
    }
}


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment of the tests says."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("url", "environ", "expected"),
    [
        ("http://far/v1", {}, None),
        ("http://far/v1", {"HTTP_PROXY": "http://p:3128"}, "p:3128"),
        ("http://far/v1", {"http_proxy": "p:3128"}, "p:3128"),
        ("http://far/v1", {"http_proxy": "http://p"}, "p:80"),
        ("http://far/v1", {"HTTPS_PROXY": "http://p:3128"}, None),
        ("https://far/v1", {"HTTPS_PROXY": "http://p:3128"}, "p:3128"),
        ("https://far/v1", {"https_proxy": "http://q:1", "ALL_PROXY": "http://p:2"}, "q:1"),
        ("https://far/v1", {"ALL_PROXY": "http://[::1]:3128"}, "[::1]:3128"),
        ("http://127.0.0.1:8/v1", {"HTTP_PROXY": "http://p:3128"}, None),
        ("http://[::1]/v1", {"ALL_PROXY": "http://p:3128"}, None),
        ("https://localhost/v1", {"ALL_PROXY": "http://p:3128"}, None),
        ("http://far/v1", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "*"}, None),
        ("http://a.far/v1", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "near, .far"}, None),
        ("http://a.far/v1", {"HTTP_PROXY": "http://p:1", "no_proxy": "far"}, None),
        ("http://afar/v1", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "far"}, "p:1"),
        ("http://far:8000/v1", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "far:8000"}, None),
        ("http://far:8001/v1", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "far:8000"}, "p:1"),
        ("http://10.1.2.3/v1", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8"}, None),
        ("http://11.1.2.3/v1", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8"}, "p:1"),
    ],
)
def test_the_environment_names_the_proxy(
    url: str, environ: dict[str, str], expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As curl and Python's own library read it; never for this machine."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    proxy = through_proxy(parse(url)).access.proxy
    assert (None if proxy is None else proxy.shown) == expected


@pytest.mark.parametrize(
    "value", ["socks5://me:hunter2@p:1", "https://me:hunter2@p:1", "http://me:hunter2@p:x"]
)
def test_a_proxy_that_cannot_be_used_is_refused(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the variable's name: its value may hold a password."""
    monkeypatch.setenv("HTTP_PROXY", value)
    with pytest.raises(UsageError, match="The proxy in HTTP_PROXY") as refused:
        through_proxy(parse("http://far/v1"))
    assert "hunter2" not in str(refused.value)
    assert "NO_PROXY" in refused.value.hint


def test_a_host_that_only_the_proxy_knows_is_asked_through_it_and_told(
    reach: Callable[..., Any], drive: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy is asked for the whole URL; its password is shown nowhere."""
    with serve(streamed) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://me:hunt%2Fer2@{proxy.host}")
        target = reach("http://llm.corp.invalid:81/v1?a=b", cluster=HARDWARE)
        assert all(isinstance(one, Sample) for one in drive(target, 2))
        url = "http://llm.corp.invalid:81/v1/chat/completions?a=b"
        assert {one.target for one in proxy.generations} == {url}
        assert {one.fields["host"] for one in proxy.asked} == {"llm.corp.invalid:81"}
        basic = f"Basic {b64encode(b'me:hunt/er2').decode()}"
        assert {one.fields["proxy-authorization"] for one in proxy.asked} == {basic}
        (caveat,) = target.facts().caveats
        assert caveat.kind == "proxy"
        assert "HTTP_PROXY" in caveat.text
        assert proxy.host not in caveat.text
        assert "er2" not in f"{target.facts()}"


@contextmanager
def tunnelling(wire: Wire, answer: bytes = b"200 Connection established") -> Iterator[Wire]:
    """A proxy that leads every CONNECT to one server, or refuses it."""
    asked: list[Asked] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            method, target, _ = self.rfile.readline().decode().split()
            fields = {}
            while line := self.rfile.readline().strip():
                name, _, value = line.decode().partition(":")
                fields[name.lower()] = value.strip()
            asked.append(Asked(method, target, fields, b""))
            self.wfile.write(b"HTTP/1.1 " + answer + b"\r\nX-Proxy: 1\r\n\r\n")
            if answer.startswith(b"200"):
                with socket.create_connection(("127.0.0.1", wire.port)) as there:
                    back = threading.Thread(target=pump, args=(there, self.request), daemon=True)
                    back.start()
                    pump(self.request, there)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.asked = asked  # type: ignore[attr-defined] # for the test to look at
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server  # type: ignore[misc] # has what the test needs
    finally:
        server.shutdown()
        server.server_close()


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Hand on until one side is gone."""
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def test_a_host_with_tls_is_reached_through_a_tunnel(
    tmp_path: Path,
    reach: Callable[..., Any],
    drive: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The proxy sees the host's name and nothing else; the certificate is the host's."""
    ca, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("llm.corp.invalid").configure_cert(tls)
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("OPENAI_API_KEY", "for-the-host-only")
    with serve(streamed, tls) as wire, tunnelling(wire) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:pw@127.0.0.1:{proxy.server_address[1]}")
        target = reach(
            "https://llm.corp.invalid/v1", cluster=HARDWARE, ca_file=str(tmp_path / "ca.pem")
        )
        assert all(isinstance(one, Sample) for one in drive(target, 2))
        assert {one.target for one in proxy.asked} == {"llm.corp.invalid:443"}
        assert all("authorization" not in one.fields for one in proxy.asked)
        assert {one.target for one in wire.generations} == {"/v1/chat/completions"}
        assert all("proxy-authorization" not in one.fields for one in wire.asked)
        assert [one.kind for one in target.facts().caveats] == ["proxy"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"407 Proxy Authentication Required", "it answers HTTP 407 Proxy Authentication Required"),
        (b"403 Forbidden", "it answers HTTP 403 Forbidden"),
        (b"nonsense", "it does not answer in HTTP"),
    ],
)
def test_a_proxy_that_opens_no_tunnel_is_told(
    answer: bytes, said: str, reach: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its name and its reason: the endpoint is not to blame."""
    with serve(lambda _: plain(200)) as wire, tunnelling(wire, answer) as proxy:
        where = f"127.0.0.1:{proxy.server_address[1]}"
        monkeypatch.setenv("ALL_PROXY", f"http://{where}")
        with pytest.raises(EngineFailedError, match=f"the proxy {where} opens no way.*{said}"):
            reach("https://llm.corp.invalid/v1", cluster=HARDWARE)


def test_a_proxy_that_is_not_there_is_told_from_the_endpoint(
    reach: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody answers, but not at the endpoint."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
    with pytest.raises(EngineFailedError, match=f"to the proxy 127.0.0.1:{port} was refused"):
        reach("http://llm.corp.invalid/v1", cluster=HARDWARE)


def test_a_proxy_that_wants_a_password_is_told(
    reach: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The endpoint's key is not to blame."""
    with serve(lambda _: plain(407, '{"error": "who are you?"}')) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.host}")
        with pytest.raises(PermissionDeniedError, match=f"The proxy {proxy.host} wants") as refused:
            reach("http://llm.corp.invalid/v1", cluster=HARDWARE)
    assert "NAME:PASSWORD" in refused.value.hint
