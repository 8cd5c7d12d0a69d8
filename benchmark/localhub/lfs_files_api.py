"""The endpoints of large files as such: to list, to delete for good, to have in another dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.localhub.call import Call, answer
from benchmark.localhub.lfs import object_id
from benchmark.localhub.problems import bad_request
from benchmark.localhub.purge import large_files, purge
from benchmark.localhub.refs import BRANCHES
from benchmark.localhub.views import instant

if TYPE_CHECKING:
    from starlette.responses import Response

    from benchmark.canonical import Json
    from benchmark.localhub.purge import Found

_MOST_OBJECTS = 1000


def list_large_files(call: Call) -> Response:
    """GET /api/datasets/NS/NAME/lfs-files: all of them on one page, those of `main` first."""
    with call.open() as repo:
        views: list[Json] = [_view(item) for item in large_files(repo)]
        return answer(views)


def delete_large_files(call: Call) -> Response:
    """POST /api/datasets/NS/NAME/lfs-files/batch: content, and files in every commit, are gone."""
    deletions = call.json().get("deletions")
    wanted = deletions.get("sha") if isinstance(deletions, dict) else None
    rewrite = deletions.get("rewriteHistory", True) if isinstance(deletions, dict) else None
    if not isinstance(wanted, list) or len(wanted) > _MOST_OBJECTS or not isinstance(rewrite, bool):
        raise bad_request(f"deletions must have a list sha of at most {_MOST_OBJECTS}")
    oids = [object_id(item) for item in wanted]
    call.maintainer(call.repo)
    with call.open() as repo:
        purge(repo, call.hub.store.locks, oids, rewrite=rewrite)
    return answer({"success": True})


def duplicate_large_files(call: Call) -> Response:
    """POST /api/datasets/NS/NAME/lfs-files/duplicate: what this dataset has is in another one too.

    A commit that names the files comes later. The answer lists what could not be had.
    """
    wanted = call.json()
    files = wanted.get("files")
    if not isinstance(files, list) or len(files) > _MOST_OBJECTS:
        raise bad_request(f"files must be a list of at most {_MOST_OBJECTS}")
    oids = [object_id(item.get("sha256") if isinstance(item, dict) else item) for item in files]
    target = _target(wanted.get("target"))
    call.writer(target)
    with call.open() as source, call.open(target) as repo:
        missing = [oid for oid in oids if not repo.lfs.share(source.lfs, oid)]
    failed: list[Json] = [{"sha256": oid, "error": "No such large file"} for oid in missing]
    return answer({"failed": failed})


def _target(value: Json) -> str:
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(name, str) or value.get("type") != "dataset":
        raise bad_request("target must be a dataset")
    return name


def _view(item: Found) -> Json:
    oid, size = item.pointer
    return {
        "fileOid": oid,
        "oid": oid,
        "filename": item.path,
        "size": size,
        "ref": item.ref.removeprefix(BRANCHES),
        "pushedAt": instant(item.pushed),
    }
