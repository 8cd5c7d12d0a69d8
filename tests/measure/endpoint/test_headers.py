"""Keys and the user's own fields: from the environment only, to the server only."""

from __future__ import annotations

import pickle
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.errors import UsageError
from benchmark.measure.endpoint.headers import parse_fields, read_headers
from benchmark.measure.planning import plan
from benchmark.measure.run_options import RunOptions
from tests.measure.endpoint.wire import Asked, plain, serve, streamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEY = "sk-very-secret-0123456789"


def fields_of(texts: list[str], environ: dict[str, str]) -> dict[str, str]:
    """What is sent."""
    return dict(read_headers(parse_fields(texts), environ).fields)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], {"Authorization": "Bearer key"}),
        (["X-Team: $A"], {"X-Team": "one", "Authorization": "Bearer key"}),
        (["api-key: ${A}"], {"api-key": "one"}),
        (["X-API-Key:$A", "X-Other: $B"], {"X-API-Key": "one", "X-Other": "two words"}),
        (["authorization: Basic $A"], {"authorization": "Basic one"}),
        (["Authorization: $B"], {"Authorization": "two words"}),
    ],
)
def test_a_field_takes_its_value_from_a_variable(
    texts: list[str], expected: dict[str, str]
) -> None:
    """One that is a key takes the place of the usual one."""
    environ = {"A": " one\r\n", "B": "two words", "OPENAI_API_KEY": "key\n"}
    assert fields_of(texts, environ) == expected


@pytest.mark.parametrize(
    "text",
    [
        "X-Key: hunter2",
        "X-Key: hunter2$A",
        "X-Key: $A hunter2",
        "X-Key: hunter2 $A",
        "X-Key: ",
        "X-Key: $",
        "X-Key: ${A",
        "hunter2",
        "hunter2 x: $A",
        ": $A",
        "X-Key: $A\r\nX-Other: hunter2",
        "Host: $A",
        "Content-Length: $A",
        "Transfer-Encoding: $A",
    ],
)
def test_a_value_on_the_command_line_is_refused_and_not_repeated(text: str) -> None:
    """It would stay in the shell's history and in the entry; so would one in double quotes."""
    with pytest.raises(UsageError) as refused:
        parse_fields([text])
    assert "hunter2" not in f"{refused.value}{refused.value.hint}"
    assert refused.value.hint


def test_a_field_is_given_once() -> None:
    """Names do not depend on capitals."""
    with pytest.raises(UsageError, match="twice"):
        parse_fields(["X-A: $A", "x-a: $B"])


@pytest.mark.parametrize("environ", [{}, {"A": ""}, {"A": " \n"}])
def test_a_variable_that_is_not_set_is_named(environ: dict[str, str]) -> None:
    """Nothing is sent without it."""
    with pytest.raises(UsageError, match="variable A of --header X-Key is not set"):
        fields_of(["X-Key: $A"], environ)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("hunter2\nx", "line ends"),
        ("hunter2\r\nX: y", "line ends"),
        ("hunter2\x00", "control characters"),
        ("hunter2–", "not ASCII"),
        ("\ufeffhunter2", "not ASCII"),
        ("hunter2é", "not ASCII"),
        ("Bearer hunter2", "spaces"),
    ],
)
def test_a_key_that_no_header_can_hold_is_refused_in_words(key: str, said: str) -> None:
    """The request would be broken, and the diagnosis another."""
    with pytest.raises(UsageError, match=f"OPENAI_API_KEY holds .*{said}") as refused:
        fields_of([], {"OPENAI_API_KEY": key})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("key", [f"{KEY}\n", f"\t{KEY} ", f"{KEY}\r\n"])
def test_white_space_around_a_key_is_not_sent(
    key: str, reach: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes with files and pipes."""
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with serve(streamed) as wire:
        reach(f"http://{wire.host}/v1")
        assert {one.fields["authorization"] for one in wire.asked} == {f"Bearer {KEY}"}


def test_a_blank_key_is_none(reach: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Some servers refuse an Authorization that holds nothing."""
    monkeypatch.setenv("OPENAI_API_KEY", " \n")
    with serve(streamed) as wire:
        reach(f"http://{wire.host}/v1")
        assert not any("authorization" in one.fields for one in wire.asked)


def test_own_fields_go_with_every_request_and_nowhere_else(
    reach: Callable[..., Any], drive: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Questions included; what the server repeats of them is not shown."""
    monkeypatch.setenv("MY_KEY", KEY)
    monkeypatch.setenv("OPENAI_API_KEY", "unused")

    def play(asked: Asked) -> Iterator[bytes | float]:
        if asked.method == "POST" and len(wire.generations) > 1:
            yield from plain(400, f'{{"error": "what is {asked.fields["api-key"]}?"}}')
        else:
            yield from streamed(asked)

    with serve(play) as wire:
        target = reach(f"http://{wire.host}/v1", header=("api-key: $MY_KEY",))
        (failed,) = drive(target, 1)
        assert {one.fields["api-key"] for one in wire.asked} == {KEY}
        assert not any("authorization" in one.fields for one in wire.asked)
    assert KEY not in f"{failed}{target.facts()}"
    assert "***" in failed.error


def test_a_job_holds_names_of_variables_and_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is pickled, and its command line becomes public."""
    monkeypatch.setenv("MY_KEY", KEY)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    options = RunOptions(
        "m", engine="openai", base_url="http://127.0.0.1:1", header=("X-Key: $MY_KEY",)
    )
    (job,) = plan(options)
    assert KEY.encode() not in pickle.dumps(job)
    assert b"X-Key: $MY_KEY" in pickle.dumps(job)


@given(st.text(st.sampled_from("ab:$ \t\r\n\v\0\x7f\x85\xa0é中\u2028\ufeff"), max_size=12))
def test_no_value_can_add_a_field(value: str) -> None:
    """Law: whatever a variable holds, what is sent is one line of ASCII, or nothing is."""
    sent = ""
    with suppress(UsageError):
        sent = fields_of(["X-Key: $A"], {"A": value})["X-Key"]
    assert sent.isascii()
    assert sent.isprintable()
    assert sent in value
