"""A server that is down is named, whatever else is missing."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from benchmark.errors import UsageError
from benchmark.measure.endpoint.engine import create
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.engine_options import Endpoint, EngineOptions

if TYPE_CHECKING:
    from pathlib import Path


def options(port: int, tmp_path: Path) -> EngineOptions:
    """A model whose tokenizer is nowhere."""
    url = f"http://127.0.0.1:{port}/v1?key=secret"
    return EngineOptions(str(tmp_path / "gone"), "cpu", endpoint=Endpoint(url=url))


def test_a_server_that_is_down_is_named_before_its_tokenizer(tmp_path: Path) -> None:
    """Without what its URL asks for."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(EngineFailedError, match=f"Nobody answers at .*:{port}") as caught:
        create(options(port, tmp_path))
    assert "secret" not in str(caught.value)


def test_of_a_server_that_listens_the_tokenizer_is_named(tmp_path: Path) -> None:
    """It is what is missing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(UsageError, match="The tokenizer cannot be opened"):
            create(options(port, tmp_path))
