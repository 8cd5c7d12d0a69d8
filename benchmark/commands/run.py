"""`sagellm-benchmark run`: measure engines on this machine and write entries."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from benchmark.commands import probing
from benchmark.commands.common import Output, output_options
from benchmark.commands.parameters import Words
from benchmark.commands.run_options import Sections, measuring_options
from benchmark.commands.running import Runner
from benchmark.commands.sagellm_program import with_program
from benchmark.errors import BenchmarkError
from benchmark.measure import results, run_report
from benchmark.measure.campaign import Campaign
from benchmark.measure.confidential import cleaned_error, cleaner_of
from benchmark.measure.engines import check_installed
from benchmark.measure.environment import cache_root
from benchmark.measure.host import machine
from benchmark.measure.planning import check_model, plan
from benchmark.measure.run_options import RunOptions, default_of
from benchmark.measure.slo import parse_slo
from benchmark.measure.workload.workloads import QUICK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.credentials import Cleaner
    from benchmark.measure.job import Job

OF_THE_COMMAND = ("outputs", "submitter", "probe", "quick", "as_json", "lang")
"""Options that do not change what is measured, or only through others."""

_QUICK = {"workload": QUICK, "max_time": 8.0, "precision": 0.1}


@click.command(
    "run",
    cls=Sections,
    short_help="Measure a model on this machine.",
    epilog="Next: sagellm-benchmark aggregate.",
)
@measuring_options
@click.option(
    "--outputs",
    type=click.Path(file_okay=False, path_type=Path),
    default="outputs",
    show_default=True,
    help="Where results are kept.",
)
@click.option(
    "--submitter", type=Words(), help="Who measured. Default: git's user.name, or anonymous."
)
@click.option(
    "--quick",
    is_flag=True,
    help="A first look in seconds: --workload quick --max-time 8 --precision 10%, unless you say "
    "otherwise. The interval is wider, and says so.",
)
@click.option(
    "--probe",
    is_flag=True,
    help="Send one request, show what the server is, what it sends and what an entry would not "
    "tell; write nothing. The exit code is a run's.",
)
@output_options
def command(
    *,
    outputs: Path,
    submitter: str | None,
    probe: bool,
    quick: bool,
    as_json: bool,
    lang: str,
    **asked: Any,  # noqa: ANN401 - click passes what RunOptions declares
) -> int:
    """Measure how fast a model generates, here or behind an endpoint, and write an entry.

    Without --engine it is measured by transformers, whether sageLLM is installed or not: that comes
    with this package and runs everywhere, so one command gives one kind of entry on every machine.
    --engine sagellm measures sageLLM, which this leaderboard was made for, where it is installed.

    Every request has a prompt of exactly the workload's length and generates exactly as many tokens
    as it says. The engine runs in a process of its own. After a warm-up until the speed is stable,
    requests are repeated until the median is known well enough.
    """
    output = Output(as_json, lang)
    if quick:
        asked |= {name: it for name, it in _QUICK.items() if asked[name] == default_of(name)}
    if probe:
        return look(asked, output)
    campaign = measure(asked, outputs, submitter, output)
    output.result(run_report.to_json(campaign.kept))
    return 0


def measure(
    asked: Mapping[str, Any], outputs: Path, submitter: str | None, output: Output
) -> Campaign:
    """Measure what the fields of `RunOptions` in `asked` say, and keep it.

    Raises:
        BenchmarkError: if that is not possible; what was complete before is kept.
    """
    options = RunOptions(**asked)
    clean = cleaner_of(options, os.environ)
    try:
        return _measure(options, outputs, submitter, output, clean)
    except BenchmarkError as error:
        cleaned_error(error, clean)
        raise


def look(asked: Mapping[str, Any], output: Output) -> int:
    """Send one request to the server that `asked` names, and say what there is to see.

    Returns:
        The exit code that a run would have.

    Raises:
        BenchmarkError: if it did not come to an answer: what a run would say of it.
    """
    options = RunOptions(**asked)
    clean = cleaner_of(options, os.environ)
    try:
        job = probing.job_of(options)
        check_installed()
        job = _with_program(job, options, output)
        campaign = _campaign(options, Path(), "anonymous", clean)
        return probing.look(job, options, campaign, output)
    except BenchmarkError as error:
        cleaned_error(error, clean)
        raise


def _with_program(job: Job, options: RunOptions, output: Output) -> Job:
    cache = cache_root(os.environ)
    return with_program(job, options, cache, output.translate, lambda line: output.say([line]))


def _measure(
    options: RunOptions, outputs: Path, submitter: str | None, output: Output, clean: Cleaner
) -> Campaign:
    plan(options)
    check_model(options)
    check_installed()
    results.check_outputs(outputs)
    campaign = _campaign(options, outputs, submitter or machine.git_user() or "anonymous", clean)
    Runner(options, campaign, output, os.environ).run()
    return campaign


def _campaign(options: RunOptions, outputs: Path, submitter: str, clean: Cleaner) -> Campaign:
    return Campaign(
        outputs=outputs,
        machine=machine.detect(),
        slo=None if options.slo is None else parse_slo(options.slo),
        submitter=submitter,
        now=lambda: datetime.now(timezone.utc),
        clean=clean,
    )
