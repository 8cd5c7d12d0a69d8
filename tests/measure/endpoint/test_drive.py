"""Requests under load, against a server that does exactly what it is told."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, Any

import pytest
from transformers import AutoTokenizer

from benchmark.measure.endpoint import event_loop
from benchmark.measure.endpoint.pool import Pool
from benchmark.measure.load import Load, StopRule, Watch
from benchmark.measure.request import Request
from benchmark.measure.samples import Failure, Sample
from benchmark.measure.stats import median

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def requests(tokens: int = 10) -> Iterator[Request]:
    """Endless."""
    return (Request((1, 2, 3), tokens, f"a b {number}") for number in itertools.count())


def gaps(log: list[dict[str, Any]]) -> list[float]:
    """Milliseconds from each request as the server read it to its first content."""
    return [(one["content_ns"][0] - one["received_ns"]) / 1e6 for one in log]


@pytest.mark.parametrize("api", ["chat", "completions"])
def test_a_sample_says_what_the_server_did(
    api: str, pace: Any, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """Counts are exact; times cannot be shorter than the server's."""
    server = pace()
    samples = drive(reach(server.url, api=api))
    log = server.stop()
    assert len(samples) == len(log) == 4
    for one, truth in zip(samples, log, strict=True):
        assert (one.output_tokens, one.input_tokens, len(one.itl_ms)) == (10, 3, 9)
        assert gaps([truth])[0] < one.ttft_ms <= one.e2e_ms
        assert one.e2e_ms == pytest.approx(one.ttft_ms + sum(one.itl_ms))


@pytest.mark.parametrize("api", ["chat", "completions"])
def test_a_prompt_that_was_never_words_is_decoded(
    api: str, pace: Any, reach: Callable[..., Any], words: Path
) -> None:
    """Not every server takes token ids for a prompt."""
    server = pace()
    ids = tuple(AutoTokenizer.from_pretrained(words).encode("abc word"))
    watch = Watch(StopRule(repeats=1))
    reach(server.url, api=api).drive(repeat(Request(ids, 3)), Load(), watch, lambda _: None)
    body = json.loads(server.stop()[0]["body"])
    assert (body.get("prompt") or body["messages"][0]["content"]) == "abc word"


