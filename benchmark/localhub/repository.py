"""One dataset: a bare git repository, open for the length of one request."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from dulwich.objects import Blob, Commit, ObjectID, ShaFile, Tag, Tree
from dulwich.walk import Walker

from benchmark.localhub import rawtree, refs, trees
from benchmark.localhub.dropped import is_dropped
from benchmark.localhub.known_trees import KnownTrees
from benchmark.localhub.lastcommit import LastChanges
from benchmark.localhub.lfs import LONGEST_POINTER, LfsStore, Pointer, parse_pointer
from benchmark.localhub.objects import ObjectReader
from benchmark.localhub.problems import (
    bad_request,
    entry_not_found,
    repo_not_found,
    revision_not_found,
)
from benchmark.localhub.xet.store import XetStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from dulwich.walk import WalkEntry
    from typing_extensions import Self

    from benchmark.localhub.objects import ObjectWriter

_SHA = re.compile(r"[0-9a-fA-F]{5,40}")
_REVISION = re.compile(r"[!-.0-\[\]-~][!-\[\]-~]{0,219}")
_FULL_SHA = 40
_MOST_REMEMBERED = 100_000
_MOST_WALKS = 8
_Fact = TypeVar("_Fact")


def _unchecked() -> None:
    return None


class BlobFacts(NamedTuple):
    """What a listing says about a blob; a pure function of its content, so it can be cached."""

    size: int
    pointer: Pointer | None


class Memory:
    """Facts about immutable objects, kept between requests."""

    def __init__(self) -> None:
        self._blobs: dict[ObjectID, BlobFacts] = {}
        self._histories: dict[ObjectID, list[ObjectID]] = {}
        self._changes: dict[ObjectID, LastChanges] = {}
        self._guard = threading.Lock()
        self.trees = KnownTrees()

    def blob(self, repo: Repository, sha: ObjectID) -> BlobFacts:
        """Size and pointer of a blob."""
        facts = self._blobs.get(sha)
        if facts is None:
            content = repo.blob(sha)
            facts = BlobFacts(len(content), parse_pointer(content[: LONGEST_POINTER + 1]))
            _remember(self._blobs, sha, facts, limit=_MOST_REMEMBERED)
        return facts

    def history(self, repo: Repository, sha: ObjectID) -> list[ObjectID]:
        """A commit and its ancestors, newest first."""
        found = self._histories.get(sha)
        if found is None:
            found = [entry.commit.id for entry in repo.walk(sha)]
            _remember(self._histories, sha, found, limit=16)
        return found

    def last_changes(
        self, repo: Repository, head: ObjectID, paths: Iterable[str]
    ) -> dict[str, ObjectID]:
        """For each path at `head` the commit that gave it its content."""
        with self._guard:
            walk = self._changes.pop(head, None) or LastChanges(head)
            self._changes[head] = walk
            earlier = list(self._changes.values())
            for old in list(self._changes)[:-_MOST_WALKS]:
                del self._changes[old]
        return walk.of(repo, paths, earlier)


class Repository:
    """Reads one repository; every read is at an explicit commit or tree.

    `check` is called before each object is read: it raises where nobody waits for the rest.
    """

    def __init__(
        self, name: str, git: Path, memory: Memory, check: Callable[[], None] = _unchecked
    ) -> None:
        self.name = name
        self.git = git
        self.objects = ObjectReader(git / "objects")
        self.lfs = LfsStore(git / "lfs" / "objects")
        self.xet = XetStore(git / "xet", self.lfs)
        self._memory = memory
        self._identity = _identity(git)
        self.check = check

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.objects.close()
        if error is not None and _identity(self.git) != self._identity:
            # What it stumbled over is that somebody deleted or moved the dataset meanwhile.
            raise repo_not_found() from None

    @property
    def is_private(self) -> bool:
        """Whether only those who have a token may read it."""
        return private_mark(self.git).exists()

    def resolve(self, revision: str) -> ObjectID:
        """The commit that a branch, `refs/…`, a tag or a full or short commit id means.

        Raises:
            HubError: 404 RevisionNotFound if it means none.
        """
        for name in _candidates(revision):
            value = refs.read_ref(self.git, name)
            if value is not None:
                return self._peel(value)
        if _SHA.fullmatch(revision):
            return self.commit_by_prefix(revision.lower())
        raise revision_not_found(revision)

    def commit_by_prefix(self, prefix: str) -> ObjectID:
        """The one commit whose id starts with these lowercase hexadecimal digits.

        Raises:
            HubError: 404 RevisionNotFound if there is none, or more than one.
        """
        if len(prefix) == _FULL_SHA:
            found = [ObjectID(prefix.encode())]
        else:
            found = list(self.objects.iter_prefix(prefix.encode()))
        commits = [sha for sha in found if self._is_commit(sha) and not is_dropped(self.git, sha)]
        if len(commits) != 1:
            raise revision_not_found(prefix)
        return commits[0]

    def writable_ref(self, revision: str) -> str:
        """The ref that a commit on `revision` moves: a branch or a pull request.

        Raises:
            HubError: 404 if there is none, 400 for a tag or a commit id.
        """
        name = self.movable_ref(revision)
        if name is None:
            self.resolve(revision)
            raise bad_request("A commit needs a branch or a pull request as its revision")
        return name

    def movable_ref(self, revision: str) -> str | None:
        """The branch or pull request that `revision` names, None if it names none."""
        for name in _candidates(revision):
            if not name.startswith(refs.TAGS) and refs.read_ref(self.git, name) is not None:
                return name
        return None

    def head(self, ref: str) -> ObjectID:
        """Where an existing ref points now."""
        value = refs.read_ref(self.git, ref)
        if value is None:
            raise revision_not_found(ref)
        return value

    def commit(self, sha: ObjectID) -> Commit:
        """A commit by its full id."""
        self.check()
        found = self.objects[sha]
        if not isinstance(found, Commit):
            raise revision_not_found(sha.decode())
        return found

    def tree(self, sha: ObjectID) -> Tree:
        """A tree by its id."""
        self.check()
        found = self.objects[sha]
        if not isinstance(found, Tree):
            raise TypeError(f"{sha.decode()} is no tree")
        return found

    def raw_tree(self, sha: ObjectID) -> bytes:
        """A tree by its id, as git keeps it."""
        self.check()
        kind, data = self.objects.get_raw(sha)
        if kind != Tree.type_num:
            raise TypeError(f"{sha.decode()} is no tree")
        return data

    def records(self, sha: ObjectID) -> Mapping[bytes, bytes]:
        """The records of a tree by name."""
        known = self._memory.trees.get(sha)
        if known is None:
            known = rawtree.records(self.raw_tree(sha))
            self._memory.trees.put(sha, known)
        return known

    def add_tree(self, writer: ObjectWriter, records: Mapping[bytes, bytes]) -> ObjectID:
        """Stage the tree of these records and return its id."""
        sha = writer.add_tree(rawtree.joined(records))
        self._memory.trees.put(sha, records)
        return sha

    def blob(self, sha: ObjectID) -> bytes:
        """The content of a blob."""
        self.check()
        found = self.objects[sha]
        if not isinstance(found, Blob):
            raise TypeError(f"{sha.decode()} is no blob")
        return found.data

    def root(self, commit: ObjectID) -> ObjectID:
        """The root tree of a commit."""
        return ObjectID(self.commit(commit).tree)

    def entry(self, commit: ObjectID, path: str) -> trees.Entry:
        """A file or folder at a commit.

        Raises:
            HubError: 404 EntryNotFound, with the commit.
        """
        found = trees.find(self.tree, self.root(commit), path)
        if found is None:
            raise entry_not_found(path, commit.decode())
        return found

    def files(self, commit: ObjectID) -> Iterator[trees.Entry]:
        """Every file at a commit."""
        listing = trees.entries(self.tree, self.root(commit), prefix="", recursive=True)
        return (entry for entry in listing if not entry.is_folder)

    def facts(self, blob: ObjectID) -> BlobFacts:
        """Size and pointer of a blob; a pointer to nothing is an ordinary file."""
        facts = self._memory.blob(self, blob)
        if facts.pointer is None or self.lfs.size(facts.pointer.oid) == facts.pointer.size:
            return facts
        return BlobFacts(facts.size, None)

    def pointer(self, blob: ObjectID) -> Pointer | None:
        """The pointer that a blob is, also where its content is missing."""
        return self._memory.blob(self, blob).pointer

    def content(self, blob: ObjectID) -> bytes:
        """The content of a file, of the large object if the blob points to one."""
        pointer = self.facts(blob).pointer
        return self.lfs.path(pointer.oid).read_bytes() if pointer else self.blob(blob)

    def history(self, commit: ObjectID) -> list[ObjectID]:
        """A commit and its ancestors, newest first."""
        return self._memory.history(self, commit)

    def walk(self, commit: ObjectID) -> Iterator[WalkEntry]:
        """A commit and its ancestors, newest first, as far as somebody waits for them."""
        for entry in Walker(self.objects, [commit]):
            self.check()
            yield entry

    def last_changes(self, head: ObjectID, paths: Iterable[str]) -> dict[str, ObjectID]:
        """For each path at `head` the commit that gave it its content."""
        return self._memory.last_changes(self, head, paths)

    def _peel(self, sha: ObjectID) -> ObjectID:
        found: ShaFile = self.objects[sha]
        while isinstance(found, Tag):
            found = self.objects[found.object[1]]
        return found.id

    def _is_commit(self, sha: ObjectID) -> bool:
        try:
            return isinstance(self.objects[sha], Commit)
        except KeyError:
            return False


def _identity(git: Path) -> tuple[int, int] | None:
    """What another dataset of the same name would not have; None if there is none."""
    try:
        status = (git / "HEAD").stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def private_mark(git: Path) -> Path:
    """The file that makes a dataset private."""
    return git / "hub" / "private"


def _candidates(revision: str) -> tuple[str, ...]:
    if ".." in revision or not _REVISION.fullmatch(revision):
        return ()
    if revision.startswith((refs.BRANCHES, refs.TAGS, refs.PULLS)):
        return (revision,)
    return (refs.BRANCHES + revision, refs.TAGS + revision)


def _remember(table: dict[ObjectID, _Fact], key: ObjectID, value: _Fact, *, limit: int) -> None:
    if len(table) >= limit:
        table.clear()
    table[key] = value
