"""Everything `run` can be asked, and the command line that asks it again."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, fields
from pathlib import Path

from benchmark.measure.load import MAX_TIME_S, PRECISION

BEST = "best"


@dataclass(frozen=True)
class RunOptions:
    """What to measure; field names are option names, and each default is the option's.

    Attributes:
        model: a name on the Hub or a local folder.
        backend: the kind of chip.
        workload: names, `all`, or a YAML file.
        engine: names, or `best`.
        dtype: precision of the weights.
        threads: CPU threads.
        seed: of prompts, arrivals and random weights.
        random_weights: build the architecture, download nothing.
        compile: of the engine transformers.
        attention: of the engine transformers.
        batch: prompts generated together by an engine in this process.
        concurrency: requests in flight; several are a sweep.
        rate: requests per second; several are a sweep.
        arrivals: how requests at a rate are spaced.
        slo: what a good request is.
        repeats: measured requests, exactly.
        precision: half of the confidence interval that is good enough, as a share.
        max_time: seconds.
        prompts: "random", "text", or a file of text or conversations; None for the workload's.
        tokenizer: for prompts in words.
        base_url: of the engine openai.
        api: of the engine openai.
        serve: of the engine openai.
        cluster: of the engine openai.
        tensor_parallel: of the engine distributed.
        data_parallel: of the engine distributed.
        nodes: of the engine distributed.
        node_rank: of the engine distributed.
        rendezvous: of the engine distributed.
    """

    model: str
    backend: str = "cpu"
    workload: str = "short"
    engine: str = "transformers"
    dtype: str | None = None
    threads: int | None = None
    seed: int = 0
    random_weights: bool = False
    compile: bool = False
    attention: str | None = None
    batch: int | None = None
    concurrency: tuple[int, ...] = ()
    rate: tuple[float, ...] = ()
    arrivals: str = "poisson"
    burstiness: float = 1.0
    max_in_flight: int | None = None
    ramp_up: float = 0.0
    trace: Path | None = None
    trace_speed: float = 1.0
    slo: str | None = None
    repeats: int | None = None
    precision: float = PRECISION
    max_time: float = MAX_TIME_S
    prompts: str | None = None
    tokenizer: str | None = None
    base_url: str | None = None
    api: str = "chat"
    serve: str | None = None
    cluster: Path | None = None
    tensor_parallel: int = 1
    data_parallel: int = 1
    nodes: int = 1
    node_rank: int = 0
    rendezvous: str | None = None

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines asked for, in order, each once."""
        return tuple(dict.fromkeys(name.strip() for name in self.engine.split(",")))

    @property
    def model_name(self) -> str:
        """A local folder is known by its name: where it is says nothing to others."""
        folder = Path(self.model)
        return folder.resolve().name if folder.is_dir() else self.model


def default_of(name: str) -> object:
    """What an option is when it was not given."""
    return next(field.default for field in fields(RunOptions) if field.name == name)


_ALWAYS = ("model", "backend", "workload", "engine", "seed")


_SECRET = re.compile(r"(--(?:[\w-]+-)?(?:api-key|key|token|secret|password))(=|\s+)\S+")
HIDDEN = "HIDDEN"


def command_line(options: RunOptions) -> str:
    """The command that asks for exactly this, in the shell's words; it becomes public.

    A server's keys are hidden, and of a file only its name is told.
    """
    words = ["sagellm-benchmark", "run"]
    for field in fields(options):
        value = getattr(options, field.name)
        if field.name in _ALWAYS or value != field.default:
            words += _option(field.name, value)
    return shlex.join(words)


def _option(name: str, value: object) -> list[str]:
    flag = f"--{name.replace('_', '-')}"
    if value is True:
        return [flag]
    if isinstance(value, tuple):
        return [flag, ",".join(f"{one:g}" for one in value)]
    if isinstance(value, float):
        return [flag, f"{value:.1%}" if name == "precision" else f"{value:g}"]
    if name == "serve":
        return [flag, _SECRET.sub(rf"\1\2{HIDDEN}", str(value))]
    return [flag, value.name if isinstance(value, Path) else str(value)]
