"""What a publish says it did, against a dataset in memory; schedules are in tests/stateful."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmark import dataset
from benchmark.dataset import BOARD_FILES, RETRACTIONS, Dataset, Retraction, fragment_path
from benchmark.errors import (
    BenchmarkError,
    HubUnreachableError,
    InvalidDataError,
    QuotaError,
)
from benchmark.leaderboard import Revision, Snapshot, encode, encode_lines
from benchmark.publish import Publication, plan_for, preview, title
from benchmark.submission import data_files
from tests.support import real_format
from tests.support.entries import data, entry, multi_node, run, write
from tests.support.memory_store import MemoryHub, SteppedPublisher

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmark.entry import Entry
    from benchmark.submission import SubmittedFile
    from benchmark.summary import Summary

SINGLE, MULTI = BOARD_FILES.values()
PLAIN = "CPU|1|gpt2|FP32|128|128"


def submitted(
    folder: Path, *entries: Entry, name: str = "leaderboard_x.json"
) -> list[SubmittedFile]:
    """One more file in the data folder, and all of them as they are read."""
    write(folder, name, *entries)
    return data_files(folder)


def hub_with(files: Mapping[str, bytes]) -> MemoryHub:
    """A hub whose head holds these files."""
    hub = MemoryHub()
    hub.history.append(Snapshot(Revision("1" * 40), files))
    return hub


def publisher_after(publisher: SteppedPublisher, *faults: str) -> SteppedPublisher:
    """The publisher once its next calls met these faults, and the others none."""
    for fault in faults:
        publisher.step(fault)
    publisher.finish()
    return publisher


def published(hub: MemoryHub, files: list[SubmittedFile], *faults: str) -> Publication:
    """What a publish returns whose first calls meet these faults."""
    outcome = publisher_after(SteppedPublisher(hub, files), *faults).outcome
    assert isinstance(outcome, Publication)
    return outcome


def failed(hub: MemoryHub, files: list[SubmittedFile], *faults: str) -> BenchmarkError:
    """What a publish raises."""
    outcome = publisher_after(SteppedPublisher(hub, files), *faults).outcome
    assert isinstance(outcome, BenchmarkError)
    return outcome


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


@pytest.mark.parametrize("trouble", [(), ("unreachable",), ("stale", "none")])
def test_a_commit_whose_answer_was_lost_is_told_as_what_it_was(
    tmp_path: Path, trouble: tuple[str, ...]
) -> None:
    """Landed: changed, with the labels of the commit, whatever the readings after it met."""
    hub = MemoryHub()
    published(hub, submitted(tmp_path / "a", run(1)))
    files = submitted(tmp_path / "b", run(2), run(1, model="d"))
    summary = published(hub, files, "none", "lost after applying", *trouble).summary
    assert len(hub.history) == 3
    assert summary.changed is True
    assert numbers(summary) == (["CPU|1|d|FP32|128|128"], [PLAIN], 0, 2)
    assert summary.revision == hub.head.revision


def test_a_commit_that_was_lost_before_it_was_applied_is_made_again(tmp_path: Path) -> None:
    """Once."""
    hub = MemoryHub()
    summary = published(hub, submitted(tmp_path, run(1)), "none", "lost before applying").summary
    assert len(hub.history) == 2
    assert (summary.changed, summary.attempts) == (True, 2)
    assert numbers(summary) == ([PLAIN], [], 0, 1)


def test_the_labels_are_those_of_the_try_that_landed(tmp_path: Path) -> None:
    """An earlier try that was lost for good had planned on another head."""
    hub = MemoryHub()
    late = SteppedPublisher(hub, submitted(tmp_path / "late", run(2), run(1, model="d")))
    late.step()
    late.step("lost before applying")
    published(hub, submitted(tmp_path / "first", run(3)))
    outcome = publisher_after(late, "none", "lost after applying").outcome
    assert isinstance(outcome, Publication)
    assert outcome.summary.changed is True
    assert numbers(outcome.summary) == (["CPU|1|d|FP32|128|128"], [], 1, 2)


def test_a_landed_commit_is_recognised_under_the_commits_of_others(tmp_path: Path) -> None:
    """What was added is told although somebody outranked it before the next reading."""
    hub = MemoryHub()
    late = SteppedPublisher(hub, submitted(tmp_path / "late", run(2)))
    late.step()
    late.step("lost after applying")
    published(hub, submitted(tmp_path / "next", run(3)))
    outcome = publisher_after(late).outcome
    assert isinstance(outcome, Publication)
    assert len(hub.history) == 3
    assert outcome.summary.changed is True
    assert numbers(outcome.summary)[:2] == ([PLAIN], [])


def test_a_conflict_is_merged_with_what_came_first(tmp_path: Path) -> None:
    """The numbers are those against the head that was committed on."""
    hub = MemoryHub()
    late = SteppedPublisher(hub, submitted(tmp_path / "late", run(2), run(1, model="late")))
    late.step()
    published(hub, submitted(tmp_path / "first", run(3), run(1, model="first")))
    outcome = publisher_after(late).outcome
    assert isinstance(outcome, Publication)
    assert numbers(outcome.summary) == (["CPU|1|late|FP32|128|128"], [], 1, 3)
    assert outcome.summary.attempts == 2


def test_who_submits_the_same_file_second_changed_nothing(tmp_path: Path) -> None:
    """A conflict is certain: what the head holds then is the other's commit."""
    hub = MemoryHub()
    late = SteppedPublisher(hub, submitted(tmp_path / "late", run(1)))
    late.step()
    assert published(hub, submitted(tmp_path / "first", run(1))).summary.changed is True
    outcome = publisher_after(late).outcome
    assert isinstance(outcome, Publication)
    assert len(hub.history) == 2
    assert outcome.summary.changed is False
    assert numbers(outcome.summary) == ([], [], 1, 1)


