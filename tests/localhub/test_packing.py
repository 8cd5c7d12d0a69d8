"""Loose objects become packs while the hub goes on."""

from __future__ import annotations

import errno
import os
import subprocess
import threading
from typing import TYPE_CHECKING

from benchmark.localhub import gitlock, packing
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


def test_a_commit_waits_for_git_and_git_for_a_commit(hub: RunningHub) -> None:
    """Who packs refs looks at one, and removes its file: what moved in between would be lost."""
    lock = git_of(hub) / "refs/heads/main.lock"
    lock.touch()
    before = hub.head(REPO)
    writing = threading.Thread(target=hub.write, args=(REPO, {"a.json": b"[]"}))
    writing.start()
    writing.join(timeout=0.3)
    assert (hub.head(REPO), writing.is_alive()) == (before, True)
    lock.unlink()
    writing.join(timeout=30)
    assert hub.head(REPO) != before
    assert not lock.exists()


def test_a_lock_that_git_keeps_is_a_conflict(
    hub: RunningHub, commit: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was changed, and the client tries again."""
    monkeypatch.setattr(gitlock, "_TRIES", 2)
    before = hub.head(REPO)
    (git_of(hub) / "refs/heads/main.lock").touch()
    assert (commit({"a.json": b"[]"}).status, hub.head(REPO)) == (409, before)
    assert not list(git_of(hub).glob("hub/.tmp-*"))


def test_git_packs_while_commits_go_on(hub: RunningHub, commit: Callable[..., Answer]) -> None:
    """Objects and refs, again and again, by git's own housekeeping: every commit is there."""
    done = threading.Event()

    def pack() -> None:
        while not done.is_set():
            # It may find that a commit has the lock, and says so.
            subprocess.run(["git", "-C", git_of(hub), "gc", "--quiet"], capture_output=True,
                           check=False)  # fmt: skip

    packer = threading.Thread(target=pack)
    packer.start()
    try:
        answers = [commit({f"{number}": b"%d" % number}).status for number in range(60)]
    finally:
        done.set()
        packer.join()
    assert answers == [200] * 60
    assert len(hub.files(REPO)) == 61
    assert len(hub.log(REPO)) == 61
    subprocess.run(["git", "-C", git_of(hub), "fsck", "--full"], check=True)


def test_a_disk_without_second_names_keeps_a_hub_too(
    hub: RunningHub, commit: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sticks and shares of other systems have none; git's lock is not taken there."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    assert commit({"a.json": b"[1]"}).status == 200
    assert hub.files(REPO)["a.json"] == b"[1]"
