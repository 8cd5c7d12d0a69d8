"""What is written of a URL."""

from __future__ import annotations

import pytest

from benchmark.measure.confidential import cleaner_of
from benchmark.measure.recorded.urls import recorded_url
from benchmark.measure.run_options import RunOptions, command_line


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
        ("localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000/v1/", "http://[::1]:8000/v1/"),
        ("https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1/chat/completions"),
        ("https://api.openai.com/v1?api-version=1&code=S", "https://api.openai.com/v1?api-version=HIDDEN&code=HIDDEN"),
        ("https://u:S@localhost/v1", "https://HIDDEN@localhost/v1"),
        ("https://S@localhost/v1#S", "https://HIDDEN@localhost/v1"),
        ("https://S.example.org:8443/v3", "https://HIDDEN:8443/v3"),
        ("http://localhost/openai/deployments/gpt2/chat", "http://localhost/openai/deployments/gpt2/chat"),
        ("http://localhost/v1/S/chat", "http://localhost/v1/HIDDEN/chat"),
        ("http://localhost/v1%2FS", "http://localhost/HIDDEN"),
        ("http://localhost/v1?S", "http://localhost/v1?HIDDEN"),
        ("http://localhost/v1?S1=2&a=", "http://localhost/v1?HIDDEN=HIDDEN&a=HIDDEN"),
        ("ftp://S/v1", "HIDDEN"),
        ("http://[S/v1", "HIDDEN"),
        ("http://localhost:S/v1", "HIDDEN"),
        ("", "HIDDEN"),
    ],
)  # fmt: skip
def test_only_what_everybody_knows_is_written(url: str, written: str) -> None:
    """This machine, public services, words of APIs, names in a query; no value at all."""
    assert recorded_url(url, "org/gpt2").text == written


def test_what_is_taken_out_is_known_in_both_spellings() -> None:
    """A server may repeat it as it was sent, or as it was meant."""
    url = recorded_url("https://me:p%40ss@example.org/x/S?key=a%2Bb&api-version=1#f")
    user = {"me", "p%40ss", "p@ss", "me:p%40ss", "me:p@ss"}
    assert set(url.hidden) == {*user, "a%2Bb", "a+b", "f"}
    assert set(url.words) == {"example.org", "x", "S"}


def test_a_password_is_known_by_itself_in_whatever_address_it_stands() -> None:
    """A server tells it without the rest of the address."""
    for url in ("s3://me:p%40ss@bucket/x", "socks5://me:p%40ss@proxy:1", "http://me:p%40ss@h:x/"):
        found = recorded_url(url)
        assert found.text == "HIDDEN"
        assert {url, "p%40ss", "p@ss"} <= set(found.hidden)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("s3://me:hunter2@bucket/models/llama-8b/", "llama-8b"),
        ("https://example.org/org/gpt2?X-Signature=hunter2#hunter2", "gpt2"),
        ("s3://me:hunter2@bucket", "HIDDEN"),
        ("https://example.org/?token=hunter2", "HIDDEN"),
        ("hf://org/llama", "llama"),
    ],
)
def test_a_model_at_an_address_is_known_by_its_name(model: str, name: str) -> None:
    """Its secrets are known, to be taken out of everything else."""
    options = RunOptions(model=model, tokenizer=model)
    clean = cleaner_of(options, {})
    assert options.model_name == name
    assert "hunter2" not in command_line(options)
    assert ("hunter2" in clean("no hunter2")) is ("hunter2" not in model)


def test_a_segment_of_the_path_that_is_no_word_is_taken_for_a_key() -> None:
    """Its user sees the others, for they say where the endpoint is."""
    url = "https://lab.example.org/bot7Qx9kLmN2w/team/v1"
    clean = cleaner_of(RunOptions(model="m", engine="openai", base_url=url), {})
    assert clean(f"GET {url}") == "GET https://lab.example.org/***/team/v1"
