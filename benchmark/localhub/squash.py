"""Super-squash: a branch becomes one commit, and what came before can no longer be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.localhub.commits import NewCommit, Signature, write_commit
from benchmark.localhub.objects import ObjectWriter
from benchmark.localhub.rewriting import Move, finish, rewrite

if TYPE_CHECKING:
    from dulwich.objects import ObjectID

    from benchmark.localhub.locks import Locks
    from benchmark.localhub.repository import Repository


def squash(
    repo: Repository, locks: Locks, revision: str, message: str, signature: Signature
) -> ObjectID:
    """Replace the history of a branch by one commit with the same files; returns it.

    Raises:
        HubError: 404 if there is no such branch or pull request, 400 for a tag or a commit id.
    """
    ref = repo.writable_ref(revision)
    with locks.hold(repo.git), ObjectWriter(repo.git / "objects") as writer:
        finish(repo)
        head = repo.head(ref)
        new = write_commit(writer, NewCommit(repo.root(head), [], message, signature))
        writer.sync()
        if new != head:
            rewrite(repo, [Move(ref, head, new)])
    return new
