"""The embedded Hub as a process of its own, with every fault a Hub is known for.

What it was asked for, and which faults struck, it writes down before it acts: a Hub that is killed
has told everything.
"""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmark.localhub import failures
from benchmark.localhub.faults import Fault, Faults
from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from starlette.responses import Response

    from benchmark.localhub.call import Call
    from benchmark.localhub.faults import Proceed

REPO = "lab/results"
HEAL = "heal"

_READS = ("info", "tree", "paths-info", "resolve")
_UPLOADS = ("xet-token", "xet-xorb", "xet-shard")
_SLOW = 0.3


def faults() -> list[tuple[Fault, float]]:
    """Every fault, with how likely it is at rate 1."""
    commit = [
        *((failures.status(code), 0.02) for code in (408, 500, 502, 503, 504)),
        *((failures.applied_then(code), 0.03) for code in (408, 500, 503, 504)),
        (failures.applied_then_dropped(), 0.04),
        (failures.applied_then_html(), 0.02),
        (failures.dropped(), 0.04),
        (failures.html(), 0.02),
        (failures.busy(), 0.04),
        (failures.conflict(), 0.03),
        (failures.quota_used_up(), 0.01),
        (failures.rate_limited(1), 0.02),
        (failures.retry_after(1), 0.02),
        (failures.status(403), 0.005),
        (failures.latency(_SLOW), 0.05),
        (failures.slow_answer(_SLOW), 0.05),
    ]
    reads = [
        fault
        for operation in _READS
        for fault in (
            (failures.status(503, operation), 0.01),
            (failures.dropped(operation), 0.01),
            (failures.html(operation), 0.005),
            (failures.rate_limited(1, operation), 0.003),
            (failures.latency(_SLOW, operation), 0.01),
        )
    ]
    others = [
        (failures.stale_head(1), 0.06),
        (failures.stale_head(5), 0.03),
        (failures.truncated(), 0.01),
        (failures.status(404, "resolve"), 0.005),
        (failures.status(404, "tree"), 0.003),
        (failures.status(503, "preupload"), 0.01),
        (failures.dropped("preupload"), 0.01),
        (failures.status(503, "validate-yaml"), 0.02),
        *((failures.status(503, upload), 0.05) for upload in _UPLOADS),
        *((failures.dropped(upload), 0.05) for upload in _UPLOADS),
    ]
    return [*commit, *reads, *others]


class Ways(NamedTuple):
    """What a Hub is like.

    Attributes:
        rate: of the faults.
        seed: for chance.
        large: files of so many bytes are sent ahead of their commit, by Xet.
    """

    rate: float
    seed: int
    large: int


def serve(orders: Connection, root: str, port: int, log: str, ways: Ways) -> None:
    """Serve until killed, or until `orders` ends; sends one message when it is ready.

    Args:
        orders: receives `HEAL` when there are to be no more faults.
        root: the folder of the repositories.
        port: where it listens.
        log: the file that it adds to.
        ways: what it is like.
    """
    book = Book(Path(log))
    fair = threading.Event()
    struck = _all(ways, book, fair)
    settings = HubSettings(lfs_threshold=ways.large)
    with running_hub(Path(root), settings=settings, faults=struck, port=port) as hub:
        hub.create(REPO)
        orders.send(hub.endpoint)
        with suppress(EOFError):
            while True:
                if orders.recv() == HEAL:
                    fair.set()


class Book:
    """A file of JSON lines, each complete or not there at all."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self._guard = threading.Lock()

    def note(self, **value: Any) -> None:
        """Add a line."""
        with self._guard:
            os.write(self._file, json.dumps(value).encode() + b"\n")


def _all(ways: Ways, book: Book, fair: threading.Event) -> Faults:
    """There before the first request, and never changed: none may go unnoted."""
    struck = Faults(ways.seed)
    # The first is outermost: it sees what was asked and what became of it, whatever is answered.
    struck.always(_noted(book))
    for fault, probability in faults() if ways.rate else ():
        struck.sometimes(_announced(fault, book, fair), min(1.0, probability * ways.rate))
    return struck


def _noted(book: Book) -> Fault:
    async def act(call: Call, proceed: Proceed) -> Response:
        parent = _parent(await call.request.body())
        book.note(asked=parent)
        response = await proceed()
        book.note(parent=parent, sha=call.record.sha, status=response.status_code)
        return response

    return Fault("commit", "noted", act)


def _parent(body: bytes) -> str | None:
    header: dict[str, Any] = json.loads(body.partition(b"\n")[0])
    parent: str | None = header["value"].get("parentCommit")
    return parent


def _announced(fault: Fault, book: Book, fair: threading.Event) -> Fault:
    async def act(call: Call, proceed: Proceed) -> Response:
        if fair.is_set():
            return await proceed()
        book.note(fault=f"{fault.operation}: {fault.name}")
        return await fault.act(call, proceed)

    return Fault(fault.operation, fault.name, act, fault.method)


def notes(path: Path) -> Iterator[dict[str, Any]]:
    """What a Hub wrote down; the last line of one that was killed may be cut."""
    for line in path.read_bytes().splitlines(keepends=True):
        if line.endswith(b"\n"):
            yield json.loads(line)
