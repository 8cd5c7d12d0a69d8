"""A running hub inside a test: a real server on 127.0.0.1, and a look behind its back."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from benchmark.localhub.app import create_app
from benchmark.localhub.commits import commit_to_ref
from benchmark.localhub.faults import Faults
from benchmark.localhub.listener import LOOPBACK, listen
from benchmark.localhub.operations import AddFile, CommitRequest
from benchmark.localhub.problems import HubError
from benchmark.localhub.settings import HubSettings
from benchmark.localhub.views import title_and_message

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from starlette.applications import Starlette

    from benchmark.localhub.call import Hub, RequestRecord

_DEFAULT = HubSettings()
_GRACE_SECONDS = 5


class LoggedCommit(NamedTuple):
    """One commit of a history.

    Attributes:
        parent_commit: the `parentCommit` that the request carried, None if it carried none.
        over_http: whether a client made it, not `RunningHub` or a fault.
        is_empty: whether it left every file as it was.
    """

    sha: str
    parents: tuple[str, ...]
    title: str
    parent_commit: str | None
    over_http: bool
    is_empty: bool


class RunningHub:
    """A hub that is listening.

    Attributes:
        endpoint: its URL, no slash at the end.
        root: the folder with its repositories.
        faults: its faults; add some at any time.
    """

    def __init__(self, endpoint: str, root: Path, hub: Hub, faults: Faults) -> None:
        self.endpoint = endpoint
        self.root = root
        self.faults = faults
        self._hub = hub

    @property
    def requests(self) -> list[RequestRecord]:
        """Every request so far, the oldest first."""
        return list(self._hub.requests)

    def create(self, repo: str, files: Mapping[str, bytes] | None = None) -> str:
        """Create a dataset, or add files to one that exists; returns its head."""
        try:
            self._hub.store.create(repo, self._hub.sign("setup"))
        except HubError as error:
            if error.status != 409:  # noqa: PLR2004 - it exists
                raise
        return self.write(repo, files) if files else self.head(repo)

    def write(self, repo: str, files: Mapping[str, bytes], revision: str = "main") -> str:
        """Commit behind every client's back, as another writer would; returns the new head."""
        return write_files(self._hub, repo, files, revision)

    def head(self, repo: str, revision: str = "main") -> str:
        """The commit that a revision means now."""
        with self._hub.store.open(repo) as opened:
            return opened.resolve(revision).decode()

    def files(self, repo: str, revision: str = "main") -> dict[str, bytes]:
        """Every file, `.gitattributes` included, large ones with their content."""
        with self._hub.store.open(repo) as opened:
            commit = opened.resolve(revision)
            return {entry.path: opened.content(entry.sha) for entry in opened.files(commit)}

    def log(self, repo: str, revision: str = "main") -> list[LoggedCommit]:
        """The history, the oldest first."""
        made = {record.sha: record for record in self.requests if record.sha}
        with self._hub.store.open(repo) as opened:
            history = []
            for sha in reversed(opened.history(opened.resolve(revision))):
                commit, record = opened.commit(sha), made.get(sha.decode())
                history.append(LoggedCommit(
                    sha=sha.decode(),
                    parents=tuple(parent.decode() for parent in commit.parents),
                    title=title_and_message(commit)[0],
                    parent_commit=record.parent_commit if record else None,
                    over_http=record is not None,
                    is_empty=any(opened.root(item) == commit.tree for item in commit.parents),
                ))  # fmt: skip
            return history


def write_files(hub: Hub, repo: str, files: Mapping[str, bytes], revision: str = "main") -> str:
    """Commit files without HTTP; returns the new head."""
    operations = tuple(AddFile(path, content) for path, content in files.items())
    request = CommitRequest("written directly", "", None, operations)
    with hub.store.open(repo) as opened:
        signature = hub.sign("setup")
        return commit_to_ref(opened, hub.store.locks, revision, request, signature).decode()


@contextmanager
def running_hub(
    root: Path,
    *,
    settings: HubSettings = _DEFAULT,
    faults: Faults | None = None,
    port: int = 0,
) -> Iterator[RunningHub]:
    """Serve `root` on 127.0.0.1 from a daemon thread until the block ends; port 0 is a free one."""
    faults = faults or Faults()
    app = create_app(root, settings=settings, faults=faults)
    listener = listen(LOOPBACK, port)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=_protocol(app),
            loop="asyncio",
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        endpoint = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        yield RunningHub(endpoint, root, app.state.hub, faults)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _protocol(app: Starlette) -> type[H11Protocol]:
    """HTTP that keeps the connections by client address, so that a fault can drop one."""
    connections: dict[object, asyncio.Transport] = {}
    app.state.connections = connections

    class Droppable(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            connections[transport.get_extra_info("peername")] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            connections.pop(self.transport.get_extra_info("peername"), None)
            super().connection_lost(exc)

    return Droppable
