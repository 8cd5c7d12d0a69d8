"""The endpoints of git-lfs' basic transfer: batch, upload, verify.

https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md. The client sends its token with the
batch request but not with the upload itself (huggingface_hub `lfs.py`, `_upload_single_part`), so
the upload URL carries a signature for exactly one object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from benchmark.localhub.call import Call, answer
from benchmark.localhub.lfs import Pointer, object_id
from benchmark.localhub.problems import bad_request, entry_not_found, too_large

if TYPE_CHECKING:
    from benchmark.canonical import Json
    from benchmark.localhub.lfs import LfsStore

_MOST_OBJECTS = 1000
_LONGEST_SIZE = 15


def lfs_batch(call: Call) -> Response:
    """POST /datasets/NS/NAME.git/info/lfs/objects/batch."""
    wanted = call.json()
    objects = wanted.get("objects")
    if not isinstance(objects, list) or len(objects) > _MOST_OBJECTS:
        raise bad_request(f"objects must be a list of at most {_MOST_OBJECTS}")
    pointers = [_pointer(item) for item in objects]
    offered = wanted.get("transfers")
    if not isinstance(offered, (list, type(None))):
        raise bad_request("transfers must be a list")
    upload = wanted.get("operation") == "upload"
    if upload:
        call.writer(call.repo)
    with call.open() as repo:
        grant = _grant_upload if upload else _grant_download
        views: list[Json] = [grant(call, repo.lfs, item) for item in pointers]
    # An earlier client asks here whether it may send by Xet; a later one does not ask.
    transfer = "xet" if upload and "xet" in (offered or ()) else "basic"
    return answer({"transfer": transfer, "objects": views, "hash_algo": "sha256"})


def _grant_upload(call: Call, store: LfsStore, item: Pointer) -> Json:
    view: dict[str, Json] = {"oid": item.oid, "size": item.size, "authenticated": True}
    if item.size > call.hub.settings.max_lfs_object:
        error: Json = {"code": 413, "message": "The object is too large for this hub"}
        return {**view, "error": error}
    if store.size(item.oid) == item.size:
        return view
    base = f"{call.endpoint}/datasets/{call.repo}.git/info/lfs/objects"
    key = call.hub.authority.sign_upload(_target(call, item))
    href = f"{base}/{item.oid}?size={item.size}&key={key}"
    verify: Json = {"href": f"{base}/verify"}
    return {**view, "actions": {"upload": {"href": href}, "verify": verify}}


def _grant_download(call: Call, store: LfsStore, item: Pointer) -> Json:
    view: dict[str, Json] = {"oid": item.oid, "size": item.size}
    if store.size(item.oid) != item.size:
        error: Json = {"code": 404, "message": "Object does not exist"}
        return {**view, "error": error}
    href = f"{call.endpoint}/datasets/{call.repo}.git/info/lfs/objects/{item.oid}"
    return {**view, "actions": {"download": {"href": href}}}


async def lfs_upload(call: Call) -> Response:
    """PUT /datasets/NS/NAME.git/info/lfs/objects/OID: durable once answered."""
    size = call.query("size")
    if not (size.isascii() and size.isdigit()) or len(size) > _LONGEST_SIZE:
        raise bad_request("size must be a number of bytes")
    item = Pointer(object_id(call.parameter("oid")), int(size))
    call.hub.authority.check_upload(_target(call, item), call.query("key"))
    if item.size > call.hub.settings.max_lfs_object:
        raise too_large(call.hub.settings.max_lfs_object)
    with call.granted() as repo, repo.lfs.receive(item) as upload:
        async for chunk in call.request.stream():
            upload.write(chunk)
        await run_in_threadpool(upload.finish)
    return Response(b"", 200)


def lfs_download(call: Call) -> Response:
    """GET /datasets/NS/NAME.git/info/lfs/objects/OID."""
    oid = object_id(call.parameter("oid"))
    with call.open() as repo:
        if repo.lfs.size(oid) is None:
            raise entry_not_found(oid)
        return FileResponse(repo.lfs.path(oid), media_type="application/octet-stream")


def lfs_verify(call: Call) -> Response:
    """POST /datasets/NS/NAME.git/info/lfs/objects/verify."""
    item = _pointer(call.json())
    with call.open() as repo:
        if repo.lfs.size(item.oid) != item.size:
            raise entry_not_found(item.oid)
    return answer({"message": "ok"})


def _pointer(value: Json) -> Pointer:
    if not isinstance(value, dict):
        raise bad_request("An object must have oid and size")
    size = value.get("size")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise bad_request("size must be a number of bytes")
    return Pointer(object_id(value.get("oid")), size)


def _target(call: Call, item: Pointer) -> str:
    return f"{call.repo}:{item.oid}:{item.size}"
