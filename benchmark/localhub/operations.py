"""Reads the body of a commit: newline-delimited JSON, a header and then one operation a line.

The format is the client's (huggingface_hub `_commit_api.py`, `_prepare_commit_payload`). Whatever
isn't exactly that is refused with 400.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from benchmark import canonical
from benchmark.localhub.lfs import object_id
from benchmark.localhub.names import file_path, folder_path
from benchmark.localhub.problems import bad_request, too_large

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmark.canonical import Json

_PARENT = re.compile(r"[0-9a-fA-F]{5,40}")


@dataclass(frozen=True)
class AddFile:
    """A file with its whole content."""

    path: str
    content: bytes


@dataclass(frozen=True)
class AddLargeFile:
    """A file whose content was uploaded before; `size` in bytes if the client said it."""

    path: str
    oid: str
    size: int | None


@dataclass(frozen=True)
class Delete:
    """A file or a whole folder goes."""

    path: str
    is_folder: bool


Operation: TypeAlias = "AddFile | AddLargeFile | Delete"


@dataclass(frozen=True)
class CommitRequest:
    """A commit as a client asks for it; `parent` is 5 to 40 lowercase hexadecimal digits."""

    summary: str
    description: str
    parent: str | None
    operations: tuple[Operation, ...]

    @property
    def message(self) -> str:
        """The commit message."""
        return f"{self.summary}\n\n{self.description}" if self.description else self.summary


def parse_commit(body: bytes, *, max_operations: int) -> CommitRequest:
    """What the body of a commit asks for.

    Raises:
        HubError: 400 if it isn't well formed, 413 for too many operations.
        InvalidDataError: if a line is no strict JSON.
    """
    lines = [line for line in body.split(b"\n") if line.strip()]
    if len(lines) > max_operations + 1:
        raise too_large(max_operations)
    items = [_item(line, number) for number, line in enumerate(lines, 1)]
    if not items or items[0][0] != "header":
        raise bad_request("The first line of a commit must be its header")
    operations = tuple(_operation(key, value) for key, value in items[1:])
    return _with_header(items[0][1], operations)


def _item(line: bytes, number: int) -> tuple[str, Mapping[str, Json]]:
    item = canonical.loads(line, file=f"line {number}")
    if isinstance(item, dict):
        key, value = item.get("key"), item.get("value")
        if isinstance(key, str) and isinstance(value, dict):
            return key, value
    raise bad_request(f'Line {number} must be {{"key": …, "value": {{…}}}}')


def _with_header(value: Mapping[str, Json], operations: tuple[Operation, ...]) -> CommitRequest:
    parent = value.get("parentCommit")
    if parent is not None and not (isinstance(parent, str) and _PARENT.fullmatch(parent)):
        raise bad_request("parentCommit must be 5 to 40 hexadecimal digits")
    return CommitRequest(
        summary=_text(value.get("summary"), "summary", needed=True),
        description=_text(value.get("description") or "", "description", needed=False),
        parent=parent.lower() if parent else None,
        operations=operations,
    )


def _text(value: Json, name: str, *, needed: bool) -> str:
    if not isinstance(value, str) or "\0" in value or (needed and not value.strip()):
        raise bad_request(f"The {name} of a commit must be text")
    return value


def _operation(key: str, value: Mapping[str, Json]) -> Operation:
    reader = _READERS.get(key)
    if reader is None:
        raise bad_request("An operation is file, lfsFile, deletedFile or deletedFolder")
    return reader(value)


def _file(value: Mapping[str, Json]) -> Operation:
    path, content = file_path(value.get("path")), value.get("content")
    if not isinstance(content, str):
        raise bad_request(f"{path}: content must be text")
    if value.get("encoding", "base64") != "base64":
        return AddFile(path, content.encode())
    try:
        return AddFile(path, base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError):
        raise bad_request(f"{path}: content is not base64") from None


def _large_file(value: Mapping[str, Json]) -> Operation:
    path, size = file_path(value.get("path")), value.get("size")
    if value.get("algo", "sha256") != "sha256":
        raise bad_request(f"{path}: the only algorithm is sha256")
    if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 0):
        raise bad_request(f"{path}: size must be a number of bytes")
    return AddLargeFile(path, object_id(value.get("oid")), size)


def _deleted_file(value: Mapping[str, Json]) -> Operation:
    return Delete(file_path(value.get("path")), is_folder=False)


def _deleted_folder(value: Mapping[str, Json]) -> Operation:
    return Delete(folder_path(value.get("path")), is_folder=True)


_READERS: dict[str, Callable[[Mapping[str, Json]], Operation]] = {
    "file": _file,
    "lfsFile": _large_file,
    "deletedFile": _deleted_file,
    "deletedFolder": _deleted_folder,
}
