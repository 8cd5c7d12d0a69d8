"""What an attestation is about: the run ids of what a job measured.

A run id is the sha-256 of an entry's canonical form, so it can be attested as it stands: anybody
who has the entry has the file that the attestation is of. The form is that of `sha256sum`, which
https://github.com/actions/attest reads as `subject-checksums`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.errors import UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmark.entry import RunId

MOST = 1024
"""Subjects of one attestation
(https://github.com/actions/attest/blob/v4.2.2/README.md#subject-limits)."""

_SHOWN = 12


def checksums(runs: Iterable[RunId]) -> bytes:
    """One line for each run, sorted. Its name is of our making: nobody's text is signed.

    Raises:
        UsageError: there are too many for one attestation.
    """
    known = sorted(set(runs))
    if len(known) > MOST:
        raise UsageError(
            f"{len(known)} results cannot be attested at once: {MOST} can.",
            hint=N_("Aggregate and attest them in several jobs, or with several output folders."),
        )
    return "".join(f"{run_id}  run-{run_id[:_SHOWN]}\n" for run_id in known).encode()
