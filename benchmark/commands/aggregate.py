"""`sagellm-benchmark aggregate`: your results and the public leaderboard → the data folder."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click
from filelock import FileLock, Timeout

from benchmark import canonical, dataset, report
from benchmark.aggregate import Aggregation, aggregate
from benchmark.commands.attesting import write_subjects
from benchmark.commands.common import (
    PUBLIC_HUB,
    PUBLIC_MIRROR,
    Output,
    data_dir_option,
    dataset_options,
    open_store,
    output_options,
)
from benchmark.commands.github import github_errors, github_output, tell
from benchmark.dataset import Dataset
from benchmark.derived import fitting, knowing
from benchmark.errors import HubUnreachableError, InvalidDataError, TryAgainError, UsageError
from benchmark.i18n import N_
from benchmark.markdown import Deed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from benchmark.entry import Entry
    from benchmark.leaderboard import Revision, Snapshot
    from benchmark.submission import SubmittedFile

    _Read: TypeAlias = "tuple[Dataset | Callable[[Iterable[Entry]], Dataset], Revision]"

_MANY = 200
_LOCK_TIMEOUT = 60.0
"""Seconds."""

_OUTPUTS = Path("outputs")
_MIB = 1024 * 1024


@click.command("aggregate", short_help="Merge your results with the public leaderboard.")
@dataset_options
@click.option(
    "--outputs", type=click.Path(path_type=Path), default=_OUTPUTS, show_default=True,
    help="Where `run` wrote the results.",
)  # fmt: skip
@data_dir_option
@click.option("--offline", is_flag=True, help="Do not ask the Hub; merge what is here.")
@click.option("--strict", is_flag=True, help="End with 65 if a result file is rejected.")
@click.option(
    "--subjects", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write the run ids of the results in --outputs, as sha256sum does, for actions/attest.",
)  # fmt: skip
@output_options
def command(  # noqa: PLR0913 - one parameter per option
    *,
    hf_repo: str,
    revision: str,
    endpoint: str | None,
    outputs: Path,
    data_dir: Path,
    offline: bool,
    strict: bool,
    subjects: Path | None,
    as_json: bool,
    lang: str,
) -> int:
    """Merge the results in --outputs with the public leaderboard into --data-dir.

    No token is needed. Nothing is written while the Hub cannot be read, unless --offline.
    """
    output = github_output(Output(as_json, lang))
    _ = output.translate
    output.say(["", *report.heading(_("📦 sageLLM Benchmark - local aggregation")), ""])
    with github_errors(_):
        _check_outputs(outputs)
        public, at = (Dataset(), None) if offline else _read(output, hf_repo, revision, endpoint)
        with _locked(data_dir):
            done = aggregate(
                public, outputs, data_dir, revision=at, watch=partial(_watched, output)
            )
    _show(output, done, outputs, data_dir)
    with github_errors(_):
        if subjects is not None:
            write_subjects(output, done, subjects)
    tell(output, done.summary, Deed.AGGREGATED, done.results, tolerant=not strict)
    output.result(done.summary.to_json())
    return InvalidDataError.exit_code if strict and done.summary.rejected else 0


def _read(output: Output, hf_repo: str, revision: str, endpoint: str | None) -> _Read:
    url, snapshot = _snapshot(output, hf_repo, revision, endpoint)
    manifest = fitting(snapshot)
    if manifest is None:
        public, listed = dataset.parse(snapshot), dataset.listed(snapshot)
        output.say([*report.was_read(output.translate, url, revision, listed), ""])
        return public, snapshot.revision
    listed = {name: fact.entries for name, fact in manifest.boards.items()}
    output.say([*report.was_read(output.translate, url, revision, listed), ""])
    return partial(knowing, snapshot), snapshot.revision


def _snapshot(
    output: Output, hf_repo: str, revision: str, endpoint: str | None
) -> tuple[str, Snapshot]:
    """Read the Hub that was named, else the public one, else its mirror: reading only."""
    endpoints = [endpoint] if endpoint else [PUBLIC_HUB, PUBLIC_MIRROR]
    for last, candidate in ((candidate is endpoints[-1], candidate) for candidate in endpoints):
        store = open_store(hf_repo, revision, candidate)
        if candidate == PUBLIC_MIRROR:
            store.token = None  # it is another company's server
        output.say(report.reading(output.translate, store.url))
        try:
            snapshot = _enough(store.read())
        except HubUnreachableError as error:
            if last:
                raise
            output.say(report.failed(output.translate, error))
        else:
            return store.url, snapshot
    raise AssertionError("there is at least one endpoint")


def _enough(snapshot: Snapshot) -> Snapshot:
    """Everything is read here if it has to be, while there is another endpoint to turn to."""
    if fitting(snapshot) is None:
        dict(snapshot.files)
    return snapshot


def _watched(output: Output, files: Sequence[SubmittedFile]) -> Iterable[SubmittedFile]:
    """The files, with a progress bar where somebody may be waiting and can see it."""
    if len(files) < _MANY or not sys.stderr.isatty():
        return files
    from rich.console import Console  # noqa: PLC0415 - most runs have nothing to show
    from rich.progress import track  # noqa: PLC0415

    what = output.translate("Reading results")
    return track(files, what, console=Console(stderr=True), transient=True)


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    """One aggregate at a time per data folder; the lock is not in it, git would see it there."""
    # Not by Path.resolve, to which a link that leads to itself is an error of ours.
    name = canonical.digest(os.fsencode(os.path.realpath(data_dir)))[:16]
    try:
        path = Path(tempfile.gettempdir()) / f"sagellm-benchmark-{name}.lock"
        lock = FileLock(path, mode=0o666).acquire(timeout=_LOCK_TIMEOUT)
    except Timeout:
        raise TryAgainError(
            f"Another aggregate is working on {data_dir}.", hint=N_("Run it again when it is done.")
        ) from None
    except OSError as error:
        raise UsageError(
            f"There is no place for a lock file: {error.strerror or error}.",
            hint=N_("Set TMPDIR to a folder that is writable and has space left."),
        ) from None
    with lock:
        yield


def _check_outputs(outputs: Path) -> None:
    """A folder of another name than ours is there; that nothing was measured yet is no mistake.

    Raises:
        UsageError: if it is not.
    """
    if outputs != _OUTPUTS and not os.path.lexists(outputs):
        raise UsageError(
            f"There is no folder {outputs} with results.",
            hint=N_("Check the path; `sagellm-benchmark run` writes to outputs/."),
        )


def _show(output: Output, done: Aggregation, outputs: Path, data_dir: Path) -> None:
    _ = output.translate
    folder = data_dir.as_posix()
    output.say([*report.found_locally(_, outputs.as_posix(), done.found), ""])
    output.say([_("🔀 Merging..."), *report.merged(_, done.summary), ""])
    written = {path.as_posix(): count for path, count in done.written.items()}
    output.say(report.saved(_, folder, written))
    output.say(_reduced(_, path) for path in sorted(done.reduced))
    output.say([*(_oversized(_, *item) for item in sorted(done.oversized.items())), ""])
    output.say([*report.heading(_("✅ Aggregation complete!")), ""])
    output.say([*report.next_steps(_, folder, outputs.as_posix()), report.RULE])


def _reduced(_: Callable[[str], str], path: Path) -> str:
    text = _(
        "{path} holds only what is not in the dataset yet: all of it would be too large for git."
    )
    return "   " + text.format(path=path.as_posix())


def _oversized(_: Callable[[str], str], path: Path, size: int) -> str:
    text = _(
        "{path} has {size} MiB: GitHub warns above 50 and refuses 100. Without --offline what is "
        "public is left out; `sagellm-benchmark publish` needs no git."
    )
    return "  ⚠ " + text.format(path=path.as_posix(), size=size // _MIB)
