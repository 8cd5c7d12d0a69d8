"""What the measuring process is asked, and what it tells: everything that crosses the pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from benchmark.measure.samples import Failure, Sample

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.canonical import Json
    from benchmark.measure.engine_facts import EngineFacts
    from benchmark.measure.engine_options import EngineOptions
    from benchmark.measure.host.energy import Energy
    from benchmark.measure.host.noise import Noise
    from benchmark.measure.load import Load, StopRule
    from benchmark.measure.looked import Looked
    from benchmark.measure.observed import Observed
    from benchmark.measure.samples import Series
    from benchmark.measure.workload.workloads import Workload


class Cell(NamedTuple):
    """One workload under one load: what one entry is about."""

    workload: Workload
    load: Load


class Job(NamedTuple):
    """All the measuring process needs to know: one engine, loaded once, and what to measure.

    Attributes:
        tokenizer: a name on the Hub or a folder, for prompts in words; None for the model's own.
        salt: random; makes the prompts of one run different from those of all others where a server
            may remember. None leaves them to the seed.
        look: send one request of the first cell to a server, look at the answer, measure nothing.
    """

    engine: str
    options: EngineOptions
    cells: tuple[Cell, ...]
    stop: StopRule
    tokenizer: str | None = None
    salt: str | None = None
    look: bool = False


class Loaded(NamedTuple):
    """The weights are there."""

    seconds: float
    facts: EngineFacts


class Waiting(NamedTuple):
    """A server is not ready and will be asked again; `reason` is what it said."""

    reason: str
    seconds: float


class Skipped(NamedTuple):
    """A cell the model has no positions for, one of several."""

    cell: Cell
    reason: str


class Started(NamedTuple):
    """A cell begins, with its warm-up.

    Attributes:
        cell: with the lengths that its prompts really have.
        dataset: an entry's `workload.dataset`.
        prompts: what the prompts are, for provenance.
    """

    cell: Cell
    dataset: str
    prompts: Mapping[str, Json]


class Warmed(NamedTuple):
    """The warm-up of a cell is over."""

    seconds: float
    requests: int


class Finished(NamedTuple):
    """A cell is over.

    Attributes:
        wall_s: from the first request's start to the last one's end; None if it ended before that.
        facts: what executed, as known now.
        prompts: what the prompts were, as known now.
        device_peak: bytes on the chips, None on a CPU or if unknown.
        host_peak: bytes of the whole process tree, None if unknown.
        energy: None where the machine tells none.
        noise: None where others cannot be told from the engine.
        hopeless: whether it ended because requests only failed.
        observed: what a server told about itself, None if it told nothing.
        early: whether it ended because the run is to end.
    """

    wall_s: float | None
    facts: EngineFacts
    prompts: Mapping[str, Json]
    device_peak: int | None
    host_peak: int | None
    energy: Energy | None
    noise: Noise | None
    hopeless: bool
    observed: Observed | None = None
    early: bool = False


class Ended(NamedTuple):
    """The run was to end early, and all that is known has been told."""


class Seen(NamedTuple):
    """A request that was sent only to look at the answer is over."""

    looked: Looked


class Probed(NamedTuple):
    """The last event: what limits decoding.

    Attributes:
        bandwidth: bytes per second that the memory of the weights gives, None if unknown.
        cache: bytes of the cache before it, None if unknown.
    """

    bandwidth: float | None
    cache: int | None


Event: TypeAlias = (
    Waiting
    | Loaded
    | Skipped
    | Started
    | Warmed
    | Seen
    | Sample
    | Failure
    | Finished
    | Ended
    | Probed
)


class Measurement(NamedTuple):
    """All that is known about one cell in the end.

    Attributes:
        dataset: an entry's `workload.dataset`.
        prompts: what the prompts were.
        stopped: why it ended before its plan was fulfilled, None if it did not.
    """

    cell: Cell
    facts: EngineFacts
    series: Series
    load_time_s: float
    warmup_requests: int
    dataset: str
    prompts: Mapping[str, Json]
    device_peak: int | None = None
    host_peak: int | None = None
    energy: Energy | None = None
    noise: Noise | None = None
    observed: Observed | None = None
    bandwidth: float | None = None
    cache: int | None = None
    stopped: str | None = None
