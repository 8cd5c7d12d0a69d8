"""Git's names for the content of a file."""

from __future__ import annotations

import hashlib


def blob_id(data: bytes) -> str:
    """Git's name for a file of this content (SHA-1, 40 hex digits)."""
    return hashlib.sha1(_object(data), usedforsecurity=False).hexdigest()


def blob_ids(data: bytes) -> frozenset[str]:
    """Every name that git may have for a data file which has this content in the work tree.

    In a repository of either object format (their names differ in length), and with `core.autocrlf`
    or without: git then holds LF where the work tree has CRLF. The JSON means the same.
    """
    contents = {data, data.replace(b"\r\n", b"\n")}
    sha256 = (hashlib.sha256(_object(content)).hexdigest() for content in contents)
    return frozenset([*map(blob_id, contents), *sha256])


def _object(data: bytes) -> bytes:
    return b"blob %d\0" % len(data) + data
