"""Git trees as bytes: a folder of thousands of files is compared and edited without parsing it.

The form is `MODE NAME NUL SHA`, the sha in 20 bytes, one after the other
(https://git-scm.com/book/en/v2/Git-Internals-Git-Objects).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dulwich.objects import ObjectID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    ReadRecords = Callable[[ObjectID], Mapping[bytes, bytes]]

_RECORD = re.compile(rb"([0-7]+ ([^\0]+)\0.{20})", re.DOTALL)
_SHA_SIZE = 20
_FOLDERS = (b"40000 ", b"040000 ")
"""Some writers put a zero before it (https://git-scm.com/docs/git-fsck, zeroPaddedFilemode)."""
_SUBMODULE = b"160000 "


def records(data: bytes) -> dict[bytes, bytes]:
    """The records of a tree by name, in their order.

    Raises:
        ValueError: if this is no tree.
    """
    found = {name: record for record, name in _RECORD.findall(data)}
    if sum(map(len, found.values())) != len(data):
        raise ValueError("not a git tree")
    return found


def record(mode: int, name: bytes, sha: ObjectID) -> bytes:
    """One record."""
    return b"%o %b\0%b" % (mode, name, bytes.fromhex(sha.decode()))


def joined(found: Mapping[bytes, bytes]) -> bytes:
    """The tree that has these records."""
    # Git sorts a folder as if its name ended with a slash. No call for each of thousands of names.
    keyed = {
        name + b"/" if item.startswith(_FOLDERS) else name: item for name, item in found.items()
    }
    return b"".join(map(keyed.__getitem__, sorted(keyed)))


def is_folder(item: bytes) -> bool:
    """Whether a record is a folder's."""
    return item.startswith(_FOLDERS)


def is_submodule(item: bytes) -> bool:
    """Whether a record is a submodule's."""
    return item.startswith(_SUBMODULE)


def sha_of(item: bytes) -> ObjectID:
    """The id that a record has."""
    return ObjectID(item[-_SHA_SIZE:].hex().encode())


def changed(
    read: ReadRecords, old: ObjectID | None, new: ObjectID, prefix: str = ""
) -> Iterator[str]:
    """Every path of the new tree, folders too, that the old one has not or has otherwise.

    Only folders that differ are read.
    """
    before = read(old) if old else {}
    for name, item in read(new).items():
        if before.get(name) == item or is_submodule(item):
            continue
        path = prefix + name.decode(errors="replace")
        yield path
        if is_folder(item):
            earlier = before.get(name)
            below = sha_of(earlier) if earlier and is_folder(earlier) else None
            yield from changed(read, below, sha_of(item), f"{path}/")
