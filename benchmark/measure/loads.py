"""Which workloads are measured under which loads: from what was asked to cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.engines import ENGINES
from benchmark.measure.job import Cell
from benchmark.measure.load import Load
from benchmark.measure.run_options import default_of
from benchmark.measure.workload.find import find_workloads, with_prompts
from benchmark.measure.workload.trace_file import read_trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmark.measure.run_options import RunOptions
    from benchmark.measure.workload.workloads import Trace, Workload

_A_TRACE_SAYS = (
    "workload",
    "rate",
    "concurrency",
    "batch",
    "arrivals",
    "burstiness",
    "ramp_up",
)
_OF_A_RATE = ("burstiness", "max_in_flight")


def find_cells(engine: str, options: RunOptions) -> tuple[Cell, ...]:
    """Every workload under every load.

    Raises:
        UsageError: if the options contradict each other or the workloads, with all that does.
        InvalidDataError: if a file of workloads, or a trace, breaks its format.
    """
    _refuse(_contradictions(options))
    cells = tuple(
        Cell(workload, load)
        for workload in _workloads(engine, options)
        for load in _loads(options, workload)
    )
    _refuse(dict.fromkeys(fault for cell in cells for fault in _faults(engine, options, cell)))
    return cells


def _workloads(engine: str, options: RunOptions) -> Iterator[Workload]:
    if options.trace is None:
        found: Sequence[Workload] = find_workloads(options.workload)
    else:
        found = [read_trace(options.trace, options.trace_speed)]
    for one in found:
        chosen = one if options.prompts is None else with_prompts(one, options.prompts)
        # An engine in this process generates as many tokens as it is asked for.
        yield chosen._replace(natural=options.natural_length and ENGINES[engine].remote)


def _loads(options: RunOptions, workload: Workload) -> Sequence[Load]:
    if workload.trace is not None:
        return [_played(options, workload.trace)]
    ramp_up_s = options.ramp_up or workload.ramp_up_s
    rates = options.rate or ((workload.rate,) if workload.rate else ())
    if rates and not options.concurrency and options.batch is None:
        plain = options.arrivals == default_of("arrivals") and not options.rate
        return [
            Load(
                rate=rate,
                arrivals=workload.arrivals if plain else options.arrivals,
                seed=options.seed or workload.seed or 0,
                burstiness=_chosen(options.burstiness, workload.burstiness),
                max_in_flight=options.max_in_flight or workload.max_in_flight,
                ramp_up_s=ramp_up_s,
            )
            for rate in rates
        ]
    # A copy of the model without a request would measure nothing.
    least = max(workload.concurrency, options.data_parallel)
    in_flight = options.concurrency or (options.batch or least,)
    return [Load(concurrency=number, ramp_up_s=ramp_up_s) for number in in_flight]


def _played(options: RunOptions, trace: Trace) -> Load:
    """A trace's own times; the rate is their mean."""
    seconds = trace.due_s[-1] or 1.0
    return Load(
        rate=len(trace.due_s) / seconds,
        seed=options.seed,
        max_in_flight=options.max_in_flight,
        due_s=trace.due_s,
    )


def _chosen(asked: float, of_the_workload: float) -> float:
    return of_the_workload if asked == default_of("burstiness") else asked


def _contradictions(options: RunOptions) -> Iterator[str]:
    if options.trace is not None:
        given = [name for name in _A_TRACE_SAYS if getattr(options, name) != default_of(name)]
        yield from (f"{_flag(name)} says what the trace says itself" for name in given)
    elif options.trace_speed != 1:
        yield "--trace-speed needs a --trace"


def _faults(engine: str, options: RunOptions, cell: Cell) -> Iterator[str]:
    load, workload = cell.load, cell.workload
    if load.rate is None:
        given = [name for name in _OF_A_RATE if getattr(options, name) != default_of(name)]
        yield from (f"{_flag(name)} needs a --rate, as {workload.name} has none" for name in given)
    elif workload.turns > 1:
        yield f"{workload.name} is a conversation, which waits for answers and has no rate"
    elif load.arrivals == "constant" and load.burstiness != 1:
        yield f"a burstiness says how uneven gaps are; those of {workload.name} are constant"
    if not ENGINES[engine].remote:
        yield from _needs_an_endpoint(engine, cell)


def _needs_an_endpoint(engine: str, cell: Cell) -> Iterator[str]:
    """An engine in this process answers one batch at a time, and forgets it."""
    name, load = cell.workload.name, cell.load
    if cell.workload.turns > 1:
        yield f"{name} is a conversation, which is for endpoints, and {engine} is none"
    if load.ramp_up_s or load.max_in_flight is not None:
        yield f"{name} ramps up or limits what is in flight; {engine} answers one batch at a time"


def _refuse(faults: Iterator[str] | dict[str, None]) -> None:
    found = list(faults)
    if found:
        raise UsageError(f"{'; '.join(found)}.", hint=N_("Leave out one of what contradicts."))


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
