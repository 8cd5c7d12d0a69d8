"""What every test of a killed process needs: a machine that can trace."""

from __future__ import annotations

import pytest

from tests.crash.system_calls import is_possible


@pytest.fixture(autouse=True)
def _traced() -> None:
    if not is_possible():
        pytest.skip("Processes cannot be traced here.")
