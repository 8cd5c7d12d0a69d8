"""What uploads left that never came to their end is removed, and nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from benchmark.localhub.store import Store
from benchmark.localhub.xet.entries import unpack
from benchmark.localhub.xet.files import FileStore, KnownFile
from tests.localhub.wire import REPO
from tests.localhub.xet.wire import Client, File, Part, file_of, xorb_hash

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from benchmark.localhub.testing import RunningHub

OLD, NOW = [b"old" * 3000, b"older" * 2000], [b"now" * 3000, b"and now" * 2000]


def swept(hub: RunningHub) -> set[str]:
    """The endings of the files that an upload may leave, after all that is old was removed."""
    Store(hub.root, lock_timeout=1).sweep(before=1000.0)
    folder = hub.root / "datasets" / f"{REPO}.git"
    return {path.suffix or path.name[:5] for path in files(folder)}


def files(folder: Path) -> list[Path]:
    """Every file of an upload."""
    found = [*folder.rglob("*.xorb"), *folder.rglob("*.chunks"), *folder.rglob(".tmp-*")]
    return [path for path in found if path.is_file()]


def grow_old(hub: RunningHub) -> None:
    """Whatever is there now was written long ago."""
    for path in files(hub.root):
        os.utime(path, (1.0, 1.0))


def test_a_xorb_of_which_no_file_was_made_is_removed(hub: RunningHub, xet: Client) -> None:
    """Only when it is old; and then the hub says that it is not there."""
    xet.send_chunks(OLD)
    assert swept(hub) == {".xorb", ".chunks"}
    grow_old(hub)
    assert swept(hub) == set()
    assert xet.send_shard(file_of(OLD)).status == 400


def test_what_arrived_in_part_is_removed(hub: RunningHub, xet: Client) -> None:
    """Left by a hub that was killed, by whichever way it came."""
    xet.send_chunks(NOW)
    for name in ("xet/xorbs/.tmp-0", "lfs/objects/.tmp-0"):
        (hub.root / "datasets" / f"{REPO}.git" / name).write_bytes(b"half")
    assert ".tmp-0"[:5] in swept(hub)
    grow_old(hub)
    xet.send_chunks(NOW)
    assert swept(hub) == {".xorb", ".chunks"}
    assert xet.send_shard(file_of(NOW)).status == 200


def test_a_file_is_known_once_its_chunks_lie_in_it(
    hub: RunningHub, xet: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill in between would leave a file whose xorb is removed one day."""
    used: list[bool] = []
    add = FileStore.add

    def note(self: FileStore, file: KnownFile) -> None:
        (listed,) = hub.root.rglob("*.chunks")
        used.append(all(entry.place for entry in unpack(listed.read_bytes())))
        add(self, file)

    monkeypatch.setattr(FileStore, "add", note)
    xet.send_chunks(NOW)
    assert xet.send_shard(file_of(NOW)).status == 200
    assert used == [True]


def test_a_xorb_that_a_file_needs_stays(hub: RunningHub, xet: Client) -> None:
    """Also if the file has but one of its chunks."""
    xet.send_chunks(OLD)
    part = File((Part(xorb_hash(OLD), 1, (OLD[1],)),))
    assert xet.send_shard(part).status == 200
    grow_old(hub)
    assert swept(hub) == {".xorb", ".chunks"}
    assert xet.fetch(part.true_hash) == OLD[1]
    assert xet.send_shard(file_of(OLD)).status == 200
    assert swept(hub) == {".chunks"}
    assert xet.fetch(file_of(OLD).true_hash) == b"".join(OLD)
