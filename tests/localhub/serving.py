"""The command's own server in a thread: its event loop and its HTTP, which tests' hubs have not."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from benchmark.localhub.app import create_app
from benchmark.localhub.listener import LOOPBACK, listen
from benchmark.localhub.patience import Patience
from benchmark.localhub.serve import Serving
from benchmark.localhub.settings import HubSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_PATIENCE = Patience()
_DEFAULT = HubSettings()


class Served(NamedTuple):
    """A server that is listening."""

    address: tuple[str, int]
    server: Serving

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return f"http://{self.address[0]}:{self.address[1]}"


@contextmanager
def serving(
    root: Path, patience: Patience = _PATIENCE, settings: HubSettings = _DEFAULT
) -> Iterator[Served]:
    """Serve this root; another hub may serve it as well."""
    started = threading.Event()
    server = Serving(create_app(root, settings=settings), started.set, patience)
    with closing(listen(LOOPBACK, 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        assert started.wait(30)
        try:
            yield Served(listener.getsockname(), server)
        finally:
            server.should_exit = True
            thread.join()
