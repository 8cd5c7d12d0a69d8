"""For pytest under mutmut: nothing kept from test to test, and the quickest tests first."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_STATS = Path("mutmut-stats.json")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By the seconds that each took with nothing changed; as they come where that is unknown.

    The first that fails ends the matter, and mutmut names them in no order:
    https://github.com/boxed/mutmut/blob/3.8.1/src/mutmut/workers/isolation.py
    """
    if _STATS.exists():
        seconds = json.loads(_STATS.read_text(encoding="utf-8"))["duration_by_test"]
        items.sort(key=lambda item: seconds.get(item.nodeid, 0.0))


def pytest_runtest_setup() -> None:
    """A test that is answered from a cache would not count as one of what made the answer."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "benchmark":
            for value in list(vars(module).values()):
                clear = getattr(value, "cache_clear", None)
                if callable(clear):
                    clear()
