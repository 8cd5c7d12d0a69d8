"""A Hub with tokens and one dataset, and a contributor's world around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.action.world import World
from tests.support.publishers import dataset_hub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A Hub whose dataset `lab/results` anybody reads and only a write token changes."""
    with dataset_hub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def world(tmp_path: Path, hub: RunningHub) -> World:
    """A contributor's repository."""
    return World(tmp_path, hub)


@pytest.fixture
def fresh(tmp_path: Path, hub: RunningHub) -> World:
    """A contributor's repository, whose runner has nothing installed yet."""
    return World(tmp_path, hub, python="new")
