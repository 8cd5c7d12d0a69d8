"""Applies a commit: compare, write, sync, swap. Nothing is acknowledged before it is durable.

The order is what makes a crash harmless: objects first (unreachable until the end), then the ref,
by an atomic rename. Whenever the process dies, the ref names a complete commit, the old or the new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dulwich.objects import Blob, Commit, ObjectID

from benchmark.localhub import rawtree
from benchmark.localhub.lfs import Pointer
from benchmark.localhub.objects import ObjectWriter
from benchmark.localhub.operations import AddFile, AddLargeFile, Delete
from benchmark.localhub.problems import bad_request, stale_parent
from benchmark.localhub.refs import write_ref
from benchmark.localhub.trees import FILE_MODE, TreeEditor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmark.localhub.locks import Locks
    from benchmark.localhub.operations import CommitRequest, Operation
    from benchmark.localhub.repository import Repository


class Signature(NamedTuple):
    """Who and when (Unix time)."""

    user: str
    time: float


class Staged(NamedTuple):
    """The change of one path, its content already written."""

    path: str
    blob: ObjectID | None
    is_folder: bool


class NewCommit(NamedTuple):
    """What a commit object is made of."""

    tree: ObjectID
    parents: list[ObjectID]
    message: str
    signature: Signature


def commit_to_ref(
    repo: Repository, locks: Locks, revision: str, request: CommitRequest, signature: Signature
) -> ObjectID:
    """Commit on a branch or a pull request if its head is still the named parent.

    Returns:
        The new head, durable.

    Raises:
        HubError: 412 if the head is another, 404 or 400 if the change cannot apply; in every case
            the ref is untouched.
    """
    with ObjectWriter(repo.git / "objects") as writer:
        ref = repo.writable_ref(revision)
        # A head that has moved does not come back, so nothing is written for nothing.
        _check_parent(repo.head(ref), request)
        staged = stage(repo, writer, request.operations)
        with locks.hold(repo.git):
            head = repo.head(ref)
            _check_parent(head, request)
            new = build(repo, writer, head, staged, (request.message, signature))
            writer.sync()
            write_ref(repo.git, ref, new)
    return new


def _check_parent(head: ObjectID, request: CommitRequest) -> None:
    if request.parent and not head.decode().startswith(request.parent):
        raise stale_parent()


def stage(repo: Repository, writer: ObjectWriter, operations: Sequence[Operation]) -> list[Staged]:
    """Write the contents of a commit; they don't depend on the head, so no lock is needed."""
    return [_stage(repo, writer, operation) for operation in operations]


def build(
    repo: Repository,
    writer: ObjectWriter,
    parent: ObjectID,
    staged: Sequence[Staged],
    text: tuple[str, Signature],
) -> ObjectID:
    """Write the trees and the commit that put the staged changes on top of `parent`."""
    editor = TreeEditor(repo.records, repo.root(parent))
    for change in staged:
        if change.blob is None:
            editor.delete(change.path, is_folder=change.is_folder)
        else:
            editor.put(change.path, FILE_MODE, change.blob)
    message, signature = text
    tree = editor.write(lambda records: repo.add_tree(writer, records))
    return write_commit(writer, NewCommit(tree, [parent], message, signature))


def write_commit(writer: ObjectWriter, new: NewCommit) -> ObjectID:
    """Write a commit object."""
    user, moment = new.signature
    item = Commit()
    item.tree = new.tree
    item.parents = new.parents
    item.author = item.committer = f"{user} <{user}@localhub>".encode()
    # Git knows no time before 1970, whatever a clock says.
    item.author_time = item.commit_time = max(0, int(moment))
    item.author_timezone = item.commit_timezone = 0
    item.encoding = b"UTF-8"
    item.message = new.message.encode()
    return writer.add(item)


def initial_commit(git: Path, files: dict[str, bytes], signature: Signature) -> ObjectID:
    """Write the first commit of a new repository."""
    with ObjectWriter(git / "objects") as writer:
        editor = TreeEditor(_no_trees, None)
        for path, content in files.items():
            editor.put(path, FILE_MODE, writer.add(Blob.from_string(content)))
        tree = editor.write(lambda records: writer.add_tree(rawtree.joined(records)))
        new = NewCommit(tree, [], "initial commit", signature)
        sha = write_commit(writer, new)
        writer.sync()
    return sha


def _no_trees(sha: ObjectID) -> dict[bytes, bytes]:
    raise KeyError(sha)


def _stage(repo: Repository, writer: ObjectWriter, operation: Operation) -> Staged:
    if isinstance(operation, Delete):
        return Staged(operation.path, None, operation.is_folder)
    if isinstance(operation, AddFile):
        content = operation.content
    else:
        content = _pointer(repo, operation).text()
    return Staged(operation.path, writer.add(Blob.from_string(content)), is_folder=False)


def _pointer(repo: Repository, operation: AddLargeFile) -> Pointer:
    size = repo.lfs.size(operation.oid)
    if size is None or operation.size not in {None, size}:
        raise bad_request(f"{operation.path}: its LFS object was not uploaded")
    return Pointer(operation.oid, size)
