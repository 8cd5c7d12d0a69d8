"""Large files of a whole history: which there are, and how to delete some of them for good.

A deletion writes the new history first, then moves the refs, then forgets the old one, and removes
the content last. Killed in between, it is finished by asking for it again.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple, cast

from dulwich.objects import ObjectID

from benchmark.localhub import rawtree
from benchmark.localhub.durable import sync
from benchmark.localhub.objects import ObjectWriter
from benchmark.localhub.pulls import follow
from benchmark.localhub.refs import BRANCHES, PULLS, TAGS, list_refs
from benchmark.localhub.rewriting import Move, finish
from benchmark.localhub.rewriting import rewrite as move_refs
from benchmark.localhub.store import MAIN, gone_folder
from benchmark.localhub.trees import FOLDER_MODE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from dulwich.objects import Commit

    from benchmark.localhub.lfs import Pointer
    from benchmark.localhub.locks import Locks
    from benchmark.localhub.repository import Repository


class Found(NamedTuple):
    """A large file; `ref`, `path` and `pushed` (Unix time) are of the first commit that has it."""

    pointer: Pointer
    ref: str
    path: str
    pushed: float


def large_files(repo: Repository) -> list[Found]:
    """Every large file that a branch, a tag or a pull request has or had."""
    found: dict[str, Found] = {}
    seen: set[ObjectID] = set()
    for ref, head in _heads(repo).items():
        for sha in reversed(repo.history(head)):
            commit = repo.commit(sha)
            for path, pointer in _pointers(repo, ObjectID(commit.tree), seen):
                new = Found(pointer, ref, path, commit.commit_time)
                found.setdefault(pointer.oid, new)
    return list(found.values())


def purge(repo: Repository, locks: Locks, oids: Collection[str], *, rewrite: bool) -> None:
    """Delete the content of these large files; with `rewrite` also every file that was one of them.

    What a client may have kept for uploads by Xet goes too: chunks of other files may lie there.
    """
    with locks.hold(repo.git):
        finish(repo)
        if rewrite:
            _rewrite(repo, oids)
        for oid in oids:
            path = repo.lfs.path(oid)
            if path.exists():
                path.unlink()
                sync(path.parent)
        _forget_uploads(repo)


def _heads(repo: Repository) -> dict[str, ObjectID]:
    """Every ref and its commit, `main` first."""
    names = [kind + name for kind in (BRANCHES, TAGS, PULLS) for name in list_refs(repo.git, kind)]
    names.sort(key=lambda name: name != BRANCHES + MAIN)
    return {name: repo.resolve(name) for name in names}


def _pointers(
    repo: Repository, tree: ObjectID, seen: set[ObjectID], prefix: str = ""
) -> Iterator[tuple[str, Pointer]]:
    """The large files of a tree, without folders and files that were seen before."""
    if tree in seen:
        return
    seen.add(tree)
    for name, item in rawtree.records(repo.raw_tree(tree)).items():
        sha, path = rawtree.sha_of(item), prefix + name.decode(errors="replace")
        if rawtree.is_folder(item):
            yield from _pointers(repo, sha, seen, f"{path}/")
        elif sha not in seen and not rawtree.is_submodule(item):
            seen.add(sha)
            pointer = repo.pointer(sha)
            if pointer:
                yield path, pointer


def _rewrite(repo: Repository, oids: Collection[str]) -> None:
    heads = _heads(repo)
    with ObjectWriter(repo.git / "objects") as writer:
        history = _History(repo, writer, oids)
        new = {ref: history.rewritten(head) for ref, head in heads.items()}
        writer.sync()
    changed = {old: sha for old, sha in history.commits.items() if old != sha}
    moves = [Move(ref, heads[ref], sha) for ref, sha in new.items() if sha != heads[ref]]
    if moves:
        move_refs(repo, moves)
    follow(repo, changed)


class _History:
    """Commits without some large files; what has none of them stays as it is."""

    def __init__(self, repo: Repository, writer: ObjectWriter, oids: Collection[str]) -> None:
        self.commits: dict[ObjectID, ObjectID] = {}
        self._repo = repo
        self._writer = writer
        self._oids = frozenset(oids)
        self._trees: dict[ObjectID, ObjectID | None] = {}
        self._blobs: dict[ObjectID, bool] = {}

    def rewritten(self, head: ObjectID) -> ObjectID:
        """The commit in place of this one; no recursion, for a history may be long."""
        pending = [head]
        while pending:
            commit = self._repo.commit(pending[-1])
            parents = [ObjectID(parent) for parent in commit.parents]
            missing = [parent for parent in parents if parent not in self.commits]
            if missing:
                pending += missing
            else:
                sha = pending.pop()
                self.commits[sha] = self._commit(commit, [self.commits[item] for item in parents])
        return self.commits[head]

    def _commit(self, commit: Commit, parents: list[ObjectID]) -> ObjectID:
        tree = self._tree(ObjectID(commit.tree)) or self._writer.add_tree(b"")
        if tree == commit.tree and parents == commit.parents:
            return commit.id
        new = cast("Commit", commit.copy())
        new.tree, new.parents = tree, parents
        return self._writer.add(new)

    def _tree(self, sha: ObjectID) -> ObjectID | None:
        """The tree in place of this one, None if nothing is left of it."""
        if sha not in self._trees:
            old = rawtree.records(self._repo.raw_tree(sha))
            kept = {name: self._record(name, item) for name, item in old.items()}
            new = {name: item for name, item in kept.items() if item}
            self._trees[sha] = sha if new == old else self._add(new)
        return self._trees[sha]

    def _add(self, items: dict[bytes, bytes]) -> ObjectID | None:
        return self._writer.add_tree(rawtree.joined(items)) if items else None

    def _record(self, name: bytes, item: bytes) -> bytes:
        """A file or folder as it stays; empty if it goes."""
        sha = rawtree.sha_of(item)
        if rawtree.is_folder(item):
            tree = self._tree(sha)
            return rawtree.record(FOLDER_MODE, name, tree) if tree else b""
        if rawtree.is_submodule(item):
            return item
        return b"" if self._goes(sha) else item

    def _goes(self, blob: ObjectID) -> bool:
        """Whether this is a pointer to what is deleted; most blobs are in many trees."""
        if blob not in self._blobs:
            pointer = self._repo.pointer(blob)
            self._blobs[blob] = pointer is not None and pointer.oid in self._oids
        return self._blobs[blob]


def _forget_uploads(repo: Repository) -> None:
    folder = repo.git / "xet"
    if folder.exists():
        gone = gone_folder(repo.git)
        folder.rename(gone)
        sync(repo.git)
        shutil.rmtree(gone, ignore_errors=True)
