"""Verbs that write files, killed at every system call: each file is the old or the new one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from benchmark import canonical
from benchmark.cli import main
from tests.crash.scenes import Scene, old_or_new_at_every_call
from tests.jepsen import mutations
from tests.support import entries
from tests.support.publishers import MULTI, SINGLE

if TYPE_CHECKING:
    from pathlib import Path

MINE = entries.run(100)
PULLED = entries.run(90, model="pulled")


def visible(folder: Path) -> dict[str, bytes]:
    """What somebody sees, or git takes: every file but hidden ones."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in paths
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def hidden(folder: Path) -> list[Path]:
    """What an unfinished write left."""
    return [path for path in folder.rglob(".*") if path.is_file()]


def aggregate_in(workdir: Path, name: str) -> Scene:
    """Results in outputs/, and a data folder that was pulled from git."""
    folder = workdir / name
    result = folder / "outputs" / "Q1_20260101_001"
    entries.write(folder / "hf_data", SINGLE, PULLED)
    entries.write(folder / "hf_data", MULTI)
    entries.write(result, "Q1_leaderboard.json", MINE, entries.run(50))
    words = ("aggregate", "--offline", "--json")
    options = ("--outputs", str(folder / "outputs"), "--data-dir", str(folder / "hf_data"))
    return Scene(partial(main, (*words, *options)), partial(visible, folder / "hf_data"))


def test_a_killed_aggregate_leaves_every_file_as_it_was_or_as_it_will_be(workdir: Path) -> None:
    """What it left half written is gone after the next one, for git would take it."""
    assert old_or_new_at_every_call(partial(aggregate_in, workdir), several=True, every=2) > 8
    assert [path for folder in workdir.glob("killed-*") for path in hidden(folder)] == []


def test_a_write_in_place_is_found(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The law itself: with a writer that is not atomic it fails."""
    mutations.not_atomic(monkeypatch)
    with pytest.raises(AssertionError):
        old_or_new_at_every_call(partial(aggregate_in, workdir), several=True)


def page_in(workdir: Path, name: str) -> Scene:
    """A page that is there, and a file of entries that it is to show."""
    folder = workdir / name
    data = entries.write(folder, SINGLE, MINE)
    (folder / "index.html").write_text("old", encoding="utf-8")
    # It tells when it was made, which no second attempt may change.
    when = ("--made-at", "1700000000")
    words = ("page", str(data), "--output", str(folder / "index.html"), *when)
    return Scene(partial(main, words), partial(visible, folder))


def test_a_page_is_the_old_or_the_new_one(workdir: Path) -> None:
    """Whoever serves it never serves half of it."""
    assert old_or_new_at_every_call(partial(page_in, workdir)) > 3


def merge_in(workdir: Path, name: str) -> Scene:
    """Three versions of a data file, as git hands them over."""
    folder = workdir / name
    paths = [
        entries.write(folder, file, *runs)
        for file, runs in {"base": (), "ours": (MINE,), "theirs": (PULLED,)}.items()
    ]
    return Scene(partial(main, ("merge-driver", *map(str, paths))), partial(visible, folder))


def test_the_merge_driver_leaves_ours_or_the_join(workdir: Path) -> None:
    """Git takes what is there."""
    assert old_or_new_at_every_call(partial(merge_in, workdir)) > 3


def test_many_files_are_staged_before_the_first_is_replaced(workdir: Path) -> None:
    """Also where threads write them."""

    def prepare(name: str) -> Scene:
        files = {workdir / name / f"{number}.json": b"new" for number in range(17)}
        (workdir / name).mkdir()
        (workdir / name / "0.json").write_bytes(b"old")
        work = partial(canonical.write_all_atomic, files)
        return Scene(work, partial(visible, workdir / name))

    assert old_or_new_at_every_call(prepare, several=True, every=25) > 2
