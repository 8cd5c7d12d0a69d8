"""The real client of every major version is content with the hub."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.localhub.settings import HubSettings
from benchmark.localhub.testing import running_hub

CLIENT = Path(__file__).with_name("client.py")
ROOT = Path(__file__).parents[3]
SETTINGS = HubSettings(lfs_threshold=1000, commits_page=3, tree_page=5)
OTHERS = {"0.36": "huggingface_hub==0.36.2", "1": "huggingface_hub>=1,<2"}


def drive(python: str, tmp_path: Path, **settings: str) -> str:
    """Run the conformance client against a new hub; its last line is its version."""
    with running_hub(tmp_path / "root", settings=SETTINGS) as hub:
        command = [python, str(CLIENT), hub.endpoint]
        environment = {
            "PATH": os.environ["PATH"],
            "HF_HOME": str(tmp_path / "home"),
            # The 0.x client parses commit URLs with this, whatever `HfApi(endpoint=)` says.
            "HF_ENDPOINT": hub.endpoint,
            "HF_HUB_DISABLE_TELEMETRY": "1",
            **settings,
        }
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def other_python(major: str) -> str:
    """The Python of an environment with another client; a clear failure if it is missing."""
    if os.environ.get("SAGELLM_SKIP_CLIENTS") == "1":
        pytest.skip("SAGELLM_SKIP_CLIENTS=1")
    folder = ROOT / ".venvs" / f"hub-{major}"
    python = folder / "bin" / "python"
    if not python.exists():
        pytest.fail(
            f"{folder} is missing. Make it: python3 -m venv {folder} && "
            f'{python} -m pip install "{OTHERS[major]}" (or set SAGELLM_SKIP_CLIENTS=1).'
        )
    return str(python)


def test_the_installed_client_is_content(tmp_path: Path) -> None:
    """The client that the project itself uses passes every behaviour."""
    assert drive(sys.executable, tmp_path)


def test_the_installed_client_is_content_without_xet(tmp_path: Path) -> None:
    """Large files go by LFS then."""
    assert drive(sys.executable, tmp_path, HF_HUB_DISABLE_XET="1")


@pytest.mark.parametrize("major", OTHERS)
def test_the_client_of_another_major_is_content(major: str, tmp_path: Path) -> None:
    """A client that users may have instead passes the same behaviours."""
    assert drive(other_python(major), tmp_path).startswith(f"{major}.")
