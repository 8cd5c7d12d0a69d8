"""A client that can send anything, also what the real one would not."""

from __future__ import annotations

import base64
import http.client
import json
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

REPO = "lab/results"
API = f"/api/datasets/{REPO}"
DATASET = {"repo_id": REPO, "repo_type": "dataset"}
WRITE, READ = "hf_write_0123456789", "hf_read_0123456789"


class Answer(NamedTuple):
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def ask(endpoint: str, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
    """One request; header names are written with underscores."""
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body or None, names)
        response = connection.getresponse()
        lowered = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, lowered, response.read())
    finally:
        connection.close()


def commit_body(files: Mapping[str, bytes], parent: str | None = None) -> bytes:
    """The body of a commit that adds files."""
    header = {"summary": "results", "description": ""}
    lines: list[Any] = [
        {"key": "header", "value": {**header, **({"parentCommit": parent} if parent else {})}}
    ]
    lines += [
        {"key": "file", "value": {"path": path, "content": encoded(content), "encoding": "base64"}}
        for path, content in files.items()
    ]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def large_body(path: str, oid: str, size: int) -> bytes:
    """The body of a commit that adds a file whose content was uploaded before."""
    file = {"path": path, "algo": "sha256", "oid": oid, "size": size}
    lines = [
        {"key": "header", "value": {"summary": "results", "description": ""}},
        {"key": "lfsFile", "value": file},
    ]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def encoded(content: bytes) -> str:
    """Base64 as text."""
    return base64.b64encode(content).decode()
