"""Pull requests: a ref `refs/pr/N` and a small JSON record in `hub/discussions/N.json`.

The ref is written before the record: a crash in between leaves a ref that nobody was told about.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from dulwich.objects import ObjectID
from typing_extensions import TypedDict

from benchmark import canonical
from benchmark.localhub.commits import NewCommit, Signature, build, stage, write_commit
from benchmark.localhub.objects import ObjectWriter
from benchmark.localhub.problems import HubError, bad_request, conflict, revision_not_found
from benchmark.localhub.refs import PULLS, list_refs, write_ref
from benchmark.localhub.trees import Entry, TreeEditor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from benchmark.canonical import Json
    from benchmark.localhub.locks import Locks
    from benchmark.localhub.operations import CommitRequest
    from benchmark.localhub.repository import Repository

Status = Literal["draft", "open", "merged", "closed"]


OPENING = "0"


class Event(TypedDict):
    """Something that happened in a discussion after it was opened; `when` is Unix time."""

    id: str
    type: str
    when: float
    author: str
    data: dict[str, Json]


@dataclass(frozen=True)
class Discussion:
    """A discussion or a pull request; `base` is the commit a pull request started from.

    `target` is the ref that merging moves, `created` is Unix time, `events` are in their order.
    """

    num: int
    title: str
    description: str
    author: str
    created: float
    is_pull: bool
    status: Status
    target: str = ""
    base: str = ""
    merge_commit: str | None = None
    merged: float | None = None
    events: tuple[Event, ...] = ()


class NewDiscussion(NamedTuple):
    """What somebody asks to be opened."""

    title: str
    description: str
    is_pull: bool


def open_with_commit(
    repo: Repository, locks: Locks, revision: str, request: CommitRequest, signature: Signature
) -> tuple[int, ObjectID]:
    """Open a pull request with one commit, on the named parent or else on the head.

    Returns:
        Its number and its commit, both durable.

    Raises:
        HubError: 404 if that is no branch, as for the public Hub also for a tag or a commit id.
    """
    target = repo.movable_ref(revision)
    if target is None:
        raise revision_not_found(revision)
    base = repo.commit_by_prefix(request.parent) if request.parent else repo.head(target)
    with ObjectWriter(repo.git / "objects") as writer:
        staged = stage(repo, writer, request.operations)
        new = build(repo, writer, base, staged, (request.message, signature))
        writer.sync()
    pull = Discussion(
        0, request.summary, request.description, signature.user, signature.time,
        is_pull=True, status="open", target=target, base=base.decode(),
    )  # fmt: skip
    with locks.hold(repo.git):
        return _open(repo, pull, new), new


def open_discussion(
    repo: Repository, locks: Locks, wanted: NewDiscussion, signature: Signature, *, target: str
) -> int:
    """Open a discussion, or a pull request (a draft, without a commit yet)."""
    with locks.hold(repo.git):
        base = repo.head(target) if wanted.is_pull else None
        record = Discussion(
            0, wanted.title, wanted.description, signature.user, signature.time,
            is_pull=wanted.is_pull, status="draft" if wanted.is_pull else "open",
            target=target if base else "", base=base.decode() if base else "",
        )  # fmt: skip
        return _open(repo, record, base)


def _open(repo: Repository, record: Discussion, head: ObjectID | None) -> int:
    taken = {int(name) for name in list_refs(repo.git, PULLS) if name.isdigit()}
    num = max([*taken, *(item.num for item in discussions(repo))], default=0) + 1
    if head is not None:
        write_ref(repo.git, f"{PULLS}{num}", head)
    _save(repo, replace(record, num=num))
    return num


def discussion(repo: Repository, num: int) -> Discussion:
    """One discussion.

    Raises:
        HubError: 404 if there is none.
    """
    try:
        return _load(_folder(repo) / f"{num}.json")
    except FileNotFoundError:
        raise HubError(404, f"Discussion {num} not found", code="DiscussionNotFound") from None


def discussions(repo: Repository) -> list[Discussion]:
    """Every discussion, the oldest first."""
    paths = [path for path in _folder(repo).iterdir() if re.fullmatch(r"\d+\.json", path.name)]
    return sorted((_load(path) for path in paths), key=lambda item: item.num)


def merge(
    repo: Repository, locks: Locks, num: int, signature: Signature, remark: str = ""
) -> Discussion:
    """Merge a pull request: fast-forward, or a merge commit if no path was changed on both sides.

    Raises:
        HubError: 409 if a path was changed on both sides or it is no longer open, 404 and 400.
    """
    with locks.hold(repo.git):
        pull = discussion(repo, num)
        if not pull.is_pull:
            raise bad_request(f"Discussion {num} is not a pull request")
        if pull.status not in {"open", "draft"}:
            raise conflict(f"Pull request {num} is {pull.status}")
        merged = _merge(repo, pull, signature)
        write_ref(repo.git, pull.target, merged)
        if remark.strip():
            pull = replace(pull, events=(*pull.events, comment(remark, signature)))
        done = replace(pull, status="merged", merge_commit=merged.decode(), merged=signature.time)
        _save(repo, done)
        return done


def update(
    repo: Repository, locks: Locks, num: int, change: Callable[[Discussion], Discussion]
) -> None:
    """Replace a discussion by what `change` makes of it, durably.

    Raises:
        HubError: 404 if there is none, and what `change` raises.
    """
    with locks.hold(repo.git):
        _save(repo, change(discussion(repo, num)))


def follow(repo: Repository, commits: Mapping[ObjectID, ObjectID]) -> None:
    """Let pull requests name what became of their commits; the caller holds the lock."""
    became = {old.decode(): new.decode() for old, new in commits.items()}
    for item in discussions(repo):
        merge_commit = became.get(item.merge_commit or "", item.merge_commit)
        new = replace(item, base=became.get(item.base, item.base), merge_commit=merge_commit)
        if new != item:
            _save(repo, new)


def event(kind: str, data: dict[str, Json], by: Signature) -> Event:
    """Something that happens now."""
    name = secrets.token_hex(12)
    return {"id": name, "type": kind, "when": by.time, "author": by.user, "data": data}


def comment(written: str, by: Signature) -> Event:
    """Somebody says something."""
    return event("comment", {"edited": False, "hidden": False, "latest": {"raw": written}}, by)


def said(found: Discussion) -> tuple[Event, ...]:
    """The comment that opened a discussion, and what happened since."""
    if any(item["id"] == OPENING for item in found.events):
        return found.events
    opened = comment(found.description, Signature(found.author, found.created))
    return ({**opened, "id": OPENING}, *found.events)


def conflicts(repo: Repository, pull: Discussion) -> list[str]:
    """The paths that both the pull request and its target changed, differently."""
    ours, theirs = _changes(repo, pull)
    return sorted(path for path in theirs if path in ours and ours[path] != theirs[path])


def _merge(repo: Repository, pull: Discussion, signature: Signature) -> ObjectID:
    head, tip = repo.head(pull.target), repo.head(f"{PULLS}{pull.num}")
    if head in repo.history(tip):
        return tip
    if tip in repo.history(head):
        return head
    both = conflicts(repo, pull)
    if both:
        raise conflict(f"Pull request {pull.num} conflicts in {', '.join(both[:10])}")
    message = f"{pull.title} (#{pull.num})"
    editor = TreeEditor(repo.records, repo.root(head))
    _apply(editor, _changes(repo, pull)[1])
    with ObjectWriter(repo.git / "objects") as writer:
        # After a squash the base is none of ours, and neither is what the pull request grew from.
        related = ObjectID(pull.base.encode()) in repo.history(head)
        parents = [head, tip] if related else [head]
        tree = editor.write(lambda records: repo.add_tree(writer, records))
        new = NewCommit(tree, parents, message, signature)
        sha = write_commit(writer, new)
        writer.sync()
    return sha


def _apply(editor: TreeEditor, changes: Mapping[str, Entry | None]) -> None:
    try:
        for path, entry in sorted(changes.items(), key=lambda item: item[1] is not None):
            if entry is None:
                editor.delete(path, is_folder=False)
            else:
                editor.put(path, entry.mode, entry.sha)
    except HubError as error:
        raise conflict(f"The pull request cannot be merged: {error.message}") from None


def _changes(
    repo: Repository, pull: Discussion
) -> tuple[dict[str, Entry | None], dict[str, Entry | None]]:
    """What the target and what the pull request changed since the base; None for a removed file."""
    base = _by_path(repo, ObjectID(pull.base.encode()))
    ours = _by_path(repo, repo.head(pull.target))
    theirs = _by_path(repo, repo.head(f"{PULLS}{pull.num}"))
    return _difference(base, ours), _difference(base, theirs)


def _by_path(repo: Repository, commit: ObjectID) -> dict[str, Entry]:
    return {entry.path: entry for entry in repo.files(commit)}


def _difference(old: dict[str, Entry], new: dict[str, Entry]) -> dict[str, Entry | None]:
    return {
        path: new.get(path) for path in old.keys() | new.keys() if old.get(path) != new.get(path)
    }


def _folder(repo: Repository) -> Path:
    return repo.git / "hub" / "discussions"


def _save(repo: Repository, record: Discussion) -> None:
    fields = {**asdict(record), "events": list(record.events)}
    canonical.write_atomic(
        _folder(repo) / f"{record.num}.json", canonical.dumps(cast("Json", fields))
    )


def _load(path: Path) -> Discussion:
    fields = cast("dict[str, Any]", canonical.loads(path.read_bytes(), file=str(path)))
    # Written by _save, by an earlier version without events.
    return Discussion(**{**fields, "events": tuple(fields.get("events", ()))})
