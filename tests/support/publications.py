"""Publishes against a dataset in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.errors import (
    BenchmarkError,
)
from benchmark.leaderboard import Revision, Snapshot
from benchmark.publish import Publication
from benchmark.submission import data_files
from tests.support.entries import write
from tests.support.memory_store import MemoryHub, SteppedPublisher

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmark.entry import Entry
    from benchmark.submission import SubmittedFile


def submitted(
    folder: Path, *entries: Entry, name: str = "leaderboard_x.json"
) -> list[SubmittedFile]:
    """One more file in the data folder, and all of them as they are read."""
    write(folder, name, *entries)
    return data_files(folder)


def hub_with(files: Mapping[str, bytes]) -> MemoryHub:
    """A hub whose head holds these files."""
    hub = MemoryHub()
    hub.history.append(Snapshot(Revision("1" * 40), files))
    return hub


def publisher_after(publisher: SteppedPublisher, *faults: str) -> SteppedPublisher:
    """The publisher once its next calls met these faults, and the others none."""
    for fault in faults:
        publisher.step(fault)
    publisher.finish()
    return publisher


def published(hub: MemoryHub, files: list[SubmittedFile], *faults: str) -> Publication:
    """What a publish returns whose first calls meet these faults."""
    outcome = publisher_after(SteppedPublisher(hub, files), *faults).outcome
    assert isinstance(outcome, Publication)
    return outcome


def failed(hub: MemoryHub, files: list[SubmittedFile], *faults: str) -> BenchmarkError:
    """What a publish raises."""
    outcome = publisher_after(SteppedPublisher(hub, files), *faults).outcome
    assert isinstance(outcome, BenchmarkError)
    return outcome
