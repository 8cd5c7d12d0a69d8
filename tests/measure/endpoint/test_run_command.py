"""The command against an endpoint, from options to files."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from click.testing import CliRunner, Result

from benchmark import schema
from benchmark.commands import run as run_command
from benchmark.entry import Entry
from benchmark.measure.engine import EngineFailedError
from tests.measure.endpoint.test_serve import answers, command, free_port
from tests.measure.endpoint.wire import Asked, chunk, events, head, plain, serve, streamed
from tests.support import scripts
from tests.support.scripted_server import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def run(words: Path, tmp_path: Path) -> Callable[..., Result]:
    """The command with the openai engine; the model's name is the server's."""

    def invoke(url: str, *more: str) -> Result:
        arguments = ["--model", "pace", "--engine", "openai", "--base-url", url]
        arguments += ["--tokenizer", str(words), "--outputs", str(tmp_path / "outputs")]
        return CliRunner().invoke(run_command.command, [*arguments, "--workload", "Q1", *more])

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


def test_a_server_with_one_slot_gives_a_whole_sweep(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    """At eight in flight nearly all of a request's time is waiting: that is what it is."""
    with serving(scripts.one_by_one, slots=1) as server:
        result = run(server.url, "--concurrency", "1,8", "--repeats", "10")
    assert result.exit_code == 0, result.exception
    alone, eight = entries(tmp_path)
    assert eight["metrics"]["ttft_ms"] > 3 * alone["metrics"]["ttft_ms"]
    assert eight["metrics"]["decode_tps"] == pytest.approx(alone["metrics"]["decode_tps"], rel=0.5)
    assert len(list(tmp_path.glob("**/Q1-sweep.png"))) == 1


