"""Loads of every shape on real servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.servers.real_server import RealServer
    from tests.servers.runs import Runs


def test_a_rate_starts_as_many_requests_as_were_due(server: RealServer, runs: Runs) -> None:
    """Poisson or not, the last of twelve is due after six seconds at two a second."""
    load = ("--rate", "2", "--repeats", "12", "--workload", runs.workload(32, 16))
    done = runs.run("--base-url", server.url, *load)
    assert done.status == 0, done.said
    starts = sorted(one["start_s"] for one in done.report["samples"])
    assert len(starts) == 12
    assert starts[-1] == pytest.approx(6, abs=0.6)
    assert done.report["run"]["workload"]["request_rate"] == pytest.approx(2)


def test_every_load_of_a_sweep_is_kept_with_all_its_requests(
    server: RealServer, runs: Runs
) -> None:
    """Whatever waits in the server's queue: 16 in flight are more than it has places."""
    load = ("--concurrency", "1,4,16", "--repeats", "16", "--workload", runs.workload(32, 16))
    done = runs.run("--base-url", server.url, *load)
    assert done.status == 0, done.said
    workloads = [one["run"]["workload"] for one in done.results]
    assert [one["concurrent_requests"] for one in workloads] == [1, 4, 16]
    tokens = [[sample["output_tokens"] for sample in one["samples"]] for one in done.results]
    assert tokens == [[16] * 16] * 3
