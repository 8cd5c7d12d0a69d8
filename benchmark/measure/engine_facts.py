"""What an engine really executed, as found after loading. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from benchmark.measure.engine_options import ALONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.measure.caveat import Caveat
    from benchmark.measure.engine_options import Parallelism


@dataclass(frozen=True)
class Hardware:
    """The chips that computed, over all nodes; None is what could not be detected. Memory in GiB.

    Attributes:
        interconnect: between nodes or chips, as an entry's `hardware.interconnect`.
    """

    vendor: str
    chip_model: str
    chip_count: int
    memory_per_chip_gb: float | None
    total_memory_gb: float | None
    driver_version: str | None = None
    interconnect: str | None = None


@dataclass(frozen=True)
class Cluster:
    """What computed together, as found after loading: an entry's `cluster` and `config_type`.

    Attributes:
        nodes: machines.
        comm_backend: gloo, nccl, hccl, …; None if chips do not talk to each other.
        network: between the nodes, None if unknown.
        bandwidth_gbps: of that network, None if unknown.
        topology: in the public format's words, None if unknown.
    """

    nodes: int = 1
    parallelism: Parallelism = ALONE
    comm_backend: str | None = None
    network: str | None = None
    bandwidth_gbps: float | None = None
    topology: str | None = None


class Service(NamedTuple):
    """The server that computes; `openai` is only how it was reached.

    Attributes:
        name: of its software, lower case: vllm, llama.cpp, …; "unknown" if it does not tell.
        is_here: whether it computes on this machine.
        on_cpu: whether it computes there without a GPU.
        pid: of the first of its processes, None if it is elsewhere or was not found.
        start_s: from its start until it answered, None if it was running already.
        ended: its exit status, if it was started for this and is gone.
        said: what it printed last, then, or if it answers nothing.
    """

    name: str
    is_here: bool = False
    on_cpu: bool = False
    pid: int | None = None
    start_s: float | None = None
    ended: int | None = None
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class EngineFacts:
    """What was really executed, as found after loading; None is what could not be detected.

    Attributes:
        engine_version: its version alone.
        precision: what multiplies, not what was asked for: FP32, BF16, FP16, INT8, INT4.
        precision_source: how that is known: "executed", or of a server: "server" (it says so),
            "command" (that started it), "stated" (by the user), "unknown".
        service: what computes behind an endpoint, None for an engine in this process.
        quantization: the method, "None" without one.
        parameters: of one whole copy of the model; None if only a server knows them.
        local_parameters: what one process holds of them, None if it is all.
        weight_bytes: read from memory for one step of decoding, over all processes that share one
            copy; None if unknown.
        weights: "pretrained" or "random"; "unknown" behind an endpoint.
        threads: CPU threads that compute, None behind an endpoint.
        tools: package name → version of everything here that matters to speed; behind an endpoint
            these are the client's.
        caveats: what makes figures taken with it less certain than they look.
        service_tools: of the environment a server runs in, package name → version, and `python`;
            empty if it is not known.
        components: of sageLLM, by the names in an entry's `versions`.
        details: whatever else an engine knows about how it ran, for `provenance.engine`.
    """

    engine_version: str | None
    precision: str
    quantization: str
    parameters: int | None
    weights: str
    threads: int | None
    hardware: Hardware
    cluster: Cluster = Cluster()
    model_revision: str | None = None
    config_sha256: str | None = None
    cuda_version: str | None = None
    local_parameters: int | None = None
    weight_bytes: int | None = None
    compiled: bool = False
    attention: str | None = None
    precision_source: str = "executed"
    service: Service | None = None
    tools: Mapping[str, str] = field(default_factory=dict)
    service_tools: Mapping[str, str] = field(default_factory=dict)
    components: Mapping[str, str] = field(default_factory=dict)
    caveats: tuple[Caveat, ...] = ()
    details: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)
