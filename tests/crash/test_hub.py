"""The embedded Hub, killed at every system call of what it writes: git finds nothing amiss."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from benchmark.localhub import durable
from benchmark.localhub.commits import Signature, commit_to_ref
from benchmark.localhub.lfs import Pointer
from benchmark.localhub.operations import AddFile, AddLargeFile, CommitRequest
from benchmark.localhub.problems import HubError
from benchmark.localhub.pulls import discussions, merge, open_with_commit
from benchmark.localhub.purge import purge
from benchmark.localhub.refs import TAGS, write_ref
from benchmark.localhub.store import Store
from benchmark.localhub.testing import running_hub
from tests.crash.scenes import Scene, old_or_new_at_every_call
from tests.localhub.wire import REPO
from tests.localhub.xet.wire import Client, file_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LARGE = b"large" * 1000
COPY = "lab/other"
_WHO = Signature("somebody", 0.0)
_ADDED = CommitRequest("", "", None, (AddFile("runs/a.jsonl", b"{}\n"), AddFile("b.json", b"[]")))


def files(root: Path, name: str = REPO) -> dict[str, bytes] | None:
    """What the dataset holds; None if there is none."""
    try:
        with Store(root, lock_timeout=5).open(name) as opened:
            listed = opened.files(opened.resolve("main"))
            return {entry.path: opened.content(entry.sha) for entry in listed}
    except HubError:
        return None


def sound(root: Path) -> None:
    """Git finds no object damaged or missing."""
    git = root / "datasets" / f"{REPO}.git"
    if git.exists():
        check = ["git", "-C", git, "-c", "safe.directory=*", "fsck", "--strict", "--no-dangling"]
        subprocess.run(check, check=True, capture_output=True)


def scene_of(
    work: Callable[[Store], object], folder: Path, name: str, *, is_new: bool = False
) -> Scene:
    """A dataset with nothing in it, or none yet."""
    root = folder / name
    store = Store(root, lock_timeout=5)
    if not is_new:
        store.create(REPO, _WHO)
    return Scene(partial(alone, work, store), partial(files, root), partial(sound, root))


def alone(work: Callable[..., object], *arguments: object) -> None:
    """In a fork, which has none of the threads of a pool that was used before."""
    durable._SYNCING = ThreadPoolExecutor(8)  # noqa: SLF001 - the process ends with it
    work(*arguments)


def create(store: Store) -> None:
    """A dataset, unless it is there."""
    if REPO not in store.names():
        store.create(REPO, _WHO)


def commit(store: Store) -> None:
    """Two files."""
    with store.open(REPO) as repo:
        commit_to_ref(repo, store.locks, "main", _ADDED, _WHO)


def commit_large(store: Store) -> None:
    """A file that was uploaded before."""
    pointer = Pointer(sha256(LARGE).hexdigest(), len(LARGE))
    with store.open(REPO) as repo:
        with repo.lfs.receive(pointer) as upload:
            upload.write(LARGE)
            upload.finish()
        large = AddLargeFile("large.bin", pointer.oid, pointer.size)
        commit_to_ref(repo, store.locks, "main", CommitRequest("", "", None, (large,)), _WHO)


def pull(store: Store) -> None:
    """Open a pull request unless one is open, and merge the open ones."""
    with store.open(REPO) as repo:
        pulls = [item.num for item in discussions(repo) if item.status == "open"]
        if not pulls and "b.json" not in {entry.path for entry in repo.files(repo.resolve("main"))}:
            pulls = [open_with_commit(repo, store.locks, "main", _ADDED, _WHO)[0]]
        for number in pulls:
            merge(repo, store.locks, number, _WHO)


def purge_large(store: Store) -> None:
    """Delete the large file for good."""
    with store.open(REPO) as repo:
        purge(repo, store.locks, [sha256(LARGE).hexdigest()], rewrite=True)


def with_large(work: Callable[[Store], object], folder: Path, name: str) -> Scene:
    """A dataset that has a large file in a tagged commit."""
    scene = scene_of(work, folder, name)
    store = Store(folder / name, lock_timeout=5)
    commit_large(store)
    with store.open(REPO) as repo:
        write_ref(repo.git, f"{TAGS}v1", repo.resolve("main"))
    return scene


def duplicate(store: Store) -> None:
    """Another dataset with the same history, unless it is there."""
    if COPY not in store.names():
        with store.open(REPO) as repo:
            store.duplicate(repo, COPY, private=False)


def move(store: Store) -> None:
    """Another name, unless it has it."""
    if COPY not in store.names():
        with store.open(REPO) as repo:
            store.move(repo, COPY)


def found_as(names: tuple[str, ...], root: Path) -> list[dict[str, bytes] | None]:
    """What is found under these names."""
    return [files(root, name) for name in names]


def test_a_killed_creation_leaves_no_dataset_or_a_whole_one(tmp_path: Path) -> None:
    """It appears by one rename."""
    prepare = partial(scene_of, create, tmp_path, is_new=True)
    assert old_or_new_at_every_call(prepare, every=6) > 3


def test_a_killed_commit_leaves_the_old_head_or_the_new_one(tmp_path: Path) -> None:
    """Objects first, the branch last."""
    assert old_or_new_at_every_call(partial(scene_of, commit, tmp_path), every=2) > 10


def test_a_killed_upload_leaves_nothing_or_all_of_it(tmp_path: Path) -> None:
    """A pointer never leads to half a file."""
    assert old_or_new_at_every_call(partial(scene_of, commit_large, tmp_path), every=4) > 5


def test_a_killed_merge_can_be_merged_again(tmp_path: Path) -> None:
    """The branch may have moved before the pull request says so."""
    assert old_or_new_at_every_call(partial(scene_of, pull, tmp_path), every=8) > 3


def xet_in(chunks: list[bytes], folder: Path, name: str) -> Scene:
    """A file sent as chunks, and committed."""
    root = folder / name
    Store(root, lock_timeout=5).create(REPO, _WHO)
    file = file_of(chunks)
    pointer = Pointer(sha256(file.content).hexdigest(), len(file.content))

    def work() -> None:
        with running_hub(root) as hub:
            client = Client(hub.endpoint)
            assert client.send_chunks(chunks).status == 200
            assert client.send_shard(file).status == 200

    def stored() -> bytes | None:
        with Store(root, lock_timeout=5).open(REPO) as repo:
            path = repo.lfs.path(pointer.oid)
            return path.read_bytes() if path.exists() else None

    return Scene(partial(alone, work), stored, partial(sound, root))


def test_a_killed_xet_upload_leaves_nothing_or_all_of_it(tmp_path: Path) -> None:
    """The next client sends it again, or need not."""
    prepare = partial(xet_in, [b"measured " * 1000, bytes(9000)], tmp_path)
    assert old_or_new_at_every_call(prepare, every=8) > 2


def test_a_killed_deletion_of_a_large_file_leaves_all_of_it_or_nothing(tmp_path: Path) -> None:
    """The history is rewritten before the content goes."""
    prepare = partial(with_large, purge_large, tmp_path)
    assert old_or_new_at_every_call(prepare, every=9) > 3


def test_a_killed_duplication_leaves_no_dataset_or_a_whole_one(tmp_path: Path) -> None:
    """It appears by one rename, and takes nothing from the first one."""

    def prepare(name: str) -> Scene:
        scene = with_large(duplicate, tmp_path, name)
        return scene._replace(state=partial(found_as, (REPO, COPY), tmp_path / name))

    assert old_or_new_at_every_call(prepare, every=13) > 3


def test_a_killed_move_leaves_the_dataset_under_its_old_name_in_any_case(tmp_path: Path) -> None:
    """Which leads to the new one if it has it."""

    def prepare(name: str) -> Scene:
        scene = with_large(move, tmp_path, name)
        return scene._replace(state=partial(found_as, (REPO, COPY), tmp_path / name))

    assert old_or_new_at_every_call(prepare, every=2) > 3
