"""What `run --probe` does: one request to a server, and everything there is to see of it."""

from __future__ import annotations

import secrets
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.commands.interrupts import INTERRUPTS
from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure import environment, probe, probe_report
from benchmark.measure.endpoint.hardware import NOT_KNOWN, UnknownChipsError
from benchmark.measure.engines import ENGINES
from benchmark.measure.job import Waiting
from benchmark.measure.planning import plan
from benchmark.measure.session import run_job
from benchmark.measure.show import lines
from benchmark.measure.show import probe as shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.canonical import Json
    from benchmark.commands.common import Output
    from benchmark.measure.campaign import Campaign
    from benchmark.measure.job import Event, Job, Measurement
    from benchmark.measure.run_options import RunOptions


def job_of(options: RunOptions) -> Job:
    """One request of the first workload.

    Raises:
        UsageError: if options contradict each other, or no server is to be asked.
    """
    if not any(name in ENGINES and ENGINES[name].remote for name in options.engines):
        raise UsageError(
            "--probe looks at a server, which no engine asked for is.",
            hint=N_("Add: --engine openai"),
        )
    first, *more = plan(options)
    if more:
        raise UsageError("--probe looks at one server.", hint=N_("Name the engine openai alone."))
    salt = secrets.token_hex(8)
    return first._replace(cells=first.cells[:1], salt=salt, look=True)


def look(job: Job, options: RunOptions, campaign: Campaign, output: Output) -> int:
    """Look, and say what was found; nothing is written.

    Args:
        job: of `job_of`.
        options: what a run would be asked.
        campaign: builds entries.
        output: where words go.

    Returns:
        The exit code that a run would have.

    Raises:
        BenchmarkError: if it did not come to an answer: what `run` says of it.
        KeyboardInterrupt: after a server that was started has been stopped.
    """

    def measure(job: Job, listener: probe.Listener) -> Sequence[Measurement]:
        command = environment.child_command(Path(sys.executable))

        def hear(event: Event) -> None:
            if isinstance(event, Waiting):
                output.say([lines.busy(output.translate, *event)])
            listener.add(event)

        with INTERRUPTS.held():
            return run_job(job, command, hear, campaign.clean, waiting=INTERRUPTS.allowed)

    def build(measurement: Measurement) -> dict[str, Json]:
        return campaign.built(job.engine, options, measurement)[1]

    output.say([shown.looking(output.translate)])
    try:
        found = probe.probe(partial(measure, job), build)
    except UnknownChipsError as error:
        found = probe.probe(partial(measure, _of_any_chips(job)), build)
        found = found._replace(problem=found.problem or error)
    output.say(shown.report(output.translate, found))
    output.result(probe_report.to_json(found))
    return 0 if found.problem is None else found.problem.exit_code


def _of_any_chips(job: Job) -> Job:
    """A run must know what computes; to look, it need not be described first."""
    endpoint = job.options.endpoint
    assert endpoint is not None  # noqa: S101 - `job_of` has seen it
    described = endpoint._replace(cluster=NOT_KNOWN)
    return job._replace(options=replace(job.options, endpoint=described))
