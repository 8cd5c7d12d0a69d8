"""The engine sagellm's command: found, or installed if the user says so."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from benchmark.measure.sagellm import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmark.measure.job import Job
    from benchmark.measure.run_options import RunOptions


def with_program(
    job: Job,
    options: RunOptions,
    cache: Path,
    _: Callable[[str], str],
    say: Callable[[str], None],
) -> Job:
    """The job; if it is to start sageLLM, with the command that does.

    Args:
        job: of any engine.
        options: what was asked.
        cache: this package's folder in the user's cache.
        _: translates what is asked.
        say: told what is happening, a line at a time.

    Raises:
        UsageError: if it is not installed, and nobody says that it may be.
        EngineFailedError: if it cannot be installed.
    """
    endpoint = job.options.endpoint
    if job.engine != program.COMMAND or endpoint is None or endpoint.url is not None:
        return job
    found = program.find(options.sagellm, cache)
    if found is None:
        if not (options.install_sagellm or _agreed(_)):
            raise program.not_installed()
        found = program.install(cache, say)
    started = endpoint._replace(program=str(found))
    return job._replace(options=replace(job.options, endpoint=started))


def _agreed(_: Callable[[str], str]) -> bool:
    """Ask, where there is somebody to answer."""
    if not _somebody_answers():
        return False
    program.check_installable()
    text = _(
        "sageLLM is not installed. Its licence is its own, not this package's. Install {package} "
        "into an environment of its own now?"
    )
    return click.confirm(text.format(package=program.PACKAGE), err=True)


def _somebody_answers() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
