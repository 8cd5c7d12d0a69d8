"""What is wrong is told before anything is measured."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from benchmark.errors import BenchmarkError, PermissionDeniedError, UsageError
from benchmark.measure.endpoint.engine import create
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.engine_options import EngineOptions
from tests.measure.endpoint.wire import Asked, chunk, events, head, plain, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

KEY = "sk-very-secret-0123456789"


def test_nobody_there_is_told_with_the_url_and_what_to_do(reach: Callable[..., Any]) -> None:
    """Exit status 69."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(EngineFailedError, match=f"127.0.0.1:{port}/v1: the connection") as refused:
        reach(f"http://127.0.0.1:{port}")
    assert refused.value.exit_code == 69
    assert "--serve" in refused.value.hint


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        (["--html"], UsageError, "web page"),
        (["--model", "other"], UsageError, "does not exist"),
        (["--key", "another"], PermissionDeniedError, "key"),
        (["--reject", "model"], UsageError, "Unexpected fields"),
    ],
)
def test_a_wrong_door_is_told_from_a_wrong_name_and_a_wrong_key(
    options: list[str], kind: type[BenchmarkError], said: str, pace: Any, reach: Callable[..., Any]
) -> None:
    """Each with what to do about it."""
    with pytest.raises(kind, match=said) as refused:
        reach(pace(*options).url)
    assert refused.value.hint


def test_a_model_without_a_chat_template_is_asked_otherwise(reach: Callable[..., Any]) -> None:
    """As vLLM says it."""
    said = "default chat template is no longer allowed, so you must provide a chat template"
    with (
        serve(lambda _: plain(400, json.dumps({"error": {"message": said}}))) as wire,
        pytest.raises(UsageError, match="chat template") as refused,
    ):
        reach(f"http://{wire.host}/v1")
    assert "--api completions" in refused.value.hint


def test_a_wrong_name_is_answered_with_the_right_ones(pace: Any, reach: Callable[..., Any]) -> None:
    """As the server lists them."""
    with pytest.raises(UsageError) as refused:
        reach(pace("--model", "other").url)
    assert refused.value.hint == "The endpoint serves: other."


def test_a_server_that_cannot_list_its_models_is_measured_all_the_same(
    pace: Any, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """Transformers serve answers 500 without a cache folder."""
    assert len(drive(reach(pace("--models-status", "500").url))) == 4


def test_a_server_of_another_protocol_that_speaks_first_is_told(reach: Callable[..., Any]) -> None:
    """The wrong port; it may speak before or after it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            with suppress(OSError):
                while True:
                    server.accept()[0].sendall(b"SSH-2.0-OpenSSH_9.6\r\n")

        threading.Thread(target=greet, daemon=True).start()
        with pytest.raises(EngineFailedError, match="the answer is no HTTP"):
            reach(f"http://127.0.0.1:{server.getsockname()[1]}/v1")


def test_a_gateway_before_a_server_that_is_down_is_no_wrong_door(reach: Callable[..., Any]) -> None:
    """Its page says so, with its status."""
    page = plain(502, "<html><h1>502 Bad Gateway</h1></html>", Content_Type="text/html")
    with serve(lambda _: page) as server, pytest.raises(EngineFailedError, match="HTTP 502"):
        reach(f"http://{server.host}/v1")


COUNTS = {"stream_options", "timings_per_token"}


@pytest.mark.parametrize(
    ("rejected", "left"),
    [
        ("", {"ignore_eos", "min_tokens", "max_tokens", "temperature", *COUNTS}),
        (
            "stream_options",
            {"ignore_eos", "min_tokens", "max_tokens", "temperature", "timings_per_token"},
        ),
        ("min_tokens", {"ignore_eos", "max_tokens", "temperature", *COUNTS}),
        ("ignore_eos", {"min_tokens", "max_tokens", "temperature", *COUNTS}),
        ("ignore_eos,min_tokens", {"generation_config", "max_tokens", "temperature", *COUNTS}),
        ("ignore_eos,min_tokens,generation_config", {"max_tokens", "temperature", *COUNTS}),
        ("max_tokens,temperature", {"ignore_eos", "min_tokens", "max_completion_tokens", *COUNTS}),
    ],
)
def test_fields_a_server_refuses_are_left_out_from_then_on(
    rejected: str, left: set[str], pace: Any, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """Found out once; no measured request is refused."""
    server = pace("--reject", rejected)
    assert len(drive(reach(server.url))) == 4
    sent = [set(json.loads(one["body"])) for one in server.stop()]
    assert sent == [left | {"model", "stream", "messages"}] * 4


def test_the_key_comes_from_the_environment_and_is_sent(
    pace: Any,
    reach: Callable[..., Any],
    drive: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a bearer token; it is in no fact."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    target = reach(pace("--key", KEY).url)
    assert len(drive(target)) == 4
    assert KEY not in repr(target.facts())


def test_a_key_that_a_server_repeats_is_not_shown(
    pace: Any, reach: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenAI's own answer to a wrong key holds it."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with pytest.raises(PermissionDeniedError, match="Incorrect API key provided") as refused:
        reach(pace("--key", "another").url)
    chain = repr(refused.getrepr(chain=True, showlocals=False))
    assert KEY not in f"{refused.value}{refused.value.hint}{chain}"


def test_an_endpoint_is_needed(words: Path) -> None:
    """Nothing is guessed."""
    with pytest.raises(UsageError, match="needs an endpoint"):
        create(EngineOptions(str(words), "cpu"))


def test_what_came_instead_of_an_answer_is_shown(reach: Callable[..., Any]) -> None:
    """A success that cannot be measured: its type, its text or the fields of its events."""
    whole = '{"choices": [{"message": {"content": "hi"}}]}'
    with serve(lambda _: plain(200, whole)) as wire, pytest.raises(EngineFailedError) as refused:
        reach(f"http://{wire.host}/v1")
    assert refused.value.said == ("It sent HTTP 200, application/json:", whole)
    assert "streamed" in refused.value.hint
    with serve(cut_off) as wire, pytest.raises(EngineFailedError) as refused:
        reach(f"http://{wire.host}/v1")
    assert refused.value.said[1:] == ("3 × choices[].delta.content",)


def test_what_came_does_not_hold_the_key(
    reach: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever in a long text it stands."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with (
        serve(lambda _: plain(200, f"{'x' * 290}{KEY}", Content_Type="text/plain")) as wire,
        pytest.raises(EngineFailedError) as refused,
    ):
        reach(f"http://{wire.host}/v1")
    assert KEY[:8] not in "".join(refused.value.said)


def cut_off(_: Asked) -> Iterator[bytes | float]:
    """A stream that ends and does not say so."""
    yield head()
    for one in events(3)[:3]:
        yield chunk(one)
    yield chunk(b"")
