"""The measuring process without what takes seconds of every run and what these tests never look at.

torchao is imported by transformers wherever it is installed, and torch even where only a tokenizer
is wanted; memory's bandwidth takes a second of reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.measure import environment

if TYPE_CHECKING:
    import pytest

_WORKER = """\
import sys
sys.modules.update(dict.fromkeys({hidden!r}))
from benchmark.measure.host import bandwidth
bandwidth.probe = lambda *_: None
from benchmark.measure.worker import main
main()
"""


def use(monkeypatch: pytest.MonkeyPatch, *hidden: str) -> None:
    """Start it, with these modules as if they were not installed, wherever a command measures."""
    monkeypatch.setattr(environment, "_WORKER", _WORKER.format(hidden=hidden))
