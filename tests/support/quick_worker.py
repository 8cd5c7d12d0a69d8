"""The measuring process without what takes seconds of every run and what these tests never look at.

torchao is imported by transformers wherever it is installed, and torch even where only a tokenizer
is wanted; memory's bandwidth takes a second of reading.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.measure import environment
from tests.support.warm import POSSIBLE, Warm

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

_COLD = environment.child_command
_HIDE = "import sys; sys.modules.update(dict.fromkeys({hidden!r}))\n"
_FORKED_EXPORTS = """\
from benchmark.measure.engines import export_cache
export_cache.code_command = lambda _python, code: [*{command!r}, code]
"""
_WORKER = """\
from benchmark.measure.host import bandwidth
bandwidth.probe = lambda *_: None
from benchmark.measure.worker import main
main()
"""


def use(monkeypatch: pytest.MonkeyPatch, *hidden: str) -> None:
    """Start it, with these modules as if they were not installed, wherever a command measures."""
    monkeypatch.setattr(environment, "_WORKER", _HIDE.format(hidden=hidden) + _WORKER)
    monkeypatch.setattr(environment, "child_command", _COLD)


def use_warm(monkeypatch: pytest.MonkeyPatch, *every: Warm) -> None:
    """Start it in these interpreters, wherever a command measures in one of them."""
    known = {one.python: one for one in every}

    def command(python: Path) -> list[str]:
        exports = "" if python == Path(sys.executable) else forked_exports(known[python])
        return known[python].command(exports + _WORKER)

    monkeypatch.setattr(environment, "child_command", command)


def forked_exports(warm: Warm) -> str:
    """What a process runs so that what it exports is exported in this interpreter, too."""
    return _FORKED_EXPORTS.format(command=warm.command("")[:-1]) if POSSIBLE else ""


def warm(python: Path, *imports: str, hidden: Iterable[str] = ()) -> Warm:
    """One for measuring processes, with what they import."""
    lines = [f"import {name}" for name in ("benchmark.measure.worker", *imports)]
    return Warm(python, _HIDE.format(hidden=tuple(hidden)) + "\n".join(lines))
