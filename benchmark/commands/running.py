"""What `run` does, engine after engine, and what it says meanwhile."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from benchmark import i18n
from benchmark.commands.interrupts import INTERRUPTS
from benchmark.commands.program import started_as
from benchmark.commands.sagellm_program import with_program
from benchmark.errors import BenchmarkError, InvalidDataError
from benchmark.measure import best, environment
from benchmark.measure.advice import advice
from benchmark.measure.collector import HOPELESS
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.engines import ENGINES
from benchmark.measure.engines.distributed import joining
from benchmark.measure.planning import plan
from benchmark.measure.run_options import BEST
from benchmark.measure.session import InterruptedRunError, run_job
from benchmark.measure.show import announcements, comparison, summary, sweep_table
from benchmark.measure.show.live import Live
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmark.commands.common import Output
    from benchmark.measure.campaign import Campaign
    from benchmark.measure.job import Job, Measurement
    from benchmark.measure.kept import Kept
    from benchmark.measure.run_options import RunOptions


class Runner:
    """One `run` command.

    Args:
        options: what was asked.
        campaign: keeps the results.
        output: the language of messages, and whether stdout is for the JSON object alone.
        environ: the environment variables.
    """

    def __init__(
        self, options: RunOptions, campaign: Campaign, output: Output, environ: Mapping[str, str]
    ) -> None:
        self._options = options
        self._campaign = campaign
        self._translate = output.translate
        self._progress = _console(stderr=True)
        self._results = self._progress if output.as_json else _console(stderr=False)
        self._cache = environment.cache_root(environ)
        self._salt = secrets.token_hex(8)

    def run(self) -> None:
        """Measure everything; every result is on disk as soon as it is known.

        Raises:
            BenchmarkError: the first failure, after everything else had its turn and what is sound
                was kept and shown.
            KeyboardInterrupt: after what is complete was kept.
        """
        if self._options.node_rank:
            self._join()
        else:
            failures = self._measure_all()
            if self._campaign.kept:
                self._conclude()
            for failure in failures:
                raise failure

    def _join(self) -> None:
        """Compute for node 0, which measures and writes."""
        (job,) = plan(self._options)
        self._say(announcements.joining(self._translate, self._options))
        joining.join(job.options)
        self._say(announcements.joined(self._translate))

    def _measure_all(self) -> list[BenchmarkError]:
        options = self._fastest() if BEST in self._options.engines else self._options
        jobs = plan(options)
        failures = [self._failure_of(job, options, alone=len(jobs) == 1) for job in jobs]
        return [*filter(None, failures)]

    def _failure_of(self, job: Job, options: RunOptions, *, alone: bool) -> BenchmarkError | None:
        """One engine of several: the others have their turn whatever becomes of it."""
        try:
            self._keep_all(job, options)
        except BenchmarkError as error:
            if not alone:
                self._say(announcements.failed(self._translate, job.engine, error))
            return error
        return None

    def _fastest(self) -> RunOptions:
        trials = []
        for trial in best.try_all(self._options, self._trial):
            trials.append(trial)
            self._say(announcements.tried(self._translate, trial))
        chosen = best.choose(trials)
        self._say(announcements.chosen(self._translate, chosen))
        return chosen.options

    def _trial(self, job: Job) -> tuple[Measurement, ...]:
        self._say(announcements.trying(self._translate, job))
        return run_job(job, self._command(job), lambda _event: None, self._campaign.clean)

    def _keep_all(self, job: Job, options: RunOptions) -> None:
        ready = with_program(job, self._options, self._cache, self._translate, self._say)
        command = self._command(ready)
        with INTERRUPTS.held():
            found = self._measured(ready, options, command)
            refused = self._keep(job, options, found)
        if any(one.stopped == HOPELESS for one in found):
            raise _hopeless(found)
        if refused:
            raise _refused(refused)

    def _measured(
        self, job: Job, options: RunOptions, command: Sequence[str]
    ) -> tuple[Measurement, ...]:
        """What ends early is kept in here, and the rest is up to the caller."""

        def keep(complete: Sequence[Measurement]) -> None:
            self._keep(job, options, complete)

        self._say(announcements.at_most(self._translate, job))
        salted = job._replace(salt=self._salt)
        with Live(self._translate, self._progress, job) as live:
            try:
                return run_job(
                    salted, command, live.add, self._campaign.clean, keep, INTERRUPTS.allowed
                )
            except InterruptedRunError as stop:
                self._say(announcements.interrupted(self._translate, len(stop.complete)))
                raise

    def _keep(
        self, job: Job, options: RunOptions, found: Iterable[Measurement]
    ) -> list[InvalidDataError]:
        """Keep and show what is sound; one that is refused loses no other."""
        refused = [self._keep_one(job, options, measurement) for measurement in found]
        return [*filter(None, refused)]

    def _keep_one(
        self, job: Job, options: RunOptions, measurement: Measurement
    ) -> InvalidDataError | None:
        try:
            self._show(self._campaign.keep(job.engine, options, measurement))
        except InvalidDataError as error:
            self._say(announcements.refused(self._translate, error))
            return error
        return None

    def _show(self, kept: Kept) -> None:
        self._results.print(summary.headline(self._translate, kept.entry))
        self._results.print(summary.tables(self._translate, kept.entry))
        for line in summary.warnings(self._translate, kept.entry):
            self._results.print(line)
        self._results.print(announcements.written(self._translate, kept.files.entry))

    def _conclude(self) -> None:
        """What all results say together."""
        entries = [kept.entry for kept in self._campaign.kept]
        if len(entries) > 1:
            self._results.print(comparison.tables(self._translate, entries))
            for line in comparison.notes(self._translate, entries):
                self._results.print(line)
        for sweep, picture in self._campaign.keep_sweeps():
            self._results.print(sweep_table.table(self._translate, sweep))
            for line in sweep_table.conclusions(self._translate, sweep):
                self._results.print(line)
            self._results.print(announcements.written(self._translate, picture))
        self._results.print(announcements.next_step(self._translate, started_as()))

    def _command(self, job: Job) -> list[str]:
        """What starts the measuring process, in the environment the engine needs."""
        if not ENGINES[job.engine].own_environment:
            return environment.child_command(Path(sys.executable))
        name = environment.environment_name(job.engine, job.options.backend)
        return environment.child_command(environment.python_for(name, self._cache, self._say))

    def _say(self, text: str) -> None:
        self._progress.print(text)


def _hopeless(found: Iterable[Measurement]) -> EngineFailedError:
    every = [*found]
    failures = [failure for one in every for failure in one.series.failures]
    service = every[-1].facts.service
    ended = None if service is None else service.ended
    end = "" if ended is None else f"The server ended with exit status {ended}. "
    return EngineFailedError(
        f"{end}{len(failures)} requests failed, the last one: {one_line(failures[-1].error)}",
        hint=advice(failures[-1].error)
        or i18n.N_("What was complete is kept, the failures counted in error_rate."),
        said=() if service is None else service.said,
    )


def _refused(refused: Sequence[InvalidDataError]) -> InvalidDataError:
    """One failure for all of them."""
    found = [violation for one in refused for violation in one.violations]
    return InvalidDataError(str(refused[0]), found, hint=refused[0].hint)


def _console(*, stderr: bool) -> Console:
    """Plain words: no markup is read from them, and lines are as long as they are."""
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=True)