def test_a_quota_ends_a_publish_before_anything_is_written(tmp_path: Path) -> None:
    """Try later; nothing is lost."""
    hub = MemoryHub()
    assert isinstance(failed(hub, submitted(tmp_path, run(1)), "none", "quota"), QuotaError)
    assert len(hub.history) == 1


def test_a_hub_that_cannot_be_read_is_not_written(tmp_path: Path) -> None:
    """Unreadable is never the same as empty."""
    hub = MemoryHub()
    error = failed(hub, submitted(tmp_path, run(1)), *["unreachable"] * 3)
    assert isinstance(error, HubUnreachableError)
    assert len(hub.history) == 1


@pytest.mark.parametrize("path", [SINGLE, MULTI, RETRACTIONS, "runs/2026-01/a.jsonl"])
def test_a_dataset_with_an_unreadable_file_is_not_written(tmp_path: Path, path: str) -> None:
    """Its own data is broken: the error names the file."""
    hub = hub_with({path: b"<html>"})
    error = failed(hub, submitted(tmp_path, run(1)))
    assert isinstance(error, InvalidDataError)
    assert {violation.file for violation in error.violations} == {path}
    assert len(hub.history) == 2


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


def test_after_a_lost_answer_the_last_judgement_counts(tmp_path: Path) -> None:
    """A file that could not be taken may hold only known runs by then: it can be cleaned up."""
    hub, odd = MemoryHub(), entry({"metrics.ttft_ms": -1})
    submitted(tmp_path, run(1), name="leaderboard_good.json")
    publisher = SteppedPublisher(hub, submitted(tmp_path, odd, name="leaderboard_odd.json"))
    publisher.step()
    publisher.step("lost after applying")
    fragment = encode_lines([odd])
    held = {**hub.head.files, fragment_path(fragment, "2026-01"): fragment}
    hub.history.append(Snapshot(Revision("2" * 40), held))
    publisher.finish()
    assert isinstance(publisher.outcome, Publication)
    assert publisher.outcome.summary.changed
    assert [file.path.name for file in publisher.outcome.published] == [
        "leaderboard_good.json",
        "leaderboard_odd.json",
    ]


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
    """A loser adds its fragment; the leaderboards and the card are not sent again."""
    hub = MemoryHub()
    published(hub, submitted(tmp_path / "a", run(2)))
    sent: list[str] = []
    commit = hub.commit

    def noted(files: Mapping[str, bytes], parent: Revision, fault: str = "none") -> Revision:
        sent.extend(files)
        return commit(files, parent, fault)

    hub.commit = noted  # type: ignore[method-assign]
    published(hub, submitted(tmp_path / "b", run(1)))
    assert [path.split("/")[0] for path in sent] == ["runs"]


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
    }
