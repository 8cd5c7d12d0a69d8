"""An entry with a credential in it is refused at the door, and nobody is shown it."""

from __future__ import annotations

import base64
import gzip
import json
import re
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark import credentials, leaks, schema
from benchmark.aggregate import aggregate
from benchmark.commands import validate
from benchmark.credentials import finding
from benchmark.dataset import Dataset
from benchmark.entry import MAX_ENTRY_BYTES, Entry
from benchmark.leaderboard import decode
from benchmark.submission import judge, lines_of, read
from tests.support.credential_samples import HARMLESS, PHRASES, TOKENS
from tests.support.entries import data, entry, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TOKEN = TOKENS["hugging face"]
PLACES = ("metadata.notes", "model.name", "engine_version", "provenance.engine.said", "x.y.z")


@pytest.mark.parametrize("text", [*TOKENS.values(), *PHRASES])
@pytest.mark.parametrize("place", PLACES)
def test_a_credential_in_any_field_is_a_violation_at_its_path(text: str, place: str) -> None:
    """Also in a field nobody knows."""
    found = leaks.violations(data({place: text}), file="f")
    assert {violation.path for violation in found} == {f"$.{place}"}
    assert all(text not in str(violation) for violation in found)


DISGUISES: dict[str, Callable[[str], str]] = {
    "in a URL": lambda token: "".join(f"%{byte:02x}" for byte in token.encode()),
    "half in a URL": lambda token: token.replace("_", "%5F").replace("-", "%2D"),
    "in HTML": lambda token: "".join(f"&#{ord(char)};" for char in token),
    "in JSON": lambda token: "".join(f"\\u{ord(char):04x}" for char in token),
    "in hexadecimal": lambda token: token.encode().hex(),
    "in base64": lambda token: base64.b64encode(token.encode()).decode(),
    "in base64 as a header": lambda token: base64.b64encode(f"Bearer {token}".encode()).decode(),
    "in base64 with a name": lambda token: base64.urlsafe_b64encode(
        f"me:{token}".encode()
    ).decode(),
    "in base64 twice": lambda token: base64.b64encode(
        base64.b64encode(f"K={token}".encode())
    ).decode(),
    "with what is not seen": lambda token: f"{token[:2]}\u200b{token[2:]}",
    "in wide letters": lambda token: "".join(chr(ord(char) + 0xFEE0) for char in token),
    "over two lines": lambda token: f"{token[:10]}\n  {token[10:]}",
    "in hexadecimal with blanks": lambda token: token.encode().hex(" "),
    "in hexadecimal with colons": lambda token: token.encode().hex(":"),
    "in bytes of C": lambda token: ", ".join(f"0x{byte:02x}" for byte in token.encode()),
    "in base32": lambda token: base64.b32encode(token.encode()).decode(),
    "packed": lambda token: base64.b64encode(gzip.compress(token.encode())).decode(),
    "packed otherwise": lambda token: base64.b64encode(zlib.compress(token.encode())).decode(),
    "as PowerShell has it": lambda token: base64.b64encode(token.encode("utf-16-le")).decode(),
    "in octal": lambda token: "".join(f"\\{byte:03o}" for byte in token.encode()),
    "in JavaScript": lambda token: "".join(f"\\u{{{ord(char):x}}}" for char in token),
    "in long escapes": lambda token: "".join(f"\\U{ord(char):08x}" for char in token),
    "with accents": lambda token: "".join(f"{char}\u0301" for char in token),
    "in letters that nobody sees": lambda token: "".join(chr(0xE0000 + ord(c)) for c in token),
    "over two lines of a command": lambda token: f"{token[:10]}\\\n{token[10:]}",
}


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("name", ["hugging face", "openai project", "github", "anthropic", "groq"])
def test_a_credential_in_disguise_is_a_violation_at_its_path(name: str, disguise: str) -> None:
    """As logs, URLs and shells write it, and whoever copies it from there."""
    text = DISGUISES[disguise](TOKENS[name])
    for place in ("metadata.notes", "provenance.a"):
        found = leaks.violations(data({place: f"see {text} there"}), file="f")
        assert {violation.path for violation in found} == {f"$.{place}"}
        assert all(TOKENS[name][4:12] not in str(violation) for violation in found)
    assert not leaks.is_clean(entry({"metadata.notes": text}))


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (["vllm", "serve", "gpt2", "--api-key", "hunter2"], "x"),
        (["curl", "-u", "me:hunter2", "https://example.org"], "x"),
        (["X-Api-Key", "hunter2"], "x"),
        ([["Authorization", "Basic dXNlcjpodW50ZXIy"]], "x[0]"),
        ([{"name": "OPENAI_API_KEY", "value": "hunter2"}], "x[0]"),
        ({"key": "db_password", "value": "hunter2"}, "x"),
        ([TOKEN[:20], TOKEN[20:]], "x"),
        ([*TOKEN.encode()], "x"),
    ],
)
def test_a_credential_in_pieces_of_a_list_is_a_violation_at_the_list(
    value: Any, place: str
) -> None:
    """As programs write commands, headers, environments and bytes."""
    found = leaks.violations(data({"provenance.x": value}), file="f")
    assert f"$.provenance.{place}" in {violation.path.removesuffix("[1]") for violation in found}
    assert all("hunter2" not in str(violation) for violation in found)
    assert not leaks.is_clean(entry({"provenance.x": value}))


