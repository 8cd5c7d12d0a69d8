"""Real servers, each started once, and `run` started as users start it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers.kinds import GGUF, KINDS, Kind
from tests.servers.real_server import RealServer
from tests.servers.runs import Runs

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", params=KINDS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> Kind:
    """One software after the other; its environment must be there."""
    found: Kind = request.param
    for path in (GGUF, Path(found.words[0])):
        assert path.exists(), f"{path} is missing: it is made by make test-servers"
    return found


@pytest.fixture(scope="session")
def server(kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """It runs as long as tests need it."""
    running = RealServer(kind, tmp_path_factory.mktemp(kind.name))
    yield running
    running.stop()


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    """Of this test; none outlives it."""
    found = Runs(tmp_path)
    yield found
    found.close()
