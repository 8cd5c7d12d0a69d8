"""The endpoints that read: everyone may call them; private datasets need a token."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlencode

from benchmark.localhub.call import Call, answer
from benchmark.localhub.names import file_path
from benchmark.localhub.problems import HubError, bad_request, entry_not_found, unauthorized
from benchmark.localhub.trees import entries, find
from benchmark.localhub.views import commit_view, entry_view, last_commit_view, repo_view

if TYPE_CHECKING:
    from dulwich.objects import ObjectID
    from starlette.responses import Response

    from benchmark.canonical import Json
    from benchmark.localhub.repository import Repository
    from benchmark.localhub.trees import Entry

_MOST_PATHS = 10_000
_LARGEST_PAGE = 1000


def whoami(call: Call) -> Response:
    """GET /api/whoami-v2."""
    who = call.who
    if who is None:
        raise unauthorized("Invalid user token.")
    role = "write" if who.may_write else "read"
    access: Json = {"displayName": "local", "role": role}
    return answer(
        {
            "type": "user",
            "id": who.user,
            "name": who.user,
            "fullname": who.user,
            "orgs": [],
            "auth": {"type": "access_token", "accessToken": access},
        }
    )


def info(call: Call) -> Response:
    """GET /api/datasets/NS/NAME[/revision/REV]."""
    with call.open() as repo:
        sha = repo.resolve(call.revision)
        return answer(repo_view(repo, sha, blobs=call.flag("blobs")))


def auth_check(call: Call) -> Response:
    """GET /api/datasets/NS/NAME/auth-check: may the sender read it?"""
    with call.open():
        return answer({})


def datasets(call: Call) -> Response:
    """GET /api/datasets: every dataset that the sender may read, by `author` and `search`."""
    author, words = call.query("author"), call.request.query_params.getlist("search")
    views: list[Json] = []
    for name in call.hub.store.names():
        if author not in {"", name.partition("/")[0]} or not _has_all(name, words):
            continue
        with suppress(HubError), call.open(name) as repo:
            views.append({**repo_view(repo, repo.resolve("main"), blobs=False, siblings=False)})
    if call.query("sort") == "lastModified":
        views.sort(key=_last_modified, reverse=True)
    return answer(views[: _number(call, "limit", len(views))])


def _has_all(name: str, words: list[str]) -> bool:
    return all(word.lower() in name.lower() for word in words)


def _last_modified(view: Json) -> str:
    return str(view["lastModified"]) if isinstance(view, dict) else ""


def tree(call: Call) -> Response:
    """GET /api/datasets/NS/NAME/tree/REV[/PATH], by pages over one commit."""
    path = call.parameter("path") if "path" in call.request.path_params else ""
    start, size = _number(call, "cursor", 0), _page_size(call, call.hub.settings.tree_page)
    with call.open() as repo:
        sha = repo.resolve(call.revision)
        listing = _listing(repo, sha, path, recursive=call.flag("recursive"))
        page = listing[start : start + size]
        headers = {"x-repo-commit": sha.decode()}
        if start + size < len(listing):
            where = f"tree/{sha.decode()}" + (f"/{quote(path, safe='')}" if path else "")
            headers["link"] = _next(call, where, cursor=start + size)
        return answer(_entry_views(repo, sha, page, expand=call.flag("expand")), headers=headers)


def _listing(repo: Repository, sha: ObjectID, path: str, *, recursive: bool) -> list[Entry]:
    folder = repo.entry(sha, file_path(path) if path else "")
    if not folder.is_folder:
        raise entry_not_found(path, sha.decode())
    prefix = f"{path}/" if path else ""
    # As on the public Hub: clients show and remember files in the order of the listing.
    return [*entries(repo.tree, folder.sha, prefix=prefix, recursive=recursive, folders_first=True)]


def _entry_views(repo: Repository, sha: ObjectID, page: list[Entry], *, expand: bool) -> list[Json]:
    views: list[Json] = []
    changed = repo.last_changes(sha, [entry.path for entry in page]) if expand else {}
    for entry in page:
        view = entry_view(repo, entry)
        if expand:
            view["lastCommit"] = last_commit_view(repo.commit(changed[entry.path]))
        views.append(view)
    return views


def paths_info(call: Call) -> Response:
    """POST /api/datasets/NS/NAME/paths-info/REV; a path that isn't there is left out."""
    form = parse_qs(call.body.decode(errors="replace"), max_num_fields=_MOST_PATHS)
    if call.request.headers.get("content-type", "").startswith("application/json"):
        paths = call.json().get("paths")
    else:
        paths = [*form.get("paths", [])]
    if not isinstance(paths, list):
        raise bad_request("paths must be a list")
    with call.open() as repo:
        sha = repo.resolve(call.revision)
        found = [find(repo.tree, repo.root(sha), file_path(path)) for path in paths]
        page = [entry for entry in found if entry is not None]
        expand = form.get("expand", ["false"])[0].lower() == "true"
        return answer(_entry_views(repo, sha, page, expand=expand))


def commits(call: Call) -> Response:
    """GET /api/datasets/NS/NAME/commits/REV, newest first, by pages over one history."""
    page, size = _number(call, "p", 0), _page_size(call, call.hub.settings.commits_page)
    with call.open() as repo:
        sha = repo.resolve(call.revision)
        history = repo.history(sha)
        formatted = "formatted" in call.request.query_params.getlist("expand[]")
        views: list[Json] = [
            commit_view(repo.commit(item), formatted=formatted)
            for item in history[page * size : (page + 1) * size]
        ]
        headers = {"x-total-count": str(len(history))}
        if (page + 1) * size < len(history):
            headers["link"] = _next(call, f"commits/{sha.decode()}", p=page + 1)
        return answer(views, headers=headers)


def _number(call: Call, name: str, default: int) -> int:
    text = call.query(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > len("1000000000"):
        raise bad_request(f"{name} must be a number")
    return int(text)


def _page_size(call: Call, default: int) -> int:
    return max(1, min(_number(call, "limit", default), _LARGEST_PAGE))


def _next(call: Call, where: str, **position: int) -> str:
    """A Link header to the next page of the same commit, whatever is committed meanwhile."""
    query = {**call.request.query_params, **{key: str(item) for key, item in position.items()}}
    url = f"{call.endpoint}/api/datasets/{call.repo}/{where}?{urlencode(query)}"
    return f'<{url}>; rel="next"'
