"""One look at a server before a long run: what is shown is what a run would come to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from benchmark import schema
from benchmark.commands import probing
from benchmark.commands import run as run_command
from benchmark.errors import BenchmarkError, PermissionDeniedError, UsageError
from benchmark.measure import worker
from benchmark.measure.collector import Collector
from benchmark.measure.confidential import cleaned_error, cleaned_event
from benchmark.measure.ending import Ending
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.unknowns import Unknown
from tests.measure.endpoint.telling import telling
from tests.measure.endpoint.test_serve import answers, command, free_port
from tests.measure.endpoint.wire import Asked, head, plain, serve, streamed
from tests.measure.endpoint.wire import chunk as framed
from tests.support import scripts
from tests.support.scripted_server import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmark.measure.job import Event, Job, Measurement

PACE = {"metrics.tpot_ms", "metrics.tbt_ms", "metrics.decode_tps"}
METRICS = "vllm:num_requests_running 0\nvllm:prefix_cache_queries_total 8\n"


def in_this_process(
    job: Job, _command: list[str], tell: Callable[[Event], None], clean: Any, **_: Any
) -> tuple[Measurement, ...]:
    """As `run_job`, without the seconds that a process of its own takes to start."""
    collector = Collector()

    def add(event: Event) -> None:
        event = cleaned_event(event, clean)
        collector.add(event)
        tell(event)

    try:
        worker.serve(job, add)
    except BenchmarkError as error:
        cleaned_error(error, clean)
        raise
    return collector.complete(None, None)


ON_A_BUSY_MACHINE = {"client-lag", "first-tokens-together", "tokens-together"}
"""Pieces that were sent one by one may be read together."""


@pytest.fixture
def arguments(words: Path, tmp_path: Path) -> list[str]:
    """Of every look."""
    where = ["--tokenizer", str(words), "--outputs", str(tmp_path / "outputs")]
    return ["--model", "m", "--engine", "openai", "--workload", "Q1", "--probe", *where]


@pytest.fixture
def look(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command with `--probe`."""
    monkeypatch.setattr(probing, "run_job", in_this_process)
    monkeypatch.setattr(Ending, "listen", lambda _: None)

    def invoke(url: str, *more: str) -> Result:
        words = [*arguments, "--base-url", url, *more]
        return CliRunner().invoke(run_command.command, words, standalone_mode=False)

    return invoke


@pytest.fixture
def found(look: Callable[..., Result]) -> Callable[..., dict[str, Any]]:
    """The report for programs; it is of its schema."""

    def invoke(url: str, *more: str) -> dict[str, Any]:
        report = json.loads(look(url, "--json", *more).stdout)
        form = json.loads(schema.schema_path("probe_report_v1.schema.json").read_text())
        jsonschema.validate(report, form)
        return dict(report)

    return invoke


def unknown(report: dict[str, Any]) -> dict[str, str]:
    """Why, by field."""
    return {one["field"]: one["why"] for one in report["unknown"]}


def test_a_plain_server_is_shown_and_nothing_is_written(
    look: Callable[..., Result], tmp_path: Path
) -> None:
    """Several loads are one request all the same."""
    with serving(scripts.one_by_one) as server:
        result = look(server.url, "--concurrency", "1,2,4")
        assert len(server.truths) == 1
    assert (result.return_value, result.exception) == (0, None)
    for line in (
        f"  URL: {server.url}/chat/completions",
        "  Models: scripted",
        "  Asked: 32 tokens in, 64 out; length by fields, continuous usage, max_tokens",
        "  Came: HTTP 200, text/event-stream, events",
        "  Events: 64 × choices[].delta.content",
        "  Ended by: finish reason length, end marker",
        "  Usage: once, 64 in the end",
        "  Text: 64 pieces, 64 tokens by the tokenizer",
        "  Tokens: 64, counted by usage; when they came is known by events",
        "  From a cache: it does not tell",
        "  Metrics: no page at /metrics that is known",
        "A run would work.",
    ):
        assert line in result.stdout.splitlines()
    assert [one.name for one in tmp_path.iterdir() if one.name == "outputs"] == []


