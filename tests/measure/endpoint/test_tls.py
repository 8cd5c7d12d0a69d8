"""Certificates: believed if they are known, or if the user says so."""

from __future__ import annotations

import os
import socket
import ssl
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from benchmark.errors import UsageError
from benchmark.measure.endpoint.connect import tls_problem
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.samples import Sample
from tests.measure.endpoint.wire import serve, streamed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Signs certificates; nobody knows it."""
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    """A server's, with a certificate for this machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    """Who signed it."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def test_a_certificate_of_nobody_is_refused_with_what_to_do(
    tls: ssl.SSLContext, reach: Callable[..., Any]
) -> None:
    """A lab has its own; nothing was asked of the server."""
    with serve(streamed, tls) as wire:
        with pytest.raises(EngineFailedError, match="certificate is not trusted") as refused:
            reach(f"https://{wire.host}/v1")
        assert wire.asked == []
    assert "--ca-file" in refused.value.hint
    assert "--insecure" in refused.value.hint


def test_a_certificate_for_another_host_is_refused(
    authority: trustme.CA, ca_file: str, reach: Callable[..., Any]
) -> None:
    """Who signed it does not matter then."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("other.example").configure_cert(tls)
    with serve(streamed, tls) as wire, pytest.raises(EngineFailedError, match="is not trusted"):
        reach(f"https://{wire.host}/v1", ca_file=ca_file)


def test_a_ca_file_is_believed_and_nothing_is_odd(
    tls: ssl.SSLContext, ca_file: str, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """Everything was verified."""
    with serve(streamed, tls) as wire:
        target = reach(f"https://{wire.host}/v1", ca_file=ca_file)
        assert all(isinstance(one, Sample) for one in drive(target, 2))
    assert target.facts().caveats == ()


def test_the_file_that_openssl_is_told_of_is_believed(
    tls: ssl.SSLContext, ca_file: str, reach: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As other tools of a lab do."""
    monkeypatch.setenv("SSL_CERT_FILE", ca_file)
    with serve(streamed, tls) as wire:
        assert reach(f"https://{wire.host}/v1").facts().caveats == ()


def test_insecure_believes_anything_and_is_told(
    tls: ssl.SSLContext, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """It stands in the entry."""
    with serve(streamed, tls) as wire:
        target = reach(f"https://{wire.host}/v1", insecure=True)
        assert all(isinstance(one, Sample) for one in drive(target, 2))
    assert [one.kind for one in target.facts().caveats] == ["tls-unverified"]


def test_a_file_without_certificates_is_refused(tmp_path: Path, reach: Callable[..., Any]) -> None:
    """Before anything is sent."""
    path = tmp_path / "empty.pem"
    path.write_text("nothing")
    with pytest.raises(UsageError, match="holds no certificates"):
        reach("https://127.0.0.1:1/v1", ca_file=str(path))


@pytest.mark.skipif(os.name == "nt", reason="it has no such files")
def test_certificates_from_a_pipe_are_not_waited_for(
    tmp_path: Path, reach: Callable[..., Any]
) -> None:
    """Nobody may ever write to it."""
    os.mkfifo(tmp_path / "pipe.pem")
    with pytest.raises(UsageError, match="it is a pipe"):
        reach("https://127.0.0.1:1/v1", ca_file=str(tmp_path / "pipe.pem"))


def test_the_wrong_scheme_is_told_either_way(
    tls: ssl.SSLContext, reach: Callable[..., Any]
) -> None:
    """The commonest slip of a pen."""
    with serve(streamed) as wire, pytest.raises(EngineFailedError, match="does not speak TLS"):
        reach(f"https://{wire.host}/v1")
    with serve(streamed, tls) as wire, pytest.raises(EngineFailedError):
        reach(f"http://{wire.host}/v1")


def test_a_server_that_never_answers_the_greeting_does_not_speak_tls(
    reach: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for the end of a line, and one in three greetings has none."""
    monkeypatch.setattr("benchmark.measure.endpoint.connect._HANDSHAKE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(EngineFailedError, match="does not speak TLS"):
            reach(f"https://127.0.0.1:{port}/v1")


def test_a_server_of_http2_alone_is_told(tls: ssl.SSLContext, reach: Callable[..., Any]) -> None:
    """Some take any client, and answer in frames."""
    settings = b"\0\0\x12\x04\0\0\0\0\0" + bytes(18)
    with (
        serve(lambda _: [settings], tls) as wire,
        pytest.raises(EngineFailedError, match="nothing but HTTP/2"),
    ):
        reach(f"https://{wire.host}/v1", insecure=True)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("TLSV1_ALERT_NO_APPLICATION_PROTOCOL", "nothing but HTTP/2"),
        ("WRONG_VERSION_NUMBER", "its URL begins with http"),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", "no TLS connection: sslv3 alert handshake failure"),
    ],
)
def test_what_openssl_says_is_put_into_words(reason: str, said: str) -> None:
    """Versions of it differ in when they say which."""
    error = ssl.SSLError(1, "whatever")
    error.reason = reason
    assert said in tls_problem(error)
