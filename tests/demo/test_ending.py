"""The demo succeeds only if nothing is lost and git is clean again."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from benchmark.dataset import Dataset
from benchmark.demo import contributor, generated
from benchmark.demo.contributor import Contributor
from benchmark.demo.ending import judge
from benchmark.demo.processes import processes
from benchmark.demo.screen import Screen
from benchmark.demo.stage import Stage, environment
from benchmark.errors import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmark.entry import Entry

BEFORE = generated.leaderboard()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A stage in an empty folder."""
    with processes() as started:
        screen = Screen(1, time.monotonic)
        yield Stage(tmp_path, environment(os.environ, tmp_path), screen, started, str, time.sleep)


@pytest.fixture
def everybody(stage: Stage) -> list[Contributor]:
    """Two who have published, the one in one attempt and the other in two."""
    players = [Contributor(name, stage.folder / name, "unused") for name in ("mei", "tomas")]
    for attempts, (who, entry) in enumerate(zip(players, contributed(), strict=True), 1):
        contributor.make_repository(stage, who)
        contributor.put_result(who, entry)
        who.summary.write_text(f'{{"attempts": {attempts}}}', "utf-8")
    return players


def contributed() -> tuple[Entry, Entry]:
    """What the two have measured."""
    return generated.contributions("mei", "tomas")


def holding(*entries: Entry) -> Dataset:
    """A dataset with these entries in runs/."""
    runs = {entry.run_id: entry for entry in entries}
    return Dataset(runs, frozenset(runs))


def test_all_in_is_told_with_the_attempts_it_took(
    stage: Stage, everybody: list[Contributor], capsys: pytest.CaptureFixture[str]
) -> None:
    """Those of everybody together."""
    judge(stage, everybody, BEFORE, holding(*BEFORE, *contributed()))
    assert "2 of 2 contributions are in, 3 attempts, 0 lost." in capsys.readouterr().out


def test_a_contribution_that_is_not_there_fails_the_demo(
    stage: Stage, everybody: list[Contributor]
) -> None:
    """It names how many."""
    found = holding(*BEFORE, contributed()[0])
    with pytest.raises(BenchmarkError, match=r"1 of 2 contributions are in, .* 1 lost"):
        judge(stage, everybody, BEFORE, found)


def test_a_run_from_before_that_is_gone_fails_the_demo(
    stage: Stage, everybody: list[Contributor]
) -> None:
    """Although every contribution is in."""
    found = holding(*BEFORE[1:], *contributed())
    with pytest.raises(BenchmarkError, match=r"2 of 2 contributions are in, .* 1 lost"):
        judge(stage, everybody, BEFORE, found)


def test_a_published_file_that_is_still_in_git_fails_the_demo(
    stage: Stage, everybody: list[Contributor]
) -> None:
    """It names whose."""
    who = everybody[1]
    (who.work / "hf_data").mkdir()
    (who.work / "hf_data" / "leaderboard_single.json").write_text("[]\n", "utf-8")
    contributor.commit_and_push(stage, who, "hf_data", "feat: add results")
    with pytest.raises(BenchmarkError, match="still in git of: tomas"):
        judge(stage, everybody, BEFORE, holding(*BEFORE, *contributed()))