def test_answers_that_came_at_once_keep_what_is_known_of_them(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    """A proxy buffers: throughput and whole times are written, and why there is no more."""
    with serving(lambda tokens: scripts.buffered(tokens, 2)) as server:
        result = run(server.url, "--repeats", "3", "--slo", "tpot=50ms")
    assert result.exit_code == 0, result.exception
    (entry,) = entries(tmp_path)
    metrics = entry["metrics"]
    unknown = ("tpot_ms", "tbt_ms", "decode_tps", "goodput_rps", "slo_attainment")
    assert [metrics[name] for name in unknown] == [None] * 5
    assert set(metrics["percentiles"]) == {"ttft_ms", "e2e_ms"}
    assert metrics["throughput_tps"] > 0
    # This machine may be busy, and then says so.
    kinds = {one["kind"] for one in entry["provenance"]["caveats"]} - {"client-lag"}
    assert kinds == {"at-once"}
    assert "⚠ 3 of 3 answers came at once" in result.stdout


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


def ending_early(asked: Asked) -> Iterator[bytes | float]:
    """A model that ends every answer after 9 tokens, whatever it is asked for."""
    if asked.method != "POST":
        yield from plain(404)
        return
    yield head()
    for one in events(min(9, asked.body["max_tokens"])):
        yield 0.001
        yield chunk(one.replace(b"length", b"stop"))
    yield chunk(b"")


def test_natural_lengths_are_a_workload_of_their_own(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    """Others do other work; what came is in the entry, and the command asks for it again."""
    with serve(ending_early) as wire:
        result = run(f"http://{wire.host}/v1", "--natural-length", "--repeats", "6")
    assert result.exit_code == 0, result.exception
    (entry,) = entries(tmp_path)
    assert (entry["workload"]["name"], entry["workload"]["output_length"]) == ("Q1-natural", 64)
    assert entry["provenance"]["answer_tokens_median"] == 9
    assert entry["provenance"]["engine"]["answer_lengths"] == "natural"
    assert "--natural-length" in entry["metadata"]["reproducible_cmd"]
    assert "|Q1-natural|" in Entry(entry).label


def test_a_server_that_is_loading_is_waited_for_and_its_words_hold_no_secret(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says is shown once."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-hunter2-hunter2-hunter2")
    busy = [*plain(503, '{"error": "loading for sk-hunter2-hunter2-hunter2"}', Retry_After="0")]
    left = [busy, busy]

    def play(asked: Asked) -> Iterator[bytes | float]:
        yield from left.pop() if left and asked.method == "POST" else streamed(asked)

    with serve(play) as wire:
        result = run(f"http://{wire.host}/v1", "--repeats", "6")
    assert result.exit_code == 0, result.exception
    assert result.output.count("The server is not ready (HTTP 503: loading for") == 1
    assert "hunter2" not in result.output
    assert len(entries(tmp_path)) == 1


def test_answers_that_end_early_name_the_way_round(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    """Nothing is written of a length that was not kept."""
    with serve(ending_early) as wire:
        result = run(f"http://{wire.host}/v1", "--repeats", "6")
    assert isinstance(result.exception, EngineFailedError)
    assert "stopped early: 9 tokens, 64 were asked" in str(result.exception)
    assert "--natural-length" in result.exception.hint
    assert entries(tmp_path) == []


def test_what_is_odd_about_the_way_to_an_endpoint_is_written_and_said(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redirects, further fields; values of variables are in no file."""
    monkeypatch.setenv("MY_KEY", "hunter2-hunter2")

    def play(asked: Asked) -> Iterator[bytes | float]:
        if asked.path == "/new":
            yield from streamed(asked)
        else:
            yield from plain(308, Location="/new")

    extra = '{"chat_template_kwargs": {"enable_thinking": false}}'
    more = ["--header", "api-key: $MY_KEY", "--extra-body", extra, "--top-p", "0.9"]
    with serve(play) as wire:
        result = run(f"http://{wire.host}/v1", "--repeats", "6", *more)
        assert {one.fields["api-key"] for one in wire.asked} == {"hunter2-hunter2"}
        assert wire.generations[-1].body["chat_template_kwargs"] == {"enable_thinking": False}
    assert result.exit_code == 0, result.exception
    (entry,) = entries(tmp_path)
    kinds = [one["kind"] for one in entry["provenance"]["caveats"]]
    assert kinds[:2] == ["extra-body", "redirected"]
    assert "redirects; requests were sent to" in result.stdout
    assert entry["provenance"]["engine"]["sampling"] == "temperature=0, top_p=0.9"
    assert "hunter2" not in f"{entry}{result.output}"


def test_a_started_server_that_dies_midway_is_named_with_its_last_words(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    """What was complete is kept, and nothing is left running."""
    port = free_port()
    starting = f"{command(port, '--die-after', '4', '--spoil-from', '20')} --itl-ms 1"
    result = run(f"http://127.0.0.1:{port}/v1", "--serve", starting, "--repeats", "1000")
    error = result.exception
    assert isinstance(error, EngineFailedError)
    assert (error.exit_code, error.said) == (69, (str(port),))
    assert "The server ended with exit status 3." in str(error)
    (entry,) = entries(tmp_path)
    assert entry["provenance"]["stopped"]
    assert (entry["provenance"]["noise"], entry["metrics"]["peak_mem_mb"]) == (None, None)
    assert not answers(port)
    words = [word for one in psutil.process_iter() for word in _words(one)]
    assert not [word for word in words if word == str(port)]


def _words(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def test_what_a_run_writes_of_an_endpoint_is_the_servers(
    pace: Callable[..., Any], run: Callable[..., Result], tmp_path: Path
) -> None:
    """A server of a few MiB, which a client with its libraries never is."""
    server = pace("--owned-by", "vllm", "--version", "0.32.0")
    result = run(server.url, "--repeats", "6", "--dtype", "bfloat16")
    assert result.exit_code == 0, result.exception
    (entry,) = entries(tmp_path)
    assert (entry["engine"], entry["engine_version"]) == ("vllm", "0.32.0")
    assert 0 < entry["metrics"]["peak_mem_mb"] < 60
    assert entry["metrics"]["load_time_s"] is None
    assert entry["environment"]["python_version"] is None
    assert entry["provenance"]["noise"] is not None
    assert entry["provenance"]["precision_source"] == "stated"
    assert entry["model"]["precision"] == "BF16"
    assert "--engine openai" in entry["metadata"]["reproducible_cmd"]


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
    assert len(begun) >= 20
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
