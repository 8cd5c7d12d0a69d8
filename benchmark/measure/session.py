"""The parent's side of a measurement: start the engine's process, listen, clean up."""

from __future__ import annotations

import multiprocessing
from contextlib import closing
from typing import TYPE_CHECKING

from benchmark.errors import BenchmarkError
from benchmark.i18n import N_
from benchmark.measure.worker import Measurement, serve

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from benchmark.measure.worker import Event, Job


_KILLED = -9
"""Exit code of a process that the kernel's out-of-memory killer ended; Windows has none."""


def run_job(job: Job, on_event: Callable[[Event], None]) -> Measurement:
    """Measure in a process of its own, which is gone when this returns or raises.

    This process sleeps on a pipe meanwhile, so the engine has every core.

    Args:
        job: what to measure.
        on_event: told what happens, as it happens.

    Raises:
        BenchmarkError: what the engine's process raised, or that it died.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=serve, args=(sender, job), daemon=True)
    process.start()
    sender.close()
    with closing(receiver):
        try:
            return _listen(receiver, process, on_event)
        finally:
            process.kill()
            process.join()


def _listen(
    receiver: Connection, process: BaseProcess, on_event: Callable[[Event], None]
) -> Measurement:
    while True:
        try:
            message: Event | Measurement | BenchmarkError = receiver.recv()
        except EOFError:
            process.join()
            raise _died(process.exitcode) from None
        if isinstance(message, Measurement):
            return message
        if isinstance(message, BenchmarkError):
            raise message
        on_event(message)


def _died(exit_code: int | None) -> BenchmarkError:
    if exit_code == _KILLED:
        return BenchmarkError(
            "The engine's process was killed, most likely because memory ran out.",
            hint=N_("Choose a smaller model, a shorter workload or --dtype bfloat16."),
        )
    return BenchmarkError(
        f"The engine's process ended with exit status {exit_code}.",
        hint=N_("What it printed last says why."),
    )
