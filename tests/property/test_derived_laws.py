"""What is derived says the same as what it is derived from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.canonical import digest
from benchmark.dataset import BOARD_FILES, RETRACTIONS, is_fragment, parse
from benchmark.derived import Index, fitting, index, knowing, trail_of
from benchmark.derived import files as derived
from benchmark.derived.manifest import decode as decode_manifest
from benchmark.derived.trail import TRAIL
from benchmark.entry import RunId
from benchmark.leaderboard import Revision, Snapshot, decode, encode
from benchmark.plan import plan_for
from benchmark.plan.replay import replayed
from benchmark.submission import SubmittedFile
from tests.support.entries import entry

SIZES = st.sampled_from([(4096, 65536, 1048576), (3, 8, 12), (1, 2, 3)])
RUNS = st.builds(
    lambda tps, model, nodes: entry(
        {
            "metrics.throughput_tps": tps,
            "model.name": model,
            "cluster": {"node_count": 2} if nodes == 2 else None,
        }
    ),
    tps=st.integers(0, 5),
    model=st.sampled_from("abc"),
    nodes=st.sampled_from([1, 1, 2]),
)
COMMITS = st.lists(st.lists(RUNS, min_size=1, max_size=4), min_size=1, max_size=5)
RUN_IDS = st.sets(st.integers(0, 60).map(lambda n: RunId(digest(b"%d" % n))), max_size=20)


if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True, scope="module")
def _few() -> Iterator[None]:
    """What is done with many runs is done with few."""
    with mock.patch.object(derived, "FEW", 0):
        yield


def history(commits: list[list]) -> list[Snapshot]:
    """What the dataset is after each commit."""
    snapshots = [Snapshot(Revision("0"), {})]
    for number, runs in enumerate(commits):
        file = SubmittedFile(Path("x"), "x", encode(runs), decode)
        before = snapshots[-1]
        files = plan_for(before, [file], month="2026-01").files
        changed = {path: str(number) for name in files for path in (name, name.split("/")[0])}
        now = Snapshot(
            Revision(str(number)), {**before.files, **files}, {**before.changed_by, **changed}
        )
        snapshots.append(now)
    return snapshots[1:]


@given(held=RUN_IDS, asked=RUN_IDS, more=RUN_IDS, sizes=SIZES)
def test_an_index_holds_what_was_put_into_it(
    held: set[RunId], asked: set[RunId], more: set[RunId], sizes: tuple[int, ...]
) -> None:
    """Of any size, and as it grows, the same as one made of everything at once."""
    with mock.patch.object(index, "_MOST_RUNS", sizes):
        files = index.shards(held)
        found = Index(Snapshot(Revision("0"), files), len(held))
        assert found.held(asked) == held & asked
        assert {**files, **found.with_runs(more - held)}.items() >= index.shards(
            held | more
        ).items()


@given(commits=COMMITS, since=st.integers(0, 4))
def test_leaderboards_of_before_and_the_fragments_since_are_those_of_now(
    commits: list[list], since: int
) -> None:
    """As far back as the trail goes."""
    snapshots = history(commits)
    before, now = snapshots[min(since, len(snapshots) - 1)], snapshots[-1]
    boards = {name: before.files[file] for name, file in BOARD_FILES.items()}
    trail = trail_of(now.files[TRAIL])
    assert trail is not None
    fragments = trail.since({name: digest(board) for name, board in boards.items()})
    assert fragments is not None
    assert all(map(is_fragment, fragments))
    contents = [now.files[path] for path in fragments]
    after = replayed(boards, contents, now.files.get(RETRACTIONS, b""))
    assert after == {name: now.files[file] for name, file in BOARD_FILES.items()}


@given(commits=COMMITS, local=st.lists(RUNS, max_size=6))
def test_a_part_of_a_dataset_tells_the_same_as_all_of_it(commits: list[list], local: list) -> None:
    """Which of some runs are new, and what the leaderboards are with them."""
    snapshot = history(commits)[-1]
    whole, part = parse(snapshot), knowing(snapshot, local)
    assert [run.run_id in part.runs for run in local] == [run.run_id in whole.runs for run in local]
    assert part.joined(local).boards == whole.joined(local).boards


@given(commits=COMMITS, at=st.integers(0, 400), byte=st.binary(min_size=1, max_size=1))
def test_a_manifest_of_which_a_byte_was_changed_fits_nothing(
    commits: list[list], at: int, byte: bytes
) -> None:
    """Whoever changes it by hand makes everything be read once."""
    snapshot = history(commits)[-1]
    assert fitting(snapshot)
    good = snapshot.files["runs/manifest.json"]
    at %= len(good)
    edited = good[:at] + byte + good[at + 1 :]
    assert (decode_manifest(edited) is None) == (edited != good)
