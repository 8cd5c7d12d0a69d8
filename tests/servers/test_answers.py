"""What is reported of a real server is what it says of itself."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.servers.runs import Runs

if TYPE_CHECKING:
    from collections import Counter

    from tests.servers.command import Result
    from tests.servers.real_server import RealServer

INPUT, OUTPUT, REQUESTS = 64, 48, 6
TRIAL_TOKENS = 2
"""Asked for before anything is measured, to see what the server understands."""
TRIES = 3
"""A client without a processor for a fifth of a second sees an answer at once, and says so."""

LESS, MORE = 0.5, 1.5
"""Of a family's memory: pages that its processes share may be counted once or more."""


class Answered(NamedTuple):
    """One run, and what the server's counters gained by it."""

    api: str
    done: Result
    counted: Counter[str]


@pytest.fixture(scope="module", params=["chat", "completions"])
def answered(
    request: pytest.FixtureRequest, server: RealServer, tmp_path_factory: pytest.TempPathFactory
) -> Answered:
    """Both ways to ask, each asked once, or again if this machine was too busy to listen."""
    runs = Runs(tmp_path_factory.mktemp("answers"))
    load = ("--workload", runs.workload(INPUT, OUTPUT), "--repeats", str(REQUESTS))
    for _ in range(TRIES):
        before = server.counters()
        done = runs.run("--base-url", server.url, "--api", request.param, *load)
        assert done.status == 0, done.said
        found = Answered(request.param, done, server.counters() - before)
        if "at-once" not in {one["kind"] for one in done.entries[-1]["provenance"]["caveats"]}:
            break
    return found


def test_every_answer_has_the_length_asked_for(answered: Answered) -> None:
    """By the server's own count in its answers, of the prompt too."""
    engine = answered.done.entries[-1]["provenance"]["engine"]
    samples = answered.done.report["samples"]
    assert [one["output_tokens"] for one in samples] == [OUTPUT] * REQUESTS
    assert {one["input_tokens"] for one in samples} == {
        INPUT + engine["prompt_tokens_added_by_server"]
    }
    assert answered.done.report["errors"] == []
    assert engine["token_count_source"].startswith("usage")


def test_the_server_counted_as_many_tokens_as_were_measured(
    answered: Answered, server: RealServer
) -> None:
    """By its counter for everybody: warm-up and trial included."""
    if server.kind.generated is None:
        pytest.skip("it has no counters")
    asked = REQUESTS + answered.done.report["summary"]["samples"]["warmup"]
    assert answered.counted[server.kind.generated] == asked * OUTPUT + TRIAL_TOKENS


def test_the_entry_names_what_serves_and_how_it_was_reached(
    answered: Answered, server: RealServer
) -> None:
    """How long it took to load nobody knows: it was running already."""
    entry = answered.done.entries[-1]
    assert entry["engine"] == server.kind.name
    assert "--engine openai" in entry["metadata"]["reproducible_cmd"]
    assert entry["provenance"]["engine"]["api"] == answered.api
    assert entry["metrics"]["load_time_s"] is None


def test_memory_is_the_servers_not_the_clients(answered: Answered, server: RealServer) -> None:
    """Of all its processes, found by where it listens; or unknown."""
    told = answered.done.report["summary"]["peak_host_mem_mb"]
    assert told is None or LESS < told / server.memory_mib() < MORE


def test_figures_follow_from_the_samples(answered: Answered) -> None:
    """Throughput is all tokens over the wall clock; no request is faster than its parts."""
    samples, report = answered.done.report["samples"], answered.done.report
    tokens = sum(one["output_tokens"] for one in samples)
    throughput = report["summary"]["throughput_tps"]
    assert throughput == pytest.approx(tokens / report["wall_s"], rel=1e-6)
    assert all(_is_consistent(one) for one in samples)


def test_the_speed_of_decoding_is_known_and_true(answered: Answered) -> None:
    """However the tokenizer would cut the same words, and if a busy server joins two tokens."""
    summary, samples = answered.done.report["summary"], answered.done.report["samples"]
    times = [(one["e2e_ms"] - one["ttft_ms"]) / (OUTPUT - 1) for one in samples]
    assert summary["tpot_ms"] == pytest.approx(median(times), rel=0.1)
    assert summary["decode_tps"] == pytest.approx(1000 / summary["tpot_ms"], rel=0.1)


def _is_consistent(sample: dict[str, Any]) -> bool:
    arrivals = sample["ttft_ms"] + sum(sample["itl_ms"])
    return bool(0 < sample["ttft_ms"] < arrivals <= sample["e2e_ms"] + 1e-3)