@pytest.mark.parametrize(
    "load",
    [
        ["--rate", "5", "--max-in-flight", "2"],
        ["--workload", "conversation"],
        ["--workload", "shared-prefix,Q1"],
        ["--prompts", "text"],
        ["--workload", "short", "--trace", "TRACE", "--trace-speed", "2"],
    ],
)
def test_whatever_is_asked_it_is_one_request(
    load: list[str], found: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    """Of the first workload; nothing is said of it that only many can show."""
    trace = tmp_path / "peak.jsonl"
    row = '{"timestamp": %d, "input_length": 16, "output_length": 32}'
    trace.write_text("\n".join(row % at for at in (0, 1000)), encoding="utf-8")
    with serving(scripts.one_by_one) as server:
        report = found(server.url, *(str(trace) if one == "TRACE" else one for one in load))
        assert len(server.truths) == 1
    assert report["works"], report["problem"]
    assert {one["kind"] for one in report["caveats"]} <= ON_A_BUSY_MACHINE


def test_tokens_that_are_held_back_are_seen(found: Callable[..., dict[str, Any]]) -> None:
    """By the tokenizer's counts of the pieces."""
    with serving(scripts.held_back) as server:
        report = found(server.url)
    assert report["tokens"]["placed_by"] == "tokenizer"
    assert report["answer"]["contents"] == 33
    assert "first-tokens-together" in {one["kind"] for one in report["caveats"]}
    assert not PACE & set(unknown(report))


def test_counts_that_come_with_the_pieces_are_seen(found: Callable[..., dict[str, Any]]) -> None:
    """Usage while tokens come."""
    with serving(lambda tokens: scripts.held_back(tokens, counts=True)) as server:
        report = found(server.url)
    assert (report["answer"]["usage"], report["tokens"]["placed_by"]) == ("running", "usage")


def test_an_answer_in_one_burst_leaves_the_pace_unknown(
    found: Callable[..., dict[str, Any]],
) -> None:
    """And a run would work all the same."""
    with serving(lambda tokens: scripts.buffered(tokens, 2)) as server:
        report = found(server.url, "--slo", "tpot=50ms")
    assert report["works"]
    why = unknown(report)
    for field in (*PACE, "metrics.goodput_rps"):
        assert why[field] == "The answer came at once, not token by token."


def test_pieces_that_tell_too_little_leave_the_pace_unknown(look: Callable[..., Result]) -> None:
    """The screen says what is lost by it."""
    with serving(scripts.shown_in_part) as server:
        result = look(server.url)
    assert "when they came is not known, so there is no ITL and no decode speed" in result.stdout
    assert "  Nothing tells how many tokens came with which piece.\n" in result.stdout


def test_usage_of_zeros_is_no_count(found: Callable[..., dict[str, Any]]) -> None:
    """The tokenizer counts instead."""
    with serving(lambda tokens: scripts.one_by_one(tokens, told=0)) as server:
        report = found(server.url)
    assert report["answer"]["usage"] == "blank"
    assert report["tokens"]["counted_by"] == "tokenizer"
    assert "usage-blank" in {one["kind"] for one in report["caveats"]}


def test_a_server_without_usage_is_counted_by_its_end(
    found: Callable[..., dict[str, Any]],
) -> None:
    """Its finish reason is the length."""
    with serving(lambda tokens: scripts.one_by_one(tokens, told=None)) as server:
        report = found(server.url)
    assert (report["answer"]["usage"], report["tokens"]["counted_by"]) == ("none", "finish_reason")
    assert report["answer"]["prompt_tokens"] is None


def test_tool_calls_are_seen_by_their_fields(found: Callable[..., dict[str, Any]]) -> None:
    """Never by what they hold."""
    with serving(scripts.then_tool_calls) as server:
        report = found(server.url)
    shapes = {", ".join(one["fields"]): one["events"] for one in report["answer"]["shapes"]}
    assert shapes["choices[].delta.content"] == 32
    assert shapes["choices[].delta.tool_calls[].function.arguments"] == 31
    assert "word" not in json.dumps(report["answer"])


def test_an_answer_that_is_not_whole_is_shown_with_what_a_run_would_say(
    look: Callable[..., Result],
) -> None:
    """The exit code is the run's."""
    with serving(lambda tokens: scripts.one_by_one(tokens)[:-4]) as server:
        result = look(server.url)
    assert (result.return_value, result.exception) == (EngineFailedError.exit_code, None)
    assert "  Ended by: neither a finish reason nor an end marker\n" in result.stdout
    assert "A run would fail with exit code 69: The request failed" in result.stdout
    assert "it sent no finish reason, no [DONE] and no usage" in result.stdout


def test_an_answer_of_another_length_names_the_way_round(look: Callable[..., Result]) -> None:
    """And that way works."""
    with serving(lambda tokens: scripts.one_by_one(min(tokens, 9))) as server:
        exact, natural = look(server.url), look(server.url, "--natural-length")
    assert exact.return_value == EngineFailedError.exit_code
    assert "the server stopped early: 9 tokens, 64 were asked" in exact.stdout
    assert "  → The server cannot be made to answer at exactly the length" in exact.stdout
    assert natural.return_value == 0
    assert "  Asked: 32 tokens in, 64 out at most; " in natural.stdout


def test_what_a_failing_run_would_say_is_one_object_for_programs(
    found: Callable[..., dict[str, Any]],
) -> None:
    """Without an entry nothing in it is unknown."""
    with serving(lambda tokens: scripts.one_by_one(tokens)[:-4]) as server:
        report = found(server.url)
    assert report["works"] is False
    assert report["problem"]["exit_code"] == EngineFailedError.exit_code
    assert (report["tokens"], report["unknown"]) == (None, [])


def test_metrics_are_named_with_what_they_are_read_for(
    found: Callable[..., dict[str, Any]],
) -> None:
    """A server that tells its counts leaves less unknown."""
    cached = {"prompt_tokens_details": {"cached_tokens": 0}}
    with telling({"/metrics": METRICS, "/version": {"version": "1.2.3"}}, cached) as url:
        report = found(url)
    assert report["metrics"] == {
        "vllm:num_requests_running": "running",
        "vllm:prefix_cache_queries": "prefix_queries",
    }
    server = report["server"]
    assert (server["name"], server["version"], server["known_by"]) == ("vllm", "1.2.3", "metrics")
    assert report["answer"]["cached_tokens"] == 0
    why = unknown(report)
    assert not {"engine", "engine_version", "metrics.server", "metrics.prefix_hit_rate"} & set(why)
    assert why["metrics.kv_used_tokens"] == "The server's metrics do not tell it."


def refusing(asked: Asked) -> Iterator[bytes | float]:
    """A server that knows neither field for a length."""
    if asked.method == "POST" and "ignore_eos" in asked.body:
        yield from plain(400, '{"error": "unknown fields ignore_eos, min_tokens"}')
    else:
        yield from streamed(asked)


def test_what_a_server_refuses_is_named_with_what_follows(look: Callable[..., Result]) -> None:
    """So that a user knows why answers may end early."""
    with serve(refusing) as wire:
        result = look(f"http://{wire.host}/v1")
    assert (
        "  Left out: ignore_eos (the model may end an answer early); "
        "min_tokens (the model may end an answer early)\n"
    ) in result.stdout


def moved(asked: Asked) -> Iterator[bytes | float]:
    """Everything is below another path."""
    if asked.path.startswith("/new"):
        yield from streamed(asked)
    else:
        yield from plain(308, Location="/new/v1/chat/completions")


def test_the_url_shown_is_the_one_that_answered_and_hides_its_query(
    found: Callable[..., dict[str, Any]],
) -> None:
    """A redirect is followed, a key in the query is not repeated."""
    with serve(moved) as wire:
        report = found(f"http://{wire.host}/v1?code=swordfish77")
    assert report["url"].startswith(f"http://{wire.host}/new/v1/chat/completions")
    assert "redirected" in {one["kind"] for one in report["caveats"]}
    assert "swordfish77" not in json.dumps(report)


def repeating(asked: Asked) -> Iterator[bytes | float]:
    """A server that puts the key into its fields' names and its finish reason."""
    if asked.method != "POST":
        yield from plain(200, json.dumps({"data": [{"id": asked.fields["authorization"]}]}))
        return
    key = asked.fields["authorization"].split()[-1]
    yield head()
    for number in range(asked.body["max_tokens"]):
        last = "length" if number + 1 == asked.body["max_tokens"] else None
        value = scripts.chunk({"content": " word", key: "x" if last else ""}, finish=last and key)
        yield framed(scripts.event(value))
    yield framed(b"")


def test_a_key_that_a_server_repeats_anywhere_is_not_shown(
    look: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In names of models, in names of fields, in reasons."""
    monkeypatch.setenv("OPENAI_API_KEY", "hunter2hunter2")
    with serve(repeating) as wire:
        shown = look(f"http://{wire.host}/v1")
    assert "Models: " in shown.stdout
    assert "hunter2hunter2" not in shown.output


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (401, '{"error": "no key"}', PermissionDeniedError),
        (404, '{"error": "The model m does not exist"}', UsageError),
        (500, '{"error": "out of memory"}', EngineFailedError),
    ],
)
def test_without_an_answer_the_error_is_the_runs(
    status: int, text: str, error: type[BenchmarkError], look: Callable[..., Result]
) -> None:
    """There is nothing to look at."""
    with serve(lambda _: plain(status, text)) as wire:
        result = look(f"http://{wire.host}/v1")
    assert type(result.exception) is error


def test_to_look_the_machine_need_not_be_described(found: Callable[..., dict[str, Any]]) -> None:
    """But a run will want it, and says how."""
    with serving(scripts.one_by_one) as server:
        report = found(server.url, "--backend", "xpu")
        assert len(server.truths) == 1
    assert (report["works"], report["problem"]["exit_code"]) == (False, UsageError.exit_code)
    assert "--cluster FILE" in report["problem"]["hint"]
    assert report["tokens"]["count"] == 64
    assert "--cluster FILE" in unknown(report)["hardware.chip_model"]


@pytest.mark.parametrize("engine", ["transformers", "best", "openai,transformers"])
def test_only_a_server_is_looked_at(engine: str, arguments: list[str]) -> None:
    """An engine of this machine shows itself in a run."""
    words = [*arguments, "--engine", engine]
    if "openai" in engine:
        words += ["--base-url", "http://127.0.0.1:9/v1"]
    result = CliRunner().invoke(run_command.command, words)
    assert isinstance(result.exception, UsageError)
    assert "--probe looks at" in str(result.exception)


def test_a_server_that_is_started_to_be_looked_at_is_stopped(arguments: list[str]) -> None:
    """The whole command, with a process of its own."""
    port = free_port()
    serve_it = command(port, "--owned-by", "vllm")
    words = [*arguments, "--serve", serve_it, "--json"]
    result = CliRunner().invoke(run_command.command, words, standalone_mode=False)
    assert result.return_value == 0, result.exception
    report = json.loads(result.stdout)
    assert (report["server"]["name"], report["server"]["known_by"]) == ("vllm", "owner")
    assert "metrics.load_time_s" not in unknown(report)
    assert not answers(port)


def test_every_field_that_would_tell_nothing_has_a_reason_in_words(
    found: Callable[..., dict[str, Any]],
) -> None:
    """No reason is left empty, and no field is named twice."""
    with serving(scripts.one_by_one) as server:
        report = found(server.url)
    rows = [Unknown(**one) for one in report["unknown"]]
    assert len(rows) > 20
    assert len({row.field for row in rows}) == len(rows)
    assert all(row.why.endswith(".") for row in rows)
