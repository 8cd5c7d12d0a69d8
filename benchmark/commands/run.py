"""`sagellm-benchmark run`: measure an engine on this machine and write an entry."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from benchmark import canonical, i18n
from benchmark.commands.common import output_options
from benchmark.measure import checks, machine, results, run_report, samples
from benchmark.measure.closed_loop import Plan
from benchmark.measure.engine import (
    BACKENDS,
    DTYPES,
    ENGINES,
    EngineOptions,
    check_concurrency,
    check_installed,
)
from benchmark.measure.entry_builder import Run, build_entry
from benchmark.measure.session import run_job
from benchmark.measure.worker import Job
from benchmark.measure.workloads import WORKLOADS, find_workload

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.canonical import Json
    from benchmark.measure.results import Written
    from benchmark.measure.samples import Samples
    from benchmark.measure.worker import Measurement


@dataclass(frozen=True)
class _Options:
    """The command line, as click read it."""

    model: str
    backend: str
    workload: str
    engine: str
    outputs: Path
    dtype: str | None
    threads: int | None
    seed: int
    random_weights: bool
    repeats: int | None
    max_time: float | None
    submitter: str | None
    as_json: bool
    lang: str


@click.command(
    "run",
    short_help="Measure a model on this machine.",
    epilog="Next: sagellm-benchmark aggregate.",
)
@click.option("--model", required=True, help="A model's name on the Hub, or a local folder.")
@click.option("--backend", type=click.Choice(BACKENDS), default="cpu", show_default=True)
@click.option(
    "--workload", default="short", show_default=True, help=f"One of {', '.join(WORKLOADS)}."
)
@click.option(
    "--engine", type=click.Choice(list(ENGINES)), default="transformers", show_default=True
)
@click.option(
    "--outputs",
    type=click.Path(file_okay=False, path_type=Path),
    default="outputs",
    show_default=True,
    help="Where results are kept.",
)
@click.option(
    "--dtype",
    type=click.Choice(DTYPES),
    help="Precision of the weights. Default: float32 on a CPU, the model's own elsewhere.",
)
@click.option("--threads", type=click.IntRange(min=1), help="CPU threads. Default: the engine's.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Of prompts and random weights.",
)
@click.option(
    "--random-weights",
    is_flag=True,
    help="Build the model at its real size with random weights; downloads nothing.",
)
@click.option(
    "--repeats",
    type=click.IntRange(min=1),
    help="Measured requests. Default: at least 5, for at least 10 s.",
)
@click.option(
    "--max-time",
    type=click.FloatRange(min=0, min_open=True),
    help="Start no further request after so many seconds.",
)
@click.option("--submitter", help="Who measured. Default: git's user.name, or anonymous.")
@output_options
def command(**values: Any) -> None:  # noqa: ANN401 - click passes what _Options declares
    """Measure how fast a model generates on this machine, and write an entry.

    Every request has a prompt of random token ids and generates exactly as many tokens as the
    workload says. The engine runs in a process of its own, after one warm-up request.
    """
    _run(_Options(**values))


def _run(options: _Options) -> None:
    _, console = i18n.translator(options.lang), _console(stderr=True)
    job, name = _job(options), _model_name(options.model)
    results.check_outputs(options.outputs)
    here, load_before = machine.detect(), machine.load_average()
    measurement = _measure(_, job, console)
    raw = samples.from_series(measurement.series)
    run = Run(
        entry_id=str(uuid.uuid4()),
        model_name=name,
        job=job,
        measurement=measurement,
        machine=here,
        load_before=load_before,
        load_after=machine.load_average(),
        submitter=options.submitter or machine.git_user() or "anonymous",
        submitted_at=datetime.now(timezone.utc),
    )
    entry = build_entry(run, raw.summary)
    record = samples.to_json(raw)
    checks.check(entry, samples.from_json(record))
    files = _write(options, run, entry, record)
    _show(_, console if options.as_json else _console(stderr=False), entry, raw, files)
    if options.as_json:
        report = run_report.to_json(entry, record, files, options.backend)
        click.echo(canonical.dumps(report).decode())


def _job(options: _Options) -> Job:
    workload = find_workload(options.workload)
    check_concurrency(options.engine, workload)
    check_installed(options.engine)
    engine_options = EngineOptions(
        model=options.model,
        backend=options.backend,
        dtype=options.dtype,
        threads=options.threads,
        seed=options.seed,
        random_weights=options.random_weights,
    )
    plan = Plan(repeats=options.repeats, max_time_s=options.max_time)
    return Job(options.engine, engine_options, workload, plan)


def _model_name(model: str) -> str:
    """A local folder is known by its name: where it is says nothing to others."""
    folder = Path(model)
    return folder.resolve().name if folder.is_dir() else model


def _measure(_: Callable[[str], str], job: Job, console: Console) -> Measurement:
    console.print(run_report.starting(_, job))
    try:
        return run_job(job, lambda event: console.print(run_report.line(_, event)))
    except KeyboardInterrupt:
        console.print(run_report.interrupted(_))
        raise


def _write(options: _Options, run: Run, entry: dict[str, Json], record: dict[str, Json]) -> Written:
    folder = results.model_folder(options.outputs, options.backend, run.model_name)
    day = run.submitted_at.date()
    return results.write(folder, run.job.workload.name, day, entry, record)


def _show(
    _: Callable[[str], str], console: Console, entry: dict[str, Json], raw: Samples, files: Written
) -> None:
    for line in run_report.headline(_, entry, raw):
        console.print(line)
    console.print(run_report.table(_, entry))
    for line in run_report.written(_, files.entry):
        console.print(line)


def _console(*, stderr: bool) -> Console:
    """Plain words: no markup is read from them, and lines are as long as they are."""
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=True)
