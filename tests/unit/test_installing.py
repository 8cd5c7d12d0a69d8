"""The line that adds an extra works as the package is installed now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmark.commands.installing import Installed, fitting, installed

HINT = 'Run: pip install "sagellm-benchmark[run]"'
GIT = {
    "url": "https://example.org/it.git",
    "vcs_info": {"vcs": "git", "requested_revision": "v1"},
}


def told(tmp_path: Path, marker: str = "", **changes: Any) -> str:
    """What the hint becomes."""
    if marker:
        (tmp_path / marker).touch()
    plain = Installed(tmp_path, "/venv/bin/python", "pip", {}, has_pip=True)
    return fitting(HINT, plain._replace(**changes))


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, '/venv/bin/python -m pip install "sagellm-benchmark[run]"'),
        (
            {"python": "/my venv/python"},
            '"/my venv/python" -m pip install "sagellm-benchmark[run]"',
        ),
        (
            {"installer": "uv", "has_pip": False},
            'uv pip install --python /venv/bin/python "sagellm-benchmark[run]"',
        ),
        ({"marker": "pipx_metadata.json"}, 'pipx install --force "sagellm-benchmark[run]"'),
        ({"marker": "uv-receipt.toml"}, 'uv tool install --force "sagellm-benchmark[run]"'),
        (
            {"origin": {"url": "file:///home/me/it", "dir_info": {"editable": True}}},
            '/venv/bin/python -m pip install --editable "/home/me/it[run]"',
        ),
        (
            {"origin": {"url": "file:///home/me/a%20b", "dir_info": {}}},
            '/venv/bin/python -m pip install "/home/me/a b[run]"',
        ),
        (
            {"origin": GIT, "marker": "uv-receipt.toml"},
            'uv tool install --force "sagellm-benchmark[run] @ git+https://example.org/it.git@v1"',
        ),
        (
            {"origin": {"url": "https://example.org/it.whl", "archive_info": {}}},
            '/venv/bin/python -m pip install "sagellm-benchmark[run] @ https://example.org/it.whl"',
        ),
        (
            {"checkout": Path("/src/it")},
            '/venv/bin/python -m pip install --editable "/src/it[run]"',
        ),
    ],
)
def test_the_line_is_that_of_the_installer(
    tmp_path: Path, changes: dict[str, Any], line: str
) -> None:
    """From where it was installed."""
    assert told(tmp_path, **changes) == f"Run: {line}"


def test_other_hints_stay_as_they_are() -> None:
    """Whatever else they name."""
    assert fitting("Run: pip install torch") == "Run: pip install torch"


def test_what_runs_here_has_a_line() -> None:
    """Of this very environment."""
    assert "[run]" in fitting(HINT)
    assert installed().python
