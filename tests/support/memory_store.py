"""A dataset in memory with the Hub's semantics, faults included, one step at a time."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmark.errors import (
    BenchmarkError,
    BusyError,
    ConflictError,
    HubUnreachableError,
    OutcomeUnknownError,
    QuotaError,
)
from benchmark.leaderboard import Revision, Snapshot, applied
from benchmark.publish import publish
from benchmark.retry import Clockwork, RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmark.leaderboard import Changes
    from benchmark.publish import Publication
    from benchmark.store import Store
    from benchmark.submission import SubmittedFile

READ_FAULTS = ("none", "unreachable", "stale")
COMMIT_FAULTS = (
    *("none", "conflict", "busy", "slow down", "quota"),
    *("lost before applying", "lost after applying"),
)
STILL = Clockwork(monotonic=lambda: 0.0, sleep=lambda _: None, uniform=lambda a, _b: a)


@dataclass
class MemoryHub:
    """A branch: every commit a full tree, the last one its head.

    Attributes:
        history: the commits.
        tells: whether it tells which commit last changed a path; one that does not is read whole.
    """

    history: list[Snapshot] = field(default_factory=list)
    tells: bool = True

    def __post_init__(self) -> None:
        self.history.append(Snapshot(Revision("0" * 40), {}))

    @property
    def head(self) -> Snapshot:
        """The branch's last commit."""
        return self.history[-1]

    def read(self, fault: str = "none") -> Snapshot:
        """The head, or what the fault makes of it."""
        if fault == "unreachable":
            raise HubUnreachableError("503")
        return self.history[max(0, len(self.history) - 2)] if fault == "stale" else self.head

    def commit(self, files: Changes, parent: Revision, fault: str = "none") -> Revision:
        """Compare and swap, or what the fault makes of it."""
        not_applied: dict[str, BenchmarkError] = {
            "conflict": ConflictError("412"),
            "busy": BusyError("409"),
            "slow down": BusyError("429", wait=3.0),
            "quota": QuotaError("429: 128 per hour"),
            "lost before applying": OutcomeUnknownError("503"),
        }
        if fault in not_applied:
            raise not_applied[fault]
        if parent != self.head.revision:
            raise ConflictError("412")
        revision = Revision(f"{len(self.history):040x}")
        changed = dict.fromkeys([*files, *(path.split("/")[0] for path in files)], str(revision))
        changed_by = {**self.head.changed_by, **changed} if self.tells else {}
        self.history.append(Snapshot(revision, applied(self.head.files, files), changed_by))
        if fault == "lost after applying":
            raise OutcomeUnknownError("500")
        return revision


@dataclass
class Direct:
    """A hub as a store without faults."""

    hub: MemoryHub

    def read(self) -> Snapshot:
        """As Store.read."""
        return self.hub.read()

    def commit(self, files: Changes, *, parent: Revision, message: str) -> Revision:
        """As Store.commit."""
        assert message
        return self.hub.commit(files, parent)


class SteppedPublisher:
    """A real publish in a thread of its own that waits for permission before each store call.

    Only one thread ever runs, so a schedule of steps decides everything.
    """

    def __init__(
        self,
        hub: MemoryHub,
        files: Sequence[SubmittedFile],
        seen_by: Callable[[Store], Store] = lambda store: store,
    ) -> None:
        self._store = seen_by(self)
        self.outcome: Publication | BenchmarkError | None = None
        self.waiting_for = ""
        self._hub = hub
        self._files = files
        self._permission: queue.Queue[str] = queue.Queue()
        self._arrived: queue.Queue[str] = queue.Queue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._arrive()

    @property
    def done(self) -> bool:
        """Whether publish has returned or raised."""
        return self.outcome is not None

    def step(self, fault: str = "none") -> None:
        """Let it make the call it waits for, with this fault, and run to the next."""
        self._permission.put(fault)
        self._arrive()

    def finish(self) -> None:
        """Let it run to its end without another fault."""
        while not self.done:
            self.step()
        self._thread.join(timeout=30)

    def read(self) -> Snapshot:
        """As Store.read."""
        return self._hub.read(self._next("read"))

    def commit(self, files: Changes, *, parent: Revision, message: str) -> Revision:
        """As Store.commit."""
        assert message
        return self._hub.commit(files, parent, self._next("commit"))

    def _arrive(self) -> None:
        self.waiting_for = self._arrived.get(timeout=30)
        assert self.waiting_for or self.done, "publish raised what is no BenchmarkError"

    def _next(self, call: str) -> str:
        self._arrived.put(call)
        return self._permission.get(timeout=30)

    def _run(self) -> None:
        policy = RetryPolicy(max_attempts=10_000)
        try:
            self.outcome = publish(
                self._store, self._files, policy=policy, clockwork=STILL, month=lambda: "2026-01"
            )
        except BenchmarkError as error:
            self.outcome = error
        finally:
            self._arrived.put("")
