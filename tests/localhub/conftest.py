"""A running hub with one dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from huggingface_hub import HfApi

from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub
from benchmark.localhub.tokens import parse_tokens
from tests.localhub.wire import READ, REPO, WRITE, Answer, ask, commit_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub with one dataset, `lab/results`."""
    with running_hub(tmp_path / "root") as running:
        running.create(REPO)
        yield running


@pytest.fixture
def api(hub: RunningHub) -> HfApi:
    """The client, at an open hub."""
    return HfApi(endpoint=hub.endpoint, token=False)


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub with tokens, `WRITE` of alice and `READ` of bob."""
    tokens = parse_tokens(f"write {WRITE} alice\nread {READ} bob\n", source="tokens")
    with running_hub(tmp_path / "guarded", settings=HubSettings(tokens=tokens)) as running:
        running.create(REPO, {"a.json": b"[]"})
        yield running


@pytest.fixture
def send(hub: RunningHub) -> Callable[..., Answer]:
    """`send(method, path, body, **headers)` to the hub."""
    return lambda method, path, body=b"", **headers: ask(
        hub.endpoint, method, path, body, **headers
    )


@pytest.fixture
def commit(hub: RunningHub) -> Callable[..., Answer]:
    """`commit(files, parent)` on the dataset's main branch."""

    def post(files: Mapping[str, bytes], parent: str | None = None, suffix: str = "") -> Answer:
        path = f"/api/datasets/{REPO}/commit/main{suffix}"
        return ask(hub.endpoint, "POST", path, commit_body(files, parent))

    return post
