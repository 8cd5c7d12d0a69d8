"""What was asked of the dataset and what was answered: one JSON object a line, as it happened.

An operation is invoked once and then acknowledged, failed (it is certain that nothing was changed)
or unknown (its process died, or gave up where a commit may have landed).
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TextIO, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

State: TypeAlias = "Literal['submitted', 'invoked', 'acknowledged', 'failed', 'unknown']"


@dataclass(frozen=True)
class Event:
    """One line of a history.

    Attributes:
        at: seconds since the history began, on a clock that never goes back.
        process: who did it.
        operation: its number; every invocation has its own.
        verb: what was asked: `publish`, `retract`, …; `submit` where runs became known.
        state: what became of it.
        runs: ids of the runs it is about; of a publish, those in its data folder.
        submissions: numbers of the submissions it is about.
        revision: the commit that the answer names.
        code: the exit code.
        said: what a failure said.
        ahead: seconds that the process's clock was ahead of the true time.
    """

    at: float
    process: str
    operation: int
    verb: str
    state: State
    runs: tuple[str, ...] = ()
    submissions: tuple[int, ...] = ()
    revision: str = ""
    code: int | None = None
    said: str = ""
    ahead: float = 0.0


class Recorder:
    """Writes a history while it happens; thread-safe."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO = path.open("w", encoding="utf-8")
        self._guard = threading.Lock()
        self._start = time.monotonic()
        self._operations = 0
        self.events: list[Event] = []

    def begin(self) -> int:
        """A number for a new operation."""
        with self._guard:
            self._operations += 1
            return self._operations

    def add(self, process: str, operation: int, verb: str, state: State, **more: Any) -> Event:
        """What just happened."""
        with self._guard:
            at = round(time.monotonic() - self._start, 6)
            event = Event(at, process, operation, verb, state, **more)
            self.events.append(event)
            self._file.write(json.dumps(asdict(event)) + "\n")
        return event

    def close(self) -> None:
        """Write what is left."""
        self._file.close()


def read(lines: Iterable[str]) -> list[Event]:
    """The history that a recorder wrote."""
    return [_event(json.loads(line)) for line in lines]


def _event(row: dict[str, Any]) -> Event:
    tuples = {name: tuple(row[name]) for name in ("runs", "submissions")}
    return Event(**{**row, **tuples})
