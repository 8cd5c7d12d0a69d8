"""Writes git objects durably.

dulwich and git leave loose objects unsynced by default, and dulwich's `add_object` leaves a
`.lock` behind when it is killed, on which every later write of that object fails. Here an object
appears under its name only complete and synced; an interrupted write leaves a `tmp_obj_` file,
which `git gc` removes. Loose objects have the form of
https://git-scm.com/book/en/v2/Git-Internals-Git-Objects.
"""

from __future__ import annotations

import errno
import os
import secrets
import zlib
from hashlib import sha1
from pathlib import Path
from typing import TYPE_CHECKING

from dulwich.object_store import DiskObjectStore
from dulwich.objects import ObjectID, object_class

from benchmark.localhub.durable import sync_all, sync_names

if TYPE_CHECKING:
    from types import TracebackType

    from dulwich.objects import RawObjectID, ShaFile
    from typing_extensions import Self


_HEX_LENGTH = 40
_TRIES = 10


class ObjectReader(DiskObjectStore):
    """Reads objects, also while they move from loose files into a pack.

    What a commit needs was written last, so it is loose. dulwich takes every object apart that it
    reads, and looks in the packs first; what was packed in between it takes for missing
    (1.2, `PackBasedObjectStore.get_raw`).
    """

    def get_raw(self, name: RawObjectID | ObjectID) -> tuple[int, bytes]:
        """The type and content of an object."""
        found = self._get_loose(name)
        if found is not None:
            return found
        try:
            return super().get_raw(name)
        except KeyError:
            return super().get_raw(name)

    def _get_loose(self, name: RawObjectID | ObjectID) -> tuple[int, bytes] | None:
        """An object that is a file of its own; None for any other, and for a damaged one."""
        digits = name.decode() if len(name) == _HEX_LENGTH else name.hex()
        try:
            with Path(self.path, digits[:2], digits[2:]).open("rb") as file:
                header, _, content = zlib.decompress(file.read()).partition(b"\0")
        except (FileNotFoundError, zlib.error):
            return None
        kind = object_class(header.partition(b" ")[0])
        return None if kind is None else (kind.type_num, content)


class ObjectWriter:
    """Collects the objects of one commit; `sync` puts all of them on stable storage.

    What was not synced when the block ends is discarded.
    """

    def __init__(self, objects: Path) -> None:
        self._objects = objects
        self._staged: dict[Path, Path] = {}
        self._folders: set[Path] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for temporary in self._staged.values():
            temporary.unlink(missing_ok=True)

    def add(self, item: ShaFile) -> ObjectID:
        """Stage `item` if it isn't there and return its id."""
        return self._add(item.type_name, item.as_raw_string())

    def add_tree(self, content: bytes) -> ObjectID:
        """Stage a tree given as git keeps it.

        It is not compressed, for it is mostly hashes: with 2,000 files that would take as long as
        all the rest of a commit. Packing does so later.
        """
        return self._add(b"tree", content, level=0)

    def _add(self, kind: bytes, content: bytes, *, level: int = 1) -> ObjectID:
        data = kind + b" %d\0" % len(content) + content
        name = sha1(data, usedforsecurity=False).hexdigest()
        path = self._objects / name[:2] / name[2:]
        # Also for an object that is there: whoever wrote it may not have synced its name yet.
        self._folders.add(path.parent)
        if path not in self._staged and not _is_kept(path):
            temporary = self._objects / f"tmp_obj_{secrets.token_hex(8)}"
            self._staged[path] = temporary
            temporary.write_bytes(zlib.compress(data, level))
        return ObjectID(name.encode())

    def sync(self) -> None:
        """Make contents durable, then give them their names, then make the names durable."""
        sync_all(self._staged.values())
        for path, temporary in self._staged.items():
            if not any(_is_named(temporary, path) for _ in range(_TRIES)):
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        self._staged.clear()
        sync_names({*self._folders, self._objects})


def _is_named(temporary: Path, path: Path) -> bool:
    """Give an object its name; False if its folder went meanwhile: git removes empty ones."""
    path.parent.mkdir(exist_ok=True)
    try:
        temporary.replace(path)
    except FileNotFoundError:
        return False
    return True


def _is_kept(path: Path) -> bool:
    """Whether the object is there, which makes it young: `git gc` removes old unused ones."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True
