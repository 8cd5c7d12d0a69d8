"""A running hub and the store that reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from benchmark.hub import HubStore
from benchmark.localhub.testing import running_hub
from tests.support.publishers import REPO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub


@dataclass
class Pauses:
    """Every pause that was asked for, in seconds; none is made."""

    made: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Only remember it."""
        self.made.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    """The pauses of `store`."""
    return Pauses()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub with an empty dataset that anybody may write to."""
    with running_hub(tmp_path / "root") as running:
        running.create(REPO)
        yield running


@pytest.fixture
def store(hub: RunningHub, pauses: Pauses) -> HubStore:
    """The dataset as publish sees it; the longest pause is always drawn."""
    return HubStore(
        endpoint=hub.endpoint,
        dataset=REPO,
        branch="main",
        token=None,
        create_pr=False,
        sleep=pauses.sleep,
        uniform=lambda _low, high: high,
    )
