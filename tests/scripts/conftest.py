"""A hub with tokens and one dataset, and a machine that does not wait."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from huggingface_hub.utils import _http as client_http

from benchmark.commands import common
from tests.support.publishers import at, dataset_hub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub

CLIENTS_LONGEST_PAUSE = 8
"""Seconds."""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub whose dataset `lab/results` anybody reads and only a write token changes."""
    with dataset_hub(tmp_path / "root") as running:
        yield running


@pytest.fixture
def here(hub: RunningHub, workdir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, the environment of a writer, and no waiting between attempts.

    The client retries some requests by itself; the little it waits between them is left out, but
    a wait as long as a server may ask for would be outside every deadline, and fails the test.
    """
    for name, value in at(hub).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(common, "random", SimpleNamespace(uniform=lambda low, _high: low))
    monkeypatch.setattr(client_http, "time", SimpleNamespace(sleep=wait_briefly))
    return workdir


def wait_briefly(seconds: float) -> None:
    """Pass over the longest pause of the client's own backoff; more is for the policy to decide."""
    if seconds > CLIENTS_LONGEST_PAUSE:
        raise AssertionError(f"The client itself waits for {seconds} s.")
