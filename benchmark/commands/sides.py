"""What a user compares: files, folders, or a run, an engine or a revision of a dataset."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmark.clone import Clone, is_clone
from benchmark.commands.common import F, open_store
from benchmark.commands.samples import runs_of
from benchmark.config_key import is_missing
from benchmark.dataset import Dataset, parse
from benchmark.errors import HubUnreachableError, PermissionDeniedError, UsageError
from benchmark.i18n import N_
from benchmark.matches import FIELDS
from benchmark.significance import Evidence
from benchmark.text import one_line
from benchmark.watch import unwatched

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmark.entry import Entry
    from benchmark.hub import HubStore
    from benchmark.watch import Watch

ENGINE = ("engine", "engine_version")
_RUN_ID = re.compile(r"[0-9a-f]{8,64}")
_REVISION = re.compile(r"[0-9a-f]{40}")
_HINT = N_(
    "Give a result file or a folder of them, the first 8 digits or more of a run id, an engine "
    "such as vllm or 'vllm 0.11.0', or a revision of the dataset."
)


def across_option(function: F) -> F:
    """Add `--across`."""
    return click.option(
        "--across", multiple=True, type=click.Choice(FIELDS), metavar="FIELD",
        help="A part of the configuration that may differ, such as engine_version. Repeatable.",
    )(function)  # fmt: skip


@dataclass(frozen=True)
class Side:
    """One of those that are compared.

    Attributes:
        name: as the user gave it.
        runs: what it stands for.
        across: the parts of a configuration in which it is free to differ.
    """

    name: str
    runs: list[Evidence]
    across: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sides:
    """Finds what words stand for.

    Attributes:
        among: files and folders where runs and engines are looked up; empty for the dataset.
        watch: is given the fragments of a dataset that is read.
    """

    hf_repo: str
    revision: str
    endpoint: str | None
    among: tuple[Path, ...] = field(default=())
    watch: Watch = unwatched

    def find(self, word: str) -> Side:
        """What a word stands for: something here, else something in the dataset.

        Raises:
            UsageError: if it stands for nothing.
        """
        path = Path(word)
        if os.path.lexists(path):
            is_dataset = path.is_dir() and is_clone(path)
            runs = best_of(self._parsed(Clone(path))) if is_dataset else runs_of([path])
            return Side(word, runs)
        if path.suffix == ".json" or len(path.parts) > 1:
            raise UsageError(f"{word} does not exist.", hint=N_("Check the path."))
        try:
            return self._in_dataset(word)
        except (HubUnreachableError, PermissionDeniedError) as error:
            error.args = (f"{one_line(word)!r} is nothing here, and no dataset was read: {error}",)
            raise

    def _in_dataset(self, word: str) -> Side:
        if _REVISION.fullmatch(word) and not self.among:
            return Side(word, self._at(word))
        digits = word.casefold()
        if _RUN_ID.fullmatch(digits):
            return Side(word, [self._run(digits)])
        of_engine = [run for run in self._ranked if _is_engine(run.entry, word)]
        if of_engine:
            return Side(word, of_engine, ENGINE)
        if self.among:
            raise UsageError(f"There is no {one_line(word)!r} among these.", hint=_HINT)
        return Side(word, self._at(word))

    def _run(self, digits: str) -> Evidence:
        found = [run for run in self._every if run.entry.run_id.startswith(digits)]
        if len(found) != 1:
            raise UsageError(f"Runs that begin with {digits}: {len(found)}.", hint=_HINT)
        return found[0]

    def _at(self, revision: str) -> list[Evidence]:
        """The leaderboards at a revision."""
        try:
            return best_of(self._parsed(open_store(self.hf_repo, revision, self.endpoint)))
        except PermissionDeniedError:
            said = f"{one_line(revision)!r} is no run, engine or revision of {self.hf_repo}."
            raise UsageError(said, hint=_HINT) from None

    @cached_property
    def _every(self) -> list[Evidence]:
        if self.among:
            return runs_of(self.among)
        return [*map(Evidence, self._dataset.runs.values())]

    @cached_property
    def _ranked(self) -> list[Evidence]:
        if self.among:
            return self._every
        return ranked(self._dataset)

    @cached_property
    def _dataset(self) -> Dataset:
        return self._parsed(open_store(self.hf_repo, self.revision, self.endpoint))

    def _parsed(self, store: Clone | HubStore) -> Dataset:
        return parse(store.read(), watch=self.watch)


def best_of(dataset: Dataset) -> list[Evidence]:
    """The best run of every configuration."""
    return [Evidence(run) for board in dataset.boards.values() for run in board.values()]


def ranked(dataset: Dataset) -> list[Evidence]:
    """Every run that may be ranked."""
    runs: Iterable[Entry] = dataset.runs.values()
    return [Evidence(run) for run in runs if not dataset.why_not_ranked(run)]


def _is_engine(entry: Entry, word: str) -> bool:
    """Whether it is an engine's name, alone or with its version."""
    values = entry.configuration
    engine, version = (
        "" if is_missing(values[name]) else str(values[name]).casefold() for name in ENGINE
    )
    return " ".join(word.replace("@", " ").casefold().split()) in {engine, f"{engine} {version}"}
