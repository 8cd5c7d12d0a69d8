"""Which commit last changed a path: what `expand=true` adds to a listing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.localhub.trees import find

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dulwich.objects import ObjectID

    from benchmark.localhub.repository import Repository


def last_commits(repo: Repository, head: ObjectID, paths: Iterable[str]) -> dict[str, ObjectID]:
    """For each path at `head` the commit that gave it its content, along the first parents."""
    found: dict[str, ObjectID] = {}
    pending = {path: _content(repo, head, path) for path in paths}
    current = head
    while pending:
        parents = repo.commit(current).parents
        for path, content in list(pending.items()):
            if not parents or _content(repo, parents[0], path) != content:
                found[path] = current
                del pending[path]
        current = parents[0] if parents else current
    return found


def _content(repo: Repository, commit: ObjectID, path: str) -> ObjectID | None:
    entry = find(repo.tree, repo.root(commit), path)
    return entry.sha if entry else None
