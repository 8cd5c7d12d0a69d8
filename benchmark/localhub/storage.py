"""The endpoints that say how much room the datasets take."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.localhub.call import Call, answer
from benchmark.localhub.problems import HubError, unauthorized
from benchmark.localhub.views import instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.responses import Response

    from benchmark.canonical import Json
    from benchmark.localhub.repository import Repository


def all_datasets(call: Call) -> Response:
    """GET /api/settings/repositories: of this hub every dataset, for they have no owners."""
    return answer(_views(call, call.hub.store.names()))


def datasets_of(call: Call) -> Response:
    """GET /api/organizations/NS/settings/repositories."""
    prefix = f"{call.parameter('org')}/"
    return answer(
        _views(call, (name for name in call.hub.store.names() if name.startswith(prefix)))
    )


def _views(call: Call, names: Iterable[str]) -> list[Json]:
    if call.who is None:
        raise unauthorized()
    sizes: dict[str, int] = {}
    views: dict[str, dict[str, Json]] = {}
    for name in names:
        # A dataset may go meanwhile.
        with suppress(HubError), call.open(name) as repo:
            sizes[name] = _bytes_on_disk(repo)
            views[name] = _view(repo)
    total = sum(sizes.values()) or 1
    return [
        {**view, "storage": sizes[name], "storagePercent": sizes[name] / total}
        for name, view in views.items()
    ]


def _view(repo: Repository) -> dict[str, Json]:
    return {
        "id": repo.name,
        "type": "dataset",
        "updatedAt": instant(repo.commit(repo.resolve("main")).commit_time),
        "visibility": "private" if repo.is_private else "public",
    }


def _bytes_on_disk(repo: Repository) -> int:
    size = 0
    for folder, _, names in os.walk(repo.git):
        repo.check()
        for name in names:
            with suppress(FileNotFoundError):
                size += Path(folder, name).stat().st_size
    return size
