"""Large files of one repository: the content by its sha-256, next to the git objects.

The folder layout and the pointer text are git-lfs' own
(https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md), so the bare repository can be served
by any other tool later.
"""

from __future__ import annotations

import re
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from benchmark.localhub.durable import Unfinished, link_or_copy, make_folders, sync
from benchmark.localhub.problems import bad_request

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

LONGEST_POINTER = 256
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n"
    rb"oid sha256:([0-9a-f]{64})\nsize (0|[1-9][0-9]{0,15})\n"
)
_OID = re.compile(r"[0-9a-f]{64}")


class Pointer(NamedTuple):
    """What git stores in place of a large file; `size` in bytes."""

    oid: str
    size: int

    def text(self) -> bytes:
        """The pointer file."""
        version = "version https://git-lfs.github.com/spec/v1"
        return f"{version}\noid sha256:{self.oid}\nsize {self.size}\n".encode()


def parse_pointer(content: bytes) -> Pointer | None:
    """The pointer that a git blob is, None for any other content."""
    match = _POINTER.fullmatch(content) if len(content) <= LONGEST_POINTER else None
    return Pointer(match[1].decode(), int(match[2])) if match else None


def object_id(value: object) -> str:
    """An LFS object id, unchanged.

    Raises:
        HubError: 400 if it isn't a lowercase sha-256.
    """
    if not isinstance(value, str) or not _OID.fullmatch(value):
        raise bad_request("An LFS oid is a sha-256 of 64 lowercase hexadecimal digits")
    return value


class LfsStore:
    """The large files of one repository."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, oid: str) -> Path:
        """Where the object with this (checked) id is or would be."""
        return self._folder / oid[:2] / oid[2:4] / oid

    def size(self, oid: str) -> int | None:
        """The size of an object in bytes, None if it isn't there."""
        try:
            return self.path(oid).stat().st_size
        except FileNotFoundError:
            return None

    def share(self, other: LfsStore, oid: str) -> bool:
        """Have an object that another repository has; False if it has none.

        No content is copied where the file system knows links: an object never changes.
        """
        source, target = other.path(oid), self.path(oid)
        make_folders(target.parent)
        temporary = target.with_name(f".tmp-{secrets.token_hex(8)}")
        try:
            link_or_copy(source, temporary)
            temporary.replace(target)
        except FileNotFoundError:
            return False
        finally:
            temporary.unlink(missing_ok=True)
        sync(target.parent)
        return True

    def receive(self, expected: Pointer) -> Upload:
        """Start receiving an object."""
        return Upload(self.path(expected.oid), expected)


class Upload:
    """An object on its way in: `write` the chunks, then `finish`; leaving early discards it."""

    def __init__(self, target: Path, expected: Pointer) -> None:
        make_folders(target.parent)
        self._target = target
        self._expected = expected
        self._unfinished = Unfinished(target)
        self._digest = sha256()
        self._size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._unfinished.__exit__(kind, error, trace)

    def write(self, chunk: bytes) -> None:
        """Take the next bytes.

        Raises:
            HubError: 400 once there are more of them than announced.
        """
        self._size += len(chunk)
        if self._size > self._expected.size:
            raise bad_request("The upload is larger than announced")
        self._digest.update(chunk)
        self._unfinished.file.write(chunk)

    def finish(self) -> None:
        """Check size and digest and make the object durable under its name.

        Raises:
            HubError: 400 if this isn't the object that was announced.
        """
        if self._size != self._expected.size or self._digest.hexdigest() != self._expected.oid:
            raise bad_request("The upload is not the object that was announced")
        self._unfinished.finish()
        sync(self._target.parent)
