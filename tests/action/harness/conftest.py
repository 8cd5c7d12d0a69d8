"""A runner for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.action.harness.bench import Bench
from tests.action.harness.runner import Runner

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A runner that knows no action, and a place to write some."""
    return Bench(tmp_path / "actions", Runner(tmp_path / "runner"))
