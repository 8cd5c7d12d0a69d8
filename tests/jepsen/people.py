"""Those who use the dataset: contributors, who do not give up, and maintainers."""

from __future__ import annotations

import json
import shutil
import threading
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from tests.jepsen import publisher
from tests.jepsen.processes import Child
from tests.jepsen.publisher import Order

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from tests.jepsen.history import State
    from tests.jepsen.publisher import Answer
    from tests.jepsen.workload import Submission
    from tests.jepsen.world import World

_CLOCKS = (0.0, 0.0, 3600.0, -3600.0, 400 * 86400.0, -400 * 86400.0)
"""Seconds that a process's clock is ahead; some move into other months."""

_REFUSED = 65
_LAST_TRIES = 50


Make: TypeAlias = "Callable[[World, random.Random], Deed | None]"


class Deed(NamedTuple):
    """What a maintainer does: a command line, and the runs it is about."""

    words: tuple[str, ...]
    runs: tuple[str, ...] = ()


def _about_a_run(verb: str) -> Make:
    def make(world: World, choice: random.Random) -> Deed | None:
        run = world.pick(choice)
        return run and Deed((verb, run, "--reason", "a test", "--by", "maintainer"), (run,))

    return make


def _of_the_whole(*words: str) -> Make:
    """Of a dataset that is none yet, a doctor has much to say."""
    return lambda world, choice: Deed(words) if world.pick(choice) else None


DEEDS: tuple[Make, ...] = (
    *(_about_a_run(verb) for verb in ("retract", "confirm", "takedown")),
    *(_of_the_whole(verb) for verb in ("rebuild", "compact", "doctor")),
)
"""What maintainers do, each as likely as the others."""


class Person(threading.Thread):
    """A thread that gives orders to a process of its own, and notes what comes of them.

    Attributes:
        is_slow: what it does takes long.
        failure: what is wrong with the test itself.
    """

    is_slow = False

    def __init__(self, world: World, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.world = world
        self.choice = world.random(name)
        self.folder = world.folder / name
        self.folder.mkdir()
        self.child = Child(
            self.folder / "said", publisher.serve, world.environment, world.plan.pace
        )
        self.failure: BaseException | None = None

    def run(self) -> None:
        """What is wrong with the test itself is kept for whoever started it."""
        try:
            self.work()
        except BaseException as error:  # noqa: BLE001 - raised again by who joins
            self.failure = error
        finally:
            self.child.end()

    def work(self) -> None:
        """What this person does."""
        raise NotImplementedError

    def order(self, words: tuple[str, ...], **about: Any) -> State:
        """Have a verb run; what is known of its outcome."""
        recorder, verb = self.world.recorder, words[0]
        number = recorder.begin()
        ahead = self.choice.choice(_CLOCKS)
        recorder.add(self.name, number, verb, "invoked", ahead=ahead, **about)
        answer = self.child.ask(Order((*words, "--json"), str(self.folder), ahead))
        if answer is None:
            recorder.add(self.name, number, verb, "unknown", **about, said="killed")
            self.child.replace()
            return "unknown"
        state = _state(answer)
        revision = json.loads(answer.out)["revision"] if state == "acknowledged" else ""
        said = "" if state == "acknowledged" else answer.err[-600:]
        recorder.add(
            self.name, number, verb, state, **about, revision=revision, code=answer.code, said=said
        )
        return state


class Contributor(Person):
    """Publishes what was submitted to it, again until it is acknowledged."""

    def work(self) -> None:
        """More comes in while something waits: a publish takes all that is there."""
        waiting: list[Submission] = []
        tries_left = _LAST_TRIES
        while tries_left and (waiting or not self.world.is_done()):
            tries_left -= self.world.is_done()
            room = self.world.plan.together - len(waiting)
            waiting += [self._receive(new) for new in self._new(room)]
            if waiting and self._publish(waiting) == "acknowledged":
                waiting = []

    def _new(self, room: int) -> list[Submission]:
        return self.world.next(self.choice.randint(1, room)) if room else []

    def _receive(self, new: Submission) -> Submission:
        path = self.folder / "hf_data" / str(new.number) / "leaderboard_single.json"
        path.parent.mkdir(parents=True)
        path.write_text(new.text, encoding="utf-8")
        recorder, about = self.world.recorder, {"submissions": (new.number,), "runs": new.runs}
        recorder.add(self.name, recorder.begin(), "submit", "submitted", **about)
        return new

    def _publish(self, waiting: list[Submission]) -> State:
        numbers = tuple(one.number for one in waiting)
        runs = tuple(sorted({run for one in waiting for run in one.runs}))
        state = self.order(("publish",), submissions=numbers, runs=runs)
        if state == "acknowledged":
            self.world.learn(runs)
            shutil.rmtree(self.folder / "hf_data")
        return state


class Maintainer(Person):
    """Changes what is there, now and then, while contributors publish."""

    is_slow = True

    def work(self) -> None:
        """Until every submission has been made."""
        while not self.world.is_done():
            deed = self.choice.choice(DEEDS)(self.world, self.choice)
            if deed:
                self.order(deed.words, runs=deed.runs)
            self.world.stop.wait(self.choice.uniform(0, 2 * self.world.plan.trouble))


def _state(answer: Answer) -> State:
    """A verb that gave up may have landed in an attempt before, so nothing is certain but 0."""
    if answer.code == 0:
        return "acknowledged"
    return "failed" if answer.code == _REFUSED else "unknown"
