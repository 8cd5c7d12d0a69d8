"""A whole run with secrets everywhere: in its command, its URL and its environment."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from benchmark import leaks
from benchmark.commands.run import command
from benchmark.errors import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Callable

SERVER = Path(__file__).resolve().parents[2] / "support" / "pace_server.py"
SECRETS = ("hunter2hunter2", "correct-horse-7", "swordfish/9+x", "plainword")


@pytest.fixture
def arguments(words: Path, tmp_path: Path) -> list[str]:
    """Of a short run."""
    place = ["--tokenizer", str(words), "--outputs", str(tmp_path / "outputs")]
    return ["--model", "pace", "--engine", "openai", "--workload", "Q1", "--repeats", "3", *place]


def test_a_run_writes_and_prints_none_of_its_secrets(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entry, samples, picture, screen: they hold HIDDEN, and what matters to speed."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    first, second, third, fourth = SECRETS
    monkeypatch.setenv("OPENAI_API_KEY", first)
    serve = (
        f"env HF_TOKEN={second} OMP_NUM_THREADS=2 {sys.executable} {SERVER} --port {port} "
        f"--ttft-ms 5 --itl-ms 1 --owned-by {fourth} --key {first}"
    )
    url = f"http://127.0.0.1:{port}/v1?code={third.replace('/', '%2F')}"
    result = CliRunner().invoke(command, [*arguments, "--serve", serve, "--base-url", url])
    assert result.exit_code == 0, result.exception
    (path,) = tmp_path.glob("**/*_leaderboard.json")
    files = [one.read_bytes() for one in path.parent.iterdir()]
    for secret in (*SECRETS, "swordfish%2F9"):
        assert secret not in result.output
        assert all(secret.encode() not in data for data in files)
    entry = json.loads(path.read_bytes())
    assert leaks.violations(entry) == []
    recorded = entry["metadata"]["reproducible_cmd"]
    assert "env HF_TOKEN=HIDDEN OMP_NUM_THREADS=2 python" in recorded
    assert "code=HIDDEN" in recorded


def test_a_key_that_a_server_refuses_and_repeats_is_not_shown(
    arguments: list[str], pace: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says what happened all the same."""
    monkeypatch.setenv("OPENAI_API_KEY", SECRETS[0])
    url = pace("--key", "another").url
    result = CliRunner().invoke(command, [*arguments, "--base-url", url])
    assert isinstance(result.exception, BenchmarkError)
    assert "Incorrect API key provided" in str(result.exception)
    assert SECRETS[0] not in result.output + str(result.exception)
