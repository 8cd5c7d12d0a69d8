"""Everything `run` can be asked, and the command line that asks it again."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, fields
from pathlib import Path

from benchmark.measure.load import MAX_TIME_S, PRECISION
from benchmark.measure.recorded.fields import recorded_field
from benchmark.measure.recorded.urls import last_part

BEST = "best"


@dataclass(frozen=True)
class RunOptions:
    """What to measure; field names are option names, and each default is the option's.

    Attributes:
        model: a name on the Hub or a local folder.
        backend: the kind of chip.
        workload: names, `all`, a YAML file, or prompts as .jsonl.
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
        burstiness: shape of the gamma distribution of the gaps.
        max_in_flight: requests, of a server at a rate.
        ramp_up: seconds, of a server.
        trace: a file of timed requests.
        trace_speed: how many times faster than recorded it is played.
        slo: what a good request is.
        repeats: measured requests, exactly.
        precision: half of the confidence interval that is good enough, as a share.
        max_time: seconds.
        prompts: "random", "text", or a file of text or conversations; None for the workload's.
        tokenizer: for prompts in words.
        base_url: of a server.
        api: of a server.
        serve: of the engine openai.
        cluster: of a server.
        natural_length: of a server.
        header: of a server; names of variables, never their values.
        extra_body: of a server, JSON.
        temperature: of a server, as all of `SAMPLING`.
        ca_file: of a server.
        insecure: of a server.
        sagellm: the command of the engine sagellm, or its environment's folder.
        install_sagellm: whether the engine sagellm may be installed.
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
    natural_length: bool = False
    header: tuple[str, ...] = ()
    extra_body: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    repetition_penalty: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    ca_file: Path | None = None
    insecure: bool = False
    sagellm: Path | None = None
    install_sagellm: bool = False
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
        """A folder is known by its name: where it is, here or at a server, is nobody's affair.

        The same holds of an address, `s3://bucket/name`.
        """
        if "://" in self.model:
            return last_part(self.model)
        folder = Path(self.model)
        if folder.is_dir():
            return folder.resolve().name
        return (folder.name if folder.is_absolute() else "") or self.model


def default_of(name: str) -> object:
    """What an option is when it was not given."""
    return next(field.default for field in fields(RunOptions) if field.name == name)


_ALWAYS = ("model", "backend", "workload", "engine", "seed")


def command_line(options: RunOptions) -> str:
    """The command that asks for exactly this, in the shell's words; it becomes public.

    Of what is no number and none of our own words, only what is known to be harmless is written;
    see `benchmark.measure.recorded`.
    """
    words = ["sagellm-benchmark", "run"]
    for field in fields(options):
        value = getattr(options, field.name)
        if field.name in _ALWAYS or value != field.default:
            words += _option(field.name, value, options.model)
    return shlex.join(words)


def _option(name: str, value: object, model: str) -> list[str]:
    flag = f"--{name.replace('_', '-')}"
    if value is True:
        return [flag]
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        return [word for one in value for word in (flag, recorded_field(name, one, model))]
    if isinstance(value, tuple):
        return [flag, ",".join(f"{one:g}" for one in value)]
    if isinstance(value, float):
        return [flag, f"{value:.1%}" if name == "precision" else f"{value:g}"]
    return [flag, str(value) if isinstance(value, int) else recorded_field(name, value, model)]
