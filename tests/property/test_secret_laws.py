"""A secret reaches nothing that is written or printed, wherever it is given and repeated.

Secrets are of many shapes, plain words included, and stand in the command of the server, the URL,
the environment and the words of engines and servers.
"""

from __future__ import annotations

import base64
import json
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from benchmark import canonical, leaks, schema
from benchmark.credentials import Cleaner
from benchmark.credentials.cleaner import is_worth_hiding
from benchmark.credentials.environment import secrets_among
from benchmark.measure import sample_file
from benchmark.measure.caveat import Caveat
from benchmark.measure.confidential import (
    cleaned_entry,
    cleaned_error,
    cleaned_event,
    cleaned_measurement,
    cleaner_of,
    places_of,
)
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.entry_builder import build_entry
from benchmark.measure.recorded.values import is_plain
from benchmark.measure.run_options import RunOptions, command_line
from benchmark.measure.samples import Failure
from tests.support.measured import MEASUREMENT, RUN

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.measure.job import Measurement

_FEWER = 40
"""Examples where each builds an entry."""

_LETTERS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzABCDEFXYZ0123456789_-"), min_size=9)
_ODD = st.text(st.sampled_from("abcXYZ019 \"'\\$%&/+=:;@#?!<>{}()äß密钥\U0001f511"), min_size=9)
_SHAPES = st.one_of(
    _LETTERS,
    _ODD,
    st.text(min_size=9).filter(lambda text: text.isprintable()),
    st.binary(min_size=12, max_size=40).map(lambda data: base64.b64encode(data).decode()),
    st.binary(min_size=16, max_size=32).map(bytes.hex),
    st.sampled_from(["hunter2hunter2", "correct horse battery", "swordfish", "p@ss: 'w\"ord'"]),
    st.uuids().map(str),
)
# What is made of other texts by chance, like "run --mod", or stands for a secret, is none.
_REST = json.dumps(build_entry(RUN)) + command_line(RunOptions(model="gpt2", engine="openai"))
SECRETS = _SHAPES.map(str.strip).filter(
    lambda text: (
        is_worth_hiding(text)
        and len(text) >= 9
        and text.lower() not in _REST.lower()
        and not is_plain(text)
        and not text.startswith(("-", "$"))
        and len(set(text)) > 3
    )
)

_COMMANDS: tuple[Callable[[str], str], ...] = (
    lambda secret: f"env HF_TOKEN={shlex.quote(secret)} vllm serve gpt2 --dtype bfloat16",
    lambda secret: f"MY_KEY={shlex.quote(secret)} OMP_NUM_THREADS=4 vllm serve gpt2",
    lambda secret: f"vllm serve gpt2 --api-key {shlex.quote(secret)} --port 8000",
    lambda secret: f"vllm serve gpt2 --api-key={shlex.quote(secret)}",
    lambda secret: f"vllm serve gpt2 --unheard-of {shlex.quote(secret)}",
    lambda secret: f"vllm serve gpt2 --port 8000 {shlex.quote(secret)}",
    lambda secret: f"docker run -e A_TOKEN={shlex.quote(secret)} -p 8000:8000 vllm-openai:v1",
    lambda secret: f"docker run -eA_TOKEN={shlex.quote(secret)} --env=B={shlex.quote(secret)} x",
    lambda secret: "bash -c " + shlex.quote(f"A_TOKEN={shlex.quote(secret)} vllm serve gpt2"),
    lambda secret: f"curl -H {shlex.quote(f'Authorization: Bearer {secret}')}",
    lambda secret: "vllm serve gpt2 --hf-overrides " + shlex.quote(json.dumps({"a": secret})),
    lambda secret: f"vllm serve gpt2 --url http://me:{quote(secret, '')}@127.0.0.1:8000/v1",
)
_URLS: tuple[Callable[[str], str], ...] = (
    lambda secret: f"http://127.0.0.1:8000/v1?code={quote(secret, '')}",
    lambda secret: f"http://127.0.0.1:8000/v1?api-version=1&key={quote_plus(secret)}#x",
    lambda secret: f"http://me:{quote(secret, '')}@127.0.0.1:8000/v1",
    lambda secret: f"http://{quote(secret, '')}@127.0.0.1:8000/v1",
    lambda secret: f"http://127.0.0.1:8000/v1/{quote(secret, '')}/chat",
    lambda secret: f"http://127.0.0.1:8000/v1#{quote(secret, '')}",
)
_ECHOES: tuple[Callable[[str], str], ...] = (
    str,
    lambda secret: f"Incorrect API key provided: {secret}.",
    lambda secret: json.dumps({"error": f"no {secret} here"}),
    lambda secret: json.dumps({"error": f"no {secret} here"}, ensure_ascii=False),
    lambda secret: f"refused: {secret!r}",
    lambda secret: f"GET /v1?code={quote(secret, '')} HTTP/1.1",
    lambda secret: f"GET /v1?code={quote_plus(secret)}",
)
_MORE_ECHOES: tuple[Callable[[str], str], ...] = (
    lambda secret: f"Authorization: Basic {base64.b64encode(f':{secret}'.encode()).decode()}",
    lambda secret: f"token {base64.b64encode(secret.encode()).decode()} refused",
    lambda secret: f"{secret[:5]}\n   {secret[5:]}",
    lambda secret: "x" * 40 + f" key {secret[: max(8, len(secret) - 3)]}",
    lambda secret: f"dumped {base64.b64encode(f'Bearer {secret} x'.encode()).decode()} here",
    lambda secret: f"GET /v1?code={''.join(f'%{byte:02X}' for byte in secret.encode())}",
    lambda secret: f"env {secret.encode()!r} and {secret.encode().hex(':')}",
)


