"""Real publishes at an embedded Hub with the same limits, to hold the simulation against."""

from __future__ import annotations

import random
import tempfile
import threading
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmark.errors import TryAgainError
from benchmark.hub import HubStore
from benchmark.localhub import failures
from benchmark.localhub.faults import Fault
from benchmark.localhub.settings import HubSettings, Token
from benchmark.localhub.testing import running_hub
from benchmark.publish import publish
from benchmark.retry import Clockwork, RetryPolicy
from benchmark.submission import data_files
from tests.support import entries

if TYPE_CHECKING:
    from starlette.responses import Response

    from benchmark.localhub.call import Call
    from benchmark.localhub.faults import Act, Proceed
    from benchmark.localhub.testing import RunningHub
    from tests.simulation.hub import Limits

_REPO = "lab/results"
_TOKEN = "hf_write_0123456789abcdef"
_MONTH = "2026-01"


class Measured(NamedTuple):
    """What real publishes did.

    Attributes:
        landed: publishes that succeeded.
        commits: that the branch has.
        attempts: commits tried, of those that succeeded.
        seconds: until the last ended.
        read: seconds that a reading takes here, alone.
        answer: seconds that a commit takes here besides, alone.
    """

    landed: int
    commits: int
    attempts: int
    seconds: float
    read: float
    answer: float


def measured(count: int, limits: Limits, seed: int = 0) -> Measured:
    """So many publishers at once, each of one run.

    Args:
        count: of publishers.
        limits: of which the quota and the time that a commit holds the lock are made so.
        seed: of the pauses.
    """
    settings = HubSettings(tokens=(Token(_TOKEN, "write", "alice"),))
    with (
        tempfile.TemporaryDirectory() as folder,
        running_hub(Path(folder) / "hub", settings=settings) as hub,
    ):
        hub.create(_REPO)
        read, answer = _alone(hub, Path(folder) / "alone")
        hub.faults.always(Fault("commit", "limits", _limited(limits)))
        return _at_once(hub, Path(folder), count, (read, answer), random.Random(seed))  # noqa: S311 - reproducible, not secret


def _alone(hub: RunningHub, folder: Path) -> tuple[float, float]:
    """Seconds of a reading and of a commit, medians being of no use for so few: the second ones."""
    for number in range(2):
        store = _store(hub)
        began = time.perf_counter()
        snapshot = store.read()
        dict(snapshot.files)
        read = time.perf_counter()
        store.commit({"note": b"%d" % number}, parent=snapshot.revision, message="warm")
        done = time.perf_counter()
    assert folder
    return read - began, done - read


def _at_once(
    hub: RunningHub, folder: Path, count: int, alone: tuple[float, float], chance: random.Random
) -> Measured:
    attempts: list[int] = []

    def run(number: int) -> None:
        where = folder / str(number)
        entries.write(where, "leaderboard_x.json", entries.run(100, model=f"model-{number}"))
        try:
            done = publish(
                _store(hub), data_files(where), policy=RetryPolicy(),
                clockwork=Clockwork(time.monotonic, time.sleep, chance.uniform),
                month=lambda: _MONTH,
            )  # fmt: skip
        except TryAgainError:
            return
        attempts.append(done.summary.attempts or 0)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    before, began = len(hub.log(_REPO)), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    commits = len(hub.log(_REPO)) - before
    return Measured(len(attempts), commits, sum(attempts), seconds, *alone)


def _store(hub: RunningHub) -> HubStore:
    return HubStore(
        endpoint=hub.endpoint, dataset=_REPO, branch="main", token=_TOKEN, create_pr=False,
        sleep=time.sleep, uniform=random.uniform,
    )  # fmt: skip


def _limited(limits: Limits) -> Act:
    """One commit after the other, each as long as it holds the lock; no more than the quota."""
    lock = threading.Lock()
    applied: deque[float] = deque()
    quota = failures.quota_used_up().act

    async def act(call: Call, proceed: Proceed) -> Response:
        if len(applied) >= limits.quota:
            return await quota(call, proceed)
        response = await failures.latency(limits.apply).act(call, proceed)
        if response.status_code < 300:
            with lock:
                applied.append(time.monotonic())
        return response

    return act