def test_the_first_content_counts_not_the_first_event(
    pace: Any, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """The role comes at 1 ms, text at 60 ms."""
    samples = drive(reach(pace("--role-ms", "1", "--ttft-ms", "60").url))
    assert min(one.ttft_ms for one in samples) > 50


def test_times_count_from_the_first_request_and_not_from_the_opening_of_connections(
    pace: Any, reach: Callable[..., Any], drive: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a rate whose first request is due at once."""
    opened = Pool.open

    async def slowly(pool: Pool, count: int) -> None:
        await opened(pool, count)
        await asyncio.sleep(0.5)

    monkeypatch.setattr(Pool, "open", slowly)
    samples = drive(reach(pace().url), 4, load=Load(rate=20.0, arrivals="constant"))
    starts = sorted(one.start_s for one in samples)
    assert starts == pytest.approx([0, 0.05, 0.1, 0.15], abs=0.03)


def test_tokens_that_come_together_are_one_arrival(
    pace: Any, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """Ten tokens in groups of four: three arrivals, two gaps, and six tokens after the first."""
    (sample,) = drive(reach(pace("--bundle", "4", "--itl-ms", "20").url), 1)
    assert (sample.output_tokens, len(sample.itl_ms), sample.first_tokens) == (10, 2, 4)
    assert sample.tpot_ms == pytest.approx(sum(sample.itl_ms) / 6)


@pytest.mark.parametrize(
    ("options", "source"),
    [
        (["--usage", "always", "--no-done", "--crlf"], "usage"),
        (["--usage", "never", "--reasoning"], "finish_reason"),
        (["--until-closed"], "usage"),
        (["--usage", "never", "--finish", "stop", "--no-done"], "events"),
        (["--usage", "never", "--finish", "stop", "--bundle", "3"], "tokenizer"),
        (["--usage-off", "5"], "events"),
    ],
)
def test_every_kind_of_server_is_understood(
    options: list[str],
    source: str,
    pace: Any,
    reach: Callable[..., Any],
    drive: Callable[..., Any],
) -> None:
    """With and without usage, `[DONE]`, plain line ends; who counted is noted."""
    target = reach(pace(*options).url)
    assert [one.output_tokens for one in drive(target)] == [10] * 4
    assert target.facts().details["token_count_source"] == source


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--stop-early", "6"], "stopped early: 6 tokens, 10 were asked (finish reason: stop)"),
        (["--malformed-after", "4"], "no JSON"),
        (["--error-after", "4"], "out of memory"),
        (["--cut-after", "4"], "connection was lost"),
        (["--hang-after", "4"], "no data for 0.3 s"),
        (["--fail-every", "1"], "HTTP 500: this one fails"),
    ],
)
def test_what_is_no_complete_answer_is_a_failure_with_its_reason(
    options: list[str],
    reason: str,
    pace: Any,
    reach: Callable[..., Any],
    drive: Callable[..., Any],
) -> None:
    """Each request is accounted for."""
    (failure,) = drive(reach(pace("--finish", "", *options).url, silence_s=0.3), 1)
    assert isinstance(failure, Failure)
    assert reason in failure.error


def test_without_uvloop_the_loop_of_asyncio_does_the_same(
    pace: Any,
    reach: Callable[..., Any],
    drive: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Windows has no uvloop."""
    monkeypatch.setattr(event_loop, "LOOP", "asyncio")
    target = reach(pace().url)
    for load in (Load(concurrency=3), Load(rate=100)):
        assert [type(one) for one in drive(target, 6, load=load)] == [Sample] * 6


def test_failures_in_between_are_counted_and_the_run_goes_on(
    pace: Any, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """Every third of the server's requests fails; its first one was the trial."""
    done = drive(reach(pace("--fail-every", "3").url), 9, load=Load(concurrency=3))
    assert sum(isinstance(one, Failure) for one in done) == 3
    assert sum(isinstance(one, Sample) for one in done) == 6


def test_a_server_that_dies_ends_the_run_soon(pace: Any, reach: Callable[..., Any]) -> None:
    """No request can succeed any more; all that were sent are reported."""
    target = reach(pace("--die-after", "4", "--spoil-from", "20").url)
    watch, done = Watch(StopRule(precision=0, max_time_s=600)), []
    started = time.monotonic()
    target.drive(requests(), Load(concurrency=4), watch, done.append)
    assert watch.hopeless
    assert time.monotonic() - started < 30
    assert {one.error for one in done[-3:]} <= {
        "the connection was refused",
        "the connection was lost",
    }


def test_a_kept_connection_that_is_closed_is_replaced(
    pace: Any, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """The server closes every connection when it is used again, without an answer."""
    assert all(isinstance(one, Sample) for one in drive(reach(pace("--once").url), 6))


def test_as_many_requests_are_in_flight_as_asked(
    pace: Any, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """Never more; and the next starts when one ends."""
    server = pace("--ttft-ms", "20")
    samples = drive(reach(server.url), 12, load=Load(concurrency=3))
    spans = sorted((one.start_s, one.start_s + one.e2e_ms / 1000) for one in samples)
    most = max(sum(start <= at < end for start, end in spans) for at, _ in spans)
    assert most == 3
    assert len(samples) == len(server.stop()) == 12


def test_an_open_loop_starts_when_a_request_is_due_whatever_is_answered(
    pace: Any, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """Answers take 300 ms, requests start every 10 ms: times count from the due time."""
    target = reach(pace("--ttft-ms", "300").url)
    samples = drive(target, 20, load=Load(rate=100, arrivals="constant"))
    starts = sorted(one.start_s for one in samples)
    assert [b - a for a, b in pairwise(starts)] == pytest.approx([0.01] * 19, abs=1e-6)
    assert target.facts().details["send_delay_p50_ms"] >= 0


def test_poisson_arrivals_are_those_of_the_seed(
    pace: Any, reach: Callable[..., Any], drive: Callable[..., Any]
) -> None:
    """The same gaps again, and their mean is that of the rate."""
    target, load = reach(pace().url), Load(rate=200, seed=7)
    runs = [sorted(one.start_s for one in drive(target, 60, load=load)) for _ in range(2)]
    first, again = ([b - a for a, b in pairwise(starts)] for starts in runs)
    assert first == pytest.approx(again, abs=1e-6)
    assert sum(first) / 59 == pytest.approx(1 / 200, rel=0.5)


def test_a_late_client_is_seen_in_the_figures(pace: Any, reach: Callable[..., Any]) -> None:
    """Whoever takes the results sleeps once, so requests are sent late; TTFT holds that."""
    target, done = reach(pace().url), []

    def on_done(one: Any) -> None:
        done.append(one)
        time.sleep(0.3 if len(done) == 1 else 0)

    load = Load(rate=100, arrivals="constant")
    target.drive(requests(), load, Watch(StopRule(repeats=30)), on_done)
    assert target.facts().details["send_delay_p99_ms"] > 100
    assert max(one.ttft_ms for one in done) > 100


def test_requests_in_flight_are_waited_for(pace: Any, reach: Callable[..., Any]) -> None:
    """Time is up after 0.1 s, but an answer takes 0.4 s."""
    watch, done = Watch(StopRule(precision=0, max_time_s=0.1)), []
    wall = reach(pace("--ttft-ms", "400").url).drive(requests(), Load(2), watch, done.append)
    assert [type(one) for one in done] == [Sample, Sample]
    assert wall > 0.4


def test_a_defect_while_driving_comes_up(pace: Any, reach: Callable[..., Any]) -> None:
    """It neither hangs nor is only printed."""
    target = reach(pace().url)

    def on_done(_: Any) -> None:
        raise RuntimeError("a defect")

    with pytest.raises(RuntimeError, match="a defect"):
        target.drive(requests(), Load(), Watch(StopRule(repeats=3)), on_done)


def test_stamps_agree_with_what_the_server_really_did(pace: Any, reach: Callable[..., Any]) -> None:
    """Twenty streams at 100 tokens/s; half of all first contents within 5 ms on any machine."""
    server, errors, starts = pace("--itl-ms", "10", "--jitter-ms", "10"), {}, {}

    def report(exchange: Any, one: Any) -> None:
        name = exchange.data.partition(b"X-Request-Id: ")[2].split(b"\r\n")[0].decode()
        starts[name], errors[name] = exchange.start_ns, one

    watch = Watch(StopRule(repeats=60))
    reach(server.url).drive_traced(requests(20), Load(20), watch, report)
    late = [
        (starts[one["id"]] - one["content_ns"][0]) / 1e6 + errors[one["id"]].ttft_ms
        for one in server.stop()
    ]
    assert len(late) == 60
    assert min(late) >= 0
    assert median(late) < 5
