"""Events in, measurements out: whatever ends a run, what was complete by then is known here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmark.measure.engine import EngineFailedError
from benchmark.measure.job import (
    Finished,
    Loaded,
    Measurement,
    Probed,
    Started,
    Warmed,
)
from benchmark.measure.messages import STOPPED
from benchmark.measure.samples import Failure, Sample, Series

if TYPE_CHECKING:
    from benchmark.measure.job import Event

HOPELESS = STOPPED["hopeless"]
INTERRUPTED = STOPPED["interrupted"]


class Collector:
    """Listens to one measuring process."""

    def __init__(self) -> None:
        self._loaded: Loaded | None = None
        self._probed = Probed(None, None)
        self._done: list[Measurement] = []
        self._started: Started | None = None
        self._warmup = 0
        self._samples: list[Sample] = []
        self._failures: list[Failure] = []

    def add(self, event: Event) -> None:
        """Take one event."""
        if isinstance(event, Sample):
            self._samples.append(event)
        elif isinstance(event, Failure):
            self._failures.append(event)
        elif isinstance(event, Loaded):
            self._loaded = event
        elif isinstance(event, Started):
            self._begin(event)
        elif isinstance(event, Warmed):
            self._warmup = event.requests
        elif isinstance(event, Finished):
            self._finish(event)
        elif isinstance(event, Probed):
            self._probed = event

    def complete(self, stopped: str | None, host_peak: int | None) -> tuple[Measurement, ...]:
        """Every cell that has at least one success, the unfinished one included.

        Args:
            stopped: why the run ended early, None if it did not.
            host_peak: bytes of the process tree, for the unfinished cell; of an endpoint it would
                be the client's.
        """
        if self._loaded is not None and self._loaded.facts.service is not None:
            host_peak = None
        if stopped is not None and self.is_measuring:
            self._keep(wall_s=None, host_peak=host_peak, stopped=stopped)
        bandwidth, cache = self._probed
        return tuple(one._replace(bandwidth=bandwidth, cache=cache) for one in self._done)

    @property
    def is_measuring(self) -> bool:
        """Whether a cell has begun to give results and is not over."""
        return self._started is not None and bool(self._samples)

    def _begin(self, event: Started) -> None:
        self._started, self._warmup = event, 0
        self._samples, self._failures = [], []

    def _finish(self, event: Finished) -> None:
        if not self._samples:
            if event.early:
                self._started = None
                return
            reason = self._failures[-1].error if self._failures else "nothing was sent"
            raise EngineFailedError(
                f"All {len(self._failures)} requests failed, the last one: {reason}"
            )
        self._keep(
            facts=event.facts,
            prompts=event.prompts,
            wall_s=event.wall_s,
            device_peak=event.device_peak,
            host_peak=event.host_peak,
            energy=event.energy,
            noise=event.noise,
            observed=event.observed,
            stopped=INTERRUPTED if event.early else HOPELESS if event.hopeless else None,
        )

    def _keep(self, **known: Any) -> None:  # noqa: ANN401 - fields of Measurement
        """Close the cell that is being measured; `known` takes precedence over its beginning."""
        assert self._loaded is not None  # noqa: S101 - comes first
        assert self._started is not None  # noqa: S101 - callers have seen it
        wall_s = known.pop("wall_s")
        wall_s = self._last_end_s() if wall_s is None else wall_s
        series = Series(tuple(self._samples), tuple(self._failures), wall_s)
        fields = {
            "cell": self._started.cell,
            "facts": self._loaded.facts,
            "series": series,
            "load_time_s": self._loaded.seconds,
            "warmup_requests": self._warmup,
            "dataset": self._started.dataset,
            "prompts": self._started.prompts,
        }
        self._done.append(Measurement(**{**fields, **known}))
        self._started = None

    def _last_end_s(self) -> float:
        """Seconds from the beginning of the phase to the last end there was."""
        done: list[Sample | Failure] = [*self._samples, *self._failures]
        return max(one.start_s + one.e2e_ms / 1000 for one in done)
