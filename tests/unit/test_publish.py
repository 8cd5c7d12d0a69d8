"""What a publish says it did, against a dataset in memory; schedules are in tests/stateful."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmark import dataset
from benchmark.dataset import BOARD_FILES, RETRACTIONS, Dataset, Retraction, is_fragment
from benchmark.leaderboard import Revision, Snapshot, encode
from benchmark.publish import plan_for, preview, title
from benchmark.submission import data_files
from tests.support import real_format
from tests.support.entries import data, entry, multi_node, run, write
from tests.support.memory_store import MemoryHub
from tests.support.publications import hub_with, published, submitted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmark.entry import Entry
    from benchmark.summary import Summary

SINGLE, MULTI = BOARD_FILES.values()
PLAIN = "CPU|1|gpt2|FP32|128|128"


def numbers(summary: Summary, board: str = "single") -> tuple[list[str], list[str], int, int]:
    """Labels added, labels updated, skipped, total."""
    part = summary.boards[board]
    return part.added, part.updated, part.skipped, part.total


def test_the_summary_tells_added_updated_skipped_and_total(tmp_path: Path) -> None:
    """By the labels people know; each board for itself."""
    hub = MemoryHub()
    published(hub, submitted(tmp_path / "a", run(1), run(5, model="b"), run(5, model="c")))
    files = submitted(
        tmp_path / "b", run(2), run(1, model="b"), run(5, model="c"), run(1, model="d")
    )
    summary = published(
        hub, submitted(tmp_path / "b", multi_node(), name="leaderboard_y.json")
    ).summary
    assert len(files) == 1
    assert numbers(summary) == (["CPU|1|d|FP32|128|128"], [PLAIN], 2, 4)
    assert numbers(summary, "multi") == ([f"{PLAIN}|nodes=2|tp=4"], [], 0, 1)
    assert (summary.changed, summary.attempts, summary.revision) == (True, 1, hub.head.revision)
    assert (summary.rejected, summary.not_ranked) == ((), ())


def test_nothing_new_makes_no_commit(tmp_path: Path) -> None:
    """The same runs again, spelled otherwise, are a success that changes nothing."""
    hub = MemoryHub()
    published(hub, submitted(tmp_path / "a", run(1), multi_node()))
    before = hub.head
    again = published(hub, submitted(tmp_path / "b", run(1.0), multi_node()))
    assert hub.head is before
    assert again.summary.changed is False
    assert again.summary.revision == before.revision
    assert numbers(again.summary) == ([], [], 1, 1)
    assert [file.path.name for file in again.published] == ["leaderboard_x.json"]


@pytest.mark.parametrize("entries", [[], None])
def test_nothing_submitted_makes_no_commit(tmp_path: Path, entries: list[Entry] | None) -> None:
    """An empty file, or none at all, also where the dataset would be adopted."""
    today = json.dumps(real_format.public_entries()).encode()
    hub = hub_with({SINGLE: today})
    files = [] if entries is None else submitted(tmp_path, *entries)
    summary = published(hub, files).summary
    assert len(hub.history) == 2
    assert (summary.changed, summary.not_ranked) == (False, ())
    assert numbers(summary) == ([], [], 0, real_format.COUNT - real_format.ALL_ZERO)


def test_a_loser_is_kept_and_counted_as_skipped(tmp_path: Path) -> None:
    """Its run is in the history; no leaderboard changed, and still something was committed."""
    hub = MemoryHub()
    published(hub, submitted(tmp_path / "a", run(2)))
    summary = published(hub, submitted(tmp_path / "b", run(1))).summary
    assert numbers(summary) == ([], [], 1, 1)
    assert summary.changed is True
    assert dataset.parse(hub.head).runs.keys() == {run(1).run_id, run(2).run_id}


def test_a_run_that_may_not_be_ranked_is_named_with_its_reason(tmp_path: Path) -> None:
    """It is committed, and neither added, updated nor skipped."""
    hub = MemoryHub()
    slow = entry({"metrics.error_rate": 0.06})
    summary = published(hub, submitted(tmp_path, slow)).summary
    assert numbers(summary) == ([], [], 0, 0)
    assert [(item.entry, item.reasons) for item in summary.not_ranked] == [
        (slow, ("error_rate is above 0.05",))
    ]
    assert slow.run_id in dataset.parse(hub.head).logged


def test_adopted_entries_that_may_not_be_ranked_are_counted_once(tmp_path: Path) -> None:
    """The publish that takes them into the history names them, the next one does not."""
    hub = hub_with({SINGLE: json.dumps(real_format.public_entries()).encode(), MULTI: b"[]"})
    first = published(hub, submitted(tmp_path / "a", run(1))).summary
    assert len(first.not_ranked) == real_format.ALL_ZERO
    assert numbers(first) == ([PLAIN], [], 0, real_format.COUNT - real_format.ALL_ZERO + 1)
    second = published(hub, submitted(tmp_path / "b", run(2))).summary
    assert second.not_ranked == ()
    assert second.to_json()["not_ranked"] == 0


def test_a_retracted_run_is_named_as_not_ranked(tmp_path: Path) -> None:
    """With the reason that people gave."""
    row = Retraction(run(1).run_id, "wrong chip", "somebody", "2026-01-01")
    files = Dataset().joined((), [row]).changes(Snapshot(Revision("0"), {}), month="2026-01")
    summary = published(
        hub_with({RETRACTIONS: files[RETRACTIONS]}), submitted(tmp_path, run(1))
    ).summary
    assert [item.reasons for item in summary.not_ranked] == [("retracted: wrong chip",)]
    assert numbers(summary) == ([], [], 0, 0)


def test_a_rejected_file_does_not_stop_the_others(tmp_path: Path) -> None:
    """Every violation is listed, and only good files are reported as published."""
    hub = MemoryHub()
    bad = entry({"metrics.ttft_ms": -1, "entry_id": 5})
    submitted(tmp_path, run(9, model="innocent"), bad, name="leaderboard_bad.json")
    outcome = published(hub, submitted(tmp_path, run(1), name="leaderboard_good.json"))
    assert [file.path.name for file in outcome.published] == ["leaderboard_good.json"]
    rejected = outcome.summary.to_json()["rejected"]
    assert [row["path"] for row in rejected] == ["$[1].entry_id", "$[1].metrics.ttft_ms"]
    assert dataset.parse(hub.head).runs.keys() == {run(1).run_id}


def test_an_invalid_entry_that_the_dataset_holds_rejects_nothing(tmp_path: Path) -> None:
    """It was adopted once; the file that still carries it goes through."""
    old = entry({"metrics.ttft_ms": -1})
    hub = hub_with({SINGLE: encode([old])})
    summary = published(hub, submitted(tmp_path, old, run(1))).summary
    assert summary.rejected == ()
    assert [item.reasons for item in summary.not_ranked] == [("it does not fit the schema",)]
    assert dataset.parse(hub.head).logged == {old.run_id, run(1).run_id}


def test_new_runs_are_kept_under_the_month_of_the_attempt(tmp_path: Path) -> None:
    """The month of the clock that was given, not of any other."""
    hub = MemoryHub()
    published(hub, submitted(tmp_path, run(1)))
    assert [path[:13] for path in hub.head.files if path.startswith("runs/20")] == ["runs/2026-01/"]


def test_nothing_new_is_one_attempt_and_no_commit(tmp_path: Path) -> None:
    """What was read is the revision that holds it."""
    hub, files = MemoryHub(), submitted(tmp_path, run(1))
    published(hub, files)
    head, again = hub.head, published(hub, files).summary
    assert (again.changed, again.attempts, again.revision) == (False, 1, head.revision)
    assert hub.head is head


def test_a_preview_tells_the_same_and_writes_nothing(tmp_path: Path) -> None:
    """Only the attempts differ."""
    hub = MemoryHub()
    files = submitted(tmp_path, run(1), entry({"metrics.ttft_ms": 0}))
    would = preview(ReadOnly(hub), files, month="2026-01").summary
    assert len(hub.history) == 1
    did = published(hub, files).summary
    assert (would.boards, would.not_ranked, would.changed) == (did.boards, did.not_ranked, True)
    assert (would.attempts, would.revision) == (0, hub.history[0].revision)


class ReadOnly:
    """A store for calls that only read."""

    def __init__(self, hub: MemoryHub) -> None:
        """Read this hub."""
        self._hub = hub

    def read(self) -> Snapshot:
        """As Store.read."""
        return self._hub.read()

    def commit(self, files: Mapping[str, bytes], *, parent: Revision, message: str) -> Revision:
        """As Store.commit: nobody may call it."""
        raise AssertionError((files, parent, message))


def test_a_commit_carries_only_the_files_that_differ(tmp_path: Path) -> None:
    """A loser adds its fragment and what tells of it; leaderboards and card are not sent again."""
    hub = MemoryHub()
    published(hub, submitted(tmp_path / "a", run(2)))
    sent: list[str] = []
    commit = hub.commit

    def noted(files: Mapping[str, bytes], parent: Revision, fault: str = "none") -> Revision:
        sent.extend(files)
        return commit(files, parent, fault)

    hub.commit = noted  # type: ignore[method-assign]
    published(hub, submitted(tmp_path / "b", run(1)))
    assert {path.split("/")[0] for path in sent} == {"runs"}
    assert sum(map(is_fragment, sent)) == 1


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([run(1)], "Add 1 benchmark run"),
        ([run(1), run(2), run(1)], "Add 2 benchmark runs"),
        ([entry({"model.name": "\n::error::x"})], "Add 1 benchmark run"),
    ],
)
def test_the_title_counts_runs_and_repeats_nobodys_text(
    tmp_path: Path, entries: list[Entry], expected: str
) -> None:
    """Adopted entries were there already and are not counted."""
    before = Snapshot(Revision("0"), {SINGLE: encode([run(7, model="public")])})
    plan = plan_for(before, submitted(tmp_path, *entries), month="2026-01")
    assert title(plan) == expected


def test_the_summary_as_json_has_what_others_rely_on(tmp_path: Path) -> None:
    """The fields of the contract, in plain JSON types."""
    hub = MemoryHub()
    write(tmp_path, "leaderboard_x.json", entry({"entry_id": 5}))
    (tmp_path / "leaderboard_y.json").write_text(json.dumps([data()]))
    value = published(hub, data_files(tmp_path)).summary.to_json()
    assert json.loads(json.dumps(value)) == {
        "revision": hub.head.revision,
        "changed": True,
        "single": {"added": [PLAIN], "updated": [], "skipped": 0, "total": 1},
        "multi": {"added": [], "updated": [], "skipped": 0, "total": 0},
        "rejected": [
            {
                "file": (tmp_path / "leaderboard_x.json").as_posix(),
                "path": "$[0].entry_id",
                "message": "is 5, expected a string.",
            }
        ],
        "not_ranked": 0,
        "not_ranked_runs": [],
        "doubtful": 0,
        "doubtful_runs": [],
        "attempts": 1,
        "url": "",
        "card_refusal": "",
    }
