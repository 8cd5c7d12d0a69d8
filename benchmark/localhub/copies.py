"""A dataset with all its history under another name, without another copy of its content.

Git objects and large files never change, so both datasets have links to the same ones where the
file system knows links. Discussions, pull requests and what uploads by Xet left stay behind.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from benchmark.localhub.durable import link_or_copy, make_folders, publish_file, sync
from benchmark.localhub.refs import BRANCHES, TAGS, list_refs, write_ref

if TYPE_CHECKING:
    from pathlib import Path

_SMALL = ("HEAD", "config", "hub/dropped")


def copy_repository(git: Path, new: Path) -> None:
    """Copy a repository into a folder that nobody knows yet; the caller holds the lock of `git`."""
    for name in _SMALL:
        if (git / name).exists():
            make_folders((new / name).parent)
            publish_file(new / name, (git / name).read_bytes())
            sync((new / name).parent)
    _link(git / "lfs" / "objects", new / "lfs" / "objects")
    # Loose objects first: one that is packed meanwhile is in a pack when packs are looked at.
    _link(git / "objects", new / "objects", without="pack")
    _link(git / "objects" / "pack", new / "objects" / "pack")
    for kind in (BRANCHES, TAGS):
        for name, sha in list_refs(git, kind).items():
            write_ref(new, kind + name, sha)


def _link(source: Path, target: Path, *, without: str = "") -> None:
    """The same files below another folder, durably; not what is being written."""
    make_folders(target)
    for path in source.iterdir():
        if path.is_dir():
            if path.name != without:
                _link(path, target / path.name)
        elif not path.name.startswith((".tmp-", "tmp_")):
            with suppress(FileNotFoundError):
                link_or_copy(path, target / path.name)
    sync(target)
