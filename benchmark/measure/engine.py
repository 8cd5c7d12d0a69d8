"""The seam between measuring and what is measured: one small adapter per engine.

`create(options)` of an engine's module reads only the model's description, so that a request that
cannot work is refused before any weight is loaded. Its `load()` gives a `Target`: what a load is
put on. Engines that compute in their own process give a `Model` wrapped in a
`benchmark.measure.local_load.LocalTarget`. Times are `time.perf_counter_ns` stamps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from benchmark.errors import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmark.measure.load import Load, Watch
    from benchmark.measure.samples import Failure, Sample

BACKENDS = ("cpu", "cuda", "xpu", "mps", "npu")
DTYPES = ("float32", "bfloat16", "float16", "int8", "int4")
APIS = ("chat", "completions")


class RequestFailedError(BenchmarkError):
    """One request gave no complete answer; it counts as failed and the run goes on."""


class EngineFailedError(BenchmarkError):
    """The engine, its process or the endpoint is not there or is gone; no request can succeed."""

    exit_code = 69


class Request(NamedTuple):
    """One prompt and how much is to be generated.

    Attributes:
        prompt: token ids, without special ones.
        output_length: tokens to generate, exactly.
        text: the prompt in words, which a tokenizer turns into `prompt` again; None if the prompt
            was never words.
    """

    prompt: tuple[int, ...]
    output_length: int
    text: str | None = None


class Timing(NamedTuple):
    """When one request started, when each of its tokens was there, and when it was done."""

    start_ns: int
    token_ns: tuple[int, ...]
    end_ns: int


class ModelShape(NamedTuple):
    """What a request must respect.

    Attributes:
        vocabulary: the number of token ids.
        special_ids: ids that mean something to the model, never part of a random prompt.
        context_window: the most tokens of prompt and answer together, None if unlimited or unknown.
    """

    vocabulary: int
    special_ids: frozenset[int]
    context_window: int | None


class Endpoint(NamedTuple):
    """Where the `openai` engine sends its requests.

    Attributes:
        url: with or without `/v1`; None if `serve` tells it by its own host and port.
        api: one of `APIS`.
        serve: a command that starts the server, None if it runs already.
        tokenizer: a name on the Hub or a folder; None for the model's own.
        cluster: the chips behind the endpoint as a JSON file describes them; None for this machine.
    """

    url: str | None = None
    api: str = "chat"
    serve: str | None = None
    tokenizer: str | None = None
    cluster: Mapping[str, object] | None = None


class Parallelism(NamedTuple):
    """How many ways a model is split (tensor, pipeline) and how many copies of it run (data)."""

    tensor: int = 1
    pipeline: int = 1
    data: int = 1


class Rendezvous(NamedTuple):
    """Where the processes of several machines meet; torchrun's words."""

    nodes: int = 1
    node_rank: int = 0
    address: str = "127.0.0.1"
    port: int = 0


ALONE = Parallelism()
HERE = Rendezvous()


@dataclass(frozen=True)
class EngineOptions:
    """What to load, where and how.

    Attributes:
        model: a name on the Hub or a local folder.
        backend: one of `BACKENDS`.
        dtype: one of `DTYPES`, None for the engine's default.
        threads: CPU threads for computing, None for the engine's default.
        seed: of random weights.
        random_weights: build the architecture at its real size, download nothing.
        compile: let torch compile the decoding step.
        attention: the attention implementation in the engine's own words, None for its default.
        endpoint: of the engine `openai`.
        parallelism: of the engine `distributed`.
        rendezvous: of the engine `distributed`.
        batch: the most prompts that are generated together; memory for them may be set aside.
        positions: the longest prompt and answer together that will be asked for.
    """

    model: str
    backend: str
    dtype: str | None = None
    threads: int | None = None
    seed: int = 0
    random_weights: bool = False
    compile: bool = False
    attention: str | None = None
    endpoint: Endpoint | None = None
    parallelism: Parallelism = ALONE
    rendezvous: Rendezvous = HERE
    batch: int = 1
    positions: int = 0


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


@dataclass(frozen=True)
class EngineFacts:
    """What was really executed, as found after loading; None is what could not be detected.

    Attributes:
        precision: what multiplies, not what was asked for: FP32, BF16, FP16, INT8, INT4.
        quantization: the method, "None" without one.
        parameters: of one whole copy of the model; None if only a server knows them.
        local_parameters: what one process holds of them, None if it is all.
        weight_bytes: read from memory for one step of decoding, over all processes that share one
            copy; None if unknown.
        weights: "pretrained" or "random"; "unknown" behind an endpoint.
        threads: CPU threads that compute, None behind an endpoint.
        tools: package name → version of everything that matters to speed.
        details: whatever else an engine knows about how it ran, for `provenance.engine`.
    """

    engine_version: str
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
    tools: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


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
        `Failure`'s `start_s` counts from the start of this call.

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

    def close(self) -> None:
        """Stop whatever was started for it: servers, other processes."""
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
