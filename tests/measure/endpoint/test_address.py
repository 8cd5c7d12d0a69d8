"""Where an endpoint is."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.errors import UsageError
from benchmark.measure.endpoint.address import parse
from benchmark.measure.endpoint.command import ServeCommand
from benchmark.measure.engine_options import Parallelism


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://host:8000", "http://host:8000/v1"),
        ("http://host:8000/v1/", "http://host:8000/v1"),
        ("host:8000", "http://host:8000/v1"),
        ("https://host", "https://host/v1"),
        ("HTTPS://Host:443/v1", "https://host/v1"),
        ("http://host:443/v1", "http://host:443/v1"),
        ("http://host/v1/chat/completions", "http://host/v1/chat/completions"),
        ("https://host/api/v3", "https://host/api/v3"),
        ("https://host/openai", "https://host/openai"),
        ("http://[::1]:8000", "http://[::1]:8000/v1"),
        ("http://[2001:DB8::1]/v1", "http://[2001:db8::1]/v1"),
        ("http://[fe80::1%25eth0]:8000/v1", "http://[fe80::1]:8000/v1"),
        ("http://bücher.example/v1", "http://xn--bcher-kva.example/v1"),
        (" http://host/v1\n", "http://host/v1"),
        ("http://host/v1#part", "http://host/v1"),
        ("host:8000/v1?to=http://x", "http://host:8000/v1?to=HIDDEN"),
    ],
)
def test_a_url_may_be_given_as_people_give_it(url: str, expected: str) -> None:
    """With or without scheme, version and operation."""
    assert parse(url).url == expected


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://host", "http://", "http://host:port", "http://[::1", "http:/host/v1", "http:host"),
        *("unix:///run/server.sock", "http://host:0/v1", "http://host:99999/v1", "http://host:/v1"),
        *("", "http://a..b…/v1", "//host/v1", "http://a..b/v1", f"http://{'x' * 64}.org"),
    ],
)
def test_what_is_no_url_is_refused(url: str) -> None:
    """Before anything is sent."""
    with pytest.raises(UsageError, match="endpoint's URL"):
        parse(url)


def test_a_password_in_a_url_is_refused_and_not_shown() -> None:
    """It would be printed with every message."""
    for url in ("http://me:hunter2@host:8000", "ftp://me:hunter2@host", "http://me:hunter2@host:x"):
        with pytest.raises(UsageError) as refused:
            parse(url)
        assert "hunter2" not in f"{refused.value}{refused.value.hint}"


@pytest.mark.parametrize(
    ("url", "local"), [("localhost:1", True), ("127.8.0.1:1", True), ("10.0.0.5:1", False)]
)
def test_this_machine_is_told_from_others(url: str, local: bool) -> None:
    """By name: nothing is resolved."""
    assert parse(url).is_local is local


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("vllm serve gpt2", "127.0.0.1:8000"),
        ("/opt/vllm/bin/vllm serve gpt2 --port 8001", "127.0.0.1:8001"),
        ("python -m vllm.entrypoints.openai.api_server --port=9 --host 0.0.0.0", "127.0.0.1:9"),
        ("python -m sglang.launch_server --host 10.1.2.3", "10.1.2.3:30000"),
        ("numactl -N 0 llama-server -m 'my model.gguf'", "127.0.0.1:8080"),
        ("transformers serve gpt2 --host localhost", "localhost:8000"),
        ("text-generation-launcher -p 81", "127.0.0.1:81"),
        ("./anything --port 5", "127.0.0.1:5"),
    ],
)
def test_a_command_tells_where_its_server_listens(command: str, expected: str) -> None:
    """By its options, else by the server's default."""
    assert ServeCommand(command).address().authority == expected


@pytest.mark.parametrize("command", ["", "./anything", "vllm 'serve"])
def test_a_command_that_does_not_tell_is_refused(command: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(UsageError):
        ServeCommand(command).address()


def test_a_command_tells_precision_and_parallelism() -> None:
    """Only what stands there."""
    command = ServeCommand("vllm serve m --dtype half -tp 4 --data-parallel-size=2 -q awq")
    assert (command.dtype, command.quantization) == ("half", "awq")
    assert command.parallelism == Parallelism(tensor=4, data=2)


LETTERS = "aZ0/._~-%2é中 \t\r\n\"'<>\\^`{|}#?&=+;:@[]v1"


@given(st.text(st.sampled_from(LETTERS), max_size=20), st.text(st.sampled_from(LETTERS)))
def test_no_url_can_end_its_line_or_name_another_host(path: str, query: str) -> None:
    """Law: what is asked is one word of ASCII, at the host that was given."""
    with suppress(UsageError):
        found = parse(f"http://host/{path}?{query}")
        for one in (found, *found.others):
            target = one.with_query(one.path("chat"))
            assert target.isascii()
            assert target.isprintable()
            assert len(target.split()) == 1
            assert target.startswith("/")
            assert (one.host, one.port, one.secure) == ("host", 80, False)


@given(
    st.sampled_from(
        ["", "/v1", "/v3", "/openai", "/api/v1/chat/completions", "/a%2Fb/completions"]
    ),
    st.sampled_from(["", "?api-version=1", "?a=b&c=d%20e"]),
)
def test_an_address_that_is_shown_leads_to_the_same_place(path: str, query: str) -> None:
    """Law: but for the values of its query."""
    found = parse(f"https://host:8443{path}{query}")
    again = parse(found.url)
    assert again.path("chat") == found.path("chat")
    assert again.url == found.url
