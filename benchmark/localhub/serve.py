"""Serves a hub until it is told to stop."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import uvicorn

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.localhub.app import create_app
from benchmark.localhub.listener import listen
from benchmark.localhub.patience import Connection, Patience, end_stalled
from benchmark.localhub.problems import HubError
from benchmark.localhub.xet.sweep import UNUSED_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import FrameType

    from starlette.applications import Starlette

    from benchmark.localhub.call import Hub
    from benchmark.localhub.settings import HubSettings

_GRACE_SECONDS = 3
_END_SECONDS = 4.5
_HOUSEKEEPING_SECONDS = 300
_PATIENCE = Patience()
_TICKS = 10
_MOST_FILES = 65_536


def serve(
    root: Path,
    address: tuple[str, int],
    settings: HubSettings,
    *,
    create: Sequence[str] = (),
    ready: Callable[[str], None],
) -> None:
    """Serve until SIGINT or SIGTERM; requests under way have 3 s to finish.

    Whatever runs, the process ends within 5 s: a write that was not acknowledged by then is as one
    that a `kill -9` has met, which loses nothing.

    Args:
        root: the folder with the repositories.
        address: host and port, port 0 for a free one.
        settings: limits and tokens.
        create: datasets to create if they are missing.
        ready: called with the endpoint once requests are answered.

    Raises:
        UsageError: if the address cannot be used, or the folder, or a dataset cannot be created.
    """
    try:
        app = create_app(root, settings=settings)
        hub: Hub = app.state.hub
        for name in create:
            _create(hub, name)
    except OSError as error:
        raise UsageError(
            f"Cannot write below {root}: {error.strerror or error}.",
            hint=N_("Check that the folder exists, is writable and has space left."),
        ) from None
    _in_background(lambda: _keep_house(hub))
    _allow_many_connections()
    with _listen(address) as listener:
        for number in (signal.SIGINT, signal.SIGTERM):
            # uvicorn finishes and then raises the signal again; stopping is no failure.
            signal.signal(number, _ignore)
        endpoint = _endpoint(address[0], listener.getsockname()[1])
        Serving(app, lambda: ready(endpoint)).run(sockets=[listener])


class Serving(uvicorn.Server):
    """A server that ends when it is told to, and ends connections that stall."""

    def __init__(
        self, app: Starlette, announce: Callable[[], None], patience: Patience = _PATIENCE
    ) -> None:
        config = uvicorn.Config(
            app,
            http=Connection,
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        super().__init__(config)
        self._announce = announce
        self._patience = patience

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self._announce()

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second."""
        if counter % _TICKS == 0:
            end_stalled(self.server_state.connections, time.monotonic(), self._patience)
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End soon."""
        end = threading.Timer(_END_SECONDS, _end)
        end.daemon = True
        end.start()
        super().handle_exit(sig, frame)


def _end() -> None:
    # A thread cannot be ended from outside, and Python waits for each.
    sys.stderr.flush()
    os._exit(0)


def _allow_many_connections() -> None:
    """As many files as this process may have open, not the few that it begins with."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - Windows has none, and needs none

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        # macOS has no limit by that name, and refuses one.
        wanted = _MOST_FILES if most == resource.RLIM_INFINITY else min(most, _MOST_FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _keep_house(hub: Hub) -> None:
    hub.store.finish_rewriting()
    hub.store.sweep(before=hub.settings.clock() - UNUSED_SECONDS)
    never = threading.Event()
    while True:
        hub.store.pack()
        never.wait(_HOUSEKEEPING_SECONDS)


def _in_background(work: Callable[[], None]) -> None:
    """Neither the start nor the end waits for it."""
    threading.Thread(target=work, name="hub-housekeeping", daemon=True).start()


def _create(hub: Hub, name: str) -> None:
    try:
        hub.store.create(name, hub.sign("local"))
    except HubError as error:
        if error.status != 409:  # noqa: PLR2004 - it exists
            raise UsageError(
                f"Cannot create {name!r}: {error.message}.", hint=N_("Use --create NS/NAME.")
            ) from None


def _listen(address: tuple[str, int]) -> socket.socket:
    host, port = address
    try:
        return listen(host, port)
    except OSError as error:
        raise UsageError(
            f"Cannot listen on {host}:{port}: {error.strerror or error}.",
            hint=N_("Choose another --port, or 0 for any free one."),
        ) from None


def _endpoint(host: str, port: int) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - every address: name one that others can use
        host = socket.gethostname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _ignore(_number: int, _frame: FrameType | None) -> None:
    return None
