"""The ways in which many submissions may reach one dataset."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from benchmark.retry import RetryPolicy
from tests.simulation.events import Clock
from tests.simulation.hub import HOUR, Limits, SimulatedHub
from tests.simulation.publishers import Publisher

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

_START = 45.0
"""Seconds until a job's publish begins: checkout, Python, packages."""

_POLICY = RetryPolicy()
_LIMITS = Limits()


class Outcome(NamedTuple):
    """How a simulation ended.

    Attributes:
        delays: seconds from each submission to the commit that holds it.
        attempts: commits tried.
        attempts_of_landed: of those publishers that got through.
        jobs: publishes started.
        hub: as it is at the end.
    """

    delays: list[float]
    attempts: int
    attempts_of_landed: int
    jobs: int
    hub: SimulatedHub


class _World:
    """The clock, the Hub, and when each submission is made."""

    def __init__(self, arrivals: Sequence[float], limits: Limits, seed: int) -> None:
        self.arrivals = arrivals
        self.clock = Clock()
        self.hub = SimulatedHub(limits)
        self.chance = random.Random(seed)  # noqa: S311 - reproducible, not secret

    def waiting(self) -> list[int]:
        """What was submitted and has not landed."""
        now, landed = self.clock.now, self.hub.landed
        return [
            number for number, at in enumerate(self.arrivals) if at <= now and number not in landed
        ]

    def outcome(self, publishers: Sequence[Publisher]) -> Outcome:
        """Let time pass until everything has landed."""
        self.clock.run()
        return Outcome(
            [
                self.hub.landed[number] - at
                for number, at in enumerate(self.arrivals)
                if number in self.hub.landed
            ],
            sum(publisher.attempts for publisher in publishers),
            sum(publisher.attempts for publisher in publishers if publisher.landed),
            sum(publisher.jobs for publisher in publishers),
            self.hub,
        )


def spread(count: int, window: float, seed: int = 0) -> list[float]:
    """Moments, anywhere in a window of so many seconds."""
    chance = random.Random(seed)  # noqa: S311 - as above
    return sorted(chance.uniform(0, window) for _ in range(count))


def _within_two_hours(chance: random.Random, _now: float) -> float:
    return chance.uniform(0, 2 * HOUR)


def _wait(again: Callable[[random.Random, float], float], world: _World) -> float:
    return again(world.chance, world.clock.now)


def each_for_itself(
    arrivals: Sequence[float],
    *,
    again: Callable[[random.Random, float], float] | None = _within_two_hours,
    limits: Limits = _LIMITS,
    policy: RetryPolicy = _POLICY,
    seed: int = 0,
) -> Outcome:
    """Every submission has a repository of its own, which makes a commit for it.

    Args:
        arrivals: when each submission is made.
        again: after a job that gave up, seconds until the next, from randomness and the time; None
            if there is none.
        limits: of the Hub.
        policy: of each publish.
        seed: of all that is random.
    """
    world = _World(arrivals, limits, seed)
    publishers = []
    for number, at in enumerate(arrivals):
        publisher = Publisher(
            world.clock, world.hub, world.chance, lambda number=number: (number,), policy
        )
        publishers.append(publisher)
        wait = None if again is None else partial(_wait, again, world)
        world.clock.start(publisher.until_landed(wait), at)
    return world.outcome(publishers)


def one_for_all(
    arrivals: Sequence[float],
    *,
    every: float = 0.0,
    limits: Limits = _LIMITS,
    policy: RetryPolicy = _POLICY,
    seed: int = 0,
) -> Outcome:
    """One job after the other takes everything that waits: one repository, or `collect`.

    Args:
        arrivals: when each submission is made.
        every: seconds between the beginnings of two jobs; 0 for one as soon as something waits.
        limits: of the Hub.
        policy: of each publish.
        seed: of all that is random.
    """
    world = _World(arrivals, limits, seed)
    publisher = Publisher(world.clock, world.hub, world.chance, world.waiting, policy)

    def jobs() -> Generator[float, None, None]:
        while len(world.hub.landed) < len(arrivals):
            began = world.clock.now
            if world.waiting():
                yield _START
                yield from publisher.job()
            yield max(1.0, began + every - world.clock.now)

    world.clock.start(jobs(), 0.0)
    return world.outcome([publisher])
