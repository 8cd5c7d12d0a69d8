"""What the measuring process and the ranks say to each other.

A rank answers every message but `End`, with the answer named there or a `BenchmarkError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.measure.engine_facts import Hardware
    from benchmark.measure.engine_options import EngineOptions
    from benchmark.measure.engines.distributed.layout import Layout
    from benchmark.measure.samples import Timing


class Hello(NamedTuple):
    """A rank's first words: who it is and where; `pid` means something on its own node only."""

    rank: int
    node: int
    local_rank: int
    pid: int


class Prepare(NamedTuple):
    """What will be asked; answered by `Prepared` when the ranks of a group have met."""

    options: EngineOptions
    layout: Layout


class Prepared(NamedTuple):
    """Ready to load."""


class Build(NamedTuple):
    """Write random weights to a folder of this node; answered by `Built`."""


class Built(NamedTuple):
    """Where they are."""

    folder: str


class LoadWeights(NamedTuple):
    """Load this rank's part, from `folder` if given; answered by `RankReport`."""

    folder: str | None


class RankReport(NamedTuple):
    """What a rank really holds and runs.

    Attributes:
        parameters: of one whole copy of the model.
        local_parameters: of these, how many this rank holds.
        local_bytes: of weights this rank reads for one step of decoding.
        device: torch's type of what it computes on.
        executed: precision, in an entry's words.
        links: how the chips of this node are connected, None if unknown or a single one.
        tools: package name → version.
    """

    parameters: int
    local_parameters: int
    local_bytes: int
    device: str
    executed: str
    quantization: str
    attention: str | None
    threads: int
    hardware: Hardware
    links: str | None
    engine_version: str
    cuda_version: str | None
    comm_backend: str | None
    tools: Mapping[str, str]


class Discard(NamedTuple):
    """Delete what `Build` wrote; answered by `Done`."""


class Generate(NamedTuple):
    """Answer these prompts together; answered by `Answer`."""

    prompts: tuple[tuple[int, ...], ...]
    output_length: int


class Answer(NamedTuple):
    """The stamps of a batch on the rank's own clock, and the tokens of each prompt."""

    timing: Timing
    tokens: tuple[tuple[int, ...], ...]


class ResetPeak(NamedTuple):
    """Forget the device's peak; answered by `Done`."""


class ReadPeak(NamedTuple):
    """Answered by `Peak`."""


class Peak(NamedTuple):
    """Bytes, None on a CPU or if unknown."""

    bytes: int | None


class Ping(NamedTuple):
    """Answered by `Pong` at once."""


class Pong(NamedTuple):
    """The rank's clock."""

    ns: int


class Done(NamedTuple):
    """It is done."""


class End(NamedTuple):
    """Leave."""


Command: TypeAlias = (
    Prepare | Build | LoadWeights | Discard | Generate | ResetPeak | ReadPeak | Ping | End
)
Reply: TypeAlias = Prepared | Built | RankReport | Answer | Peak | Pong | Done
