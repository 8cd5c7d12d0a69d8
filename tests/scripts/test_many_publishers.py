"""Many at once, and Hubs that fail: nothing is lost, nothing is there twice."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from benchmark.canonical import digest
from benchmark.commands.common import month
from benchmark.dataset import is_fragment
from benchmark.leaderboard import encode_lines
from benchmark.localhub import failures
from tests.support import entries
from tests.support.publishers import (
    PUBLISH,
    REPO,
    SINGLE,
    at,
    boards,
    call,
    every_commit_is_conditional,
    finish,
    held,
    start,
    submission,
)

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.entry import Entry
    from benchmark.localhub.testing import RunningHub
    from tests.support.publishers import Finished

CYCLE = (entries.run(100, 80), entries.run(104, 90), entries.run(108, 100))


def publish_at_once(hub: RunningHub, tmp_path: Path, runs: list[Entry]) -> list[Finished]:
    """One process per run, all started before any is waited for."""
    folders = [submission(tmp_path / f"p{index}", run) for index, run in enumerate(runs)]
    return [
        finish(process)
        for process in [start(PUBLISH, "--json", cwd=folder, **at(hub)) for folder in folders]
    ]


def test_of_24_simultaneous_publishers_none_is_lost(hub: RunningHub, tmp_path: Path) -> None:
    """Every commit takes 50 ms, so they do collide."""
    hub.faults.always(failures.latency(0.05))
    runs = [entries.run(100 + index, model=f"model-{index}") for index in range(24)]
    finished = publish_at_once(hub, tmp_path, runs)
    assert [done.code for done in finished] == [0] * 24, [done.said for done in finished]
    assert set(held(hub).runs) == {run.run_id for run in runs}
    assert hub.files(REPO)[SINGLE].count(b"entry_id") == 24
    assert every_commit_is_conditional(hub)
    assert sum(commit.over_http for commit in hub.log(REPO)) == 24


def test_a_hub_that_fails_in_every_way_loses_nothing(hub: RunningHub, tmp_path: Path) -> None:
    """Lost answers, answers after the fact, stale heads and failing reads, all at once."""
    faults = hub.faults
    faults.sometimes(failures.applied_then_dropped(), 0.25)
    faults.sometimes(failures.applied_then(500), 0.2)
    faults.sometimes(failures.status(503), 0.2)
    faults.sometimes(failures.stale_head(), 0.25)
    for operation in ("info", "tree", "resolve"):
        faults.sometimes(failures.status(503, operation), 0.05)
    runs = [entries.run(100 + index, model=f"model-{index}") for index in range(12)]
    finished = publish_at_once(hub, tmp_path, runs)
    assert [done.code for done in finished] == [0] * 12, [done.said for done in finished]
    lines = [line for path, data in hub.files(REPO).items() if is_fragment(path)
             for line in data.splitlines()]  # fmt: skip
    assert sorted(lines) == sorted(run.canonical for run in runs)
    assert every_commit_is_conditional(hub)
    assert all(done.json["changed"] for done in finished)
    assert sorted(label for done in finished for label in done.json["single"]["added"]) == sorted(
        run.label for run in runs
    )


@pytest.mark.parametrize("order", list(permutations(CYCLE)))
def test_every_order_of_the_cycle_gives_the_same_bytes(
    hub: RunningHub, here: Path, order: tuple[Entry, ...]
) -> None:
    """X, Y and Z each beat the next one where a tolerance decides; here the fastest wins."""
    for run in order:
        submission(here, run)
        assert call("publish", "--json").code == 0
    assert boards(hub) == (b"[\n" + CYCLE[2].canonical + b"\n]\n", b"[]\n")
    assert set(held(hub).runs) == {run.run_id for run in CYCLE}


def test_submitting_again_makes_no_commit(hub: RunningHub, here: Path) -> None:
    """The second publish finds everything there."""
    submission(here, *CYCLE)
    first, head = call("publish", "--json"), hub.head(REPO)
    second = call("publish", "--json")
    assert (first.json["changed"], second.json["changed"]) == (True, False)
    assert (second.code, hub.head(REPO)) == (0, head)
    assert second.json["revision"] == head


def test_a_writer_between_read_and_commit_is_kept(hub: RunningHub, here: Path) -> None:
    """Its head is not the parent any more, so the publish reads again and adds to it."""
    other, mine = entries.run(50, model="other"), entries.run(60, model="mine")
    hub.faults.next(failures.another_writer(lambda: hub.write(REPO, {SINGLE: as_file(other)})))
    submission(here, mine)
    done = call("publish", "--json")
    assert (done.code, done.json["attempts"]) == (0, 2)
    assert set(held(hub).runs) == {mine.run_id, other.run_id}
    assert done.json["single"]["added"] == [mine.label]


def test_who_was_beaten_to_it_does_not_claim_the_commit(hub: RunningHub, here: Path) -> None:
    """Another writer published the same run and something else: this one changed nothing."""
    mine, other = entries.run(60, model="mine"), entries.run(50, model="other")
    fragment = encode_lines([mine])
    landed = {f"runs/{month()}/{digest(fragment)}.jsonl": fragment, SINGLE: as_file(mine, other)}
    hub.faults.next(failures.another_writer(lambda: hub.write(REPO, landed)))
    submission(here, mine)
    done = call("publish", "--json")
    assert done.code == 0
    assert (done.json["changed"], done.json["single"]["added"]) == (False, [])
    assert done.json["single"]["skipped"] == 1


def test_the_revision_that_is_told_holds_what_was_published(hub: RunningHub, here: Path) -> None:
    """The answer was lost, and then a cache lags twice: the client finds nothing to commit."""
    for number in range(3):
        hub.write(REPO, {f"{number}.txt": b""})
    hub.faults.next(failures.applied_then(503))
    hub.faults.next(failures.stale_head(0))
    for behind in (1, 3):
        hub.faults.next(failures.stale_head(behind))
    mine = entries.run(60)
    submission(here, mine)
    done = call("publish", "--json")
    assert (done.code, done.json["changed"]) == (0, True)
    assert mine.run_id in held(hub, done.json["revision"]).runs


def as_file(*runs: Entry) -> bytes:
    """The file as another writer would write it: indented."""
    return b"[" + b",\n  ".join(run.canonical for run in runs) + b"]"
