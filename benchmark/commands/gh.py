"""GitHub's own command line, which verifies attestations: https://cli.github.com."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark import canonical
from benchmark.errors import BenchmarkError, InvalidDataError, PermissionDeniedError, UsageError
from benchmark.i18n import N_
from benchmark.text import decoded, one_line

if TYPE_CHECKING:
    from benchmark.canonical import Json
    from benchmark.entry import Entry

_TIMEOUT = 120.0
"""Seconds."""

_NOT_LOGGED_IN = 4
"""Its exit code (https://cli.github.com/manual/gh_help_exit-codes)."""

_LONGEST = 500
_PROVENANCE = "https://slsa.dev/provenance/v1"


def verified(run: Entry, repository: str) -> Json:
    """What `gh` has verified of a run: that workflows of `repository` signed its run id.

    Raises:
        UsageError: `gh` is not there, or takes too long.
        PermissionDeniedError: it is not logged in.
        InvalidDataError: nothing was signed, or not by that repository.
    """
    program = shutil.which("gh")
    if program is None:
        raise UsageError(
            "gh, which verifies attestations, is not installed.",
            hint=N_("Install it from https://cli.github.com, and log in with `gh auth login`."),
        )
    with tempfile.TemporaryDirectory(prefix="sagellm-benchmark-") as folder:
        # Its sha-256 is the run id, which is what was signed.
        file = Path(folder) / f"run-{run.run_id[:12]}"
        file.write_bytes(run.canonical)
        options = (f"--repo={repository}", f"--predicate-type={_PROVENANCE}", "--format=json")
        done = _run([program, "attestation", "verify", *options, str(file)])
    if done.returncode:
        raise _failure(run, repository, done)
    return canonical.loads(done.stdout, file="gh")


def _run(argv: list[str]) -> subprocess.CompletedProcess[bytes]:
    env = {name: value for name, value in os.environ.items() if name != "HF_TOKEN"}
    try:
        return subprocess.run(  # noqa: S603 - what `which` found, and no shell reads the arguments
            argv, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False,
            timeout=_TIMEOUT,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        hint = N_("Run it again; see whether `gh attestation verify` works here.")
        raise UsageError(f"gh could not be asked: {error}", hint=hint) from None


def _failure(
    run: Entry, repository: str, done: subprocess.CompletedProcess[bytes]
) -> BenchmarkError:
    said = one_line(decoded(done.stderr or done.stdout).strip(), _LONGEST)
    if done.returncode == _NOT_LOGGED_IN:
        return PermissionDeniedError(
            f"gh may not ask GitHub: {said}",
            hint=N_("Log in with `gh auth login`, or set GH_TOKEN."),
        )
    return InvalidDataError(
        f"Nothing of {repository} attests run {run.run_id[:12]}: {said}",
        hint=N_("Name the repository whose workflow measured it, with `attest: true`."),
    )
