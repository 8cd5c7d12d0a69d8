"""What went wrong with an earlier leaderboard, replayed: each ends with nothing lost.

The incidents are those of its public history; what is told of each is what happened there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmark import dataset
from benchmark.amend import amend
from benchmark.dataset import BOARD_FILES
from benchmark.derived import files as derived
from benchmark.doctor import examined
from benchmark.errors import BenchmarkError, HubUnreachableError
from benchmark.leaderboard import Snapshot, decode, encode
from benchmark.publish import publish
from benchmark.retry import RetryPolicy
from benchmark.submission import SubmittedFile, result_files
from tests.support import real_format
from tests.support.entries import entry, multi_node, write
from tests.support.memory_store import STILL, Direct, MemoryHub

if TYPE_CHECKING:
    from benchmark.entry import Entry
    from benchmark.leaderboard import Changes, Revision
    from benchmark.summary import Summary

SINGLE, MULTI = BOARD_FILES.values()
MONTH = "2026-03"


@pytest.fixture(params=["few runs", "an index"], autouse=True)
def _derived(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "FEW", 0 if request.param == "an index" else 256)


def measured(tps: float, **changes: Any) -> Entry:
    """A run at some speed; names of parts have two underscores for a dot."""
    named = {name.replace("__", "."): value for name, value in changes.items()}
    return entry({"metrics.throughput_tps": tps, "metrics.tpot_ms": None, **named})


def published(store: Direct, *runs: Entry) -> Summary:
    """What a publish of one file said."""
    file = SubmittedFile(Path("x.json"), "leaderboard_x.json", encode(runs), decode)
    return publish(
        store, [file], policy=RetryPolicy(), clockwork=STILL, month=lambda: MONTH
    ).summary


def ranked(hub: MemoryHub) -> list[float]:
    """The throughputs on both boards, in ascending order."""
    files = (hub.head.files[file] for file in BOARD_FILES.values())
    runs = [item for data in files for item in decode(data, file="f")]
    return sorted(item.number("metrics", "throughput_tps") for item in runs)


def is_sound(hub: MemoryHub) -> bool:
    """Whether every invariant holds, and every commit but the first is on the one before."""
    return all(check.holds for check in examined(hub.head))


class Stale(Direct):
    """Sees the head of one commit ago, as often as it is said to."""

    times = 1

    def read(self) -> Snapshot:
        """As Store.read."""
        self.times -= 1
        return self.hub.read("stale" if self.times >= 0 else "none")


def test_incident_a_a_key_without_lengths_loses_no_run() -> None:
    """Six runs were lost when lengths were replaced by a workload guessed from notes.

    `short_input`, `long_input` and `stress_test` all became "default", and the last in the file
    survived, though it was slower.
    """
    hub = MemoryHub()
    workloads = {"short_input": (128, 83.8), "long_input": (2048, 83.5), "stress_test": (64, 75.4)}
    runs = [
        measured(
            tps,
            workload__input_length=length,
            metadata__notes=f"Benchmark run: {name}",
        )
        for name, (length, tps) in workloads.items()
    ]
    published(Direct(hub), *runs)
    assert ranked(hub) == [75.4, 83.5, 83.8]
    same = [measured(tps, metadata__notes="rerun of all failed") for tps in (102.4, 99.0)]
    published(Direct(hub), *same)
    assert ranked(hub) == [75.4, 83.5, 83.8, 102.4]
    assert dataset.parse(hub.head).logged == {run.run_id for run in [*runs, *same]}
    assert is_sound(hub)


def test_incident_b_two_engines_stand_side_by_side() -> None:
    """SageLLM's row (10.8 tok/s) was replaced by vLLM's (81.3): the key had no engine."""
    hub = MemoryHub()
    model = {"model__name": "DeepSeek-R1-Distill-Qwen-7B"}
    ours = measured(10.8, **model)
    published(Direct(hub), ours)
    published(Direct(hub), measured(81.3, engine="vllm", engine_version="0.11.0", **model))
    assert ranked(hub) == [10.8, 81.3]
    assert is_sound(hub)


@pytest.mark.parametrize("file", [SINGLE, MULTI])
def test_incident_c_rows_that_were_pushed_by_hand_are_adopted(file: str) -> None:
    """Three times rows that somebody had put into the board were overwritten by the next sync.

    So was the only row of several nodes.
    """
    hub = MemoryHub()
    published(Direct(hub), measured(50, model__name="other"))
    by_hand = multi_node() if file == MULTI else measured(70, hardware__chip_model="Ascend 910B")
    there = decode(hub.head.files[file], file=file)
    text = json.dumps([dict(run.data) for run in [*there, by_hand]], indent=2)
    hub.commit({file: text.encode()}, hub.head.revision)
    published(Direct(hub), measured(60))
    assert by_hand.run_id in dataset.parse(hub.head).logged
    assert by_hand in decode(hub.head.files[file], file=file)
    assert is_sound(hub)


def test_incident_d_rows_of_zero_are_kept_and_not_ranked() -> None:
    """Sixteen rows of 0 tok/s, 0 ms and error rate 0.0 were published as results."""
    hub = MemoryHub()
    text = json.dumps(real_format.public_entries())
    hub.commit({SINGLE: text.encode(), MULTI: b"[]"}, hub.head.revision)
    summary = published(Direct(hub), measured(60))
    assert len(summary.not_ranked) == real_format.ALL_ZERO
    assert len(dataset.parse(hub.head).logged) == real_format.COUNT + 1
    assert min(ranked(hub)) > 0
    assert is_sound(hub)


def test_incident_e_stale_caches_duplicates_and_a_second_store(tmp_path: Path) -> None:
    """Nine commits in 75 minutes: old copies merged in, rows twice, a second store read as results.

    A stale head makes a conflict and another try; the same rows again make no commit; what lies in
    folders beside the results is read once.
    """
    hub = MemoryHub()
    first, second = measured(50), measured(60, model__name="other")
    published(Direct(hub), first)
    published(Stale(hub), second)
    old = encode([first])
    hub.commit({SINGLE: old}, hub.head.revision)
    commits = len(hub.history)
    published(Direct(hub), first, first, second)
    assert len(hub.history) == commits
    published(Direct(hub), measured(70, model__name="third"))
    assert ranked(hub) == [50, 60, 70]
    write(tmp_path / "outputs" / "a", "Q1_leaderboard.json", first)
    write(tmp_path / "outputs" / "a" / "b" / "canonical", "Q1_leaderboard.json", first)
    files = result_files(tmp_path / "outputs")
    done = publish(
        Direct(hub), files, policy=RetryPolicy(), clockwork=STILL, month=lambda: MONTH
    )  # fmt: skip
    assert (len(files), done.summary.changed) == (2, False)
    assert is_sound(hub)


class Interrupted(Direct):
    """A second workflow commits just before the first commit of this one."""

    others: tuple[Entry, ...] = ()

    def commit(self, files: Changes, *, parent: Revision, message: str) -> Revision:
        """As Store.commit."""
        others, self.others = self.others, ()
        if others:
            published(Direct(self.hub), *others)
        return super().commit(files, parent=parent, message=message)


def test_incident_f_two_workflows_at_once_and_a_hub_that_cannot_be_reached() -> None:
    """Two workflows uploaded in parallel, and one could not reach the Hub and took it for empty."""
    hub = MemoryHub()
    published(Direct(hub), measured(40, model__name="first"))
    store = Interrupted(hub)
    store.others = (measured(50), measured(55, model__name="theirs"))
    done = published(store, measured(60), measured(65, model__name="ours"))
    assert done.attempts == 2
    assert ranked(hub) == [40, 55, 60, 65]

    class Unreachable(Direct):
        """Reads nothing."""

        def read(self) -> Snapshot:
            """As Store.read."""
            return self.hub.read("unreachable")

    commits = len(hub.history)
    with pytest.raises(BenchmarkError) as caught:
        published(Unreachable(hub), measured(99))
    assert isinstance(caught.value, HubUnreachableError)
    assert len(hub.history) == commits
    assert len(dataset.parse(hub.head).logged) == 5
    assert is_sound(hub)


def test_after_every_incident_a_rebuild_changes_nothing() -> None:
    """The boards are what the runs make of them, whatever came in which order."""
    hub = MemoryHub()
    for speed in (100, 104, 108):
        published(Direct(hub), measured(speed, metrics__ttft_ms=speed / 2))
    done = amend(
        Direct(hub),
        lambda state: state,
        title="Rebuild",
        policy=RetryPolicy(),
        clockwork=STILL,
        month=lambda: MONTH,
    )
    assert done.files == ()
    assert ranked(hub) == [108]
