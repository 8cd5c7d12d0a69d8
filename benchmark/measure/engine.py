"""The seam between measuring and what is measured: one small adapter per engine.

`create(options)` of an engine's module reads only the model's description, so that a request that
cannot work is refused before any weight is loaded. Its `load()` gives a `Target`: what a load is
put on. Engines that compute in their own process give a `Model` wrapped in a
`benchmark.measure.local_load.LocalTarget`. Times are `time.perf_counter_ns` stamps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from benchmark.errors import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmark.measure.engine_facts import EngineFacts
    from benchmark.measure.load import Load, Watch
    from benchmark.measure.looked import Looked
    from benchmark.measure.observed import Observed
    from benchmark.measure.request import ModelShape, Request
    from benchmark.measure.samples import Failure, Sample, Timing


class RequestFailedError(BenchmarkError):
    """One request gave no complete answer; it counts as failed and the run goes on."""


class EngineFailedError(BenchmarkError):
    """The engine, its process or the endpoint is not there or is gone; no request can succeed."""

    exit_code = 69


class Model(Protocol):
    """A loaded model in this process that answers one batch of prompts at a time."""

    def generate(self, prompts: Sequence[Sequence[int]], output_length: int) -> tuple[Timing, ...]:
        """Generate exactly `output_length` tokens for each prompt, greedily; one timing each.

        Prompts of one call have the same length. Requests that share every step of one batch share
        the stamps too.

        Raises:
            RequestFailedError: if an answer is not exactly that.
        """
        ...

    def facts(self) -> EngineFacts:
        """What is executing."""
        ...

    def reset_peak_memory(self) -> None:
        """Forget the device's peak so far, where there is one."""
        ...

    def peak_memory(self) -> int | None:
        """Bytes at the device's peak since the last reset; None on a CPU or if unknown."""
        ...


class Target(Protocol):
    """What a load is put on: a model in this process, or an endpoint."""

    def drive(
        self,
        requests: Iterator[Request],
        load: Load,
        watch: Watch,
        on_done: Callable[[Sample | Failure], None],
    ) -> float:
        """Send requests as `load` says until `watch` has seen enough; wait for those in flight.

        `requests` never ends. `watch.enough(seconds)` is asked before every request that is sent,
        `on_done` is told of every request when it is done, in any order. A `Sample`'s and a
        `Failure`'s `start_s` counts from when the load began, within this call.

        Returns:
            Seconds from the first request's start to the last one's end.

        Raises:
            EngineFailedError: if no further request can succeed.
        """
        ...

    def facts(self) -> EngineFacts:
        """What is executing; may have learnt more after `drive`."""
        ...

    def reset_peak_memory(self) -> None:
        """Forget the device's peak so far, where there is one."""
        ...

    def peak_memory(self) -> int | None:
        """Bytes at the device's peak since the last reset; None on a CPU or if unknown."""
        ...

    def observed(self) -> Observed | None:
        """What a server told about itself during the last `drive`; None without one."""
        ...

    def close(self) -> None:
        """Stop whatever was started for it: servers, other processes."""
        ...


@runtime_checkable
class Lookable(Protocol):
    """A target whose answers there is something to see of: a server's."""

    def look(self, request: Request) -> tuple[Looked, Sample | Failure]:
        """Send one request, measure nothing: how its answer looked and what a run would make of it.

        `facts` and `observed` are as after a `drive`.
        """
        ...


@runtime_checkable
class Waits(Protocol):
    """An engine whose `load` may have to wait for others: for a server that is not ready yet."""

    def abandon(self) -> None:
        """Stop what `load` has started so far, from another thread: it will not be waited for."""
        ...

    def tell_waits(self, tell: Callable[[str, float], None]) -> None:
        """From here on `tell` hears of each wait: why, and for how many seconds."""
        ...


class Engine(Protocol):
    """A model's description; loading its weights is a step of its own."""

    @property
    def shape(self) -> ModelShape:
        """What requests must respect."""
        ...

    def load(self) -> Target:
        """Load or build the weights, or reach the server.

        Raises:
            UsageError: if there are none to load.
            EngineFailedError: if they do not fit into memory, or nobody answers.
        """
        ...
