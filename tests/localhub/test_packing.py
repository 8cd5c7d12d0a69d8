"""Loose objects become packs while the hub goes on."""

from __future__ import annotations

import subprocess
import threading
from typing import TYPE_CHECKING

from benchmark.localhub import packing
from tests.localhub.wire import REPO, Answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from benchmark.localhub.testing import RunningHub


def git_of(hub: RunningHub) -> Path:
    """The repository on disk."""
    return hub.root / "datasets" / f"{REPO}.git"


def loose(git: Path) -> list[Path]:
    """Every loose object."""
    return [path for path in git.glob("objects/??/*") if path.is_file()]


def test_packing_changes_nothing_but_the_number_of_files(hub: RunningHub) -> None:
    """Git finds the repository whole, and the hub reads and writes on."""
    hub.write(REPO, {"a/b": b"1", "c": b"2"})
    before, log = hub.files(REPO), hub.log(REPO)
    assert packing.pack_loose(git_of(hub)) == 8
    assert (loose(git_of(hub)), hub.files(REPO), hub.log(REPO)) == ([], before, log)
    assert packing.pack_loose(git_of(hub)) == 0
    hub.write(REPO, {"c": b"3", "d": b"2"})
    subprocess.run(["git", "-C", git_of(hub), "fsck", "--full", "--strict"], check=True)
    assert hub.files(REPO) == {**before, "c": b"3", "d": b"2"}


def test_commits_go_on_while_objects_are_packed(
    hub: RunningHub, commit: Callable[..., Answer]
) -> None:
    """No acknowledged commit is lost, and no request fails."""
    done = threading.Event()

    def pack() -> None:
        while not done.is_set():
            packing.pack_loose(git_of(hub))

    packer = threading.Thread(target=pack)
    packer.start()
    try:
        answers = [commit({f"{number % 5}": b"%d" % (number % 7)}).status for number in range(30)]
    finally:
        done.set()
        packer.join()
    assert answers == [200] * 30
    assert len(hub.files(REPO)) == 6
    subprocess.run(["git", "-C", git_of(hub), "fsck", "--full"], check=True)


def test_only_what_has_many_loose_objects_is_packed(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `git gc --auto` does it."""
    assert not packing.needs_packing(git_of(hub))
    hub.write(REPO, {f"{number}": b"%d" % number for number in range(900)})
    monkeypatch.setattr(packing, "MOST_LOOSE", 256)
    assert packing.needs_packing(git_of(hub))


def test_what_a_killed_write_left_is_removed_when_it_is_old(hub: RunningHub) -> None:
    """What is young may be on its way."""
    left = [git_of(hub) / "objects" / "tmp_obj_1", git_of(hub) / "objects/pack/tmp_idx_1"]
    for path in left:
        path.write_bytes(b"")
    packing.remove_abandoned(git_of(hub), before=0.0)
    assert all(path.exists() for path in left)
    packing.remove_abandoned(git_of(hub), before=1e12)
    assert not any(path.exists() for path in left)
