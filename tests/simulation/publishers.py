"""Repositories that publish: the attempts of one job, and jobs until the submission has landed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmark.errors import TryAgainError
from benchmark.retry import Course, RetryPolicy

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Collection, Generator

    from tests.simulation.events import Clock
    from tests.simulation.hub import SimulatedHub


@dataclass
class Publisher:
    """Whoever makes commits of what waits.

    Attributes:
        clock: the time.
        hub: where it publishes.
        chance: its random numbers.
        waiting: what a commit made now would take along.
        policy: how a job tries.
        attempts: of all its jobs.
        landed: whether it has got through.
        jobs: that it took.
    """

    clock: Clock
    hub: SimulatedHub
    chance: random.Random
    waiting: Callable[[], Collection[int]]
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    attempts: int = 0
    landed: bool = False
    jobs: int = 0

    def job(self) -> Generator[float, None, bool]:
        """One job, as `publish` does it; whether nothing waits any more that it knew of."""
        self.jobs += 1
        course = Course(self.policy, self.chance.uniform, self.clock.now)
        number = 0
        while True:
            number += 1
            began, parent = self.clock.now, self.hub.head
            yield self.hub.limits.read
            found = [item for item in self.waiting() if item not in self.hub.landed]
            if not found:
                return True
            self.attempts += 1
            failure = yield from self._commit(found, parent)
            if failure is None:
                return True
            try:
                yield course.pause(number, failure, began, self.clock.now)
            except TryAgainError:
                return False

    def until_landed(self, wait: Callable[[], float] | None) -> Generator[float, None, None]:
        """Jobs, some time apart, until one has got through.

        Args:
            wait: seconds from the end of a job to the beginning of the next; None for one job.
        """
        while True:
            self.landed = yield from self.job()
            if self.landed or wait is None:
                return
            yield wait()

    def _commit(
        self, found: Collection[int], parent: int
    ) -> Generator[float, None, TryAgainError | None]:
        yield self.hub.limits.answer / 2
        while (wait := self.hub.busy(self.clock.now)) and parent == self.hub.head:
            yield wait
        failure = self.hub.commit(found, parent, self.clock.now)
        yield self.hub.limits.answer / 2
        return failure
