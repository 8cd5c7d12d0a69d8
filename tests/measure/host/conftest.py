"""Real processes to measure."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Start = Callable[[str], AbstractContextManager[subprocess.Popen[str]]]


@contextmanager
def running(script: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process that has said that it is ready; it ends when its input does."""
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "ready\n"
        yield child
    finally:
        child.kill()
        child.communicate(timeout=10)


@pytest.fixture
def start() -> Start:
    """Starts a process from a script."""
    return running
