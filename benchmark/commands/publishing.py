"""What `publish` and `upload` do around the publish loop: words, the GitHub runner, clean-up."""

from __future__ import annotations

import os
import random
import subprocess
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmark import action, markdown, report
from benchmark.cleanup import Cleanup, blob_id, remove_published
from benchmark.commands.common import on_github
from benchmark.errors import BenchmarkError, InvalidDataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmark.action import Annotation
    from benchmark.commands.common import Output
    from benchmark.errors import Violation
    from benchmark.hub import HubStore
    from benchmark.publish import Publication
    from benchmark.submission import SubmittedFile
    from benchmark.summary import Summary

_GIT_TIMEOUT = 30.0
"""Seconds."""


def github_output(output: Output) -> Output:
    """The output, and on a GitHub runner no line of it is taken for a command."""
    return replace(output, guard=action.inert) if on_github() else output


@contextmanager
def github_errors() -> Iterator[None]:
    """On a GitHub runner, an error is an annotation too."""
    try:
        yield
    except BenchmarkError as error:
        message = f"{error}\n{error.hint}".strip()
        _annotate([action.Annotation("error", message, title="Publishing benchmark results")])
        raise


def finish(
    output: Output,
    done: Publication,
    store: HubStore,
    *,
    cleanup: bool = False,
    dry_run: bool = False,
) -> int:
    """Show what a publish did, tell the GitHub runner, clean up; the exit code.

    It is that of invalid data if files were rejected, although the good ones went through.
    """
    _ = output.translate
    revision = done.summary.revision or store.branch
    url = store.pull_request or f"{store.url}/tree/{revision}"
    summary = replace(done.summary, url=url)
    output.say(report.merged(_, summary))
    output.say(report.published(_, summary, dry_run=dry_run))
    cleaned = _clean_up(output, done.published, f"{store.url}@{revision}") if cleanup else Cleanup()
    if on_github():
        _tell_github(summary, cleaned)
    output.result(summary.to_json())
    return InvalidDataError.exit_code if summary.rejected else 0


def _clean_up(output: Output, files: Iterable[SubmittedFile], source: str) -> Cleanup:
    files = list(files)
    if not files:
        return Cleanup()
    folder = files[0].path.parent
    try:
        root = _git("-C", str(folder), "rev-parse", "--show-toplevel")
        branch = os.environ.get("GITHUB_REF_NAME") or _git("-C", root, "branch", "--show-current")
    except (OSError, subprocess.SubprocessError) as error:
        cleaned = Cleanup(warning=f"no git checkout to clean up: {error}")
    else:
        published = {
            os.path.relpath(file.path.resolve(), root).replace(os.sep, "/"): blob_id(file.data)
            for file in files
        }
        cleaned = remove_published(
            Path(root),
            published,
            branch=branch,
            source=source,
            env=os.environ,
            sleep=time.sleep,
            uniform=random.uniform,
        )
    output.say(report.cleaned_up(output.translate, cleaned.removed, cleaned.kept, cleaned.warning))
    return cleaned


def _git(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - git itself, and no shell reads the arguments
        ["git", *arguments],  # noqa: S607 - the git of the user's PATH
        check=True,
        capture_output=True,
        text=True,
        timeout=_GIT_TIMEOUT,
    )
    return done.stdout.strip()


def _tell_github(summary: Summary, cleaned: Cleanup) -> None:
    action.write_outputs(os.environ, action.outputs_of(summary, cleaned=len(cleaned.removed)))
    action.write_summary(os.environ, markdown.job_summary(summary))
    warning = action.Annotation("warning", cleaned.warning, title="Clean-up of published files")
    _annotate([*map(_rejection, summary.rejected), *([warning] if cleaned.warning else [])])


def _rejection(violation: Violation) -> Annotation:
    return action.Annotation(
        "error", f"{violation.path}: {violation.message}", title="Rejected", file=violation.file
    )


def _annotate(items: Iterable[Annotation]) -> None:
    if on_github():
        for line in action.annotate(items):
            click.echo(line, err=True)
