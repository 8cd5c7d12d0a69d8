"""A disk that is full, or read-only, or a quota that is reached: said, and nothing is broken."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import pytest

from benchmark.errors import UsageError
from benchmark.measure import results
from tests.support import entries
from tests.support.publishers import MULTI, SINGLE, call, fails_helpfully

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.support.publishers import Finished

    Trouble = Callable[[Path], AbstractContextManager[None]]
    Verb = Callable[[], Finished]

_SIZE = 1 << 20


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """There is no byte left, and then there is."""
    filler = disk / ".filler"
    descriptor = os.open(filler, os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while os.write(descriptor, bytes(4096)):
            pass
    os.close(descriptor)
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """Mounted read-only, which binds root too."""
    _mount("-o", "remount,ro", str(disk))
    try:
        yield
    finally:
        _mount("-o", "remount,rw", str(disk))


@contextmanager
def limited(_disk: Path) -> Iterator[None]:
    """No file may have more than a few bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def full_at_the_end(_disk: Path) -> Iterator[None]:
    """Some file systems find out when they are asked to sync."""

    def fsync(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        yield


TROUBLES: dict[str, Trouble] = {
    "full": full,
    "read-only": read_only,
    "limited": limited,
    "sync": full_at_the_end,
}


def _mount(*options: str) -> None:
    subprocess.run(["mount", *options], check=True, capture_output=True)


@pytest.fixture(params=TROUBLES)
def trouble(request: pytest.FixtureRequest) -> str:
    """What is wrong with the disk."""
    name: str = request.param
    return name


@pytest.fixture
def disk(trouble: str, tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own where that is needed, which only root can have."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if trouble not in {"full", "read-only"}:
        yield folder
        return
    try:
        _mount("-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(folder))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("No disk can be mounted here.")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def content(folder: Path) -> dict[str, bytes]:
    """Every file, hidden ones too."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".filler")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def aggregate(disk: Path, elsewhere: Path) -> Verb:
    """Into a data folder on the disk."""
    entries.write(elsewhere / "outputs" / "Q1_20260101_001", "Q1_leaderboard.json", entries.run(99))
    folders = ("--outputs", str(elsewhere / "outputs"), "--data-dir", str(disk / "hf_data"))
    return partial(call, "aggregate", "--offline", "--json", *folders)


def page(disk: Path, elsewhere: Path) -> Verb:
    """Onto a page that is there."""
    data = entries.write(elsewhere, SINGLE, entries.run(99))
    return partial(call, "page", str(data), "--output", str(disk / "index.html"))


def merge(disk: Path, elsewhere: Path) -> Verb:
    """Into our side of a data file."""
    theirs = entries.write(elsewhere, SINGLE, entries.run(99))
    sides = (str(theirs), str(disk / "hf_data" / SINGLE), str(theirs))
    return partial(call, "merge-driver", *sides)


VERBS = {"aggregate": aggregate, "page": page, "merge-driver": merge}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_that_cannot_write_says_so_and_leaves_all_as_it_was(
    verb: str, trouble: str, disk: Path, tmp_path: Path
) -> None:
    """Nothing half-written, nothing left over; and once the disk is mended it works."""
    entries.write(disk / "hf_data", SINGLE, entries.run(100))
    entries.write(disk / "hf_data", MULTI)
    (disk / "index.html").write_bytes(b"old")
    verb_there = VERBS[verb](disk, tmp_path / "elsewhere")
    before = content(disk)
    with TROUBLES[trouble](disk):
        fails_helpfully(verb_there(), 2)
    assert content(disk) == before
    assert verb_there().code == 0


def test_a_result_that_cannot_be_written_is_none(trouble: str, disk: Path) -> None:
    """No folder with a part of it gets a name."""
    with TROUBLES[trouble](disk), pytest.raises(UsageError) as error:
        results.write_sweep(disk / "outputs", "Q1", date(2026, 1, 1), b"x" * 5000)
    assert str(disk) in str(error.value)
    assert content(disk) == {}


def test_a_hub_without_a_place_says_so(trouble: str, disk: Path) -> None:
    """It does not start, and leaves nothing that a later one would take for a dataset."""
    start = partial(call, "hub", "--root", str(disk / "hub"), "--port", "0", "--create", "lab/x")
    with TROUBLES[trouble](disk):
        fails_helpfully(start(), 2)
    assert [path for path in disk.rglob("HEAD") if not path.parent.name.startswith(".")] == []


def test_without_a_place_for_its_lock_an_aggregate_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder for temporary files may be read-only as well."""
    nowhere = tmp_path / "nowhere"
    nowhere.write_bytes(b"not a folder")
    monkeypatch.setattr(tempfile, "tempdir", str(nowhere))
    fails_helpfully(aggregate(tmp_path, tmp_path)(), 2)
    assert not (tmp_path / "hf_data").exists()
