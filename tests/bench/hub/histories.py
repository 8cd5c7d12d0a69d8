"""Datasets with many files or many commits, made without a server."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from benchmark.localhub.commits import Signature, commit_to_ref
from benchmark.localhub.lfs import Pointer
from benchmark.localhub.operations import AddFile, AddLargeFile, CommitRequest
from benchmark.localhub.store import Store
from tests.localhub.wire import REPO

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmark.localhub.operations import Operation

_WHO = Signature("bench", 1_800_000_000)
FOLDER = "runs/2026-11"


def name_of(number: int) -> str:
    """Of a file as a publish names it: by the hash of its content."""
    return f"{FOLDER}/{sha256(b'%d' % number).hexdigest()}.jsonl"


def store(root: Path) -> Store:
    """Of a hub that is not running, with the dataset."""
    made = Store(root, lock_timeout=10)
    if REPO not in made.names():
        made.create(REPO, _WHO)
    return made


def files(root: Path, count: int) -> None:
    """So many files in one folder, by one commit."""
    _commit(store(root), [AddFile(name_of(number), b"%d" % number) for number in range(count)])


def history(root: Path, count: int) -> None:
    """So many files in one folder, and as many commits after them, each of another file."""
    files(root, count)
    opened = store(root)
    for number in range(count):
        _commit(opened, [AddFile(name_of(number), b"changed %d" % number)])


def large(root: Path, content: bytes) -> None:
    """One large file, `large.bin`."""
    opened = store(root)
    pointer = Pointer(sha256(content).hexdigest(), len(content))
    with opened.open(REPO) as repo, repo.lfs.receive(pointer) as upload:
        upload.write(content)
        upload.finish()
    _commit(opened, [AddLargeFile("large.bin", *pointer)])


def _commit(opened: Store, operations: Sequence[Operation]) -> None:
    request = CommitRequest("bench", "", None, tuple(operations))
    with opened.open(REPO) as repo:
        commit_to_ref(repo, opened.locks, "main", request, _WHO)
