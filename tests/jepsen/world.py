"""What everybody in a run shares: the Hub, the history, the work that is left, what is known."""

from __future__ import annotations

import random
import socket
import threading
from typing import TYPE_CHECKING, NamedTuple

from tests.jepsen import hub_process
from tests.jepsen.history import Recorder
from tests.jepsen.processes import Child
from tests.jepsen.workload import Workload

if TYPE_CHECKING:
    from pathlib import Path

    from tests.jepsen.workload import Submission


class Plan(NamedTuple):
    """How much is done.

    Attributes:
        submissions: how many are made.
        publishers: processes that publish them.
        maintainers: processes that retract, rebuild and so on.
        together: at most so many submissions wait for one publish.
        rate: of the faults; 0 is a Hub without any.
        trouble: mean seconds between two deeds of the nemesis.
        pace: seconds that a publisher really waits for each that it means to.
        large: bytes from which on a file is sent ahead of its commit, by Xet.
        seed: of every choice.
    """

    submissions: int = 10_000
    publishers: int = 3
    maintainers: int = 1
    together: int = 40
    rate: float = 1.0
    trouble: float = 1.0
    pace: float = 0.1
    large: int = 10 * 1024 * 1024
    seed: int = 0


class World:
    """One run."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self.plan = folder, plan
        self.root, self.log = folder / "root", folder / "hub.jsonl"
        self.recorder = Recorder(folder / "history.jsonl")
        self.port = _free_port()
        self._workload = Workload(plan.seed)
        self._guard = threading.Lock()
        self._made = 0
        self._acknowledged: list[str] = []
        self.stop = threading.Event()
        self.hub_restarts = 0
        self.hub = Child(folder / "hub.said", hub_process.serve, *self._hub_arguments())
        self.hub.hear()

    @property
    def environment(self) -> dict[str, str]:
        """That of a publisher."""
        return {
            "HF_ENDPOINT": f"http://127.0.0.1:{self.port}",
            "HF_REPO": hub_process.REPO,
            "HF_HOME": str(self.folder / "home"),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "LANG": "C.UTF-8",
        }

    def random(self, who: str) -> random.Random:
        """Choices of one participant: the same in every run with this seed."""
        return random.Random(f"{self.plan.seed} {who}")  # noqa: S311 - as in `workload`

    def next(self, most: int) -> list[Submission]:
        """New submissions, at most so many; none once all are made."""
        with self._guard:
            count = 0 if self.stop.is_set() else min(most, self.plan.submissions - self._made)
            self._made += count
            return [self._workload.next() for _ in range(count)]

    def is_done(self) -> bool:
        """Whether every submission has been made."""
        with self._guard:
            return self.stop.is_set() or self._made >= self.plan.submissions

    @property
    def made(self) -> int:
        """Submissions so far."""
        with self._guard:
            return self._made

    def learn(self, runs: tuple[str, ...]) -> None:
        """These runs are known to be in the dataset."""
        with self._guard:
            self._acknowledged += runs

    def pick(self, choice: random.Random) -> str | None:
        """A run that is in the dataset."""
        with self._guard:
            return choice.choice(self._acknowledged) if self._acknowledged else None

    def restart_hub(self) -> None:
        """Kill the Hub, whatever it is doing, and start it on the same folder and port."""
        self.hub_restarts += 1
        self.hub.replace(*self._hub_arguments())
        self.hub.hear()

    def heal(self) -> None:
        """No more faults."""
        self.plan = self.plan._replace(rate=0.0)
        self.hub.tell(hub_process.HEAL)

    def _hub_arguments(self) -> tuple[object, ...]:
        plan = self.plan
        ways = hub_process.Ways(plan.rate, plan.seed + self.hub_restarts, plan.large)
        return (str(self.root), self.port, str(self.log), ways)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
