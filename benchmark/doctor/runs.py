"""What every run must be: of the format, without a credential, and where people decided it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark import leaks, schema
from benchmark.attestation import ATTESTATIONS
from benchmark.decisions import CONFIRMATIONS, RETRACTIONS
from benchmark.doctor.check import Problem
from benchmark.i18n import N_
from benchmark.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.dataset import Dataset
    from benchmark.doctor.contents import Contents
    from benchmark.entry import Entry


def of_another_form(contents: Contents) -> Iterator[Problem]:
    """Runs that the schema refuses: adopted from an earlier dataset, or put in by hand."""
    for path, root, entry in _held(contents):
        for violation in schema.violations_of(entry, file=path, path=root)[:1]:
            told = leaks.told_safely(violation)
            message = N_("{problem} Run {run} is kept and cannot be ranked.")
            values = {"problem": told.message, "run": entry.run_id[:12]}
            yield Problem.of(f"{path}::{told.path}", "takedown", message, **values)


def with_credentials(contents: Contents) -> Iterator[Problem]:
    """Runs that hold what looks like a credential; never what it is."""
    for path, root, entry in _held(contents):
        for violation in leaks.violations_of(entry, file=path, path=root):
            message = N_("{problem} Revoke it, then take down run {run}.")
            values = {"problem": violation.message, "run": entry.run_id[:12]}
            yield Problem.of(f"{path}::{violation.path}", "takedown", message, **values)


def orphans(state: Dataset) -> Iterator[Problem]:
    """Decisions about runs that nobody knows."""
    for file, decisions in (
        (RETRACTIONS, state.retractions),
        (CONFIRMATIONS, state.confirmations),
        (ATTESTATIONS, state.attestations),
    ):
        for run_id in sorted({decision.run_id for decision in decisions}):
            if run_id not in state.known:
                message = N_("names run {run}, which is not in the dataset.")
                yield Problem.of(file, "by hand", message, run=one_line(run_id, 12))


def back_again(state: Dataset) -> Iterator[Problem]:
    """Runs that were taken down and are in a fragment."""
    for run_id in sorted(state.lingering):
        message = N_("holds run {run}, which was taken down.")
        yield Problem.of("runs", "doctor --fix", message, run=run_id[:12])


def _held(contents: Contents) -> Iterator[tuple[str, str, Entry]]:
    """Path, JSON path of the line counted from 0, and the run."""
    for path, entries in contents.fragments.items():
        for index, entry in enumerate(entries):
            yield path, f"$[{index}]", entry
