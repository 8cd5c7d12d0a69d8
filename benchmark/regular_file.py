"""The bytes of a file that somebody else made: of a regular file, and of no more than it may have.

A pipe without a writer would never end, a device might have no end at all, and either would be
opened by a name that looks like any other. So what a name stands for is looked at before it is
opened, what was opened is looked at again, and no more is read than one byte beyond the bound: of a
file that grows meanwhile too.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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


class NotReadableError(Exception):
    """Why its bytes cannot be had, as the end of a sentence that begins with the file's name."""


def read(path: Path, most: int) -> bytes:
    """All the bytes of a regular file; symbolic links are not followed.

    Args:
        path: where it is.
        most: bytes that it may have.

    Raises:
        NotReadableError: it is something else, has more bytes, or the system refuses it.
    """
    try:
        _check(os.lstat(path))
        with open(path, "rb", opener=_opened) as file:
            size = _check(os.fstat(file.fileno()))
            if size > most:
                raise NotReadableError(_too_large(size, most))
            data = file.read(size + 1) or b""
            # It grows, or is one of a kind that does not know its size.
            if len(data) > size:
                data += file.read(most - size) or b""
    except OSError as error:
        raise NotReadableError(f"cannot be read: {error.strerror or error}.") from None
    except MemoryError:
        raise NotReadableError("is too large for this machine's memory; split it.") from None
    if len(data) > most:
        raise NotReadableError(_too_large(len(data), most))
    return data


def _opened(path: str, flags: int) -> int:
    return os.open(path, flags | _AT_ONCE)


def _check(status: os.stat_result) -> int:
    """The bytes of a regular file."""
    if stat.S_ISREG(status.st_mode):
        return status.st_size
    kind = _KINDS.get(stat.S_IFMT(status.st_mode), "no regular file")
    raise NotReadableError(f"is {kind}; submit the file itself.")


def _too_large(size: int, most: int) -> str:
    return f"takes {size:,} bytes or more; a file may take at most {most:,}: split it."
