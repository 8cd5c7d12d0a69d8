"""A dataset in a folder: read as it lies there, written only if nobody else did."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmark import dataset
from benchmark.clone import Clone, is_clone
from benchmark.dataset import BOARD_FILES, Dataset
from benchmark.doctor import examined, treated
from benchmark.errors import ConflictError, InvalidDataError, UsageError
from benchmark.leaderboard import Revision, Snapshot
from tests.support.entries import run

if TYPE_CHECKING:
    from benchmark.leaderboard import Changes

SINGLE = BOARD_FILES["single"]
MONTH = "2026-03"


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A dataset of two runs."""
    empty = Snapshot(Revision("0" * 40), {})
    files = Dataset().joined([run(1), run(2, model="other")]).changes(empty, month=MONTH)
    put(tmp_path, files)
    return Clone(tmp_path)


def put(folder: Path, files: Changes) -> None:
    """Write files as a checkout does."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data or b"")


def test_a_clone_means_what_the_dataset_means(clone: Clone) -> None:
    """Whatever else lies there: git's own files, notes, other programs' results."""
    before = clone.read()
    put(clone.folder, {".git/runs/x.jsonl": b"{", "notes.md": b"", "other/runs/x.jsonl": b"{"})
    (clone.folder / "runs" / MONTH / "folder.jsonl").mkdir()
    os.mkfifo(clone.folder / "runs" / "pipe.jsonl")
    assert clone.read() == before
    assert len(dataset.parse(before).logged) == 2


def test_a_history_that_is_linked_is_not_taken_for_none(clone: Clone, tmp_path: Path) -> None:
    """What is written through the link would be made of the leaderboards alone."""
    (tmp_path / "runs").rename(tmp_path / "elsewhere")
    (tmp_path / "runs").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(UsageError, match="is a link to a folder"):
        clone.read()


def test_files_that_are_linked_are_read(clone: Clone, tmp_path: Path) -> None:
    """As the Hub's client keeps its downloads; folders that are linked are not entered."""
    before = clone.read()
    blob = tmp_path.parent / "blob"
    (tmp_path / SINGLE).rename(blob)
    (tmp_path / SINGLE).symlink_to(blob)
    (tmp_path / "runs" / "loop").symlink_to(tmp_path / "runs", target_is_directory=True)
    assert clone.read() == before


def test_what_git_lfs_left_in_the_place_of_a_file_is_named(clone: Clone) -> None:
    """It is text, and might be taken for a broken leaderboard."""
    put(clone.folder, {SINGLE: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"})
    with pytest.raises(InvalidDataError) as caught:
        clone.read()
    assert caught.value.violations[0].file == SINGLE
    assert "git lfs pull" in caught.value.hint


def test_a_folder_without_a_dataset_is_none(tmp_path: Path) -> None:
    """And a data folder has leaderboards, but no history."""
    with pytest.raises(UsageError):
        Clone(tmp_path).read()
    put(tmp_path, {SINGLE: b"[]\n", "runs/leaderboard_run_1.json": b"[]\n"})
    assert not is_clone(tmp_path)


def test_a_clone_that_was_changed_is_not_written(clone: Clone) -> None:
    """By a byte, in any file."""
    snapshot = clone.read()
    put(clone.folder, {SINGLE: b"[ ]\n"})
    with pytest.raises(ConflictError):
        clone.commit({SINGLE: b"[]\n"}, parent=snapshot.revision, message="m")
    assert (clone.folder / SINGLE).read_bytes() == b"[ ]\n"


def test_a_repair_that_was_cut_off_is_completed_by_the_next(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is new is there before anything goes: in between a run is twice, never nowhere."""
    [fragment] = clone.folder.glob("runs/*/*.jsonl")
    fragment.rename(fragment.with_name("mine.jsonl"))

    def cut_off(path: Path, **_: object) -> None:
        raise KeyboardInterrupt(str(path))

    def repair() -> None:
        snapshot = clone.read()
        proposal = treated(snapshot, month=MONTH)
        files = {**proposal.changed, **proposal.derived}
        clone.commit(files, parent=snapshot.revision, message="m")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", cut_off)
        with pytest.raises(KeyboardInterrupt):
            repair()
    assert len(dataset.parse(clone.read()).logged) == 2
    repair()
    assert all(check.holds for check in examined(clone.read()))
    assert [path.name for path in clone.folder.glob("runs/*/*.jsonl")] == [fragment.name]
