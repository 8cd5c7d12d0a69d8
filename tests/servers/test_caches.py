"""A server's prefix cache is not what is measured, unless it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.servers.runs import Runs

if TYPE_CHECKING:
    from tests.servers.real_server import RealServer

TEMPLATE = 8
"""Tokens at most that a chat template puts before every prompt; they are shared always."""
INPUT, OUTPUT, REQUESTS = 384, 8, 6
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
