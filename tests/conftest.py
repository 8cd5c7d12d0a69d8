"""What holds for every test: nobody's home, no network but loopback, the same cases in CI."""

from __future__ import annotations

import gc
import os
import socket
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings

if TYPE_CHECKING:
    from pathlib import Path

# Tests run side by side: threads of tiny models would only wait for each other, and spin. Before
# torch is imported, here or in a process that a test starts.
os.environ["OMP_NUM_THREADS"] = "1"

# The machine decides how long an example takes, so there is no deadline.
settings.register_profile("dev", deadline=None)
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
# Whether a test fails is all that `make mutants` asks, not by how small an example.
settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    max_examples=20,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# Every process imports all tests, whose libraries make a million objects and no garbage; afterwards
# the collector need not look through them again and again.
gc.disable()


def pytest_collection_finish() -> None:
    """From here on there is garbage, and some tests look for it."""
    gc.freeze()
    gc.enable()


def pytest_unconfigure() -> None:
    """Nothing is left to find for the interpreter's last collections, which look at everything."""
    gc.freeze()


_FROM_OUTSIDE = (
    "GITHUB_ACTIONS",
    "GITHUB_OUTPUT",
    "GITHUB_STEP_SUMMARY",
    "HF_ENDPOINT",
    "HF_OIDC_RESOURCE",
    "HF_REPO",
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "LC_ALL",
    "LC_MESSAGES",
    "PYTHONPATH",
)


@pytest.fixture(autouse=True)
def _nobodys_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Processes that tests start see an empty home and none of the caller's settings."""
    home = tmp_path_factory.mktemp("home")
    for name in _FROM_OUTSIDE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("HF_HOME", str(home / "hf"))
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anywhere else fails the test that tries it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"A test tried to connect to {address[0]!r}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def workdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the working directory."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder
