"""Downloads: HEAD and GET of one file at a revision, whole or one range of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import Response, StreamingResponse

from benchmark.localhub.names import file_path
from benchmark.localhub.problems import HubError, entry_not_found

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dulwich.objects import ObjectID

    from benchmark.localhub.call import Call
    from benchmark.localhub.repository import Repository

_RANGE = re.compile(r"bytes=(\d{0,20})-(\d{0,20})")
_CHUNK = 1024 * 1024


def resolve(call: Call) -> Response:
    """GET or HEAD /datasets/NS/NAME/resolve/REV/PATH."""
    path = file_path(call.parameter("path"))
    with call.open() as repo:
        sha = repo.resolve(call.revision)
        entry = repo.entry(sha, path)
        if entry.is_folder:
            raise entry_not_found(path, sha.decode())
        headers = {
            "x-repo-commit": sha.decode(),
            "accept-ranges": "bytes",
            "content-disposition": "attachment",
            "x-content-type-options": "nosniff",
        }
        facts = repo.facts(entry.sha)
        if facts.pointer is None:
            headers["etag"] = f'"{entry.sha.decode()}"'
            return _send(call, headers, repo.blob(entry.sha), facts.size)
        oid, size = facts.pointer
        headers |= {"etag": f'"{oid}"', "x-linked-etag": f'"{oid}"', "x-linked-size": str(size)}
        headers |= _xet(call, repo, sha, oid)
        return _send(call, headers, repo.lfs.path(oid), size)


def _xet(call: Call, repo: Repository, sha: ObjectID, oid: str) -> dict[str, str]:
    """Where a client that can may fetch the file by Xet instead."""
    xet_hash = repo.xet.files.hash_of(oid)
    if xet_hash is None:
        return {}
    url = f"{call.endpoint}/api/datasets/{call.repo}/xet-read-token/{sha.decode()}"
    return {"x-xet-hash": xet_hash, "link": f'<{url}>; rel="xet-auth"'}


def _send(call: Call, headers: dict[str, str], source: bytes | Path, size: int) -> Response:
    span = byte_range(call.request.headers.get("range", ""), size)
    start, stop = span or (0, size)
    headers["content-length"] = str(stop - start)
    if span:
        headers["content-range"] = f"bytes {start}-{stop - 1}/{size}"
    status = 206 if span else 200
    kind = "application/octet-stream"
    if call.request.method == "HEAD":
        return Response(b"", status, headers, kind)
    if isinstance(source, bytes):
        return Response(source[start:stop], status, headers, kind)
    return StreamingResponse(_chunks(source, start, stop), status, headers, kind)


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """The half-open range that a `Range` header asks for (RFC 9110 §14); None for everything.

    Raises:
        HubError: 416 if the range is outside the file.
    """
    match = _RANGE.fullmatch(header.replace(" ", ""))
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(int(last) + 1 if last else size, size)
    if start >= stop:
        raise HubError(
            416, "The range is outside the file", headers={"content-range": f"bytes */{size}"}
        )
    return start, stop


def _chunks(path: Path, start: int, stop: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < stop:
            chunk = file.read(min(_CHUNK, stop - start))
            if not chunk:
                return
            start += len(chunk)
            yield chunk
