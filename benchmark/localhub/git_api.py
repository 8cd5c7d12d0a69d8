"""`git clone` and `git fetch` of a dataset, by git's own program (smart HTTP, read-only).

https://git-scm.com/docs/http-protocol. Version 2 of git's protocol is not spoken: it gives any
object to whoever knows its id, also one that was squashed away.
"""

from __future__ import annotations

import os
import shutil
import zlib
from asyncio.subprocess import DEVNULL, PIPE, create_subprocess_exec
from contextlib import suppress
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse

from benchmark.localhub.problems import (
    NO_REPO,
    HubError,
    bad_request,
    forbidden,
    too_large,
    unauthorized,
)

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from benchmark.localhub.call import Call

_SERVICE = "git-upload-pack"
_ENVIRONMENT = {"PATH": os.defpath, "GIT_CONFIG_NOSYSTEM": "1", "HOME": os.devnull}
_PIECE = 64 * 1024
_HEAD = b"001e# service=git-upload-pack\n0000"
_GZIP = 31
"""zlib's window bits for the gzip format."""


async def advertise(call: Call) -> StreamingResponse:
    """GET …/info/refs?service=git-upload-pack: branches, tags and pull requests."""
    service = call.query("service")
    if service == "git-receive-pack":
        raise forbidden("git can read here, not push: commit with huggingface_hub")
    if service != _SERVICE:
        raise bad_request("Use a git that speaks smart HTTP")
    return await _answer(call, "advertisement", b"", "--advertise-refs")


async def upload_pack(call: Call) -> StreamingResponse:
    """POST …/git-upload-pack: the objects that a clone or fetch wants."""
    limit = call.hub.settings.max_json_body
    body = bytearray()
    async for piece in call.request.stream():
        body += piece
        if len(body) > limit:
            raise too_large(limit)
    return await _answer(call, "result", _plain(bytes(body), call.request.headers, limit))


def _plain(body: bytes, headers: Mapping[str, str], limit: int) -> bytes:
    """The body, which git compresses if it is long."""
    if headers.get("content-encoding", "identity") == "identity":
        return body
    unpacking = zlib.decompressobj(_GZIP)
    try:
        plain = unpacking.decompress(body, limit)
    except zlib.error:
        raise bad_request("The body is not gzip") from None
    if unpacking.unconsumed_tail:
        raise too_large(limit)
    return plain


async def _answer(call: Call, kind: str, body: bytes, *options: str) -> StreamingResponse:
    program = shutil.which("git")
    if program is None:
        raise HubError(501, "git is not installed where this hub runs", code="NotImplemented")
    git = str(_readable(call))
    command = (
        program, "-c", f"safe.directory={git}", "upload-pack", "--strict", "--stateless-rpc",
        *options, git,
    )  # fmt: skip
    head = _HEAD if kind == "advertisement" else b""
    return StreamingResponse(
        _output(call.hub.readers, command, head, body), 200, {"cache-control": "no-cache"},
        f"application/x-{_SERVICE}-{kind}",
    )  # fmt: skip


def _readable(call: Call) -> Path:
    """Where the repository is.

    Raises:
        HubError: 404 as ever; 401 where a token might help, for git then asks for it.
    """
    try:
        with call.open() as repo:
            return repo.git
    except HubError as error:
        if error.code != NO_REPO or call.who is not None:
            raise
        refused = unauthorized("No such dataset, or it is private: git asks for a token")
        refused.headers = {"www-authenticate": 'Basic realm="hub"'}
        raise refused from None


async def _output(
    places: asyncio.Semaphore, command: tuple[str, ...], head: bytes, body: bytes
) -> AsyncIterator[bytes]:
    """What the program says; it ends with its client."""
    async with places:
        # A file, not a pipe: git may end before it has read all, or answer before it was told all.
        with TemporaryFile() as told:
            told.write(body)
            told.seek(0)
            process = await create_subprocess_exec(
                *command, stdin=told, stdout=PIPE, stderr=DEVNULL, env=_ENVIRONMENT
            )
        assert process.stdout  # noqa: S101 - asked for above
        try:
            yield head
            while piece := await process.stdout.read(_PIECE):
                yield piece
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
