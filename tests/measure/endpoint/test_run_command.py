"""The command against an endpoint, from options to files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from benchmark import schema
from benchmark.commands.run import command
from benchmark.measure.engine import EngineFailedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def run(words: Path, tmp_path: Path) -> Callable[..., Result]:
    """The command with the openai engine; the model's name is the server's."""

    def invoke(url: str, *more: str) -> Result:
        arguments = ["--model", "pace", "--engine", "openai", "--base-url", url]
        arguments += ["--tokenizer", str(words), "--outputs", str(tmp_path / "outputs")]
        return CliRunner().invoke(command, [*arguments, "--workload", "Q1", *more])

    return invoke


def entries(tmp_path: Path) -> list[dict[str, Any]]:
    """What was written, by concurrency."""
    found = [json.loads(path.read_bytes()) for path in tmp_path.glob("**/*_leaderboard.json")]
    assert [violation for entry in found for violation in schema.violations(entry)] == []
    return sorted(found, key=lambda entry: entry["workload"]["concurrent_requests"] or 0)


def test_a_sweep_over_concurrency_finds_where_goodput_is_highest(
    pace: Callable[..., Any], run: Callable[..., Result], tmp_path: Path
) -> None:
    """The server keeps its pace at any load, so throughput still grows at the highest."""
    result = run(pace().url, "--concurrency", "1,4", "--repeats", "8", "--slo", "ttft=1s,tpot=1s")
    assert result.exit_code == 0, result.exception
    alone, four = entries(tmp_path)
    assert four["metrics"]["throughput_tps"] > 2 * alone["metrics"]["throughput_tps"]
    assert {one["metrics"]["slo_attainment"] for one in (alone, four)} == {1}
    assert "Throughput still grows at the highest load" in result.stdout
    assert len(list(tmp_path.glob("**/Q1-sweep.png"))) == 1


def test_an_open_loop_says_so_in_the_workloads_name(
    pace: Callable[..., Any], run: Callable[..., Result], tmp_path: Path
) -> None:
    """Twenty requests per second."""
    result = run(pace().url, "--rate", "20", "--arrivals", "constant", "--repeats", "10")
    assert result.exit_code == 0, result.exception
    (entry,) = entries(tmp_path)
    assert entry["workload"]["name"] == "Q1@20/s"
    assert entry["metrics"]["requests_per_s"] == pytest.approx(20, rel=0.4)


def test_an_endpoint_that_dies_midway_leaves_what_was_complete_and_its_failures(
    pace: Callable[..., Any], run: Callable[..., Result], tmp_path: Path
) -> None:
    """And an exit code that says that something is not there."""
    server = pace("--die-after", "4", "--spoil-from", "20")
    result = run(server.url, "--repeats", "1000")
    assert isinstance(result.exception, EngineFailedError)
    assert result.exception.exit_code == 69
    (entry,) = entries(tmp_path)
    assert entry["metrics"]["error_rate"] > 0
    assert entry["metrics"]["samples"]["failed"] >= 1
    assert entry["provenance"]["stopped"]


def test_no_endpoint_is_said_at_once(run: Callable[..., Result], tmp_path: Path) -> None:
    """Port 9 is nobody's here."""
    result = run("http://127.0.0.1:9")
    assert isinstance(result.exception, EngineFailedError)
    assert "127.0.0.1:9" in str(result.exception)
    assert result.exception.hint
    assert not (tmp_path / "outputs").exists()


def prompts(log: list[dict[str, Any]]) -> list[str]:
    """What was asked, in order."""
    bodies = [json.loads(one["body"]) for one in sorted(log, key=lambda one: one["received_ns"])]
    return [body["messages"][-1]["content"] for body in bodies]


def test_no_prompt_begins_like_another_under_any_load_or_in_a_later_run(
    pace: Callable[..., Any], run: Callable[..., Result], tmp_path: Path
) -> None:
    """Warm-up included; the salt is recorded and the command, with the same seed, repeats none."""
    server = pace()
    for loads in ("1,2", "1"):
        result = run(server.url, "--concurrency", loads, "--repeats", "4")
        assert result.exit_code == 0, result.exception
    begun = [one[:8] for one in prompts(server.stop())]
    assert len(begun) > 20
    assert len(set(begun)) == len(begun)
    salts = {entry["provenance"]["prompts_salt"] for entry in entries(tmp_path)}
    assert len(salts) == 2


def test_a_conversation_is_measured_with_the_servers_own_answers(
    pace: Callable[..., Any], run: Callable[..., Result], tmp_path: Path
) -> None:
    """Two turns, of which the second sends the first and what was answered."""
    file = tmp_path / "talk.yaml"
    file.write_text("{name: talk, input_length: 12, output_length: 6, turns: 2}")
    server = pace()
    result = run(server.url, "--repeats", "4", "--workload", str(file))
    assert result.exit_code == 0, result.exception
    (entry,) = entries(tmp_path)
    assert (entry["workload"]["turns"], entry["workload"]["input_length"]) == (2, 21)
    bodies = [json.loads(one["body"])["messages"] for one in server.stop()]
    roles = [[one["role"] for one in messages] for messages in bodies]
    assert roles.count(["user"]) == roles.count(["user", "assistant", "user"]) > 1
    assert all(messages[1]["content"] for messages in bodies if len(messages) > 1)


def test_a_trace_is_measured_as_it_was_recorded(
    pace: Callable[..., Any], run: Callable[..., Result], tmp_path: Path
) -> None:
    """Its lengths at its times; name, digest and number are in the entry."""
    file = tmp_path / "peak.csv"
    file.write_text("timestamp_ms,input_length,output_length\n0,9,4\n5,12,6\n200,10,5\n")
    result = run(pace().url, "--trace", str(file), "--workload", "short")
    assert result.exit_code == 0, result.exception
    (entry,) = entries(tmp_path)
    workload = entry["workload"]
    assert (workload["name"], workload["arrivals"]) == ("peak@trace", "trace")
    assert (workload["trace"]["name"], workload["trace"]["requests"]) == ("peak.csv", 3)
    assert entry["metrics"]["samples"]["requests"] == 3
    assert "--trace peak.csv" in entry["metadata"]["reproducible_cmd"]
