"""The endpoints that write, and what the client asks before it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.localhub.attributes import read_attributes
from benchmark.localhub.call import Call, answer
from benchmark.localhub.commits import commit_to_ref
from benchmark.localhub.ignore import IgnoreRules
from benchmark.localhub.maintenance import repo_name, taken, wanted_privacy
from benchmark.localhub.names import file_path
from benchmark.localhub.operations import parse_commit
from benchmark.localhub.problems import HubError, bad_request
from benchmark.localhub.pulls import open_with_commit
from benchmark.localhub.trees import find

if TYPE_CHECKING:
    from dulwich.objects import ObjectID
    from starlette.responses import Response

    from benchmark.canonical import Json
    from benchmark.localhub.repository import Repository

_MOST_FILES = 1000


def auth_check_write(call: Call) -> Response:
    """GET /api/datasets/NS/NAME/auth-check/write: 401 or 403 for whoever may not commit."""
    with call.open():
        call.writer(call.repo)
        return answer({})


def create_repo(call: Call) -> Response:
    """POST /api/repos/create; 409 with the URL for a dataset that exists."""
    wanted = call.json()
    repo = call.record.repo = repo_name(call, wanted)
    private = wanted_privacy(call, wanted)
    url = f"{call.endpoint}/datasets/{repo}"
    signature = call.writer(repo)
    try:
        call.hub.store.create(repo, signature, private=bool(private))
    except HubError as error:
        return taken(error, url)
    return answer({"url": url, "name": repo, "id": repo})


def preupload(call: Call) -> Response:
    """POST /api/datasets/NS/NAME/preupload/REV: how to upload each file, and what is there."""
    wanted = call.json()
    files, ignore = wanted.get("files"), wanted.get("gitIgnore")
    if not isinstance(files, list) or len(files) > _MOST_FILES or not _is_text(ignore):
        raise bad_request(f"files must be a list of at most {_MOST_FILES}")
    call.writer(call.repo)
    with call.open() as repo:
        sha = repo.resolve(call.revision)
        rules = IgnoreRules(_ignored(repo, sha) if ignore is None else str(ignore))
        attributes = read_attributes(repo, sha)
        threshold = call.hub.settings.lfs_threshold
        views: list[Json] = []
        for item in files:
            path, size = _announced(item)
            large = size >= threshold or attributes.stored_as_lfs(path)
            views.append({
                "path": path,
                "uploadMode": "lfs" if large and size else "regular",
                "shouldIgnore": rules.ignores(path),
                **_present(repo, sha, path),
            })  # fmt: skip
        return answer({"files": views, "commitOid": sha.decode()})


def _is_text(value: Json) -> bool:
    return isinstance(value, (str, type(None)))


def _ignored(repo: Repository, sha: ObjectID) -> str:
    """The dataset's own `.gitignore`, which counts where the client sends none."""
    entry = find(repo.tree, repo.root(sha), ".gitignore")
    return "" if entry is None or entry.is_folder else repo.blob(entry.sha).decode(errors="replace")


def _announced(item: Json) -> tuple[str, int]:
    if not isinstance(item, dict):
        raise bad_request("A file must be an object")
    path, size = file_path(item.get("path")), item.get("size")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise bad_request(f"{path}: size must be a number of bytes")
    return path, size


def _present(repo: Repository, sha: ObjectID, path: str) -> dict[str, Json]:
    """The oid of the file as it is: git's blob sha-1, for a large file its sha-256."""
    entry = find(repo.tree, repo.root(sha), path)
    if entry is None or entry.is_folder:
        return {}
    pointer = repo.facts(entry.sha).pointer
    return {"oid": pointer.oid if pointer else entry.sha.decode()}


def commit(call: Call) -> Response:
    """POST /api/datasets/NS/NAME/commit/REV: one atomic compare-and-swap, durable when answered."""
    signature = call.writer(call.repo)
    request = parse_commit(call.body, max_operations=call.hub.settings.max_operations)
    call.record.parent_commit = request.parent
    base = f"{call.endpoint}/datasets/{call.repo}"
    extra: dict[str, Json] = {}
    with call.open() as repo:
        locks = call.hub.store.locks
        if call.flag("create_pr"):
            pull, sha = open_with_commit(repo, locks, call.revision, request, signature)
            extra["pullRequestUrl"] = f"{base}/discussions/{pull}"
        else:
            sha = commit_to_ref(repo, locks, call.revision, request, signature)
    call.record.sha = sha.decode()
    return answer({
        "success": True,
        "commitOid": sha.decode(),
        "commitUrl": f"{base}/commit/{sha.decode()}",
        "hookOutput": "",
        **extra,
    })  # fmt: skip
