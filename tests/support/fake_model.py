"""A model whose only effect is on its own clock: for tests of loads, where time is the edge."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from benchmark.measure.engine import RequestFailedError
from benchmark.measure.engine_facts import EngineFacts, Hardware
from benchmark.measure.local_load import LocalTarget
from benchmark.measure.request import Request
from benchmark.measure.samples import Timing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SECOND = 1_000_000_000


class FakeModel:
    """Takes `seconds` for each batch, in turn; the batches numbered in `failing` fail."""

    def __init__(self, *seconds: float, failing: Sequence[int] = ()) -> None:
        self.seconds = seconds or (1,)
        self.failing = failing
        self.now = 0
        self.batches: list[list[tuple[int, ...]]] = []

    def clock(self) -> int:
        """Nanoseconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += round(seconds * SECOND)

    def target(self) -> LocalTarget:
        """This model under loads, on its own clock."""
        return LocalTarget(self, clock=self.clock, sleep=self.sleep)

    def generate(self, prompts: Sequence[Sequence[int]], output_length: int) -> tuple[Timing, ...]:
        """Take the time it takes; tokens come at equal distances."""
        seconds = self.seconds[len(self.batches) % len(self.seconds)]
        self.batches.append([tuple(prompt) for prompt in prompts])
        start, self.now = self.now, self.now + round(seconds * SECOND)
        if len(self.batches) in self.failing:
            raise RequestFailedError("no answer")
        step = (self.now - start) // output_length
        stamps = tuple(start + step * (number + 1) for number in range(output_length))
        return tuple(Timing(start, stamps, self.now) for _ in prompts)

    def facts(self) -> EngineFacts:
        """Nothing of interest."""
        return FACTS

    def reset_peak_memory(self) -> None:
        """Nothing to forget."""

    def peak_memory(self) -> int | None:
        """Unknown."""
        return None


FACTS = EngineFacts(
    engine_version="1.0",
    precision="FP32",
    quantization="None",
    parameters=1000,
    weights="random",
    threads=2,
    hardware=Hardware("AMD", "EPYC", 1, 16.0, 16.0),
    weight_bytes=4000,
    tools={"torch": "2.13.0", "transformers": "5.23.0"},
)


def requests(*, length: int = 4, output: int = 5) -> Iterator[Request]:
    """Endless different requests of one shape."""
    return (Request((number,) * length, output) for number in count())
