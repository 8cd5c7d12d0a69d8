"""From what was asked to jobs: one for each engine, each with every workload under every load."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.belonging import strangers, url_of
from benchmark.measure.endpoint import cluster_file
from benchmark.measure.endpoint.extra_body import parse_extra_body
from benchmark.measure.endpoint.headers import parse_fields
from benchmark.measure.engine_options import (
    APIS,
    SAMPLING,
    Endpoint,
    EngineOptions,
    Parallelism,
    Rendezvous,
)
from benchmark.measure.engines import ENGINES
from benchmark.measure.job import Job
from benchmark.measure.load import MAX_TIME_S, StopRule
from benchmark.measure.loads import find_cells
from benchmark.measure.run_options import BEST, default_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.measure.job import Cell
    from benchmark.measure.load import Load
    from benchmark.measure.run_options import RunOptions

SERVERS = {
    "vllm": "vllm serve {model}",
    "sglang": "python -m sglang.launch_server --model-path {model}",
    "lmdeploy": "lmdeploy serve api_server {model}",
    "tgi": "text-generation-launcher --model-id {model}",
    "llama.cpp": "llama-server -m {model}",
    "llamacpp": "llama-server -m {model}",
    "llama-server": "llama-server -m {model}",
    "tensorrt-llm": "trtllm-serve {model}",
    "trtllm": "trtllm-serve {model}",
    "ollama": "ollama serve",
}
"""How servers are started that people call engines."""

_PARTS_OF_A_NAME = 2
_PORTS = range(1, 65536)


def plan(options: RunOptions) -> tuple[Job, ...]:
    """One job for each engine.

    Raises:
        UsageError: if options contradict each other.
    """
    _check(options)
    return tuple(job(engine, options) for engine in options.engines)


def check_model(options: RunOptions) -> None:
    """See that a model that is clearly a folder is there; a server's may be on another machine.

    Raises:
        UsageError: if it is not.
    """
    if all(name in ENGINES and ENGINES[name].remote for name in options.engines):
        return
    path = Path(options.model).expanduser()
    if not path.is_dir() and _is_path(options.model):
        raise UsageError(
            f"There is no model folder {options.model}.",
            hint=N_("Give the folder that holds config.json, or a model's name on the Hub."),
        )


def _is_path(model: str) -> bool:
    """Whether it can be no name on the Hub: those are NAME or NAMESPACE/NAME."""
    parts = Path(model).parts
    return (
        model.startswith((".", "~"))
        or model.endswith(("/", "\\"))
        or Path(model).is_absolute()
        or len(parts) > _PARTS_OF_A_NAME
        or "\\" in model
        or Path(model).is_file()
    )


def job(engine: str, options: RunOptions) -> Job:
    """What one engine is asked."""
    cells = find_cells(engine, options)
    return Job(
        engine=engine,
        options=_engine_options(engine, options, cells),
        cells=cells,
        stop=_stop(options, cells[0].load),
        tokenizer=options.tokenizer,
    )


def _stop(options: RunOptions, load: Load) -> StopRule:
    """A trace is played to its end unless the user, or an engine that is far too slow, ends it."""
    if not load.due_s:
        return StopRule(options.repeats, options.precision, options.max_time)
    requests = len(load.due_s)
    is_asked = options.max_time != default_of("max_time")
    return StopRule(
        repeats=min(options.repeats or requests, requests),
        precision=options.precision,
        max_time_s=options.max_time if is_asked else 2 * load.due_s[-1] + MAX_TIME_S,
    )


def _engine_options(engine: str, options: RunOptions, cells: Sequence[Cell]) -> EngineOptions:
    return EngineOptions(
        model=options.model,
        backend=options.backend,
        dtype=options.dtype,
        threads=options.threads,
        seed=options.seed,
        random_weights=options.random_weights,
        compile=options.compile,
        attention=options.attention,
        endpoint=_endpoint(engine, options) if ENGINES[engine].remote else None,
        parallelism=Parallelism(tensor=options.tensor_parallel, data=options.data_parallel),
        rendezvous=_rendezvous(options),
        batch=max(cell.load.concurrency for cell in cells),
        positions=max(cell.workload.longest for cell in cells),
    )


def _endpoint(engine: str, options: RunOptions) -> Endpoint:
    is_openai = engine == "openai"
    return Endpoint(
        url=url_of(engine, options),
        api=options.api if is_openai else APIS[0],
        serve=options.serve if is_openai else None,
        tokenizer=options.tokenizer,
        cluster=None if options.cluster is None else cluster_file.load(options.cluster),
        natural_length=options.natural_length,
        header=options.header,
        extra_body={} if options.extra_body is None else parse_extra_body(options.extra_body),
        sampling=_sampling(options),
        ca_file=None if options.ca_file is None else str(options.ca_file.absolute()),
        insecure=options.insecure,
    )


def _sampling(options: RunOptions) -> dict[str, float]:
    """What was said of it."""
    every = {name: getattr(options, name) for name in SAMPLING}
    return {name: value for name, value in every.items() if value is not None}


def _rendezvous(options: RunOptions) -> Rendezvous:
    if options.rendezvous is None:
        return Rendezvous(options.nodes, options.node_rank)
    address, _, port = options.rendezvous.rpartition(":")
    if not address or not port.isdecimal() or int(port) not in _PORTS:
        raise UsageError(
            f"{options.rendezvous!r} is no HOST:PORT.",
            hint=N_("Give an address of node 0 that every node reaches, and a free port there."),
        )
    return Rendezvous(options.nodes, options.node_rank, address, int(port))


def _check(options: RunOptions) -> None:
    unknown = [name for name in options.engines if name not in (*ENGINES, BEST)]
    if unknown:
        raise UsageError(
            f"There is no engine {unknown[0]!r}.", hint=_instead(unknown[0], options.model)
        )
    if BEST in options.engines and len(options.engines) > 1:
        raise UsageError("The engine best chooses among all engines.", hint=N_("Name it alone."))
    if options.rate and (options.concurrency or options.batch):
        raise UsageError(
            "--rate is another kind of load than --concurrency and --batch.",
            hint=N_("Give one of them: a rate keeps sending, a concurrency waits for answers."),
        )
    for name, owners in strangers(options):
        flag = f"--{name.replace('_', '-')}"
        raise UsageError(
            f"{flag} is for the engine {' or '.join(owners)}.", hint=f"Add: --engine {owners[0]}"
        )
    if "sagellm" in options.engines:
        _check_sagellm(options)
    if any(name in ENGINES and ENGINES[name].remote for name in options.engines):
        _check_endpoint(options)


def _instead(engine: str, model: str) -> str:
    """What was probably meant: a server that is measured through its endpoint, or another word."""
    server = SERVERS.get(engine.casefold())
    if server is not None:
        command = f'"{server.format(model=model)}"'
        said = N_("It is measured through its endpoint: --engine openai --serve {0}")
        return said.format(command)
    close = get_close_matches(engine.casefold(), (*ENGINES, BEST), 1)
    names = N_("Choose of: {0}.").format(", ".join((*ENGINES, BEST)))
    return N_("Did you mean {0}? {1}").format(close[0], names) if close else names


def _check_sagellm(options: RunOptions) -> None:
    if options.api != default_of("api") and "openai" not in options.engines:
        raise UsageError("sageLLM streams answers of a chat only.", hint=N_("Leave --api away."))
    if options.random_weights:
        raise UsageError(
            "sageLLM makes no random weights.",
            hint=N_("Save a model with random weights, and give its folder by --model."),
        )


def _check_endpoint(options: RunOptions) -> None:
    is_named = options.base_url is not None or options.serve is not None
    if "openai" in options.engines and not is_named:
        raise UsageError(
            "The engine openai needs an endpoint.",
            hint=N_("Give --base-url URL, or --serve COMMAND to start a server."),
        )
    parse_fields(options.header)
    if options.batch is not None:
        raise UsageError(
            "An endpoint makes its own batches.", hint=N_("Use --concurrency instead of --batch.")
        )
