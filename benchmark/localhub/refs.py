"""Branches, tags and pull requests of one bare repository.

Reading needs no lock: a ref file is replaced atomically. Writing happens only under the
repository's lock, which makes read-compare-write one step for every process on the same root.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dulwich.objects import ObjectID
from dulwich.refs import DiskRefsContainer, Ref

from benchmark.canonical import write_atomic
from benchmark.localhub.durable import make_folders, sync

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
    """Point `name` to `sha`, durably; the caller holds the repository's lock."""
    path = git / name
    make_folders(path.parent)
    write_atomic(path, sha + b"\n")


def delete_ref(git: Path, name: str) -> None:
    """Remove `name`, durably; the caller holds the repository's lock."""
    DiskRefsContainer(git).remove_if_equals(Ref(name.encode()), None)
    for folder in ((git / name).parent, git):
        if folder.exists():
            sync(folder)
