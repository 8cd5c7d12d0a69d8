"""Workloads as the command line names them."""

from __future__ import annotations

from pathlib import Path

from benchmark.errors import UsageError
from benchmark.i18n import N_
from benchmark.measure.workload.workload_file import SUFFIXES, dataset_kind, read_workloads
from benchmark.measure.workload.workloads import (
    ALL,
    QUESTIONS,
    QUICK,
    RANDOM,
    TEXT,
    WORKLOADS,
    Workload,
    find_workload,
)

_PROMPTS_OWN = ".jsonl"


def find_workloads(text: str) -> tuple[Workload, ...]:
    """The workloads that `text` names, each once, in its order.

    Args:
        text: a name, `all`, a path that ends in .yaml, .yml or .json, a file of prompts with their
            own lengths (.jsonl), or several, separated by commas.

    Raises:
        UsageError: if a name or a file is not there, or two files call different workloads alike.
        InvalidDataError: if a file breaks the format.
    """
    parts = [text] if _is_file(text) else [part.strip() for part in text.split(",")]
    found = dict.fromkeys(workload for part in parts for workload in _named(part))
    names = [workload.name.casefold() for workload in found]
    for workload in found:
        if names.count(workload.name.casefold()) > 1:
            raise UsageError(
                f"Two different workloads are called {workload.name}.",
                hint=N_("Results are kept by name: rename one of them."),
            )
    return tuple(found)


def with_prompts(workload: Workload, choice: str) -> Workload:
    """The workload with other prompts of the same lengths.

    Args:
        workload: any.
        choice: `random`, `text`, or a file that ends in .txt, .json or .jsonl.

    Raises:
        UsageError: if `choice` is none of these, or needs lengths that the workload does not have.
    """
    if choice in {RANDOM, TEXT}:
        changed = workload._replace(prompts=choice, dataset=None)
    else:
        path = Path(choice)
        changed = workload._replace(prompts=dataset_kind(path), dataset=path)
    if not changed.lengths and changed.prompts not in QUESTIONS:
        raise UsageError(
            f"The workload {workload.name} has its lengths from its dataset.",
            hint=N_("Leave --prompts out, or choose a workload with lengths of its own."),
        )
    return changed


def _named(part: str) -> tuple[Workload, ...]:
    if part.lower().endswith(_PROMPTS_OWN):
        path = Path(part)
        return (Workload(path.stem, (), prompts=dataset_kind(path), dataset=path),)
    if part == ALL:
        return tuple(one for one in WORKLOADS.values() if not (one.shares or one.name == QUICK))
    return read_workloads(Path(part)) if _is_path(part) else (find_workload(part),)


def _is_path(part: str) -> bool:
    return part.lower().endswith(SUFFIXES)


def _is_file(text: str) -> bool:
    """Whether the whole text is a path, commas included."""
    return text.lower().endswith((*SUFFIXES, _PROMPTS_OWN)) and Path(text).is_file()
