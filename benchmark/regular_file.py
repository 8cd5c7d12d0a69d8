"""The bytes of a file that somebody else made: of a regular file, and of no more than it may have.

A pipe without a writer would never end, a device might have no end at all, and either would be
opened by a name that looks like any other. So what a name stands for is looked at before it is
opened, what was opened is looked at again, and no more is read than one byte beyond the bound: of a
file that grows meanwhile too.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
# A name may come to stand for a pipe between the look and the opening; Windows has no such flag.
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)


LARGEST = 2 * 1024 * 1024 * 1024
"""Bytes that any file may have."""


class NotReadableError(Exception):
    """Why its bytes cannot be had, as the end of a sentence that begins with the file's name.

    Attributes:
        reason: the same in a few words.
    """

    def __init__(self, sentence: str, reason: str) -> None:
        """Both ways of saying it."""
        super().__init__(sentence)
        self.reason = reason


def read(path: Path, most: int, *, follows: bool = False) -> bytes:
    """All the bytes of a regular file.

    Args:
        path: where it is.
        most: bytes that it may have.
        follows: whether a symbolic link stands for what it leads to; else it is none.

    Raises:
        NotReadableError: it is something else, has more bytes, or the system refuses it.
    """
    try:
        with opened(path, most, follows=follows) as file:
            size = os.fstat(file.fileno()).st_size
            data = file.read(size + 1) or b""
            # It grows, or is one of a kind that does not know its size.
            if len(data) > size:
                data += file.read(most - size) or b""
    except OSError as error:
        reason = str(error.strerror or error)
        raise NotReadableError(f"cannot be read: {reason}.", reason) from None
    except MemoryError:
        sentence = "is too large for this machine's memory; split it."
        raise NotReadableError(sentence, "too large for this machine's memory") from None
    if len(data) > most:
        raise _too_large(len(data), most)
    return data


@contextmanager
def opened(path: Path, most: int, *, follows: bool = False) -> Iterator[BinaryIO]:
    """A regular file, open for reading.

    Args:
        path: as in `read`.
        most: as in `read`.
        follows: as in `read`.

    Raises:
        NotReadableError: it is something else, or has more bytes.
        OSError: the system refuses it.
    """
    _check(path.stat() if follows else os.lstat(path))
    with open(path, "rb", opener=_opened) as file:
        size = _check(os.fstat(file.fileno()))
        if size > most:
            raise _too_large(size, most)
        yield file


def kind_of(path: Path) -> str | None:
    """What a name or a link stands for, in a word; None if it is a file, or is not there."""
    try:
        mode = path.stat().st_mode
    except (OSError, RuntimeError):
        return None
    return None if stat.S_ISREG(mode) else _kind(mode)


def _opened(path: str, flags: int) -> int:
    return os.open(path, flags | _AT_ONCE)


def _check(status: os.stat_result) -> int:
    """The bytes of a regular file."""
    if stat.S_ISREG(status.st_mode):
        return status.st_size
    kind = _kind(status.st_mode)
    raise NotReadableError(f"is {kind}; submit the file itself.", f"it is {kind}")


def _kind(mode: int) -> str:
    return _KINDS.get(stat.S_IFMT(mode), "no regular file")


def _too_large(size: int, most: int) -> NotReadableError:
    sentence = f"takes {size:,} bytes or more; a file may take at most {most:,}: split it."
    return NotReadableError(sentence, f"it takes more than {most:,} bytes")
