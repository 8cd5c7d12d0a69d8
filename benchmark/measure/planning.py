"""From what was asked to jobs: one for each engine, each with every workload under every load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.endpoint import cluster_file
from benchmark.measure.endpoint.extra_body import parse_extra_body
from benchmark.measure.endpoint.headers import parse_fields
from benchmark.measure.engine_options import (
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

_PORTS = range(1, 65536)
_BELONGS = {
    "openai": (
        "base_url",
        "serve",
        "cluster",
        "api",
        "natural_length",
        "header",
        "extra_body",
        *SAMPLING,
        "ca_file",
        "insecure",
        "max_in_flight",
        "ramp_up",
    ),
    "transformers": ("compile", "attention"),
    "distributed": ("tensor_parallel", "data_parallel", "nodes", "node_rank", "rendezvous"),
}


def plan(options: RunOptions) -> tuple[Job, ...]:
    """One job for each engine.

    Raises:
        UsageError: if options contradict each other.
    """
    _check(options)
    return tuple(job(engine, options) for engine in options.engines)


def job(engine: str, options: RunOptions) -> Job:
    """What one engine is asked."""
    cells = find_cells(engine, options)
    return Job(
        engine=engine,
        options=_engine_options(options, cells),
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


def _engine_options(options: RunOptions, cells: Sequence[Cell]) -> EngineOptions:
    return EngineOptions(
        model=options.model,
        backend=options.backend,
        dtype=options.dtype,
        threads=options.threads,
        seed=options.seed,
        random_weights=options.random_weights,
        compile=options.compile,
        attention=options.attention,
        endpoint=_endpoint(options),
        parallelism=Parallelism(tensor=options.tensor_parallel, data=options.data_parallel),
        rendezvous=_rendezvous(options),
        batch=max(cell.load.concurrency for cell in cells),
        positions=max(cell.workload.longest for cell in cells),
    )


def _endpoint(options: RunOptions) -> Endpoint | None:
    if options.base_url is None and options.serve is None:
        return None
    return Endpoint(
        url=options.base_url,
        api=options.api,
        serve=options.serve,
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
            f"There is no engine {unknown[0]!r}.",
            hint=f"Choose of: {', '.join((*ENGINES, BEST))}.",
        )
    if BEST in options.engines and len(options.engines) > 1:
        raise UsageError("The engine best chooses among all engines.", hint=N_("Name it alone."))
    if options.rate and (options.concurrency or options.batch):
        raise UsageError(
            "--rate is another kind of load than --concurrency and --batch.",
            hint=N_("Give one of them: a rate keeps sending, a concurrency waits for answers."),
        )
    for owner, names in _BELONGS.items():
        _check_owner(owner, names, options)
    if "openai" in options.engines:
        _check_endpoint(options)


def _check_owner(owner: str, names: Sequence[str], options: RunOptions) -> None:
    """An option that nobody would look at is a mistake."""
    given = [name for name in names if getattr(options, name) != default_of(name)]
    if given and owner not in options.engines:
        flag = f"--{given[0].replace('_', '-')}"
        raise UsageError(f"{flag} is for the engine {owner}.", hint=f"Add: --engine {owner}")


def _check_endpoint(options: RunOptions) -> None:
    if options.base_url is None and options.serve is None:
        raise UsageError(
            "The engine openai needs an endpoint.",
            hint=N_("Give --base-url URL, or --serve COMMAND to start a server."),
        )
    parse_fields(options.header)
    if options.batch is not None:
        raise UsageError(
            "An endpoint makes its own batches.", hint=N_("Use --concurrency instead of --batch.")
        )
