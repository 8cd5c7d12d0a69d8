"""A client that speaks Xet to the running hub."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.localhub.xet.wire import Client

if TYPE_CHECKING:
    from benchmark.localhub.testing import RunningHub


@pytest.fixture
def xet(hub: RunningHub) -> Client:
    """A client that may write."""
    return Client(hub.endpoint)


@pytest.fixture
def chunks() -> list[bytes]:
    """Six chunks, incompressible and compressible, of odd sizes."""
    source = random.Random(7)  # noqa: S311 - reproducible, not secret
    noise = [source.randbytes(size) for size in (9000, 131_072, 8193)]
    return [*noise, bytes(70_001), b"measured " * 1000, noise[0][::-1]]
