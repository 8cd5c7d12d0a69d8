"""The endpoints of discussions and pull requests."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from dulwich.objects import ObjectID
from dulwich.patch import write_tree_diff

from benchmark.localhub import pulls
from benchmark.localhub.call import Call, answer
from benchmark.localhub.problems import bad_request
from benchmark.localhub.pulls import Discussion, NewDiscussion
from benchmark.localhub.refs import BRANCHES, PULLS
from benchmark.localhub.store import MAIN
from benchmark.localhub.views import instant, title_and_message

if TYPE_CHECKING:
    from starlette.responses import Response

    from benchmark.canonical import Json
    from benchmark.localhub.repository import Repository

_LONGEST_TEXT = 65_536
_LONGEST_NUMBER = 9


def create_discussion(call: Call) -> Response:
    """POST /api/datasets/NS/NAME/discussions; a pull request if it says so."""
    wanted = call.json()
    new = NewDiscussion(
        _text(wanted, "title"), _text(wanted, "description"), wanted.get("pullRequest") is True
    )
    signature = call.writer(call.repo)
    with call.open() as repo:
        target = BRANCHES + MAIN
        num = pulls.open_discussion(repo, call.hub.store.locks, new, signature, target=target)
        return answer({"num": num, "pullRequest": new.is_pull, "url": _url(call, num)})


def list_discussions(call: Call) -> Response:
    """GET /api/datasets/NS/NAME/discussions: all of them on one page, the newest first."""
    with call.open() as repo:
        found = pulls.discussions(repo)[::-1]
        kind, status = call.query("type"), call.query("status")
        if kind in {"pull_request", "discussion"}:
            found = [item for item in found if item.is_pull == (kind == "pull_request")]
        if status in {"open", "closed"}:
            found = [
                item for item in found if (item.status in {"open", "draft"}) == (status == "open")
            ]
        views: list[Json] = [_summary(repo, item) for item in found]
        return answer({"discussions": views, "count": len(views), "start": 0})


def get_discussion(call: Call) -> Response:
    """GET /api/datasets/NS/NAME/discussions/N[?diff=1]."""
    with call.open() as repo:
        found = pulls.discussion(repo, _number(call))
        view = {**_summary(repo, found), "events": _events(repo, found)}
        if found.is_pull:
            view |= _changes(repo, found)
            if call.flag("diff"):
                view["diff"] = _diff(repo, found)
        return answer(view)


def merge_pull(call: Call) -> Response:
    """POST /api/datasets/NS/NAME/discussions/N/merge."""
    signature = call.writer(call.repo)
    with call.open() as repo:
        merged = pulls.merge(repo, call.hub.store.locks, _number(call), signature)
    call.record.sha = merged.merge_commit
    return answer({"success": True, "mergeCommitId": merged.merge_commit})


def set_status(call: Call) -> Response:
    """POST /api/datasets/NS/NAME/discussions/N/status: close it, or open it again."""
    wanted = call.json()
    status = _text(wanted, "status")
    if status not in {"open", "closed"}:
        raise bad_request("A status is open or closed")
    signature = call.writer(call.repo)
    with call.open() as repo:
        found = pulls.set_status(
            repo, call.hub.store.locks, _number(call), "open" if status == "open" else "closed"
        )
        data: Json = {"status": found.status}
        name = f"{found.num}-{found.status}"
        author = replace(found, author=signature.user)
        return answer({"newStatus": _event(author, name, "status-change", signature.time, data)})


def _number(call: Call) -> int:
    text = call.parameter("num")
    if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_NUMBER:
        raise bad_request("A discussion has a number")
    return int(text)


def _text(wanted: dict[str, Json], name: str) -> str:
    value = wanted.get(name) or ""
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or "\0" in value:
        raise bad_request(f"{name} must be text of at most {_LONGEST_TEXT} characters")
    return value


def _url(call: Call, num: int) -> str:
    return f"{call.endpoint}/datasets/{call.repo}/discussions/{num}"


def _summary(repo: Repository, found: Discussion) -> dict[str, Json]:
    return {
        "title": found.title,
        "num": found.num,
        "createdAt": instant(found.created),
        "status": found.status,
        "author": {"name": found.author},
        "repo": {"name": repo.name, "type": "dataset"},
        "isPullRequest": found.is_pull,
    }


def _changes(repo: Repository, pull: Discussion) -> dict[str, Json]:
    open_paths = pulls.conflicts(repo, pull) if pull.status in {"open", "draft"} else []
    return {
        "changes": {"base": pull.target, "mergeCommitId": pull.merge_commit},
        "filesWithConflicts": [*open_paths],
    }


def _events(repo: Repository, found: Discussion) -> list[Json]:
    data: Json = {"edited": False, "hidden": False, "latest": {"raw": found.description}}
    events: list[Json] = [_event(found, "0", "comment", found.created, data)]
    if found.is_pull:
        events += [_commit_event(repo, found, sha) for sha in _own_commits(repo, found)]
    if found.merged is not None:
        events.append(
            _event(found, "merged", "status-change", found.merged, {"status": found.status})
        )
    return events


def _own_commits(repo: Repository, pull: Discussion) -> list[ObjectID]:
    before = set(repo.history(ObjectID(pull.base.encode())))
    tip = repo.head(f"{PULLS}{pull.num}")
    return [sha for sha in reversed(repo.history(tip)) if sha not in before]


def _commit_event(repo: Repository, pull: Discussion, sha: ObjectID) -> Json:
    commit = repo.commit(sha)
    data: Json = {"subject": title_and_message(commit)[0], "oid": sha.decode()}
    return _event(pull, sha.decode(), "commit", commit.commit_time, data)


def _event(found: Discussion, name: str, kind: str, when: float, data: Json) -> Json:
    author: Json = {"name": found.author}
    return {"id": name, "type": kind, "createdAt": instant(when), "author": author, "data": data}


def _diff(repo: Repository, pull: Discussion) -> str:
    output = BytesIO()
    old, new = ObjectID(pull.base.encode()), repo.head(f"{PULLS}{pull.num}")
    write_tree_diff(output, repo.objects, repo.root(old), repo.root(new))
    return output.getvalue().decode(errors="replace")
