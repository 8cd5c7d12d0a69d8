"""Answers as long as the model makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.servers.real_server import RealServer
    from tests.servers.runs import Runs

OUTPUT = 32


def test_natural_answers_are_no_longer_than_asked_and_counted_by_the_server(
    server: RealServer, runs: Runs
) -> None:
    """A workload of its own; no field that forces a length is sent."""
    before = server.counters()
    load = ("--workload", runs.workload(48, OUTPUT), "--repeats", "6")
    done = runs.run("--base-url", server.url, "--natural-length", *load)
    assert done.status == 0, done.said
    (entry,) = done.entries
    engine, lengths = entry["provenance"]["engine"], _lengths(done.report["samples"])
    assert entry["workload"]["name"] == "servers-natural"
    assert (engine["answer_lengths"], engine["dialect"].split(",")[0]) == (
        "natural",
        "length by none",
    )
    assert all(0 < one <= OUTPUT for one in lengths)
    assert entry["provenance"]["answer_tokens_max"] == max(lengths)
    if server.kind.generated is not None:
        assert (server.counters() - before)[server.kind.generated] >= sum(lengths)


def _lengths(samples: list[dict[str, int]]) -> list[int]:
    return [one["output_tokens"] for one in samples]
