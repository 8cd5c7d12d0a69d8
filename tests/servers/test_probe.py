"""One look at a server says what a run of it would."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.servers.real_server import RealServer
    from tests.servers.runs import Runs

INPUT, OUTPUT = 32, 16
_EXACT = {"events", "usage"}


def test_a_look_names_the_server_and_who_counts_its_tokens(server: RealServer, runs: Runs) -> None:
    """By its answers alone; nothing is written."""
    load = ("--workload", runs.workload(INPUT, OUTPUT))
    done = runs.run("--probe", "--base-url", server.url, *load)
    assert done.status == 0, done.said
    found = done.report
    assert found["problem"] is None
    assert found["server"]["name"] == server.kind.name
    assert found["server"]["version"] in {None, server.kind.version}
    tokens = found["tokens"]
    assert (tokens["count"], tokens["counted_by"], tokens["unplaced"]) == (OUTPUT, "usage", None)
    assert found["answer"]["prompt_tokens"] >= INPUT
    assert (found["metrics"] is not None) == (server.kind.generated is not None)
    assert not runs.outputs.exists()


def test_a_run_finds_what_the_look_said(server: RealServer, runs: Runs) -> None:
    """Dialect, count, placement and what will not be known; caveats of one request are no more."""
    load = ("--base-url", server.url, "--workload", runs.workload(INPUT, OUTPUT))
    looked = runs.run("--probe", *load).report
    done = runs.run(*load, "--repeats", "6")
    assert done.status == 0, done.said
    (entry,) = done.entries
    engine = entry["provenance"]["engine"]
    assert engine["dialect"] == looked["asked"]["dialect"]
    assert engine["token_count_source"] == looked["tokens"]["counted_by"]
    # Answer by answer: whether two tokens came in one piece is chance, and either way is exact.
    found, said = (set(way.split("+")) for way in (
        engine["token_placement"], looked["tokens"]["placed_by"]
    ))  # fmt: skip
    assert found == said or found | said <= _EXACT
    unknown = {one["field"] for one in looked["unknown"]}
    assert ("engine_version" in unknown) == (entry["engine_version"] is None)
    assert ("metrics.load_time_s" in unknown) == (entry["metrics"]["load_time_s"] is None)
