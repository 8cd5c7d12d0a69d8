"""Reads and edits git trees."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, NamedTuple

from dulwich.objects import S_ISGITLINK, ObjectID, Tree

from benchmark.localhub import rawtree
from benchmark.localhub.problems import bad_request, entry_not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmark.localhub.rawtree import ReadRecords

    AddTree = Callable[[dict[bytes, bytes]], ObjectID]
    ReadTree = Callable[[ObjectID], Tree]

FILE_MODE = 0o100644
FOLDER_MODE = 0o040000


class Entry(NamedTuple):
    """One file or folder of a tree; `path` is the full path from the root."""

    path: str
    mode: int
    sha: ObjectID

    @property
    def is_folder(self) -> bool:
        """Whether this is a folder."""
        return stat.S_ISDIR(self.mode)


def entries(
    read: ReadTree, root: ObjectID, *, prefix: str, recursive: bool, folders_first: bool = False
) -> Iterator[Entry]:
    """What is in a folder, in git's order, folders before what is in them; no submodules.

    Git sorts files and folders together; `folders_first` lists the folders before the files.
    """
    items = read(root).items()
    if folders_first:
        items.sort(key=lambda item: not stat.S_ISDIR(item.mode))
    for item in items:
        if S_ISGITLINK(item.mode):
            continue
        path = prefix + item.path.decode(errors="replace")
        entry = Entry(path, item.mode, item.sha)
        yield entry
        if recursive and entry.is_folder:
            yield from entries(
                read,
                item.sha,
                prefix=f"{path}/",
                recursive=True,
                folders_first=folders_first,
            )


def find(read: ReadTree, root: ObjectID, path: str) -> Entry | None:
    """The entry at `path`, None if there is none; the root itself for an empty path."""
    entry = Entry("", FOLDER_MODE, root)
    for segment in path.split("/") if path else ():
        if not entry.is_folder:
            return None
        try:
            mode, sha = read(entry.sha)[segment.encode(errors="replace")]
        except KeyError:
            return None
        entry = Entry(path, mode, sha)
    return None if S_ISGITLINK(entry.mode) else entry


class _Folder:
    """A folder being edited; only what is touched is read."""

    def __init__(self, read: ReadRecords, sha: ObjectID | None) -> None:
        self.items: dict[bytes, bytes | _Folder] = {}
        if sha is not None:
            self.items.update(read(sha))


class TreeEditor:
    """Edits a tree path by path and writes only the folders that were touched."""

    def __init__(self, read: ReadRecords, root: ObjectID | None) -> None:
        self._read = read
        self._root = _Folder(read, root)

    def put(self, path: str, mode: int, sha: ObjectID) -> None:
        """Add or replace a file.

        Raises:
            HubError: 400 if a file is in the way of a folder or a folder in the way of the file.
        """
        *folders, name = path.encode().split(b"/")
        folder = self._root
        for segment in folders:
            step = self._enter(folder, segment, create=True)
            if step is None:
                raise bad_request(f"{path}: a file is in the way of a folder")
            folder = step
        if _is_folder(folder.items.get(name)):
            raise bad_request(f"{path}: a folder is in the way of the file")
        folder.items[name] = rawtree.record(mode, name, sha)

    def delete(self, path: str, *, is_folder: bool) -> None:
        """Remove a file or a whole folder, which need not be called one.

        Raises:
            HubError: 404 if there is no such file or folder.
        """
        *folders, name = path.encode().split(b"/")
        trail = [self._root]
        for segment in folders:
            step = self._enter(trail[-1], segment, create=False)
            if step is None:
                raise entry_not_found(path)
            trail.append(step)
        item = trail[-1].items.get(name)
        if item is None or (is_folder and not _is_folder(item)):
            raise entry_not_found(path)
        del trail[-1].items[name]
        _drop_empty(trail, folders)

    def write(self, add: AddTree) -> ObjectID:
        """Write the edited tree, folder by folder as records by name, and return its id."""
        return _write(self._root, add)

    def _enter(self, folder: _Folder, name: bytes, *, create: bool) -> _Folder | None:
        item = folder.items.get(name)
        if isinstance(item, _Folder):
            return item
        if item is None:
            if not create:
                return None
            child = _Folder(self._read, None)
        elif rawtree.is_folder(item):
            child = _Folder(self._read, rawtree.sha_of(item))
        else:
            return None
        folder.items[name] = child
        return child


def _is_folder(item: bytes | _Folder | None) -> bool:
    if isinstance(item, _Folder):
        return True
    return item is not None and rawtree.is_folder(item)


def _drop_empty(trail: list[_Folder], names: list[bytes]) -> None:
    """Git keeps no empty folders."""
    for parent, child, name in zip(trail[-2::-1], trail[:0:-1], reversed(names), strict=True):
        if child.items:
            return
        del parent.items[name]


def _write(folder: _Folder, add: AddTree) -> ObjectID:
    items = {
        name: rawtree.record(FOLDER_MODE, name, _write(item, add))
        if isinstance(item, _Folder)
        else item
        for name, item in folder.items.items()
    }
    return add(items)
