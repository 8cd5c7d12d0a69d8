"""Super-squash: a branch becomes one commit, and what came before can no longer be asked for.

What is to be done is written down first and done to the end later if the hub is killed: until the
branch has moved nothing is forgotten, for the branch still needs it. What another branch, a tag or
a pull request needs stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dulwich.objects import ObjectID

from benchmark.localhub.commits import NewCommit, Signature, write_commit
from benchmark.localhub.dropped import drop
from benchmark.localhub.durable import publish_file, sync
from benchmark.localhub.objects import ObjectWriter
from benchmark.localhub.refs import BRANCHES, PULLS, TAGS, list_refs, read_ref, write_ref

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.localhub.locks import Locks
    from benchmark.localhub.repository import Repository


class _Plan(NamedTuple):
    """The ref that is squashed, from which commit, to which."""

    ref: str
    old: ObjectID
    new: ObjectID


def squash(
    repo: Repository, locks: Locks, revision: str, message: str, signature: Signature
) -> ObjectID:
    """Replace the history of a branch by one commit with the same files; returns it.

    Raises:
        HubError: 404 if there is no such branch or pull request, 400 for a tag or a commit id.
    """
    ref = repo.writable_ref(revision)
    with locks.hold(repo.git), ObjectWriter(repo.git / "objects") as writer:
        _finish(repo)
        head = repo.head(ref)
        new = write_commit(writer, NewCommit(repo.root(head), [], message, signature))
        writer.sync()
        if new != head:
            publish_file(_file(repo), b"%b %b %b" % (ref.encode(), head, new))
            sync(_file(repo).parent)
            write_ref(repo.git, ref, new)
            _finish(repo)
    return new


def finish_squash(repo: Repository, locks: Locks) -> None:
    """Do the rest of a squash that was killed."""
    if _file(repo).exists():
        with locks.hold(repo.git):
            _finish(repo)


def _finish(repo: Repository) -> None:
    plan = _plan(repo)
    if plan is None:
        return
    head = read_ref(repo.git, plan.ref)
    if head is None or plan.new in repo.history(head):
        drop(repo.git, set(repo.history(plan.old)) - {plan.new} - _still_needed(repo))
    _file(repo).unlink()
    sync(_file(repo).parent)


def _plan(repo: Repository) -> _Plan | None:
    try:
        ref, old, new = _file(repo).read_bytes().split()
    except FileNotFoundError:
        return None
    return _Plan(ref.decode(), ObjectID(old), ObjectID(new))


def _file(repo: Repository) -> Path:
    return repo.git / "hub" / "squashing"


def _still_needed(repo: Repository) -> set[ObjectID]:
    needed: set[ObjectID] = set()
    for kind in (BRANCHES, TAGS, PULLS):
        for name in list_refs(repo.git, kind):
            needed.update(repo.history(repo.resolve(kind + name)))
    return needed
