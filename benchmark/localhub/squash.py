"""Super-squash: a branch becomes one commit, and what came before can no longer be asked for.

The dropped commits are written down before the branch moves, so that whoever knows an id does not
get them while their objects wait for `git gc`. What another branch, a tag or a pull request still
needs stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.localhub.commits import NewCommit, Signature, write_commit
from benchmark.localhub.dropped import drop
from benchmark.localhub.objects import ObjectWriter
from benchmark.localhub.refs import BRANCHES, PULLS, TAGS, list_refs, write_ref

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
        head = repo.head(ref)
        new = write_commit(writer, NewCommit(repo.root(head), [], message, signature))
        writer.sync()
        drop(repo.git, set(repo.history(head)) - {new} - _still_needed(repo, ref))
        write_ref(repo.git, ref, new)
    return new


def _still_needed(repo: Repository, squashed: str) -> set[ObjectID]:
    needed: set[ObjectID] = set()
    for kind in (BRANCHES, TAGS, PULLS):
        for name in list_refs(repo.git, kind):
            if kind + name != squashed:
                needed.update(repo.history(repo.resolve(kind + name)))
    return needed
