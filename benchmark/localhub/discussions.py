"""The endpoints of discussions and pull requests."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from dulwich.objects import ObjectID
from dulwich.patch import write_tree_diff

from benchmark.localhub import pulls
from benchmark.localhub.call import Call, answer
from benchmark.localhub.problems import bad_request
from benchmark.localhub.pulls import NewDiscussion
from benchmark.localhub.refs import BRANCHES, PULLS
from benchmark.localhub.store import MAIN
from benchmark.localhub.views import instant, title_and_message

if TYPE_CHECKING:
    from dulwich.objects import Commit
    from starlette.responses import Response

    from benchmark.canonical import Json
    from benchmark.localhub.pulls import Discussion, Event
    from benchmark.localhub.repository import Repository

_LONGEST_TEXT = 65_536
_LONGEST_NUMBER = 9


def create_discussion(call: Call) -> Response:
    """POST /api/datasets/NS/NAME/discussions; a pull request if it says so."""
    wanted = call.json()
    new = NewDiscussion(
        text(wanted, "title"), text(wanted, "description"), wanted.get("pullRequest") is True
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
        author = call.query("author")
        found = [item for item in found if author in {"", item.author}]
        views: list[Json] = [_summary(repo, item) for item in found]
        return answer({"discussions": views, "count": len(views), "start": 0})


def get_discussion(call: Call) -> Response:
    """GET /api/datasets/NS/NAME/discussions/N[?diff=1]."""
    with call.open() as repo:
        found = pulls.discussion(repo, number(call))
        view = {**_summary(repo, found), "events": _events(repo, found)}
        if found.is_pull:
            view |= _changes(repo, found)
            if call.flag("diff"):
                view["diff"] = diff_of(repo, found)
        return answer(view)


def merge_pull(call: Call) -> Response:
    """POST /api/datasets/NS/NAME/discussions/N/merge."""
    signature = call.writer(call.repo)
    remark = text(call.json(), "comment")
    with call.open() as repo:
        merged = pulls.merge(repo, call.hub.store.locks, number(call), signature, remark)
    call.record.sha = merged.merge_commit
    return answer({"success": True, "mergeCommitId": merged.merge_commit})


def number(call: Call) -> int:
    """The number of a discussion in the path."""
    text = call.parameter("num")
    if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_NUMBER:
        raise bad_request("A discussion has a number")
    return int(text)


def text(wanted: dict[str, Json], name: str) -> str:
    """A field of a request, empty if it is absent."""
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


def event_view(event: Event) -> Json:
    """Something that happened, as the client reads it."""
    return {
        "id": event["id"],
        "type": event["type"],
        "createdAt": instant(event["when"]),
        "author": {"name": event["author"]},
        "data": event["data"],
    }


def _events(repo: Repository, found: Discussion) -> list[Json]:
    """In the order of time, what opened it first."""
    opening, *said = [(event["when"], event_view(event)) for event in pulls.said(found)]
    commits = [repo.commit(sha) for sha in (_own_commits(repo, found) if found.is_pull else ())]
    said += [(commit.commit_time, _commit_event(found, commit)) for commit in commits]
    if found.merged is not None:
        status: Json = {"status": found.status}
        said.append((found.merged, _event(found, "merged", "status-change", found.merged, status)))
    return [opening[1], *(view for _, view in sorted(said, key=lambda item: item[0]))]


def _own_commits(repo: Repository, pull: Discussion) -> list[ObjectID]:
    before = set(repo.history(ObjectID(pull.base.encode())))
    tip = repo.head(f"{PULLS}{pull.num}")
    return [sha for sha in reversed(repo.history(tip)) if sha not in before]


def _commit_event(pull: Discussion, commit: Commit) -> Json:
    sha = commit.id.decode()
    data: Json = {"subject": title_and_message(commit)[0], "oid": sha}
    return _event(pull, sha, "commit", commit.commit_time, data)


def _event(found: Discussion, name: str, kind: str, when: float, data: Json) -> Json:
    author: Json = {"name": found.author}
    return {"id": name, "type": kind, "createdAt": instant(when), "author": author, "data": data}


def diff_of(repo: Repository, pull: Discussion) -> str:
    """What a pull request changes, from its base."""
    output = BytesIO()
    old, new = ObjectID(pull.base.encode()), repo.head(f"{PULLS}{pull.num}")
    write_tree_diff(output, repo.objects, repo.root(old), repo.root(new))
    return output.getvalue().decode(errors="replace")
