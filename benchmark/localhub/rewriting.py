"""Moves refs onto another history and forgets the old one, to the end also if the hub is killed.

What is to be done is written down first. No commit is forgotten before the refs have moved, for
until then they need it; what another branch, a tag or a pull request needs stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dulwich.objects import ObjectID

from benchmark.localhub.dropped import drop
from benchmark.localhub.durable import publish_file, sync
from benchmark.localhub.problems import HubError
from benchmark.localhub.refs import BRANCHES, PULLS, TAGS, list_refs, write_ref

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmark.localhub.locks import Locks
    from benchmark.localhub.repository import Repository


class Move(NamedTuple):
    """A ref, the commit where it is, and the one where it is to be; their objects are durable."""

    ref: str
    old: ObjectID
    new: ObjectID


def rewrite(repo: Repository, moves: Sequence[Move]) -> None:
    """Do it; the caller holds the repository's lock, under which `finish` was called before."""
    lines = [b"%b %b %b\n" % (move.ref.encode(), move.old, move.new) for move in moves]
    publish_file(_file(repo), b"".join(lines))
    sync(_file(repo).parent)
    finish(repo)


def finish(repo: Repository) -> None:
    """Do the rest of what was killed; the caller holds the repository's lock."""
    moves = _moves(repo)
    if moves is None:
        return
    for move in moves:
        if _is_at(repo, move.ref, move.old):
            write_ref(repo.git, move.ref, move.new)
    old = {sha for move in moves for sha in repo.history(move.old)}
    drop(repo.git, old - _still_needed(repo))
    _file(repo).unlink()
    sync(_file(repo).parent)


def finish_if_killed(repo: Repository, locks: Locks) -> None:
    """The same, where there is something to do."""
    if _file(repo).exists():
        with locks.hold(repo.git):
            finish(repo)


def _moves(repo: Repository) -> list[Move] | None:
    try:
        lines = [line.split() for line in _file(repo).read_bytes().splitlines()]
    except FileNotFoundError:
        return None
    return [Move(ref.decode(), ObjectID(old), ObjectID(new)) for ref, old, new in lines]


def _is_at(repo: Repository, ref: str, commit: ObjectID) -> bool:
    try:
        return repo.resolve(ref) == commit
    except HubError:
        return False


def _file(repo: Repository) -> Path:
    return repo.git / "hub" / "rewriting"


def _still_needed(repo: Repository) -> set[ObjectID]:
    needed: set[ObjectID] = set()
    for kind in (BRANCHES, TAGS, PULLS):
        for name in list_refs(repo.git, kind):
            needed.update(repo.history(repo.resolve(kind + name)))
    return needed
