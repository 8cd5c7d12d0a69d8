"""Packs loose git objects while the hub goes on serving, as `git gc` does, which may run as well.

A commit leaves a few small files; packed, thousands of them are one. The pack is on stable
storage under its name before the loose files go, so whoever reads finds an object here or there.
"""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from dulwich.object_format import DEFAULT_OBJECT_FORMAT
from dulwich.object_store import DiskObjectStore
from dulwich.objects import ObjectID
from dulwich.pack import full_unpacked_object, write_pack_data, write_pack_index

from benchmark.localhub.durable import sync, sync_all

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dulwich.pack import UnpackedObject

MOST_LOOSE = 6700
"""As many as git has before `git gc --auto` packs them (https://git-scm.com/docs/git-gc)."""
_FOLDER = re.compile(r"[0-9a-f]{2}")
_SAMPLE = "17"
_FOLDERS = 256


def needs_packing(git: Path) -> bool:
    """Whether there are many loose objects, judged by one of their folders, as git judges."""
    return _count(git / "objects" / _SAMPLE) * _FOLDERS >= MOST_LOOSE


def pack_loose(git: Path) -> int:
    """Put every loose object of a repository into one new pack, durably; returns how many."""
    objects = git / "objects"
    loose = {path: ObjectID(f"{path.parent.name}{path.name}".encode()) for path in _loose(objects)}
    if loose:
        _write_pack(objects, sorted(set(loose.values())))
    for path in loose:
        path.unlink(missing_ok=True)
    return len(loose)


def remove_abandoned(git: Path, *, before: float) -> None:
    """Remove what killed writes left, if it is older than a Unix time."""
    objects = git / "objects"
    left = [*objects.glob("tmp_obj_*"), *objects.glob("pack/tmp_*_*"), *git.glob("hub/.tmp-*")]
    for path in left:
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()


def _write_pack(objects: Path, shas: list[ObjectID]) -> None:
    # By their ends whoever reads would take them for finished.
    name = secrets.token_hex(8)
    pack, index = objects / "pack" / f"tmp_pack_{name}", objects / "pack" / f"tmp_idx_{name}"
    try:
        with pack.open("wb") as file:
            entries, checksum = write_pack_data(
                file, _unpacked(objects, shas), DEFAULT_OBJECT_FORMAT, num_records=len(shas)
            )
        with index.open("wb") as file:
            places = sorted((sha, offset, crc) for sha, (offset, crc) in entries.items())
            write_pack_index(file, places, checksum)
        sync_all([pack, index])
        # With its index a pack is there: the index comes last.
        pack.replace(objects / "pack" / f"pack-{checksum.hex()}.pack")
        index.replace(objects / "pack" / f"pack-{checksum.hex()}.idx")
        sync(objects / "pack")
    finally:
        pack.unlink(missing_ok=True)
        index.unlink(missing_ok=True)


def _unpacked(objects: Path, shas: list[ObjectID]) -> Iterator[UnpackedObject]:
    store = DiskObjectStore(objects)
    try:
        for sha in shas:
            yield full_unpacked_object(store[sha])
    finally:
        store.close()


def _loose(objects: Path) -> Iterator[Path]:
    for folder in objects.iterdir():
        if _FOLDER.fullmatch(folder.name):
            yield from folder.iterdir()


def _count(folder: Path) -> int:
    try:
        return sum(1 for _ in folder.iterdir())
    except FileNotFoundError:
        return 0
