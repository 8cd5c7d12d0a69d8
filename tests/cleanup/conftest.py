"""Remotes with two published files: on disk, and over HTTP with tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cleanup.place import Place
from tests.cleanup.served import TOKENS, Served
from tests.support.git_http import git_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A remote with two published files."""
    return Place(tmp_path)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The same over HTTP, for a reader, a writer and an App; the checkout keeps no token yet."""
    with git_server(tmp_path / "server", TOKENS) as server:
        yield Served(tmp_path, server)