def written(options: RunOptions, measurement: Measurement, clean: Cleaner) -> str:
    """Everything a campaign writes about a measurement, as text."""
    safe = cleaned_measurement(measurement, clean.and_words(places_of(options)))
    entry = build_entry(RUN._replace(options=options, measurement=safe))
    entry = cleaned_entry(entry, clean.without_words())
    assert schema.violations(entry) == []
    assert leaks.violations(entry) == []
    samples = sample_file.to_bytes(safe.series, {})
    failures = [one.error for one in safe.series.failures]
    return canonical.dumps(entry).decode() + samples.decode("latin-1") + "\n".join(failures)


def holding(text: str) -> Measurement:
    """A measurement in which an engine or a server says `text` wherever it may speak."""
    facts = replace(
        MEASUREMENT.facts,
        engine_version=text,
        caveats=(Caveat("odd", text),),
        details={"said": text},
    )
    series = MEASUREMENT.series._replace(failures=(Failure(0.3, 100, text),))
    return MEASUREMENT._replace(facts=facts, series=series, stopped=text)


def shows(secret: str, text: str) -> bool:
    """Whether a reader finds it, as it is or escaped as in JSON."""
    ways = {secret, quote(secret, ""), json.dumps(secret)[1:-1]}
    ways.add(json.dumps(secret, ensure_ascii=False)[1:-1])
    return any(way in text for way in ways)


@given(SECRETS, st.sampled_from(_COMMANDS))
@example("swordfish", _COMMANDS[4])
def test_a_secret_in_a_servers_command_is_not_recorded(
    secret: str, command: Callable[[str], str]
) -> None:
    """And the command can still be read by a shell."""
    options = RunOptions(model="gpt2", engine="openai", serve=command(secret))
    recorded = command_line(options)
    assert not shows(secret, recorded)
    assert all(not shows(secret, word) for word in shlex.split(recorded))


@given(SECRETS, st.sampled_from(_URLS))
def test_a_secret_in_a_url_is_not_recorded(secret: str, url: Callable[[str], str]) -> None:
    """User, password, query, path and fragment."""
    recorded = command_line(RunOptions(model="gpt2", engine="openai", base_url=url(secret)))
    assert not shows(secret, recorded)


@settings(max_examples=_FEWER)
@given(SECRETS, st.sampled_from(_COMMANDS), st.sampled_from(_ECHOES))
@example("00000019:", _COMMANDS[9], str)
def test_what_is_hidden_in_a_command_is_hidden_in_the_servers_words(
    secret: str, command: Callable[[str], str], echo: Callable[[str], str]
) -> None:
    """Nothing written holds it."""
    options = replace(RUN.options, model="gpt2", engine="openai", serve=command(secret))
    assert not shows(secret, written(options, holding(echo(secret)), cleaner_of(options, {})))


@settings(max_examples=_FEWER)
@given(SECRETS, st.sampled_from(_URLS), st.sampled_from(_ECHOES))
def test_what_is_hidden_in_a_url_is_hidden_in_the_servers_words(
    secret: str, url: Callable[[str], str], echo: Callable[[str], str]
) -> None:
    """Nothing written holds it."""
    options = replace(RUN.options, model="gpt2", engine="openai", base_url=url(secret))
    assert not shows(secret, written(options, holding(echo(secret)), cleaner_of(options, {})))


@settings(max_examples=_FEWER)
@given(
    SECRETS,
    st.sampled_from(["OPENAI_API_KEY", "HF_TOKEN", "DB_PASSWORD", "WANDB_API_KEY", "MINE"]),
    st.sampled_from(_ECHOES + _MORE_ECHOES),
)
def test_a_secret_of_the_environment_is_in_nothing_written_or_printed(
    secret: str, name: str, echo: Callable[[str], str]
) -> None:
    """As it is, escaped, encoded, wrapped over lines or cut off."""
    # A variable of any name is known by the option that refers to it.
    options = replace(RUN.options, tokenizer="${MINE}")
    clean = cleaner_of(options, {name: secret, "PATH": "/bin", "LANG": "C"})
    said = echo(secret)
    error = EngineFailedError(said, hint=f"Try {said}")
    cleaned_error(error, clean)
    event = cleaned_event(Failure(0, 1, said), clean)
    everything = [written(options, holding(said), clean), str(error), error.hint, str(event)]
    for text in everything:
        assert not shows(secret, text)
        assert not shows(secret, "".join(text.split()))
        assert base64.b64encode(secret.encode()).decode().rstrip("=") not in text


@given(SECRETS, st.text(), st.text())
def test_a_cleaner_takes_out_the_secret_and_only_that(secret: str, before: str, after: str) -> None:
    """Other words stay as they are."""
    assume(not shows(secret, before + after))
    clean = Cleaner([secret])
    assert not shows(secret, clean(f"{before} {secret} {after}"))
    calm = "HTTP 503: 12 requests wait"
    assert clean(calm) == calm


@given(st.sampled_from(["PATH", "HOME", "PWD", "TERM", "SSH_AUTH_SOCK"]), st.text())
def test_ordinary_variables_are_no_secrets(name: str, value: str) -> None:
    """A folder is in every message."""
    assert list(secrets_among({name: value.replace("@", "")})) == []
