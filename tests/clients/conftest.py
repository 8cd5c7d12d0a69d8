"""Every major version of the client, each in an environment of its own: `make test-clients`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub
from benchmark.localhub.tokens import parse_tokens
from tests.clients.lab import TOKENS, VENVS, Lab
from tests.localhub.serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["0.36", "1", "2"])
def lab(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lab]:
    """A hub as the command starts it, with a write token and a read token."""
    major: str = request.param
    assert (VENVS / f"clients-{major}").exists(), "It is made by make test-clients"
    folder = tmp_path / "lab"
    folder.mkdir()
    settings = HubSettings(tokens=parse_tokens(TOKENS, source="tokens"))
    root = tmp_path / "root"
    with running_hub(root) as hub, serving(root, settings=settings) as served:
        yield Lab(hub, served.endpoint, major, folder)
