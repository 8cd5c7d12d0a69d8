"""For pytest under mutmut: the quickest tests first, for the first that fails ends the matter.

mutmut names the tests that ran through what it changed, and does so in no order.
https://github.com/boxed/mutmut/blob/3.8.1/src/mutmut/workers/isolation.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_STATS = Path("mutmut-stats.json")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By the seconds that each took with nothing changed; as they come where that is unknown."""
    if _STATS.exists():
        seconds = json.loads(_STATS.read_text(encoding="utf-8"))["duration_by_test"]
        items.sort(key=lambda item: seconds.get(item.nodeid, 0.0))
