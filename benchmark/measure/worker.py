"""The engine's own process: it loads, warms up, measures, and tells its parent.

A process of its own keeps the peak memory and the threads of the engine apart from everything else,
and a crash of the engine from the command.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from benchmark.errors import BenchmarkError
from benchmark.measure.closed_loop import Plan, Repeated, Series, Warmed, measure, warm_up
from benchmark.measure.engine import (
    EngineFacts,
    EngineOptions,
    check_fits,
    open_engine,
)
from benchmark.measure.prompts import random_prompts

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from benchmark.measure.workloads import Workload

_NS_PER_S = 1e9


class Job(NamedTuple):
    """All the engine's process needs to know."""

    engine: str
    options: EngineOptions
    workload: Workload
    plan: Plan


class Loaded(NamedTuple):
    """The weights are there."""

    seconds: float
    facts: EngineFacts


class Measurement(NamedTuple):
    """All the engine's process has found out.

    Attributes:
        facts: what executed.
        series: the raw stamps.
        load_time_s: seconds for loading or building the weights.
        peak_memory: bytes at the peak of the measured phase, None if unknown.
    """

    facts: EngineFacts
    series: Series
    load_time_s: float
    peak_memory: int | None


Event: TypeAlias = "Loaded | Warmed | Repeated"


def serve(connection: Connection, job: Job) -> None:
    """Do the job and send events, then the measurement or the error that prevented it.

    An interrupt at the terminal is the parent's to handle; what libraries print is for people.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(2, 1)
    with closing(connection), suppress(BrokenPipeError):
        try:
            connection.send(_work(job, connection.send))
        except BenchmarkError as error:
            connection.send(error)


def _work(job: Job, report: Callable[[Event], None]) -> Measurement:
    engine = open_engine(job.engine, job.options)
    check_fits(engine.shape, job.workload, job.options.model)
    start = time.perf_counter_ns()
    model = engine.load()
    loaded = Loaded((time.perf_counter_ns() - start) / _NS_PER_S, model.facts())
    report(loaded)
    prompts = random_prompts(engine.shape, job.workload.input_length, seed=job.options.seed)
    report(warm_up(model, job.workload, prompts))
    model.reset_peak_memory()
    series = measure(model, job.workload, prompts, job.plan, report, time.perf_counter_ns)
    return Measurement(loaded.facts, series, loaded.seconds, model.peak_memory())
