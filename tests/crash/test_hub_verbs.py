"""What a maintainer does at the embedded Hub, killed at every system call: done, or not begun."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from dulwich.objects import Commit

from benchmark.localhub import packing, refs
from benchmark.localhub.commits import Signature, commit_to_ref
from benchmark.localhub.lfs import Pointer
from benchmark.localhub.operations import AddFile, AddLargeFile, CommitRequest
from benchmark.localhub.problems import HubError
from benchmark.localhub.pulls import (
    NewDiscussion,
    comment,
    discussion,
    discussions,
    open_discussion,
    open_with_commit,
    update,
)
from benchmark.localhub.purge import purge
from benchmark.localhub.squash import squash
from benchmark.localhub.store import Store
from tests.crash.scenes import Scene, old_or_new_at_every_call
from tests.crash.test_hub import LARGE, alone, sound
from tests.localhub.wire import REPO

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dulwich.objects import ObjectID

    from benchmark.localhub.repository import Repository

_WHO = Signature("somebody", 0.0)
MOVED = "lab/moved"
BRANCH, TAG = f"{refs.BRANCHES}work/a", f"{refs.TAGS}v1"


def dataset(folder: Path, name: str) -> Store:
    """A branch, a tag and a pull request of its first commit, and two more commits."""
    store = Store(folder / name, lock_timeout=5)
    store.create(REPO, _WHO)
    with store.open(REPO) as repo:
        first = repo.head(f"{refs.BRANCHES}main")
        refs.write_ref(repo.git, f"{refs.BRANCHES}old", first)
        refs.write_ref(repo.git, f"{refs.TAGS}old", first)
        request = CommitRequest("asked for", "", None, (AddFile("c", b"3"),))
        open_with_commit(repo, store.locks, "main", request, _WHO)
        for number in range(2):
            added(repo, store, number)
    return store


def added(repo: Repository, store: Store, number: int) -> None:
    """One more commit."""
    request = CommitRequest("", "", None, (AddFile(f"{number}", b"%d" % number),))
    commit_to_ref(repo, store.locks, "main", request, _WHO)


def everything(root: Path) -> dict[str, object]:
    """All that anybody can see: of each dataset every ref, each commit by its id, and talk."""
    store = Store(root, lock_timeout=5)
    return {name: seen(store, name) for name in store.names()}


def seen(store: Store, name: str) -> object:
    """One dataset."""
    with store.open(name) as repo:
        talk = [(item.title, item.status, len(item.events)) for item in discussions(repo)]
        return seen_refs(repo), talk, repo.is_private


def seen_refs(repo: Repository) -> dict[str, object]:
    """Each ref by its number of commits, which can all be asked for, and the names of its files."""
    found: dict[str, object] = {}
    for kind in (refs.BRANCHES, refs.TAGS, refs.PULLS):
        for ref in sorted(refs.list_refs(repo.git, kind)):
            commits = repo.history(repo.resolve(kind + ref))
            assert [repo.resolve(sha.decode()) for sha in commits] == commits
            found[kind + ref] = [len(commits), sorted(item.path for item in repo.files(commits[0]))]
    return found


def contents(repo: Repository, commit: object) -> dict[str, bytes]:
    """The files at a commit."""
    return {entry.path: repo.content(entry.sha) for entry in repo.files(commit)}


def survives(folder: Path, work: Callable[[Store, Repository], object], *, every: int = 1) -> int:
    """The law for this work on a new dataset: at how many calls it was killed."""

    def prepare(name: str) -> Scene:
        store = dataset(folder, name)

        def do() -> None:
            if REPO in store.names():
                with store.open(REPO) as repo:
                    work(store, repo)

        root = folder / name
        return Scene(partial(alone, do), partial(everything, root), partial(sound, root))

    return old_or_new_at_every_call(prepare, every=every)


def test_a_branch_and_a_tag_are_there_or_not(tmp_path: Path) -> None:
    """Under a name with a folder, which is made first."""

    def make(ref: str, store: Store, repo: Repository) -> None:
        with store.locks.hold(repo.git):
            refs.write_ref(repo.git, ref, repo.head(f"{refs.BRANCHES}main"))

    assert survives(tmp_path / "branch", partial(make, BRANCH), every=2) > 3
    assert survives(tmp_path / "tag", partial(make, TAG), every=3) > 1


def test_a_deleted_branch_is_there_or_gone_and_can_be_deleted_again(tmp_path: Path) -> None:
    """Nothing that a killed deletion left is in the way of the next."""

    def delete(store: Store, repo: Repository) -> None:
        with store.locks.hold(repo.git):
            refs.delete_ref(repo.git, f"{refs.BRANCHES}old")

    assert survives(tmp_path, delete) > 1


def test_a_deleted_dataset_is_there_whole_or_gone(tmp_path: Path) -> None:
    """What is left of it has no name, and goes with the next sweep."""
    assert survives(tmp_path, lambda store, repo: store.delete(repo), every=9) > 3
    for root in tmp_path.iterdir():
        Store(root, lock_timeout=5).sweep(before=0.0)
        assert not list(root.glob("datasets/*/.*"))


def test_a_moved_dataset_has_one_name(tmp_path: Path) -> None:
    """The old one or the new one."""
    assert survives(tmp_path, lambda store, repo: store.move(repo, MOVED)) > 1


def test_a_dataset_is_public_or_private(tmp_path: Path) -> None:
    """And can be either afterwards."""
    assert survives(tmp_path, lambda store, repo: store.set_private(repo, private=True)) > 1


def test_a_squashed_branch_has_all_its_commits_or_one(tmp_path: Path) -> None:
    """What the branch shows can be asked for by its id; after the next start nothing else can."""

    def once(store: Store, repo: Repository) -> None:
        if len(repo.history(repo.resolve("main"))) > 1:
            squash(repo, store.locks, "main", "squashed", _WHO)

    assert survives(tmp_path, once, every=3) > 5
    for root in tmp_path.iterdir():
        store = Store(root, lock_timeout=5)
        store.finish_rewriting()
        with store.open(REPO) as repo:
            commits = [sha for sha in repo.objects if isinstance(repo.objects[sha], Commit)]
            needed = {sha for ref in ("main", "old", "refs/pr/1")
                      for sha in repo.history(repo.resolve(ref))}  # fmt: skip
            asked = {sha for sha in commits if can_be_asked_for(repo, sha)}
        assert asked == needed < set(commits)


def can_be_asked_for(repo: Repository, sha: ObjectID) -> bool:
    """By its id."""
    try:
        return repo.resolve(sha.decode()) == sha
    except HubError:
        return False


def test_a_history_without_a_large_file_can_be_read_whenever_its_making_was_killed(
    tmp_path: Path,
) -> None:
    """Each ref has the old history or the new one, and all of its commits."""
    pointer = Pointer(sha256(LARGE).hexdigest(), len(LARGE))

    def prepare(name: str) -> Scene:
        store = dataset(tmp_path, name)
        with store.open(REPO) as repo:
            with repo.lfs.receive(pointer) as upload:
                upload.write(LARGE)
                upload.finish()
            large = CommitRequest("", "", None, (AddLargeFile("large.bin", *pointer),))
            for ref in ("main", "old"):
                commit_to_ref(repo, store.locks, ref, large, _WHO)

        def work() -> None:
            with store.open(REPO) as repo:
                purge(repo, store.locks, [pointer.oid], rewrite=True)

        def refs_seen() -> dict[str, object]:
            with Store(tmp_path / name, lock_timeout=5).open(REPO) as repo:
                return seen_refs(repo)

        return Scene(partial(alone, work), refs_seen, partial(sound, tmp_path / name))

    assert old_or_new_at_every_call(prepare, every=5, several=True) > 5


def test_a_discussion_is_opened_closed_and_commented_or_not(tmp_path: Path) -> None:
    """A pull request has its ref before it has a record."""

    def open_one(store: Store, repo: Repository) -> None:
        if len(discussions(repo)) == 1:
            open_discussion(
                repo, store.locks, NewDiscussion("t", "d", is_pull=False), _WHO, target=""
            )

    def close(store: Store, repo: Repository) -> None:
        if discussion(repo, 1).status != "closed":
            said = comment("no", _WHO)
            update(repo, store.locks, 1, lambda it: replace(it, status="closed", events=(said,)))

    assert survives(tmp_path / "open", open_one, every=2) > 1
    assert survives(tmp_path / "close", close, every=2) > 1


def test_packing_changes_nothing_whenever_it_is_killed(tmp_path: Path) -> None:
    """Every object is in the pack before its file goes, and a commit finds what it needs."""

    def pack(store: Store, repo: Repository) -> None:
        packing.pack_loose(repo.git)
        with suppress(HubError):
            if "9" not in contents(repo, repo.resolve("main")):
                added(repo, store, 9)

    assert survives(tmp_path, pack, every=7) > 5
