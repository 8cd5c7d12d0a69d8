"""Repositories, files and commits in the JSON form that the client reads."""

from __future__ import annotations

from datetime import datetime, timezone
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dulwich.objects import Commit, ObjectID

    from benchmark.canonical import Json
    from benchmark.localhub.repository import Repository
    from benchmark.localhub.trees import Entry


def instant(seconds: float) -> str:
    """Unix time in the Hub's form, `2026-01-31T12:00:00.000Z`."""
    moment = datetime.fromtimestamp(seconds, tz=timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def title_and_message(commit: Commit) -> tuple[str, str]:
    """The first line of a commit message and the rest."""
    title, _, message = commit.message.decode(errors="replace").partition("\n")
    return title, message.strip("\n")


def author(commit: Commit) -> str:
    """The user name of a commit's author."""
    name: str = commit.author.decode(errors="replace").partition(" <")[0]
    return name


def commit_view(commit: Commit, *, formatted: bool = False) -> dict[str, Json]:
    """A commit in a history; `formatted` adds its texts as HTML."""
    title, message = title_and_message(commit)
    html: Json = {"title": escape(title), "message": escape(message)}
    return {
        **({"formatted": html} if formatted else {}),
        "id": commit.id.decode(),
        "title": title,
        "message": message,
        "authors": [{"user": author(commit), "avatar": ""}],
        "date": instant(commit.commit_time),
    }


def last_commit_view(commit: Commit) -> dict[str, Json]:
    """The commit that last changed a file."""
    title, _ = title_and_message(commit)
    return {"id": commit.id.decode(), "title": title, "date": instant(commit.commit_time)}


def entry_view(repo: Repository, entry: Entry) -> dict[str, Json]:
    """A file or folder in a listing; sizes in bytes."""
    view: dict[str, Json] = {"path": entry.path, "oid": entry.sha.decode()}
    if entry.is_folder:
        return {"type": "directory", "size": 0, **view}
    facts = repo.facts(entry.sha)
    if facts.pointer is None:
        return {"type": "file", "size": facts.size, **view}
    oid, size = facts.pointer
    lfs: Json = {"oid": oid, "size": size, "pointerSize": facts.size}
    xet_hash = repo.xet.files.hash_of(oid)
    xet: dict[str, Json] = {"xetHash": xet_hash} if xet_hash else {}
    return {"type": "file", "size": size, "lfs": lfs, **xet, **view}


def sibling_view(repo: Repository, entry: Entry, *, blobs: bool) -> dict[str, Json]:
    """A file in the description of a repository."""
    if not blobs:
        return {"rfilename": entry.path}
    facts = repo.facts(entry.sha)
    view: dict[str, Json] = {
        "rfilename": entry.path, "blobId": entry.sha.decode(), "size": facts.size,
    }  # fmt: skip
    if facts.pointer:
        oid, size = facts.pointer
        view |= {"size": size, "lfs": {"sha256": oid, "size": size, "pointerSize": facts.size}}
    return view


def repo_view(
    repo: Repository, sha: ObjectID, *, blobs: bool, siblings: bool = True
) -> dict[str, Json]:
    """A dataset at a commit, with its files or without."""
    commit = repo.commit(sha)
    listed: list[Json] = [
        sibling_view(repo, entry, blobs=blobs) for entry in (repo.files(sha) if siblings else ())
    ]
    return {
        "_id": repo.name,
        "id": repo.name,
        "author": repo.name.partition("/")[0],
        "sha": sha.decode(),
        "lastModified": instant(commit.commit_time),
        "private": repo.is_private,
        "gated": False,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "tags": [],
        **({"siblings": listed} if siblings else {}),
    }