@pytest.mark.parametrize(
    "value",
    [
        ["--api-key-env", "OPENAI"],
        ["api_key", "--model"],
        ["--tokenizer", "--chat-template"],
        ["vllm", "serve", "--max-model-len", "32768", "--tool-call-parser", "hermes"],
        ["key", "value"],
        ["token", "128"],
        [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048],
        {"name": "max_tokens", "value": "128"},
    ],
)
def test_a_list_of_words_or_numbers_is_no_credential(value: Any) -> None:
    """Options, their values, counts."""
    assert leaks.violations(data({"provenance.x": value})) == []


def test_a_credential_of_a_provider_nobody_knows_is_a_violation() -> None:
    """Letters and digits as they are drawn, and no digest."""
    drawn = "nBq7Xw2ZpL9mKc4VtR8sYh3JdF6gQa1E"
    assert leaks.violations(data({"metadata.notes": f"ran with {drawn} today"}))
    assert leaks.violations(data({"x": {f"new_{drawn}": 1}}))


@pytest.mark.parametrize(
    "text",
    [
        "Qwen2ForCausalLMWithNVFP4Quantization",
        "models--meta-llama--Llama-3.1-8B/snapshots/0e9e39f249a16976918f6564b8830bc894c89659",
        "9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de",
        "GPU-8a6d0b1c-2f3e-4d5c-9b8a-7f6e5d4c3b2a",
        "a note of\nthree lines, 100% of it\n&c.",
        "\u6d4b\u8bd5\uff0c\u5168\u90e8\uff1a100%",
        "C:\\\\new\\\\run\\\\x64",
    ],
)
def test_what_looks_alike_is_no_credential(text: str) -> None:
    """Names, digests and notes are what entries are full of."""
    assert leaks.violations(data(dict.fromkeys(PLACES, text))) == []
    assert leaks.violations(data({"x": {text: 1}})) == []


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_credential_passes(text: str) -> None:
    """In any field."""
    assert leaks.violations(data(dict.fromkeys(PLACES, text))) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [("password", "plain"), ("api_key", "plain"), ("client_secret", ["plain"]), ("passwd", 12345)],
)
def test_a_secret_is_known_by_its_key(key: str, value: Any) -> None:
    """Its value may look like nothing."""
    (violation,) = leaks.violations(data({f"metadata.{key}": value}), file="f")
    assert violation.path.startswith(f"$.metadata.{key}")
    assert "plain" not in violation.message


@pytest.mark.parametrize("value", [None, True, "", "HIDDEN", "$HF_TOKEN", "<key>"])
def test_a_key_without_a_secret_passes(value: Any) -> None:
    """There is nothing to hide."""
    assert leaks.violations(data({"metadata.api_key": value})) == []


def test_a_key_that_is_a_credential_is_not_shown_either() -> None:
    """In its path it is masked."""
    (violation,) = leaks.violations({"metadata": {TOKEN: 1}}, file="f")
    assert violation.path == '$.metadata["***"]'


@given(st.recursive(st.text() | st.integers(), lambda more: st.dictionaries(st.text(), more)))
def test_any_value_can_be_searched(value: Any) -> None:
    """And with a token put into it, it is refused."""
    assert leaks.violations({"a": value, "b": [TOKEN]}, file="f")


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}(_[a-z]{1,8}){0,2}", fullmatch=True).filter(
            lambda name: (
                re.match("sk|pa|gh[pousr]_", name) is None
                and "pass" not in name
                and "pwd" not in name
            )
        ),
        st.from_regex(
            r"[0-9a-f]{7}|[0-9a-f]{40}|[0-9a-f]{64}|[A-Z][a-z]{2,9}-[0-9]{1,3}B", fullmatch=True
        )
        | st.uuids().map(str)
        | st.datetimes().map(str)
        | st.integers()
        | st.floats(allow_nan=False),
    )
)
def test_digests_names_dates_and_numbers_are_no_credentials(value: dict[str, Any]) -> None:
    """Whatever honest fields are called."""
    secret = {"secret", "pwd", "apikey", "token", "cookie", "credential", "credentials"}
    honest = {name: it for name, it in value.items() if not secret & set(name.split("_"))}
    assert leaks.violations({"provenance": honest}) == []


