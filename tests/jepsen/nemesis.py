"""Makes trouble that no Hub makes: kills, pauses, restarts, at moments chosen by chance."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.jepsen.people import Person
    from tests.jepsen.world import World

_LONGEST_PAUSE = 1.5  # seconds


class Nemesis(threading.Thread):
    """Until it is told to stop; `deeds` counts what it did."""

    def __init__(self, world: World, people: Sequence[Person]) -> None:
        super().__init__(name="nemesis", daemon=True)
        self.deeds: Counter[str] = Counter()
        self.failure: BaseException | None = None
        self._world = world
        # Some deeds need the whole history: whoever is killed all the time would never do one.
        self._people = [one for one in people for _ in range(1 if one.is_slow else 4)]
        self._choice = world.random("nemesis")
        self._end = threading.Event()

    def run(self) -> None:
        """One deed after the other."""
        try:
            while not self._end.wait(self._choice.expovariate(1 / self._world.plan.trouble)):
                self._strike()
        except BaseException as error:  # noqa: BLE001 - raised again by who joins
            self.failure = error

    def stop(self) -> None:
        """After this nothing is killed, and nothing is paused any more."""
        self._end.set()
        self.join()

    def _strike(self) -> None:
        victim = self._choice.choice(self._people)
        deed = self._choice.choice(("kill", "kill", "kill", "pause", "pause", "hub", "hub pause"))
        self.deeds[deed] += 1
        if deed == "kill":
            victim.child.kill()
        elif deed == "pause":
            victim.child.pause(self._choice.uniform(0, _LONGEST_PAUSE))
        elif deed == "hub":
            self._world.restart_hub()
        else:
            self._world.hub.pause(self._choice.uniform(0, _LONGEST_PAUSE))
