"""The endpoints of branches and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.localhub import refs
from benchmark.localhub.call import Call, answer
from benchmark.localhub.names import branch_name
from benchmark.localhub.problems import bad_request, conflict, forbidden
from benchmark.localhub.store import MAIN

if TYPE_CHECKING:
    from starlette.responses import Response

    from benchmark.canonical import Json
    from benchmark.localhub.repository import Repository


def list_refs(call: Call) -> Response:
    """GET /api/datasets/NS/NAME/refs."""
    with call.open() as repo:
        view: dict[str, Json] = {
            "branches": _views(repo, refs.BRANCHES),
            "tags": _views(repo, refs.TAGS),
            "converts": [],
        }
        if call.flag("include_prs"):
            view["pullRequests"] = _views(repo, refs.PULLS)
        return answer(view)


def create_branch(call: Call) -> Response:
    """POST /api/datasets/NS/NAME/branch/BRANCH; `startingPoint` is any revision, else main."""
    start = call.json().get("startingPoint", "main")
    return _create(call, refs.BRANCHES, call.revision, start)


def create_tag(call: Call) -> Response:
    """POST /api/datasets/NS/NAME/tag/REV: a lightweight tag, without a message of its own."""
    return _create(call, refs.TAGS, call.json().get("tag"), call.revision)


def delete_branch(call: Call) -> Response:
    """DELETE /api/datasets/NS/NAME/branch/BRANCH; not `main`, which readers expect."""
    if call.revision == MAIN:
        raise forbidden(f"Cannot delete {refs.BRANCHES}{MAIN}")
    return _delete(call, refs.BRANCHES)


def delete_tag(call: Call) -> Response:
    """DELETE /api/datasets/NS/NAME/tag/TAG."""
    return _delete(call, refs.TAGS)


def _delete(call: Call, kind: str) -> Response:
    ref = kind + branch_name(call.revision)
    call.writer(call.repo)
    with call.open() as repo, call.hub.store.locks.hold(repo.git):
        repo.head(ref)
        refs.delete_ref(repo.git, ref)
    return answer({})


def _create(call: Call, kind: str, name: Json, start: Json) -> Response:
    if not isinstance(name, str) or not isinstance(start, str):
        raise bad_request("A name and a revision must be text")
    call.writer(call.repo)
    with call.open() as repo, call.hub.store.locks.hold(repo.git):
        commit = repo.resolve(start)
        ref = kind + branch_name(name)
        taken = refs.list_refs(repo.git, kind)
        clash = next((item for item in taken if _clashes(item, name)), None)
        if clash is not None:
            raise conflict(f"Reference {kind}{clash} already exists")
        refs.write_ref(repo.git, ref, commit)
    return answer({"ref": ref})


def _clashes(one: str, other: str) -> bool:
    """Git keeps refs as files: `a` and `a/b` exclude each other."""
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def _views(repo: Repository, kind: str) -> list[Json]:
    return [
        {"name": name, "ref": kind + name, "targetCommit": repo.resolve(kind + name).decode()}
        for name in sorted(refs.list_refs(repo.git, kind))
    ]
