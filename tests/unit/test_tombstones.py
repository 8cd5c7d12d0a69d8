"""A run that was taken down: gone from every file at the head, known for ever, and never back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmark import dataset
from benchmark.aggregate import aggregate
from benchmark.amend import amend
from benchmark.canonical import digest
from benchmark.dataset import BOARD_FILES, Dataset, Retraction
from benchmark.decisions import TOMBSTONES, Tombstone
from benchmark.derived import MANIFEST, TRAIL, fitting, trail_fits
from benchmark.derived import files as derived
from benchmark.errors import BenchmarkError, InvalidDataError
from benchmark.leaderboard import Revision, Snapshot, decode, encode, encode_lines
from benchmark.plan import plan_for
from benchmark.retry import RetryPolicy
from benchmark.submission import SubmittedFile
from tests.support.entries import entry, run, write
from tests.support.memory_store import STILL, Direct, MemoryHub

if TYPE_CHECKING:
    from benchmark.entry import Entry

SINGLE = BOARD_FILES["single"]
SECRET = "somebody's private words"
BAD = entry(
    {
        "metrics.throughput_tps": 9,
        "metrics.tpot_ms": None,
        "metadata.notes": SECRET,
        SECRET: "a field of its own, of which the card tells",
    }
)
STONE = Tombstone(BAD.run_id, "it held what is private", "lab", "2026-03-01T00:00:00Z")
MONTH = "2026-03"


def submitted(*runs: Entry) -> SubmittedFile:
    """A leaderboard file as it comes from the data folder."""
    return SubmittedFile(Path("x.json"), "leaderboard_x.json", encode(runs), decode)


def publish(hub: MemoryHub, *runs: Entry) -> dict[str, bytes]:
    """What a publish of these runs writes, written."""
    plan = plan_for(hub.head, [submitted(*runs)], month=MONTH)
    if plan.new:
        hub.commit(plan.files, hub.head.revision)
    return dict(hub.head.files)


def take_down(hub: MemoryHub, *stones: Tombstone) -> tuple[str, ...]:
    """The files that changed."""
    return amend(
        Direct(hub),
        lambda state: state.joined((), tombstones=stones),
        title="Take down",
        policy=RetryPolicy(),
        clockwork=STILL,
        month=lambda: MONTH,
    ).files


def mentions(hub: MemoryHub) -> list[str]:
    """The files at the head that hold its words."""
    return [path for path, data in hub.head.files.items() if SECRET.encode() in data]


@pytest.fixture(params=["few runs", "an index"])
def hub(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> MemoryHub:
    """A dataset in which it is first, and beside another in its fragment."""
    monkeypatch.setattr(derived, "FEW", 0 if request.param == "an index" else 256)
    hub = MemoryHub()
    publish(hub, run(1), BAD)
    publish(hub, run(2, model="other"))
    return hub


def test_nothing_at_the_head_holds_what_it_said(hub: MemoryHub) -> None:
    """Board, fragment and all; the other runs stay, and the next best takes the place."""
    assert len(mentions(hub)) == 3
    before = dict(hub.head.files)
    take_down(hub, STONE)
    assert mentions(hub) == []
    files = hub.head.files
    assert decode(files[SINGLE], file="f") == [run(1), run(2, model="other")]
    assert json.loads(files[TOMBSTONES]) == STONE._asdict()
    [gone] = before.keys() - files.keys()
    assert (before[gone], files[f"runs/{MONTH}/{digest(encode_lines([run(1)]))}.jsonl"]) == (
        encode_lines([run(1), BAD]),
        encode_lines([run(1)]),
    )


def test_a_fragment_that_held_nothing_else_goes() -> None:
    """There is no empty one in its place."""
    hub = MemoryHub()
    publish(hub, BAD)
    take_down(hub, STONE)
    assert not any(map(dataset.is_fragment, hub.head.files))


def test_an_old_dataset_is_adopted_without_it() -> None:
    """One that has leaderboards and no history yet."""
    hub = MemoryHub()
    files = {SINGLE: encode([run(1), BAD]), BOARD_FILES["multi"]: b"[]\n"}
    hub.commit(files, hub.head.revision)
    take_down(hub, STONE)
    assert mentions(hub) == []
    assert dataset.parse(hub.head).logged == {run(1).run_id}


def test_manifest_index_and_trail_fit(hub: MemoryHub) -> None:
    """The next publish need not read the history."""
    take_down(hub, STONE)
    if MANIFEST in hub.head.files:
        assert fitting(hub.head)
        assert trail_fits(hub.head.files)
        assert TRAIL in hub.head.files
        assert all(BAD.run_id.encode() not in hub.head.files[path] for path in shards(hub))


def shards(hub: MemoryHub) -> list[str]:
    """The files of the index."""
    return [path for path in hub.head.files if path.startswith("runs/index/")]


def test_twice_is_as_good_as_once(hub: MemoryHub) -> None:
    """There is nothing to commit."""
    take_down(hub, STONE)
    assert take_down(hub, STONE) == ()


def test_a_publish_does_not_bring_it_back(hub: MemoryHub) -> None:
    """An old board that holds it is taken, without it; what is told does not repeat it."""
    old = encode([BAD, run(3, model="new")])
    take_down(hub, STONE)
    file = SubmittedFile(Path("x.json"), "leaderboard_single.json", old, decode)
    plan = plan_for(hub.head, [file], month=MONTH)
    assert [found.run_id for found in plan.new] == [run(3, model="new").run_id]
    assert plan.judgement.accepted == (file,)
    [told] = plan.not_ranked
    label = plan.summary(hub.head.revision, 1, changed=True).label(told)
    assert (told.reasons, label) == (
        ("taken down: it held what is private",),
        BAD.run_id[:12],
    )
    hub.commit(plan.files, hub.head.revision)
    assert mentions(hub) == []


def test_by_itself_it_is_nothing_new(hub: MemoryHub) -> None:
    """No commit, and its file may be cleaned up."""
    take_down(hub, STONE)
    plan = plan_for(hub.head, [submitted(BAD)], month=MONTH)
    assert (plan.new, plan.files, len(plan.judgement.accepted)) == ((), {}, 1)


def test_one_that_would_be_refused_today_does_not_hold_up_its_file(hub: MemoryHub) -> None:
    """It was taken down for what it holds: nobody has to cut it out of old boards."""
    leak = entry({"metadata.notes": "Authorization: Bearer " + "a1B2c3D4" * 5})
    take_down(hub, STONE._replace(run_id=leak.run_id))
    plan = plan_for(hub.head, [submitted(leak, run(7, model="new"))], month=MONTH)
    assert (plan.judgement.rejected, len(plan.new)) == ((), 1)


@pytest.mark.parametrize("path", [SINGLE, f"runs/{MONTH}/by-hand.jsonl"])
def test_what_somebody_puts_back_is_out_again_with_the_next_commit(
    hub: MemoryHub, path: str
) -> None:
    """By hand, by a pull request of before, or by a release that knows no tombstones."""
    take_down(hub, STONE)
    content = encode([BAD]) if path == SINGLE else encode_lines([BAD, run(4)])
    hub.commit({path: content}, hub.head.revision)
    state = dataset.parse(hub.head)
    assert BAD.run_id not in state.runs
    publish(hub, run(5, model="new"))
    assert mentions(hub) == []
    assert {run(1).run_id, run(5, model="new").run_id} <= dataset.parse(hub.head).logged
    assert path == SINGLE or run(4).run_id in dataset.parse(hub.head).logged


def test_aggregating_leaves_it_out(hub: MemoryHub, tmp_path: Path) -> None:
    """Of results, and of a board that was written before."""
    take_down(hub, STONE)
    write(tmp_path / "outputs", "Q1_leaderboard.json", BAD)
    write(tmp_path / "hf_data", SINGLE, BAD, run(1))
    state = dataset.parse(hub.head)
    done = aggregate(state, tmp_path / "outputs", tmp_path / "hf_data", revision=None)
    assert SECRET.encode() not in (tmp_path / "hf_data" / SINGLE).read_bytes()
    assert [item.taken_down for item in done.summary.not_ranked] == [True]


def test_joining_in_any_order_comes_to_the_same(hub: MemoryHub) -> None:
    """A tombstone before its run keeps it out as one after it does."""
    before = Dataset().joined((), tombstones=[STONE]).joined([BAD, run(1)])
    after = Dataset().joined([BAD, run(1)]).joined((), tombstones=[STONE])
    assert before.runs.keys() == after.runs.keys() == {run(1).run_id}
    assert before.boards == after.boards
    assert BAD.run_id in before.known
    assert hub.head.files


def test_a_retraction_of_it_is_kept(hub: MemoryHub) -> None:
    """It hurts nobody, and nothing of what people decided is lost."""
    row = Retraction(BAD.run_id, "wrong", "lab", "2026-01-01")
    amend(
        Direct(hub),
        lambda state: state.joined((), [row]),
        title="Retract",
        policy=RetryPolicy(),
        clockwork=STILL,
        month=lambda: MONTH,
    )
    take_down(hub, STONE)
    assert dataset.parse(hub.head).retractions == {row}


def test_losing_a_tombstone_is_refused(hub: MemoryHub) -> None:
    """They only grow."""
    take_down(hub, STONE)
    state = replace(dataset.parse(hub.head), tombstones=frozenset())
    other = state.joined((), tombstones=[STONE._replace(run_id=run(1).run_id)])
    with pytest.raises(BenchmarkError, match="would lose data"):
        other.changes(hub.head, month=MONTH)


GOOD = json.dumps(STONE._asdict())


@pytest.mark.parametrize(
    "line",
    [
        *("{}", "[]", "not JSON", GOOD.replace('"reason"', '"why"'), GOOD[:-9]),
        GOOD.replace(BAD.run_id, BAD.run_id[:12]),
        GOOD.replace('"lab"', "null"),
    ],
)
def test_a_malformed_tombstone_stops_everything(line: str) -> None:
    """A run must not come back because a line cannot be read."""
    with pytest.raises(InvalidDataError) as caught:
        dataset.parse(Snapshot(Revision("a" * 40), {TOMBSTONES: line.encode()}))
    assert {violation.file for violation in caught.value.violations} == {TOMBSTONES}
