"""What is taken for a credential, and what is not."""

from __future__ import annotations

import json

import pytest

from benchmark import credentials
from benchmark.credentials import Cleaner, is_secret_name
from tests.support.credential_samples import HARMLESS, PHRASES, TOKENS


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize("around", ["{}", "see {}, then", "GET%20{}", "a\\n{}", "x={}&y", "({})"])
def test_a_providers_token_is_found_and_put_out_of_sight(token: str, around: str) -> None:
    """Wherever it stands."""
    text = around.format(token)
    assert credentials.mask(text) == around.format(credentials.MASK)


@pytest.mark.parametrize("text", PHRASES)
def test_a_secret_is_found_by_what_stands_around_it(text: str) -> None:
    """It has no form of its own."""
    assert list(credentials.find(text))
    for secret in ("hunter2", "plainword", "two words", "wJalr", "dXNlcj", "MIIabc"):
        assert secret not in credentials.mask(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    """Names, digests, placeholders."""
    assert list(credentials.find(text)) == []
    assert credentials.mask(text) == text


@pytest.mark.parametrize("text", [*TOKENS.values(), *PHRASES])
def test_the_quick_look_misses_nothing(text: str) -> None:
    """It is taken at a text as it stands in JSON."""
    assert credentials.may_hold(json.dumps({"notes": text}))


@pytest.mark.parametrize(
    "name",
    [
        "--api-key",
        "HF_TOKEN",
        "dbPassword",
        "PIN",
        "--hft",
        "MYSQL_PWD",
        "X-Auth",
        "jwt",
        "--token",
    ],
)
def test_some_names_promise_a_secret(name: str) -> None:
    """Whatever they stand for."""
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    ["--max-num-batched-tokens", "tokenizer", "--eos-token-id", "TOKENIZERS_PARALLELISM", "host"],
)
def test_names_that_count_tokens_promise_none(name: str) -> None:
    """Nearly every server has some."""
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "said",
    [
        "Incorrect API key provided: Qx7-abc…9Zz.",
        "Incorrect API key provided: Qx7-abcd********9Zz. You can find your key",
        "key Qx7-a...def9Zz is unknown",
        "QX7-ABCDEF9ZZ",
        "key Qx7-abxxxxxx is unknown",
    ],
)
def test_a_key_that_is_shown_in_part_is_not_shown(said: str) -> None:
    """Servers put stars or dots into its middle, or write it in capitals."""
    cleaned = Cleaner(["Qx7-abcdef9Zz"])(said).lower()
    assert "qx7" not in cleaned
    assert "9zz" not in cleaned
