"""What every test of a killed process needs: a machine that can trace, and a place for its rest."""

from __future__ import annotations

import tempfile

import pytest

from tests.crash.system_calls import is_possible


@pytest.fixture(autouse=True)
def _traced() -> None:
    if not is_possible():
        pytest.skip("Processes cannot be traced here.")


@pytest.fixture(autouse=True)
def _what_is_left(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is killed removes no temporary files: they go with those of the test."""
    folder = tmp_path_factory.mktemp("left")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
