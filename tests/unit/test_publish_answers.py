"""What a publish makes of the Hub's answers, against a dataset in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmark.dataset import BOARD_FILES, RETRACTIONS, fragment_path
from benchmark.errors import (
    HubUnreachableError,
    InvalidDataError,
    QuotaError,
)
from benchmark.leaderboard import Revision, Snapshot, encode_lines
from benchmark.publish import Publication
from tests.support.entries import entry, run
from tests.support.memory_store import MemoryHub, SteppedPublisher
from tests.support.publications import failed, hub_with, published, publisher_after, submitted

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.summary import Summary

SINGLE, MULTI = BOARD_FILES.values()
PLAIN = "CPU|1|gpt2|FP32|128|128"


def numbers(summary: Summary, board: str = "single") -> tuple[list[str], list[str], int, int]:
    """Labels added, labels updated, skipped, total."""
    part = summary.boards[board]
    return part.added, part.updated, part.skipped, part.total


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