def test_it_is_refused_with_everything_else_that_is_wrong_and_on_its_line(tmp_path: Path) -> None:
    """One round for the contributor; a value of a wrong type is not shown if it is a secret."""
    bad = data(
        {"metadata.notes": f"Bearer {TOKEN}", "metrics.ttft_ms": f"{'x ' * 20}{TOKEN} {TOKEN}"}
    )
    path = tmp_path / "leaderboard_x.json"
    path.write_text(json.dumps([bad], indent=1))
    file = read(path, decode)
    found = file.violations(frozenset())
    assert {violation.path for violation in found} == {
        "$[0].metadata.notes",
        "$[0].metrics.ttft_ms",
    }
    assert TOKEN[:12] not in "".join(map(str, found))
    text = path.read_text().splitlines()
    for violation, line in lines_of([file], found).items():
        assert violation.path.rpartition(".")[2] in text[line - 1]


def test_what_the_dataset_holds_already_is_not_judged_again(tmp_path: Path) -> None:
    """It could not be taken back by refusing it, and what came with it would be lost."""
    old = entry({"metadata.notes": TOKEN})
    write(tmp_path, "leaderboard_x.json", old)
    file = read(tmp_path / "leaderboard_x.json", decode)
    assert judge([file], {old.run_id}).accepted == (file,)
    assert judge([file], ()).accepted == ()


def test_aggregate_leaves_it_out_and_says_so(tmp_path: Path) -> None:
    """The other results go on."""
    write(tmp_path / "outputs", "bad_leaderboard.json", entry({"metadata.notes": TOKEN}))
    write(tmp_path / "outputs", "good_leaderboard.json", entry())
    done = aggregate(Dataset(), tmp_path / "outputs", tmp_path / "data", revision=None)
    assert [violation.path for violation in done.summary.rejected] == ["$[0].metadata.notes"]
    written = "".join(path.read_text() for path in (tmp_path / "data").rglob("*.json"))
    assert TOKEN not in written
    assert Entry(data()).canonical.decode() in written


def test_validate_ends_with_65_and_shows_nothing_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither to people nor to programs."""
    path = write(tmp_path, "leaderboard_x.json", entry({"metadata.notes": TOKEN}))
    context = validate.command.make_context("validate", [str(path), "--json"])
    assert validate.command.invoke(context) == 65
    said = capsys.readouterr()
    assert "$[0].metadata.notes" in said.out
    assert "a Hugging Face token" in said.err
    assert TOKEN not in said.out + said.err


def test_what_is_too_large_is_refused_for_that_and_not_searched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A search of megabytes would take minutes; nothing of it is shown either."""
    searched: list[int] = []
    find = credentials.find

    def noted(text: str) -> Iterator[credentials.Found]:
        searched.append(len(text))
        return find(text)

    monkeypatch.setattr(credentials, "find", noted)
    monkeypatch.setattr(finding, "find", noted)
    for place in ("metadata.notes", "entry_id", "metrics.ttft_ms", f"versions.{TOKEN}"):
        value = data({place: f"{TOKEN} {'password=hunter2hunter2 ' * 100_000}"})
        found = [*schema.violations(value, file="f"), *leaks.violations(value, file="f")]
        told = [leaks.told_safely(violation) for violation in found]
        assert any(" bytes; an entry may take at most" in message for _, _, message in told)
        assert TOKEN[:12] not in str(told)
        assert "hunter2" not in str(told)
    assert max(searched) <= MAX_ENTRY_BYTES


def test_a_file_that_is_named_with_a_credential_is_refused_and_not_shown(tmp_path: Path) -> None:
    """Its name is in git, and in every log."""
    path = write(tmp_path, f"leaderboard_{TOKEN}.json", entry())
    found = judge([read(path, decode)], known=())
    assert found.accepted == ()
    (violation,) = found.rejected
    assert "named with what looks like a credential" in violation.message
    assert TOKEN not in str(violation)
    path.write_text("{")
    assert all(TOKEN not in str(each) for each in judge([read(path, decode)], known=()).rejected)
