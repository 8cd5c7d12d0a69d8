"""Branches, tags and pull requests of one bare repository.

Reading needs no lock: a ref file is replaced atomically. Writing happens only under the
repository's lock, which makes read-compare-write one step for every process on the same root.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dulwich.objects import ObjectID
from dulwich.refs import DiskRefsContainer, Ref

from benchmark.localhub.durable import make_folders, sync
from benchmark.localhub.gitlock import replace_locked

if TYPE_CHECKING:
    from pathlib import Path

BRANCHES = "refs/heads/"
TAGS = "refs/tags/"
PULLS = "refs/pr/"


def read_ref(git: Path, name: str) -> ObjectID | None:
    """The object that `name` points to, None if there is no such ref."""
    refs = DiskRefsContainer(git)
    ref = Ref(name.encode(errors="replace"))
    value = refs.read_loose_ref(ref) or refs.get_packed_refs().get(ref)
    return ObjectID(value) if value else None


def list_refs(git: Path, prefix: str) -> dict[str, ObjectID]:
    """Every ref below `prefix`, by its name without the prefix."""
    refs = DiskRefsContainer(git)
    found = {}
    for name in refs.subkeys(Ref(prefix.encode())):
        value = read_ref(git, prefix + name.decode())
        if value is not None:
            found[name.decode()] = value
    return found


def write_ref(git: Path, name: str, sha: ObjectID) -> None:
    """Point `name` to `sha`, durably; the caller holds the repository's lock.

    Raises:
        HubError: 409 if git keeps its lock of this ref.
    """
    path = git / name
    make_folders(path.parent)
    replace_locked(git, path, lambda: sha + b"\n")


def delete_ref(git: Path, name: str) -> None:
    """Remove `name`, durably; the caller holds the repository's lock.

    Not by dulwich: killed, it leaves a file `NAME.lock` with which no later deletion succeeds
    (1.2, `DiskRefsContainer.remove_if_equals`).

    Raises:
        HubError: 409 if git is packing the refs.
    """
    _forget_packed(git, name.encode())
    folder = (git / name).parent
    (git / name).unlink(missing_ok=True)
    # An empty folder would be in the way of a branch of its name.
    with suppress(OSError):
        while folder not in {git / BRANCHES, git / TAGS, git / PULLS}:
            folder.rmdir()
            folder = folder.parent
    if folder.exists():
        sync(folder)


def _forget_packed(git: Path, name: bytes) -> None:
    """Take a name from the refs that `git gc` has packed."""
    packed = git / "packed-refs"
    if Ref(name) in DiskRefsContainer(git).get_packed_refs():
        replace_locked(git, packed, lambda: _without(packed.read_bytes(), name))


def _without(packed: bytes, name: bytes) -> bytes:
    """The lines of packed refs without a name, and without the peeled id below it."""
    kept, is_kept = [], True
    for line in packed.splitlines(keepends=True):
        if not line.startswith(b"^"):
            is_kept = line.rstrip(b"\n").partition(b" ")[2] != name
        if is_kept:
            kept.append(line)
    return b"".join(kept)
