"""A server's prefix cache is not what is measured, unless it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.servers.real_server import RealServer
    from tests.servers.runs import Runs

TEMPLATE = 8
"""Tokens at most that a chat template puts before every prompt; they are shared always."""
INPUT, OUTPUT, REQUESTS, LOADS = 384, 16, 8, 3


def test_no_load_of_a_sweep_and_no_later_run_meets_a_prompt_that_the_server_remembers(
    server: RealServer, runs: Runs
) -> None:
    """Twice the same command with the same seed; the server's own counter of hits is the judge."""
    if server.kind.cached is None:
        pytest.skip("it keeps no cache across requests")
    before = server.counters()
    for _ in range(2):
        done = runs.run("--base-url", server.url, *_sweep(runs))
        assert done.status == 0, done.said
    counted = server.counters() - before
    warm_ups = sum(one["summary"]["samples"]["warmup"] for one in done.results)
    asked = 2 * (LOADS * REQUESTS + warm_ups + 1)
    assert counted[server.kind.cached] <= TEMPLATE * asked


def test_the_hit_rate_of_an_entry_is_the_servers(server: RealServer, runs: Runs) -> None:
    """None that matters, or unknown; never invented."""
    done = runs.run("--base-url", server.url, *_sweep(runs))
    assert done.status == 0, done.said
    rates = [one["summary"]["prefix_hit_rate"] for one in done.results]
    assert len(rates) == LOADS
    assert all(rate is None or rate <= TEMPLATE / INPUT for rate in rates)


def _sweep(runs: Runs) -> tuple[str, ...]:
    load = ("--concurrency", "1,2,4", "--repeats", str(REQUESTS), "--seed", "7")
    return ("--workload", runs.workload(INPUT, OUTPUT), *load)
