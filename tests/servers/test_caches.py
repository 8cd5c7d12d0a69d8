"""A server's prefix cache is not what is measured, unless it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.servers.runs import Runs

if TYPE_CHECKING:
    from tests.servers.real_server import RealServer

TEMPLATE = 8
"""Tokens at most that a chat template puts before every prompt; they are shared always."""
INPUT, OUTPUT, REQUESTS, SHARED = 384, 8, 6, 256
BLOCKS = 0.5
"""Of a shared prefix at least what is in whole blocks, which have up to 128 tokens."""
LOAD = ("--concurrency", "1,2,4", "--repeats", str(REQUESTS), "--seed", "7")


class Swept(NamedTuple):
    """Two sweeps by the same command, and what the server's counters gained meanwhile."""

    results: list[dict[str, Any]]
    asked: int
    cached: float


@pytest.fixture(scope="module")
def swept(server: RealServer, tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """The server has seen the first when the second comes."""
    runs, before = Runs(tmp_path_factory.mktemp("sweeps")), server.counters()
    load = ("--base-url", server.url, "--workload", runs.workload(INPUT, OUTPUT), *LOAD)
    sweeps = [runs.run(*load), runs.run(*load)]
    assert [one.status for one in sweeps] == [0, 0], sweeps[-1].said
    results = [result for one in sweeps for result in one.results]
    counts = [one["summary"]["samples"] for one in results]
    asked = sum(one["requests"] + one["warmup"] for one in counts)
    return Swept(results, asked, (server.counters() - before)[server.kind.cached or ""])


def test_no_load_of_a_sweep_and_no_later_run_meets_a_prompt_that_the_server_remembers(
    server: RealServer, swept: Swept
) -> None:
    """The server's own counter of hits is the judge."""
    if server.kind.cached is None:
        pytest.skip("it keeps no cache across requests")
    assert swept.asked >= 2 * 3 * REQUESTS
    assert swept.cached <= TEMPLATE * swept.asked


def test_the_hit_rate_of_an_entry_is_the_servers(swept: Swept) -> None:
    """None that matters, or unknown; never invented."""
    rates = [one["summary"]["prefix_hit_rate"] for one in swept.results]
    assert all(rate is None or rate <= TEMPLATE / INPUT for rate in rates)


def test_a_conversation_meets_its_own_earlier_turns_and_no_others(
    server: RealServer, runs: Runs
) -> None:
    """What was said before is in the cache, first turns are not; three whole conversations."""
    before = server.counters()
    load = ("--workload", runs.workload(96, OUTPUT, ", turns: 3"), "--repeats", "7")
    done = runs.run("--base-url", server.url, *load)
    assert done.status == 0, done.said
    (entry,) = done.entries
    assert (entry["workload"]["turns"], entry["metrics"]["samples"]["requests"]) == (3, 9)
    assert "7 requests were asked for: 9 are sent" in done.said
    lengths = sorted(one["input_tokens"] for one in done.report["samples"])
    assert lengths[2] < lengths[3]
    assert lengths[5] < lengths[6]
    assert "prefix-cache-hit" not in {one["kind"] for one in entry["provenance"]["caveats"]}
    if server.kind.cached is None:
        return
    # Of turns of 96, 200 and 304 tokens, 0, 104 and 208 were said before.
    met = (server.counters() - before)[server.kind.cached]
    whole = (entry["metrics"]["samples"]["requests"] + entry["metrics"]["samples"]["warmup"]) / 3
    assert BLOCKS * 2 * 104 * whole <= met <= (104 + 208 + 3 * TEMPLATE) * whole
    assert 0.15 <= entry["metrics"]["prefix_hit_rate"] <= 0.55


def test_a_prefix_that_was_asked_for_is_met_and_is_no_reason_to_doubt(
    server: RealServer, runs: Runs
) -> None:
    """The entry states the share; its hit rate is the one the server counts."""
    if server.kind.cached is None:
        pytest.skip("it keeps no cache across requests")
    before = server.counters()
    workload = runs.workload(INPUT, OUTPUT, f", shared_prefix: {SHARED}")
    done = runs.run("--base-url", server.url, "--workload", workload, "--repeats", str(REQUESTS))
    assert done.status == 0, done.said
    (entry,) = done.entries
    met = (server.counters() - before)[server.kind.cached]
    counts = entry["metrics"]["samples"]
    assert met >= BLOCKS * SHARED * counts["requests"]
    assert met / (INPUT * (counts["requests"] + counts["warmup"])) == pytest.approx(
        entry["metrics"]["prefix_hit_rate"], rel=0.5
    )
    assert "prefix-cache-hit" not in {one["kind"] for one in entry["provenance"]["caveats"]}
