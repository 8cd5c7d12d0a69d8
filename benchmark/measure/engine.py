"""The seam between measuring and what is measured: one small adapter per engine.

`create(options)` of an engine's module reads only the model's description, so that a request that
cannot work is refused before any weight is loaded. Times are `time.perf_counter_ns` stamps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple, Protocol

from benchmark.errors import BenchmarkError, UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmark.measure.workloads import Workload

BACKENDS = ("cpu", "cuda", "xpu", "mps", "npu")
DTYPES = ("float32", "bfloat16", "float16")


class RequestFailedError(BenchmarkError):
    """One request gave no complete answer; it counts as failed and the run goes on."""


class EngineKind(NamedTuple):
    """An engine by name.

    Attributes:
        module: the module whose `create(options)` gives the engine; imports torch.
        needs: the packages it imports.
        extra: the extra of this package that installs them.
        concurrency: the most requests it can have in flight.
    """

    module: str
    needs: tuple[str, ...]
    extra: str
    concurrency: int


ENGINES = {
    "transformers": EngineKind(
        module="benchmark.measure.transformers_engine",
        needs=("torch", "transformers", "psutil"),
        extra="run",
        concurrency=1,
    ),
}


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
    """

    model: str
    backend: str
    dtype: str | None = None
    threads: int | None = None
    seed: int = 0
    random_weights: bool = False


class ModelShape(NamedTuple):
    """What a request must respect.

    Attributes:
        vocabulary: the number of token ids.
        special_ids: ids that mean something to the model, never part of a random prompt.
        context_window: the most tokens of prompt and answer together, None if unlimited.
    """

    vocabulary: int
    special_ids: frozenset[int]
    context_window: int | None


class Timing(NamedTuple):
    """When one request started, when each of its tokens was there, and when it was done."""

    start_ns: int
    token_ns: tuple[int, ...]
    end_ns: int


@dataclass(frozen=True)
class Hardware:
    """The chips that computed; None is what could not be detected. Memory in GiB."""

    vendor: str
    chip_model: str
    chip_count: int
    memory_per_chip_gb: float | None
    total_memory_gb: float | None
    driver_version: str | None = None


@dataclass(frozen=True)
class EngineFacts:
    """What was really executed, as found after loading; None is what could not be detected."""

    engine_version: str
    precision: str
    quantization: str
    parameters: int
    weights: str
    threads: int
    hardware: Hardware
    model_revision: str | None = None
    config_sha256: str | None = None
    cuda_version: str | None = None
    tools: Mapping[str, str] = field(default_factory=dict)


class Model(Protocol):
    """A loaded model that answers one request at a time."""

    def generate(self, prompt: Sequence[int], output_length: int) -> Timing:
        """Generate exactly `output_length` tokens, greedily.

        Raises:
            RequestFailedError: if the answer is not exactly that.
        """
        ...

    def facts(self) -> EngineFacts:
        """What is executing."""
        ...

    def reset_peak_memory(self) -> None:
        """Forget the peak so far, where the platform can."""
        ...

    def peak_memory(self) -> int | None:
        """Bytes at the peak since the last reset, on the chips that compute; None if unknown."""
        ...


class Engine(Protocol):
    """A model's description; loading its weights is a step of its own."""

    @property
    def shape(self) -> ModelShape:
        """What requests must respect."""
        ...

    def load(self) -> Model:
        """Load or build the weights.

        Raises:
            UsageError: if there are none to load.
            BenchmarkError: if they do not fit into memory.
        """
        ...


def check_installed(engine: str) -> None:
    """See that an engine's packages are there, without importing them.

    Raises:
        UsageError: naming the extra to install.
    """
    kind = ENGINES[engine]
    missing = [name for name in kind.needs if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"The engine {engine} needs {' and '.join(missing)}, which is not installed.",
            hint=f'Run: pip install "sagellm-benchmark[{kind.extra}]"',
        )


def check_concurrency(engine: str, workload: Workload) -> None:
    """See that an engine can have as many requests in flight as the workload asks.

    Raises:
        UsageError: if it cannot.
    """
    most = ENGINES[engine].concurrency
    if workload.concurrency > most:
        raise UsageError(
            f"The workload {workload.name} keeps {workload.concurrency} requests in flight, "
            f"and the engine {engine} runs one request at a time.",
            hint=N_("Choose a workload with one request at a time, such as short or Q1."),
        )


def open_engine(engine: str, options: EngineOptions) -> Engine:
    """Import an engine and read the model's description.

    Raises:
        UsageError: if the model or the backend is not there.
    """
    create: Callable[[EngineOptions], Engine] = import_module(ENGINES[engine].module).create
    return create(options)


def check_fits(shape: ModelShape, workload: Workload, model: str) -> None:
    """See that prompt and answer fit into the model's context window.

    Raises:
        UsageError: if they do not.
    """
    tokens = workload.input_length + workload.output_length
    if shape.context_window is not None and tokens > shape.context_window:
        raise UsageError(
            f"The workload {workload.name} needs {tokens} positions "
            f"({workload.input_length} in, {workload.output_length} out), "
            f"and {model} has {shape.context_window}.",
            hint=N_("Choose a shorter workload or a model with a larger context window."),
        )
