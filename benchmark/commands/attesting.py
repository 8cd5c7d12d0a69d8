"""What `aggregate --subjects` leaves for an attestation: the run ids of what was measured here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from benchmark import action, canonical
from benchmark.cleanup import CleanupError, committed_in, path_in, root_of
from benchmark.commands.common import on_github
from benchmark.errors import UsageError
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmark.aggregate import Aggregation
    from benchmark.commands.common import Output
    from benchmark.submission import SubmittedFile


def write_subjects(output: Output, done: Aggregation, target: Path) -> None:
    """Write the run ids to a file, and tell a GitHub runner where it is unless it is empty.

    A result that the checkout brought along was not measured by this job, so the job must not sign
    that it was: whoever can commit a file could have any figures attested.

    Raises:
        UsageError: there are too many for one attestation, or git does not say what is committed.
    """
    _ = output.translate
    refused = {violation.file for violation in done.summary.rejected}
    good = [file for file in done.results if file.name not in refused]
    brought = _brought_along(good)
    runs = {entry.run_id for file in good if file not in brought for entry in file.entries}
    canonical.write_atomic(target, action.checksums(runs))
    for file in brought:
        said = _("⚠ Not attested, for it is committed and was not measured here: {file}")
        output.say(["  " + said.format(file=one_line(file.name))])
    said = _("Run ids to attest: {count} ({path})")
    output.say(["  " + said.format(count=len(runs), path=target)])
    if runs and on_github():
        action.write_outputs(os.environ, {"subjects": str(target)})


def _brought_along(files: Sequence[SubmittedFile]) -> list[SubmittedFile]:
    """Those of a commit that is checked out, be it of a submodule."""
    roots = {file.path: root_of(file.path.parent) for file in files}
    try:
        committed = {root: committed_in(root, os.environ) for root in {*roots.values()} if root}
    except CleanupError as error:
        raise UsageError(
            f"Git does not say which results are committed, so nothing is attested: {error}",
            hint=error.hint,
        ) from None
    return [
        file
        for file in files
        if (root := roots[file.path]) and path_in(root, file.path) in committed[root]
    ]
