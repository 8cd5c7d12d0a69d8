"""Only regular files are read, and only so much of them."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmark import canonical, regular_file
from benchmark.errors import UsageError
from benchmark.regular_file import NotReadableError, read

if TYPE_CHECKING:
    from collections.abc import Iterator

POSIX = pytest.mark.skipif(os.name == "nt", reason="it has no such files")


@pytest.mark.parametrize("size", [0, 1, 4096, 100_000])
def test_a_file_up_to_the_bound_is_read_whole(tmp_path: Path, size: int) -> None:
    """The bound itself is allowed, one byte more is not."""
    (tmp_path / "f").write_bytes(b"x" * size)
    assert read(tmp_path / "f", size) == b"x" * size
    (tmp_path / "f").write_bytes(b"x" * (size + 1))
    with pytest.raises(NotReadableError, match=f"takes {size + 1:,} bytes or more"):
        read(tmp_path / "f", size)


@POSIX
def test_what_became_a_pipe_after_the_look_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening it does not wait for a writer, and what was opened is looked at again."""
    os.mkfifo(tmp_path / "f")
    (tmp_path / "was").write_bytes(b"")
    before = os.lstat(tmp_path / "was")
    monkeypatch.setattr(regular_file.os, "lstat", lambda _: before)
    with pytest.raises(NotReadableError, match="is a pipe; submit the file itself"):
        read(tmp_path / "f", 10)


@POSIX
@pytest.mark.parametrize("kind", ["a pipe", "a folder", "a socket", "too much", "itself"])
def test_a_file_that_the_user_named_is_not_waited_for_either(tmp_path: Path, kind: str) -> None:
    """Every verb that reads one by its name refuses it at once; a link to a file is followed."""
    at = tmp_path / "named"
    if kind == "itself":
        at.symlink_to(at.name)
    elif kind == "a folder":
        at.mkdir()
    elif kind == "too much":
        at.touch()
        os.truncate(at, 2**38)
    else:
        os.mknod(at, 0o600 | (stat.S_IFIFO if kind == "a pipe" else stat.S_IFSOCK))
    words = {"itself": "[Ss]ymbolic links", "too much": "it takes more than 2,147,483,648 bytes"}
    with pytest.raises(UsageError, match=rf"Cannot read .*named: .*{words.get(kind, kind)}"):
        canonical.read_bytes(at)
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "file").write_bytes(b"content")
    assert canonical.read_bytes(tmp_path / "link") == b"content"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux has it")
def test_a_file_that_does_not_know_its_size_is_read_to_its_end() -> None:
    """What the system makes as it is read has no bytes before."""
    assert b"VmRSS" in read(Path("/proc/self/status"), 100_000)
    with pytest.raises(NotReadableError, match="takes 11 bytes or more"):
        read(Path("/proc/self/status"), 10)


@pytest.fixture
def growing(tmp_path: Path) -> Iterator[Path]:
    """A file that somebody writes to all the time."""
    path, stop = tmp_path / "f", threading.Event()
    path.write_bytes(b"x")

    def write() -> None:
        with path.open("ab", buffering=0) as file:
            while not stop.is_set() and file.tell() < 64 * 1024 * 1024:
                file.write(b"x" * 65536)

    writer = threading.Thread(target=write)
    writer.start()
    yield path
    stop.set()
    writer.join()


def bytes_of(path: Path, most: int) -> int:
    """How many were read; none if it was refused for having more."""
    try:
        return len(read(path, most))
    except NotReadableError:
        return 0


def test_a_file_that_grows_is_read_to_the_bound_at_most(growing: Path) -> None:
    """Whatever was there at some moment, or a refusal; never more."""
    for most in (10, 100_000, 1_000_000):
        assert bytes_of(growing, most) <= most


def test_a_size_that_memory_has_no_room_for_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence, not a bug."""
    (tmp_path / "f").write_bytes(b"x")

    def full(_path: str, _flags: int) -> int:
        raise MemoryError

    monkeypatch.setattr(regular_file, "_opened", full)
    with pytest.raises(NotReadableError, match="too large for this machine's memory"):
        read(tmp_path / "f", 10)


@POSIX
@pytest.mark.parametrize("is_linked", [False, True])
@pytest.mark.parametrize("kind", ["a pipe", "a socket", "a folder"])
def test_no_file_takes_the_place_of_what_is_none(
    tmp_path: Path, kind: str, is_linked: bool
) -> None:
    """`--output /dev/null` must not leave everybody without it, nor /dev/stdout, a link."""
    at = tmp_path / "there"
    if kind == "a folder":
        at.mkdir()
    else:
        os.mknod(at, 0o600 | (stat.S_IFIFO if kind == "a pipe" else stat.S_IFSOCK))
    before = os.lstat(at)
    (tmp_path / "link").symlink_to(at)
    named = tmp_path / "link" if is_linked else at
    with pytest.raises(UsageError, match=f"Cannot write .*: it is {kind}") as caught:
        canonical.write_all_atomic({tmp_path / "other": b"", named: b"content"})
    assert caught.value.hint == "Name a file."
    assert os.path.samestat(os.lstat(at), before)
    assert {path.name for path in tmp_path.iterdir()} == {"link", "there"}
